import type { Candidate } from '../core/candidate.ts';
import {
  applyEvent,
  type DeliveryEventType,
  type DeliveryStatus,
  type Email,
} from '../core/email.ts';
import type { PendingLink } from '../core/pending-link.ts';
import type { Clock, Instant } from '../core/time.ts';
import { flagFailedLink } from './enrolment.ts';
import type { Log, MessageTags } from './send-emails.ts';
import type { MailboxLimits } from './source-address.ts';
import { isUnchanged, type Store, type StoredRecord, update } from './update.ts';

/** One report of SES, and the hand-over it speaks of. */
export type DeliveryEvent = {
  type: DeliveryEventType;
  messageId: string;
  tags: Pick<MessageTags, 'type' | 'id' | 'key'> & { candidateId?: string | undefined };
};

export type DeliveryEventDependencies = {
  store: Store;
  mailboxLimits: MailboxLimits;
  clock: Clock;
  log: Log;
};

/**
 * Writes down what became of a message. Events come twice, late and out of order: an email's state
 * only goes forward, and only its first bounce or complaint changes what its reader gets from then on.
 */
export async function applyDeliveryEvent(
  parts: DeliveryEventDependencies,
  event: DeliveryEvent,
): Promise<void> {
  const { store, clock, log } = parts;
  const { type, id, key } = event.tags;
  if (type === 'candidate') {
    await changeCandidate(store, id, (candidate) => afterEvent(candidate, event, clock()));
  } else {
    const signUp = await store.signUp(id);
    const news = signUp !== undefined && isNews(signUp, event, clock());
    await tellCandidate(parts, signUp, event, news);
    if (signUp && event.type === 'reject') await flagFailedLink(store, signUp, clock());
    await changeSignUp(store, id, (known) => ({
      ...known,
      emails: applyEvent(known.emails, key, event, clock()),
    }));
  }
  log('delivery-event', { type, id, key, report: event.type });
}

/**
 * A confirmation that came back or was reported as spam speaks of its address, whoever typed it. A
 * complaint counts also where the sign-up is gone, or confirmed.
 */
async function tellCandidate(
  { store, mailboxLimits, clock }: DeliveryEventDependencies,
  signUp: PendingLink | undefined,
  event: DeliveryEvent,
  news: boolean,
): Promise<void> {
  const candidateId = signUp?.candidateId ?? event.tags.candidateId;
  if (candidateId === undefined) return;
  if (event.type === 'complaint') await mailboxLimits.rememberComplaint(candidateId);
  else if (event.type !== 'hard-bounce' || !news) return;
  await changeCandidate(store, candidateId, (candidate) =>
    withStateAfter(candidate, event, clock()),
  );
}

function afterEvent(candidate: Candidate, event: DeliveryEvent, now: Instant): Candidate {
  const emails = applyEvent(candidate.emails, event.tags.key, event, now);
  const changed = { ...candidate, emails };
  if (!isNews(candidate, event, now) || find(changed, event)?.kind === 'staff-notice')
    return changed;
  return withStateAfter(changed, event, now);
}

/** Whether the event says of its email what was not known before. */
function isNews(record: StoredRecord, event: DeliveryEvent, now: Instant): boolean {
  const emails = applyEvent(record.emails, event.tags.key, event, now);
  return (
    deliveryStatusOf(find(record, event)) !== deliveryStatusOf(find({ ...record, emails }, event))
  );
}

function withStateAfter(candidate: Candidate, { type }: DeliveryEvent, now: Instant): Candidate {
  if (type === 'complaint')
    return { ...candidate, emailState: 'complained', complainedAt: candidate.complainedAt ?? now };
  if (type !== 'hard-bounce' || candidate.emailState === 'complained') return candidate;
  return {
    ...candidate,
    bouncedAt: now,
    emailState: candidate.emailState === 'active' ? 'bounced' : candidate.emailState,
  };
}

function find({ emails }: StoredRecord, { tags }: DeliveryEvent): Email | undefined {
  return emails.find((email) => email.key === tags.key);
}

function deliveryStatusOf(email: Email | undefined): DeliveryStatus | undefined {
  return email?.state === 'sent' ? email.deliveryStatus : undefined;
}

function changeCandidate(
  store: Store,
  id: string,
  change: (candidate: Candidate) => Candidate,
): Promise<Candidate | undefined> {
  return changeStored(() => store.candidate(id), store, change);
}

function changeSignUp(
  store: Store,
  id: string,
  change: (signUp: PendingLink) => PendingLink,
): Promise<PendingLink | undefined> {
  return changeStored(() => store.signUp(id), store, change);
}

function changeStored<R extends StoredRecord>(
  read: () => Promise<R | undefined>,
  store: Store,
  change: (record: R) => R,
): Promise<R | undefined> {
  return update(
    async () => {
      const record = await read();
      const next = record && change(record);
      // Most events tell what the mailer wrote already.
      return { save: isUnchanged(record, next) ? undefined : next, result: next };
    },
    (record) => store.save(record),
  );
}
