import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { dynamoStore } from '../../lambdas/adapters/dynamodb/record-store.ts';
import { tableDefinition } from '../../lambdas/adapters/dynamodb/table.ts';
import { cmaAama } from '../../lambdas/core/exam-facts/cma-aama.ts';
import { startDynamoDb } from './dynamodb.ts';

/** The settings of every AWS client in the tests; DynamoDB Local takes letters and digits only. */
export const localAws = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

export type Tables = {
  client: DynamoDBClient;
  endpoint: string;
  engine: 'dynalite' | 'dynamodb-local';
  /** Makes an empty table as it is deployed, and gives its name. */
  create(): Promise<string>;
  close(): Promise<void>;
};

/** A database engine with tables of the service in it. */
export async function startTables(): Promise<Tables> {
  const db = await startDynamoDb();
  const client = clientAt(db.endpoint);
  let created = 0;
  return {
    client,
    endpoint: db.endpoint,
    engine: db.engine,
    async create() {
      created += 1;
      const name = `records-${created}`;
      await createTable(client, name);
      return name;
    },
    async close() {
      client.destroy();
      await db.close();
    },
  };
}

export function clientAt(endpoint: string): DynamoDBClient {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = localAws;
  return new DynamoDBClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
}

/** An empty table as it is deployed. */
export async function createTable(client: DynamoDBClient, TableName: string): Promise<void> {
  await client.send(new CreateTableCommand(tableDefinition(TableName)));
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.5 }, { TableName });
}

/** The store as it is deployed, over one of the tables; unless a test tells the time, nothing has expired. */
export function storeOn(client: DynamoDBClient, tableName: string, clock = () => '2000-01-01T00:00:00.000Z') {
  return dynamoStore(client, { tableName, exam: cmaAama, retentionDays: 730, clock });
}

/** What `act` gives where the engine answers queries two items at a time. */
export async function inSmallPages<T>(client: DynamoDBClient, act: () => Promise<T>): Promise<T> {
  client.middlewareStack.add(
    (next, context) => (args) =>
      next(context.commandName === 'QueryCommand' ? { ...args, input: { ...args.input, Limit: 2 } } : args),
    { step: 'initialize', name: 'small-pages' },
  );
  try {
    return await act();
  } finally {
    client.middlewareStack.remove('small-pages');
  }
}
