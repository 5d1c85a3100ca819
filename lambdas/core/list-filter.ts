import type { Candidate, Flag } from './candidate.ts';
import type { Exam } from './exam.ts';
import { flagsOf } from './flags.ts';
import { hasLapsed, type Status, statuses, statusOf } from './status.ts';
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
type Counts = Record<Status, number>;

export type Summary = {
  countedAt: Instant;
  all: Counts;
  /** The largest cohorts by name, then those without one, then all other cohorts as `rest`. */
  cohorts: CohortRow[];
};

type CohortRow = Counts & { cohort: string | null; rest: boolean };

const maxCohorts = 50;

/** The same for all spellings of one cohort. */
export function cohortKey(cohort: string): string {
  return cohort.replaceAll(/\s+/g, ' ').toLowerCase();
}

/** Counts who stands where. However many cohorts people make up, the summary stays small. */
export function summaryOf(
  entries: readonly { status: Status; cohort?: string | undefined }[],
  countedAt: Instant,
): Summary {
  const all = zeroCounts();
  const without: CohortRow = { cohort: null, rest: false, ...zeroCounts() };
  const rest: CohortRow = { cohort: null, rest: true, ...zeroCounts() };
  const rows = new Map<string, CohortRow>();
  for (const { status, cohort } of entries) {
    const key = cohort && cohortKey(cohort);
    const fresh = { cohort: cohort ?? null, rest: false, ...zeroCounts() };
    const row = key ? (rows.get(key) ?? fresh) : without;
    if (key) rows.set(key, row);
    row[status] += 1;
    all[status] += 1;
  }
  const largestFirst = [...rows.values()].sort((one, other) => sizeOf(other) - sizeOf(one));
  for (const row of largestFirst.splice(maxCohorts))
    for (const status of statuses) rest[status] += row[status];
  const byName = largestFirst.sort((one, other) =>
    (one.cohort ?? '').localeCompare(other.cohort ?? ''),
  );
  return {
    countedAt,
    all,
    cohorts: [...byName, ...[without, rest].filter((row) => sizeOf(row) > 0)],
  };
}

function zeroCounts(): Counts {
  return {
    waiting: 0,
    'can-retake': 0,
    'attempts-used': 0,
    passed: 0,
    'no-attempt': 0,
    unconfirmed: 0,
  };
}

function sizeOf(counts: Counts): number {
  return statuses.reduce((sum, status) => sum + counts[status], 0);
}

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
    (cohort === undefined || cohortKey(candidate.cohort ?? '') === cohortKey(cohort)) &&
    (flag === undefined || (flag === 'any' ? flags.length > 0 : flags.includes(flag)))
  );
}
