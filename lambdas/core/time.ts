import { TZDate } from '@date-fns/tz';
import {
  addDays,
  addMinutes,
  differenceInCalendarDays,
  isValid,
  lightFormat,
  subYears,
} from 'date-fns';

/**
 * A moment as `Date.prototype.toISOString` formats it (UTC, milliseconds), so that string order is
 * time order.
 */
export type Instant = string;

/** A calendar date, `YYYY-MM-DD`, without a time zone. */
export type CalendarDate = string;

const calendarDatePattern = 'yyyy-MM-dd';

/** Whether the text is a date that exists, formatted as `YYYY-MM-DD`. */
export function isCalendarDate(text: string): boolean {
  return (
    /^(?!0000)\d{4}-\d{2}-\d{2}$/.test(text) && isValid(dayOf(text)) && daysAfter(text, 0) === text
  );
}

/** Whether the text is a time zone name from the IANA database, including legacy names. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The date in the time zone at that moment. */
export function dateIn(timeZone: string, at: Instant): CalendarDate {
  return lightFormat(new TZDate(at, timeZone), calendarDatePattern);
}

/**
 * The moment the hour (0 to 23) starts on that date in the time zone. If a clock change skips
 * midnight, the first moment of the day.
 */
export function momentAt(date: CalendarDate, hour: number, timeZone: string): Instant {
  const day = dayOf(date);
  return new Date(
    new TZDate(day.getFullYear(), day.getMonth(), day.getDate(), hour, timeZone).getTime(),
  ).toISOString();
}

export function daysAfter(date: CalendarDate, days: number): CalendarDate {
  return lightFormat(addDays(dayOf(date), days), calendarDatePattern);
}

/** The same date that many years earlier (February 28 if there is no 29th). */
export function yearsBefore(date: CalendarDate, years: number): CalendarDate {
  return lightFormat(subYears(dayOf(date), years), calendarDatePattern);
}

/** Calendar days from one date to another; negative if `to` is earlier. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return differenceInCalendarDays(dayOf(to), dayOf(from));
}

export function minutesAfter(at: Instant, minutes: number): Instant {
  return addMinutes(at, minutes).toISOString();
}

/** The moment that many periods of 24 hours later, regardless of clock changes. */
export function addDays24h(at: Instant, days: number): Instant {
  return minutesAfter(at, days * 24 * 60);
}

export function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

/** "Monday, March 2, 2026" */
export function formatDate(date: CalendarDate): string {
  return inStyle(date, 'full');
}

/** "Mar 2, 2026" */
export function formatShortDate(date: CalendarDate): string {
  return inStyle(date, 'medium');
}

/** "March 2, 2026, 9:00 AM", in the given time zone. */
export function formatMoment(at: Instant, timeZone: string): string {
  const written = (style: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { ...style, timeZone }).format(Date.parse(at));
  const time = written({ timeStyle: 'short' }).replace(narrowSpace, ' ');
  return `${written({ dateStyle: 'long' })}, ${time}`;
}

/** Midnight in the machine's time zone, which date-fns uses for calendar arithmetic. */
function dayOf(date: CalendarDate): Date {
  return new Date(`${date}T00:00`);
}

const narrowSpace = '\u202f';

/** Cached because creating a format is far slower than using it. */
const dayFormats: { full?: Intl.DateTimeFormat; medium?: Intl.DateTimeFormat } = {};

function inStyle(date: CalendarDate, dateStyle: 'full' | 'medium'): string {
  dayFormats[dateStyle] ??= new Intl.DateTimeFormat('en-US', { dateStyle, timeZone: 'UTC' });
  return dayFormats[dateStyle].format(Date.parse(date));
}
