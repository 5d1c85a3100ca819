import type { Store } from '../../lambdas/services/ports.ts';

/** What a process that dies leaves undone. */
export class Crash extends Error {
  override name = 'Crash';
}

/** The store as a process has it that dies with the write after so many: the write takes effect, and nothing after it happens. */
export function crashingStore(store: Store, writesBefore: number): Store {
  let writes = 0;
  async function write(change: () => Promise<boolean>): Promise<boolean> {
    if (writes > writesBefore) throw new Crash();
    const isWritten = await change();
    if (isWritten) writes += 1;
    if (writes > writesBefore) throw new Crash();
    return isWritten;
  }
  return {
    ...store,
    save: (record, options) => write(() => store.save(record, options)),
    remove: (record) => write(() => store.remove(record)),
  };
}
