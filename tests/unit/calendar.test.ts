import ICAL from 'ical.js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { correctDate, markPassed, recordAttempt, startNewApplication } from '../../lambdas/core/attempts.ts';
import { calendarLinks, examCalendar, retakeCalendar } from '../../lambdas/core/calendar.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { aCandidate, changedBy, rules } from '../support/builders.ts';
import { takeBack } from '../support/steps.ts';

const { exam } = rules;
const now = '2026-11-23T15:00:00.000Z';
const organization = 'Prep & Co, "North"; Ltd/Inc';

function fileOf(candidate: Candidate, at = now): string {
  const file = retakeCalendar(candidate, exam, organization, at);
  if (file === undefined) throw new Error('No calendar file.');
  return file;
}

function calendarOf(candidate: Candidate, at = now) {
  return read(fileOf(candidate, at));
}

function read(file: string) {
  const calendar = new ICAL.Component(ICAL.parse(file));
  const events = calendar.getAllSubcomponents('vevent');
  return { calendar, event: events[0]!, events };
}

function textOf(component: { getFirstPropertyValue(name: string): unknown }, name: string): string {
  return String(component.getFirstPropertyValue(name));
}

const candidate = aCandidate({ attempts: ['2026-01-31'] });

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the calendar file', () => {
  test('holds one event: the retake date, all day, with no hour and no zone', () => {
    const { event, events } = calendarOf(candidate);
    const start = event.getFirstProperty('dtstart');

    expect(events).toHaveLength(1);
    expect(start?.type).toBe('date');
    expect(start?.getParameter('tzid')).toBeUndefined();
    expect(textOf(event, 'dtstart')).toBe('2026-03-02');
    expect(event.hasProperty('dtend')).toBe(false);
    expect(event.hasProperty('duration')).toBe(false);
  });

  test('is published, not an invitation to answer', () => {
    const { calendar, event } = calendarOf(candidate);

    expect(textOf(calendar, 'method')).toBe('PUBLISH');
    expect(textOf(calendar, 'version')).toBe('2.0');
    expect(event.hasProperty('organizer')).toBe(false);
    expect(event.hasProperty('attendee')).toBe(false);
  });

  test('says what the day is for, and nothing that a shared calendar should not show', () => {
    const { event } = calendarOf(candidate);

    expect(textOf(event, 'summary')).toBe('CMA (AAMA) exam: earliest day, nothing booked yet');
    expect(textOf(event, 'description')).toBe(
      'You can take the exam on or after this day. Check the fee with AAMA first.',
    );
    expect(textOf(event, 'url')).toBe('https://www.aama-ntl.org/cma-aama-exam/application-steps');
    expect(`${textOf(event, 'summary')} ${textOf(event, 'description')}`).not.toMatch(/fail|retake|attempt/i);
    expect(fileOf(candidate)).not.toMatch(/Ana|Flores|example\.com/i);
  });

  test('is stamped by the clock that it is given', () => {
    expect(textOf(calendarOf(candidate).event, 'dtstamp')).toBe('2026-11-23T15:00:00Z');
    expect(textOf(calendarOf(candidate, '2028-02-29T23:59:59.000Z').event, 'dtstamp')).toBe('2028-02-29T23:59:59Z');
  });

  test('has an alarm that morning, wherever the calendar is', () => {
    const [alarm, ...others] = calendarOf(candidate).event.getAllSubcomponents('valarm');

    expect(others).toEqual([]);
    expect(textOf(alarm!, 'action')).toBe('DISPLAY');
    expect(textOf(alarm!, 'trigger')).toBe('PT9H');
    expect(textOf(alarm!, 'description')).toBe(textOf(calendarOf(candidate).event, 'summary'));
  });

  test.each([
    { what: 'as it is', version: candidate.version + 1 },
    { what: 'restored from a backup', version: candidate.version - 1 },
    { what: 'written often in between', version: candidate.version + 9 },
  ])('keeps its id when the date is corrected, and counts up: $what', ({ version }) => {
    const soon = '2026-11-23T15:00:01.000Z';
    const corrected = { ...changedBy(correctDate(candidate, '2026-02-01', rules, soon)), version };
    const before = calendarOf(candidate).event;
    const after = calendarOf(corrected, soon).event;

    expect(textOf(after, 'dtstart')).toBe('2026-03-03');
    expect(textOf(after, 'uid')).toBe(textOf(before, 'uid'));
    expect(Number(textOf(after, 'sequence'))).toBeGreaterThan(Number(textOf(before, 'sequence')));
  });

  test('has an id of its own for each attempt, application and candidate', () => {
    const next = (known: Candidate, number: number) =>
      changedBy(recordAttempt(known, { number, date: '2026-11-20', lowestAreas: [] }, rules, now));
    const again = takeBack(candidate, now);
    const all = [
      candidate,
      changedBy(
        recordAttempt(again, { number: 1, date: '2026-01-31', lowestAreas: [] }, rules, '2026-11-23T15:00:01.000Z'),
      ),
      next(candidate, 2),
      next(changedBy(startNewApplication(candidate, rules, now)), 1),
      aCandidate({ id: 'd4e5f6', attempts: ['2026-01-31'] }),
    ];

    expect(new Set(all.map((one) => textOf(calendarOf(one).event, 'uid'))).size).toBe(all.length);
  });

  test.each(['\\ a; b, c', 'Prüfung '.repeat(30), '🎓'.repeat(60), 'x'.repeat(200)])('takes any name: %s', (name) => {
    const file = retakeCalendar(candidate, { ...exam, name }, name, now) ?? '';
    const calendar = new ICAL.Component(ICAL.parse(file));
    const event = calendar.getFirstSubcomponent('vevent')!;

    expect(file.split('\r\n').filter((line) => Buffer.byteLength(line) > 75)).toEqual([]);
    expect(file).not.toContain('\uFFFD');
    expect(textOf(event, 'summary')).toBe(`${name} exam: earliest day, nothing booked yet`);
    const company = name.replaceAll(/[\\;, ]+/g, ' ');
    expect(textOf(calendar, 'prodid')).toBe(`-//${company}//Retake Reminders//EN`);
  });

  test.each([
    ['2028-01-30', '2028-02-29'],
    ['2027-02-12', '2027-03-14'],
  ])('after an attempt on %s is for %s, in every zone', (date, day) => {
    for (const timeZone of ['America/New_York', 'Pacific/Kiritimati', 'Pacific/Honolulu']) {
      const one = aCandidate({ timeZone, attempts: [date], at: '2029-01-01T00:00:00.000Z' });

      expect(textOf(calendarOf(one).event, 'dtstart')).toBe(day);
    }
  });

  test.each(['America/New_York', 'Pacific/Kiritimati', 'Africa/Cairo'])(
    'is the same where the machine is in %s',
    (machine) => {
      const before = fileOf(candidate);
      vi.stubEnv('TZ', machine);

      expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(machine);
      expect(fileOf(candidate)).toBe(before);
      expect(textOf(calendarOf(candidate).event, 'dtstart')).toBe('2026-03-02');
    },
  );

  test('is none where there is no retake date', () => {
    const usedUp = aCandidate({ attempts: ['2026-08-01', '2026-09-01', '2026-10-01'] });

    for (const nobody of [aCandidate(), usedUp, changedBy(markPassed(candidate, now))]) {
      expect(retakeCalendar(nobody, exam, organization, now)).toBeUndefined();
    }
  });
});

test('the days for timed practice stand in the same file, under titles that anyone may read', () => {
  const waiting = aCandidate({ attempts: ['2026-11-20'] });
  const soon = '2026-11-23T15:00:01.000Z';
  const corrected = changedBy(correctDate(waiting, '2026-11-21', rules, soon));
  const detail = (of: Candidate, at: string) =>
    calendarOf(of, at).events.map((event) => [
      textOf(event, 'dtstart'),
      textOf(event, 'summary'),
      textOf(event, 'sequence'),
    ]);
  const uids = (of: Candidate) => calendarOf(of).events.map((event) => textOf(event, 'uid'));
  const title = 'CMA (AAMA) exam: earliest day, nothing booked yet';

  expect(detail(waiting, now)).toEqual([
    ['2026-12-20', title, '0'],
    ['2026-12-15', 'Timed practice test', '0'],
    ['2026-12-18', 'Timed practice test', '0'],
  ]);
  expect(detail(corrected, soon)).toEqual([
    ['2026-12-21', title, '1'],
    ['2026-12-16', 'Timed practice test', '1'],
    ['2026-12-19', 'Timed practice test', '1'],
  ]);
  expect(uids(corrected)).toEqual(uids(waiting));
  expect(new Set(uids(waiting)).size).toBe(3);
});

test('the calendar file of a booked exam moves with the booking, with an alarm the morning before', () => {
  const soon = '2026-11-23T15:00:05.000Z';
  const fileFor = (examOn: string, at: string) => examCalendar(candidate, exam, organization, examOn, at);
  const { calendar, event, events } = read(fileFor('2026-12-24', now));
  const moved = read(fileFor('2027-01-04', soon)).event;

  expect(events).toHaveLength(1);
  expect(fileFor('2026-12-24', now)).toMatch(/^BEGIN:VCALENDAR\r\n(.+\r\n)+END:VCALENDAR\r\n$/);
  expect(textOf(calendar, 'method')).toBe('PUBLISH');
  expect(event.getFirstProperty('dtstart')?.type).toBe('date');
  expect([textOf(event, 'dtstart'), textOf(moved, 'dtstart')]).toEqual(['2026-12-24', '2027-01-04']);
  expect(textOf(moved, 'uid')).toBe(textOf(event, 'uid'));
  expect(textOf(event, 'uid')).not.toBe(textOf(calendarOf(candidate).event, 'uid'));
  expect([textOf(event, 'sequence'), textOf(moved, 'sequence')]).toEqual(['0', '5']);
  expect(textOf(event, 'summary')).toBe('CMA (AAMA) exam');
  expect(textOf(event, 'transp')).toBe('TRANSPARENT');
  expect(textOf(event, 'x-microsoft-cdo-alldayevent')).toBe('TRUE');
  expect(textOf(event.getFirstSubcomponent('valarm')!, 'trigger')).toBe('-PT15H');
});

describe('the links beside the calendar file', () => {
  const title = 'CMA (AAMA) exam: earliest day, nothing booked yet';
  const description = 'You can take the exam on or after this day. Check the fee with AAMA first.';

  test.each([
    ['2026-03-02', '2026-03-03'],
    ['2028-02-29', '2028-03-01'],
    ['2026-12-31', '2027-01-01'],
  ])('put %s into Google Calendar and Outlook, all day', (date, dayAfter) => {
    const links = calendarLinks(date, exam).map(({ href }) => new URL(href));
    const google = `${date}/${dayAfter}`.replaceAll('-', '');

    expect(links.map(({ origin, pathname }) => `${origin}${pathname}`)).toEqual([
      'https://calendar.google.com/calendar/render',
      'https://outlook.live.com/calendar/0/deeplink/compose',
    ]);
    expect(links.map(({ searchParams }) => Object.fromEntries(searchParams))).toMatchObject([
      { action: 'TEMPLATE', text: title, details: description, dates: google },
      { subject: title, body: description, startdt: date, enddt: dayAfter, allday: 'true' },
    ]);
  });

  test('have no plus, which Outlook would show', () => {
    for (const { href } of calendarLinks('2026-03-02', { ...exam, name: 'A + B' }))
      expect(href.replaceAll('%2B', '')).not.toContain('+');
  });
});
