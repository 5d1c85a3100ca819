import { type DynamoDBClient, PutItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { conditionalWrite } from '../../lambdas/adapters/dynamodb/conditional-write.ts';
import {
  dynamoStore,
  refFrom,
  UnreadableItemError,
} from '../../lambdas/adapters/dynamodb/record-store.ts';
import { cmaAama } from '../../lambdas/core/exams/cma-aama.ts';
import type { Instant } from '../../lambdas/core/time.ts';
import { afterBackup, linesFrom } from './replay-log.ts';

/** What became of the records in the backup. */
export type Restored = { restored: number; erased: number; kept: number; unreadable: number };

/**
 * Copies from a restored table what the live one lacks. Who was erased since stays erased, who
 * stopped stays stopped, and what was sent is not sent again, as far as the log tells.
 */
export async function restore(
  client: DynamoDBClient,
  {
    from,
    to,
    retentionDays,
    log,
    now,
  }: { from: string; to: string; retentionDays: number; log: string; now: Instant },
): Promise<Restored> {
  const lines = linesFrom(log);
  const settings = { exam: cmaAama, retentionDays };
  const backup = dynamoStore(client, { ...settings, tableName: from });
  const live = dynamoStore(client, { ...settings, tableName: to });
  const result: Restored = { restored: 0, erased: 0, kept: 0, unreadable: 0 };

  for await (const { Items = [] } of paginateScan({ client }, { TableName: from })) {
    for (const item of Items) {
      const key = item.pk?.S ?? '';
      if (key.startsWith('address#')) {
        await conditionalWrite(
          client.send(
            new PutItemCommand({
              TableName: to,
              Item: item,
              ConditionExpression: 'attribute_not_exists(pk)',
            }),
          ),
        );
      } else if (/^(candidate|sign-up)#/.test(key)) {
        result[await restoreRecord(key)] += 1;
      }
    }
  }
  return result;

  async function restoreRecord(key: string): Promise<keyof Restored> {
    const { type, id } = refFrom(key);
    try {
      const stored = await (type === 'candidate' ? backup.candidate(id) : backup.signUp(id));
      const record = stored && afterBackup(stored, lines, now);
      if (record === undefined) return 'erased';
      return (await live.save({ ...record, version: 0 })) ? 'restored' : 'kept';
    } catch (error) {
      if (error instanceof UnreadableItemError) return 'unreadable';
      throw error;
    }
  }
}
