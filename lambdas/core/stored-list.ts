import * as z from 'zod/mini';

/** A list that isn't stored while it is empty. */
export function storedList<Item extends z.ZodMiniType>(item: Item) {
  return z._default(z.array(item), []);
}
