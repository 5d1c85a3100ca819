import * as z from 'zod/mini';
import type { Instant } from '../../core/time.ts';
import type { Clock, DueRecord, EmailRecordRef } from '../../services/ports.ts';
import { batchRead } from './batch-read.ts';
import { queryIndex } from './items.ts';
import { isExpired, keyOf, recordIn, refFrom } from './stored-item.ts';
import { dueShards, type Table } from './table.ts';

/** Few enough that most are still as read when their turn comes, even with several mailers at work. */
const duePageSize = 25;

const dueKeySchema = z.object({ pk: z.string(), dueAt: z.string() });
type DueKey = z.infer<typeof dueKeySchema>;

type Source = Table & { clock: Clock };

/** The records that the index holds as due by then, most overdue first, read a page at a time. */
export async function* dueRecords(source: Source, by: Instant): AsyncGenerator<DueRecord, undefined> {
  let refs: EmailRecordRef[] = [];
  for await (const { pk } of dueKeys(source, by)) {
    refs.push(refFrom(pk));
    if (refs.length < duePageSize) continue;
    yield* await readPage(source, refs);
    refs = [];
  }
  yield* await readPage(source, refs);
}

/** The due time of the most overdue email; undefined if none is due by then. */
export async function oldestDue(table: Table, by: Instant): Promise<Instant | undefined> {
  return (await dueKeys(table, by, 1).next()).value?.dueAt;
}

async function readPage(source: Source, refs: readonly EmailRecordRef[]): Promise<DueRecord[]> {
  const keys = refs.map(({ type, id }) => keyOf(type, id));
  const items = await batchRead(source, keys);
  const now = source.clock();
  return refs.map((ref, index) => {
    const item = items[index];
    if (item === undefined || isExpired(item, now)) return { ref };
    try {
      return { ref, record: recordIn(ref.type, item) };
    } catch (error) {
      return { ref, error };
    }
  });
}

/** Merges the shards, each of which the index holds in order. */
async function* dueKeys(table: Table, by: Instant, readAtOnce?: number): AsyncGenerator<DueKey, undefined> {
  const readNext = async (shard: AsyncGenerator<unknown>) => {
    const { value, done } = await shard.next();
    return done ? [] : [{ key: dueKeySchema.parse(value), shard }];
  };
  const shards = dueShards.map((partition) =>
    queryIndex(table, 'due', { partition, condition: 'dueAt <= :by', values: { ':by': by }, readAtOnce }),
  );
  let heads = (await Promise.all(shards.map(readNext))).flat();
  for (;;) {
    const [first, ...others] = heads.toSorted((one, other) => one.key.dueAt.localeCompare(other.key.dueAt));
    if (first === undefined) return;
    yield first.key;
    heads = [...(await readNext(first.shard)), ...others];
  }
}
