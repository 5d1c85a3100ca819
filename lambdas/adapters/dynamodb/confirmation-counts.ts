import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { hourOf } from '../../core/time.ts';
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
  const shared = { TableName: tableName, Key: marshall({ pk }) };
  const update = (expression: string, condition: string, values: Record<string, number>) =>
    conditionalWrite(
      client.send(
        new UpdateItemCommand({
          ...shared,
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeValues: marshall(values),
        }),
      ),
    );

  return {
    async count(what, now) {
      const hour = { ':hour': hourOf(now) };
      const place = hourOf(now) % hours;
      const add = () => update(`ADD ${what}${place} :one`, `hour${place} = :hour`, { ...hour, ':one': 1 });
      while (!(await add()))
        await update(
          `SET hour${place} = :hour, sent${place} = :zero, bounced${place} = :zero, complained${place} = :zero`,
          `attribute_not_exists(hour${place}) OR hour${place} <> :hour`,
          { ...hour, ':zero': 0 },
        );
    },

    async lastDay(now) {
      const { Item } = await client.send(new GetItemCommand({ ...shared, ConsistentRead: true }));
      const counters = countersSchema.parse(Item ? unmarshall(Item) : { pk });
      const age = (place: number) => hourOf(now) - Number(counters[`hour${place}`]);
      const places = [...Array(hours).keys()].filter((place) => age(place) >= 0 && age(place) < hours);
      const sum = (what: string) => places.reduce((total, place) => total + Number(counters[`${what}${place}`]), 0);
      return { sent: sum('sent'), bounced: sum('bounced'), complained: sum('complained') };
    },
  };
}
