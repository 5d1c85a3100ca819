import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { hourOf } from '../../core/time.ts';
import type { ConfirmationCounter } from '../../services/ports.ts';
import { getItem, updateItem } from './items.ts';

const pk = 'confirmations';
const hours = 24;
const countersSchema = z.catchall(z.object({ pk: z.string() }), z.number());

/** One item with counters for each hour of the day, reset when that hour comes around again. */
export function confirmationCounts(client: DynamoDBClient, tableName: string): ConfirmationCounter {
  const table = { client, tableName };
  return {
    async count(what, now) {
      const hour = { ':hour': hourOf(now) };
      const place = hourOf(now) % hours;
      const add = () =>
        updateItem(table, pk, `ADD ${what}${place} :one`, {
          condition: `hour${place} = :hour`,
          values: { ...hour, ':one': 1 },
        });
      const reset = `SET hour${place} = :hour, sent${place} = :zero, bounced${place} = :zero, complained${place} = :zero`;
      while (!(await add()))
        await updateItem(table, pk, reset, {
          condition: `attribute_not_exists(hour${place}) OR hour${place} <> :hour`,
          values: { ...hour, ':zero': 0 },
        });
    },

    async lastDay(now) {
      const item = await getItem(table, pk);
      const counters = countersSchema.parse(item ? unmarshall(item) : { pk });
      const age = (place: number) => hourOf(now) - Number(counters[`hour${place}`]);
      const places = [...Array(hours).keys()].filter((place) => age(place) >= 0 && age(place) < hours);
      const sum = (what: string) => places.reduce((total, place) => total + Number(counters[`${what}${place}`]), 0);
      return { sent: sum('sent'), bounced: sum('bounced'), complained: sum('complained') };
    },
  };
}
