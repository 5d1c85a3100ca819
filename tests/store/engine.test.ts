import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DynamoDb, startDynamoDb } from '../support/dynamodb.ts';

let db: DynamoDb;
let client: DynamoDBClient;

beforeAll(async () => {
  db = await startDynamoDb();
  client = new DynamoDBClient({
    endpoint: db.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await client.send(
    new CreateTableCommand({
      TableName: 'things',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'due', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-due',
          KeySchema: [{ AttributeName: 'due', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
});

afterAll(async () => {
  client?.destroy();
  await db?.close();
});

describe('the database of the tests', () => {
  test('is the one that was asked for', () => {
    expect(db.engine).toBe(process.env.DYNAMODB_ENGINE ?? 'dynalite');
  });

  test('writes on a condition and finds by an index', async () => {
    const put = new PutItemCommand({
      TableName: 'things',
      Item: { pk: { S: 'a' }, due: { S: '2026-03-02' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    });

    await client.send(put);
    await expect(client.send(put)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });

    const found = await client.send(
      new QueryCommand({
        TableName: 'things',
        IndexName: 'by-due',
        KeyConditionExpression: 'due = :due',
        ExpressionAttributeValues: { ':due': { S: '2026-03-02' } },
      }),
    );
    expect(found.Items).toEqual([{ pk: { S: 'a' }, due: { S: '2026-03-02' } }]);
  });
});
