import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { tableDefinition } from '../../lambdas/adapters/dynamodb/table.ts';
import { localAws } from '../support/table.ts';
import { type Process, startProcess } from './processes.ts';

export const settings = {
  ...localAws,
  TABLE_NAME: 'records',
  BASE_URL: 'https://retakes.example.org',
  ORGANIZATION: 'Maple Street School',
  POSTAL_ADDRESS: '12 Maple Street, Springfield',
  SENDER_EMAIL: 'reminders@school.example.org',
  STAFF_EMAIL: 'office@school.example.org',
  CONFIGURATION_SET: 'mail-events',
  LINK_SIGNING_KEYS: 'k'.repeat(32),
  UNSUBSCRIBE_KEY: 'u'.repeat(32),
  ADDRESS_KEY: 'c'.repeat(32),
  RETENTION_DAYS: '730',
  SEND_HOUR: '9',
  SEND_RATE: '10000',
  SIGN_UPS_PER_SOURCE_PER_HOUR: '99999999',
  SIGN_UPS_PER_HOUR: '99999999',
};

/** An empty table as it is deployed, in a process of its own. */
export async function startTable(): Promise<{ table: Process; client: DynamoDBClient }> {
  const table = await startProcess('table');
  const client = new DynamoDBClient({
    endpoint: table.url,
    region: settings.AWS_REGION,
    credentials: { accessKeyId: settings.AWS_ACCESS_KEY_ID, secretAccessKey: settings.AWS_SECRET_ACCESS_KEY },
  });
  await client.send(new CreateTableCommand(tableDefinition(settings.TABLE_NAME)));
  await waitUntilTableExists(
    { client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 0.5 },
    { TableName: settings.TABLE_NAME },
  );
  return { table, client };
}
