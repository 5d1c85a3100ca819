import type { Attempt, Candidate } from './candidate.ts';
import type { AttemptRef, Email, EmailKind } from './email.ts';
import type { Exam } from './exam.ts';
import type { Rules } from './rules.ts';
import { attemptsUsed, latestAttempt, retakeDate } from './status.ts';
import { type Instant, momentAt } from './time.ts';

/**
 * Whether the reminder's moment has moved later since it was queued, such as when the candidate
 * moves west.
 */
export function isTooEarly(
  candidate: Candidate,
  { key }: Email,
  rules: Rules,
  now: Instant,
): boolean {
  const moment = reminderMoment(candidate, rules);
  return key === reminderKey(candidate, rules.exam) && moment !== undefined && moment > now;
}

/** Whether another reminder for the same attempt went out at or after this one's moment. */
export function wasReminded(candidate: Candidate, rules: Rules, reminder: Email): boolean {
  const attempt = latestAttempt(candidate);
  const moment = reminderMoment(candidate, rules);
  if (attempt === undefined || moment === undefined) return false;
  return remindersOf(candidate, attempt).some(
    (email) => email.key !== reminder.key && email.state === 'sent' && email.at >= moment,
  );
}

export function remindersOf(candidate: Candidate, attempt: Attempt): Email[] {
  return candidate.emails.filter((email) => isAbout(email, 'reminder', refTo(candidate, attempt)));
}

export function isAbout({ kind, attempt }: Email, ofKind: EmailKind, ref: AttemptRef): boolean {
  return (
    kind === ofKind && attempt?.application === ref.application && attempt.number === ref.number
  );
}

export function refTo(candidate: Candidate, { number, recordedAt }: Attempt): AttemptRef {
  return { application: candidate.applications.length, number, recordedAt };
}

export function reminderMoment(
  candidate: Candidate,
  { exam, sendHour }: Rules,
): Instant | undefined {
  const date = retakeDate(candidate, exam);
  return date === undefined ? undefined : momentAt(date, sendHour, candidate.timeZone);
}

export function reminderIsDue(candidate: Candidate, rules: Rules, now: Instant): boolean {
  const moment = reminderMoment(candidate, rules);
  return moment !== undefined && moment <= now;
}

/** Includes the date, so that a corrected date gets an email of its own. */
export function reminderKey(candidate: Candidate, exam: Exam): string | undefined {
  const date = retakeDate(candidate, exam);
  return date && `reminder-${candidate.applications.length}-${attemptsUsed(candidate)}-${date}`;
}
