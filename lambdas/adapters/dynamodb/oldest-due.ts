import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Instant } from '../../core/time.ts';
import { dueIndex, dueShards } from './table.ts';

const dueSchema = z.object({ dueAt: z.string() });

/**
 * The due time of the most overdue email; undefined if none is due by then. May lag behind writes.
 */
export async function oldestDue(client: DynamoDBClient, tableName: string, by: Instant): Promise<Instant | undefined> {
  const firsts = await Promise.all(
    dueShards.map(async (shard) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: dueIndex,
          KeyConditionExpression: 'dueShard = :shard AND dueAt <= :by',
          ExpressionAttributeValues: marshall({ ':shard': shard, ':by': by }),
          Limit: 1,
        }),
      );
      return Items.map((item) => dueSchema.parse(unmarshall(item)).dueAt);
    }),
  );
  return firsts.flat().sort()[0];
}
