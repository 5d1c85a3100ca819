import { indexKeys, statusRange } from '../../lambdas/adapters/dynamodb/index-keys.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { type Counts, type ListFilter, matches } from '../../lambdas/core/list-filter.ts';
import { statuses } from '../../lambdas/core/status.ts';
import type { Instant } from '../../lambdas/core/time.ts';
import type { CandidateLists, StoredRecord } from '../../lambdas/services/ports.ts';
import { rules } from './builders.ts';

/** The staff's lists over a store in memory, in the order of the real ones. */
export function memoryLists(store: { all: () => StoredRecord[] }): CandidateLists {
  const { exam } = rules;
  const keyOf = (candidate: Candidate, { flag }: ListFilter): string => {
    const { statusKey, flaggedSince = '' } = { flaggedSince: '', ...indexKeys(candidate, exam) };
    return flag === undefined ? statusKey : flaggedSince;
  };
  const found = (filter: ListFilter, now: Instant) => {
    const isForward = filter.flag !== undefined || statusRange(filter.status, now).soonestFirst;
    const order = isForward ? 1 : -1;
    return store
      .all()
      .filter((record): record is Candidate => record.type === 'candidate')
      .filter((candidate) => matches(candidate, filter, exam, now))
      .map((candidate) => ({ candidate, key: keyOf(candidate, filter), order }))
      .sort((one, other) => (one.key < other.key ? -order : order));
  };
  const countsOf = (filter: ListFilter, now: Instant) =>
    Object.fromEntries(
      statuses.map((status) => [status, found({ ...filter, status }, now).length]),
    ) as Counts;

  return {
    async page(filter, { limit, after, now }) {
      const rows = found(filter, now).filter(
        ({ key, order }) => !after || (order > 0 ? key > after : key < after),
      );
      const next = rows.length > limit ? rows[limit - 1]?.key : undefined;
      return { candidates: rows.slice(0, limit).map(({ candidate }) => candidate), next };
    },
    async summary(now) {
      const cohorts = new Set(found({}, now).flatMap(({ candidate }) => candidate.cohort ?? []));
      return {
        countedAt: now,
        all: countsOf({}, now),
        cohorts: [...cohorts].sort().map((cohort) => ({ cohort, ...countsOf({ cohort }, now) })),
      };
    },
  };
}
