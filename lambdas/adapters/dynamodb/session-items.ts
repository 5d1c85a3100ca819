import { createHmac } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { StaffSessions } from '../../services/ports.ts';
import { maxSessionMs } from '../../services/staff-sessions.ts';
import { deleteItem, getItem, putItem } from './items.ts';

const sessionSchema = z.object({
  staff: z.object({ id: z.string(), name: z.string() }),
  refreshToken: z.string(),
  signedInMs: z.int(),
  renewedMs: z.int(),
});

/** One item per session, under a keyed hash of the id in its cookie. */
export function sessionItems(client: DynamoDBClient, tableName: string, key: string): StaffSessions {
  const table = { client, tableName };
  const keyOf = (id: string) => `session#${createHmac('sha256', key).update(id).digest('hex')}`;
  return {
    async read(id) {
      const item = await getItem(table, keyOf(id));
      return item && sessionSchema.parse(unmarshall(item));
    },
    async save(id, session, isNew) {
      const expires = Math.floor((session.signedInMs + maxSessionMs) / 1000);
      const condition = isNew ? 'attribute_not_exists(pk)' : 'attribute_exists(pk)';
      await putItem(table, { pk: keyOf(id), ...session, expires }, { condition });
    },
    async remove(id) {
      await deleteItem(table, keyOf(id));
    },
  };
}
