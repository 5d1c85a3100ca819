import { describe, expect, test } from 'vitest';
import {
  markPassed,
  recordAttempt,
  startNewApplication,
  undo,
} from '../../lambdas/core/attempts.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { aCandidate, changedBy, fieldErrorsOf, rules } from '../support/builders.ts';
import { mailed } from '../support/simulated-mailer.ts';

const firstDay = '2026-11-23T15:00:00.000Z';
const secondDay = '2026-11-24T15:00:00.000Z';
const aWeekLater = '2026-11-30T15:00:00.000Z';
const justAfter = '2026-11-30T15:00:00.001Z';
const recent = '2026-11-20';
const longAgo = '2026-09-01';

function told(candidate: Candidate, number: number, at: string, date = recent): Candidate {
  return changedBy(recordAttempt(candidate, { number, date, lowestAreas: [] }, rules, at));
}

function mail(candidate: Candidate, at: string): Candidate {
  return mailed(candidate, rules, at);
}

function takenBack(candidate: Candidate, at: string): Candidate {
  return changedBy(undo(candidate, rules, at));
}

function appliedAgain(candidate: Candidate, at: string): Candidate {
  return changedBy(startNewApplication(changedBy(markPassed(candidate, at)), at));
}

function plansOf({ emails }: Candidate) {
  return emails.filter(({ kind }) => kind === 'study-plan');
}

/** Tells an attempt and takes it back, three times in two days, each time as another one. */
function afterThree(worked: (candidate: Candidate, at: string) => Candidate, first = recent) {
  const one = takenBack(worked(told(aCandidate(), 1, firstDay, first), firstDay), firstDay);
  const two = takenBack(worked(told(one, 2, secondDay), secondDay), secondDay);
  const again = appliedAgain(two, secondDay);
  return takenBack(worked(told(again, 1, secondDay), secondDay), secondDay);
}

describe('whoever tells attempts and takes them back', () => {
  test('gets three study plans within a week, and not a fourth', () => {
    const three = afterThree(mail);

    expect(plansOf(three).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent']);
    expect(plansOf(told(three, 2, secondDay))).toEqual(plansOf(three));
    expect(plansOf(told(three, 2, aWeekLater))).toEqual(plansOf(three));
  });

  test('gets one again when the week is over', () => {
    expect(plansOf(told(afterThree(mail), 2, justAfter))).toHaveLength(4);
  });

  test('is reminded all the same', () => {
    const fourth = told(afterThree(mail), 2, secondDay);

    expect(fourth.emails.at(-1)).toMatchObject({ key: 'reminder-2-2-2026-12-20', state: 'queued' });
  });

  test('has nothing counted that was never handed over', () => {
    const neverMailed = afterThree((candidate) => candidate);

    expect(plansOf(neverMailed)).toHaveLength(3);
    expect(plansOf(told(neverMailed, 2, secondDay))).toHaveLength(4);
  });

  test('has emails of another kind not counted', () => {
    const twoAndAReminder = afterThree(mail, longAgo);

    expect(twoAndAReminder.emails.filter(({ state }) => state === 'sent')).toHaveLength(3);
    expect(plansOf(told(twoAndAReminder, 2, secondDay))).toHaveLength(3);
  });
});

describe('whoever begins application after application', () => {
  const applied = (times: number) =>
    Array.from({ length: times }).reduce<Candidate>(
      (candidate) => appliedAgain(candidate, firstDay),
      aCandidate(),
    );

  test('has up to twenty kept, and is told what to do then', () => {
    const twenty = applied(19);

    expect(twenty.applications).toHaveLength(20);
    expect(
      fieldErrorsOf(startNewApplication(changedBy(markPassed(twenty, firstDay)), firstDay)),
    ).toEqual({
      'new-application': 'We keep up to 20 applications. Erase what we know to begin anew.',
    });
  });
});
