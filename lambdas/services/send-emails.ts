import {
  claim,
  fail,
  goesToUnprovenAddress,
  hold,
  maxTries,
  nextDueEmail,
  noAnswer,
  type Outcome,
  type PendingEmail,
  type SkipReason,
  settle,
  skip,
  withEmails,
} from '../core/email.ts';
import { isTooEarly, reasonToSkip, withSchedule } from '../core/email-schedule.ts';
import type { Instant } from '../core/time.ts';
import { type ComposeDependencies, composeEmail } from './compose-email.ts';
import { markLinkFailed } from './delivery-events.ts';
import { type Hold, linkObstacle, noticeObstacle } from './hold-emails.ts';
import { errorName, type Log } from './log-events.ts';
import type {
  Clock,
  ConfirmationCounter,
  EmailRecord,
  EmailRecordRef,
  EmailSender,
  MailboxLimits,
  SendRate,
  Store,
} from './ports.ts';
import { update, written } from './update.ts';

export type MailerDependencies = ComposeDependencies & {
  mailboxLimits: MailboxLimits;
  confirmations: ConfirmationCounter;
  sendRate: SendRate;
  sender: EmailSender;
  clock: Clock;
  log: Log;
};

export type SweepResult = { sent: number; skipped: number; failed: number };

type Stop = 'done' | 'deferred' | 'stop-sweep';

/**
 * Sends everything that is due now, each email once, `concurrency` records at a time. Stops early if SES defers two
 * emails with none accepted in between, or time runs out; the rest stays due.
 */
export async function sweep(
  mailer: MailerDependencies,
  { concurrency, hasTime }: { concurrency: number; hasTime: () => boolean },
): Promise<SweepResult> {
  const result: SweepResult = { sent: 0, skipped: 0, failed: 0 };
  const due = mailer.store.due(mailer.clock())[Symbol.asyncIterator]();
  let stopped = false;
  let sentBeforeDeferral: number | undefined;

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
      const { ref, record, error: unreadable } = next.value;
      try {
        if (unreadable) throw unreadable;
        const stop = await sendDueEmails(mailer, ref, result, hasTime, record);
        const isAccountFault = stop === 'deferred' && sentBeforeDeferral === result.sent;
        if (stop === 'stop-sweep' || isAccountFault) stopped = true;
        if (stop === 'deferred') sentBeforeDeferral = result.sent;
      } catch (error) {
        result.failed += 1;
        logUnsendable(mailer, ref, error);
      }
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: concurrency }, work));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  return result;
}

/** Every decision on `known`, the record as read shortly before, is written on condition that it is still the same. */
export async function sendDueEmails(
  mailer: MailerDependencies,
  { type, id }: EmailRecordRef,
  result: SweepResult,
  hasTime: () => boolean,
  known?: EmailRecord,
): Promise<Stop> {
  const { store, rules, clock } = mailer;
  let record = known ?? (await store.read(type, id));
  for (;;) {
    const now = clock();
    const email = record && nextDueEmail(record.emails, now);
    if (record === undefined || email === undefined) return 'done';

    if (record.type === 'candidate' && isTooEarly(record, email, rules, now)) {
      record = (await saveOrReread(store, withSchedule(record, rules, now))).record;
      continue;
    }
    const reason = await reasonNotToSend(mailer, record, email, now);
    if (reason || email.tries >= maxTries) {
      record = await withhold(mailer, record, email, reason, result);
      continue;
    }
    const next = await sendEmail(mailer, record, email, result, hasTime);
    if (next === 'stop-sweep' || next === 'deferred') return next;
    record = next;
  }
}

export async function sendForRecords<Due extends { ref: EmailRecordRef }>(
  mailer: MailerDependencies,
  records: readonly Due[],
  hasTime: () => boolean,
): Promise<Due[]> {
  const failed: Due[] = [];
  for (const record of records) {
    const result = { sent: 0, skipped: 0, failed: 0 };
    try {
      if ((await sendDueEmails(mailer, record.ref, result, hasTime)) === 'stop-sweep') break;
    } catch (error) {
      logUnsendable(mailer, record.ref, error);
      failed.push(record);
    }
  }
  return failed;
}

function logUnsendable({ log }: MailerDependencies, { type, id }: EmailRecordRef, error: unknown): void {
  log('record-unsendable', { type, id, error: errorName(error) });
}

async function sendEmail(
  mailer: MailerDependencies,
  record: EmailRecord,
  email: PendingEmail,
  result: SweepResult,
  hasTime: () => boolean,
): Promise<EmailRecord | undefined | Exclude<Stop, 'done'>> {
  const { store, sender, sendRate, clock, log } = mailer;
  if (!(await sendRate.acquire(hasTime))) return 'stop-sweep';
  const claimedAt = clock();
  if (isStale(mailer, record, email, claimedAt)) return record;
  const outgoing = await composeEmail(mailer, record, email, claimedAt);
  const { key, tries } = outgoing.tags;
  const claimed = await saveOrReread(store, withEmails(record, claim(record.emails, key, claimedAt)));
  if (!claimed.isSaved) return claimed.record;
  if (clock() > email.notAfter)
    return settleEmail(mailer, claimed.record, outgoing.tags, { type: 'deferred', code: 'TooLate' });

  const outcome = await sender.send(outgoing);
  const settled = await settleEmail(mailer, claimed.record, outgoing.tags, outcome);
  if (outcome.type === 'refused') await markLinkFailed(mailer, record);
  if (outcome.type === 'accepted') result.sent += 1;
  else result.failed += 1;
  const { type, id } = record;
  const { type: ended, ...details } = outcome;
  log('email-handed-over', { type, id, key, tries, outcome: ended, ...details });
  if (ended === 'accepted' && goesToUnprovenAddress(key)) await mailer.confirmations.count('sent', clock());
  return ended === 'deferred' ? ended : settled;
}

/** On the record as claimed, or, if it was written meanwhile, as it is then. Returns the record as stored. */
async function settleEmail(
  { store, clock }: MailerDependencies,
  claimed: EmailRecord,
  { key, tries }: { key: string; tries: number },
  outcome: Outcome,
): Promise<EmailRecord | undefined> {
  if (outcome.type === 'unknown') return claimed;
  const settled = (record: EmailRecord) => withEmails(record, settle(record.emails, key, tries, outcome, clock()));
  const first = settled(claimed);
  if (await store.save(first)) return written(first);
  return update<EmailRecord['type'], EmailRecord | undefined>(store, claimed.type, claimed.id, (record) => {
    const next = record && settled(record);
    return { save: next, result: next && written(next) };
  });
}

type Saved =
  | { isSaved: true; record: EmailRecord }
  /** Someone else wrote the record first; this is theirs, undefined if they removed it. */
  | { isSaved: false; record: EmailRecord | undefined };

async function saveOrReread(store: Store, record: EmailRecord): Promise<Saved> {
  return (await store.save(record))
    ? { isSaved: true, record: written(record) }
    : { isSaved: false, record: await store.read(record.type, record.id) };
}

/** Skips the email, holds it, or, after its last try without an answer, gives it up. */
async function withhold(
  { store, rules, clock, log }: MailerDependencies,
  record: EmailRecord,
  { key }: PendingEmail,
  reason: SkipReason | Hold | undefined,
  result: SweepResult,
): Promise<EmailRecord | undefined> {
  const { type, id, emails } = record;
  const now = clock();
  if (reason === undefined) {
    const failed = await saveOrReread(store, withEmails(record, fail(emails, key, noAnswer, now)));
    if (!failed.isSaved) return failed.record;
    result.failed += 1;
    await markLinkFailed({ store, clock }, record);
    log('email-failed', { type, id, key, reason: noAnswer });
    return failed.record;
  }
  if (typeof reason === 'object') {
    const held = await saveOrReread(store, withEmails(record, hold(emails, key, reason.until)));
    if (held.isSaved) log('email-held', { type, id, key, ...reason });
    return held.record;
  }
  const without = withEmails(record, skip(emails, key, reason, now));
  // If the exam's wait has changed, no reminder is queued for the new date yet.
  const isOfAnotherDate = without.type === 'candidate' && reason === 'date-corrected';
  const skipped = await saveOrReread(store, isOfAnotherDate ? withSchedule(without, rules, now) : without);
  if (!skipped.isSaved) return skipped.record;
  result.skipped += 1;
  log('email-skipped', { type, id, key, reason });
  return skipped.record;
}

async function reasonNotToSend(
  mailer: MailerDependencies,
  record: EmailRecord,
  email: PendingEmail,
  now: Instant,
): Promise<SkipReason | Hold | undefined> {
  if (record.type === 'pending-link') return linkObstacle(mailer, record, email, now);
  const reason = reasonToSkip(record, email, mailer.rules, now);
  if (reason || email.kind !== 'staff-notice') return reason;
  return noticeObstacle(mailer.store, record.id, email, now);
}

/** Whether the email should now be skipped, after waiting for the send rate. */
function isStale({ rules }: MailerDependencies, record: EmailRecord, email: PendingEmail, now: Instant): boolean {
  return record.type === 'candidate' ? reasonToSkip(record, email, rules, now) !== undefined : now > email.notAfter;
}
