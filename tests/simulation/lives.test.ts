import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Action, applyAction } from '../../lambdas/core/actions.ts';
import { type Candidate, newCandidate } from '../../lambdas/core/candidate.ts';
import { confirmSignUp } from '../../lambdas/core/confirm-sign-up.ts';
import { type Email, nextDueAt } from '../../lambdas/core/email.ts';
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
