import ICAL from 'ical.js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { correctDate, markPassed, recordAttempt, startNewApplication } from '../../lambdas/core/attempts.ts';
import { calendarLinks, examCalendar, retakeCalendar } from '../../lambdas/core/calendar.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { aCandidate, changedBy, rules } from '../support/builders.ts';
import { takeBack } from '../support/steps.ts';

const { exam } = rules;
const now = '2026-11-23T15:00:00.000Z';
const soon = '2026-11-23T15:00:01.000Z';
const organization = 'Prep & Co, "North"; Ltd/Inc';

function fileOf(candidate: Candidate, at = now): string {
  const file = retakeCalendar({ candidate, exam, organization, now: at });
  if (file === undefined) throw new Error('No calendar file.');
  return file;
}

function eventsOf(candidate: Candidate, at = now) {
  return new ICAL.Component(ICAL.parse(fileOf(candidate, at))).getAllSubcomponents('vevent');
}

function eventOf(candidate: Candidate, at = now) {
  return eventsOf(candidate, at)[0]!;
}

function textOf(component: { getFirstPropertyValue(name: string): unknown }, name: string): string {
  return String(component.getFirstPropertyValue(name));
}

const candidate = aCandidate({ attempts: ['2026-01-31'] });
const retakeTitle = 'CMA (AAMA) exam: earliest day, nothing booked yet';
const retakeDescription = 'You can take the exam on or after this day. Check the fee with AAMA first.';
const examDay = ['-exam', 'CMA (AAMA) exam', 'Check the time and place and what to bring.', '-PT15H'] as const;
const examFile = (examOn: string, at: string) => examCalendar(examOn, { candidate, exam, organization, now: at });

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the calendar file', () => {
  test.each([
    ['the retake date', fileOf(candidate), '20260302', 0, '', retakeTitle, retakeDescription, 'PT9H'],
    ['the exam', examFile('2026-12-24', now), '20261224', 0, ...examDay],
    ['a moved exam', examFile('2027-01-04', soon), '20270104', 1, ...examDay],
  ])(
    'of %s is one day, without hour, zone or guests, and with an alarm',
    (_of, file, date, at, uid, title, about, alarm) => {
      expect(file.replaceAll('\r\n ', '').split('\r\n')).toEqual([
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Prep & Co "North" Ltd Inc//Retake Reminders//EN',
        'METHOD:PUBLISH',
        'BEGIN:VEVENT',
        `UID:a1b2c3-1-1-20261123150000000${uid}`,
        `SEQUENCE:${at}`,
        `DTSTAMP:20261123T15000${at}Z`,
        `DTSTART;VALUE=DATE:${date}`,
        'X-MICROSOFT-CDO-ALLDAYEVENT:TRUE',
        'X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT:TRUE',
        `SUMMARY:${title.replace(',', '\\,')}`,
        'TRANSP:TRANSPARENT',
        `DESCRIPTION:${about}`,
        'BEGIN:VALARM',
        'ACTION:DISPLAY',
        `TRIGGER;RELATED=START:${alarm}`,
        `DESCRIPTION:${title.replace(',', '\\,')}`,
        'END:VALARM',
        'URL;VALUE=URI:https://www.aama-ntl.org/cma-aama-exam/application-steps',
        'END:VEVENT',
        'END:VCALENDAR',
        '',
      ]);
    },
  );

  test.each([
    { what: 'as it is', version: candidate.version + 1 },
    { what: 'restored from a backup', version: candidate.version - 1 },
    { what: 'written often in between', version: candidate.version + 9 },
  ])('keeps its id when the date is corrected, and counts up: $what', ({ version }) => {
    const corrected = { ...changedBy(correctDate(candidate, '2026-02-01', rules, soon)), version };
    const before = eventOf(candidate);
    const after = eventOf(corrected, soon);

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
      changedBy(recordAttempt(again, { number: 1, date: '2026-01-31', lowestAreas: [] }, rules, soon)),
      next(candidate, 2),
      next(changedBy(startNewApplication(candidate, rules, now)), 1),
      aCandidate({ id: 'd4e5f6', attempts: ['2026-01-31'] }),
    ];

    expect(new Set(all.map((one) => textOf(eventOf(one), 'uid'))).size).toBe(all.length);
  });

  test.each(['\\ a; b, c', 'Prüfung '.repeat(30), '🎓'.repeat(60), 'x'.repeat(200)])('takes any name: %s', (name) => {
    const file = retakeCalendar({ candidate, exam: { ...exam, name }, organization: name, now }) ?? '';
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

      expect(textOf(eventOf(one), 'dtstart')).toBe(day);
    }
  });

  test.each(['America/New_York', 'Pacific/Kiritimati', 'Africa/Cairo'])(
    'is the same where the machine is in %s',
    (machine) => {
      const before = fileOf(candidate);
      vi.stubEnv('TZ', machine);

      expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(machine);
      expect(fileOf(candidate)).toBe(before);
      expect(textOf(eventOf(candidate), 'dtstart')).toBe('2026-03-02');
    },
  );

  test('is none where there is no retake date', () => {
    const usedUp = aCandidate({ attempts: ['2026-08-01', '2026-09-01', '2026-10-01'] });

    for (const nobody of [aCandidate(), usedUp, changedBy(markPassed(candidate, now))]) {
      expect(retakeCalendar({ candidate: nobody, exam, organization, now })).toBeUndefined();
    }
  });
});

test('the days for timed practice stand in the same file, under titles that anyone may read', () => {
  const waiting = aCandidate({ attempts: ['2026-11-20'] });
  const corrected = changedBy(correctDate(waiting, '2026-11-21', rules, soon));
  const detail = (of: Candidate, at: string) =>
    eventsOf(of, at).map((event) => [textOf(event, 'dtstart'), textOf(event, 'summary'), textOf(event, 'sequence')]);
  const uids = (of: Candidate) => eventsOf(of).map((event) => textOf(event, 'uid'));

  expect(detail(waiting, now)).toEqual([
    ['2026-12-20', retakeTitle, '0'],
    ['2026-12-16', 'Timed practice test', '0'],
    ['2026-12-18', 'Timed practice test', '0'],
  ]);
  expect(detail(corrected, soon)).toEqual([
    ['2026-12-21', retakeTitle, '1'],
    ['2026-12-17', 'Timed practice test', '1'],
    ['2026-12-19', 'Timed practice test', '1'],
  ]);
  expect(uids(corrected)).toEqual(uids(waiting));
  expect(new Set(uids(waiting)).size).toBe(3);
});

describe('the links beside the calendar file', () => {
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
      { action: 'TEMPLATE', text: retakeTitle, details: retakeDescription, dates: google },
      { subject: retakeTitle, body: retakeDescription, startdt: date, enddt: dayAfter, allday: 'true' },
    ]);
  });

  test('have no plus, which Outlook would show', () => {
    for (const { href } of calendarLinks('2026-03-02', { ...exam, name: 'A + B' }))
      expect(href.replaceAll('%2B', '')).not.toContain('+');
  });
});
