import * as z from 'zod/mini';
import { emailSchema, wasResent } from './email.ts';
import { type Exam, memberships } from './exam.ts';
import { type CalendarDate, dateIn, daysAfter, type Instant } from './time.ts';

const attemptSchema = z.object({
  number: z.int(),
  date: z.string(),
  lowestAreas: z.array(z.string()),
  recordedAt: z.string(),
});
export type Attempt = z.infer<typeof attemptSchema>;

const applicationSchema = z.object({
  startedAt: z.string(),
  attempts: z.array(attemptSchema),
  passedAt: z.optional(z.string()),
});
export type Application = z.infer<typeof applicationSchema>;

export const emailStates = ['active', 'unsubscribed', 'bounced', 'complained'] as const;

export const flags = [
  'third-attempt-used',
  'email-bounced',
  'email-complained',
  'email-failed',
] as const;
export type Flag = (typeof flags)[number];

const raisedFlagSchema = z.object({ flag: z.enum(flags), since: z.string() });
/** Something that staff should look at, and the moment it came up. */
export type RaisedFlag = z.infer<typeof raisedFlagSchema>;

const historyActions = [
  'enrolled',
  'attempt-recorded',
  'date-corrected',
  'passed-recorded',
  'taken-back',
  'bounce-cleared',
  'sent-again',
  'acknowledged',
] as const;

export const historyEntrySchema = z.object({
  at: z.string(),
  /** A name for readers; it can change. */
  by: z.string(),
  /** The login issuer's own, which does not. */
  byId: z.string(),
  action: z.enum(historyActions),
  /** Which attempt, date, email or flag. */
  about: z.optional(z.string()),
  note: z.optional(z.string()),
});
/** Who of the staff did what, and when. */
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

export const detailsSchema = z.object({
  name: z.string(),
  email: z.string(),
  membership: z.enum(memberships),
  timeZone: z.string(),
  cohort: z.optional(z.string()),
});
/** Who a candidate is and where to write to. */
export type Details = z.infer<typeof detailsSchema>;

export const candidateSchema = z.object({
  type: z.literal('candidate'),
  id: z.string(),
  /** Writes so far; 0 until first stored. */
  version: z.int(),
  createdAt: z.string(),
  /** The last deed of the candidate, or of staff for them. */
  activeAt: z.string(),
  ...detailsSchema.shape,
  emailState: z.enum(emailStates),
  /** When the address was found dead; until a sign-up is confirmed from it. */
  bouncedAt: z.optional(z.string()),
  complainedAt: z.optional(z.string()),
  /** What staff enrolled the candidate with, until the candidate confirms; forgotten at `expiresAt`. */
  enrolment: z.optional(
    z.object({
      signUpId: z.string(),
      expiresAt: z.string(),
      linkFailedAt: z.optional(z.string()),
    }),
  ),
  /** The last one is the current one. */
  applications: z.array(applicationSchema).check(z.minLength(1)),
  emails: z.array(emailSchema),
  /** What a confirmed sign-up asked for and the rules refused, until the next deed about an attempt. */
  refusedAttempt: z.optional(
    z.object({ number: z.int(), date: z.string(), fieldErrors: z.record(z.string(), z.string()) }),
  ),
  acknowledged: z.array(raisedFlagSchema),
  history: z.array(historyEntrySchema),
});
/** All that is known of one person. */
export type Candidate = z.infer<typeof candidateSchema>;

const confirmedStatuses = ['waiting', 'can-retake', 'attempts-used', 'passed'] as const;
/** Where somebody stands who confirmed their address. */
export type ConfirmedStatus = (typeof confirmedStatuses)[number];

export const statuses = [...confirmedStatuses, 'unconfirmed'] as const;
export type Status = (typeof statuses)[number];

export function newCandidate(id: string, details: Details, now: Instant): Candidate {
  return {
    type: 'candidate',
    id,
    version: 0,
    createdAt: now,
    activeAt: now,
    ...details,
    emailState: 'active',
    applications: [{ startedAt: now, attempts: [] }],
    emails: [],
    acknowledged: [],
    history: [],
  };
}

/** A candidate anew in the place of one whose enrolment has lapsed: of that one only a complaint stays. */
export function inPlaceOf(
  { id, version, createdAt, emailState, complainedAt }: Candidate,
  details: Details,
  now: Instant,
): Candidate {
  const anew = { ...newCandidate(id, details, now), version, createdAt };
  return emailState === 'complained' ? { ...anew, emailState, complainedAt } : anew;
}

export function currentApplication(candidate: Candidate): Application {
  const current = candidate.applications.at(-1);
  if (current === undefined) throw new Error('A candidate has at least one application.');
  return current;
}

/** The last attempt on the current application. */
export function latestAttempt(candidate: Candidate): Attempt | undefined {
  return currentApplication(candidate).attempts.at(-1);
}

/** Every attempt, on earlier applications too, the oldest first. */
export function allAttempts(candidate: Candidate): Attempt[] {
  return candidate.applications.flatMap(({ attempts }) => attempts);
}

/** The highest attempt number on the current application; 0 where it has none. */
export function attemptsUsed(candidate: Candidate): number {
  return latestAttempt(candidate)?.number ?? 0;
}

/**
 * The first day on which the next attempt is allowed: the attempt's day plus the exam's wait in
 * calendar days (certilyst.com, "What happens if you fail the CMA exam?": at least 30 days).
 */
export function firstDateAfter(attempt: Pick<Attempt, 'date'>, exam: Exam): CalendarDate {
  return daysAfter(attempt.date, exam.waitDays);
}

/**
 * The day from which the candidate may retake, or undefined where there is no such day: passed, no
 * attempt on this application yet, or all of them used.
 */
export function retakeDate(candidate: Candidate, exam: Exam): CalendarDate | undefined {
  const attempt = latestAttempt(candidate);
  if (attempt === undefined || hasPassed(candidate) || isLast(attempt, exam)) return undefined;
  return firstDateAfter(attempt, exam);
}

/**
 * The first day for an attempt on an application that has none yet, where the last attempt on an
 * earlier one still asks for the exam's wait; undefined where no such wait is left.
 */
export function waitOfEarlierApplication(
  candidate: Candidate,
  exam: Exam,
  now: Instant,
): CalendarDate | undefined {
  const last = allAttempts(candidate).at(-1);
  if (last === undefined || latestAttempt(candidate) !== undefined) return undefined;
  const first = firstDateAfter(last, exam);
  return dateIn(candidate.timeZone, now) < first ? first : undefined;
}

export function hasPassed(candidate: Candidate): boolean {
  return currentApplication(candidate).passedAt !== undefined;
}

/** Whether the application allows no attempt after this one. */
export function isLast(attempt: Pick<Attempt, 'number'>, exam: Exam): boolean {
  return attempt.number >= exam.attemptsPerApplication;
}

/** Where the candidate stands at that moment; a retake date begins at 00:00 in the candidate's zone. */
export function confirmedStatusOf(candidate: Candidate, exam: Exam, now: Instant): ConfirmedStatus {
  if (hasPassed(candidate)) return 'passed';
  const attempt = latestAttempt(candidate);
  if (attempt === undefined) return 'can-retake';
  if (isLast(attempt, exam)) return 'attempts-used';
  return dateIn(candidate.timeZone, now) < firstDateAfter(attempt, exam) ? 'waiting' : 'can-retake';
}

/** As `standingOf`, and `unconfirmed` for whom staff enrolled and who did not confirm yet. */
export function statusOf(candidate: Candidate, exam: Exam, now: Instant): Status {
  return candidate.enrolment ? 'unconfirmed' : confirmedStatusOf(candidate, exam, now);
}

/** Whether the enrolment ran out before it was confirmed: nothing of it may be shown or used any more. */
export function hasLapsed({ enrolment }: Candidate, now: Instant): boolean {
  return enrolment !== undefined && now >= enrolment.expiresAt;
}

/** An attempt with the number of its application, counted from one. */
export function numberedAttempts({
  applications,
}: Candidate): (Attempt & { application: number })[] {
  return applications.flatMap(({ attempts }, index) =>
    attempts.map((attempt) => ({ application: index + 1, ...attempt })),
  );
}

/** Whether somebody wrote the name of a flag. */
export function isFlag(name: string): name is Flag {
  return flags.some((flag) => flag === name);
}

/** What staff should look at, each flag with the longest waiting of its causes. */
export function raisedFlags(candidate: Candidate, exam: Exam): RaisedFlag[] {
  const open = unacknowledged(candidate, exam);
  return flags.flatMap((flag) => {
    const [since] = open
      .filter((cause) => cause.flag === flag)
      .map((cause) => cause.since)
      .sort();
    return since === undefined ? [] : [{ flag, since }];
  });
}

/** What staff should look at. */
export function flagsOf(candidate: Candidate, exam: Exam): Flag[] {
  return raisedFlags(candidate, exam).map(({ flag }) => flag);
}

/** Every cause of a flag that no staff member has acknowledged. */
export function unacknowledged(candidate: Candidate, exam: Exam): RaisedFlag[] {
  return causesOfFlags(candidate, exam).filter(
    ({ flag, since }) =>
      !candidate.acknowledged.some((one) => one.flag === flag && one.since === since),
  );
}

function causesOfFlags(candidate: Candidate, exam: Exam): RaisedFlag[] {
  const { bouncedAt, complainedAt, enrolment, emails } = candidate;
  const attempt = latestAttempt(candidate);
  const causes: RaisedFlag[] = [];
  if (attempt && isLast(attempt, exam) && !hasPassed(candidate))
    causes.push({ flag: 'third-attempt-used', since: attempt.recordedAt });
  if (bouncedAt !== undefined) causes.push({ flag: 'email-bounced', since: bouncedAt });
  if (complainedAt !== undefined) causes.push({ flag: 'email-complained', since: complainedAt });
  if (enrolment?.linkFailedAt !== undefined)
    causes.push({ flag: 'email-failed', since: enrolment.linkFailedAt });
  for (const email of emails)
    if (email.state === 'failed' && !wasResent(emails, email))
      causes.push({ flag: 'email-failed', since: email.at });
  return causes;
}
