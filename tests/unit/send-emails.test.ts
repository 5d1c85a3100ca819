import { beforeEach, describe, expect, test } from 'vitest';
import { emailHtml } from '../../lambdas/adapters/ses/email-html.tsx';
import { emailText } from '../../lambdas/adapters/ses/email-text.ts';
import { changeDetails } from '../../lambdas/core/actions.ts';
import {
  correctDate,
  markPassed,
  recordAttempt,
  startNewApplication,
  undo,
} from '../../lambdas/core/attempts.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import type { EmailKind, Outcome } from '../../lambdas/core/email.ts';
import { unsubscribe } from '../../lambdas/core/email-preferences.ts';
import { flagsOf } from '../../lambdas/core/flags.ts';
import { type Instant, minutesAfter } from '../../lambdas/core/time.ts';
import type { Store, StoredRecord } from '../../lambdas/services/ports.ts';
import {
  type MailerDependencies,
  type SweepResult,
  sendDueEmails,
  sweep,
} from '../../lambdas/services/send-emails.ts';
import { aCandidate, aPendingLink, changedBy, rules } from '../support/builders.ts';
import { aMailer, scriptedSender } from '../support/mailer.ts';
import { memoryStore } from '../support/memory-store.ts';

const signedUp = '2026-11-23T15:00:00.000Z';
/** 09:00 in New York on the day that attempts of 20 November may be repeated. */
const morning = '2026-12-20T14:00:00.000Z';
const aMinuteEarlier = '2026-12-20T13:59:00.000Z';
const nothing: SweepResult = { sent: 0, skipped: 0, failed: 0 };

let now: Instant;
let store: Store;
let ses: ReturnType<typeof scriptedSender>;
let logged: string[];
let mailer: MailerDependencies;

beforeEach(() => {
  now = morning;
  store = memoryStore();
  ses = scriptedSender();
  logged = [];
  mailer = aMailer({
    store,
    sender: ses.sender,
    clock: () => now,
    log: (event, fields) => logged.push(JSON.stringify({ event, ...fields })),
  });
});

function run({ by = mailer, concurrency = 1 } = {}): Promise<SweepResult> {
  return sweep(by, { concurrency, hasTime: () => true });
}

async function stored<R extends StoredRecord>(record: R): Promise<R> {
  expect(await store.save(record)).toBe(true);
  return { ...record, version: record.version + 1 };
}

/** A candidate of 20 November with the reminder as the only email. */
function reminded(details: Parameters<typeof aCandidate>[0] = {}): Candidate {
  return only('reminder', aCandidate({ attempts: ['2026-11-20'], at: signedUp, ...details }));
}

function only(kind: EmailKind, candidate: Candidate): Candidate {
  return { ...candidate, emails: candidate.emails.filter((email) => email.kind === kind) };
}

/** A candidate who told of the last attempt just now, with the emails that it calls for. */
function aThirdTimer(id?: string): Candidate {
  const attempts = ['2026-07-01', '2026-09-01', '2026-11-01'];
  const candidate = aCandidate({ ...(id && { id }), attempts, at: morning });
  return { ...candidate, emails: candidate.emails.filter((email) => email.attempt?.number === 3) };
}

async function candidate(id = 'a1b2c3'): Promise<Candidate> {
  return (await store.candidate(id))!;
}

async function emailOf(kind: EmailKind, id?: string) {
  return (await candidate(id)).emails.find((email) => email.kind === kind)!;
}

/** A deed done at once, as the site does it. */
async function action(change: (known: Candidate) => Candidate): Promise<void> {
  expect(await store.save(change(await candidate()))).toBe(true);
}

const refused: Outcome = { type: 'refused', code: 'MessageRejected' };
const deferred: Outcome = { type: 'deferred', code: 'Throttling' };
const uncertain: Outcome = { type: 'unknown', code: 'ECONNRESET' };

describe('a due email', () => {
  test('is not sent a minute before its moment, and is sent at its moment', async () => {
    await stored(reminded());

    now = aMinuteEarlier;
    expect(await run()).toEqual(nothing);
    expect(ses.mails).toEqual([]);

    now = morning;
    expect(await run()).toEqual({ ...nothing, sent: 1 });
    expect(ses.mails).toMatchObject([
      {
        to: { name: 'Ana Flores', address: 'Ana.Flores@example.com' },
        content: { subject: 'Your date is here' },
        at: morning,
        tags: { type: 'candidate', id: 'a1b2c3', tries: 1 },
      },
    ]);
  });

  test('is kept as sent, with the moment and the id that SES gave', async () => {
    await stored(reminded());

    await run();

    expect(await emailOf('reminder')).toMatchObject({
      state: 'sent',
      at: morning,
      messageId: 'message-1',
    });
  });

  test('is sent once, however often the mailer runs', async () => {
    await stored(reminded());

    for (const minutes of [0, 1, 60, 60 * 24 * 30, 60 * 24 * 400]) {
      now = minutesAfter(morning, minutes);
      await run();
    }

    expect(ses.mails).toHaveLength(1);
  });

  test('does not keep another one of the same person waiting', async () => {
    await stored(aThirdTimer());

    expect(await run()).toEqual({ ...nothing, sent: 2 });

    expect(ses.mails.map((mail) => mail.to.address).sort()).toEqual([
      'Ana.Flores@example.com',
      'office@school.example.org',
    ]);
  });

  test('carries the link that unsubscribes, which a confirmation does not', async () => {
    await stored(reminded());
    await stored(aPendingLink({ candidateId: 'somebody-else', at: morning }));

    await run();

    const byType = Object.fromEntries(ses.mails.map((mail) => [mail.tags.type, mail]));
    expect(byType.candidate!.unsubscribeLink).toMatch(/^https:\/\/.+\/unsubscribe\?token=.+/);
    expect(byType['sign-up']!.unsubscribeLink).toBeUndefined();
  });

  test('of several records is sent to each', async () => {
    const ids = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'];
    for (const id of ids) await stored(reminded({ id, email: `${id}@example.com` }));

    expect(await run({ concurrency: 3 })).toEqual({ ...nothing, sent: ids.length });

    expect(ses.mails.map((mail) => mail.to.address).sort()).toEqual(
      ids.map((id) => `${id}@example.com`),
    );
  });
});

describe('an email that makes no sense any more', () => {
  test.each<{ what: string; reason: string; change: (known: Candidate) => Candidate }>([
    {
      what: 'passed',
      reason: 'passed',
      change: (known) => changedBy(markPassed(known, aMinuteEarlier)),
    },
    {
      what: 'unsubscribed',
      reason: 'unsubscribed',
      change: (known) => changedBy(unsubscribe(known)),
    },
    {
      what: 'has an address that bounces',
      reason: 'bounced',
      change: (known) => ({ ...known, emailState: 'bounced' }),
    },
    {
      what: 'complained',
      reason: 'complained',
      change: (known) => ({ ...known, emailState: 'complained' }),
    },
    {
      what: 'told of a newer attempt',
      reason: 'newer-attempt',
      change: (known) => {
        const attempt = { number: 2, date: '2026-12-20', lowestAreas: [] };
        return only('reminder', changedBy(recordAttempt(known, attempt, rules, morning)));
      },
    },
    {
      what: 'applied again',
      reason: 'new-application',
      change: (known) => changedBy(startNewApplication(known, aMinuteEarlier)),
    },
    {
      what: 'took the attempt back',
      reason: 'attempt-taken-back',
      change: (known) => changedBy(undo(known, rules, signedUp)),
    },
  ])('is skipped with the reason where the candidate $what', async ({ reason, change }) => {
    await stored(reminded());
    await action(change);

    expect(await run()).toEqual({ ...nothing, skipped: 1 });

    expect(ses.mails).toEqual([]);
    const skips = (await candidate()).emails.filter((email) => email.state === 'skipped');
    expect(skips).toMatchObject([{ kind: 'reminder', reason, at: morning }]);
  });

  test('is skipped where the date was corrected while nobody knew what became of it', async () => {
    await stored(reminded());
    ses.answerWith(async () => uncertain);
    await run();
    await action((known) => changedBy(correctDate(known, '2026-11-22', rules, now)));
    ses.answerWith(ses.accept);

    now = minutesAfter(morning, 10);
    expect(await run()).toEqual({ ...nothing, skipped: 1 });
    expect(await emailOf('reminder')).toMatchObject({ state: 'skipped', reason: 'date-corrected' });

    now = '2026-12-22T14:00:00.000Z';
    expect(await run()).toEqual({ ...nothing, sent: 1 });
    expect(ses.mails.at(-1)!.content.blocks[0]).toMatchObject({
      text: expect.stringContaining('December 22, 2026'),
    });
  });

  test('is skipped where it is the study plan and the reminder is due by now', async () => {
    await stored(aCandidate({ attempts: ['2026-11-20'], at: '2026-12-18T14:00:00.000Z' }));

    expect(await run()).toEqual({ sent: 1, skipped: 1, failed: 0 });

    expect(await emailOf('study-plan')).toMatchObject({ state: 'skipped', reason: 'reminder-due' });
    expect(await emailOf('reminder')).toMatchObject({ state: 'sent' });
  });

  test.each<{ kind: EmailKind; days: number; record: StoredRecord; dueAt: Instant }>([
    { kind: 'confirmation', days: 1, record: aPendingLink({ at: signedUp }), dueAt: signedUp },
    {
      kind: 'study-plan',
      days: 7,
      record: only('study-plan', aCandidate({ attempts: ['2026-11-20'], at: signedUp })),
      dueAt: signedUp,
    },
    { kind: 'reminder', days: 14, record: reminded(), dueAt: morning },
    {
      kind: 'attempts-used',
      days: 7,
      record: only('attempts-used', aThirdTimer()),
      dueAt: morning,
    },
    {
      kind: 'staff-notice',
      days: 7,
      record: only('staff-notice', aThirdTimer()),
      dueAt: morning,
    },
  ])(
    'is skipped as too late from $days days after its moment on, where it is of the kind $kind',
    async (row) => {
      const { id, type } = await stored(row.record);
      const latest = minutesAfter(row.dueAt, row.days * 24 * 60);

      now = new Date(Date.parse(latest) + 1).toISOString();
      expect(await run()).toEqual({ ...nothing, skipped: 1 });
      const record = type === 'candidate' ? await store.candidate(id) : await store.signUp(id);
      expect(record!.emails).toMatchObject([
        { kind: row.kind, state: 'skipped', reason: 'too-late' },
      ]);

      await store.remove(row.record);
      await stored(row.record);
      now = latest;
      expect(await run()).toEqual({ ...nothing, sent: 1 });
    },
  );

  test('is a confirmation to somebody who complained', async () => {
    await stored({ ...aCandidate({ id: 'a1' }), emailState: 'complained' });
    const signUp = await stored(aPendingLink({ candidateId: 'a1', at: morning }));

    expect(await run()).toEqual({ ...nothing, skipped: 1 });

    expect(ses.mails).toEqual([]);
    expect((await store.signUp(signUp.id))!.emails).toMatchObject([
      { state: 'skipped', reason: 'complained' },
    ]);
  });

  test.each([
    { slot: 'mailbox-limited', reason: 'mailbox-limited' },
    { slot: 'complained', reason: 'complained' },
  ] as const)('is a confirmation to an address that is $slot', async ({ slot, reason }) => {
    const signUp = await stored(aPendingLink({ at: morning }));
    const asked: string[][] = [];
    const mailboxLimits = {
      ...mailer.mailboxLimits,
      async takeConfirmationSlot(...whose: [string, string]) {
        asked.push(whose);
        return slot;
      },
    };

    expect(await run({ by: { ...mailer, mailboxLimits } })).toEqual({ ...nothing, skipped: 1 });

    expect(asked).toEqual([[signUp.candidateId, `${signUp.id} confirmation`]]);
    expect(ses.mails).toEqual([]);
    expect((await store.signUp(signUp.id))!.emails).toMatchObject([{ state: 'skipped', reason }]);
  });

  test.each(['unsubscribed', 'bounced'] as const)(
    'is no confirmation to somebody who is %s: signing up again is the way back',
    async (emailState) => {
      await stored({ ...aCandidate({ id: 'a1' }), emailState });
      await stored(aPendingLink({ candidateId: 'a1', at: morning }));

      expect(await run()).toEqual({ ...nothing, sent: 1 });
    },
  );
});

describe('a deed between finding an email and sending it', () => {
  const actions: { what: string; act: () => Promise<void> }[] = [
    {
      what: 'passes',
      act: () => action((known) => changedBy(markPassed(known, now))),
    },
    {
      what: 'unsubscribes',
      act: () => action((known) => changedBy(unsubscribe(known))),
    },
    {
      what: 'corrects the date',
      act: () => action((known) => changedBy(correctDate(known, '2026-12-01', rules, now))),
    },
    {
      what: 'is erased',
      act: () => store.remove({ type: 'candidate', id: 'a1b2c3' }),
    },
  ];

  test.each(actions)(
    'counts where the candidate $what once found in the index',
    async ({ act }) => {
      await stored(reminded());
      const found: Store = {
        ...store,
        async *due(by) {
          for await (const ref of store.due(by)) {
            await act();
            yield ref;
          }
        },
      };

      expect(await run({ by: { ...mailer, store: found } })).toMatchObject({ sent: 0, failed: 0 });

      expect(ses.mails).toEqual([]);
    },
  );

  test.each(actions)('counts where the candidate $what once read', async ({ act }) => {
    await stored(reminded());
    let reads = 0;
    const read: Store = {
      ...store,
      async candidate(id) {
        const known = await store.candidate(id);
        reads += 1;
        if (reads === 1) await act();
        return known;
      },
    };

    expect(await run({ by: { ...mailer, store: read } })).toMatchObject({ sent: 0, failed: 0 });

    expect(reads).toBeGreaterThan(1);
    expect(ses.mails).toEqual([]);
  });

  test('counts where a sign-up turns out not to be theirs', async () => {
    const signUp = await stored(aPendingLink({ at: morning }));
    const read: Store = {
      ...store,
      async signUp(id) {
        const known = await store.signUp(id);
        await store.remove(signUp);
        return known;
      },
    };

    expect(await run({ by: { ...mailer, store: read } })).toEqual(nothing);

    expect(ses.mails).toEqual([]);
    expect(await store.signUp(signUp.id)).toBeUndefined();
  });

  test('goes into the letter where the email is still to be sent', async () => {
    await stored(reminded());
    let reads = 0;
    const read: Store = {
      ...store,
      async candidate(id) {
        const known = await store.candidate(id);
        reads += 1;
        if (reads === 1)
          await action((one) => changedBy(changeDetails(one, { name: 'Ana Reyes' }, rules, now)));
        return known;
      },
    };

    await run({ by: { ...mailer, store: read } });

    expect(ses.mails.map((mail) => mail.to.name)).toEqual(['Ana Reyes']);
  });
});

describe('a hand-over to SES', () => {
  const leases = [10, 20, 40, 80, 160];

  test('is written down as an intent before it begins', async () => {
    await stored(reminded());
    ses.answerWith(async () => {
      expect(await emailOf('reminder')).toMatchObject({
        state: 'sending',
        tries: 1,
        leaseUntil: minutesAfter(morning, 10),
      });
      return ses.accept();
    });

    expect(await run()).toEqual({ ...nothing, sent: 1 });
  });

  test.each<{ what: string; answer: () => Promise<Outcome> }>([
    { what: 'crashes', answer: () => Promise.reject(new Error('The function ended.')) },
    { what: 'ends with no answer to rely on', answer: async () => uncertain },
  ])('that $what is begun again when its lease is over, and five times at most', async (row) => {
    await stored(reminded());
    ses.answerWith(row.answer);

    for (const [index, minutes] of leases.entries()) {
      expect(await run()).toMatchObject({ sent: 0, skipped: 0 });
      expect(ses.mails.at(-1)!.tags.tries).toBe(index + 1);

      const leaseUntil = minutesAfter(now, minutes);
      now = new Date(Date.parse(leaseUntil) - 1).toISOString();
      expect(await run()).toEqual(nothing);
      expect(ses.mails).toHaveLength(index + 1);
      now = leaseUntil;
    }

    expect(await run()).toEqual({ ...nothing, failed: 1 });
    expect(ses.mails).toHaveLength(5);
    expect(await emailOf('reminder')).toMatchObject({ state: 'failed', reason: 'no-answer' });
    expect(flagsOf(await candidate(), rules.exam)).toEqual(['email-failed']);

    now = minutesAfter(now, 24 * 60);
    expect(await run()).toEqual(nothing);
    expect(ses.mails).toHaveLength(5);
  });

  test('that never ends keeps other mailers off until its lease is over', async () => {
    await stored(reminded());
    ses.answerWith(() => new Promise(() => {}));
    void run();
    await expect.poll(() => ses.mails.length).toBe(1);
    ses.answerWith(ses.accept);

    now = minutesAfter(morning, 9);
    expect(await run()).toEqual(nothing);
    now = minutesAfter(morning, 10);
    expect(await run()).toEqual({ ...nothing, sent: 1 });

    expect(ses.mails.map((mail) => mail.tags.tries)).toEqual([1, 2]);
  });

  test.each<{ what: string; second: Outcome }>([
    { what: 'is deferred', second: deferred },
    { what: 'is refused', second: refused },
    { what: 'has no answer', second: uncertain },
    { what: 'is accepted too', second: { type: 'accepted', messageId: 'message-second' } },
  ])('accepted late counts as sent, though the next one $what', async ({ second }) => {
    await stored(reminded());
    const first = Promise.withResolvers<Outcome>();
    ses.answerWith(() => first.promise);
    const slow = run();
    await expect.poll(() => ses.mails.length).toBe(1);

    now = minutesAfter(morning, 10);
    ses.answerWith(async () => {
      first.resolve({ type: 'accepted', messageId: 'message-late' });
      await slow;
      return second;
    });
    await run();

    expect(await emailOf('reminder')).toMatchObject({ state: 'sent', messageId: 'message-late' });
    now = minutesAfter(morning, 24 * 60);
    expect(await run()).toEqual(nothing);
    expect(ses.mails).toHaveLength(2);
  });

  test.each<{ what: string; second: Outcome }>([
    { what: 'was deferred', second: deferred },
    { what: 'was refused', second: refused },
  ])('accepted late counts as sent, though the next one $what before', async ({ second }) => {
    await stored(reminded());
    const first = Promise.withResolvers<Outcome>();
    ses.answerWith(() => first.promise);
    const slow = run();
    await expect.poll(() => ses.mails.length).toBe(1);

    now = minutesAfter(morning, 10);
    ses.answerWith(async () => second);
    await run();
    first.resolve({ type: 'accepted', messageId: 'message-late' });
    await slow;

    expect(await emailOf('reminder')).toMatchObject({ state: 'sent', messageId: 'message-late' });
    ses.answerWith(ses.accept);
    expect(await run()).toEqual(nothing);
    expect(ses.mails).toHaveLength(2);
  });

  test.each([deferred, refused])(
    'that ends late as $type leaves the next one alone',
    async (outcome) => {
      await stored(reminded());
      const first = Promise.withResolvers<Outcome>();
      ses.answerWith(() => first.promise);
      const slow = run();
      await expect.poll(() => ses.mails.length).toBe(1);

      now = minutesAfter(morning, 10);
      ses.answerWith(async () => uncertain);
      await run();
      first.resolve(outcome);
      await slow;

      expect(await emailOf('reminder')).toMatchObject({
        state: 'sending',
        tries: 2,
        leaseUntil: minutesAfter(morning, 30),
      });
    },
  );

  test('that is refused fails this email, flags it, and the others go on', async () => {
    for (const id of ['a1', 'a2', 'a3']) await stored(reminded({ id }));
    ses.answerWith(async ({ tags }) => (tags.id === 'a2' ? refused : ses.accept()));

    expect(await run()).toEqual({ sent: 2, skipped: 0, failed: 1 });

    expect(await emailOf('reminder', 'a2')).toMatchObject({
      state: 'failed',
      reason: 'MessageRejected',
      at: morning,
    });
    expect(flagsOf(await candidate('a2'), rules.exam)).toEqual(['email-failed']);
    now = minutesAfter(morning, 24 * 60);
    expect(await run()).toEqual(nothing);
    expect(ses.mails).toHaveLength(3);
  });

  test('that is deferred gives its try back, keeps the email due and stops the sweep', async () => {
    for (const id of ['a1', 'a2', 'a3']) await stored(reminded({ id }));
    ses.answerWith(async () => deferred);

    expect(await run()).toMatchObject({ sent: 0, skipped: 0 });

    expect(ses.mails).toHaveLength(1);
    const { id } = ses.mails[0]!.tags;
    expect(await emailOf('reminder', id)).toMatchObject({
      state: 'queued',
      tries: 0,
      dueAt: morning,
    });

    ses.answerWith(ses.accept);
    expect(await run()).toEqual({ ...nothing, sent: 3 });
  });

  test('that is deferred lets those under way end, and begins no more', async () => {
    for (let index = 0; index < 10; index += 1) await stored(reminded({ id: `a${index}` }));
    ses.answerWith(async ({ tags }) => (tags.id === 'a0' ? deferred : ses.accept()));

    const result = await run({ concurrency: 3 });

    expect(result.sent).toBe(2);
    expect(ses.mails).toHaveLength(3);
  });

  test('that is deferred ten times in a row uses up no try', async () => {
    await stored(reminded());
    ses.answerWith(async () => deferred);
    for (let index = 0; index < 10; index += 1) await run();
    expect(await emailOf('reminder')).toMatchObject({ state: 'queued', tries: 0 });

    ses.answerWith(ses.accept);
    expect(await run()).toEqual({ ...nothing, sent: 1 });
  });

  test('that is deferred does not undo a deed of the meantime', async () => {
    await stored(reminded());
    ses.answerWith(async () => {
      await action((known) => changedBy(unsubscribe(known)));
      return deferred;
    });

    await run();

    expect(await candidate()).toMatchObject({ emailState: 'unsubscribed' });
    expect(await emailOf('reminder')).toMatchObject({ state: 'queued', tries: 0 });
  });
});

describe('a deed while an email is being sent', () => {
  test('is kept, and the email is marked as sent and not sent again', async () => {
    await stored(reminded());
    ses.answerWith(async () => {
      await action((known) => changedBy(changeDetails(known, { name: 'Ana Reyes' }, rules, now)));
      await action((known) => changedBy(markPassed(known, now)));
      return ses.accept();
    });

    expect(await run()).toEqual({ ...nothing, sent: 1 });

    expect(await candidate()).toMatchObject({
      name: 'Ana Reyes',
      applications: [{ passedAt: morning }],
    });
    expect(await emailOf('reminder')).toMatchObject({ state: 'sent', messageId: 'message-1' });
    now = minutesAfter(morning, 24 * 60);
    expect(await run()).toEqual(nothing);
    expect(ses.mails).toHaveLength(1);
  });

  test('is kept where it falls between reading and writing the result', async () => {
    await stored(reminded());
    const racing: Store = {
      ...store,
      async save(record, options) {
        const isResult = record.emails.some((email) => email.state === 'sent');
        if (isResult && (await candidate()).emailState === 'active')
          await action((known) => changedBy(unsubscribe(known)));
        return store.save(record, options);
      },
    };

    await run({ by: { ...mailer, store: racing } });

    expect(await candidate()).toMatchObject({ emailState: 'unsubscribed' });
    expect(await emailOf('reminder')).toMatchObject({ state: 'sent', messageId: 'message-1' });
  });

  test('keeps a corrected date’s own reminder', async () => {
    await stored(reminded());
    ses.answerWith(async () => {
      await action((known) => changedBy(correctDate(known, '2026-12-01', rules, now)));
      return ses.accept();
    });

    await run();

    expect((await candidate()).emails).toMatchObject([
      { kind: 'reminder', state: 'sent' },
      { kind: 'reminder', state: 'queued', dueAt: '2026-12-31T14:00:00.000Z' },
    ]);
  });

  test.each([{ type: 'accepted', messageId: 'message-1' } as const, refused, deferred, uncertain])(
    'that erases the candidate is final, also where the answer is $type',
    async (outcome) => {
      const before = await stored(reminded());
      ses.answerWith(async () => {
        await store.remove(before);
        return outcome;
      });

      await run();

      expect(await store.candidate(before.id)).toBeUndefined();
    },
  );

  test.each([{ type: 'accepted', messageId: 'message-1' } as const, refused, deferred])(
    'that erases the candidate and signs up anew is untouched by the answer $type',
    async (outcome) => {
      const before = await stored(reminded());
      const anew = { ...reminded(), createdAt: morning, emails: before.emails };
      ses.answerWith(async () => {
        await store.remove(before);
        await stored(anew);
        const claimed = await candidate();
        const emails = claimed.emails.map((email) => ({
          ...email,
          state: 'sending' as const,
          tries: 1,
          leaseUntil: minutesAfter(morning, 10),
        }));
        await stored({ ...claimed, emails });
        return outcome;
      });

      await run();

      expect(await candidate()).toMatchObject({ createdAt: morning, version: 2 });
      expect(await emailOf('reminder')).toMatchObject({ state: 'sending', tries: 1 });
    },
  );
});

describe('a sweep', () => {
  test('goes on where the letter to one record can’t be written', async () => {
    const poisoned = { ...aPendingLink({ id: 'a1', at: signedUp }), answers: undefined };
    now = minutesAfter(signedUp, 1);
    await stored(poisoned);
    await stored(aPendingLink({ id: 'a2', at: now }));
    await stored(aPendingLink({ id: 'a3', at: now }));

    expect(await run()).toEqual({ sent: 2, skipped: 0, failed: 1 });

    expect(ses.mails.map((mail) => mail.tags.id)).toEqual(['a2', 'a3']);
    expect(logged.join()).toContain('a1');
  });

  test('goes on where one record can’t be read', async () => {
    for (const id of ['a1', 'a2', 'a3']) await stored(reminded({ id }));
    const broken: Store = {
      ...store,
      candidate: (id) =>
        id === 'a1' ? Promise.reject(new Error('Unreadable.')) : store.candidate(id),
    };

    expect(await run({ by: { ...mailer, store: broken } })).toEqual({
      sent: 2,
      skipped: 0,
      failed: 1,
    });
  });

  test('ends where the time is over, with the rest still due', async () => {
    for (const id of ['a1', 'a2', 'a3', 'a4', 'a5']) await stored(reminded({ id }));

    const result = await sweep(mailer, { concurrency: 1, hasTime: () => ses.mails.length < 2 });

    expect(result).toEqual({ ...nothing, sent: 2 });
    expect(ses.mails).toHaveLength(2);
    expect(await run()).toEqual({ ...nothing, sent: 3 });
  });

  test('ends where the account may send no more, with the rest unclaimed and still due', async () => {
    for (const id of ['a1', 'a2', 'a3']) await stored(reminded({ id }));
    const sendRate = { turn: async () => ses.mails.length < 1 };

    expect(await run({ by: { ...mailer, sendRate } })).toEqual({ ...nothing, sent: 1 });

    expect((await candidate('a2')).emails).toMatchObject([{ state: 'queued', tries: 0 }]);
    expect(await run()).toEqual({ ...nothing, sent: 2 });
  });

  test('reckons the lease from the hand-over, not from when it began to wait its turn', async () => {
    await stored(reminded());
    const sendRate = {
      async turn() {
        now = minutesAfter(now, 5);
        return true;
      },
    };
    ses.answerWith(async () => uncertain);

    await run({ by: { ...mailer, sendRate } });

    expect(ses.mails).toMatchObject([{ at: minutesAfter(morning, 5) }]);
    expect(await emailOf('reminder')).toMatchObject({ leaseUntil: minutesAfter(morning, 15) });
  });

  test('hands over as many at a time as it is told to, and no more', async () => {
    for (let index = 0; index < 12; index += 1) await stored(reminded({ id: `a${index}` }));
    let underWay = 0;
    let most = 0;
    ses.answerWith(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay -= 1;
      return ses.accept();
    });

    await run({ concurrency: 4 });

    expect(most).toBe(4);
  });

  test('over one record leaves alone what is not due', async () => {
    const { type, id } = await stored(reminded());
    const result = { ...nothing };

    now = aMinuteEarlier;
    await sendDueEmails(mailer, { type, id }, result, () => true);
    await sendDueEmails(mailer, { type: 'sign-up', id: 'never-there' }, result, () => true);

    expect(result).toEqual(nothing);
    expect(ses.mails).toEqual([]);
  });
});

describe('the staff notice', () => {
  test('goes to the staff address, with a count and a link, and names nobody', async () => {
    await stored({ ...aThirdTimer('b7d8e9'), emails: [] });
    await stored(only('staff-notice', aThirdTimer()));

    await run();

    expect(ses.mails).toHaveLength(1);
    const [{ to, content, unsubscribeLink }] = ses.mails as [(typeof ses.mails)[number]];
    expect(to.address).toBe('office@school.example.org');
    expect(unsubscribeLink).toBeUndefined();
    expect(content.subject).toContain('2 candidates');
    for (const text of [
      content.subject,
      content.preheader,
      emailText(content),
      emailHtml(content),
    ]) {
      expect(text).not.toMatch(/Ana|Flores|example\.com|Spring A|a1b2c3|b7d8e9/);
    }
    expect(emailText(content)).toContain('https://retakes.example.org/admin');
    expect(emailHtml(content)).toContain('https://retakes.example.org/admin');
  });

  test('goes out for a candidate who wants no email', async () => {
    await stored({ ...aThirdTimer(), emailState: 'unsubscribed' });

    expect(await run()).toEqual({ sent: 1, skipped: 1, failed: 0 });

    expect(ses.mails.map((mail) => mail.to.address)).toEqual(['office@school.example.org']);
  });
});

describe('the log', () => {
  test('tells what happened by ids and codes, and never who somebody is', async () => {
    const who = { name: 'Ana Flores', email: 'Ana.Flores@example.com', cohort: 'Spring A' };
    const broken = new TypeError('Cannot write to Ana Flores <Ana.Flores@example.com>, Spring A');
    const answers: Record<string, () => Promise<Outcome>> = {
      a1: ses.accept,
      a2: async () => refused,
      a3: async () => uncertain,
      a4: () => Promise.reject(broken),
      a6: async () => deferred,
    };
    await stored(changedBy(unsubscribe(reminded({ id: 'a5', ...who }))));
    for (const id of Object.keys(answers)) await stored(reminded({ id, ...who }));
    await stored({ ...aPendingLink({ id: 'a7', at: morning, ...who }), answers: undefined });
    ses.answerWith(({ tags }) => answers[tags.id]!());

    await run({ concurrency: 20 });
    for (const lapse of [10, 30, 70, 150, 310]) {
      now = minutesAfter(morning, lapse);
      await run({ concurrency: 20 });
    }

    for (const id of ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'])
      expect(logged.filter((line) => line.includes(`"${id}"`))).not.toEqual([]);
    expect(logged.join()).toMatch(/MessageRejected.+no-answer/);
    expect(logged.join('\n')).not.toMatch(/Ana|Flores|example|Spring/i);
  });
});
