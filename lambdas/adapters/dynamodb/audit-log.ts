import type { Log } from '../../services/log-events.ts';
import type { Store } from '../../services/ports.ts';

/** Logs what is written and erased: after a backup is restored, only the log knows what happened since. */
export function withAuditLog(store: Store, log: Log): Store {
  return {
    ...store,
    async save(record, options) {
      if (!(await store.save(record, options))) return false;
      const { type, id } = record;
      if (type === 'candidate') log('candidate-written', { id, emailState: record.emailState });
      if (type === 'tombstone') log('record-removed', { type: 'candidate', id });
      if (type === 'pending-link' && record.state === 'disowned') log('record-removed', { type, id });
      return true;
    },
  };
}
