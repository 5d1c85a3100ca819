import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamoStore } from '../../lambdas/adapters/dynamodb/record-store.ts';
import { refFrom, UnreadableItemError } from '../../lambdas/adapters/dynamodb/stored-item.ts';
import { cmaAama } from '../../lambdas/core/exam-facts/cma-aama.ts';
import type { Instant } from '../../lambdas/core/time.ts';
import { claimAddress, rememberComplaint } from '../../lambdas/services/addresses.ts';
import type { EmailRecordRef, Store } from '../../lambdas/services/ports.ts';
import { type Line, linesFrom, replayOnto } from './replay-log.ts';

export type Restored = { restored: number; erased: number; kept: number; unreadable: number };

/**
 * Copies the records missing from the live table from a restored backup. As far as the log shows,
 * erased candidates stay erased, unsubscribed ones stay unsubscribed, and sent emails aren't sent again.
 */
export async function restore(
  client: DynamoDBClient,
  { from, to, retentionDays, log, now }: { from: string; to: string; retentionDays: number; log: string; now: Instant },
): Promise<Restored> {
  const settings = { exam: cmaAama, retentionDays, clock: () => now };
  const backup = dynamoStore(client, { ...settings, tableName: from });
  const live = dynamoStore(client, { ...settings, tableName: to });
  const tables = { backup, live, lines: linesFrom(log), now };
  const count: Restored = { restored: 0, erased: 0, kept: 0, unreadable: 0 };

  for await (const { Items = [] } of paginateScan({ client }, { TableName: from })) {
    for (const item of Items) {
      const { pk, type } = unmarshall(item);
      const [kind, id] = String(pk).split('#');
      // Only complaints about an address: restoring its candidate claims it again.
      const address = kind === 'address' && id ? await backup.read('address', id) : undefined;
      if (address?.complainedAt) await rememberComplaint(live, address.id, address.complainedAt);
      if ((kind === 'candidate' || kind === 'pending-link') && type !== 'tombstone')
        count[await restoreRecord(tables, refFrom(String(pk)))] += 1;
    }
  }
  return count;
}

type Tables = { backup: Store; live: Store; lines: Line[]; now: Instant };

async function restoreRecord({ backup, live, lines, now }: Tables, ref: EmailRecordRef): Promise<keyof Restored> {
  const { type, id } = ref;
  try {
    const stored = await backup.read(type, id);
    const record = stored && replayOnto(stored, lines, now);
    if (record === undefined || (await live.read('tombstone', id))) return 'erased';
    if (await live.read(type, id)) return 'kept';
    if (record.type === 'candidate') {
      const claimed = await claimAddress(live, record.addressId, id, now);
      if (claimed?.candidateId !== id) return 'kept';
    }
    return (await live.save({ ...record, version: 0 })) ? 'restored' : 'kept';
  } catch (error) {
    if (error instanceof UnreadableItemError) return 'unreadable';
    throw error;
  }
}
