import type { Attempt, Candidate } from './candidate.ts';
import type { AttemptRef, Email, EmailKind } from './email.ts';
import type { Exam } from './exam.ts';
import type { Rules } from './rules.ts';
import { attemptsUsed, latestAttempt, retakeDate } from './status.ts';
import { addDays24h, type Instant, momentAt } from './time.ts';

/** The most emails of one kind within a week, whatever they are about. */
const maxPerWeek = 3;

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

/** Whether an email went to SES, or was due to, within the last week. */
export function countsForWeeklyLimit({ tries, dueAt }: Email, now: Instant): boolean {
  return tries > 0 && now <= addDays24h(dueAt, 7);
}

/** Prevents a flood of emails from repeated recording and undoing, even across applications. */
export function hasReachedWeeklyLimit(
  emails: readonly Email[],
  kind: EmailKind,
  now: Instant,
): boolean {
  const recent = emails.filter((email) => email.kind === kind && countsForWeeklyLimit(email, now));
  return recent.length >= maxPerWeek;
}

/** Whether a reminder for this attempt went out, whatever its date was then. */
export function wasEverReminded(candidate: Candidate, attempt: Attempt): boolean {
  const { application, number } = refTo(candidate, attempt);
  const prefix = `reminder-${application}-${number}-`;
  return (
    remindersOf(candidate, attempt).some(({ state }) => state === 'sent') ||
    (candidate.dropped?.sentKeys.some((key) => key.startsWith(prefix)) ?? false)
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
