import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { StoredRecord } from '../../lambdas/services/ports.ts';
import { aCandidate } from '../support/builders.ts';
import { storeOn } from '../support/table.ts';
import { forEachOf } from './processes.ts';

/** Somebody whose reminder is due now. */
export function dueCandidate(id: string, at = new Date()) {
  return aCandidate({
    id,
    email: `${id}@example.org`,
    attempts: [daysBefore(at, 33)],
    at: at.toISOString(),
  });
}

/** Somebody who waits for a date that lies ahead. */
export function waitingCandidate(id: string, index: number, at = new Date()) {
  const candidate = aCandidate({
    id,
    email: `${id}@example.org`,
    cohort: `Class ${index % 40}`,
    attempts: [daysBefore(at, 1 + (index % 25))],
    at: at.toISOString(),
  });
  const emails = candidate.emails.filter(({ kind }) => kind === 'reminder');
  return { ...candidate, emails };
}

export function idsOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}${String(index).padStart(8, '0')}`);
}

function daysBefore(at: Date, days: number): string {
  return new Date(at.getTime() - days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}

/** Puts them into the table as the store would, many at a time. */
export async function putAll(
  client: DynamoDBClient,
  tableName: string,
  records: Iterable<StoredRecord>,
): Promise<void> {
  const batches: Record<string, AttributeValue>[][] = [[]];
  const taker = {
    async send({ input }: { input: { Item: Record<string, AttributeValue> } }) {
      const last = batches.at(-1);
      if (last && last.length < 25) last.push(input.Item);
      else batches.push([input.Item]);
    },
  };
  const writer = storeOn(taker as unknown as DynamoDBClient, tableName);
  for (const record of records) await writer.save(record);
  await forEachOf(batches, 4, async (batch) => {
    const requests = batch.map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }));
  });
}
