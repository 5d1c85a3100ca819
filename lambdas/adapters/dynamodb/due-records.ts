import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Instant } from '../../core/time.ts';
import type { Clock, DueRecord, EmailRecordRef } from '../../services/ports.ts';
import { batchRead } from './batch-read.ts';
import { mergeSorted } from './merge-sorted.ts';
import { isExpired, keyOf, recordIn, refFrom } from './stored-item.ts';
import { dueIndex, dueShards } from './table.ts';

/**
 * Due records read at a time: few enough that most are still as read when their turn comes, even with
 * several mailers at work.
 */
const duePageSize = 25;

const dueKeySchema = z.object({ pk: z.string(), dueAt: z.string() });
type DueKey = z.infer<typeof dueKeySchema>;

type Source = { client: DynamoDBClient; tableName: string; clock: Clock };

/** The records that the index holds as due by then, most overdue first, read a page at a time. */
export async function* dueRecords(source: Source, by: Instant): AsyncGenerator<DueRecord, undefined> {
  const shards = dueShards.map((shard) => dueKeysIn(source, shard, by));
  let refs: EmailRecordRef[] = [];
  for await (const { pk } of mergeSorted(shards, (one, other) => one.dueAt < other.dueAt)) {
    refs.push(refFrom(pk));
    if (refs.length < duePageSize) continue;
    yield* await readPage(source, refs);
    refs = [];
  }
  yield* await readPage(source, refs);
}

async function readPage({ client, tableName, clock }: Source, refs: readonly EmailRecordRef[]): Promise<DueRecord[]> {
  const keys = refs.map(({ type, id }) => keyOf(type, id));
  const items = await batchRead(client, tableName, keys);
  const now = clock();
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

async function* dueKeysIn(
  { client, tableName }: Source,
  shard: string,
  by: Instant,
): AsyncGenerator<DueKey, undefined> {
  const pages = paginateQuery(
    { client },
    {
      TableName: tableName,
      IndexName: dueIndex,
      KeyConditionExpression: 'dueShard = :shard AND dueAt <= :by',
      ExpressionAttributeValues: marshall({ ':shard': shard, ':by': by }),
    },
  );
  for await (const page of pages) {
    for (const item of page.Items ?? []) yield dueKeySchema.parse(unmarshall(item));
  }
}
