import { retakeCalendar } from './calendar.ts';
import { type Candidate, latestAttempt } from './candidate.ts';
import type { AddressCaps } from './caps.ts';
import { flagFailedLink } from './enrolment.ts';
import {
  attemptsUsedLetter,
  confirmationLetter,
  type Letter,
  reminderLetter,
  type Sender,
  staffNoticeLetter,
  studyPlanLetter,
} from './letters.ts';
import type { MailLinks } from './links.ts';
import {
  claimed,
  type Email,
  emailInTurn,
  failed,
  maxTries,
  noAnswer,
  type Outcome,
  type SkipReason,
  settled,
  skipped,
} from './mail-queue.ts';
import { type Rules, reasonToSkip } from './plan.ts';
import { changing, type RecordRef, type Store, type StoredRecord } from './store.ts';
import type { Clock, Instant } from './time.ts';

/** Which try of which email of which record. */
export type HandOver = {
  type: StoredRecord['type'];
  id: string;
  key: string;
  tries: number;
  candidateId: string;
};

/** One email on its way out. */
export type Mail = {
  to: { name: string; address: string };
  letter: Letter;
  /** What this hand-over is, for the events that SES sends back. */
  handOver: HandOver;
  at: Instant;
  unsubscribeLink?: string;
  calendar?: string | undefined;
};

/** Hands one email to SES, once. How that ended is the answer, never an exception. */
export interface MailSender {
  send(mail: Mail): Promise<Outcome>;
}

/** Ids, keys and codes only: nothing that tells who somebody is. */
export type Log = (event: string, fields: Record<string, string | number>) => void;

/** Holds to the rate at which SES takes mail, among all mailers at work. */
export interface Pace {
  /** Waits until one more email may go out; false where none may any more today, or time is up. */
  turn(hasTime: () => boolean): Promise<boolean>;
}

export type Mailer = {
  store: Store;
  addressCaps: AddressCaps;
  pace: Pace;
  sender: MailSender;
  links: MailLinks;
  rules: Rules;
  from: Sender;
  staffEmail: string;
  clock: Clock;
  log: Log;
};

export type Tally = { sent: number; skipped: number; failed: number };

type Stop = 'done' | 'stop-sweep';

/**
 * Sends all that is due now, each email once, `concurrency` records at a time. Ends early where SES
 * can't take mail at present or `hasTime` says no; what is left stays due.
 */
export async function sweep(
  mailer: Mailer,
  { concurrency, hasTime }: { concurrency: number; hasTime: () => boolean },
): Promise<Tally> {
  const tally: Tally = { sent: 0, skipped: 0, failed: 0 };
  const due = mailer.store.due(mailer.clock())[Symbol.asyncIterator]();
  let stopped = false;

  async function work() {
    while (!stopped && hasTime()) {
      const next = await due.next();
      if (next.done) return;
      try {
        if ((await mailRecord(mailer, next.value, tally, hasTime)) === 'stop-sweep') stopped = true;
      } catch (error) {
        tally.failed += 1;
        logNotMailed(mailer, next.value, error);
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work));
  return tally;
}

/** Sends what is due of one record, and adds it to the tally. */
export async function mailRecord(
  mailer: Mailer,
  ref: RecordRef,
  tally: Tally,
  hasTime: () => boolean,
): Promise<Stop> {
  const { store, sender, clock, log } = mailer;
  for (;;) {
    const record = await read(store, ref);
    const now = clock();
    const email = record && emailInTurn(record.emails, now);
    if (!email) return 'done';

    const reason = await reasonNotToSend(mailer, record, email, now);
    if (reason) {
      const emails = skipped(record.emails, email.key, reason, now);
      if (await store.save({ ...record, emails })) {
        tally.skipped += 1;
        log('email-skipped', { ...ref, key: email.key, reason });
      }
      continue;
    }
    if (email.tries >= maxTries) {
      const emails = failed(record.emails, email.key, noAnswer, now);
      if (await store.save({ ...record, emails })) {
        tally.failed += 1;
        if (record.type === 'sign-up') await flagFailedLink(store, record, now);
        log('email-failed', { ...ref, key: email.key, reason: noAnswer });
      }
      continue;
    }

    if (!(await mailer.pace.turn(hasTime))) return 'stop-sweep';
    const sentAt = clock();
    if (isStale(mailer, record, email, sentAt)) continue;
    const mail = await compose(mailer, record, email, sentAt);
    const emails = claimed(record.emails, email.key, sentAt);
    if (!(await store.save({ ...record, emails }))) continue;

    const outcome = await sender.send(mail);
    const written = await writeDown(mailer, record, mail, outcome);
    if (outcome.type === 'refused' && record.type === 'sign-up')
      await flagFailedLink(store, record, clock());
    if (outcome.type === 'accepted') tally.sent += 1;
    else tally.failed += 1;
    log('hand-over', { ...mail.handOver, outcome: outcome.type, ...codeOf(outcome) });
    if (outcome.type === 'deferred') return 'stop-sweep';
    if (written && emailInTurn(written.emails, clock()) === undefined) return 'done';
  }
}

/** Logs by id and kind of error alone: what an error says may name somebody. */
export function logNotMailed({ log }: Pick<Mailer, 'log'>, ref: RecordRef, error: unknown): void {
  log('record-not-mailed', { ...ref, error: error instanceof Error ? error.name : 'unknown' });
}

/** The record as it stands then. */
async function writeDown(
  { store, clock }: Mailer,
  claimedRecord: StoredRecord,
  { handOver: { key, tries } }: Mail,
  outcome: Outcome,
): Promise<StoredRecord | undefined> {
  return changing<StoredRecord | undefined>(
    async () => {
      const record = await read(store, claimedRecord);
      if (record?.createdAt !== claimedRecord.createdAt)
        return { save: undefined, result: undefined };
      const emails = settled(record.emails, key, tries, outcome, clock());
      const next = { ...record, emails };
      return { save: next, result: next };
    },
    (record) => store.save(record),
  );
}

async function reasonNotToSend(
  { store, addressCaps, rules }: Mailer,
  record: StoredRecord,
  email: Email,
  now: Instant,
): Promise<SkipReason | undefined> {
  if (record.type === 'candidate') return reasonToSkip(record, email, rules, now);
  if (now > email.notAfter) return 'too-late';
  const candidate = await store.candidate(record.candidateId);
  if (candidate?.emailState === 'complained') return 'complained';
  const link = `${record.id} ${email.key}`;
  const slot = await addressCaps.takeConfirmationSlot(record.candidateId, link);
  return slot === 'granted' ? undefined : slot;
}

/** Whether waiting for its turn made the email one to skip. */
function isStale({ rules }: Mailer, record: StoredRecord, email: Email, now: Instant): boolean {
  return record.type === 'candidate'
    ? reasonToSkip(record, email, rules, now) !== undefined
    : now > email.notAfter;
}

async function compose(
  mailer: Mailer,
  record: StoredRecord,
  email: Email,
  now: Instant,
): Promise<Mail> {
  const { links, rules, from, store } = mailer;
  const handOver = {
    type: record.type,
    id: record.id,
    key: email.key,
    tries: email.tries + 1,
    candidateId: record.type === 'candidate' ? record.id : record.candidateId,
  };
  if (record.type === 'sign-up') {
    if (record.answers === undefined) throw new Error('A confirmed sign-up has no email to send.');
    const [confirm, notMe] = await Promise.all([links.confirm(record), links.notMe(record)]);
    const letter = confirmationLetter({ confirm, notMe }, rules.exam, from);
    const to = { name: '', address: record.answers.details.email };
    return { to, letter, handOver, at: now };
  }

  if (email.kind === 'staff-notice') {
    const flagged = Math.max(1, await store.countThirdAttemptUsed());
    const letter = staffNoticeLetter(flagged, links.staffPage(), from);
    return { to: { name: '', address: mailer.staffEmail }, letter, handOver, at: now };
  }

  const [my, unsubscribe] = await Promise.all([links.my(record, now), links.unsubscribe(record)]);
  return {
    to: { name: record.name, address: record.email },
    letter: letterFor(mailer, record, email, { my, unsubscribe }, now),
    handOver,
    at: now,
    unsubscribeLink: unsubscribe,
    calendar:
      email.kind === 'study-plan'
        ? retakeCalendar(record, rules.exam, from.organization, now)
        : undefined,
  };
}

function letterFor(
  { rules: { exam }, from }: Mailer,
  candidate: Candidate,
  email: Email,
  links: { my: string; unsubscribe: string },
  now: Instant,
): Letter {
  const attempt = latestAttempt(candidate);
  if (attempt === undefined) throw new Error('An email about an attempt needs the attempt.');
  switch (email.kind) {
    case 'study-plan':
      return studyPlanLetter(candidate, attempt, exam, links, from);
    case 'reminder':
      return reminderLetter(candidate, attempt, exam, links, from, now);
    case 'attempts-used':
      return attemptsUsedLetter(candidate, attempt, exam, links, from);
    case 'confirmation':
    case 'staff-notice':
      throw new Error(`A ${email.kind} is not written to a candidate.`);
  }
}

function read(store: Store, { type, id }: RecordRef): Promise<StoredRecord | undefined> {
  return type === 'candidate' ? store.candidate(id) : store.signUp(id);
}

function codeOf(outcome: Outcome) {
  return 'code' in outcome ? { code: outcome.code } : {};
}
