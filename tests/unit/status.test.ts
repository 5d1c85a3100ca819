import { describe, expect, test } from 'vitest';
import { type Candidate, candidateSchema } from '../../lambdas/core/candidate.ts';
import { statusOf } from '../../lambdas/core/status.ts';
import { aCandidate, rules } from '../support/builders.ts';
import { applyAgain, now, pass } from '../support/steps.ts';

const { exam } = rules;
const waiting = aCandidate({ attempts: ['2026-11-20'] });

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

  test('is that of the last attempt on a further application too, whatever was passed between', () => {
    const passedBetween = applyAgain(pass(applyAgain(waiting)));

    expect(statusOf(passedBetween, exam, '2026-12-20T04:59:59.999Z')).toBe('waiting');
    expect(statusOf(passedBetween, exam, '2026-12-20T05:00:00.000Z')).toBe('can-retake');
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
