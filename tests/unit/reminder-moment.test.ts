import { describe, expect, test } from 'vitest';
import { changeDetails } from '../../lambdas/core/actions.ts';
import { correctDate } from '../../lambdas/core/attempts.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { applyEvent, claim } from '../../lambdas/core/email.ts';
import { resubscribe, unsubscribe } from '../../lambdas/core/email-preferences.ts';
import { aCandidate, changedBy, rules } from '../support/builders.ts';
import { detailOf, mailed } from '../support/simulated-mailer.ts';

const now = '2026-11-23T15:00:00.000Z';
/** 09:00 in New York on the first possible day after 20 November, and on the day after that. */
const morning = '2026-12-20T14:00:00.000Z';
const nextMorning = '2026-12-21T14:00:00.000Z';

const told = mailed(aCandidate({ attempts: ['2026-11-20'] }), rules, now);

function correct(candidate: Candidate, date: string, at: string): Candidate {
  return changedBy(correctDate(candidate, date, rules, at));
}

describe('where a reminder was sent, and the date is corrected since,', () => {
  const reminded = mailed(told, rules, morning);

  test('another comes as long as its moment lies ahead', () => {
    const justBefore = correct(reminded, '2026-11-21', '2026-12-21T13:59:59.999Z');

    expect(detailOf(justBefore).slice(1)).toEqual([
      'reminder-1-1-2026-12-20 sent at 2026-12-20T14:00:00.000Z',
      'reminder-1-1-2026-12-21 queued for 2026-12-21T14:00:00.000Z',
    ]);
  });

  test('none comes from that very moment on', () => {
    expect(correct(reminded, '2026-11-21', nextMorning).emails).toEqual(reminded.emails);
  });
});

describe('where it turns out late that a reminder was sent,', () => {
  const key = 'reminder-1-1-2026-12-20';
  const begun = { ...told, emails: claim(told.emails, key, morning) };
  const corrected = correct(begun, '2026-11-21', '2026-12-20T14:00:30.000Z');
  const sentAt = (at: string): Candidate => ({
    ...corrected,
    emails: applyEvent(corrected.emails, key, { type: 'send', messageId: '0100-abc' }, at),
  });

  test('it counts for a corrected date whose moment had come by then', () => {
    expect(detailOf(mailed(sentAt(nextMorning), rules, nextMorning)).at(-1)).toBe(
      'reminder-1-1-2026-12-21 skipped: already-reminded',
    );
  });

  test('it does not where that moment had not come yet', () => {
    const before = sentAt('2026-12-21T13:59:59.999Z');

    expect(detailOf(mailed(before, rules, nextMorning)).at(-1)).toBe(
      'reminder-1-1-2026-12-21 sent at 2026-12-21T14:00:00.000Z',
    );
  });
});

describe('where a reminder is being handed over, and the date is corrected to one that is past,', () => {
  test('the next waits for the outcome, also where one before was skipped', () => {
    const stopped = mailed(changedBy(unsubscribe(told)), rules, morning);
    const moved = correct(stopped, '2026-11-21', '2026-12-20T15:00:00.000Z');
    const restarted = changedBy(resubscribe(moved, rules, '2026-12-20T16:00:00.000Z'));
    const emails = claim(restarted.emails, 'reminder-1-1-2026-12-21', nextMorning);
    const corrected = correct({ ...restarted, emails }, '2026-11-19', '2026-12-21T14:00:30.000Z');

    expect(detailOf(corrected).slice(1)).toEqual([
      'reminder-1-1-2026-12-20 skipped: unsubscribed',
      'reminder-1-1-2026-12-21 sending until 2026-12-21T14:10:00.000Z',
      'reminder-1-1-2026-12-19 queued for 2026-12-21T14:10:00.000Z',
    ]);
  });
});

describe('where a reminder may have been sent, and nobody knows,', () => {
  const key = 'reminder-1-1-2026-12-20';
  const begun = { ...told, emails: claim(told.emails, key, morning) };
  const skipped = mailed(changedBy(unsubscribe(begun)), rules, '2026-12-20T14:10:00.000Z');
  const queued = changedBy(resubscribe(skipped, rules, '2026-12-20T14:20:00.000Z'));

  test('it moves with the time zone as one email, and keeps its tries', () => {
    const moved = changeDetails(
      queued,
      { timeZone: 'US/Pacific' },
      rules,
      '2026-12-20T14:30:00.000Z',
    );

    expect(changedBy(moved).emails.slice(1)).toMatchObject([
      { key, state: 'queued', tries: 1, dueAt: '2026-12-20T17:00:00.000Z' },
    ]);
  });

  test('it stays beside the one for a corrected date, for a late report to find', () => {
    const corrected = correct(queued, '2026-11-21', '2026-12-20T14:30:00.000Z');
    const report = { type: 'send', messageId: '0100-abc' } as const;
    const emails = applyEvent(corrected.emails, key, report, '2026-12-20T15:00:00.000Z');

    expect(detailOf({ ...corrected, emails }).slice(1)).toEqual([
      'reminder-1-1-2026-12-20 sent at 2026-12-20T15:00:00.000Z',
      'reminder-1-1-2026-12-21 queued for 2026-12-21T14:00:00.000Z',
    ]);
  });
});
