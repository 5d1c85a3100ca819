import {
  type Attempt,
  attemptsUsed,
  type Candidate,
  hasPassed,
  isLast,
  latestAttempt,
  retakeDate,
} from './candidate.ts';
import type { Exam } from './exam.ts';
import {
  type Email,
  type EmailKind,
  queuedAgain,
  queuedEmail,
  type SkipReason,
} from './mail-queue.ts';
import { type Instant, later, momentAt } from './time.ts';

/** What the rules depend on: the exam's numbers, and the hour (0 to 23, in the candidate's zone) at which reminders go out. */
export type Rules = { exam: Exam; sendHour: number };

const reminderGraceDays = 14;
const otherGraceDays = 7;

/** Queues what a newly recorded attempt calls for: one email at once, never two, and the reminder. */
export function withEmailsForAttempt(candidate: Candidate, rules: Rules, now: Instant): Candidate {
  const attempt = latestAttempt(candidate);
  if (attempt === undefined) return candidate;
  const atOnce: EmailKind[] = isLast(attempt, rules.exam)
    ? ['attempts-used', 'staff-notice']
    : reminderIsDue(candidate, rules, now)
      ? []
      : ['study-plan'];
  const told = atOnce.reduce((soFar, kind) => withEmailNow(soFar, kind, attempt, now), candidate);
  return withPlan(told, rules, now);
}

/**
 * The candidate with the emails that its state calls for: the reminder stands at its moment, and
 * what was skipped for a reason that no longer holds is queued again, as long as it is not too late.
 */
export function withPlan(candidate: Candidate, rules: Rules, now: Instant): Candidate {
  const planned = withReminder(candidate, rules, now);
  const emails = planned.emails.map((email) =>
    email.state === 'skipped' &&
    email.tries === 0 &&
    reasonToSkip(planned, email, rules, now) === undefined
      ? queuedAgain(email)
      : email,
  );
  return { ...planned, emails };
}

/** Why this email must not be sent now; undefined where it may. */
export function reasonToSkip(
  candidate: Candidate,
  email: Email,
  rules: Rules,
  now: Instant,
): SkipReason | undefined {
  if (now > email.notAfter) return 'too-late';
  if (email.kind !== 'staff-notice' && candidate.emailState !== 'active')
    return candidate.emailState;
  const { application, number } = email.attempt ?? { application: 0, number: 0 };
  if (application < candidate.applications.length) return 'new-application';
  if (application > candidate.applications.length) return 'attempt-taken-back';
  if (hasPassed(candidate)) return 'passed';
  const attempt = latestAttempt(candidate);
  if (attempt === undefined || attempt.number < number) return 'attempt-taken-back';
  if (attempt.number > number) return 'newer-attempt';
  if (email.kind === 'reminder' && email.key !== reminderKey(candidate, rules.exam))
    return 'date-corrected';
  if (email.kind === 'study-plan' && reminderIsDue(candidate, rules, now)) return 'reminder-due';
  return undefined;
}

function withReminder(candidate: Candidate, rules: Rules, now: Instant): Candidate {
  const attempt = latestAttempt(candidate);
  const moment = reminderMoment(candidate, rules);
  const key = reminderKey(candidate, rules.exam);
  if (attempt === undefined || moment === undefined || key === undefined) return candidate;

  const lies = moment > now ? 'ahead' : 'behind';
  const stands = candidate.emails.find((email) => email.key === key);
  if (stands && (stands.state !== 'queued' || (lies === 'behind' && stands.dueAt <= now)))
    return candidate;

  const ofThisAttempt = candidate.emails.filter(
    (email) =>
      email.kind === 'reminder' &&
      email.attempt?.application === candidate.applications.length &&
      email.attempt.number === attempt.number,
  );
  const others = candidate.emails.filter(
    (email) => !(ofThisAttempt.includes(email) && email.state === 'queued'),
  );
  const hadOne = ofThisAttempt.some((email) => email.state !== 'queued');
  if (hadOne && lies === 'behind') return { ...candidate, emails: others };
  const wanted = queuedEmail(
    {
      key,
      kind: 'reminder',
      attempt: { application: candidate.applications.length, number: attempt.number },
      dueAt: later(moment, now),
    },
    reminderGraceDays,
  );
  return { ...candidate, emails: [...others, wanted] };
}

function reminderMoment(candidate: Candidate, { exam, sendHour }: Rules): Instant | undefined {
  const date = retakeDate(candidate, exam);
  return date === undefined ? undefined : momentAt(date, sendHour, candidate.timeZone);
}

function reminderIsDue(candidate: Candidate, rules: Rules, now: Instant): boolean {
  const moment = reminderMoment(candidate, rules);
  return moment !== undefined && moment <= now;
}

/** Names the date, so that a corrected date calls for an email of its own. */
function reminderKey(candidate: Candidate, exam: Exam): string | undefined {
  const date = retakeDate(candidate, exam);
  return date && `reminder-${candidate.applications.length}-${attemptsUsed(candidate)}-${date}`;
}

function withEmailNow(
  candidate: Candidate,
  kind: EmailKind,
  attempt: Attempt,
  now: Instant,
): Candidate {
  const application = candidate.applications.length;
  const key = `${kind}-${application}-${attempt.number}-${attempt.date}`;
  if (candidate.emails.some((email) => email.key === key)) return candidate;
  const email = queuedEmail(
    { key, kind, attempt: { application, number: attempt.number }, dueAt: now },
    otherGraceDays,
  );
  return { ...candidate, emails: [...candidate.emails, email] };
}
