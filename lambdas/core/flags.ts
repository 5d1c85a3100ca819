import { type Attempt, type Candidate, type Flag, flags, type RaisedFlag } from './candidate.ts';
import { wasResent } from './email.ts';
import type { Exam } from './exam.ts';
import { isLast } from './status.ts';
import type { Instant } from './time.ts';

export function isFlag(name: string): name is Flag {
  return flags.some((flag) => flag === name);
}

/** Each with its oldest unacknowledged cause; `not-confirmed` even before its moment, for the index to hold. */
export function raisedFlags(candidate: Candidate, exam: Exam): RaisedFlag[] {
  const oldestFirst = unacknowledged(candidate, exam).sort((one, other) => (one.since < other.since ? -1 : 1));
  return flags.flatMap((flag) => oldestFirst.find((cause) => cause.flag === flag) ?? []);
}

export function flagsOf(candidate: Candidate, exam: Exam, now: Instant): Flag[] {
  return raisedFlags(candidate, exam)
    .filter(({ since }) => since <= now)
    .map(({ flag }) => flag);
}

export function unacknowledged(candidate: Candidate, exam: Exam): RaisedFlag[] {
  return causesOfFlags(candidate, exam).filter(
    ({ flag, since }) => !candidate.acknowledged.some((one) => one.flag === flag && one.since === since),
  );
}

/** The last attempts of the applications that are used up, also earlier ones, since the candidate last passed. */
export function lastAttempts({ applications }: Candidate, exam: Exam): Attempt[] {
  const passed = applications.findLastIndex(({ passedAt }) => passedAt !== undefined);
  return applications.slice(passed + 1).flatMap(({ attempts }) => attempts.filter((attempt) => isLast(attempt, exam)));
}

function causesOfFlags(candidate: Candidate, exam: Exam): RaisedFlag[] {
  const { bouncedAt, complainedAt, enrollment, emails, refusedAttempt } = candidate;
  const causes: RaisedFlag[] = lastAttempts(candidate, exam).map(({ recordedAt: since }) => ({
    flag: 'third-attempt-used',
    since,
  }));
  if (bouncedAt !== undefined) causes.push({ flag: 'email-bounced', since: bouncedAt });
  if (complainedAt !== undefined) causes.push({ flag: 'email-complained', since: complainedAt });
  if (enrollment?.linkFailedAt !== undefined) causes.push({ flag: 'email-failed', since: enrollment.linkFailedAt });
  if (enrollment) causes.push({ flag: 'not-confirmed', since: enrollment.expiresAt });
  if (refusedAttempt) causes.push({ flag: 'attempt-refused', since: refusedAttempt.at });
  for (const email of emails)
    if (email.state === 'failed' && !wasResent(emails, email)) causes.push({ flag: 'email-failed', since: email.at });
  return causes;
}
