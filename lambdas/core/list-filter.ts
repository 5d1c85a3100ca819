import type { Candidate, Flag } from './candidate.ts';
import type { Exam } from './exam.ts';
import { flagsOf } from './flags.ts';
import { searchFor } from './search.ts';
import { hasLapsed, type Status, statuses, statusOf } from './status.ts';
import type { Instant } from './time.ts';

export type ListFilter = {
  /** Words, each of them part of the name or the address. */
  q?: string | undefined;
  status?: Status | undefined;
  /** `any` matches every candidate with a flag. */
  flag?: Flag | 'any' | undefined;
  emailState?: Candidate['emailState'] | undefined;
  /** Empty or null matches those without a cohort. */
  cohort?: string | null | undefined;
};

export type ListEntry = {
  name: string;
  email: string;
  status: Status;
  flags: readonly string[];
  emailState: string;
  cohort?: string | undefined;
};

export type ListPage = {
  candidates: Candidate[];
  next: string | undefined;
  /** The number of matches on all pages, null above `maxTotal`; only if it was asked for. */
  total?: number | null;
};

export const maxTotal = 1000;

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
  for (const row of largestFirst.splice(maxCohorts)) for (const status of statuses) rest[status] += row[status];
  const byName = largestFirst.sort((one, other) => (one.cohort ?? '').localeCompare(other.cohort ?? ''));
  return { countedAt, all, cohorts: [...byName, ...[without, rest].filter((row) => sizeOf(row) > 0)] };
}

function zeroCounts(): Counts {
  return { waiting: 0, 'can-retake': 0, 'attempts-used': 0, passed: 0, 'no-attempt': 0, unconfirmed: 0 };
}

function sizeOf(counts: Counts): number {
  return statuses.reduce((sum, status) => sum + counts[status], 0);
}

/** Whether a filter matches. A tolerant search allows for a typing mistake; it is for when nobody matches exactly. */
export function matcherFor(filter: ListFilter): (entry: ListEntry, isTolerant: boolean) => boolean {
  const { q = '', status, flag, emailState, cohort } = filter;
  const isFound = searchFor(q);
  const wantedCohort = cohortKey(cohort ?? '');
  return (entry, isTolerant) =>
    (status === undefined || entry.status === status) &&
    (emailState === undefined || entry.emailState === emailState) &&
    (cohort === undefined || cohortKey(entry.cohort ?? '') === wantedCohort) &&
    (flag === undefined || (flag === 'any' ? entry.flags.length > 0 : entry.flags.includes(flag))) &&
    isFound(`${entry.name} ${entry.email}`, isTolerant);
}

export function matches(
  candidate: Candidate,
  filter: ListFilter,
  exam: Exam,
  now: Instant,
  isTolerant = false,
): boolean {
  if (hasLapsed(candidate, now)) return false;
  const status = statusOf(candidate, exam, now);
  const flags = flagsOf(candidate, exam, now);
  return matcherFor(filter)({ ...candidate, status, flags }, isTolerant);
}
