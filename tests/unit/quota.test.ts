import { createServer } from 'node:http';
import { SESClient } from '@aws-sdk/client-ses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sesQuota } from '../../lambdas/adapters/ses/send-quota.ts';
import { listenOnLoopback } from '../support/loopback.ts';

let answer = '';
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/xml' }).end(answer);
});
let client: SESClient;

beforeAll(async () => {
  client = new SESClient({
    endpoint: `http://127.0.0.1:${await listenOnLoopback(server)}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
afterAll(() => {
  client.destroy();
  server.close();
});

function quotaOf(numbers: string) {
  answer = `<GetSendQuotaResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><GetSendQuotaResult>${numbers}</GetSendQuotaResult></GetSendQuotaResponse>`;
  const logged: [string, object][] = [];
  const quota = sesQuota(
    client,
    3,
    () => 0,
    (event, fields) => logged.push([event, fields]),
  );
  return { quota, logged };
}

describe('the account’s quota', () => {
  test('is what SES says of the rate and of what is left of the day', async () => {
    const { quota, logged } = quotaOf(
      '<Max24HourSend>50000</Max24HourSend><SentLast24Hours>127</SentLast24Hours><MaxSendRate>14.5</MaxSendRate>',
    );

    expect(await quota()).toEqual({ perSecond: 14, leftToday: 49873 });
    expect(logged).toEqual([]);
  });

  test('is unknown where SES names no numbers, and mail goes out at the rate of the settings', async () => {
    const { quota, logged } = quotaOf('');

    expect(await quota()).toEqual({ perSecond: 3, leftToday: Number.POSITIVE_INFINITY });
    expect(logged).toEqual([['quota-unknown', { error: '$ZodError' }]]);
  });
});
