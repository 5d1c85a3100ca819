import type { Candidate } from './candidate.ts';
import type { AddressCaps } from './caps.ts';
import { type Email, type Fate, type MailEventType, reported } from './mail-queue.ts';
import type { HandOver, Log } from './mailing.ts';
import type { SignUp } from './sign-up.ts';
import { changing, type Store, type StoredRecord } from './store.ts';
import type { Clock, Instant } from './time.ts';

/** One report of SES, and the hand-over it speaks of. */
export type MailEvent = {
  type: MailEventType;
  messageId: string;
  handOver: Pick<HandOver, 'type' | 'id' | 'key'>;
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
    const signUp = await changeSignUp(store, id, (known) => ({
      ...known,
      emails: reported(known.emails, key, event, clock()),
    }));
    if (signUp) await tellCandidate(parts, signUp, event);
  }
  log('mail-event', { type, id, key, event: event.type });
}

/** A confirmation that came back or was reported as spam speaks of its address, whoever typed it. */
async function tellCandidate(
  { store, addressCaps }: MailEventParts,
  { candidateId }: SignUp,
  event: MailEvent,
): Promise<void> {
  if (event.type !== 'complaint' && event.type !== 'hard-bounce') return;
  if (event.type === 'complaint') await addressCaps.rememberComplaint(candidateId);
  await changeCandidate(store, candidateId, (candidate) => ({
    ...candidate,
    emailState: stateAfter(candidate, event),
  }));
}

function afterEvent(candidate: Candidate, event: MailEvent, now: Instant): Candidate {
  const before = find(candidate, event);
  const emails = reported(candidate.emails, event.handOver.key, event, now);
  const changed = { ...candidate, emails };
  const after = find(changed, event);
  const isNews = fateOf(before) !== fateOf(after);
  if (!isNews || after?.kind === 'staff-notice') return changed;
  return { ...changed, emailState: stateAfter(candidate, event) };
}

function stateAfter({ emailState }: Candidate, { type }: MailEvent): Candidate['emailState'] {
  if (type === 'complaint') return 'complained';
  return type === 'hard-bounce' && emailState === 'active' ? 'bounced' : emailState;
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
      const save = record && change(record);
      return { save, result: save };
    },
    (record) => store.save(record),
  );
}
