import { createServer, type Server } from 'node:http';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SendRawEmailCommand } from '@aws-sdk/client-ses';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { dynamoClient } from '../../lambdas/adapters/dynamodb/dynamo-client.ts';
import { sesClient } from '../../lambdas/adapters/ses/ses-sender.ts';
import { listenOnLoopback } from '../support/loopback.ts';
import { startSesEndpoint } from '../support/ses-endpoint.ts';
import { localAws } from '../support/table.ts';

let server: Server | undefined;

beforeEach(() => {
  for (const [name, value] of Object.entries(localAws)) vi.stubEnv(name, value);
});

afterEach(() => {
  vi.unstubAllEnvs();
  server?.close();
  server?.closeAllConnections();
});

test('a table that does not answer is an error, after three requests', async () => {
  let requests = 0;
  server = createServer(() => {
    requests += 1;
  });
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', `http://127.0.0.1:${await listenOnLoopback(server)}`);
  const client = dynamoClient(100);

  await expect(
    client.send(new GetItemCommand({ TableName: 'records', Key: { pk: { S: 'a' } } })),
  ).rejects.toMatchObject({ name: 'TimeoutError' });

  expect(requests).toBe(3);
  client.destroy();
});

test('a connection to SES is used again at once, and not once it has been idle', async () => {
  const ses = await startSesEndpoint();
  vi.stubEnv('AWS_ENDPOINT_URL_SES', ses.url);
  const client = sesClient();
  const send = () => client.send(new SendRawEmailCommand({ RawMessage: { Data: Buffer.from('') } }));

  await send();
  await send();
  expect(await ses.connections()).toBe(1);
  await vi.waitFor(async () => expect(await ses.connections()).toBe(0), 4000);
  await send();

  expect(ses.messages).toHaveLength(3);
  client.destroy();
  await ses.close();
});
