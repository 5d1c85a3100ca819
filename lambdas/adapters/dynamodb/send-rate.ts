import { setTimeout as pause } from 'node:timers/promises';
import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { SendRate } from '../../services/ports.ts';
import type { Quota } from '../ses/send-quota.ts';
import { conditionalWrite } from './conditional-write.ts';

const windowTtlSeconds = 3600;

/**
 * One counter in the table per second, so that all running mailers together stay within the account's
 * send rate.
 */
export function dynamoSendRate(
  client: DynamoDBClient,
  tableName: string,
  quota: () => Promise<Quota>,
  nowMs: () => number,
): SendRate {
  return {
    async acquire(hasTime) {
      while (hasTime()) {
        const account = await quota();
        if (account.leftToday < 1) return false;
        const now = nowMs();
        if (await takeFromWindow(Math.floor(now / 1000), account.perSecond)) {
          account.leftToday -= 1;
          return true;
        }
        await pause(1000 - (now % 1000));
      }
      return false;
    },
  };

  function takeFromWindow(second: number, perSecond: number): Promise<boolean> {
    return conditionalWrite(
      client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: marshall({ pk: `send-rate#${second}` }),
          UpdateExpression: 'SET expires = :expires ADD taken :one',
          ConditionExpression: 'attribute_not_exists(taken) OR taken < :perSecond',
          ExpressionAttributeValues: marshall({
            ':one': 1,
            ':perSecond': perSecond,
            ':expires': second + windowTtlSeconds,
          }),
        }),
      ),
    );
  }
}
