import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { LatestNotice } from '../../services/ports.ts';
import { conditionalWrite } from './conditional-write.ts';

const pk = 'staff-notice';
const noticeSchema = z.object({ candidateId: z.string(), key: z.string(), takenAt: z.string() });

export function dynamoLatestNotice(client: DynamoDBClient, tableName: string): LatestNotice {
  return {
    async read() {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: marshall({ pk }), ConsistentRead: true }),
      );
      return Item && noticeSchema.parse(unmarshall(Item));
    },

    replace: (read, next) =>
      conditionalWrite(
        client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: marshall({ pk, ...next }),
            ...(read
              ? {
                  ConditionExpression: 'candidateId = :id AND takenAt = :takenAt',
                  ExpressionAttributeValues: marshall({
                    ':id': read.candidateId,
                    ':takenAt': read.takenAt,
                  }),
                }
              : { ConditionExpression: 'attribute_not_exists(pk)' }),
          }),
        ),
      ),
  };
}
