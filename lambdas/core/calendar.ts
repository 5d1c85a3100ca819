import type { Candidate } from './candidate.ts';
import type { Exam } from './exam.ts';
import { latestAttempt, retakeDate } from './status.ts';
import { type CalendarDate, daysAfter, type Instant } from './time.ts';

/**
 * The retake date as a calendar file (RFC 5545): an all-day event whose UID stays the same when the
 * date is corrected, and is new for an attempt that was taken back and recorded again. Undefined if
 * there is no retake date. Contains nothing that a shared calendar shouldn't show.
 */
export function retakeCalendar(
  candidate: Candidate,
  exam: Exam,
  organization: string,
  now: Instant,
): string | undefined {
  const date = retakeDate(candidate, exam);
  const attempt = latestAttempt(candidate);
  if (date === undefined || attempt === undefined) return undefined;
  const { id, applications, createdAt } = candidate;
  const { title, description } = eventFor(exam);
  // By the clock: the record's version is lower again in a restored backup.
  const sequence = Math.floor((Date.parse(now) - Date.parse(createdAt)) / 1000);
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//${escapeText(organization.replaceAll('/', ' '))}//Retake Reminders//EN`,
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${id}-${applications.length}-${attempt.number}-${digits(attempt.recordedAt)}`,
    `SEQUENCE:${sequence}`,
    `DTSTAMP:${digits(now).slice(0, 8)}T${digits(now).slice(8, 14)}Z`,
    `DTSTART;VALUE=DATE:${digits(date)}`,
    // Outlook goes by this rather than by the date-only start.
    'X-MICROSOFT-CDO-ALLDAYEVENT:TRUE',
    'TRANSP:TRANSPARENT',
    `SUMMARY:${escapeText(title)}`,
    `DESCRIPTION:${escapeText(description)}`,
    `URL;VALUE=URI:${exam.links.application}`,
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escapeText(title)}`,
    // 9 AM, wherever the calendar is.
    'TRIGGER:PT9H',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ]
    .map((line) => `${foldLine(line)}\r\n`)
    .join('');
}

/** Links that put the same day into a calendar on the web. */
export function calendarLinks(date: CalendarDate, exam: Exam): { text: string; href: string }[] {
  const { title, description } = eventFor(exam);
  const dayAfter = daysAfter(date, 1);
  return [
    {
      text: 'Add the day to Google Calendar',
      href: link('https://calendar.google.com/calendar/render', {
        action: 'TEMPLATE',
        text: title,
        details: description,
        dates: `${digits(date)}/${digits(dayAfter)}`,
      }),
    },
    {
      text: 'Add the day to Outlook',
      href: link('https://outlook.live.com/calendar/0/deeplink/compose', {
        path: '/calendar/action/compose',
        rru: 'addevent',
        subject: title,
        body: description,
        startdt: date,
        enddt: dayAfter,
        allday: 'true',
      }),
    },
  ];
}

function eventFor(exam: Exam) {
  return {
    title: `Earliest day for the ${exam.name} exam (nothing is booked)`,
    description: `You can take the exam on or after this day. Check the fee with ${exam.body.name} first.`,
  };
}

function link(url: string, query: Record<string, string>): string {
  // Outlook would show a plus for each space.
  return `${url}?${String(new URLSearchParams(query)).replaceAll('+', '%20')}`;
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
