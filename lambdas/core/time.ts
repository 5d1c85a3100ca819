import { TZDate } from '@date-fns/tz';
import {
  addDays,
  addMinutes,
  differenceInCalendarDays,
  isValid,
  lightFormat,
  subYears,
} from 'date-fns';

/** A moment, as `Date.prototype.toISOString` writes it (UTC, milliseconds), so that text order is time order. */
export type Instant = string;

/** A day of a calendar, `YYYY-MM-DD`, with no zone. */
export type CalendarDate = string;

const calendarDatePattern = 'yyyy-MM-dd';

/** Whether the text is a day that exists, written `YYYY-MM-DD`. */
export function isCalendarDate(text: string): boolean {
  return (
    /^(?!0000)\d{4}-\d{2}-\d{2}$/.test(text) && isValid(dayOf(text)) && daysAfter(text, 0) === text
  );
}

/** Whether the text names a time zone of the IANA database, old names included. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The day it is in the zone at that moment. */
export function dateIn(timeZone: string, at: Instant): CalendarDate {
  return lightFormat(new TZDate(at, timeZone), calendarDatePattern);
}

/** The moment the clocks of the zone show the full hour (0 to 23) on that day; a midnight that is left out is the first moment of the day. */
export function momentAt(date: CalendarDate, hour: number, timeZone: string): Instant {
  const day = dayOf(date);
  return new Date(
    new TZDate(day.getFullYear(), day.getMonth(), day.getDate(), hour, timeZone).getTime(),
  ).toISOString();
}

/** The day that many calendar days later. */
export function daysAfter(date: CalendarDate, days: number): CalendarDate {
  return lightFormat(addDays(dayOf(date), days), calendarDatePattern);
}

/** The same day that many years earlier (28 February where there is no 29th). */
export function yearsBefore(date: CalendarDate, years: number): CalendarDate {
  return lightFormat(subYears(dayOf(date), years), calendarDatePattern);
}

/** Whole calendar days from one day to another; negative where the other lies before. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return differenceInCalendarDays(dayOf(to), dayOf(from));
}

/** The moment that many minutes later. */
export function minutesAfter(at: Instant, minutes: number): Instant {
  return addMinutes(at, minutes).toISOString();
}

/** The moment that many times 24 hours later. */
export function addDays24h(at: Instant, days: number): Instant {
  return minutesAfter(at, days * 24 * 60);
}

/** The later of two moments. */
export function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

/** A day as a reader in the United States writes it: "Monday, March 2, 2026". */
export function formatDate(date: CalendarDate): string {
  return inStyle(date, 'full');
}

/** A day as short as it goes: "Mar 2, 2026". */
export function formatShortDate(date: CalendarDate): string {
  return inStyle(date, 'medium');
}

/** A moment as the clocks of the zone show it: "March 2, 2026, 9:00 AM". */
export function formatMoment(at: Instant, timeZone: string): string {
  const written = (style: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { ...style, timeZone }).format(Date.parse(at));
  const time = written({ timeStyle: 'short' }).replace(narrowSpace, ' ');
  return `${written({ dateStyle: 'long' })}, ${time}`;
}

/** The day by the machine's own zone, as date-fns counts days. */
function dayOf(date: CalendarDate): Date {
  return new Date(`${date}T00:00`);
}

const narrowSpace = '\u202f';

/** To make one takes longer than to use it often. */
const dayFormats: { full?: Intl.DateTimeFormat; medium?: Intl.DateTimeFormat } = {};

function inStyle(date: CalendarDate, dateStyle: 'full' | 'medium'): string {
  dayFormats[dateStyle] ??= new Intl.DateTimeFormat('en-US', { dateStyle, timeZone: 'UTC' });
  return dayFormats[dateStyle].format(Date.parse(date));
}
