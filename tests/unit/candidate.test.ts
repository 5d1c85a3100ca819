import { describe, expect, test } from 'vitest';
import {
  markPassed,
  recordAttempt,
  startNewApplication,
  undo,
} from '../../lambdas/core/attempts.ts';
import { type Candidate, candidateSchema } from '../../lambdas/core/candidate.ts';
import { unsubscribe } from '../../lambdas/core/email-preferences.ts';
import { flagsOf } from '../../lambdas/core/flags.ts';
import { attemptsUsed, retakeDate, statusOf } from '../../lambdas/core/status.ts';
import { aCandidate, changedBy, rules } from '../support/builders.ts';
import { mailed } from '../support/simulated-mailer.ts';

const { exam } = rules;
const now = '2026-11-23T15:00:00.000Z';

function withNumbers(...attempts: [number: number, date: string][]): Candidate {
  return attempts.reduce(
    (candidate, [number, date]) =>
      changedBy(recordAttempt(candidate, { number, date, lowestAreas: [] }, rules, now)),
    aCandidate(),
  );
}

describe('the status', () => {
  test.each([
    ['America/New_York', '2027-02-12', '2027-03-14T05:00:00.000Z'],
    ['America/New_York', '2027-10-08', '2027-11-07T04:00:00.000Z'],
    ['America/New_York', '2026-01-31', '2026-03-02T05:00:00.000Z'],
    ['America/Phoenix', '2027-02-12', '2027-03-14T07:00:00.000Z'],
    ['Pacific/Honolulu', '2027-02-12', '2027-03-14T10:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-12-02', '2026-12-31T10:00:00.000Z'],
    ['Asia/Kathmandu', '2028-01-30', '2028-02-28T18:15:00.000Z'],
    ['Australia/Lord_Howe', '2025-09-05', '2025-10-04T13:30:00.000Z'],
    ['Africa/Cairo', '2025-03-26', '2025-04-24T22:00:00.000Z'],
    ['Asia/Beirut', '2025-02-28', '2025-03-29T22:00:00.000Z'],
    ['Africa/Casablanca', '2025-01-24', '2025-02-22T23:00:00.000Z'],
    ['Europe/Dublin', '2025-09-26', '2025-10-25T23:00:00.000Z'],
  ])('in %s, after an attempt on %s, is waiting until %s', (timeZone, date, midnight) => {
    const toldAt = new Date(Date.parse(midnight) - 20 * 24 * 60 * 60_000).toISOString();
    const candidate = aCandidate({ timeZone, attempts: [date], at: toldAt });
    const justBefore = new Date(Date.parse(midnight) - 1).toISOString();

    expect(statusOf(candidate, exam, toldAt)).toBe('waiting');
    expect(statusOf(candidate, exam, justBefore)).toBe('waiting');
    expect(statusOf(candidate, exam, midnight)).toBe('can-retake');
  });

  test('is can-retake with no attempt on the application', () => {
    const applied = changedBy(
      startNewApplication(
        aCandidate({ attempts: ['2026-09-01', '2026-10-01', '2026-11-20'] }),
        now,
      ),
    );

    expect(statusOf(aCandidate(), exam, now)).toBe('can-retake');
    expect(statusOf(applied, exam, now)).toBe('can-retake');
  });

  test('is attempts-used after the third attempt, at any time', () => {
    const candidate = aCandidate({ attempts: ['2026-09-01', '2026-10-01', '2026-11-20'] });

    expect(statusOf(candidate, exam, now)).toBe('attempts-used');
    expect(statusOf(candidate, exam, '2027-11-23T15:00:00.000Z')).toBe('attempts-used');
  });

  test('is passed for whom passed, whatever was used or waited for', () => {
    const waiting = aCandidate({ attempts: ['2026-11-20'] });
    const usedUp = aCandidate({ attempts: ['2026-09-01', '2026-10-01', '2026-11-20'] });

    expect(statusOf(changedBy(markPassed(waiting, now)), exam, now)).toBe('passed');
    expect(statusOf(changedBy(markPassed(usedUp, now)), exam, now)).toBe('passed');
    expect(statusOf(changedBy(markPassed(aCandidate(), now)), exam, now)).toBe('passed');
  });

  test('says nothing of whether emails are wanted', () => {
    const stopped = changedBy(unsubscribe(aCandidate({ attempts: ['2026-11-20'] })));

    expect(stopped.emailState).toBe('unsubscribed');
    expect(statusOf(stopped, exam, now)).toBe('waiting');
  });
});

describe('the retake date', () => {
  test('is 30 calendar days after the latest attempt', () => {
    expect(retakeDate(aCandidate({ attempts: ['2026-01-31'] }), exam)).toBe('2026-03-02');
    expect(retakeDate(aCandidate({ attempts: ['2026-01-31', '2026-11-20'] }), exam)).toBe(
      '2026-12-20',
    );
  });

  test('is none before an attempt, after the third, and for whom passed', () => {
    const waiting = aCandidate({ attempts: ['2026-11-20'] });

    expect(retakeDate(aCandidate(), exam)).toBeUndefined();
    expect(
      retakeDate(aCandidate({ attempts: ['2026-09-01', '2026-10-01', '2026-11-20'] }), exam),
    ).toBeUndefined();
    expect(retakeDate(changedBy(markPassed(waiting, now)), exam)).toBeUndefined();
  });
});

describe('the attempts used', () => {
  test('are the highest number told, not how many were told', () => {
    expect(attemptsUsed(withNumbers([2, '2026-11-20']))).toBe(2);
    expect(attemptsUsed(withNumbers([1, '2026-09-01'], [3, '2026-11-20']))).toBe(3);
  });

  test('are none on a new application', () => {
    const candidate = aCandidate({ attempts: ['2026-09-01', '2026-11-20'] });

    expect(attemptsUsed(changedBy(startNewApplication(candidate, now)))).toBe(0);
  });
});

describe('the flags', () => {
  const usedUp = aCandidate({ attempts: ['2026-09-01', '2026-10-01', '2026-11-20'] });

  test('are none for whom nothing is the matter', () => {
    expect(flagsOf(aCandidate({ attempts: ['2026-09-01', '2026-11-20'] }), exam)).toEqual([]);
    expect(flagsOf(changedBy(unsubscribe(aCandidate())), exam)).toEqual([]);
  });

  test('show a used third attempt, until it is taken back or the candidate passed', () => {
    expect(flagsOf(usedUp, exam)).toEqual(['third-attempt-used']);
    expect(flagsOf(withNumbers([3, '2026-11-20']), exam)).toEqual(['third-attempt-used']);
    expect(flagsOf(changedBy(undo(usedUp, rules, now)), exam)).toEqual([]);
    expect(flagsOf(changedBy(markPassed(usedUp, now)), exam)).toEqual([]);
  });

  test('show an address that emails come back from, and a complaint', () => {
    expect(flagsOf({ ...aCandidate(), emailState: 'bounced', bouncedAt: now }, exam)).toEqual([
      'email-bounced',
    ]);
    expect(flagsOf({ ...aCandidate(), emailState: 'unsubscribed', bouncedAt: now }, exam)).toEqual([
      'email-bounced',
    ]);
    expect(flagsOf({ ...usedUp, complainedAt: now }, exam)).toEqual([
      'third-attempt-used',
      'email-complained',
    ]);
  });

  test('show an email that failed', () => {
    const candidate = mailed(aCandidate({ attempts: ['2026-11-20'] }), rules, now, () => ({
      type: 'refused',
      code: 'MessageRejected',
    }));

    expect(flagsOf(candidate, exam)).toEqual(['email-failed']);
  });
});

describe('a candidate that was stored', () => {
  const full: Candidate = {
    ...changedBy(
      startNewApplication(
        changedBy(markPassed(aCandidate({ attempts: ['2026-09-01', '2026-11-20'] }), now)),
        now,
      ),
    ),
    refusedAttempt: { number: 2, date: '2026-11-21', fieldErrors: { attemptDate: 'Too early.' } },
  };

  test('is understood as it was written', () => {
    expect(candidateSchema.parse(JSON.parse(JSON.stringify(full)))).toEqual(full);
  });

  test('is not understood without an application', () => {
    expect(candidateSchema.safeParse({ ...full, applications: [] }).success).toBe(false);
  });
});
