import { endOf, indexKeys, statusRange } from '../../lambdas/adapters/dynamodb/index-keys.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { type ListFilter, matches, maxTotal, summaryOf } from '../../lambdas/core/list-filter.ts';
import { statusOf } from '../../lambdas/core/status.ts';
import type { Instant } from '../../lambdas/core/time.ts';
import type { CandidateLists, StoredRecord } from '../../lambdas/services/ports.ts';
import { rules } from './builders.ts';

const { exam } = rules;

/** The staff lists over a store in memory, in the order of the real ones. */
export function memoryLists(store: { all: () => StoredRecord[] }): CandidateLists {
  const candidates = () => store.all().filter((record) => record.type === 'candidate');
  const found = (filter: ListFilter, now: Instant, isNear: boolean) => {
    const order = isForward(filter, now) ? 1 : -1;
    return candidates()
      .filter((candidate) => matches(candidate, filter, exam, now, isNear))
      .map((candidate) => ({ candidate, key: keyIn(candidate, filter), isNear, order }))
      .sort((one, other) => (one.key < other.key ? -order : order));
  };
  return {
    async page(filter, { limit, after = '', now, withTotal = false }) {
      const exact = found(filter, now, false);
      const near = exact.length === 0 ? found(filter, now, true) : [];
      const all = after.startsWith(' ') ? found(filter, now, true) : after ? exact : [...exact, ...near];
      const from = after.trimStart();
      const rows = all.filter(({ key, order }) => !from || (order > 0 ? key > from : key < from));
      const last = rows[limit - 1];
      return {
        candidates: rows.slice(0, limit).map(({ candidate }) => candidate),
        next: last && rows.length > limit ? (last.isNear ? ' ' : '') + last.key : undefined,
        ...(withTotal && { total: all.length > maxTotal ? null : all.length }),
      };
    },
    async summary(now) {
      const entries = found({}, now, false).map(({ candidate }) => ({
        status: statusOf(candidate, exam, now),
        cohort: candidate.cohort,
      }));
      return summaryOf(entries, now);
    },
  };
}

function isForward({ flag, status }: ListFilter, now: Instant): boolean {
  if (flag !== undefined) return false;
  return status === undefined || statusRange(status, now).isForward;
}

function keyIn(candidate: Candidate, { flag, status }: ListFilter): string {
  const { statusKey, nameKey, ...keys } = indexKeys(candidate, exam);
  if (flag !== undefined && 'flags' in keys)
    return flag === 'any' ? (keys.flaggedSince ?? '') : `${keys.flags?.[flag]}#${endOf(candidate.id)}`;
  return status === undefined ? nameKey : statusKey;
}
