import type { Attempt, Candidate } from './candidate.ts';
import {
  type Email,
  type EmailKind,
  type PendingEmail,
  queuedEmail,
  requeue,
  type SkipReason,
} from './email.ts';
import {
  hasReachedWeeklyLimit,
  isAbout,
  refTo,
  reminderIsDue,
  reminderKey,
  reminderMoment,
  remindersOf,
  wasEverReminded,
} from './reminder.ts';
import { resend } from './resend.ts';
import type { Rules } from './rules.ts';
import { reasonToSkip } from './skip-reasons.ts';
import { isLast, latestAttempt } from './status.ts';
import { addDays24h, type Instant, later } from './time.ts';

const reminderGraceDays = 14;
const otherGraceDays = 7;

/**
 * An attempt recorded again within this many days, even with another date, triggers no second
 * email.
 */
const repeatWindowDays = 7;

/**
 * Queues the emails for a newly recorded attempt: the reminder, and at most one email to the
 * candidate now.
 */
export function withEmailsForAttempt(candidate: Candidate, rules: Rules, now: Instant): Candidate {
  const attempt = latestAttempt(candidate);
  if (attempt === undefined) return candidate;
  const immediate: EmailKind[] = isLast(attempt, rules.exam)
    ? ['attempts-used', 'staff-notice']
    : reminderIsDue(candidate, rules, now)
      ? []
      : ['study-plan'];
  const informed = immediate.reduce(
    (soFar, kind) => withEmailNow(soFar, kind, attempt, now),
    candidate,
  );
  return withSchedule(informed, rules, now);
}

/**
 * The candidate with its emails brought up to date: emails skipped for a reason that no longer holds
 * are requeued unless it is too late, and the reminder is scheduled for its moment.
 */
export function withSchedule(candidate: Candidate, rules: Rules, now: Instant): Candidate {
  const emails = candidate.emails.map((email) =>
    email.state === 'skipped' &&
    email.reason !== 'in-another-notice' &&
    reasonToSkip(candidate, email, rules, now) === undefined
      ? requeue(email)
      : email,
  );
  return withReminder({ ...candidate, emails }, rules, now);
}

/** Why staff can't resend an email. */
export type ResendRefusal = 'unknown' | 'on-its-way' | 'just-now' | SkipReason;

/**
 * Queues an email to go out again immediately. Refused if it would be skipped, is still queued or
 * being sent, was resent within the last ten minutes, or if three of its kind went out within a week.
 */
export function resendEmail(
  candidate: Candidate,
  key: string,
  rules: Rules,
  now: Instant,
): { candidate: Candidate } | { refused: ResendRefusal } {
  const email = candidate.emails.find((one) => one.key === key);
  const grace = email?.kind === 'reminder' ? reminderGraceDays : otherGraceDays;
  const outcome = resend(candidate.emails, key, grace, now);
  if ('refused' in outcome) {
    const skipReason = email?.state === 'queued' && reasonToSkip(candidate, email, rules, now);
    return { refused: skipReason || outcome.refused };
  }
  const again = withCurrentAttempt(candidate, outcome.again);
  const reason = reasonToSkip(candidate, again, rules, now);
  if (reason) return { refused: reason };
  if (hasReachedWeeklyLimit(candidate.emails, again.kind, now)) return { refused: 'sent-enough' };
  return { candidate: { ...candidate, emails: [...candidate.emails, again] } };
}

/** If the attempt was undone and recorded again, points the email to the new record of it. */
function withCurrentAttempt(candidate: Candidate, email: PendingEmail): PendingEmail {
  const attempt = latestAttempt(candidate);
  const isSameAttempt = attempt && isAbout(email, email.kind, refTo(candidate, attempt));
  return isSameAttempt ? { ...email, attempt: refTo(candidate, attempt) } : email;
}

/**
 * Schedules the reminder for its moment, or for now if that has passed. If a reminder for this attempt
 * was already sent (for a date corrected since), schedules another only if its moment is still ahead.
 * If one is being sent, the new one waits for the outcome.
 */
function withReminder(candidate: Candidate, rules: Rules, now: Instant): Candidate {
  const attempt = latestAttempt(candidate);
  const moment = reminderMoment(candidate, rules);
  const key = reminderKey(candidate, rules.exam);
  if (attempt === undefined || moment === undefined || key === undefined) return candidate;

  const isAhead = moment > now;
  if (candidate.dropped?.sentKeys.includes(key)) return candidate;
  const existing = candidate.emails.find((email) => email.key === key);
  if (existing && !canMove(existing, isAhead, now)) return candidate;

  const attemptReminders = remindersOf(candidate, attempt);
  const others = candidate.emails.filter(
    (email) =>
      email === existing ||
      !(attemptReminders.includes(email) && email.state === 'queued' && email.tries === 0),
  );
  if (!isAhead && wasEverReminded(candidate, attempt))
    return { ...candidate, emails: others.filter((email) => email !== existing) };
  const inFlight = attemptReminders.find((email) => email.state === 'sending');
  const wanted = queuedEmail(
    {
      key,
      kind: 'reminder',
      attempt: refTo(candidate, attempt),
      dueAt: later(later(moment, now), inFlight?.leaseUntil ?? now),
    },
    reminderGraceDays,
  );
  const reminder = { ...wanted, tries: existing?.tries ?? 0 };
  const emails = others.map((email) => (email === existing ? reminder : email));
  return { ...candidate, emails: existing ? emails : [...others, reminder] };
}

/**
 * Whether a reminder may get another moment: one that is queued, unless it is due already, and one
 * whose lease expired without an answer before its moment, which has moved later.
 */
function canMove(reminder: Email, isAhead: boolean, now: Instant): reminder is PendingEmail {
  if (reminder.state === 'sending') return isAhead && reminder.leaseUntil <= now;
  return reminder.state === 'queued' && (isAhead || reminder.dueAt > now);
}

function withEmailNow(
  candidate: Candidate,
  kind: EmailKind,
  attempt: Attempt,
  now: Instant,
): Candidate {
  const ref = refTo(candidate, attempt);
  const key = `${kind}-${ref.application}-${ref.number}-${attempt.date}`;
  const existing = candidate.emails.find((email) => email.key === key);
  const wasSent = candidate.emails.some(
    (other) =>
      other.tries > 0 &&
      (other === existing ||
        (isAbout(other, kind, ref) && now <= addDays24h(other.dueAt, repeatWindowDays))),
  );
  if (
    wasSent ||
    candidate.dropped?.sentKeys.includes(key) ||
    hasReachedWeeklyLimit(candidate.emails, kind, now)
  )
    return candidate;
  const email = queuedEmail({ key, kind, attempt: ref, dueAt: now }, otherGraceDays);
  const others = candidate.emails.filter(
    (other) => other !== existing && !(other.state === 'queued' && isAbout(other, kind, ref)),
  );
  return { ...candidate, emails: [...others, email] };
}
