import type { Candidate } from '../../lambdas/core/candidate.ts';
import { nextDueAt } from '../../lambdas/core/email.ts';
import { cmaAama } from '../../lambdas/core/exam-facts/cma-aama.ts';
import { raisedFlags } from '../../lambdas/core/flags.ts';
import type { Records, RecordType, Store, StoredRecord } from '../../lambdas/services/ports.ts';

/** A store in memory; passes the same contract suite as the real one. */
export function memoryStore(): Store & { all: () => StoredRecord[] } {
  const records = new Map<string, StoredRecord>();
  const keyOf = (type: RecordType, id: string) => `${type === 'tombstone' ? 'candidate' : type}#${id}`;
  const isAsRead = ({ type, id, version, createdAt }: StoredRecord) => {
    const stored = records.get(keyOf(type, id));
    return version === 0 ? stored === undefined : stored?.version === version && stored.createdAt === createdAt;
  };

  return {
    all: () => [...records.values()].map((record) => structuredClone(record)),
    async read<Type extends RecordType>(type: Type, id: string) {
      const record = records.get(keyOf(type, id));
      return record?.type === type ? structuredClone(record as Records[Type]) : undefined;
    },
    async save(record) {
      if (!isAsRead(record)) return false;
      const stored = structuredClone({ ...record, version: record.version + 1 });
      records.set(keyOf(record.type, record.id), stored);
      return true;
    },
    async remove(record) {
      return isAsRead(record) && records.delete(keyOf(record.type, record.id));
    },
    async *due(by) {
      const waiting = [...records.values()].flatMap((record) => {
        if (record.type !== 'candidate' && record.type !== 'pending-link') return [];
        const dueAt = nextDueAt(record.emails);
        return dueAt !== undefined && dueAt <= by ? [{ record, dueAt }] : [];
      });
      waiting.sort((one, other) => one.dueAt.localeCompare(other.dueAt));
      for (const { record } of waiting)
        yield { ref: { type: record.type, id: record.id }, record: structuredClone(record) };
    },
    async countFlagged(flag) {
      const candidates = [...records.values()].filter((record): record is Candidate => record.type === 'candidate');
      return candidates.filter((candidate) => raisedFlags(candidate, cmaAama).some((raised) => raised.flag === flag))
        .length;
    },
  };
}
