import { tzOffset } from '@date-fns/tz';

/** A moment as `Date.prototype.toISOString` formats it (UTC, milliseconds), so that string order is time order. */
export type Instant = string;

/** Before everything that happens. */
export const earliestInstant: Instant = '0000-01-01T00:00:00.000Z';

/** A calendar date, `YYYY-MM-DD`, without a time zone. */
export type CalendarDate = string;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export function isCalendarDate(text: string): boolean {
  if (!/^(?!0000)\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  return !Number.isNaN(Date.parse(text)) && daysAfter(text, 0) === text;
}

/** The only spelling of a zone in use, because each one is cached for good; undefined if there is no such zone. */
export function canonicalTimeZone(text: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(text)) return undefined;
  const name = text.toLowerCase();
  const known = canonicalNames.get(name);
  if (known !== undefined) return known;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name });
    const { timeZone } = format.resolvedOptions();
    canonicalNames.set(name, timeZone);
    return timeZone;
  } catch {
    return undefined;
  }
}

/** By lowercase name. Cached because each format takes memory that is freed much later. */
const canonicalNames = new Map<string, string>();

export function dateIn(timeZone: string, at: Instant): CalendarDate {
  return dateOf(localTime(Date.parse(at), timeZone));
}

/** The moment the hour (0 to 23) starts; if a clock change skips midnight, the first moment of the day. */
export function momentAt(date: CalendarDate, hour: number, timeZone: string): Instant {
  const local = Date.parse(date) + hour * 60 * minuteMs;
  const [before = local, after = local] = [-dayMs, dayMs].map(
    (distance) => local - offsetMs(local + distance, timeZone),
  );
  // If a clock change skips or repeats the hour, the offset before the change gives its first moment.
  const isAfter = localTime(before, timeZone) !== local && localTime(after, timeZone) === local;
  return new Date(isAfter ? after : before).toISOString();
}

export function daysAfter(date: CalendarDate, days: number): CalendarDate {
  return dateOf(Date.parse(date) + days * dayMs);
}

/** The same date that many years earlier (February 28 if there is no 29th). */
export function yearsBefore(date: CalendarDate, years: number): CalendarDate {
  const year = String(Number(date.slice(0, 4)) - years).padStart(4, '0');
  const same = `${year}${date.slice(4)}`;
  return isCalendarDate(same) ? same : `${year}-02-28`;
}

/** Calendar days from one date to another; negative if `to` is earlier. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs;
}

export function minutesAfter(at: Instant, minutes: number): Instant {
  return new Date(Date.parse(at) + minutes * minuteMs).toISOString();
}

/** Numbers the hours of all time. */
export function hourOf(at: Instant): number {
  return Math.floor(Date.parse(at) / hourMs);
}

export function startOfNextHour(at: Instant): Instant {
  return new Date((hourOf(at) + 1) * hourMs).toISOString();
}

/** The moment that many periods of 24 hours later, regardless of clock changes. */
export function addDays24h(at: Instant, days: number): Instant {
  return minutesAfter(at, days * 24 * 60);
}

export function earlier(a: Instant, b: Instant): Instant {
  return a < b ? a : b;
}

export function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

/** "Monday, March 2, 2026" */
export const formatDate = inStyle({ dateStyle: 'full' });

/** "Mar 2, 2026" */
export const formatShortDate = inStyle({ dateStyle: 'medium' });

/** "Mon, Nov 30" */
export const formatDay = inStyle({ weekday: 'short', month: 'short', day: 'numeric' });

const formatWithoutYear = inStyle({ weekday: 'long', month: 'long', day: 'numeric' });

/** "Monday, March 2": without the year, unless the date is half a year or more from today. */
export function formatNearDate(date: CalendarDate, today: CalendarDate): string {
  return Math.abs(daysBetween(today, date)) < daysToNameYear ? formatWithoutYear(date) : formatDate(date);
}

/** "Mon, Nov 30 – Fri, Dec 11", or "Mon, Nov 30" for a single day. */
export function formatPeriod(from: CalendarDate, to: CalendarDate): string {
  return from === to ? formatDay(from) : `${formatDay(from)} – ${formatDay(to)}`;
}

/** "March 2, 2026, at 9:00 AM", in the given time zone. */
export function formatMoment(at: Instant, timeZone: string): string {
  const date = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone });
  return `${date.format(Date.parse(at))}, at ${formatTime(at, timeZone)}`;
}

/** "9:00 AM", in the given time zone. */
export function formatTime(at: Instant, timeZone: string): string {
  const time = new Intl.DateTimeFormat('en-US', { timeStyle: 'short', timeZone });
  return time.format(Date.parse(at)).replace(narrowSpace, ' ');
}

/** What the clocks in the time zone show, as if they were in UTC. Never asks the machine's own zone. */
function localTime(ms: number, timeZone: string): number {
  return ms + offsetMs(ms, timeZone);
}

function offsetMs(ms: number, timeZone: string): number {
  return tzOffset(timeZone, new Date(ms)) * minuteMs;
}

function dateOf(ms: number): CalendarDate {
  return new Date(ms).toISOString().slice(0, 10);
}

const narrowSpace = '\u202f';

const daysToNameYear = 182;

/** How to write a date. The format is made once, with its first use: that is far slower than using it. */
function inStyle(style: Intl.DateTimeFormatOptions): (date: CalendarDate) => string {
  let format: Intl.DateTimeFormat | undefined;
  return (date) => {
    format ??= new Intl.DateTimeFormat('en-US', { ...style, timeZone: 'UTC' });
    return format.format(Date.parse(date));
  };
}
