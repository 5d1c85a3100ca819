import { beforeEach, describe, expect, it } from 'vitest';
import { confirmationsWait } from '../../lambdas/core/confirmation-hold.ts';
import { hold } from '../../lambdas/core/email.ts';
import { withSchedule } from '../../lambdas/core/email-schedule.ts';
import { type Instant, minutesAfter } from '../../lambdas/core/time.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { aCandidate, aNewAddressLink, aPendingLink, rules } from '../support/builders.ts';
import { aMailer, scriptedSender } from '../support/mailer.ts';
import { memoryConfirmations } from '../support/memory-counters.ts';
import { memoryStore } from '../support/memory-store.ts';
import { now as begun } from '../support/steps.ts';

const isStaffNotice = ({ to }: { to: { address: string } }) => to.address.startsWith('office');

let now: Instant;
let store: ReturnType<typeof memoryStore>;
let confirmations: ReturnType<typeof memoryConfirmations>;
let ses: ReturnType<typeof scriptedSender>;
let logged: object[];
let run: () => ReturnType<typeof sweep>;

beforeEach(() => {
  now = begun;
  store = memoryStore();
  confirmations = memoryConfirmations();
  ses = scriptedSender();
  logged = [];
  const mailer = aMailer({
    store,
    sender: ses.sender,
    clock: () => now,
    confirmations,
    log: (event, fields) => logged.push({ event, ...fields }),
  });
  run = () => sweep(mailer, { concurrency: 1, hasTime: () => true });
});

describe('confirmations wait', () => {
  it.each([
    { sent: 20, bounced: 9, complained: 0, wait: false },
    { sent: 20, bounced: 10, complained: 0, wait: true },
    { sent: 100, bounced: 10, complained: 0, wait: false },
    { sent: 99, bounced: 10, complained: 0, wait: true },
    { sent: 109, bounced: 11, complained: 2, wait: true },
    { sent: 500, bounced: 0, complained: 2, wait: false },
    { sent: 500, bounced: 0, complained: 3, wait: true },
  ])('$wait with $bounced bounces and $complained complaints of $sent', ({ wait, ...totals }) => {
    expect(confirmationsWait(totals)).toBe(wait);
  });
});

describe.each([
  ['confirmation', (at: Instant) => aPendingLink({ at })],
  ['new-address', () => aNewAddressLink(aCandidate(), 'd4e5f6')],
])('while too many confirmations bounce, a %s', (key, link) => {
  const linkState = async () => (await store.read('pending-link', 'd4e5f6'))?.emails[0];

  beforeEach(async () => {
    for (const _ of Array(10)) await confirmations.count('bounced', now);
    now = minutesAfter(begun, 20);
    await store.save(link(now));
  });

  it('waits for the next hour, and says so once; all else goes out', async () => {
    await store.save(aCandidate({ attempts: ['2026-11-20'], at: begun }));
    expect(await run()).toEqual({ sent: 1, skipped: 0, failed: 0 });
    expect(ses.mails.map(({ content }) => content.subject)).toEqual(['Your date and your study plan']);
    const until = '2026-11-23T16:00:00.000Z';
    expect(await linkState()).toMatchObject({ state: 'queued', heldUntil: until });
    const { length } = logged;
    const held = { event: 'email-held', type: 'pending-link', id: 'd4e5f6', key, reason: 'confirmations-wait', until };
    expect(logged).toContainEqual(held);

    now = '2026-11-23T15:59:59.999Z';
    await run();
    expect(logged).toHaveLength(length);
    now = until;
    await run();
    expect(await linkState()).toMatchObject({ heldUntil: '2026-11-23T17:00:00.000Z' });
  });

  it('goes out by itself once the bounces are a day old', async () => {
    await run();
    now = '2026-11-24T14:59:00.000Z';
    await run();
    expect(ses.mails).toEqual([]);
    now = '2026-11-24T15:00:00.000Z';
    expect(await run()).toEqual({ sent: 1, skipped: 0, failed: 0 });
    expect(await confirmations.lastDay(now)).toEqual({ sent: 1, bounced: 0, complained: 0 });
  });

  it('is skipped where that takes longer than its day', async () => {
    await run();
    now = minutesAfter(now, 12 * 60);
    for (const _ of Array(10)) await confirmations.count('bounced', now);
    await run();
    now = minutesAfter(now, 13 * 60);
    expect(await run()).toEqual({ sent: 0, skipped: 1, failed: 0 });
    expect(await linkState()).toMatchObject({ state: 'skipped', reason: 'too-late' });
  });
});

describe('notices to staff', () => {
  const attempts = ['2026-07-01', '2026-09-01', '2026-11-01'];
  const thirdAttempt = (id: string) => store.save(aCandidate({ id, attempts, at: now }));
  const noticeOf = async (id: string) =>
    (await store.read('candidate', id))?.emails.find(({ kind }) => kind === 'staff-notice');
  const noticesSent = () => ses.mails.filter(isStaffNotice).map(({ content: { subject } }) => subject);

  it('go out once an hour at most, and the next one counts all who came meanwhile', async () => {
    for (let place = 0; place < 40; place += 1) {
      await thirdAttempt(`c${place}`);
      await run();
      now = minutesAfter(now, 1);
    }
    expect(noticesSent()).toEqual(['1 student needs your attention']);
    expect(await noticeOf('c39')).toMatchObject({ heldUntil: minutesAfter(begun, 60) });

    for (let hours = 1; hours <= 48; hours += 1) {
      now = minutesAfter(begun, 60 * hours);
      await run();
    }
    expect(noticesSent().slice(1)).toEqual(['40 students need your attention']);
    const reasons = store
      .all()
      .flatMap((record) => ('emails' in record ? record.emails : []))
      .flatMap((email) => (email.kind === 'staff-notice' && email.state === 'skipped' ? email.reason : []));
    expect(reasons).toEqual(Array(38).fill('in-another-notice'));
  });

  it('that are due together are one', async () => {
    for (const id of ['a', 'b', 'c']) await thirdAttempt(id);
    await run();
    expect(noticesSent()).toEqual(['3 students need your attention']);
  });

  it('wait for the next hour where the one before was not sent', async () => {
    ses.answerWith(async (mail) => (isStaffNotice(mail) ? { type: 'refused', code: 'MessageRejected' } : ses.accept()));
    for (const id of ['a', 'b']) await thirdAttempt(id);
    await run();
    expect(await noticeOf('b')).toMatchObject({ heldUntil: minutesAfter(begun, 60) });

    ses.answerWith(ses.accept);
    now = minutesAfter(begun, 60);
    await run();
    expect(await noticeOf('b')).toMatchObject({ state: 'sent' });
  });

  it.each([
    ['for an attempt after the last one', 90],
    ['although the clock was set back since the last one', -3 * 24 * 60],
  ])('go out %s', async (_when, minutes) => {
    await thirdAttempt('a');
    await run();
    now = minutesAfter(begun, minutes);
    await thirdAttempt('b');
    await run();
    expect(noticesSent()).toHaveLength(2);
  });

  it('that no answer came for are tried again within the hour', async () => {
    ses.answerWith(async () => ({ type: 'unknown', code: 'ETIMEDOUT' }));
    await thirdAttempt('a');
    await run();
    ses.answerWith(ses.accept);
    now = minutesAfter(begun, 10);
    await run();
    expect(await noticeOf('a')).toMatchObject({ state: 'sent', tries: 2 });
  });

  it('that another one stood for are not queued again by what the candidate does', async () => {
    for (const id of ['a', 'b']) await thirdAttempt(id);
    await run();
    const [skipped] = store
      .all()
      .flatMap((record) =>
        record.type === 'candidate' && JSON.stringify(record).includes('in-another-notice') ? record : [],
      );
    expect(withSchedule(skipped!, rules, now)).toEqual(skipped);
  });
});

it('a held email is due when its hold is over, and forgets the hold with its next state', () => {
  const { emails } = aPendingLink({ at: begun });
  const [held] = hold(emails, 'confirmation', minutesAfter(begun, 60));
  expect(held).toEqual({ ...emails[0], heldUntil: minutesAfter(begun, 60) });
});
