import { describe, expect, test } from 'vitest';
import { recordAttempt, startNewApplication, undo } from '../../lambdas/core/attempts.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { reasonToSkip } from '../../lambdas/core/email-schedule.ts';
import { waitOfEarlierApplication } from '../../lambdas/core/status.ts';
import { aCandidate, changedBy, rules } from '../support/builders.ts';
import { detailOf, mailed } from '../support/simulated-mailer.ts';

const now = '2026-11-23T15:00:00.000Z';
const recent = '2026-11-20';

function applyAgain(candidate: Candidate, at = now): Candidate {
  return changedBy(startNewApplication(candidate, at));
}

function record(candidate: Candidate, number: number, date: string, at = now): Candidate {
  return changedBy(recordAttempt(candidate, { number, date, lowestAreas: [] }, rules, at));
}

describe('the wait that an earlier application leaves', () => {
  const wait = (candidate: Candidate, at: string) =>
    waitOfEarlierApplication(candidate, rules.exam, at);

  test.each([
    ['America/New_York', '2026-12-20T05:00:00.000Z'],
    ['Pacific/Honolulu', '2026-12-20T10:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-12-19T10:00:00.000Z'],
  ])('ends in %s when its last day begins there, at %s', (timeZone, end) => {
    const candidate = applyAgain(aCandidate({ timeZone, attempts: ['2026-09-01', recent] }));
    const justBefore = new Date(Date.parse(end) - 1).toISOString();

    expect(wait(candidate, now)).toBe('2026-12-20');
    expect(wait(candidate, justBefore)).toBe('2026-12-20');
    expect(wait(candidate, end)).toBeUndefined();
  });

  test('lasts over an application without an attempt', () => {
    const passedBetween = applyAgain({
      ...aCandidate({ attempts: [recent] }),
      applications: [
        ...aCandidate({ attempts: [recent] }).applications,
        { startedAt: now, attempts: [], passedAt: now },
      ],
    });

    expect(passedBetween.applications).toHaveLength(3);
    expect(wait(passedBetween, now)).toBe('2026-12-20');
  });

  test('is none where no attempt was told at all', () => {
    expect(wait(aCandidate(), now)).toBeUndefined();
  });

  test('is none where the application has an attempt of its own to count from', () => {
    const candidate = record(applyAgain(aCandidate({ attempts: ['2026-09-01'] })), 1, recent);

    expect(wait(aCandidate({ attempts: [recent] }), now)).toBeUndefined();
    expect(wait(candidate, now)).toBeUndefined();
  });
});

describe('on a further application', () => {
  test('taking it back leaves all the earlier ones', () => {
    const two = record(applyAgain(aCandidate({ attempts: ['2026-09-01'] })), 1, recent);
    const three = applyAgain(two);

    expect(three.applications).toHaveLength(3);
    expect(changedBy(undo(three, rules, now)).applications).toEqual(two.applications);
  });

  test('an attempt whose wait is over has its reminder, though the one with its number before had one', () => {
    const reminded = mailed(aCandidate({ attempts: ['2026-08-01'] }), rules, now);
    const again = record(applyAgain(reminded), 1, '2026-09-15');

    expect(detailOf(mailed(again, rules, now))).toEqual([
      'reminder-1-1-2026-08-31 sent at 2026-11-23T15:00:00.000Z',
      'reminder-2-1-2026-10-15 sent at 2026-11-23T15:00:00.000Z',
    ]);
  });

  test('a study plan is sent, though the attempt with its number before had one', () => {
    const first = mailed(
      aCandidate({ attempts: ['2026-10-18'], at: '2026-11-16T15:00:00.000Z' }),
      rules,
      '2026-11-16T15:00:00.000Z',
    );
    const again = record(applyAgain(first), 1, recent);

    expect(detailOf(mailed(again, rules, now)).filter((line) => line.includes('plan'))).toEqual([
      'study-plan-1-1-2026-10-18 sent at 2026-11-16T15:00:00.000Z',
      'study-plan-2-1-2026-11-20 sent at 2026-11-23T15:00:00.000Z',
    ]);
  });

  test('that was taken back, its reminder is skipped for just that reason', () => {
    const before = aCandidate({ attempts: ['2026-09-01'] });
    const started = record(applyAgain(before), 1, recent);
    const takenBack = changedBy(undo(changedBy(undo(started, rules, now)), rules, now));
    const reminder = started.emails.find(({ key }) => key === 'reminder-2-1-2026-12-20')!;

    expect(takenBack.applications).toEqual(before.applications);
    expect(reasonToSkip(takenBack, reminder, rules, now)).toBe('attempt-taken-back');
  });
});
