import { setTimeout as pause } from 'node:timers/promises';
import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Item } from './stored-item.ts';
import type { Table } from './table.ts';

const maxBatchSize = 100;
const pauseMs = 50;

/** Consistent reads of all items with these keys, in the same order; undefined for those that aren't there. */
export async function batchRead({ client, tableName }: Table, keys: readonly string[]): Promise<(Item | undefined)[]> {
  const batches: string[][] = [];
  for (let start = 0; start < keys.length; start += maxBatchSize) batches.push(keys.slice(start, start + maxBatchSize));
  const found = new Map<string | undefined, Item>();
  for (const item of (await Promise.all(batches.map(batchItems))).flat()) found.set(item.pk?.S, item);
  return keys.map((key) => found.get(key));

  async function batchItems(batch: readonly string[]): Promise<Item[]> {
    const items: Item[] = [];
    let remaining = batch.map((pk) => marshall({ pk }));
    while (remaining.length > 0) {
      const read = new BatchGetItemCommand({
        RequestItems: { [tableName]: { Keys: remaining, ConsistentRead: true } },
      });
      const { Responses, UnprocessedKeys } = await client.send(read);
      items.push(...(Responses?.[tableName] ?? []));
      remaining = UnprocessedKeys?.[tableName]?.Keys ?? [];
      if (remaining.length > 0) await pause(pauseMs);
    }
    return items;
  }
}
