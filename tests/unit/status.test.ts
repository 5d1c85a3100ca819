import { describe, expect, test } from 'vitest';
import { type Candidate, candidateSchema } from '../../lambdas/core/candidate.ts';
import { attemptsUsed, retakeDate, statusOf } from '../../lambdas/core/status.ts';
import { aCandidate, rules } from '../support/builders.ts';
import { applyAgain, now, pass, record, stop } from '../support/steps.ts';

const { exam } = rules;
const waiting = aCandidate({ attempts: ['2026-11-20'] });
const usedUp = aCandidate({ attempts: ['2026-09-01', '2026-10-01', '2026-11-20'] });

const millisecondBefore = (at: string) => new Date(Date.parse(at) - 1).toISOString();

describe('the status', () => {
  test.each([
    ['America/New_York', '2027-02-12', '2027-03-14T05:00:00.000Z'],
    ['America/New_York', '2027-10-08', '2027-11-07T04:00:00.000Z'],
    ['Pacific/Honolulu', '2027-02-12', '2027-03-14T10:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-12-02', '2026-12-31T10:00:00.000Z'],
    ['Asia/Kathmandu', '2028-01-30', '2028-02-28T18:15:00.000Z'],
    ['Africa/Cairo', '2025-03-26', '2025-04-24T22:00:00.000Z'],
    ['Europe/Dublin', '2025-09-26', '2025-10-25T23:00:00.000Z'],
  ])('in %s, after an attempt on %s, is waiting until %s', (timeZone, date, midnight) => {
    const at = new Date(Date.parse(midnight) - 20 * 24 * 60 * 60_000).toISOString();
    const candidate = aCandidate({ timeZone, attempts: [date], at });

    expect(statusOf(candidate, exam, at)).toBe('waiting');
    expect(statusOf(candidate, exam, millisecondBefore(midnight))).toBe('waiting');
    expect(statusOf(candidate, exam, midnight)).toBe('can-retake');
  });

  test('is attempts-used after the third attempt, at any time', () => {
    expect(statusOf(usedUp, exam, now)).toBe('attempts-used');
    expect(statusOf(usedUp, exam, '2027-11-23T15:00:00.000Z')).toBe('attempts-used');
  });

  test('is passed once passed, whatever was used or waited for', () => {
    for (const candidate of [waiting, usedUp, aCandidate()])
      expect(statusOf(pass(candidate), exam, now)).toBe('passed');
  });

  test('says nothing of whether emails are wanted', () => {
    expect(statusOf(stop(waiting), exam, now)).toBe('waiting');
  });
});

describe('the retake date', () => {
  test('is 30 calendar days after the latest attempt', () => {
    expect(retakeDate(aCandidate({ attempts: ['2026-01-31'] }), exam)).toBe('2026-03-02');
    expect(retakeDate(aCandidate({ attempts: ['2026-01-31', '2026-11-20'] }), exam)).toBe('2026-12-20');
  });

  test('is none before an attempt, after the third, and after passing', () => {
    for (const candidate of [aCandidate(), usedUp, pass(waiting)]) expect(retakeDate(candidate, exam)).toBeUndefined();
  });
});

describe('the attempts used', () => {
  test('are the highest number recorded, not how many were recorded', () => {
    expect(attemptsUsed(record(aCandidate(), 2, '2026-11-20'))).toBe(2);
    expect(attemptsUsed(record(aCandidate({ attempts: ['2026-09-01'] }), 3, '2026-11-20'))).toBe(3);
  });

  test('are none on a new application', () => {
    expect(attemptsUsed(applyAgain(usedUp))).toBe(0);
  });
});

describe('a new application', () => {
  test.each([
    ['America/New_York', '2026-12-20T05:00:00.000Z'],
    ['Pacific/Honolulu', '2026-12-20T10:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-12-19T10:00:00.000Z'],
  ])('in %s waits out the last attempt of the one before, until %s', (timeZone, end) => {
    const candidate = applyAgain(aCandidate({ timeZone, attempts: ['2026-09-01', '2026-11-20'] }));

    expect(retakeDate(candidate, exam)).toBe('2026-12-20');
    expect(statusOf(candidate, exam, millisecondBefore(end))).toBe('waiting');
    expect(statusOf(candidate, exam, end)).toBe('can-retake');
  });

  test('waits even if the one before it had no attempt', () => {
    const passedBetween = applyAgain(pass(applyAgain(waiting)));

    expect(passedBetween.applications).toHaveLength(3);
    expect(retakeDate(passedBetween, exam)).toBe('2026-12-20');
  });

  test('has nothing to wait for without any attempt on record', () => {
    expect(retakeDate(aCandidate(), exam)).toBeUndefined();
    expect(statusOf(aCandidate(), exam, now)).toBe('no-attempt');
  });
});

describe('a candidate that was stored', () => {
  test('is understood as it was written, and never without an application', () => {
    const full: Candidate = {
      ...applyAgain(pass(waiting)),
      refusedAttempt: { number: 2, date: '2026-11-21', fieldErrors: { attemptDate: 'Too early.' }, at: now },
    };

    expect(candidateSchema.parse(JSON.parse(JSON.stringify(full)))).toEqual(full);
    expect(candidateSchema.safeParse({ ...full, applications: [] }).success).toBe(false);
  });
});
