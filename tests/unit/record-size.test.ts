import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Action, applyAction } from '../../lambdas/core/actions.ts';
import { recordAttempt } from '../../lambdas/core/attempts.ts';
import type { Candidate, HistoryEntry } from '../../lambdas/core/candidate.ts';
import { confirmSignUp } from '../../lambdas/core/confirm-sign-up.ts';
import { applyReport } from '../../lambdas/core/delivery-status.ts';
import { type Email, type EmailKind, queuedEmail, skip } from '../../lambdas/core/email.ts';
import { resubscribe, unsubscribe } from '../../lambdas/core/email-preferences.ts';
import { trimmed } from '../../lambdas/core/record-size.ts';
import { addDays24h, daysAfter, minutesAfter } from '../../lambdas/core/time.ts';
import { aCandidate, changedBy, rules, someDetails } from '../support/builders.ts';
import { mailed } from '../support/simulated-mailer.ts';
import { applyAgain, lastEntryKey } from '../support/steps.ts';

const hour = 60 * 60 * 1000;
const maxBytes = 100_000;
const at = '2026-11-23T15:00:00.000Z';
const minutesLater = (minutes: number) => minutesAfter(at, minutes);

/** At least what DynamoDB counts. */
function bytesOf(candidate: Candidate): number {
  return Buffer.byteLength(JSON.stringify(candidate));
}

function queued(index: number) {
  const dueAt = minutesLater(index);
  return queuedEmail({ key: `study-plan-1-1-${index}`, kind: 'study-plan', dueAt }, 7);
}

function sent(index: number, sentAt = minutesLater(index)): Email {
  const { notAfter, ...email } = queued(index);
  return { ...email, tries: 1, state: 'sent', at: sentAt };
}

const aMonthOn = minutesLater(40 * 24 * 60);

describe('a record that holds more than it may', () => {
  test('drops emails that never went out first, then the oldest, and remembers what was sent', () => {
    const emails = Array.from({ length: 60 }, (_, index) => sent(index));
    const skipped = skip([{ ...queued(99), key: 'x' }], 'x', 'passed', at);
    const full = { ...aCandidate(), emails: [...emails, ...skipped] };

    const { emails: kept, dropped } = trimmed(full, aMonthOn);

    expect(kept).toEqual(emails.slice(10));
    expect(dropped?.sentKeys).toEqual(emails.slice(0, 10).map(({ key }) => key));
    expect(trimmed({ ...full, emails: kept, dropped }, aMonthOn)).toMatchObject({ dropped });
  });

  test('keeps every email that is queued, being sent, or counts for the weekly limit', () => {
    const emails = Array.from({ length: 70 }, (_, index): Email => {
      if (index % 3 === 0) return queued(index);
      return index % 3 === 1
        ? { ...queued(index), tries: 1, state: 'sending', leaseUntil: aMonthOn }
        : sent(index, aMonthOn);
    });

    expect(trimmed({ ...aCandidate(), emails }, aMonthOn).emails).toEqual(emails);
  });

  test('keeps the newest of its history and the number of the others', () => {
    const history = Array.from(
      { length: 100 },
      (_, index): HistoryEntry => ({
        action: 'flag-acknowledged',
        flag: 'email-bounced',
        note: '語'.repeat(500),
        at: minutesLater(index),
        by: 'Dana Reyes',
        byId: 'sub-0001',
      }),
    );

    const { history: kept, dropped } = trimmed({ ...aCandidate(), history }, at);

    expect(kept).toEqual(history.slice(-kept.length));
    expect(kept.length).toBeGreaterThan(10);
    expect(dropped?.historyEntries).toBe(100 - kept.length);
  });
});

test.each([
  { date: '2026-11-20', key: 'study-plan-1-1-2026-11-20' },
  { date: '2026-10-01', key: 'reminder-1-1-2026-10-31' },
])('an email whose record was dropped is not sent again: $key', ({ date, key }) => {
  const nobody = { ...aCandidate(), dropped: { sentKeys: [key], historyEntries: 0 } };

  const recorded = changedBy(recordAttempt(nobody, { number: 1, date, lowestAreas: [] }, rules, at));

  expect(recorded.emails.map((email) => email.key)).not.toContain(key);
  expect(recorded.emails.filter(({ dueAt }) => dueAt <= at)).toEqual([]);
});

const dates = fc.integer({ min: 0, max: 900 });
const step = fc.record({
  what: fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom('record-attempt', 'correct-date', 'undo') },
    { weight: 15, arbitrary: fc.constantFrom('change-details', 'book-exam', 'ask-later', 'clear-bounce') },
    {
      weight: 15,
      arbitrary: fc.constantFrom('confirm', 'add-note', 'resubscribe', 'acknowledge-flag', 'resend-email'),
    },
    { weight: 4, arbitrary: fc.constantFrom('unsubscribe', 'report', 'mark-passed') },
    { weight: 1, arbitrary: fc.constant('start-application') },
  ),
  number: fc.integer({ min: 1, max: 3 }),
  daysAgo: fc.oneof(fc.integer({ min: 0, max: 40 }), dates),
  hours: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 72 })),
  pick: fc.nat(),
  zone: fc.constantFrom('America/New_York', 'Pacific/Kiritimati', 'Pacific/Honolulu'),
  report: fc.constantFrom('hard-bounce', 'delivery', 'reject', 'delay'),
  mailerWorks: fc.integer({ min: 0, max: 9 }).map((one) => one > 0),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function actionOf(one: Step, candidate: Candidate, now: string): Action {
  const date = daysAfter(now.slice(0, 10), -one.daysAgo);
  switch (one.what) {
    case 'record-attempt':
      return { type: one.what, number: one.number, date, lowestAreas: ['clinical'] };
    case 'correct-date':
      return { type: one.what, date };
    case 'undo':
      return { type: one.what, entry: lastEntryKey(candidate) };
    case 'change-details':
      return { type: one.what, details: { timeZone: one.zone } };
    case 'book-exam':
      return { type: one.what, examDate: daysAfter(now.slice(0, 10), one.daysAgo) };
    case 'add-note':
      return { type: one.what, note: '語'.repeat(500) };
    case 'acknowledge-flag':
      return { type: one.what, flag: 'third-attempt-used', note: '語'.repeat(500) };
    case 'resend-email':
      return { type: one.what, key: candidate.emails.at(one.pick % 60)?.key ?? '' };
    case 'confirm':
    case 'report':
      throw new Error('No action.');
    default:
      return { type: one.what };
  }
}

/** The candidate after a step, as the services write it. */
function after(one: Step, candidate: Candidate, now: string): Candidate {
  if (one.what === 'report') {
    const key = candidate.emails.at(one.pick % 60)?.key ?? '';
    return applyReport(candidate, { type: one.report, key, messageId: 'm' } as never, now, true);
  }
  const date = daysAfter(now.slice(0, 10), -one.daysAgo);
  const attempt = { number: one.number, date, lowestAreas: [] };
  const applied =
    one.what === 'confirm'
      ? { candidate: confirmSignUp(candidate, { details: someDetails, attempt }, rules, now) }
      : applyAction(candidate, actionOf(one, candidate, now), rules, now);
  if (typeof applied === 'string' || !('candidate' in applied)) return candidate;
  const entry = { action: 'email-resent', key: 'k'.repeat(40), at: now, by: 'Dana', byId: 's' };
  const history = [...applied.candidate.history, entry as HistoryEntry];
  return trimmed({ ...applied.candidate, history }, now);
}

test('whatever happens for years, the record stays small, no email goes out twice, nor a fourth of a kind in a week', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 3000, maxLength: 3000 }), (steps) => {
      let candidate = aCandidate({ at });
      let now = Date.parse(at);
      const handedOver: { key: string; kind: EmailKind; sentAt: string }[] = [];
      for (const one of steps) {
        now += 1000 + one.hours * hour;
        const instant = new Date(now).toISOString();
        candidate = after(one, candidate, instant);
        if (one.mailerWorks)
          candidate = mailed(candidate, rules, instant, (email) => {
            handedOver.push({ ...email, sentAt: instant });
            return { type: 'accepted', messageId: `message-of-${email.key}`.padEnd(60, '0') };
          });
        if (bytesOf(candidate) > maxBytes) throw new Error(`${bytesOf(candidate)} bytes`);
      }

      const keys = handedOver.map(({ key }) => key);
      expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
      for (const { kind, sentAt } of handedOver) {
        const sameWeek = handedOver.filter(
          (other) => other.kind === kind && other.sentAt <= sentAt && addDays24h(other.sentAt, 7) >= sentAt,
        );
        expect(sameWeek.length).toBeLessThanOrEqual(3);
      }
      expect(candidate.dropped?.historyEntries).toBeGreaterThan(100);
      expect(changedBy(unsubscribe(changedBy(resubscribe(candidate, rules, at)))).emailState).toBe('unsubscribed');
    }),
    { numRuns: 2, endOnFailure: true },
  );
}, 60_000);

test('a forwarded email can’t be made to send one reminder after another', () => {
  let candidate = aCandidate({ at });
  let reminders = 0;
  for (let index = 0; index < 19; index += 1) {
    const now = minutesLater(index * 10);
    const attempt = { number: 1, date: daysAfter(at.slice(0, 10), 31 * index - 900), lowestAreas: [] };
    const recorded = changedBy(recordAttempt(candidate, attempt, rules, now));
    candidate = mailed(recorded, rules, now, ({ kind, key }) => {
      if (kind === 'reminder') reminders += 1;
      return { type: 'accepted', messageId: key };
    });
    candidate = applyAgain(candidate, now);
  }

  expect(reminders).toBe(3);
});
