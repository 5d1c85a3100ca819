import { describe, expect, it } from 'vitest';
import { deliveryEventFrom } from '../../lambdas/adapters/ses/ses-event.ts';
import { claim, type Email } from '../../lambdas/core/email.ts';
import { deliveryEventHandler } from '../../lambdas/handlers/delivery-event-handler.ts';
import { aCandidate, aPendingLink } from '../support/builders.ts';
import { memoryStore } from '../support/memory-store.ts';
import { sesEvent } from '../support/ses-events.ts';
import { unlimited } from '../support/unlimited.ts';

const now = '2026-11-23T15:00:00.000Z';
const later = '2026-11-23T15:05:00.000Z';
const key = 'study-plan-1-1-2026-11-20';

const message = (id: string, emailKey: string, type = 'candidate') => ({
  messageId: 'ses-1',
  source: 'reminders@school.example.org',
  destinations: ['ana@example.com'],
  tags: { 'record-type': type, 'record-id': id, 'email-key': emailKey, try: '1' },
});

async function aStoreWith(change: (emails: Email[]) => Email[] = (emails) => emails) {
  const store = memoryStore();
  const candidate = aCandidate({ attempts: ['2026-11-20'], at: now });
  await store.save({ ...candidate, emails: change(candidate.emails) });
  const complaints: string[] = [];
  const report = deliveryEventHandler({
    store,
    mailboxLimits: {
      ...unlimited.mailboxLimits,
      rememberComplaint: async (candidateId) => {
        complaints.push(candidateId);
      },
    },
    clock: () => later,
    log: () => undefined,
  });
  return {
    store,
    complaints,
    report: (eventType: string, details = {}, emailKey = key) =>
      report(sesEvent(eventType, message(candidate.id, emailKey), details)),
    reportWith: (eventType: string, tags: Record<string, string>, details = {}) =>
      report(sesEvent(eventType, { ...message(candidate.id, key), tags }, details)),
    reportOf: (id: string, type: string, eventType: string, details = {}) =>
      report(sesEvent(eventType, message(id, 'confirmation', type), details)),
    candidate: async () => {
      const stored = await store.candidate(candidate.id);
      if (!stored) throw new Error('The candidate is gone.');
      return stored;
    },
    email: async (emailKey = key) =>
      (await store.candidate(candidate.id))?.emails.find((email) => email.key === emailKey),
  };
}

/** Reports about the confirmation of a sign-up, for the address of a candidate. */
async function aStoreOfReports() {
  const { store, complaints, candidate, reportWith } = await aStoreWith();
  const tags = { ...message('d4e5f6', 'confirmation', 'sign-up').tags, 'candidate-id': 'a1b2c3' };
  return {
    store,
    complaints,
    candidate,
    report: (eventType: string, details = {}) => reportWith(eventType, tags, details),
  };
}

const handedOver = (emails: Email[]) => claim(emails, key, now);
const permanent = { bounceType: 'Permanent', bounceSubType: 'General' };
const transient = { bounceType: 'Transient', bounceSubType: 'MailboxFull' };

describe('a Send event', () => {
  it('settles a hand-over that nobody was sure of', async () => {
    const { report, email } = await aStoreWith(handedOver);
    await report('Send');
    expect(await email()).toMatchObject({ state: 'sent', messageId: 'ses-1', at: later });
  });

  it('settles one that was given up', async () => {
    const { report, email } = await aStoreWith((emails) =>
      handedOver(emails).map(
        (one): Email =>
          one.key === key ? { ...one, state: 'failed', at: now, reason: 'no-answer' } : one,
      ),
    );
    await report('Send');
    expect(await email()).toMatchObject({ state: 'sent' });
  });

  it('is not about an email that was never handed over', async () => {
    const { report, email } = await aStoreWith();
    await report('Send');
    expect(await email()).toMatchObject({ state: 'queued' });
  });

  it('of an erased person, of another key, or without our tags changes nothing', async () => {
    const { report, reportOf, candidate } = await aStoreWith(handedOver);
    const before = await candidate();
    await report('Send', {}, 'reminder-9-9-2020-01-01');
    await reportOf('nobody', 'candidate', 'Send');
    await reportOf('nobody', 'sign-up', 'Complaint');
    expect({ ...(await candidate()), version: 0 }).toEqual({ ...before, version: 0 });
  });
});

describe('what becomes of a message', () => {
  it.each([
    [['Send', 'Delivery'], 'delivered'],
    [['Delivery', 'Send'], 'delivered'],
    [['DeliveryDelay', 'Delivery'], 'delivered'],
    [['Delivery', 'DeliveryDelay'], 'delivered'],
    [['Delivery', 'Delivery'], 'delivered'],
    [['Delivery', 'Complaint'], 'complained'],
    [['Complaint', 'Delivery'], 'complained'],
    [['DeliveryDelay'], 'delayed'],
    [['Open'], undefined],
  ])('goes forward only: %j is %s', async (events, deliveryStatus) => {
    const { report, email } = await aStoreWith(handedOver);
    for (const event of events) await report(event);
    const stored = await email();
    expect(stored?.state === 'sent' ? stored.deliveryStatus : undefined).toBe(deliveryStatus);
  });

  it('can be that SES throws it away, which staff are told', async () => {
    const { report, email } = await aStoreWith(handedOver);
    for (const event of ['Send', 'Reject', 'Send']) await report(event);
    expect(await email()).toMatchObject({ state: 'failed', reason: 'rejected' });
  });
});

describe('a bounce or a complaint', () => {
  it('stops mail to that person: a permanent bounce', async () => {
    const { report, candidate } = await aStoreWith(handedOver);
    await report('Bounce', permanent);
    await report('Bounce', permanent);
    expect((await candidate()).emailState).toBe('bounced');
  });

  it('does not where it is for the moment only', async () => {
    const { report, candidate, email } = await aStoreWith(handedOver);
    await report('Bounce', transient);
    expect((await candidate()).emailState).toBe('active');
    expect(await email()).toMatchObject({ deliveryStatus: 'soft-bounced' });
  });

  it('stops mail for good: a complaint', async () => {
    const { report, candidate } = await aStoreWith(handedOver);
    await report('Bounce', permanent);
    await report('Complaint');
    expect((await candidate()).emailState).toBe('complained');
  });

  it('told again stops nobody who has come back since', async () => {
    const { report, store, candidate } = await aStoreWith(handedOver);
    await report('Bounce', permanent);
    await store.save({ ...(await candidate()), emailState: 'active' });
    await report('Bounce', permanent);
    expect((await candidate()).emailState).toBe('active');
  });

  it('leaves who unsubscribed unsubscribed, so that clearing the bounce does not start mail again', async () => {
    const { report, store, candidate } = await aStoreWith(handedOver);
    await store.save({ ...(await candidate()), emailState: 'unsubscribed' });
    await report('Bounce', permanent);
    expect((await candidate()).emailState).toBe('unsubscribed');
  });

  it('of the notice to staff says nothing of the candidate', async () => {
    const noticeKey = 'staff-notice-1-1-2026-11-20';
    const { report, candidate } = await aStoreWith((emails) =>
      claim(
        emails.map(
          (email): Email =>
            email.key === key ? { ...email, key: noticeKey, kind: 'staff-notice' } : email,
        ),
        noticeKey,
        now,
      ),
    );
    await report('Bounce', permanent, noticeKey);
    expect((await candidate()).emailState).toBe('active');
  });

  it('of a confirmation stops further ones, and mail to the candidate behind the address', async () => {
    const { store, reportOf, complaints, candidate } = await aStoreWith();
    const signUp = aPendingLink({ candidateId: 'a1b2c3' });
    await store.save({ ...signUp, emails: claim(signUp.emails, 'confirmation', now) });
    await reportOf(signUp.id, 'sign-up', 'Complaint');
    expect(complaints).toEqual(['a1b2c3']);
    expect((await candidate()).emailState).toBe('complained');
  });

  it('of a confirmation whose sign-up is gone or confirmed counts all the same: a complaint', async () => {
    const { report, complaints, candidate } = await aStoreOfReports();
    await report('Complaint');
    expect(complaints).toEqual(['a1b2c3']);
    expect((await candidate()).emailState).toBe('complained');
  });

  it('of a confirmation told again stops nobody who has come back since', async () => {
    const { store, report, candidate } = await aStoreOfReports();
    const signUp = aPendingLink({ candidateId: 'a1b2c3' });
    await store.save({ ...signUp, emails: claim(signUp.emails, 'confirmation', now) });
    await report('Bounce', permanent);
    expect((await candidate()).emailState).toBe('bounced');
    await store.save({ ...(await candidate()), emailState: 'active', bouncedAt: undefined });
    await report('Bounce', permanent);
    expect((await candidate()).emailState).toBe('active');
  });

  it('of a confirmation to nobody we know is remembered all the same', async () => {
    const { store, reportOf, complaints } = await aStoreWith();
    const signUp = aPendingLink({ candidateId: 'stranger' });
    await store.save({ ...signUp, emails: claim(signUp.emails, 'confirmation', now) });
    await reportOf(signUp.id, 'sign-up', 'Complaint');
    expect(complaints).toEqual(['stranger']);
    expect(await store.candidate('stranger')).toBeUndefined();
  });
});

describe('an event', () => {
  it.each([null, 'x', {}, { source: 'aws.s3', detail: {} }, { source: 'aws.ses', detail: {} }])(
    'that is none of SES is refused: %j',
    (event) => {
      expect(() => deliveryEventFrom(event)).toThrow();
    },
  );

  it('about a message that is not ours is left alone', () => {
    expect(deliveryEventFrom(sesEvent('Send', { ...message('x', 'y'), tags: {} }))).toBeUndefined();
  });
});
