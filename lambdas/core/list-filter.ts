import type { Candidate, Flag } from './candidate.ts';
import type { Exam } from './exam.ts';
import { flagsOf } from './flags.ts';
import { hasLapsed, type Status, statusOf } from './status.ts';
import type { Instant } from './time.ts';

/** Which candidates a list shows; the flag `any` matches every candidate with a flag. */
export type ListFilter = {
  status?: Status | undefined;
  flag?: Flag | 'any' | undefined;
  cohort?: string | undefined;
};

export type ListPage = {
  candidates: Candidate[];
  /** Where the next page starts; undefined on the last page. */
  next: string | undefined;
};

/** The number of candidates with each status. */
export type Counts = Record<Status, number>;

export type Summary = {
  countedAt: Instant;
  all: Counts;
  cohorts: (Counts & { cohort: string })[];
};

export function matches(
  candidate: Candidate,
  { status, flag, cohort }: ListFilter,
  exam: Exam,
  now: Instant,
): boolean {
  if (hasLapsed(candidate, now)) return false;
  const flags = flagsOf(candidate, exam);
  return (
    (status === undefined || statusOf(candidate, exam, now) === status) &&
    (cohort === undefined || candidate.cohort === cohort) &&
    (flag === undefined || (flag === 'any' ? flags.length > 0 : flags.includes(flag)))
  );
}
