import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { addDays24h, hourOf } from '../../core/time.ts';
import type { ConfirmationCounter } from '../../services/ports.ts';
import { conditionalWrite } from './conditional-write.ts';

const pk = 'confirmations';
const hours = 24;
const countersSchema = z.catchall(z.object({ pk: z.string() }), z.number());

/**
 * One item with counters for each hour of the day, which begin at zero when their hour comes again: it
 * is read at once, and nobody can make it grow.
 */
export function confirmationCounts(client: DynamoDBClient, tableName: string): ConfirmationCounter {
  return {
    async count(what, now) {
      const hour = hourOf(now);
      const place = hour % hours;
      const expires = Math.floor(Date.parse(addDays24h(now, 2)) / 1000);
      const add = {
        UpdateExpression: `SET expires = :expires ADD ${what}${place} :one`,
        ConditionExpression: `hour${place} = :hour`,
        ExpressionAttributeValues: { ':one': 1, ':hour': hour, ':expires': expires },
      };
      const beginAtZero = {
        UpdateExpression: `SET hour${place} = :hour, sent${place} = :zero, bounced${place} = :zero, complained${place} = :zero`,
        ConditionExpression: `attribute_not_exists(hour${place}) OR hour${place} <> :hour`,
        ExpressionAttributeValues: { ':zero': 0, ':hour': hour },
      };
      while (!(await write(add))) await write(beginAtZero);
    },

    async lastDay(now) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: marshall({ pk }), ConsistentRead: true }),
      );
      const counters = countersSchema.parse(Item ? unmarshall(Item) : { pk });
      const hour = hourOf(now);
      const places = Array.from({ length: hours }, (_, place) => place).filter((place) => {
        const counted = Number(counters[`hour${place}`]);
        return counted > hour - hours && counted <= hour;
      });
      const sum = (what: string) =>
        places.reduce((total, place) => total + Number(counters[`${what}${place}`]), 0);
      return { sent: sum('sent'), bounced: sum('bounced'), complained: sum('complained') };
    },
  };

  function write({
    ExpressionAttributeValues,
    ...update
  }: {
    UpdateExpression: string;
    ConditionExpression: string;
    ExpressionAttributeValues: Record<string, number>;
  }): Promise<boolean> {
    return conditionalWrite(
      client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: marshall({ pk }),
          ...update,
          ExpressionAttributeValues: marshall(ExpressionAttributeValues),
        }),
      ),
    );
  }
}
