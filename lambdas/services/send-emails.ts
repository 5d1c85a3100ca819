import { retakeCalendar } from '../core/calendar.ts';
import { type Candidate, latestAttempt } from '../core/candidate.ts';
import {
  claim,
  type Email,
  emailInTurn,
  fail,
  maxTries,
  noAnswer,
  type Outcome,
  type SkipReason,
  settle,
  skip,
} from '../core/email.ts';
import {
  attemptsUsedEmail,
  confirmationEmail,
  type EmailContent,
  reminderEmail,
  type Sender,
  staffNoticeEmail,
  studyPlanEmail,
} from '../core/email-content.ts';
import { type Rules, reasonToSkip } from '../core/email-schedule.ts';
import type { Clock, Instant } from '../core/time.ts';
import type { EmailLinks } from './email-links.ts';
import { flagFailedLink } from './enrolment.ts';
import type { MailboxLimits } from './source-address.ts';
import { type RecordRef, type Store, type StoredRecord, update } from './update.ts';

/** Which try of which email of which record. */
export type MessageTags = {
  type: StoredRecord['type'];
  id: string;
  key: string;
  tries: number;
  candidateId: string;
};

/** One email on its way out. */
export type OutgoingEmail = {
  to: { name: string; address: string };
  content: EmailContent;
  /** What this hand-over is, for the events that SES sends back. */
  tags: MessageTags;
  at: Instant;
  unsubscribeLink?: string;
  calendar?: string | undefined;
};

/** Hands one email to SES, once. How that ended is the answer, never an exception. */
export interface EmailSender {
  send(mail: OutgoingEmail): Promise<Outcome>;
}

/** Ids, keys and codes only: nothing that tells who somebody is. */
export type Log = (event: string, fields: Record<string, string | number>) => void;

/** Holds to the rate at which SES takes mail, among all mailers at work. */
export interface SendRate {
  /** Waits until one more email may go out; false where none may any more today, or time is up. */
  turn(hasTime: () => boolean): Promise<boolean>;
}

export type MailerDependencies = {
  store: Store;
  mailboxLimits: MailboxLimits;
  sendRate: SendRate;
  sender: EmailSender;
  links: EmailLinks;
  rules: Rules;
  from: Sender;
  staffEmail: string;
  clock: Clock;
  log: Log;
};

export type SweepResult = { sent: number; skipped: number; failed: number };

type Stop = 'done' | 'stop-sweep';

/**
 * Sends all that is due now, each email once, `concurrency` records at a time. Ends early where SES
 * can't take mail at present or `hasTime` says no; what is left stays due.
 */
export async function sweep(
  mailer: MailerDependencies,
  { concurrency, hasTime }: { concurrency: number; hasTime: () => boolean },
): Promise<SweepResult> {
  const result: SweepResult = { sent: 0, skipped: 0, failed: 0 };
  const due = mailer.store.due(mailer.clock())[Symbol.asyncIterator]();
  let stopped = false;

  async function work() {
    while (!stopped && hasTime()) {
      const next = await due.next();
      if (next.done) return;
      try {
        if ((await sendDueEmails(mailer, next.value, result, hasTime)) === 'stop-sweep')
          stopped = true;
      } catch (error) {
        result.failed += 1;
        logNotMailed(mailer, next.value, error);
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work));
  return result;
}

/** Sends what is due of one record, and adds it to the tally. */
export async function sendDueEmails(
  mailer: MailerDependencies,
  ref: RecordRef,
  result: SweepResult,
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
      const emails = skip(record.emails, email.key, reason, now);
      if (await store.save({ ...record, emails })) {
        result.skipped += 1;
        log('email-skipped', { ...ref, key: email.key, reason });
      }
      continue;
    }
    if (email.tries >= maxTries) {
      const emails = fail(record.emails, email.key, noAnswer, now);
      if (await store.save({ ...record, emails })) {
        result.failed += 1;
        if (record.type === 'sign-up') await flagFailedLink(store, record, now);
        log('email-failed', { ...ref, key: email.key, reason: noAnswer });
      }
      continue;
    }

    if (!(await mailer.sendRate.turn(hasTime))) return 'stop-sweep';
    const sentAt = clock();
    if (isStale(mailer, record, email, sentAt)) continue;
    const mail = await compose(mailer, record, email, sentAt);
    const emails = claim(record.emails, email.key, sentAt);
    if (!(await store.save({ ...record, emails }))) continue;

    const outcome = await sender.send(mail);
    const written = await writeDown(mailer, record, mail, outcome);
    if (outcome.type === 'refused' && record.type === 'sign-up')
      await flagFailedLink(store, record, clock());
    if (outcome.type === 'accepted') result.sent += 1;
    else result.failed += 1;
    log('email-handed-over', { ...mail.tags, outcome: outcome.type, ...codeOf(outcome) });
    if (outcome.type === 'deferred') return 'stop-sweep';
    if (written && emailInTurn(written.emails, clock()) === undefined) return 'done';
  }
}

/** Logs by id and kind of error alone: what an error says may name somebody. */
export function logNotMailed(
  { log }: Pick<MailerDependencies, 'log'>,
  ref: RecordRef,
  error: unknown,
): void {
  log('emails-not-sent', { ...ref, error: error instanceof Error ? error.name : 'unknown' });
}

/** The record as it stands then. */
async function writeDown(
  { store, clock }: MailerDependencies,
  claimedRecord: StoredRecord,
  { tags: { key, tries } }: OutgoingEmail,
  outcome: Outcome,
): Promise<StoredRecord | undefined> {
  return update<StoredRecord | undefined>(
    async () => {
      const record = await read(store, claimedRecord);
      if (record?.createdAt !== claimedRecord.createdAt)
        return { save: undefined, result: undefined };
      const emails = settle(record.emails, key, tries, outcome, clock());
      const next = { ...record, emails };
      return { save: next, result: next };
    },
    (record) => store.save(record),
  );
}

async function reasonNotToSend(
  { store, mailboxLimits, rules }: MailerDependencies,
  record: StoredRecord,
  email: Email,
  now: Instant,
): Promise<SkipReason | undefined> {
  if (record.type === 'candidate') return reasonToSkip(record, email, rules, now);
  if (now > email.notAfter) return 'too-late';
  const candidate = await store.candidate(record.candidateId);
  if (candidate?.emailState === 'complained') return 'complained';
  const link = `${record.id} ${email.key}`;
  const slot = await mailboxLimits.takeConfirmationSlot(record.candidateId, link);
  return slot === 'granted' ? undefined : slot;
}

/** Whether waiting for its turn made the email one to skip. */
function isStale(
  { rules }: MailerDependencies,
  record: StoredRecord,
  email: Email,
  now: Instant,
): boolean {
  return record.type === 'candidate'
    ? reasonToSkip(record, email, rules, now) !== undefined
    : now > email.notAfter;
}

async function compose(
  mailer: MailerDependencies,
  record: StoredRecord,
  email: Email,
  now: Instant,
): Promise<OutgoingEmail> {
  const { links, rules, from, store } = mailer;
  const tags = {
    type: record.type,
    id: record.id,
    key: email.key,
    tries: email.tries + 1,
    candidateId: record.type === 'candidate' ? record.id : record.candidateId,
  };
  if (record.type === 'sign-up') {
    if (record.answers === undefined) throw new Error('A confirmed sign-up has no email to send.');
    const [confirm, notMe] = await Promise.all([links.confirm(record), links.notMe(record)]);
    const content = confirmationEmail({ confirm, notMe }, rules.exam, from);
    const to = { name: '', address: record.answers.details.email };
    return { to, content, tags, at: now };
  }

  if (email.kind === 'staff-notice') {
    const flagged = Math.max(1, await store.countThirdAttemptUsed());
    const content = staffNoticeEmail(flagged, links.staffPage(), from);
    return { to: { name: '', address: mailer.staffEmail }, content, tags, at: now };
  }

  const [my, unsubscribe] = await Promise.all([links.my(record, now), links.unsubscribe(record)]);
  return {
    to: { name: record.name, address: record.email },
    content: contentFor(mailer, record, email, { my, unsubscribe }, now),
    tags,
    at: now,
    unsubscribeLink: unsubscribe,
    calendar:
      email.kind === 'study-plan'
        ? retakeCalendar(record, rules.exam, from.organization, now)
        : undefined,
  };
}

function contentFor(
  { rules: { exam }, from }: MailerDependencies,
  candidate: Candidate,
  email: Email,
  links: { my: string; unsubscribe: string },
  now: Instant,
): EmailContent {
  const attempt = latestAttempt(candidate);
  if (attempt === undefined) throw new Error('An email about an attempt needs the attempt.');
  switch (email.kind) {
    case 'study-plan':
      return studyPlanEmail(candidate, attempt, exam, links, from);
    case 'reminder':
      return reminderEmail(candidate, attempt, exam, links, from, now);
    case 'attempts-used':
      return attemptsUsedEmail(candidate, attempt, exam, links, from);
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
