import type { Instant } from '../core/time.ts';
import type { Records, RecordType, Store, StoredRecord } from './ports.ts';

/** What to do with a record just read, and what to answer once that is done. */
export type Step<Result> = {
  save?: StoredRecord | undefined;
  remove?: StoredRecord | undefined;
  result: Result;
};

/** The write kept losing to others; nothing was changed. */
class ContentionError extends Error {
  override name = 'ContentionError';
}

const maxWrites = 100;

/**
 * The one way to change a record: reads it, asks what to write, and writes it on the condition that
 * nobody else has written in between; else from the start.
 */
export async function update<Type extends RecordType, Result>(
  store: Store,
  type: Type,
  id: string,
  change: (record: Records[Type] | undefined) => Step<Result> | Promise<Step<Result>>,
  options: { wakeMailerAt?: Instant } = {},
): Promise<Result> {
  for (let writes = 0; writes < maxWrites; writes += 1) {
    const known = await store.read(type, id);
    const { save, remove, result } = await change(known);
    if (remove ? await store.remove(remove) : !save || (await store.save(save, options)))
      return result;
  }
  throw new ContentionError(`Gave up after ${maxWrites} conflicting writes.`);
}

/** Whether there is nothing to write: repeats of an action are not to contend with each other. */
export function isUnchanged<T>(known: T | undefined, next: T): boolean {
  return canonicalJson(known) === canonicalJson(next);
}

/** What is stored and read back has its fields in another order than what was put together here. */
function canonicalJson(content: unknown): string | undefined {
  return JSON.stringify(content, (_key, value) =>
    value instanceof Object && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}
