import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Action, applyAction } from '../../lambdas/core/actions.ts';
import { type Candidate, flags, newCandidate } from '../../lambdas/core/candidate.ts';
import { confirmSignUp } from '../../lambdas/core/confirm-sign-up.ts';
import { applyToAddress } from '../../lambdas/core/delivery-status.ts';
import { nextDueAt, type Outcome } from '../../lambdas/core/email.ts';
import { trimmed } from '../../lambdas/core/record-size.ts';
import { rules, someDetails } from '../support/builders.ts';
import { mailed } from '../support/simulated-mailer.ts';
import { lastEntryKey } from '../support/steps.ts';

const minuteMs = 60_000;

const checkIns = fc.constantFrom(true, undefined);
const number = fc.integer({ min: 1, max: 3 });
const simple = ['ask-later', 'mark-passed', 'start-application', 'unsubscribe'] as const;
const zones = ['America/New_York', 'America/Puerto_Rico', 'Pacific/Honolulu', 'Pacific/Kiritimati', 'Asia/Gaza'];
const date = fc.tuple(fc.constantFrom('2026-04', '2026-05', '2026-06'), fc.integer({ min: 1, max: 30 })).map(dayOf);
const note = fc.constant('A note.');
const anAction: fc.Arbitrary<Action | ((candidate: Candidate) => Action)> = fc.oneof(
  fc.record({ type: fc.constant('record-attempt' as const), number, date, lowestAreas: fc.constant<string[]>([]) }),
  fc.record({ type: fc.constant('correct-date' as const), date }),
  fc.record({
    type: fc.constant('change-details' as const),
    details: fc.record({ timeZone: fc.constantFrom(...zones), checkIns }),
  }),
  fc.record({ type: fc.constant('book-exam' as const), examDate: fc.option(date, { nil: undefined }) }),
  fc.constantFrom(
    ...([...simple, 'resubscribe', 'clear-bounce', 'end-old-links'] as const).map((type) => ({ type })),
    { type: 'set-lowest-areas' as const, areas: ['general'] },
    (candidate: Candidate) => ({ type: 'undo', entry: lastEntryKey(candidate) }) as const,
  ),
  fc.record({ type: fc.constantFrom('clear-complaint' as const, 'add-note' as const), note }),
  fc.record({ type: fc.constant('acknowledge-flag' as const), flag: fc.constantFrom(...flags), note }),
  fc.nat(20).map((place) => (candidate: Candidate) => {
    const key = candidate.emails[place % (candidate.emails.length || 1)]?.key ?? '';
    return { type: 'resend-email', key } as const;
  }),
);
const outcomes: Outcome[] = [
  { type: 'accepted', messageId: 'm' },
  { type: 'unknown', code: 'Timeout' },
  { type: 'deferred', code: 'Throttling' },
  { type: 'refused', code: 'MessageRejected' },
];
const deed = fc.oneof(
  { weight: 4, arbitrary: fc.record({ action: anAction, isStaff: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ outcome: fc.constantFrom(...outcomes) }) },
  { weight: 1, arbitrary: fc.record({ report: fc.constantFrom('hard-bounce' as const, 'complaint' as const) }) },
  { weight: 1, arbitrary: fc.record({ confirms: date, number }) },
);
type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

test('nothing that was queued leaves a record without an end, whoever does what and however clocks move', () => {
  const minutes = fc.oneof(fc.constant(0), fc.integer({ min: -2000, max: 4000 }), fc.integer({ min: 0, max: 60_000 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(minutes, deed), { maxLength: 30 }), (steps) => {
      let now = Date.UTC(2026, 5, 17, 20);
      let person = newCandidate('a1b2c3', 'address', someDetails, new Date(now).toISOString());
      const unfinished = new Map<string, boolean>();
      const become = (next: Candidate) => {
        person = trimmed(next, new Date(now).toISOString());
        const states = new Map(person.emails.map(({ key, state }) => [key, state]));
        expect([...unfinished].filter(([key, isOpen]) => isOpen && !states.has(key))).toEqual([]);
        for (const [key, state] of states) unfinished.set(key, state === 'queued' || state === 'sending');
      };
      for (const [shift, one] of steps) {
        now += shift * minuteMs;
        become(afterDeed(person, one, new Date(now).toISOString()));
      }
      for (let hours = 0; nextDueAt(person.emails) && hours < 20_000; hours += 12) {
        now += 12 * 60 * minuteMs;
        become(mailed(person, rules, new Date(now).toISOString()));
      }
      expect([...unfinished].filter(([, isOpen]) => isOpen)).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

function afterDeed(candidate: Candidate, one: Deed, at: string): Candidate {
  if ('outcome' in one) return mailed(candidate, rules, at, () => one.outcome);
  if ('report' in one) return applyToAddress(candidate, one.report, at);
  if ('confirms' in one) {
    const attempt = { number: one.number, date: one.confirms, lowestAreas: [] };
    return confirmSignUp(candidate, { details: someDetails, attempt }, rules, at);
  }
  const action = typeof one.action === 'function' ? one.action(candidate) : one.action;
  const applied = applyAction(candidate, action, rules, at, one.isStaff);
  return applied !== 'not-found' && 'candidate' in applied ? applied.candidate : candidate;
}

function dayOf([month, day]: [string, number]): string {
  return `${month}-${String(day).padStart(2, '0')}`;
}
