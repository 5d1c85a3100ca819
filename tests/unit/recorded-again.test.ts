import { describe, expect, test } from 'vitest';
import { entryKey, recordAttempt, undo, undoable } from '../../lambdas/core/attempts.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { unsubscribe } from '../../lambdas/core/email-preferences.ts';
import { reasonToSkip } from '../../lambdas/core/email-schedule.ts';
import { aCandidate, changedBy, fieldErrorsOf, rules } from '../support/builders.ts';
import { detailOf, mailed } from '../support/simulated-mailer.ts';

const now = '2026-11-23T15:00:00.000Z';
const soon = '2026-11-23T15:00:20.000Z';

function record(
  candidate: Candidate,
  number: number,
  date: string,
  { lowestAreas = [], at = now }: { lowestAreas?: string[]; at?: string } = {},
): Candidate {
  return changedBy(recordAttempt(candidate, { number, date, lowestAreas }, rules, at));
}

function areasOf({ applications }: Candidate): string[][] {
  return applications.flatMap(({ attempts }) => attempts.map(({ lowestAreas }) => lowestAreas));
}

describe('an attempt told again', () => {
  const twice = record(record(aCandidate(), 1, '2026-09-01'), 2, '2026-11-20', {
    lowestAreas: ['general'],
  });

  test('with its lowest areas leaves those of the other attempts', () => {
    const again = record(twice, 1, '2026-09-01', { lowestAreas: ['clinical'] });

    expect(areasOf(again)).toEqual([['clinical'], ['general']]);
  });

  test('without areas keeps the ones told before', () => {
    expect(areasOf(record(twice, 2, '2026-11-20'))).toEqual([[], ['general']]);
  });

  test('after it was taken back has a study plan of its own; the one before is not sent', () => {
    const first = aCandidate({ attempts: ['2026-11-20'] });
    const again = record(changedBy(undo(first, rules, now)), 1, '2026-11-20', { at: soon });
    const planOf = ({ emails }: Candidate) => emails.find(({ kind }) => kind === 'study-plan')!;

    expect(reasonToSkip(again, planOf(first), rules, soon)).toBe('attempt-taken-back');
    expect(reasonToSkip(again, planOf(again), rules, soon)).toBeUndefined();
  });
});

describe('the study plan of an attempt that was taken back and told again on the same day', () => {
  const lastMoment = '2026-11-30T15:00:00.000Z';
  const justAfter = '2026-11-30T15:00:00.001Z';
  const first = aCandidate({ attempts: ['2026-11-20'] });
  const plansOf = (candidate: Candidate) =>
    detailOf(candidate).filter((line) => line.startsWith('study-plan'));

  test('is the one that was sent, however long ago that was', () => {
    const takenBack = changedBy(undo(mailed(first, rules, now), rules, lastMoment));
    const again = record(takenBack, 1, '2026-11-20', { at: justAfter });

    expect(plansOf(mailed(again, rules, justAfter))).toEqual([
      'study-plan-1-1-2026-11-20 sent at 2026-11-23T15:00:00.000Z',
    ]);
  });

  test('takes the place of the one that was skipped', () => {
    const skipped = mailed(changedBy(unsubscribe(first)), rules, now);
    const again = record(changedBy(undo(skipped, rules, now)), 1, '2026-11-20', { at: soon });

    expect(plansOf(skipped)).toEqual(['study-plan-1-1-2026-11-20 skipped: unsubscribed']);
    expect(plansOf(again)).toEqual([
      'study-plan-1-1-2026-11-20 queued for 2026-11-23T15:00:20.000Z',
    ]);
  });
});

describe('a button to take back what was told', () => {
  const candidate = aCandidate({ attempts: ['2026-11-20'] });
  const told = entryKey(undoable(candidate, now)!);
  const lastMoment = '2026-11-30T15:00:00.000Z';
  const tooLate = '2026-11-30T15:00:00.001Z';

  test('works until the last moment of the seven days, and says so when they are over', () => {
    expect(areasOf(changedBy(undo(candidate, rules, lastMoment, told)))).toEqual([]);
    expect(fieldErrorsOf(undo(candidate, rules, tooLate, told))).toEqual({
      undo: 'There is nothing to take back from the last 7 days.',
    });
  });

  test('changes nothing once all is taken back', () => {
    const nothingTold = changedBy(undo(candidate, rules, now, told));

    for (const at of [now, tooLate]) {
      expect(changedBy(undo(nothingTold, rules, at, told))).toEqual(nothingTold);
    }
  });
});
