import { setTimeout as pause } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SendRate } from '../../services/ports.ts';
import type { Quota } from '../ses/send-quota.ts';
import { updateItem } from './items.ts';

const windowTtlSeconds = 3600;

/** A batch takes at most this share of a second's turns, so that each mailer gets some of them. */
const mostPerBatch = 1 / 4;

/**
 * One counter in the table per second, so that all running mailers together stay within the account's
 * send rate. A mailer takes turns in batches, each twice as large as the last one if that was used
 * up within its second. Turns left over when the second ends are not used.
 */
export function dynamoSendRate(
  client: DynamoDBClient,
  tableName: string,
  quota: () => Promise<Quota>,
  nowMs: () => number,
): SendRate {
  let batch = { second: 0, size: 0, left: 0, isLast: false };
  let waiting = 0;
  let taking: Promise<void> | undefined;

  return {
    async acquire(hasTime) {
      waiting += 1;
      try {
        while (hasTime()) {
          const account = await quota();
          if (account.leftToday < 1) return false;
          const now = nowMs();
          if (batch.second !== secondOf(now) || (batch.left === 0 && !batch.isLast)) {
            taking ??= takeBatch(account).finally(() => {
              taking = undefined;
            });
            await taking;
          } else if (batch.left === 0) {
            await pause(1000 - (now % 1000));
          } else {
            batch.left -= 1;
            account.leftToday -= 1;
            return true;
          }
        }
        return false;
      } finally {
        waiting -= 1;
      }
    },
  };

  async function takeBatch({ perSecond, leftToday }: Quota): Promise<void> {
    const second = secondOf(nowMs());
    const used = batch.size - batch.left;
    const expected = batch.second === second && batch.left === 0 ? 2 * used : used;
    const most = Math.min(Math.ceil(perSecond * mostPerBatch), leftToday);
    const wanted = Math.min(Math.max(waiting, expected), most);
    const size = Math.min(wanted, perSecond - (await countTaken(second, wanted)));
    batch = { second, size, left: Math.max(0, size), isLast: size < wanted };
  }

  /** Adds to the second's counter, and returns what it was before. */
  async function countTaken(second: number, turns: number): Promise<number> {
    const key = `send-rate#${second}`;
    const values = { ':turns': turns, ':expires': second + windowTtlSeconds };
    const counter = await updateItem({ client, tableName }, key, 'SET expires = :expires ADD taken :turns', { values });
    return Number(counter?.taken?.N) - turns;
  }
}

function secondOf(ms: number): number {
  return Math.floor(ms / 1000);
}
