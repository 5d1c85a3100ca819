import { flagsOf } from '../../lambdas/core/candidate.ts';
import { nextDue } from '../../lambdas/core/email.ts';
import { cmaAama } from '../../lambdas/core/exams/cma-aama.ts';
import type { RecordRef, Store, StoredRecord } from '../../lambdas/services/update.ts';

/** A store in memory; passes the same contract suite as the real one. */
export function memoryStore(): Store {
  const records = new Map<string, StoredRecord>();
  const keyOf = ({ type, id }: RecordRef) => `${type}#${id}`;

  return {
    async candidate(id) {
      const record = records.get(keyOf({ type: 'candidate', id }));
      return record?.type === 'candidate' ? structuredClone(record) : undefined;
    },
    async signUp(id) {
      const record = records.get(keyOf({ type: 'sign-up', id }));
      return record?.type === 'sign-up' ? structuredClone(record) : undefined;
    },
    async save(record) {
      const stored = records.get(keyOf(record));
      const asRead =
        record.version === 0
          ? stored === undefined
          : stored?.version === record.version && stored.createdAt === record.createdAt;
      if (!asRead) return false;
      records.set(keyOf(record), structuredClone({ ...record, version: record.version + 1 }));
      return true;
    },
    async remove(ref) {
      records.delete(keyOf(ref));
    },
    async removeUnchanged(record) {
      const stored = records.get(keyOf(record));
      const asRead = stored?.version === record.version && stored.createdAt === record.createdAt;
      return asRead && records.delete(keyOf(record));
    },
    async *due(by) {
      const waiting = [...records.values()].flatMap(({ type, id, emails }) => {
        const dueAt = nextDue(emails);
        return dueAt !== undefined && dueAt <= by ? [{ type, id, dueAt }] : [];
      });
      waiting.sort((one, other) => one.dueAt.localeCompare(other.dueAt));
      for (const { type, id } of waiting) yield { type, id };
    },
    async countThirdAttemptUsed() {
      return [...records.values()].filter(
        (record) =>
          record.type === 'candidate' && flagsOf(record, cmaAama).includes('third-attempt-used'),
      ).length;
    },
  };
}
