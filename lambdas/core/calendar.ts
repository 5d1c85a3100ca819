import type { Candidate } from './candidate.ts';
import type { Exam } from './exam.ts';
import { latestAttempt, retakeDate } from './status.ts';
import type { Instant } from './time.ts';

/**
 * The retake date as a calendar file (RFC 5545): one day, no hour, and an id that stays when the
 * date is corrected. Undefined where there is no retake date. It says nothing that a shared
 * calendar should not show.
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
    // What Outlook goes by.
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

/** A value of the type TEXT (RFC 5545, 3.3.11). */
function escapeText(value: string): string {
  return value.replaceAll(/[\\;,]/g, '\\$&').replaceAll('\n', '\\n');
}

const maxLineBytes = 75;
const utf8 = new TextEncoder();

/** Goes on in the next line, after a space, between two characters (RFC 5545, 3.1). */
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
