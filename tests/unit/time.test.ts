import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  addDays24h,
  canonicalTimeZone,
  dateIn,
  daysAfter,
  daysBetween,
  formatDate,
  formatMoment,
  isCalendarDate,
  later,
  minutesAfter,
  momentAt,
  yearsBefore,
} from '../../lambdas/core/time.ts';

/** A zone, a day and a full hour there, and the moment in UTC. */
const moments: [zone: string, date: string, hour: number, moment: string][] = [
  // Clocks go forward at 02:00 on 2027-03-14.
  ['America/New_York', '2027-03-14', 9, '2027-03-14T13:00:00.000Z'],
  // Clocks go back at 02:00 on 2027-11-07.
  ['America/New_York', '2027-11-07', 9, '2027-11-07T14:00:00.000Z'],
  ['America/New_York', '2026-12-31', 23, '2027-01-01T04:00:00.000Z'],
  ['America/New_York', '2028-02-29', 9, '2028-02-29T14:00:00.000Z'],
  // No daylight saving.
  ['America/Phoenix', '2027-03-14', 9, '2027-03-14T16:00:00.000Z'],
  ['Pacific/Honolulu', '2027-07-01', 0, '2027-07-01T10:00:00.000Z'],
  ['UTC', '2027-03-14', 9, '2027-03-14T09:00:00.000Z'],
  // Half an hour of daylight saving, from 02:00 on the first Sundays of October to April.
  ['Australia/Lord_Howe', '2025-10-05', 2, '2025-10-04T15:30:00.000Z'],
  ['Australia/Lord_Howe', '2025-10-05', 9, '2025-10-04T22:00:00.000Z'],
  ['Australia/Lord_Howe', '2025-04-06', 9, '2025-04-05T22:30:00.000Z'],
  ['Asia/Kathmandu', '2027-01-01', 0, '2026-12-31T18:15:00.000Z'],
  ['Pacific/Kiritimati', '2027-01-01', 9, '2026-12-31T19:00:00.000Z'],
  // These days begin at 01:00.
  ['Africa/Cairo', '2025-04-25', 0, '2025-04-24T22:00:00.000Z'],
  ['Africa/Cairo', '2025-04-25', 9, '2025-04-25T06:00:00.000Z'],
  ['Asia/Beirut', '2025-03-30', 0, '2025-03-29T22:00:00.000Z'],
  ['Asia/Beirut', '2025-03-30', 9, '2025-03-30T06:00:00.000Z'],
  // 23:00 to 24:00 of the day before comes twice.
  ['Africa/Cairo', '2025-10-31', 0, '2025-10-30T22:00:00.000Z'],
  // An hour ahead, save in Ramadan: 2025-02-23 to 2025-04-06.
  ['Africa/Casablanca', '2025-02-23', 9, '2025-02-23T09:00:00.000Z'],
  ['Africa/Casablanca', '2025-04-06', 9, '2025-04-06T08:00:00.000Z'],
  // Winter time is the exception here, an hour less than standard time.
  ['Europe/Dublin', '2025-03-30', 9, '2025-03-30T08:00:00.000Z'],
  ['Europe/Dublin', '2025-10-26', 9, '2025-10-26T09:00:00.000Z'],
  // 2011-12-30 was left out, to change sides of the date line.
  ['Pacific/Apia', '2011-12-30', 0, '2011-12-30T10:00:00.000Z'],
  ['Pacific/Apia', '2011-12-31', 9, '2011-12-30T19:00:00.000Z'],
  ['Pacific/Apia', '2027-03-14', 9, '2027-03-13T20:00:00.000Z'],
  // Clocks go back at 01:00 to 00:00, so that midnight comes twice.
  ['Atlantic/Azores', '2027-10-31', 0, '2027-10-31T00:00:00.000Z'],
  ['America/Havana', '2027-11-07', 0, '2027-11-07T04:00:00.000Z'],
];

/** A zone, a moment, and the day it is there. */
const dates: [zone: string, moment: string, date: string][] = [
  ['America/New_York', '2027-03-14T04:59:59.999Z', '2027-03-13'],
  ['America/New_York', '2027-03-14T05:00:00.000Z', '2027-03-14'],
  ['Pacific/Honolulu', '2027-01-01T09:59:59.999Z', '2026-12-31'],
  ['Pacific/Honolulu', '2027-01-01T10:00:00.000Z', '2027-01-01'],
  ['Pacific/Kiritimati', '2026-12-31T09:59:59.999Z', '2026-12-31'],
  ['Pacific/Kiritimati', '2026-12-31T10:00:00.000Z', '2027-01-01'],
  ['Asia/Kathmandu', '2028-02-28T18:14:59.999Z', '2028-02-28'],
  ['Asia/Kathmandu', '2028-02-28T18:15:00.000Z', '2028-02-29'],
  ['Australia/Lord_Howe', '2025-10-04T13:29:59.999Z', '2025-10-04'],
  ['Australia/Lord_Howe', '2025-10-05T13:00:00.000Z', '2025-10-06'],
  ['Africa/Cairo', '2025-10-30T21:30:00.000Z', '2025-10-30'],
  ['Africa/Casablanca', '2025-03-01T23:59:59.999Z', '2025-03-01'],
  ['Africa/Casablanca', '2025-05-01T23:00:00.000Z', '2025-05-02'],
  ['Europe/Dublin', '2025-07-01T23:00:00.000Z', '2025-07-02'],
  ['Pacific/Apia', '2011-12-30T09:59:59.999Z', '2011-12-29'],
  ['Atlantic/Azores', '2027-10-31T00:30:00.000Z', '2027-10-31'],
  ['Atlantic/Azores', '2027-10-30T23:59:59.999Z', '2027-10-30'],
  ['Pacific/Apia', '2011-12-30T10:00:00.000Z', '2011-12-31'],
];

const sums: [date: string, days: number, sum: string][] = [
  ['2026-01-31', 30, '2026-03-02'],
  ['2026-01-29', 30, '2026-02-28'],
  ['2028-01-30', 30, '2028-02-29'],
  ['2028-02-29', 30, '2028-03-30'],
  ['2027-02-12', 30, '2027-03-14'],
  ['2027-10-08', 30, '2027-11-07'],
  ['2026-12-02', 30, '2027-01-01'],
  // Over the days without midnight in Beirut and Cairo.
  ['2025-02-28', 30, '2025-03-30'],
  ['2025-03-26', 30, '2025-04-25'],
  ['2027-01-01', -1, '2026-12-31'],
];

const realDates = ['2028-02-29', '2026-12-31', '2027-03-14', '2025-04-25', '2025-03-30'];
const unrealDates = [
  '2027-02-29',
  '2026-13-01',
  '2026-00-10',
  '2026-01-00',
  '0000-01-01',
  '2026-1-01',
  '+002026-01-01',
  '2026-01-01T00:00:00Z',
  '2026-01-01 ',
  '2026-01-01\n',
  '٢٠٢٦-٠١-٠١',
  '',
];

describe('the moment of a full hour in a zone', () => {
  test.each(moments)('in %s, on %s at %i:00, is %s', (zone, date, hour, moment) => {
    expect(momentAt(date, hour, zone)).toBe(moment);
  });
});

describe('the day in a zone', () => {
  test.each(dates)('in %s, at %s, is %s', (zone, moment, date) => {
    expect(dateIn(zone, moment)).toBe(date);
  });

  test.each([...new Set(moments.map(([zone]) => zone))])(
    'begins in %s at 00:00, or at the first moment after where there is no 00:00',
    (zone) => {
      const days = Array.from({ length: 366 }, (_, index) => daysAfter('2025-01-01', index));
      const began = days.map((day) => {
        const start = momentAt(day, 0, zone);
        const justBefore = new Date(Date.parse(start) - 1).toISOString();
        return [dateIn(zone, justBefore), dateIn(zone, start)];
      });

      expect(began).toEqual(days.map((day) => [daysAfter(day, -1), day]));
    },
  );
});

describe('counting in calendar days', () => {
  test.each(sums)('%s and %i days make %s, and back', (date, days, sum) => {
    expect([daysAfter(date, days), daysBetween(date, sum)]).toEqual([sum, days]);
  });

  test.each([
    ['2026-11-23', 3, '2023-11-23'],
    ['2028-02-29', 3, '2025-02-28'],
    ['2028-02-29', 4, '2024-02-29'],
  ])('the day before %s by %i years is %s', (date, years, before) => {
    expect(yearsBefore(date, years)).toBe(before);
  });
});

describe('counting in fixed lengths', () => {
  test('minutes are added to the moment', () => {
    expect(minutesAfter('2026-12-31T23:59:59.999Z', 10)).toBe('2027-01-01T00:09:59.999Z');
  });

  test('day lengths are 24 hours, whatever the clocks of a zone do', () => {
    expect(addDays24h('2027-03-13T14:00:00.000Z', 1)).toBe('2027-03-14T14:00:00.000Z');
    expect(addDays24h('2027-11-06T13:00:00.000Z', 2)).toBe('2027-11-08T13:00:00.000Z');
  });

  test.each([
    ['2026-11-23T15:00:00.000Z', '2026-11-23T14:59:59.999Z'],
    ['2027-01-01T00:00:00.000Z', '2026-12-31T23:59:59.999Z'],
  ])('%s is later than %s', (one, other) => {
    expect([later(one, other), later(other, one)]).toEqual([one, one]);
  });
});

test('a date that exists is told from all else', () => {
  expect([...realDates, ...unrealDates].filter(isCalendarDate)).toEqual(realDates);
});

test('a time zone is told from all else, and goes by one name', () => {
  const listed = Intl.supportedValuesOf('timeZone');
  const zones = [...listed, ...moments.map(([zone]) => zone), 'Asia/Calcutta', 'Etc/GMT+5', 'EST5EDT'];
  const others = [
    '',
    'Mars/Olympus_Mons',
    'America',
    'America/New York',
    'America/New_York ',
    '+05:00',
    '05:00',
    'GMT+5',
    'Z',
    'Etc/Unknown',
  ];

  expect([...zones, ...others].filter(canonicalTimeZone)).toEqual(zones);
  expect(listed.map(canonicalTimeZone)).toEqual(listed);
  expect(['us/PACIFIC', 'US/Pacific', 'america/los_angeles'].map(canonicalTimeZone)).toEqual(
    Array(3).fill('America/Los_Angeles'),
  );
});

describe('dates in words', () => {
  test.each([
    ['2026-03-02', 'Monday, March 2, 2026'],
    ['2028-02-29', 'Tuesday, February 29, 2028'],
    ['2026-12-31', 'Thursday, December 31, 2026'],
  ])('%s is written %j', (date, words) => {
    expect(formatDate(date)).toBe(words);
  });

  test.each([
    ['America/New_York', '2027-03-14T13:00:00.000Z', 'March 14, 2027, at 9:00 AM'],
    ['Pacific/Honolulu', '2027-01-01T09:59:59.999Z', 'December 31, 2026, at 11:59 PM'],
    ['Asia/Kathmandu', '2027-01-01T03:15:00.000Z', 'January 1, 2027, at 9:00 AM'],
  ])('clocks in %s write %s as %j', (zone, moment, words) => {
    expect(formatMoment(moment, zone)).toBe(words);
  });
});

/** Each day's first quarter of an hour, found by looking at the clocks there. */
function midnightsIn(timeZone: string, days: string[]): string[] {
  const clock = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  return days.map((day) => {
    const from = Date.parse(day) - 15 * 3_600_000;
    const quarters = Array.from({ length: 30 * 4 }, (_, index) => from + index * 900_000);
    const first = quarters.find((moment) => clock.format(moment) === day);
    return new Date(first ?? Number.NaN).toISOString();
  });
}

describe('the zone of the machine', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test.each([
    'America/New_York',
    'America/Chicago',
    'Europe/Berlin',
    'Atlantic/Azores',
    'Australia/Lord_Howe',
    'Africa/Cairo',
    'Asia/Beirut',
    'Asia/Tokyo',
    'UTC',
  ])('changes no answer when it is %s', async (machine) => {
    vi.stubEnv('TZ', machine);
    vi.resetModules();
    const time = await import('../../lambdas/core/time.ts');

    expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(machine);
    for (const [zone, date, hour, moment] of moments) expect(time.momentAt(date, hour, zone)).toBe(moment);
    const days = Array.from({ length: 366 }, (_, index) => time.daysAfter('2027-01-01', index));
    expect(days.map((day) => time.momentAt(day, 0, machine))).toEqual(midnightsIn(machine, days));
    for (const [zone, moment, date] of dates) expect(time.dateIn(zone, moment)).toBe(date);
    for (const [date, days, sum] of sums) {
      expect(time.daysAfter(date, days)).toBe(sum);
      expect(time.daysBetween(date, sum)).toBe(days);
      expect(time.formatDate(date)).toBe(formatDate(date));
      expect(time.yearsBefore(date, 3)).toBe(yearsBefore(date, 3));
    }
    expect([...realDates, ...unrealDates].filter(time.isCalendarDate)).toEqual(realDates);
  });
});
