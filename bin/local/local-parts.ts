import { createServer } from 'node:net';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import mailbox from 'aws-ses-v2-local';
import dynalite from 'dynalite';
import { tableDefinition } from '../../lambdas/adapters/dynamodb/table.ts';
import { errorName } from '../../lambdas/services/log-events.ts';
import { type Ports, StartError } from './local-settings.ts';
import { startIssuer } from './login-issuer.ts';
import { withoutForeignPages } from './own-requests.ts';

export const host = '127.0.0.1';

/** The addresses of the parts, including any that the developer runs on their own. */
export type Parts = { dynamoDb: string; mailbox: string; mailboxIsOurs: boolean; issuer: string };

export async function startParts(ports: Ports, environment: NodeJS.ProcessEnv): Promise<Parts> {
  environment.AWS_REGION ??= 'us-east-1';
  environment.AWS_ACCESS_KEY_ID ??= 'local';
  environment.AWS_SECRET_ACCESS_KEY ??= 'local';
  const ownDynamoDb = environment.AWS_ENDPOINT_URL_DYNAMODB || undefined;
  const ownSes = environment.AWS_ENDPOINT_URL_SES || undefined;

  const needed: (keyof Ports)[] = ['PORT', 'OIDC_PORT'];
  if (!ownDynamoDb) needed.push('DYNAMODB_PORT');
  if (!ownSes) needed.push('MAILBOX_PORT');
  for (const name of needed)
    await freePort(ports[name]).catch(() => {
      const inUse = `Port ${ports[name]} is in use. Stop the process that listens on it, or choose another port with ${name}.`;
      throw new StartError(inUse);
    });

  if (!ownDynamoDb) {
    const dynamoDb = withoutForeignPages(dynalite({ createTableMs: 0 }), ports.DYNAMODB_PORT);
    await new Promise<void>((resolve) => dynamoDb.listen(ports.DYNAMODB_PORT, host, resolve));
    environment.AWS_ENDPOINT_URL_DYNAMODB = `http://${host}:${ports.DYNAMODB_PORT}`;
  }
  if (!ownSes) {
    await mailbox.default({ host, port: ports.MAILBOX_PORT });
    environment.AWS_ENDPOINT_URL_SES = `http://${host}:${ports.MAILBOX_PORT}`;
  }
  await startIssuer(ports.OIDC_PORT, host);

  return {
    dynamoDb: ownDynamoDb ?? `http://localhost:${ports.DYNAMODB_PORT}`,
    mailbox: ownSes ?? `http://localhost:${ports.MAILBOX_PORT}`,
    mailboxIsOurs: ownSes === undefined,
    issuer: `http://localhost:${ports.OIDC_PORT}`,
  };
}

export async function ensureTable(tableName: string, endpoint: string): Promise<void> {
  const client = new DynamoDBClient();
  try {
    await client.send(new DescribeTableCommand({ TableName: tableName }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException))
      throw new StartError(`DynamoDB doesn’t respond at ${endpoint}: ${errorName(error)}.`);
    await client.send(new CreateTableCommand(tableDefinition(tableName)));
    await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 0.2, maxDelay: 1 }, { TableName: tableName });
  } finally {
    client.destroy();
  }
}

export async function unresponsiveParts(parts: Parts, tableName: string): Promise<string[]> {
  const client = new DynamoDBClient({ maxAttempts: 1 });
  const signal = AbortSignal.timeout(2_000);
  const checks = {
    dynamoDb: client.send(new DescribeTableCommand({ TableName: tableName }), { abortSignal: signal }),
    mailbox: fetch(parts.mailbox, { signal }),
    issuer: fetch(`${parts.issuer}/.well-known/openid-configuration`, { signal }),
  };
  const results = await Promise.allSettled(Object.values(checks));
  client.destroy();
  return Object.keys(checks).filter((_, index) => results[index]?.status === 'rejected');
}

/** The port, or any if it is 0; an error if it is in use. */
export function freePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(port, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
