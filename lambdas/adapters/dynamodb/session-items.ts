import { createHmac } from 'node:crypto';
import { DeleteItemCommand, type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { StaffSessions } from '../../services/ports.ts';
import { maxSessionMs } from '../../services/staff-sessions.ts';
import { conditionalWrite } from './conditional-write.ts';

const sessionSchema = z.object({
  staff: z.object({ id: z.string(), name: z.string() }),
  refreshToken: z.string(),
  signedInMs: z.int(),
  renewedMs: z.int(),
});

/** One item per session, under a keyed hash of the id in its cookie. */
export function sessionItems(client: DynamoDBClient, TableName: string, key: string): StaffSessions {
  return {
    async read(id) {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(id), ConsistentRead: true }));
      return Item && sessionSchema.parse(unmarshall(Item));
    },
    async save(id, session, isNew) {
      const expires = Math.floor((session.signedInMs + maxSessionMs) / 1000);
      const Item = { ...keyOf(id), ...marshall({ ...session, expires }) };
      const ConditionExpression = isNew ? 'attribute_not_exists(pk)' : 'attribute_exists(pk)';
      const write = new PutItemCommand({ TableName, Item, ConditionExpression });
      await conditionalWrite(client.send(write));
    },
    async remove(id) {
      await client.send(new DeleteItemCommand({ TableName, Key: keyOf(id) }));
    },
  };

  function keyOf(id: string) {
    return marshall({ pk: `session#${createHmac('sha256', key).update(id).digest('hex')}` });
  }
}
