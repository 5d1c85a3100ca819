import type { Candidate } from './candidate.ts';
import type { Exam } from './exam.ts';
import { latestAttempt, retakeDate } from './status.ts';
import type { Instant } from './time.ts';

/**
 * The retake date as a calendar file (RFC 5545): an all-day event whose UID stays the same when the
 * date is corrected. Undefined if there is no retake date. Contains nothing that a shared calendar
 * shouldn't show.
 */
export function retakeCalendar(
  candidate: Candidate,
  exam: Exam,
  organization: string,
  now: Instant,
): string | undefined {
  const date = retakeDate(candidate, exam);
  if (date === undefined) return undefined;
  const { id, applications, version } = candidate;
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//${escapeText(organization.replaceAll('/', ' '))}//Retake Reminders//EN`,
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${id}-${applications.length}-${latestAttempt(candidate)?.number}`,
    `SEQUENCE:${version}`,
    `DTSTAMP:${digits(now).slice(0, 8)}T${digits(now).slice(8, 14)}Z`,
    `DTSTART;VALUE=DATE:${digits(date)}`,
    // Outlook goes by this rather than by the date-only start.
    'X-MICROSOFT-CDO-ALLDAYEVENT:TRUE',
    'TRANSP:TRANSPARENT',
    `SUMMARY:${escapeText(`Your date: ${exam.name} exam`)}`,
    `DESCRIPTION:${escapeText(`You can take the exam on or after this day. Check the fee with ${exam.body.name} first.`)}`,
    `URL;VALUE=URI:${exam.links.application}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ]
    .map((line) => `${foldLine(line)}\r\n`)
    .join('');
}

function digits(dateOrInstant: string): string {
  return dateOrInstant.replaceAll(/\D/g, '');
}

/** Escapes a value of type TEXT (RFC 5545, 3.3.11). */
function escapeText(value: string): string {
  return value.replaceAll(/[\\;,]/g, '\\$&').replaceAll('\n', '\\n');
}

const maxLineBytes = 75;
const utf8 = new TextEncoder();

/** Folds a long line without splitting a character (RFC 5545, 3.1). */
function foldLine(line: string): string {
  let content = '';
  let bytes = 0;
  for (const character of line) {
    const { length } = utf8.encode(character);
    if (bytes + length > maxLineBytes) {
      content += '\r\n ';
      bytes = 1;
    }
    content += character;
    bytes += length;
  }
  return content;
}
