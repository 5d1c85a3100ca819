import {
  claim,
  type Email,
  fail,
  maxTries,
  nextDueEmail,
  noAnswer,
  type Outcome,
  type SkipReason,
  settle,
  skip,
} from '../core/email.ts';
import { withSchedule } from '../core/email-schedule.ts';
import { isTooEarly } from '../core/reminder.ts';
import { reasonToSkip } from '../core/skip-reasons.ts';
import type { Instant } from '../core/time.ts';
import { type ComposeDependencies, composeEmail } from './compose-email.ts';
import { markLinkFailed } from './delivery-events.ts';
import { errorName, type Log } from './log-events.ts';
import type {
  Clock,
  EmailRecord,
  EmailRecordRef,
  EmailSender,
  MailboxLimits,
  SendRate,
  Store,
} from './ports.ts';
import { isUnchanged, update } from './update.ts';

export type MailerDependencies = ComposeDependencies & {
  store: Store;
  mailboxLimits: MailboxLimits;
  sendRate: SendRate;
  sender: EmailSender;
  clock: Clock;
  log: Log;
};

export type SweepResult = { sent: number; skipped: number; failed: number };

type Stop = 'done' | 'stop-sweep';

/**
 * Sends everything that is due now, each email once, `concurrency` records at a time. Stops early if
 * SES can't accept mail at the moment or time runs out; the rest stays due.
 */
export async function sweep(
  mailer: MailerDependencies,
  { concurrency, hasTime }: { concurrency: number; hasTime: () => boolean },
): Promise<SweepResult> {
  const result: SweepResult = { sent: 0, skipped: 0, failed: 0 };
  const due = mailer.store.due(mailer.clock())[Symbol.asyncIterator]();
  let stopped = false;

  /** A failed read ends the sweep, but not before what others have in hand is settled. */
  async function nextDue() {
    try {
      return await due.next();
    } catch (error) {
      stopped = true;
      throw error;
    }
  }

  async function work() {
    while (!stopped && hasTime()) {
      const next = await nextDue();
      if (next.done) return;
      try {
        if ((await sendDueEmails(mailer, next.value, result, hasTime)) === 'stop-sweep')
          stopped = true;
      } catch (error) {
        result.failed += 1;
        logUnsendable(mailer, next.value, error);
      }
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: concurrency }, work));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  return result;
}

/** Sends one record's due emails and adds them to the result. */
export async function sendDueEmails(
  mailer: MailerDependencies,
  { type, id }: EmailRecordRef,
  result: SweepResult,
  hasTime: () => boolean,
): Promise<Stop> {
  const { store, rules, clock } = mailer;
  for (;;) {
    const record = await store.read(type, id);
    const now = clock();
    const email = record && nextDueEmail(record.emails, now);
    if (!email) return 'done';

    if (record.type === 'candidate' && isTooEarly(record, email, rules, now)) {
      const rescheduled = withSchedule(record, rules, now);
      if (!isUnchanged(record, rescheduled)) {
        await store.save(rescheduled);
        continue;
      }
    }
    const reason = await reasonNotToSend(mailer, record, email, now);
    if (reason) await skipEmail(mailer, record, email, reason, result);
    else if (email.tries >= maxTries) await failUnanswered(mailer, record, email, result);
    else {
      const stop = await sendEmail(mailer, record, email, result, hasTime);
      if (stop) return stop;
    }
  }
}

export function logUnsendable(
  { log }: Pick<MailerDependencies, 'log'>,
  { type, id }: EmailRecordRef,
  error: unknown,
): void {
  log('record-unsendable', { type, id, error: errorName(error) });
}

async function sendEmail(
  mailer: MailerDependencies,
  record: EmailRecord,
  email: Email,
  result: SweepResult,
  hasTime: () => boolean,
): Promise<Stop | undefined> {
  const { store, sender, sendRate, clock, log } = mailer;
  if (!(await sendRate.acquire(hasTime))) return 'stop-sweep';
  const claimedAt = clock();
  if (isStale(mailer, record, email, claimedAt)) return undefined;
  const outgoing = await composeEmail(mailer, record, email, claimedAt);
  const { key, tries } = outgoing.tags;
  const emails = claim(record.emails, key, claimedAt);
  if (!(await store.save({ ...record, emails }))) return undefined;
  if (clock() > email.notAfter) {
    await settleEmail(mailer, record, outgoing.tags, { type: 'deferred', code: 'TooLate' });
    return undefined;
  }

  const outcome = await sender.send(outgoing);
  const settled = await settleEmail(mailer, record, outgoing.tags, outcome);
  if (outcome.type === 'refused') await markFailed(mailer, record);
  if (outcome.type === 'accepted') result.sent += 1;
  else result.failed += 1;
  const code = 'code' in outcome ? { code: outcome.code } : {};
  const { type, id } = record;
  log('email-handed-over', { type, id, key, tries, outcome: outcome.type, ...code });
  if (outcome.type === 'deferred') return 'stop-sweep';
  return settled && nextDueEmail(settled.emails, clock()) === undefined ? 'done' : undefined;
}

/** Records the outcome of a call to SES and returns the updated record. */
function settleEmail(
  { store, clock }: MailerDependencies,
  { type, id }: EmailRecord,
  { key, tries }: { key: string; tries: number },
  outcome: Outcome,
): Promise<EmailRecord | undefined> {
  return update<EmailRecord['type'], EmailRecord | undefined>(store, type, id, (record) => {
    if (record === undefined) return { result: undefined };
    const settled = { ...record, emails: settle(record.emails, key, tries, outcome, clock()) };
    return { save: settled, result: settled };
  });
}

async function skipEmail(
  { store, rules, clock, log }: MailerDependencies,
  record: EmailRecord,
  { key }: Email,
  reason: SkipReason,
  result: SweepResult,
): Promise<void> {
  const { type, id } = record;
  const now = clock();
  const skipped = { ...record, emails: skip(record.emails, key, reason, now) };
  // If the exam's wait has changed, no reminder is queued for the new date yet.
  const isOfAnotherDate = skipped.type === 'candidate' && reason === 'date-corrected';
  if (!(await store.save(isOfAnotherDate ? withSchedule(skipped, rules, now) : skipped))) return;
  result.skipped += 1;
  log('email-skipped', { type, id, key, reason });
}

async function failUnanswered(
  mailer: MailerDependencies,
  record: EmailRecord,
  { key }: Email,
  result: SweepResult,
): Promise<void> {
  const { store, clock, log } = mailer;
  const { type, id } = record;
  const emails = fail(record.emails, key, noAnswer, clock());
  if (!(await store.save({ ...record, emails }))) return;
  result.failed += 1;
  await markFailed(mailer, record);
  log('email-failed', { type, id, key, reason: noAnswer });
}

async function markFailed(mailer: MailerDependencies, record: EmailRecord): Promise<void> {
  if (record.type === 'pending-link') await markLinkFailed(mailer, record);
}

async function reasonNotToSend(
  { store, mailboxLimits, rules }: MailerDependencies,
  record: EmailRecord,
  email: Email,
  now: Instant,
): Promise<SkipReason | undefined> {
  if (record.type === 'candidate') return reasonToSkip(record, email, rules, now);
  if (now > email.notAfter) return 'too-late';
  const address = await store.read('address', record.addressId);
  if (address?.complainedAt !== undefined) return 'complained';
  const hasSlot = await mailboxLimits.takeSlot(record.addressId, `${record.id} ${email.key}`);
  return hasSlot ? undefined : 'mailbox-limited';
}

/** Whether the email should now be skipped, after waiting for the send rate. */
function isStale(
  { rules }: MailerDependencies,
  record: EmailRecord,
  email: Email,
  now: Instant,
): boolean {
  return record.type === 'candidate'
    ? reasonToSkip(record, email, rules, now) !== undefined
    : now > email.notAfter;
}
