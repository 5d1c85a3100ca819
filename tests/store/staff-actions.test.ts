import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mailboxLimits } from '../../lambdas/adapters/dynamodb/rate-limits.ts';
import { entryKey, markPassed, undoable } from '../../lambdas/core/attempts.ts';
import type { Candidate, HistoryEntry } from '../../lambdas/core/candidate.ts';
import type { Staff } from '../../lambdas/core/staff.ts';
import { minutesAfter } from '../../lambdas/core/time.ts';
import type { ActionOutcome } from '../../lambdas/services/perform.ts';
import type { MailboxLimits, Store } from '../../lambdas/services/ports.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import type { Office } from '../../lambdas/services/staff-actions.ts';
import { aCandidate, changedBy, rules } from '../support/builders.ts';
import { aMailer, scriptedSender } from '../support/mailer.ts';
import { memoryStore } from '../support/memory-store.ts';
import { mailed } from '../support/simulated-mailer.ts';
import { anOffice, candidateAfter, dana, eli, enrolmentForm } from '../support/staff-desk.ts';
import { startTables, storeOn, type Tables } from '../support/table.ts';

const now = '2026-11-23T15:00:00.000Z';
const aMinuteLater = '2026-11-23T15:01:00.000Z';
const lately = '2026-11-21T15:00:00.000Z';

/** Told of one attempt two days ago, and got the study plan. */
const waiting = mailed(aCandidate({ attempts: ['2026-11-20'], at: lately }), rules, lately);
/** Told of a first attempt long ago, and reminded since. */
const reminded = mailed(
  mailed(
    aCandidate({ attempts: ['2026-10-01'], at: '2026-10-02T15:00:00.000Z' }),
    rules,
    '2026-10-02T15:00:00.000Z',
  ),
  rules,
  '2026-10-31T13:00:00.000Z',
);
const twoAttempts = aCandidate({ attempts: ['2026-08-01', '2026-10-01'], at: lately });
const passed = changedBy(markPassed(waiting, lately));
const bounced: Candidate = { ...waiting, emailState: 'bounced', bouncedAt: lately };

type Case = {
  what: string;
  candidate: Candidate;
  act: (office: Office, staff: Staff) => Promise<ActionOutcome>;
  action: Pick<HistoryEntry, 'action' | 'about' | 'note'>;
  /** Emails that go out for it at once. */
  emails: number;
};

const { id } = aCandidate();

const cases: Case[] = [
  {
    what: 'a second attempt',
    candidate: reminded,
    act: (office, staff) =>
      office.record(staff, id, 'attempts', { attemptNumber: 2, attemptDate: '2026-11-20' }),
    action: { action: 'attempt-recorded', about: '2 2026-11-20' },
    emails: 1,
  },
  {
    what: 'a second attempt with its lowest areas',
    candidate: reminded,
    act: (office, staff) =>
      office.record(staff, id, 'attempts', {
        attemptNumber: '2',
        attemptDate: '2026-11-20',
        lowestAreas: ['clinical', 'general'],
      }),
    action: { action: 'attempt-recorded', about: '2 2026-11-20' },
    emails: 1,
  },
  {
    what: 'a third attempt',
    candidate: mailed(twoAttempts, rules, lately),
    act: (office, staff) =>
      office.record(staff, id, 'attempts', { attemptNumber: 3, attemptDate: '2026-11-20' }),
    action: { action: 'attempt-recorded', about: '3 2026-11-20' },
    emails: 2,
  },
  {
    what: 'a corrected date that lies ahead',
    candidate: waiting,
    act: (office, staff) => office.record(staff, id, 'correct-date', { attemptDate: '2026-11-18' }),
    action: { action: 'date-corrected', about: '2026-11-18' },
    emails: 0,
  },
  {
    what: 'a corrected date whose reminder is due at once',
    candidate: waiting,
    act: (office, staff) => office.record(staff, id, 'correct-date', { attemptDate: '2026-10-20' }),
    action: { action: 'date-corrected', about: '2026-10-20' },
    emails: 1,
  },
  {
    what: 'passing',
    candidate: waiting,
    act: (office, staff) => office.record(staff, id, 'passed', {}),
    action: { action: 'passed-recorded' },
    emails: 0,
  },
  {
    what: 'taking the last thing told back',
    candidate: passed,
    act: (office, staff) => office.record(staff, id, 'undo', {}),
    action: { action: 'taken-back', about: 'passed' },
    emails: 0,
  },
  {
    what: 'taking one named thing back',
    candidate: passed,
    act: (office, staff) =>
      office.record(staff, id, 'undo', { told: entryKey(undoable(passed, now)!) }),
    action: { action: 'taken-back', about: 'passed' },
    emails: 0,
  },
  {
    what: 'clearing a bounce',
    candidate: bounced,
    act: (office, staff) => office.record(staff, id, 'clear-bounce', {}),
    action: { action: 'bounce-cleared' },
    emails: 0,
  },
  {
    what: 'acknowledging a flag',
    candidate: bounced,
    act: (office, staff) => office.acknowledge(staff, id, 'email-bounced', { note: 'Called her.' }),
    action: { action: 'acknowledged', about: 'email-bounced', note: 'Called her.' },
    emails: 0,
  },
  {
    what: 'sending an email again',
    candidate: waiting,
    act: (office, staff) => office.resend(staff, id, 'study-plan-1-1-2026-11-20'),
    action: { action: 'sent-again', about: 'study-plan-1-1-2026-11-20' },
    emails: 1,
  },
];

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(async () => {
  await tables?.close();
});

describe.each<{ over: string; emptyStore: () => Promise<Store> }>([
  { over: 'in memory', emptyStore: async () => memoryStore() },
  { over: 'in DynamoDB', emptyStore: async () => storeOn(tables.client, await tables.create()) },
])('over a store $over', ({ emptyStore }) => {
  test.each(cases)(
    '$what is done once, however often it is asked for, and kept with who did it and when',
    async ({ candidate, act, action, emails }) => {
      const { office, store, keep, logged, clock, setClock } = anOffice({
        store: await emptyStore(),
        at: now,
      });
      const { sender, mails } = scriptedSender();
      const mailer = aMailer({ store, sender, clock });
      const before = await keep(candidate);

      candidateAfter(await act(office, dana));
      const once = await store.candidate(id);
      setClock(aMinuteLater);
      candidateAfter(await act(office, eli));
      const twice = await store.candidate(id);
      await sweep(mailer, { concurrency: 1, hasTime: () => true });
      candidateAfter(await act(office, eli));
      setClock(minutesAfter(now, 2));
      await sweep(mailer, { concurrency: 1, hasTime: () => true });

      expect(once?.version).toBe(before.version + 1);
      expect(once?.activeAt).toBe(now);
      expect(twice).toEqual(once);
      expect((await store.candidate(id))?.history).toEqual([
        { at: now, by: 'Dana Reyes', byId: dana.id, ...action },
      ]);
      expect(mails).toHaveLength(emails);
      expect(logged).toEqual([
        { event: 'staff-action', fields: { id, action: action.action, by: 'sub-0001' } },
      ]);
    },
  );

  test.each(cases)('$what by five of staff at once is done once', async ({ candidate, act }) => {
    const { office, store, keep, logged } = anOffice({ store: await emptyStore(), at: now });
    const before = await keep(candidate);

    const outcomes = await Promise.all([1, 2, 3, 4, 5].map(() => act(office, dana)));

    expect(outcomes.map(({ type }) => type)).toEqual(Array(5).fill('done'));
    const after = await store.candidate(id);
    expect(after?.version).toBe(before.version + 1);
    expect(after?.history).toHaveLength(1);
    expect(logged).toHaveLength(1);
  });

  test('enrolling again with the same answers changes neither the candidate nor the link', async () => {
    const { office, store, logged, setClock } = anOffice({ store: await emptyStore(), at: now });

    const { id: enrolled } = candidateAfter(await office.enrol(dana, enrolmentForm));
    const once = [await store.candidate(enrolled), await store.signUp('sign-up-1')];
    setClock(aMinuteLater);
    const again = await office.enrol(eli, enrolmentForm);

    expect(again).toEqual({ type: 'done', candidate: once[0], did: 'nothing' });
    expect([await store.candidate(enrolled), await store.signUp('sign-up-1')]).toEqual(once);
    expect(once.map((record) => record?.version)).toEqual([1, 1]);
    expect(logged).toHaveLength(1);
  });

  test('sending a link again twice within ten minutes changes neither the candidate nor the link a second time', async () => {
    const { office, store, clock, setClock } = anOffice({ store: await emptyStore(), at: now });
    const { sender, mails } = scriptedSender();
    const mailer = aMailer({ store, sender, clock });
    const { id: enrolled } = candidateAfter(await office.enrol(dana, enrolmentForm));
    await sweep(mailer, { concurrency: 1, hasTime: () => true });
    setClock('2026-11-23T16:00:00.000Z');

    candidateAfter(await office.resend(dana, enrolled, 'confirmation'));
    const once = [await store.candidate(enrolled), await store.signUp('sign-up-1')];
    setClock('2026-11-23T16:09:59.999Z');
    candidateAfter(await office.resend(eli, enrolled, 'confirmation'));
    const twice = [await store.candidate(enrolled), await store.signUp('sign-up-1')];
    await sweep(mailer, { concurrency: 1, hasTime: () => true });

    expect(twice).toEqual(once);
    expect(mails).toHaveLength(2);
  });
});

describe('sending a link again', () => {
  test.each([
    { what: 'five minutes after the first', minutes: [5] },
    { what: 'a fourth time on one day', minutes: [20, 40, 60] },
  ])('$what queues nothing that the mailer then skips', async ({ minutes }) => {
    const tableName = await tables.create();
    const store = storeOn(tables.client, tableName);
    const limits: MailboxLimits = mailboxLimits(tables.client, tableName, () =>
      Date.parse(clock()),
    );
    const { office, clock, setClock } = anOffice({ store, at: now, mailboxLimits: limits });
    const { sender } = scriptedSender();
    const mailer = aMailer({ store, sender, clock, mailboxLimits: limits });
    const { id: enrolled } = candidateAfter(await office.enrol(dana, enrolmentForm));
    await sweep(mailer, { concurrency: 1, hasTime: () => true });

    for (const minute of minutes) {
      setClock(minutesAfter(now, minute));
      await office.resend(dana, enrolled, 'confirmation');
      await sweep(mailer, { concurrency: 1, hasTime: () => true });
    }

    const emails = (await store.signUp('sign-up-1'))?.emails ?? [];
    expect(emails.filter(({ state }) => state === 'skipped')).toEqual([]);
  });
});
