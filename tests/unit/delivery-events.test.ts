import { describe, expect, it } from 'vitest';
import { deliveryEventFrom } from '../../lambdas/adapters/ses/ses-event.ts';
import { newAddress } from '../../lambdas/core/address.ts';
import { type Candidate, tombstoneOf } from '../../lambdas/core/candidate.ts';
import { applyEvent, claim, type DeliveryEventType, type Email, fail, queuedEmail } from '../../lambdas/core/email.ts';
import { flagsOf } from '../../lambdas/core/flags.ts';
import { confirmedLink, erasedLink, type PendingLink, pageLink } from '../../lambdas/core/pending-link.ts';
import { deliveryEventHandler } from '../../lambdas/handlers/delivery-event-handler.ts';
import { aCandidate, aNewAddressLink, aPendingLink, rules } from '../support/builders.ts';
import { memoryConfirmations } from '../support/memory-counters.ts';
import { memoryStore } from '../support/memory-store.ts';
import { sesEvent } from '../support/ses-events.ts';
import { now } from '../support/steps.ts';

const later = '2026-11-23T15:05:00.000Z';
const key = 'study-plan-1-1-2026-11-20';
const id = 'a1b2c3';
const addressId = 'address-of-a1b2c3';

const message = (tags: Record<string, string>) => ({
  messageId: 'ses-1',
  source: 'reminders@school.example.org',
  destinations: ['ana@example.com'],
  tags: { try: '1', ...tags },
});

/** A candidate with an address, and with emails in some state. */
async function aStoreWith(change: (emails: Email[]) => Email[] = (emails) => emails) {
  const store = memoryStore();
  const known = aCandidate({ id, attempts: ['2026-11-20'], at: now });
  await store.save({ ...known, emails: change(known.emails) });
  await store.save({ ...newAddress(addressId, now), candidateId: id });
  const confirmations = memoryConfirmations();
  const handle = deliveryEventHandler({ store, confirmations, clock: () => later, log: () => undefined });
  const candidate = async () => (await store.read('candidate', id))!;
  const reportWith = (eventType: string, tags: Record<string, string>, details = {}) =>
    handle(sesEvent(eventType, message(tags), details));
  return {
    store,
    totals: () => confirmations.lastDay(later),
    candidate,
    reportWith,
    /** About an email to the candidate. */
    report: (eventType: string, details = {}, tags: Record<string, string> = {}) =>
      reportWith(
        eventType,
        { 'record-type': 'candidate', 'record-id': id, 'email-key': key, 'address-id': addressId, ...tags },
        details,
      ),
    /** About the link that was sent to an address. */
    reportLink: (eventType: string, details = {}, address = addressId) =>
      reportWith(
        eventType,
        { 'record-type': 'pending-link', 'record-id': 'd4e5f6', 'email-key': 'confirmation', 'address-id': address },
        details,
      ),
    email: async () => (await candidate()).emails.find((email) => email.key === key),
    complainedAt: async (address = addressId) => (await store.read('address', address))?.complainedAt,
  };
}

/** The link whose email was handed over. */
function aSentLink(parts: Parameters<typeof aPendingLink>[0] = {}) {
  const link = aPendingLink({ id: 'd4e5f6', addressId, at: now, ...parts });
  return { ...link, emails: claim(link.emails, 'confirmation', now) };
}

const handedOver = (emails: Email[]) => claim(emails, key, now);
const permanent = { bounceType: 'Permanent', bounceSubType: 'General' };
type EmailState = Candidate['emailState'];

const bounce: [string, object] = ['Bounce', permanent];
const transient = { bounceType: 'Transient', bounceSubType: 'MailboxFull' };

describe('a Send event', () => {
  it.each<[what: string, before: (emails: Email[]) => Email[], after: object]>([
    ['settles a hand-over that nobody was sure of', handedOver, { state: 'sent', at: later }],
    ['settles one that was given up', (emails) => fail(handedOver(emails), key, 'no-answer', now), { state: 'sent' }],
    ['is not about an email that was never handed over', (emails) => emails, { state: 'queued' }],
  ])('%s', async (_what, before, after) => {
    const { report, email } = await aStoreWith(before);
    await report('Send');
    expect(await email()).toMatchObject(after);
  });

  it('of an erased person, of another key, or without our tags changes nothing', async () => {
    const { report, reportWith, reportLink, candidate } = await aStoreWith(handedOver);
    const before = await candidate();
    await report('Send', {}, { 'email-key': 'reminder-9-9-2020-01-01' });
    await report('Send', {}, { 'record-id': 'nobody' });
    await reportWith('Send', {});
    await reportLink('Send');
    expect(await candidate()).toEqual(before);
  });
});

describe('what becomes of a message', () => {
  const inOrder = ['delay', 'soft-bounce', 'delivery', 'hard-bounce', 'complaint'] as const;
  const queued = queuedEmail({ key, kind: 'reminder', dueAt: now }, 14);

  /** What is known of the message after these reports, a minute apart. */
  function afterReports(...types: DeliveryEventType[]): Email {
    const [email] = types.reduce<Email[]>(
      (emails, type, minute) => applyEvent(emails, key, type, `2026-12-20T14:0${minute + 1}:00.000Z`),
      claim([queued], key, now),
    );
    return email!;
  }

  it('goes forward one report at a time, each kept with the moment of the first', () => {
    for (const [index, type] of inOrder.entries()) {
      expect(afterReports(...inOrder.slice(0, index + 1))).toMatchObject({
        state: 'sent',
        at: '2026-12-20T14:01:00.000Z',
        deliveryStatus: ['delayed', 'soft-bounced', 'delivered', 'hard-bounced', 'complained'][index],
        deliveryStatusAt: `2026-12-20T14:0${index + 1}:00.000Z`,
      });
      expect(afterReports(type, type, 'send')).toEqual(afterReports(type));
    }
  });

  it('never goes back, in whatever order the reports come', () => {
    for (const [index, worse] of inOrder.entries())
      for (const better of inOrder.slice(0, index)) expect(afterReports(worse, better)).toEqual(afterReports(worse));
  });

  it('is not known of a message that was only taken', () => {
    const { notAfter, ...final } = queued;
    expect(afterReports('send')).toEqual({ ...final, state: 'sent', tries: 1, at: '2026-12-20T14:01:00.000Z' });
  });

  it('is read from the events of SES, and other events say nothing', async () => {
    const { report, email } = await aStoreWith(handedOver);
    for (const [event, details, deliveryStatus] of [
      ['Open', {}, undefined],
      ['DeliveryDelay', {}, 'delayed'],
      ['Bounce', transient, 'soft-bounced'],
      ['Delivery', {}, 'delivered'],
      ['Complaint', {}, 'complained'],
    ] as const) {
      await report(event, details);
      const stored = await email();
      expect(stored?.state === 'sent' ? stored.deliveryStatus : undefined).toBe(deliveryStatus);
    }
  });

  it('can be that SES throws it away, which staff see', async () => {
    const { report, email } = await aStoreWith(handedOver);
    for (const event of ['Send', 'Reject', 'Send']) await report(event);
    expect(await email()).toMatchObject({ state: 'failed', reason: 'rejected' });
  });
});

describe('a bounce or a complaint', () => {
  it.each<[what: string, before: EmailState, reports: [string, object?][], after: EmailState]>([
    ['a permanent bounce stops mail to that person', 'active', [bounce, bounce], 'bounced'],
    ['a bounce for the moment does not', 'active', [['Bounce', transient]], 'active'],
    ['a complaint stops mail permanently', 'active', [bounce, ['Complaint']], 'complained'],
    ['a bounce leaves who unsubscribed so, and clearing it starts no mail', 'unsubscribed', [bounce], 'unsubscribed'],
  ])('%s', async (_what, emailState, reports, after) => {
    const { report, store, candidate } = await aStoreWith(handedOver);
    await store.save({ ...(await candidate()), emailState });
    for (const [type, details] of reports) await report(type, details);
    expect((await candidate()).emailState).toBe(after);
  });

  it.each([
    ...[undefined, null, 'abuse', 'other', 'Abuse', 'opt-out', 'something-new'].map((type) => [type, true] as const),
    ...['not-spam', 'auth-failure', 'virus', 'fraud', 'Not-Spam'].map((type) => [type, false] as const),
  ])('of the type %s is a complaint: %s', async (complaintFeedbackType, isComplaint) => {
    const { report, candidate, email, complainedAt } = await aStoreWith(handedOver);
    await report('Complaint', { complaintFeedbackType });
    expect([(await candidate()).emailState, await complainedAt(), (await email())?.state]).toEqual(
      isComplaint ? ['complained', later, 'sent'] : ['active', undefined, 'sending'],
    );
  });

  it.each([
    ['an email', 'report'],
    ['a link', 'reportLink'],
  ] as const)('of %s that is reported again stops nobody who has come back since', async (_what, about) => {
    const { store, candidate, [about]: report } = await aStoreWith(handedOver);
    await store.save(aSentLink());
    for (const emailState of ['bounced', 'active'] as const) {
      await report('Bounce', permanent);
      expect((await candidate()).emailState).toBe(emailState);
      await store.save({ ...(await candidate()), emailState: 'active', bouncedAt: undefined });
    }
  });

  it('of the notice to staff says nothing of the candidate', async () => {
    const noticeKey = 'staff-notice-1-1-2026-11-20';
    const { report, candidate } = await aStoreWith((emails) =>
      claim(
        emails.map((email): Email => (email.key === key ? { ...email, key: noticeKey, kind: 'staff-notice' } : email)),
        noticeKey,
        now,
      ),
    );
    await report('Bounce', permanent, { 'email-key': noticeKey, 'address-id': '' });
    expect((await candidate()).emailState).toBe('active');
  });

  it('of an address that the candidate has no longer says nothing of the one they have now', async () => {
    const { report, candidate, email, complainedAt } = await aStoreWith(handedOver);
    await report('Complaint', {}, { 'address-id': 'former' });
    expect((await candidate()).emailState).toBe('active');
    expect(await email()).toMatchObject({ deliveryStatus: 'complained' });
    expect(await complainedAt('former')).toBe(later);
    expect(await complainedAt()).toBeUndefined();
  });

  it.each<[what: string, about: 'report' | 'reportLink', link?: PendingLink]>([
    ['a candidate', 'report'],
    ['a link', 'reportLink', aSentLink()],
    ['a link that is gone', 'reportLink'],
    ['a link that is confirmed', 'reportLink', confirmedLink(aSentLink(), now, aCandidate())],
  ])('is remembered on the address: a complaint about the email of %s', async (_what, about, link) => {
    const { store, candidate, complainedAt, [about]: report } = await aStoreWith(handedOver);
    if (link) await store.save(link);
    await report('Complaint');
    expect(await complainedAt()).toBe(later);
    expect(await candidate()).toMatchObject({ emailState: 'complained', complainedAt: later });
  });

  it('about someone who was erased is remembered on the address: a complaint', async () => {
    const { report, store, candidate, complainedAt } = await aStoreWith(handedOver);
    await store.save(tombstoneOf(await candidate(), now));
    await report('Complaint');
    expect(await complainedAt()).toBe(later);
  });

  it('of a link to nobody we know is remembered on the address, and on that alone', async () => {
    const { store, reportLink, complainedAt } = await aStoreWith();
    await store.save(aSentLink({ candidateId: 'stranger', addressId: 'strange' }));
    await reportLink('Complaint', {}, 'strange');
    expect(await complainedAt('strange')).toBe(later);
    expect(await store.read('candidate', 'stranger')).toBeUndefined();
  });

  it('of a link of staff that SES throws away is flagged, once', async () => {
    const { store, reportLink, candidate } = await aStoreWith();
    const enrollment = { linkId: 'd4e5f6', expiresAt: '2026-11-30T15:00:00.000Z' };
    await store.save({ ...(await candidate()), enrollment });
    await store.save(aSentLink());
    await reportLink('Reject');
    expect(flagsOf(await candidate(), rules.exam, later)).toEqual(['email-failed']);
    const acknowledged = [{ flag: 'email-failed' as const, since: later }];
    await store.save({ ...(await candidate()), acknowledged });
    await reportLink('Reject');
    expect(flagsOf(await candidate(), rules.exam, later)).toEqual([]);
  });
});

describe('an event', () => {
  it.each([null, 'x', {}, { source: 'aws.s3', detail: {} }, { source: 'aws.ses', detail: {} }])(
    'that is none of SES is refused: %j',
    (event) => {
      expect(() => deliveryEventFrom(event)).toThrow();
    },
  );
});

describe('the totals of confirmations', () => {
  it('count a bounce and a complaint once, however often they are reported', async () => {
    const { store, reportLink, totals } = await aStoreWith();
    await store.save(aSentLink());
    for (const _ of [1, 2, 3]) {
      await reportLink('Bounce', transient);
      await reportLink('Bounce', permanent);
      await reportLink('Complaint');
      await reportLink('Delivery');
    }
    expect(await totals()).toEqual({ sent: 0, bounced: 1, complained: 1 });
  });

  it('count no other email, and no link that is not ours', async () => {
    const { report, reportLink, totals } = await aStoreWith(handedOver);
    await reportLink('Bounce', permanent);
    await report('Bounce', permanent);
    await report('Complaint');
    expect(await totals()).toEqual({ sent: 0, bounced: 0, complained: 0 });
  });

  it.each<[key: string, link: PendingLink, counted: number]>([
    ['erased', erasedLink('l', { email: 'ana@example.com', addressId }, now), 0],
    ['page-link', pageLink({ id: 'l', addressId, mailboxId: 'm' }, now), 0],
    ['new-address', { ...aNewAddressLink(aCandidate(), 'l'), addressId }, 1],
  ])(
    'count the email %s only if nobody confirmed its address; what is reported holds there all the same',
    async (key, link, counted) => {
      const { store, candidate, reportWith, totals } = await aStoreWith();
      await store.save({ ...link, emails: claim(link.emails, key, now) });
      const tags = { 'record-type': 'pending-link', 'record-id': 'l', 'email-key': key, 'address-id': addressId };
      for (const [type, details, emailState] of [
        ['Bounce', permanent, 'bounced'],
        ['Complaint', {}, 'complained'],
      ] as const) {
        await reportWith(type, tags, details);
        expect((await candidate()).emailState).toBe(emailState);
      }
      expect(await totals()).toEqual({ sent: 0, bounced: counted, complained: counted });
    },
  );
});
