import { beforeAll, describe, expect, test } from 'vitest';
import type { ActionResult } from '../../lambdas/core/action-result.ts';
import { changeDetails } from '../../lambdas/core/actions.ts';
import {
  correctDate,
  markPassed,
  recordAttempt,
  startNewApplication,
  undo,
} from '../../lambdas/core/attempts.ts';
import { type Candidate, newCandidate } from '../../lambdas/core/candidate.ts';
import { confirmSignUp } from '../../lambdas/core/confirm-sign-up.ts';
import {
  applyEvent,
  claim,
  type DeliveryEventType,
  type Email,
  fail,
  maxTries,
  nextDueAt,
  nextDueEmail,
  noAnswer,
  type Outcome,
  queuedEmail,
  rejected,
  requeue,
  resend,
  settle,
  skip,
} from '../../lambdas/core/email.ts';
import { clearBounce, resubscribe, unsubscribe } from '../../lambdas/core/email-preferences.ts';
import { hasLapsed, statusOf } from '../../lambdas/core/status.ts';
import { addDays24h, dateIn, daysAfter, type Instant } from '../../lambdas/core/time.ts';
import { applyDeliveryEvent } from '../../lambdas/services/delivery-events.ts';
import { sendDueEmails } from '../../lambdas/services/send-emails.ts';
import { aCandidate, rules, someDetails } from '../support/builders.ts';
import { aMailer } from '../support/mailer.ts';
import { memoryStore } from '../support/memory-store.ts';
import { mailed } from '../support/simulated-mailer.ts';
import { unlimited } from '../support/unlimited.ts';
import { type Arrow, addressArrows, emailArrows, statusArrows } from './lifecycle.ts';

const now = '2026-11-23T15:00:00.000Z';

/** A step of a life: why, and what is there then. */
type Step<T> = [cause: string, next: T];

/** Every step that can be taken, from the first ones on; what looks alike is followed once. */
async function everyStep<T>(
  first: Step<T>[],
  keyOf: (state: T) => string,
  stepsFrom: (state: T) => Step<T>[] | Promise<Step<T>[]>,
  seen: (cause: string, from: T | undefined, to: T) => void,
) {
  const known = new Set<string>();
  const open: T[] = [];
  const take = ([cause, next]: Step<T>, from?: T) => {
    seen(cause, from, next);
    if (known.has(keyOf(next))) return;
    known.add(keyOf(next));
    open.push(next);
  };
  for (const step of first) take(step);
  for (let state = open.pop(); state !== undefined; state = open.pop())
    for (const step of await stepsFrom(state)) take(step, state);
}

/** One line for each arrow and cause, to compare what was seen with what is drawn. */
function lines(arrows: readonly Arrow[]): string[] {
  return arrows
    .flatMap(({ from, to, causes }) => causes.map((cause) => `${from} -> ${to}: ${cause}`))
    .sort();
}

describe('the drawn life of an email', () => {
  const attempt = { application: 1, number: 1, recordedAt: now };
  const key = 'study-plan-1-1-2026-11-20';
  const first = queuedEmail({ key, kind: 'study-plan', attempt, dueAt: now }, 7);

  const outcomes: [cause: string, outcome: Outcome][] = [
    ['SES has it', { type: 'accepted', messageId: '0100-abc' }],
    ['refused', { type: 'refused', code: 'MessageRejected' }],
    ['surely not sent', { type: 'deferred', code: 'Throttling' }],
    ['no answer', { type: 'unknown', code: 'TimeoutError' }],
  ];
  const reports: DeliveryEventType[] = [
    'send',
    'delay',
    'delivery',
    'soft-bounce',
    'hard-bounce',
    'complaint',
  ];

  /** What the mailer, SES and the plan can do to an email as it stands. */
  function stepsFrom(email: Email): Step<Email>[] {
    const emails = [email];
    const at = nextDueAt(emails) ?? now;
    const changed = (cause: string, [next]: Email[]): Step<Email>[] =>
      next === undefined ? [] : [[cause, next]];
    const isInTurn = nextDueEmail(emails, at) !== undefined;
    const begun = Array.from({ length: email.tries }, (_, index) => index + 1);
    return [
      ...(isInTurn ? changed('no longer right', skip(emails, key, 'unsubscribed', at)) : []),
      ...(!isInTurn
        ? []
        : email.tries < maxTries
          ? changed('claimed', claim(emails, key, at))
          : changed('five tries', fail(emails, key, noAnswer, at))),
      ...begun.flatMap((tries) =>
        outcomes.flatMap(([cause, outcome]) =>
          changed(cause, settle(emails, key, tries, outcome, at)),
        ),
      ),
      ...reports.flatMap((type) =>
        changed('SES has it', applyEvent(emails, key, { type, messageId: '0100-abc' }, at)),
      ),
      ...changed('thrown away', applyEvent(emails, key, { type: 'reject', messageId: '0100' }, at)),
      ...(email.state === 'skipped' ? changed('right again', [requeue(email)]) : []),
    ];
  }

  /** Every email as it can stand. */
  const known: Email[] = [];

  test('has each step that the mailer, SES and the plan can take, and no other', async () => {
    const seen = new Set(['new -> queued: called for']);
    const resends = new Map<Email['state'], string>();
    await everyStep(
      [['called for', first]],
      (email) =>
        JSON.stringify([
          email.state,
          email.tries,
          email.state === 'failed' && email.reason === rejected,
          email.state === 'sent' && email.deliveryStatus,
        ]),
      (email) => {
        known.push(email);
        const asked = resend([email], key, 7, addDays24h(now, 1));
        resends.set(email.state, 'again' in asked ? `new -> ${asked.again.state}` : asked.refused);
        return stepsFrom(email);
      },
      (cause, from, to) => {
        if (from && (from.state !== to.state || from.tries !== to.tries))
          seen.add(`${from.state} -> ${to.state}: ${cause}`);
      },
    );

    expect(Object.fromEntries(resends)).toEqual({
      queued: 'on-its-way',
      sending: 'on-its-way',
      sent: 'new -> queued',
      skipped: 'new -> queued',
      failed: 'new -> queued',
    });
    seen.add('new -> queued: sent again by staff').add('queued -> gone: another took its place');
    expect([...seen].sort()).toEqual(lines(emailArrows));
  });

  test('is what the mailer goes through, which leaves alone what is not its turn', async () => {
    const seen = new Set<string>();
    const candidate = aCandidate({ attempts: ['2026-11-20'], at: now });
    for (const email of known)
      for (const [, outcome] of outcomes)
        for (const emailState of ['active', 'unsubscribed'] as const) {
          const record = { ...candidate, emailState, emails: [email] };
          const store = memoryStore();
          await store.save(record);
          let before: string = email.state;
          const mailer = aMailer({
            store: {
              ...store,
              save(changed) {
                const after = changed.emails[0]?.state ?? 'gone';
                seen.add(`${before} -> ${after}`);
                before = after;
                return store.save(changed);
              },
            },
            sender: { send: async () => outcome },
            clock: () => nextDueAt([email]) ?? now,
          });
          await sendDueEmails(mailer, record, { sent: 0, skipped: 0, failed: 0 }, () => true);
        }

    expect([...seen].sort()).toEqual([
      'queued -> failed',
      'queued -> sending',
      'queued -> skipped',
      'sending -> failed',
      'sending -> queued',
      'sending -> sending',
      'sending -> sent',
      'sending -> skipped',
    ]);
  });
});

/** A candidate at a moment, after so many steps. */
type Life = { candidate: Candidate; now: Instant; steps: number };

describe('the drawn life of a candidate', () => {
  const mostSteps = 3;
  const timeZones = ['America/New_York', 'Pacific/Kiritimati'];
  const enrolment = { signUpId: 'd4e5f6', expiresAt: addDays24h(now, 7) };
  const nobody = newCandidate('a1b2c3', someDetails, now);
  const enrolled: Life = { candidate: { ...nobody, enrolment }, now, steps: 0 };

  function stateOf({ candidate, now }: Life): string {
    return hasLapsed(candidate, now) ? 'gone' : statusOf(candidate, rules.exam, now);
  }

  function whatMatters({ candidate, now, steps }: Life): string {
    const { applications, timeZone, enrolment } = candidate;
    return JSON.stringify([applications, timeZone, enrolment, now, steps]);
  }

  function signUpsOf(known: Candidate | undefined, now: Instant, steps: number): Step<Life>[] {
    return timeZones.flatMap((timeZone) =>
      attemptsAt(dateIn(timeZone, now)).map((attempt): Step<Life> => {
        const answers = { details: { ...someDetails, timeZone }, attempt };
        const candidate = confirmSignUp(known, 'a1b2c3', answers, rules, now);
        return ['sign-up confirmed', { candidate, now, steps }];
      }),
    );
  }

  function attemptsAt(today: string) {
    return [1, 2, 3].flatMap((number) =>
      [today, daysAfter(today, -29), daysAfter(today, -30)].map((date) => ({
        number,
        date,
        lowestAreas: [],
      })),
    );
  }

  /** What a candidate, staff and time can do to a record as it stands. */
  function stepsFrom({ candidate, now, steps: before }: Life): Step<Life>[] {
    const steps = before + 1;
    if (steps > mostSteps || hasLapsed(candidate, now)) return [];
    const done = (cause: string, action: ActionResult): Step<Life>[] =>
      'fieldErrors' in action ? [] : [[cause, { candidate: action.candidate, now, steps }]];
    const later = [1, 30].map((days): Step<Life> => {
      const at = addDays24h(now, days);
      return ['days pass', { candidate: mailed(candidate, rules, at), now: at, steps }];
    });
    const signUps = signUpsOf(candidate, now, steps);
    if (candidate.enrolment) return [...later, ...signUps];
    const attempts = attemptsAt(dateIn(candidate.timeZone, now));
    const dates = [...new Set(attempts.map(({ date }) => date))];
    return [
      ...later,
      ...signUps,
      ...attempts.flatMap((attempt) =>
        done('attempt recorded', recordAttempt(candidate, attempt, rules, now)),
      ),
      ...dates.flatMap((date) => done('date corrected', correctDate(candidate, date, rules, now))),
      ...timeZones.flatMap((timeZone) =>
        done('time zone changed', changeDetails(candidate, { timeZone }, rules, now)),
      ),
      ...done('passed', markPassed(candidate, now)),
      ...done('taken back', undo(candidate, rules, now)),
      ...done('new application', startNewApplication(candidate, now)),
    ];
  }

  const seen = new Set<string>();
  const seenOfEmails = new Set<string>();
  beforeAll(async () => {
    await everyStep<Life>(
      [['enrolled', enrolled], ...signUpsOf(undefined, now, 0)],
      whatMatters,
      stepsFrom,
      (cause, from, to) => {
        const before = from ? stateOf(from) : 'new';
        if (before !== stateOf(to)) seen.add(`${before} -> ${stateOf(to)}: ${cause}`);
        if (cause === 'days pass') return;
        const [was, is] = [from?.candidate.emails ?? [], to.candidate.emails].map(
          (emails) => new Map(emails.map(({ key, state }) => [key, state])),
        );
        for (const key of new Set([...was!.keys(), ...is!.keys()])) {
          const [one, other] = [was!.get(key) ?? 'new', is!.get(key) ?? 'gone'];
          if (one !== other) seenOfEmails.add(`${one} -> ${other}`);
        }
      },
    );
  });

  test('has each step that deeds and time bring, and no other', () => {
    expect([...seen].sort()).toEqual(lines(statusArrows));
  });

  test('brings emails, drops those that wait, brings back those that were skipped, and touches no other', () => {
    expect([...seenOfEmails].sort()).toEqual([
      'new -> queued',
      'queued -> gone',
      'skipped -> queued',
    ]);
  });
});

describe('the drawn life of an address', () => {
  const reports: [cause: string, type: DeliveryEventType][] = [
    ['came back', 'hard-bounce'],
    ['reported as spam', 'complaint'],
    ['other reports', 'soft-bounce'],
    ['other reports', 'delivery'],
    ['other reports', 'reject'],
  ];
  const attempt = { number: 1, date: '2026-11-20', lowestAreas: [] };

  function confirmed(known: Candidate | undefined): Step<Candidate> {
    const answers = { details: someDetails, attempt };
    return ['sign-up confirmed', confirmSignUp(known, 'a1b2c3', answers, rules, now)];
  }

  /** What SES reports of an email that was just handed over. */
  async function reportedTo(candidate: Candidate, type: DeliveryEventType): Promise<Candidate> {
    const store = memoryStore();
    const key = 'of-now';
    const email = queuedEmail({ key, kind: 'reminder', dueAt: now }, 14);
    await store.save({ ...candidate, version: 0, emails: claim([email], key, now) });
    await applyDeliveryEvent(
      { store, mailboxLimits: unlimited.mailboxLimits, clock: () => now, log: () => {} },
      { type, messageId: '0100-abc', tags: { type: 'candidate', id: candidate.id, key } },
    );
    return { ...(await store.candidate(candidate.id))!, emails: [] };
  }

  test('has each step that deeds and reports bring, and no other', async () => {
    const seen = new Set<string>();
    await everyStep<Candidate>(
      [confirmed(undefined)],
      ({ emailState, bouncedAt, complainedAt }) =>
        JSON.stringify([emailState, bouncedAt, complainedAt]),
      async (candidate) => {
        const done = (cause: string, action: ActionResult): Step<Candidate>[] =>
          'fieldErrors' in action ? [] : [[cause, action.candidate]];
        return [
          confirmed(candidate),
          ...done('stopped', unsubscribe(candidate)),
          ...done('wanted again', resubscribe(candidate, rules, now)),
          ...done('bounce cleared by staff', clearBounce(candidate, rules, now)),
          ...(await Promise.all(
            reports.map(
              async ([cause, type]): Promise<Step<Candidate>> => [
                cause,
                await reportedTo(candidate, type),
              ],
            ),
          )),
        ];
      },
      (cause, from, to) => {
        if (from?.emailState !== to.emailState)
          seen.add(`${from?.emailState ?? 'new'} -> ${to.emailState}: ${cause}`);
      },
    );
    expect([...seen].sort()).toEqual(lines(addressArrows));
  });
});
