import type { Instant } from '../core/time.ts';
import type { Records, RecordType, Store, StoredRecord } from './ports.ts';

export type Step<Result> = {
  save?: StoredRecord | undefined;
  wakeMailerAt?: Instant;
  remove?: StoredRecord | undefined;
  result: Result;
};

/** Every write lost to a concurrent one; nothing was changed. */
export class ContentionError extends Error {
  override name = 'ContentionError';
}

const maxWrites = 100;

/** The one way to change a record: starts over if the record was written in the meantime. */
export async function update<Type extends RecordType, Result>(
  store: Store,
  type: Type,
  id: string,
  change: (record: Records[Type] | undefined) => Step<Result> | Promise<Step<Result>>,
): Promise<Result> {
  for (let writes = 0; writes < maxWrites; writes += 1) {
    const known = await store.read(type, id);
    const { save, wakeMailerAt, remove, result } = await change(known);
    if (remove ? await store.remove(remove) : !save || (await store.save(save, { wakeMailerAt }))) return result;
  }
  throw new ContentionError(`Gave up after ${maxWrites} conflicting writes.`);
}

/** Like `update`, for a change of a record that is there, and without a result. */
export function change<Type extends RecordType>(
  store: Store,
  type: Type,
  id: string,
  to: (record: Records[Type]) => Records[Type] | undefined,
): Promise<void> {
  return update(store, type, id, (known) => {
    const next = known && to(known);
    return { save: isUnchanged(known, next) ? undefined : next, result: undefined };
  });
}

export function written<Written extends StoredRecord>(record: Written): Written {
  return { ...record, version: record.version + 1 };
}

/** Whether there is nothing to write. Skipping such writes keeps repeated actions from contending. */
export function isUnchanged<T>(known: T | undefined, next: T): boolean {
  return canonicalJson(known) === canonicalJson(next);
}

/** JSON with sorted keys, because a stored record comes back with its fields in another order. */
export function canonicalJson(content: unknown): string {
  const json = JSON.stringify(content, (_key, value) =>
    value instanceof Object && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
  return json ?? '';
}
