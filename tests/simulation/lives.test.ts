import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Action, applyAction } from '../../lambdas/core/actions.ts';
import { type Candidate, flags, newCandidate } from '../../lambdas/core/candidate.ts';
import { confirmSignUp } from '../../lambdas/core/confirm-sign-up.ts';
import { applyToAddress } from '../../lambdas/core/delivery-status.ts';
import { type Email, nextDueAt, type Outcome } from '../../lambdas/core/email.ts';
import { trimmed } from '../../lambdas/core/record-size.ts';
import { rules, someDetails } from '../support/builders.ts';
import { mailed } from '../support/simulated-mailer.ts';
import { lastEntryKey } from '../support/steps.ts';
import { isSameDay, localTime, objection, plusDays } from './expectations.ts';

const minuteMs = 60_000;

const timeZone = fc.constantFrom('America/New_York', 'Pacific/Honolulu', 'Pacific/Kiritimati');
const checkIns = fc.constantFrom(true, undefined);
const number = fc.integer({ min: 1, max: 3 });
/** Around today, the check-ins, the wait and the follow-up, where the rules turn. */
const daysAgo = fc.constantFrom(0, 1, 7, 8, 14, 15, 16, 22, 23, 29, 30, 31, 45, 50, 51, 60);
const daysAhead = fc.constantFrom(0, 1, 2, 3, 10, 30);
const simple = ['ask-later', 'mark-passed', 'start-application', 'unsubscribe'] as const;

const step = fc.oneof(
  fc.record({ type: fc.constantFrom('record' as const, 'correct' as const), number, daysAgo }),
  fc.record({ type: fc.constant('book' as const), days: fc.option(daysAhead) }),
  fc.record({ type: fc.constant('change' as const), details: fc.record({ timeZone, checkIns }) }),
  fc.record({ type: fc.constantFrom('undo' as const, 'resubscribe' as const, ...simple) }),
  fc.record({ type: fc.constant('resend' as const), place: fc.nat(9) }),
  fc.record({ type: fc.constant('wait' as const), minutes: fc.nat(40 * 24 * 60) }),
  fc.record({ type: fc.constant('outage' as const), minutes: fc.nat(20 * 24 * 60) }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('wait-for-email' as const),
      minutes: fc.constantFrom(-60, 0, 60),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const life = fc.record({
  begins: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 2, 1) }),
  details: fc.record({ timeZone, checkIns }),
  first: fc.record({ number, daysAgo }),
  steps: fc.array(step, { maxLength: 16 }),
});

test('in any life no email is lost from sight, goes out without its reason, or is the second of a day', () => {
  fc.assert(
    fc.property(life, ({ begins, details, first, steps }) => {
      const person = new Person(begins, { ...someDetails, ...details }, first);
      for (const one of steps) person.take(one);
      person.pass(person.now + 100 * 24 * 60 * minuteMs);
    }),
    { numRuns: 500 },
  );
});

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

/** Somebody with a mailer that looks whenever an email is due. */
class Person {
  now: number;
  private candidate: Candidate;
  private readonly queued = new Set<string>();
  private readonly askedAt = new Map<string, string>();
  private readonly sent: { key: string; at: string; isAsked: boolean }[] = [];

  constructor(begins: number, details: typeof someDetails, first: { number: number; daysAgo: number }) {
    this.now = begins;
    this.candidate = newCandidate('a1b2c3', 'address', details, this.at);
    const attempt = { number: first.number, date: this.dayIn(-first.daysAgo), lowestAreas: [] };
    this.become(confirmSignUp(this.candidate, { details, attempt }, rules, this.at), true);
    this.pass(this.now);
  }

  private get at(): string {
    return new Date(this.now).toISOString();
  }

  take(one: Step) {
    this.now += 1000;
    const next = nextDueAt(this.candidate.emails) ?? this.at;
    if (one.type === 'outage') this.now += one.minutes * minuteMs;
    else if (one.type === 'wait') this.pass(this.now + one.minutes * minuteMs);
    else if (one.type === 'wait-for-email') this.pass(Date.parse(next) + one.minutes * minuteMs);
    else {
      const applied = applyAction(this.candidate, this.actionOf(one), rules, this.at);
      if (applied !== 'not-found' && 'candidate' in applied) this.become(applied.candidate, true);
      this.pass(this.now);
    }
  }

  pass(until: number) {
    for (;;) {
      const next = Date.parse(nextDueAt(this.candidate.emails) ?? '9999-01-01');
      if (next > until) break;
      this.now = Math.max(this.now, next);
      const check = (email: Email, record: Candidate) => this.goesOut(email, record);
      this.become(mailed(this.candidate, rules, this.at, check), false);
    }
    this.now = Math.max(this.now, until);
  }

  private become(next: Candidate, isAsked: boolean) {
    for (const { key, state, dueAt } of next.emails) {
      const was = this.candidate.emails.find((email) => email.key === key);
      this.queued.add(key);
      if (isAsked && state === 'queued' && (was?.state !== 'queued' || was.dueAt !== dueAt))
        this.askedAt.set(key, this.at);
    }
    this.candidate = next;
    const keys = next.emails.map(({ key }) => key);
    expect(keys.length).toBe(new Set(keys).size);
    expect([...this.queued].filter((key) => !keys.includes(key))).toEqual([]);
  }

  private goesOut(email: Email, record: Candidate) {
    const { at } = this;
    expect(objection(record, email, at)).toBeUndefined();
    const isToday = (when: string) => isSameDay(record.timeZone, when, at);
    const isAsked = isToday(this.askedAt.get(email.key) ?? '1970-01-01');
    if (email.kind !== 'staff-notice') {
      const others = this.sent.filter((other) => !other.isAsked && isToday(other.at));
      expect(isAsked ? [] : others.map(({ key }) => key)).toEqual([]);
      this.sent.push({ key: email.key, at, isAsked });
    }
    return { type: 'accepted', messageId: `message-of-${email.key}` } as const;
  }

  private dayIn(days: number): string {
    return plusDays(localTime(this.candidate.timeZone, this.at).slice(0, 10), days);
  }

  private actionOf(one: Exclude<Step, { minutes: number }>): Action {
    switch (one.type) {
      case 'record': {
        const date = this.dayIn(-one.daysAgo);
        return { type: 'record-attempt', number: one.number, date, lowestAreas: [] };
      }
      case 'correct':
        return { type: 'correct-date', date: this.dayIn(-one.daysAgo) };
      case 'book': {
        const examDate = one.days === null ? undefined : this.dayIn(one.days);
        return { type: 'book-exam', examDate };
      }
      case 'change':
        return { type: 'change-details', details: one.details };
      case 'undo':
        return { type: 'undo', entry: lastEntryKey(this.candidate) };
      case 'resend':
        return { type: 'resend-email', key: this.candidate.emails[one.place]?.key ?? '' };
      default:
        return { type: one.type };
    }
  }
}
