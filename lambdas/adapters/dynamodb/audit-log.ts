import type { Log } from '../../services/send-emails.ts';
import type { Store } from '../../services/update.ts';

/**
 * The store, and a line in the log for each candidate written and each record removed: once a backup
 * is restored, the log alone knows who stopped or erased since.
 */
export function withAuditLog(store: Store, log: Log): Store {
  return {
    ...store,
    async save(record, options) {
      const saved = await store.save(record, options);
      if (saved && record.type === 'candidate')
        log('candidate-written', { id: record.id, emailState: record.emailState });
      return saved;
    },
    async remove(ref) {
      await store.remove(ref);
      log('record-removed', { type: ref.type, id: ref.id });
    },
    async removeUnchanged(record) {
      const isRemoved = await store.removeUnchanged(record);
      if (isRemoved) log('record-removed', { type: record.type, id: record.id });
      return isRemoved;
    },
  };
}
