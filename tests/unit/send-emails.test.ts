import { beforeEach, describe, expect, test } from 'vitest';
import { newAddress } from '../../lambdas/core/address.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import type { EmailKind, Outcome } from '../../lambdas/core/email.ts';
import { resendEmail } from '../../lambdas/core/email-schedule.ts';
import { flagsOf } from '../../lambdas/core/flags.ts';
import { confirmedLink, erasedLink, type OpenLink, type PendingLink } from '../../lambdas/core/pending-link.ts';
import { type Instant, minutesAfter } from '../../lambdas/core/time.ts';
import type { EmailRecord, Store, StoredRecord } from '../../lambdas/services/ports.ts';
import { type MailerDependencies, type SweepResult, sweep } from '../../lambdas/services/send-emails.ts';
import { aCandidate, aPendingLink, rules } from '../support/builders.ts';
import { linksIn } from '../support/email-contents.ts';
import { aMailer, scriptedSender } from '../support/mailer.ts';
import { memoryStore } from '../support/memory-store.ts';
import { book, change, pass, stop } from '../support/steps.ts';

const signedUp = '2026-11-23T15:00:00.000Z';
/** 09:00 in New York on the retake date of attempts on November 20. */
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

/** A candidate whose last attempt was recorded just now, with the emails that it calls for. */
function aThirdTimer(id?: string): Candidate {
  const attempts = ['2026-07-01', '2026-09-01', '2026-11-01'];
  const candidate = aCandidate({ ...(id && { id }), attempts, at: morning });
  return { ...candidate, emails: candidate.emails.filter((email) => email.attempt?.number === 3) };
}

async function candidate(id = 'a1b2c3'): Promise<Candidate> {
  return (await store.read('candidate', id))!;
}

async function emailOf(kind: EmailKind, id?: string) {
  return (await candidate(id)).emails.find((email) => email.kind === kind)!;
}

/** An action done at once, as the site does it. */
async function act(to: (known: Candidate) => Candidate): Promise<void> {
  expect(await store.save(to(await candidate()))).toBe(true);
}

const refused: Outcome = { type: 'refused', code: 'MessageRejected' };
const deferred: Outcome = { type: 'deferred', code: 'Throttling' };
const unknown: Outcome = { type: 'unknown', code: 'ECONNRESET' };

/** The mailer, with something done right after it read the due records. */
function afterReading(then: () => Promise<void>): MailerDependencies {
  async function* due(by: Instant) {
    for await (const found of store.due(by)) {
      await then();
      yield found;
    }
  }
  return { ...mailer, store: { ...store, due } };
}

/** With an email to send, and nothing to write it from: the rules never leave one so. */
function withoutAnswers(link: OpenLink): PendingLink {
  return { ...confirmedLink(link, signedUp, aCandidate()), emails: link.emails };
}

describe('a due email', () => {
  test('is sent at its moment, not a minute before, and once, however often we look', async () => {
    await stored(reminded());

    now = aMinuteEarlier;
    expect(await run()).toEqual(nothing);
    expect(ses.mails).toEqual([]);

    now = morning;
    expect(await run()).toEqual({ ...nothing, sent: 1 });
    expect(ses.mails).toMatchObject([
      {
        to: { name: 'Ana Flores', address: 'Ana.Flores@example.com' },
        content: { subject: 'Your 30-day wait is over' },
        at: morning,
        tags: { type: 'candidate', id: 'a1b2c3', tries: 1, addressId: 'address-of-a1b2c3' },
      },
    ]);
    expect(await emailOf('reminder')).toMatchObject({ state: 'sent', at: morning });

    for (const minutes of [0, 1, 60, 60 * 24 * 30, 60 * 24 * 400]) {
      now = minutesAfter(morning, minutes);
      expect(await run()).toEqual(nothing);
    }
    expect(ses.mails).toHaveLength(1);
  });

  test('does not keep another one of the same person waiting, such as the count of all flagged to staff', async () => {
    await stored({ ...aThirdTimer('b7d8e9'), emails: [] });
    await stored(aThirdTimer());

    expect(await run()).toEqual({ ...nothing, sent: 2 });

    const [toCandidate, toStaff] = ses.mails;
    expect([toCandidate?.to.address, toStaff?.to.address]).toEqual([reminded().email, 'office@school.example.org']);
    expect(toStaff?.content.subject).toBe('2 students need your attention');
    expect(linksIn(toStaff!.content)).toEqual(['https://retakes.example.org/admin?flag=third-attempt-used']);
    expect(toStaff?.unsubscribeLink).toBeUndefined();
  });
});

describe('an email that makes no sense any more', () => {
  test('is skipped, with the reason and its moment', async () => {
    await stored(pass(reminded(), aMinuteEarlier));

    expect(await run()).toEqual({ ...nothing, skipped: 1 });

    expect(ses.mails).toEqual([]);
    expect(await emailOf('reminder')).toMatchObject({ state: 'skipped', reason: 'passed', at: morning });
  });

  test.each<{ kind: EmailKind; days: number; record: EmailRecord; dueAt: Instant }>([
    { kind: 'confirmation', days: 1, record: aPendingLink({ at: signedUp }), dueAt: signedUp },
    { kind: 'reminder', days: 14, record: reminded(), dueAt: morning },
    {
      kind: 'erased',
      days: 7,
      record: erasedLink('e', { email: 'ana@example.com', addressId: 'a' }, signedUp),
      dueAt: signedUp,
    },
  ])('is skipped as too late from $days days after its moment on, where it is of the kind $kind', async (row) => {
    const { id, type } = await stored(row.record);
    const latest = minutesAfter(row.dueAt, row.days * 24 * 60);

    now = new Date(Date.parse(latest) + 1).toISOString();
    expect(await run()).toEqual({ ...nothing, skipped: 1 });
    const skipped = (await store.read(type, id))!;
    expect(skipped.emails).toMatchObject([{ kind: row.kind, state: 'skipped', reason: 'too-late' }]);

    await store.remove(skipped);
    await stored(row.record);
    now = latest;
    expect(await run()).toEqual({ ...nothing, sent: 1 });
  });

  test('is a link to an address that complained, or to one that got enough of them', async () => {
    const complained = aPendingLink({ id: 'l1', addressId: 'complained', at: morning });
    const limited = aPendingLink({ id: 'l2', mailboxId: 'limited', at: morning });
    for (const link of [complained, limited]) await stored(link);
    await store.save({ ...newAddress('complained', signedUp), complainedAt: signedUp });
    const taken: [mailboxId: string, link: string][] = [];
    const mailboxLimits = {
      ...mailer.mailboxLimits,
      async takeSlot(...whose: [mailboxId: string, link: string]) {
        taken.push(whose);
        return false;
      },
    };

    expect(await run({ by: { ...mailer, mailboxLimits } })).toEqual({ ...nothing, skipped: 2 });

    expect(taken).toEqual([['limited', 'l2 confirmation']]);
    expect(ses.mails).toEqual([]);
    expect((await store.read('pending-link', 'l1'))!.emails).toMatchObject([
      { state: 'skipped', reason: 'complained' },
    ]);
    expect((await store.read('pending-link', 'l2'))!.emails).toMatchObject([
      { state: 'skipped', reason: 'mailbox-limited' },
    ]);
  });

  test('is about erasing where the address complained, and for no other reason', async () => {
    const takeSlot = async () => false;
    const full = { sent: 10, bounced: 10, complained: 3 };
    const counted: string[] = [];
    const count = async (what: string) => void counted.push(what);
    const by = {
      ...mailer,
      mailboxLimits: { ...mailer.mailboxLimits, takeSlot },
      confirmations: { count, lastDay: async () => full },
    };
    for (const addressId of ['complained', 'other'])
      await stored(erasedLink(addressId, { email: `${addressId}@example.com`, addressId }, morning));
    await store.save({ ...newAddress('complained', signedUp), complainedAt: signedUp });

    expect(await run({ by })).toEqual({ ...nothing, sent: 1, skipped: 1 });
    expect(ses.mails.map(({ to }) => to.address)).toEqual(['other@example.com']);
    expect(ses.mails[0]!.unsubscribeLink).toBeUndefined();
    expect(counted).toEqual([]);
    expect((await store.read('pending-link', 'complained'))!.emails).toMatchObject([
      { state: 'skipped', reason: 'complained' },
    ]);
  });

  test.each(['unsubscribed', 'bounced'] as const)(
    'is no link to an address that is %s: signing up again is the way back',
    async (emailState) => {
      await stored({ ...aCandidate({ id: 'a1' }), emailState });
      await stored(aPendingLink({ candidateId: 'a1', at: morning }));

      expect(await run()).toEqual({ ...nothing, sent: 1 });
    },
  );
});

describe('an action between reading a record and sending its email', () => {
  test('goes into the email where that is still to be sent', async () => {
    await stored(reminded());
    const by = afterReading(() => act((known) => change(known, { name: 'Ana Reyes' }, now)));

    await run({ by });

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
    { what: 'ends with no answer to rely on', answer: async () => unknown },
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
    expect(flagsOf(await candidate(), rules.exam, now)).toEqual(['email-failed']);

    now = minutesAfter(now, 24 * 60);
    expect(await run()).toEqual(nothing);
    expect(ses.mails).toHaveLength(5);
  });

  test.each<{ what: string; first: Outcome; second: Outcome; ends: object }>([
    {
      what: 'accepted late counts as sent, though the next one was refused',
      first: { type: 'accepted', messageId: 'message-late' },
      second: refused,
      ends: { state: 'sent', tries: 2 },
    },
    {
      what: 'refused late leaves the next one alone',
      first: refused,
      second: unknown,
      ends: { state: 'sending', tries: 2, leaseUntil: minutesAfter(morning, 30) },
    },
  ])('that is $what', async ({ first, second, ends }) => {
    await stored(reminded());
    const answer = Promise.withResolvers<Outcome>();
    ses.answerWith(() => answer.promise);
    const slow = run();
    await expect.poll(() => ses.mails.length).toBe(1);

    now = minutesAfter(morning, 10);
    ses.answerWith(async () => second);
    await run();
    answer.resolve(first);
    await slow;

    expect(await emailOf('reminder')).toMatchObject(ends);
    ses.answerWith(ses.accept);
    expect(await run()).toEqual(nothing);
    expect(ses.mails).toHaveLength(2);
  });

  test('that is refused fails this email, flags it, and the others go on', async () => {
    for (const id of ['a1', 'a2', 'a3']) await stored(reminded({ id }));
    ses.answerWith(async ({ tags }) => (tags.id === 'a2' ? refused : ses.accept()));

    expect(await run()).toEqual({ sent: 2, skipped: 0, failed: 1 });

    expect(await emailOf('reminder', 'a2')).toMatchObject({ state: 'failed', reason: 'MessageRejected', at: morning });
    expect(flagsOf(await candidate('a2'), rules.exam, now)).toEqual(['email-failed']);
    now = minutesAfter(morning, 24 * 60);
    expect(await run()).toEqual(nothing);
    expect(ses.mails).toHaveLength(3);
  });

  test.each([
    { what: 'every recipient', faulty: ['a0', 'a1', 'a2', 'a3', 'a4', 'a5'], sent: 0, calls: 2 },
    { what: 'one recipient', faulty: ['a0'], sent: 5, calls: 6 },
    { what: 'the last recipient', faulty: ['a5'], sent: 5, calls: 6 },
    { what: 'two, with another between them', faulty: ['a0', 'a2'], sent: 4, calls: 6 },
    { what: 'two in a row', faulty: ['a2', 'a3'], sent: 2, calls: 4 },
  ])('that is deferred for $what stops the sweep only if the next one is too, and is due later', async (known) => {
    const ids = ['a0', 'a1', 'a2', 'a3', 'a4', 'a5'];
    for (const id of ids) await stored(reminded({ id }));
    ses.answerWith(async ({ tags }) => (known.faulty.includes(tags.id) ? deferred : ses.accept()));

    const { sent } = await run();

    expect({ sent, calls: ses.mails.length }).toEqual({ sent: known.sent, calls: known.calls });
    const heldUntil = minutesAfter(morning, 3);
    expect(await emailOf('reminder', known.faulty[0])).toMatchObject({ state: 'queued', tries: 0, heldUntil });
    expect(sent + (await run()).sent).toBe(ids.length - known.faulty.length);
    ses.answerWith(ses.accept);
    now = heldUntil;
    expect(await run()).toEqual({ ...nothing, sent: known.faulty.length });
  });

  test('that is deferred lets those under way end, and begins no more', async () => {
    for (let index = 0; index < 10; index += 1) await stored(reminded({ id: `a${index}` }));
    ses.answerWith(async ({ tags }) => (tags.id === 'a2' ? ses.accept() : deferred));

    const result = await run({ concurrency: 3 });

    expect(result.sent).toBe(1);
    // Whoever is sent to between two deferrals keeps the sweep going for one round of three more.
    expect(ses.mails.length).toBeLessThanOrEqual(6);
  });
});

describe('an action while an email is being sent', () => {
  test('is kept, and the email is marked as sent and not sent again', async () => {
    await stored(reminded());
    ses.answerWith(async () => {
      await act((known) => change(known, { name: 'Ana Reyes' }, now));
      await act((known) => pass(known, now));
      return ses.accept();
    });

    expect(await run()).toEqual({ ...nothing, sent: 1 });

    expect(await candidate()).toMatchObject({ name: 'Ana Reyes', applications: [{ passedAt: morning }] });
    expect(await emailOf('reminder')).toMatchObject({ state: 'sent' });
    now = minutesAfter(morning, 24 * 60);
    expect(await run()).toEqual(nothing);
    expect(ses.mails).toHaveLength(1);
  });

  test('is kept where it falls between reading and writing the result', async () => {
    await stored(reminded());
    const racing: Store = {
      ...store,
      async save(record, options) {
        const isResult = record.type === 'candidate' && record.emails.some(({ state }) => state === 'sent');
        if (isResult && (await candidate()).emailState === 'active') await act(stop);
        return store.save(record, options);
      },
    };

    await run({ by: { ...mailer, store: racing } });

    expect(await candidate()).toMatchObject({ emailState: 'unsubscribed' });
    expect(await emailOf('reminder')).toMatchObject({ state: 'sent' });
  });
});

const midnightBeforeExam = '2026-12-30T05:00:00.000Z';

function resentEve(): Candidate {
  const booked = book(reminded(), '2026-12-30', morning);
  const [eve] = only('exam-eve', booked).emails;
  const { key, kind, attempt, dueAt } = eve!;
  const sent: Candidate = {
    ...booked,
    emails: [{ key, kind, attempt, dueAt, tries: 1, state: 'sent', at: '2026-12-29T14:00:00.000Z' }],
  };
  const resent = resendEmail(sent, key, rules, minutesAfter(midnightBeforeExam, -1));
  if ('refused' in resent) throw new Error(resent.refused);
  return { ...resent.candidate, emails: resent.candidate.emails.filter(({ state }) => state === 'queued') };
}

describe('an email that becomes too late while it is claimed', () => {
  test.each<[string, EmailRecord, string]>([
    ['a reminder', reminded(), minutesAfter(morning, 14 * 24 * 60)],
    ['a link', aPendingLink({ at: signedUp }), minutesAfter(signedUp, 24 * 60)],
    ['an email that is resent on the evening before an exam', resentEve(), midnightBeforeExam],
  ])('is skipped, not handed over: %s', async (_what, late, notAfter) => {
    const { type, id } = await stored(late);
    now = notAfter;
    const slow: Store = {
      ...store,
      async save(...write) {
        const isSaved = await store.save(...write);
        now = minutesAfter(notAfter, 1);
        return isSaved;
      },
    };

    expect(await run({ by: { ...mailer, store: slow } })).toEqual({ ...nothing, skipped: 1 });

    expect(ses.mails).toEqual([]);
    expect((await store.read(type, id))!.emails).toMatchObject([{ state: 'skipped', reason: 'too-late', tries: 0 }]);
  });
});

describe('a sweep', () => {
  test('goes on where the email of one record can’t be written', async () => {
    const poisoned = withoutAnswers(aPendingLink({ id: 'a1', at: signedUp }));
    now = minutesAfter(signedUp, 1);
    await stored(poisoned);
    await stored(aPendingLink({ id: 'a2', at: now }));
    await stored(aPendingLink({ id: 'a3', at: now }));

    expect(await run()).toEqual({ sent: 2, skipped: 0, failed: 1 });

    expect(ses.mails.map((mail) => mail.tags.id)).toEqual(['a2', 'a3']);
    expect(logged.join()).toContain('a1');
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
    const sendRate = { acquire: async () => ses.mails.length < 1 };

    expect(await run({ by: { ...mailer, sendRate } })).toEqual({ ...nothing, sent: 1 });

    expect((await candidate('a2')).emails).toMatchObject([{ state: 'queued', tries: 0 }]);
    expect(await run()).toEqual({ ...nothing, sent: 2 });
  });

  test('reckons the lease from the hand-over, not from when it began to wait its turn', async () => {
    await stored(reminded());
    const sendRate = {
      async acquire() {
        now = minutesAfter(now, 5);
        return true;
      },
    };
    ses.answerWith(async () => unknown);

    await run({ by: { ...mailer, sendRate } });

    expect(ses.mails).toMatchObject([{ at: minutesAfter(morning, 5) }]);
    expect(await emailOf('reminder')).toMatchObject({ leaseUntil: minutesAfter(morning, 15) });
  });

  test('hands over as many at a time as it may, and no more', async () => {
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
});

describe('the log', () => {
  test('says what happened by ids and codes, and never who someone is', async () => {
    const who = { name: 'Ana Flores', email: 'Ana.Flores@example.com', cohort: 'Spring A' };
    const broken = new TypeError('Cannot write to Ana Flores <Ana.Flores@example.com>, Spring A');
    const answers: Record<string, () => Promise<Outcome>> = {
      a1: ses.accept,
      a2: async () => refused,
      a3: async () => unknown,
      a4: () => Promise.reject(broken),
      a6: async () => deferred,
    };
    await stored(stop(reminded({ id: 'a5', ...who })));
    for (const id of Object.keys(answers)) await stored(reminded({ id, ...who }));
    await stored(withoutAnswers(aPendingLink({ id: 'a7', at: morning, ...who })));
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

test('a wait that a new version of the rules makes longer moves a queued reminder, and loses none', async () => {
  await stored(reminded());
  const longer = { ...rules, exam: { ...rules.exam, waitDays: 45 } };

  const onTheOldDate = await run({ by: { ...mailer, rules: longer } });
  now = '2027-01-04T14:00:00.000Z';
  const onTheNewDate = await run({ by: { ...mailer, rules: longer } });

  expect([onTheOldDate.skipped, onTheNewDate.sent]).toEqual([1, 1]);
  const reminders = ses.mails.map(({ tags }) => tags.key).filter((key) => /^reminder/.test(key));
  expect(reminders).toEqual(['reminder-1-1-2027-01-04']);
});
