import { indexKeys, statusRange } from '../../lambdas/adapters/dynamodb/index-keys.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { type ListFilter, matches, summaryOf } from '../../lambdas/core/list-filter.ts';
import { statusOf } from '../../lambdas/core/status.ts';
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
  return {
    async page(filter, { limit, after, now }) {
      const rows = found(filter, now).filter(
        ({ key, order }) => !after || (order > 0 ? key > after : key < after),
      );
      const next = rows.length > limit ? rows[limit - 1]?.key : undefined;
      return { candidates: rows.slice(0, limit).map(({ candidate }) => candidate), next };
    },
    async summary(now) {
      const entries = found({}, now).map(({ candidate }) => ({
        status: statusOf(candidate, exam, now),
        cohort: candidate.cohort,
      }));
      return summaryOf(entries, now);
    },
  };
}
