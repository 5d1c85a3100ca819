import fc from 'fast-check';
import type { Store, StoredRecord } from '../../lambdas/services/ports.ts';
import { memoryStore } from './memory-store.ts';

/** Does things at once, in many orders: over these records, each read and each write waits for its turn. */
export async function inManyOrders(
  records: readonly StoredRecord[],
  attempt: (
    store: ReturnType<typeof memoryStore>,
    atOnce: <T extends unknown[]>(
      calls: (inTurn: Store) => {
        [Key in keyof T]: Promise<T[Key]>;
      },
    ) => Promise<T>,
  ) => Promise<void>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (turns) => {
      const store = memoryStore();
      for (const record of records) await store.save({ ...record, version: 0 });
      const turn = () => turns.schedule(Promise.resolve());
      const inTurn: Store = {
        ...store,
        read: (type, id) => turn().then(() => store.read(type, id)),
        save: (record) => turn().then(() => store.save(record)),
        remove: (record) => turn().then(() => store.remove(record)),
      };
      await attempt(store, (calls) => turns.waitFor(Promise.all(calls(inTurn)) as Promise<never>));
    }),
    { numRuns: 200 },
  );
}
