import { setTimeout as pause } from 'node:timers/promises';
import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSendQuotaCommand, type SESClient } from '@aws-sdk/client-ses';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Log, SendRate } from '../../services/send-emails.ts';
import { conditionalWrite } from './conditional-write.ts';

/** How much mail the account may send: each second, and in what is left of its day. */
export type Quota = { perSecond: number; leftToday: number };

/** What SES answered tells no quota. */
class UnreadableQuotaError extends Error {
  override name = 'UnreadableQuotaError';
}

const quotaKeptMs = 60_000;
const askingMs = 1_000;
const mostAtOnce = 50;
const windowKeptSeconds = 3600;

/**
 * One counter in the table for each second of the day, so that all mailers at work together hold to
 * the account's rate.
 */
export function dynamoSendRate(
  client: DynamoDBClient,
  tableName: string,
  quota: () => Promise<Quota>,
  nowMs: () => number,
): SendRate {
  return {
    async turn(hasTime) {
      while (hasTime()) {
        const account = await quota();
        if (account.leftToday < 1) return false;
        const now = nowMs();
        if (await takeOneOf(Math.floor(now / 1000), account.perSecond)) {
          account.leftToday -= 1;
          return true;
        }
        await pause(1000 - (now % 1000));
      }
      return false;
    },
  };

  function takeOneOf(second: number, perSecond: number): Promise<boolean> {
    return conditionalWrite(
      client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: marshall({ pk: `sendRate#${second}` }),
          UpdateExpression: 'SET expires = :expires ADD taken :one',
          ConditionExpression: 'attribute_not_exists(taken) OR taken < :perSecond',
          ExpressionAttributeValues: marshall({
            ':one': 1,
            ':perSecond': perSecond,
            ':expires': second + windowKeptSeconds,
          }),
        }),
      ),
    );
  }
}

/** How many emails to have in hand at once, for the rate to be reached where each takes up to a second. */
export function concurrencyFor({ perSecond }: Quota): number {
  return Math.min(mostAtOnce, perSecond);
}

/** What SES says of the account, asked at most once a minute; where it can't be asked, the rate from the settings. */
export function sesQuota(
  client: SESClient,
  perSecondUnasked: number,
  nowMs: () => number,
  log: Log,
): () => Promise<Quota> {
  let known: { quota: Promise<Quota>; askedAt: number } | undefined;
  return () => {
    const now = nowMs();
    if (known === undefined || now - known.askedAt >= quotaKeptMs)
      known = { quota: ask().catch(cautious), askedAt: now };
    return known.quota;
  };

  function cautious(error: unknown): Quota {
    log('quota-not-known', { error: error instanceof Error ? error.name : 'unknown' });
    return { perSecond: perSecondUnasked, leftToday: Number.POSITIVE_INFINITY };
  }

  async function ask(): Promise<Quota> {
    const answer = await client.send(new GetSendQuotaCommand({}), {
      abortSignal: AbortSignal.timeout(askingMs),
    });
    const { Max24HourSend, SentLast24Hours, MaxSendRate } = answer;
    if (Max24HourSend === undefined || SentLast24Hours === undefined || MaxSendRate === undefined)
      throw new UnreadableQuotaError('GetSendQuota answered without its numbers.');
    // -1 stands for no limit.
    const leftToday =
      Max24HourSend < 0 ? Number.POSITIVE_INFINITY : Max24HourSend - SentLast24Hours;
    return { perSecond: Math.max(1, Math.floor(MaxSendRate)), leftToday };
  }
}
