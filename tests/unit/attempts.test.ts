import { describe, expect, test } from 'vitest';
import type { ActionResult } from '../../lambdas/core/action-result.ts';
import {
  correctDate,
  entryKey,
  recordAttempt,
  startNewApplication,
  undo,
  undoable,
} from '../../lambdas/core/attempts.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { latestAttempt, numberedAttempts } from '../../lambdas/core/status.ts';
import { formatDate } from '../../lambdas/core/time.ts';
import { aCandidate, fieldErrorsOf, rules } from '../support/builders.ts';
import { applyAgain, correct, now, pass, record, takeBack } from '../support/steps.ts';

const tomorrow = '2026-11-24T15:00:00.000Z';

function tryRecording(candidate: Candidate, number: number, date: string, at = now): ActionResult {
  return recordAttempt(candidate, { number, date, lowestAreas: [] }, rules, at);
}

/** All attempts, as "application.number date". */
function attemptsOf(candidate: Candidate): string[] {
  return numberedAttempts(candidate).map(({ application, number, date }) => `${application}.${number} ${date}`);
}

/** The last thing recorded, as the button that takes it back names it. */
function entryOf(candidate: Candidate): string {
  return entryKey(undoable(candidate, now)!);
}

const inTheFuture = { attemptDate: 'Enter the date of the attempt. It can’t be later than today.' };
const tooLongAgo = { attemptDate: 'Check the year. This date is more than 3 years ago.' };
const tooEarly = (before: string, first: string) => ({
  attemptDate: `Enter ${first}, or a later date. Attempts have to be at least 30 days apart, and the previous one was on ${before}.`,
});

describe('recording an attempt', () => {
  test('keeps what was entered, and when', () => {
    const candidate = record(aCandidate(), 1, '2026-11-20', now, ['clinical', 'general']);

    expect(latestAttempt(candidate)).toEqual({
      number: 1,
      date: '2026-11-20',
      lowestAreas: ['clinical', 'general'],
      recordedAt: now,
    });
  });

  test('a second time with its lowest areas keeps those, and those of the other attempts', () => {
    const candidate = record(aCandidate({ attempts: ['2026-09-01'] }), 2, '2026-11-20', now, ['general']);
    const again = record(candidate, 1, '2026-09-01', tomorrow, ['clinical']);
    const areas = numberedAttempts(again).map(({ lowestAreas }) => lowestAreas);

    expect(areas).toEqual([['clinical'], ['general']]);
    expect(latestAttempt(record(again, 2, '2026-11-20'))).toEqual(latestAttempt(candidate));
  });

  test('with a known number and another date is a mistake that points to the correction', () => {
    const candidate = aCandidate({ attempts: ['2026-09-01', '2026-11-20'] });

    for (const [number, which] of [
      [1, 'first'],
      [2, 'second'],
    ] as const)
      expect(fieldErrorsOf(tryRecording(candidate, number, '2026-11-21'))).toEqual({
        attemptDate: `The ${which} attempt is already on record with another date. If that date is wrong, correct it instead.`,
      });
  });

  test.each([
    [
      'with a lower number than the last one',
      record(aCandidate(), 2, '2026-10-01'),
      1,
      'The second attempt is already on record, so choose a later one. If this one belongs to a new application, record that first.',
    ],
    [
      'after the third one',
      record(aCandidate(), 3, '2026-10-01'),
      2,
      'All 3 attempts on this application are used. Record a new application to add another.',
    ],
    [
      'after passing',
      pass(aCandidate({ attempts: ['2026-10-01'] })),
      2,
      'This application already has a pass. Undo that first or record a new application.',
    ],
  ])('%s is a mistake', (_title, candidate, number, attemptNumber) => {
    expect(fieldErrorsOf(tryRecording(candidate, number, '2026-11-20'))).toEqual({ attemptNumber });
  });

  test.each([
    [now, '2023-11-23', '2023-11-22'],
    ['2028-02-29T15:00:00.000Z', '2025-02-28', '2025-02-27'],
  ])('at %s, may be of %s and not of %s, which is too long ago', (at, earliest, earlier) => {
    expect(attemptsOf(record(aCandidate(), 1, earliest, at))).toEqual([`1.1 ${earliest}`]);
    expect(fieldErrorsOf(tryRecording(aCandidate(), 1, earlier, at))).toEqual(tooLongAgo);
  });

  test.each([
    ['2026-10-01', '2026-10-31', '2026-01-01'],
    ['2026-01-31', '2026-03-02', '2026-03-01'],
    ['2024-01-30', '2024-02-29', '2024-02-28'],
  ])('after one on %s, is possible on %s and not on %s, nor on a new application', (date, first, early) => {
    const candidate = aCandidate({ attempts: [date] });

    expect(attemptsOf(record(candidate, 2, first))).toEqual([`1.1 ${date}`, `1.2 ${first}`]);
    for (const refused of [tryRecording(candidate, 2, early), tryRecording(applyAgain(candidate), 1, early)])
      expect(fieldErrorsOf(refused)).toEqual(tooEarly(formatDate(date), formatDate(first)));
  });
});

describe('correcting a date', () => {
  const lastOfToday = '2026-11-24T09:59:59.999Z';
  const inHonolulu = aCandidate({ timeZone: 'Pacific/Honolulu', attempts: ['2026-11-20'] });
  const second = record(aCandidate({ attempts: ['2026-09-01'] }), 2, '2026-11-20');

  test('changes the day of the latest attempt, notes when, and changes nothing else about the attempts', () => {
    const first = aCandidate({ attempts: ['2026-09-01'] });
    const corrected = correct(record(first, 2, '2026-11-20', now, ['clinical']), '2026-11-18', tomorrow);

    const right = record(first, 2, '2026-11-18', now, ['clinical']);
    expect(corrected.applications[0]?.attempts).toEqual([
      right.applications[0]?.attempts[0],
      { ...right.applications[0]?.attempts[1], correctedAt: tomorrow },
    ]);
    expect(correct(right, '2026-11-18', tomorrow).applications).toEqual(right.applications);
  });

  test.each<[how: string, Candidate, date: string, fieldErrors: object]>([
    ['there is none', aCandidate(), '2026-11-20', { attemptDate: 'There’s no attempt to correct yet. Add one first.' }],
    ['it would be in the future of its zone', inHonolulu, '2026-11-24', inTheFuture],
    ['it would be more than three years ago', inHonolulu, '2023-11-22', tooLongAgo],
    [
      'it would be too soon after the one before',
      second,
      '2026-09-30',
      tooEarly(formatDate('2026-09-01'), formatDate('2026-10-01')),
    ],
  ])('is refused where %s', (_how, candidate, date, fieldErrors) => {
    expect(fieldErrorsOf(correctDate(candidate, date, rules, lastOfToday))).toEqual(fieldErrors);
  });

  test('may be today where the candidate lives', () => {
    expect(attemptsOf(correct(inHonolulu, '2026-11-23', lastOfToday))).toEqual(['1.1 2026-11-23']);
  });
});

describe('taking back', () => {
  const nothingLeft = { undo: 'You can undo an update for 7 days. After that, ask the staff to do it.' };
  const lastMoment = '2026-11-30T15:00:00.000Z';
  const tooLate = '2026-11-30T15:00:00.001Z';

  test('goes from the last thing recorded to the one before, and leaves what was before it', () => {
    const first = aCandidate({ attempts: ['2026-10-01'] });
    const reapplied = applyAgain(first);
    const second = record(reapplied, 1, '2026-11-20');
    const passed = pass(second);

    expect([passed, second, reapplied, first].map((one) => undoable(one, now))).toEqual(
      ['passed', 'attempt', 'new-application', 'attempt'].map((what) => ({ what, at: now })),
    );
    expect(takeBack(passed)).toEqual(second);
    expect(takeBack(second).applications).toEqual(reapplied.applications);
    expect(takeBack(reapplied).applications).toEqual(first.applications);
    expect(attemptsOf(takeBack(first))).toEqual([]);
  });

  test('is possible for seven days from recording, to the millisecond', () => {
    const recorded = aCandidate({ attempts: ['2024-01-31'] });

    for (const candidate of [recorded, pass(recorded), applyAgain(recorded)]) {
      const entry = entryOf(candidate);
      expect(takeBack(candidate, lastMoment, entry)).not.toEqual(candidate);
      expect(fieldErrorsOf(undo(candidate, entry, rules, tooLate))).toEqual(nothingLeft);
    }
  });

  test('pressed twice takes back one thing, also where two were recorded in the same moment', () => {
    const attempt = aCandidate({ attempts: ['2026-11-20'] });
    const first = applyAgain(aCandidate({ attempts: ['2026-10-01'] }), tomorrow);

    for (const candidate of [pass(attempt), record(first, 1, '2026-11-20', tomorrow)]) {
      const once = takeBack(candidate, tomorrow, entryOf(candidate));

      expect(once).not.toEqual(candidate);
      expect(undoable(once, tomorrow)).toBeDefined();
      expect(takeBack(once, tomorrow, entryOf(candidate))).toEqual(once);
    }
  });

  test('of what is gone changes nothing; of what was never the last entry, or is not any more, is refused', () => {
    const before = aCandidate({ attempts: ['2026-11-20'] });
    const gone = takeBack(before);
    const isNotLast = { undo: 'Only the latest update can be undone. Reload the page to see which one that is.' };

    expect(takeBack(gone, tooLate, entryOf(before))).toEqual(gone);
    for (const entry of [entryOf(before), 'x', 'attempt', 'attempt x', 'passed 2020', `attempt ${tooLate}`])
      expect(fieldErrorsOf(undo(pass(before, tomorrow), entry, rules, tomorrow))).toEqual(isNotLast);
  });
});

describe('a new application', () => {
  test('is one of up to twenty, and then says what to do', () => {
    let candidate = aCandidate();
    for (let count = 1; count < 20; count += 1) candidate = applyAgain(pass(candidate));

    expect(candidate.applications).toHaveLength(20);
    expect(fieldErrorsOf(startNewApplication(pass(candidate), rules, now))).toEqual({
      'new-application': 'We can keep up to 20 applications. To start over, erase the record first.',
    });
  });
});
