import type { Application, Attempt, Candidate } from './candidate.ts';
import type { Exam } from './exam.ts';
import { addDays24h, type CalendarDate, dateIn, daysAfter, type Instant } from './time.ts';

/** How many days an unconfirmed enrollment is kept after its link expires. */
export const daysKeptUnconfirmed = 30;

const confirmedStatuses = ['waiting', 'can-retake', 'attempts-used', 'passed', 'no-attempt'] as const;
export type ConfirmedStatus = (typeof confirmedStatuses)[number];

export const statuses = [...confirmedStatuses, 'unconfirmed'] as const;
export type Status = (typeof statuses)[number];

export function currentApplication(candidate: Candidate): Application {
  const current = candidate.applications.at(-1);
  if (current === undefined) throw new Error('A candidate has at least one application.');
  return current;
}

export function withCurrentApplication(candidate: Candidate, change: Partial<Application>): Candidate {
  const application = { ...currentApplication(candidate), ...change };
  return { ...candidate, applications: [...candidate.applications.slice(0, -1), application] };
}

export function latestAttempt(candidate: Candidate): Attempt | undefined {
  return currentApplication(candidate).attempts.at(-1);
}

export function allAttempts(candidate: Candidate): Attempt[] {
  return candidate.applications.flatMap(({ attempts }) => attempts);
}

/** The highest attempt number on the current application; 0 if it has none. */
export function attemptsUsed(candidate: Candidate): number {
  return latestAttempt(candidate)?.number ?? 0;
}

/** The wait is in calendar days (certilyst.com, "What happens if you fail the CMA exam?": at least 30 days). */
export function firstDateAfter(attempt: Pick<Attempt, 'date'>, exam: Exam): CalendarDate {
  return daysAfter(attempt.date, exam.waitDays);
}

/** After the latest attempt, on an earlier application too; undefined without one, after a pass or the last one. */
export function retakeDate(candidate: Candidate, exam: Exam): CalendarDate | undefined {
  const onThisApplication = latestAttempt(candidate);
  const attempt = onThisApplication ?? allAttempts(candidate).at(-1);
  if (attempt === undefined || hasPassed(candidate)) return undefined;
  return onThisApplication && isLast(onThisApplication, exam) ? undefined : firstDateAfter(attempt, exam);
}

export function hasPassed(candidate: Candidate): boolean {
  return currentApplication(candidate).passedAt !== undefined;
}

export function isLast(attempt: Pick<Attempt, 'number'>, exam: Exam): boolean {
  return attempt.number >= exam.attemptsPerApplication;
}

/** The candidate's status at that moment; a retake date starts at midnight in the candidate's time zone. */
export function confirmedStatusOf(candidate: Candidate, exam: Exam, now: Instant): ConfirmedStatus {
  if (hasPassed(candidate)) return 'passed';
  const date = retakeDate(candidate, exam);
  if (date === undefined) return latestAttempt(candidate) ? 'attempts-used' : 'no-attempt';
  return dateIn(candidate.timeZone, now) < date ? 'waiting' : 'can-retake';
}

/** Like `confirmedStatusOf`, but `unconfirmed` for candidates enrolled by staff who haven't confirmed yet. */
export function statusOf(candidate: Candidate, exam: Exam, now: Instant): Status {
  return candidate.enrollment ? 'unconfirmed' : confirmedStatusOf(candidate, exam, now);
}

export function goneAt({ expiresAt }: { expiresAt: Instant }): Instant {
  return addDays24h(expiresAt, daysKeptUnconfirmed);
}

/** Whether the enrollment was not confirmed in time; the candidate must no longer be shown or used. */
export function hasLapsed({ enrollment }: Candidate, now: Instant): boolean {
  return enrollment !== undefined && now >= goneAt(enrollment);
}

export function numberedAttempts({ applications }: Candidate): (Attempt & { application: number })[] {
  return applications.flatMap(({ attempts }, index) =>
    attempts.map((attempt) => ({ application: index + 1, ...attempt })),
  );
}
