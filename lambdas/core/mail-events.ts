import type { Candidate } from './candidate.ts';
import type { AddressCaps } from './caps.ts';
import { flagFailedLink } from './enrolment.ts';
import { type Email, type Fate, type MailEventType, reported } from './mail-queue.ts';
import type { HandOver, Log } from './mailing.ts';
import type { SignUp } from './sign-up.ts';
import { changing, isUnchanged, type Store, type StoredRecord } from './store.ts';
import type { Clock, Instant } from './time.ts';

/** One report of SES, and the hand-over it speaks of. */
export type MailEvent = {
  type: MailEventType;
  messageId: string;
  handOver: Pick<HandOver, 'type' | 'id' | 'key'> & { candidateId?: string | undefined };
};

export type MailEventParts = { store: Store; addressCaps: AddressCaps; clock: Clock; log: Log };

/**
 * Writes down what became of a message. Events come twice, late and out of order: an email's state
 * only goes forward, and only its first bounce or complaint changes what its reader gets from then on.
 */
export async function recordMailEvent(parts: MailEventParts, event: MailEvent): Promise<void> {
  const { store, clock, log } = parts;
  const { type, id, key } = event.handOver;
  if (type === 'candidate') {
    await changeCandidate(store, id, (candidate) => afterEvent(candidate, event, clock()));
  } else {
    const signUp = await store.signUp(id);
    const news = signUp !== undefined && isNews(signUp, event, clock());
    await tellCandidate(parts, signUp, event, news);
    if (signUp && event.type === 'reject') await flagFailedLink(store, signUp, clock());
    await changeSignUp(store, id, (known) => ({
      ...known,
      emails: reported(known.emails, key, event, clock()),
    }));
  }
  log('mail-event', { type, id, key, report: event.type });
}

/**
 * A confirmation that came back or was reported as spam speaks of its address, whoever typed it. A
 * complaint counts also where the sign-up is gone, or confirmed.
 */
async function tellCandidate(
  { store, addressCaps, clock }: MailEventParts,
  signUp: SignUp | undefined,
  event: MailEvent,
  news: boolean,
): Promise<void> {
  const candidateId = signUp?.candidateId ?? event.handOver.candidateId;
  if (candidateId === undefined) return;
  if (event.type === 'complaint') await addressCaps.rememberComplaint(candidateId);
  else if (event.type !== 'hard-bounce' || !news) return;
  await changeCandidate(store, candidateId, (candidate) =>
    withStateAfter(candidate, event, clock()),
  );
}

function afterEvent(candidate: Candidate, event: MailEvent, now: Instant): Candidate {
  const emails = reported(candidate.emails, event.handOver.key, event, now);
  const changed = { ...candidate, emails };
  if (!isNews(candidate, event, now) || find(changed, event)?.kind === 'staff-notice')
    return changed;
  return withStateAfter(changed, event, now);
}

/** Whether the event says of its email what was not known before. */
function isNews(record: StoredRecord, event: MailEvent, now: Instant): boolean {
  const emails = reported(record.emails, event.handOver.key, event, now);
  return fateOf(find(record, event)) !== fateOf(find({ ...record, emails }, event));
}

function withStateAfter(candidate: Candidate, { type }: MailEvent, now: Instant): Candidate {
  if (type === 'complaint')
    return { ...candidate, emailState: 'complained', complainedAt: candidate.complainedAt ?? now };
  if (type !== 'hard-bounce' || candidate.emailState === 'complained') return candidate;
  return {
    ...candidate,
    bouncedAt: now,
    emailState: candidate.emailState === 'active' ? 'bounced' : candidate.emailState,
  };
}

function find({ emails }: StoredRecord, { handOver }: MailEvent): Email | undefined {
  return emails.find((email) => email.key === handOver.key);
}

function fateOf(email: Email | undefined): Fate | undefined {
  return email?.state === 'sent' ? email.fate : undefined;
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
  change: (signUp: SignUp) => SignUp,
): Promise<SignUp | undefined> {
  return changeStored(() => store.signUp(id), store, change);
}

function changeStored<R extends StoredRecord>(
  read: () => Promise<R | undefined>,
  store: Store,
  change: (record: R) => R,
): Promise<R | undefined> {
  return changing(
    async () => {
      const record = await read();
      const next = record && change(record);
      // Most events tell what the mailer wrote already.
      return { save: isUnchanged(record, next) ? undefined : next, result: next };
    },
    (record) => store.save(record),
  );
}
