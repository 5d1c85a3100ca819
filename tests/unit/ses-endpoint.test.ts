import { GetSendQuotaCommand, SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SesEndpoint, startSesEndpoint } from '../support/ses-endpoint.ts';

const raw = 'Subject: A tést & <more>\r\n\r\nHello = + %20\r\n';

let endpoint: SesEndpoint;
let client: SESClient;

beforeEach(async () => {
  endpoint = await startSesEndpoint();
  client = new SESClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ requestTimeout: 300, throwOnRequestTimeout: true }),
  });
});

afterEach(async () => {
  client.destroy();
  await endpoint.close();
});

function send(destination = 'b@example.com') {
  return client.send(
    new SendRawEmailCommand({
      Source: 'a@example.com',
      Destinations: [destination, 'c@example.com'],
      Tags: [
        { Name: 'kind', Value: 'reminder' },
        { Name: 'candidate', Value: '42' },
      ],
      ConfigurationSetName: 'bounces',
      RawMessage: { Data: Buffer.from(raw) },
    }),
  );
}

describe('the SES endpoint of the tests', () => {
  test('keeps what it accepts', async () => {
    const answer = await send();

    expect(endpoint.messages).toEqual([
      {
        messageId: answer.MessageId,
        source: 'a@example.com',
        destinations: ['b@example.com', 'c@example.com'],
        tags: { kind: 'reminder', candidate: '42' },
        configurationSet: 'bounces',
        raw: Buffer.from(raw),
        at: expect.any(Date),
      },
    ]);
    expect(answer.MessageId).toMatch(/^0100[0-9a-f]{12}-[0-9a-f-]{36}-000000$/);
  });

  test('takes a message without source, tags and configuration set', async () => {
    await client.send(new SendRawEmailCommand({ RawMessage: { Data: Buffer.from(raw) } }));

    expect(endpoint.messages).toMatchObject([
      { source: undefined, destinations: [], tags: {}, configurationSet: undefined },
    ]);
  });

  test('tells the quota', async () => {
    await send();
    const quota = await client.send(new GetSendQuotaCommand({}));

    expect(quota).toMatchObject({ Max24HourSend: 100_000, MaxSendRate: 1000, SentLast24Hours: 1 });
  });

  test.each([
    { status: 400, code: 'MessageRejected', message: 'Email address is not verified: <b@x> & co' },
    { status: 400, code: 'Throttling', message: 'Maximum sending rate exceeded.' },
    {
      status: 400,
      code: 'ConfigurationSetDoesNotExist',
      message: 'No such set.',
      name: 'ConfigurationSetDoesNotExistException',
    },
    { status: 403, code: 'SignatureDoesNotMatch', message: 'The signature does not match.' },
    { status: 503, code: 'ServiceUnavailable', message: 'Try later.' },
  ])('refuses with $code', async ({ status, code, message, name = code }) => {
    endpoint.failWith({ kind: 'error', status, code, message });

    await expect(send()).rejects.toMatchObject({
      name,
      message,
      $metadata: { httpStatusCode: status },
    });
    expect(endpoint.messages).toEqual([]);
  });

  test.each([{ accept: false }, { accept: true }])('breaks the connection, %o', async (row) => {
    endpoint.failWith({ kind: 'reset', ...row });

    await expect(send()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(endpoint.messages).toHaveLength(row.accept ? 1 : 0);
  });

  test.each([{ accept: false }, { accept: true }])('never answers, %o', async (row) => {
    endpoint.failWith({ kind: 'hang', ...row });

    await expect(send()).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(endpoint.messages).toHaveLength(row.accept ? 1 : 0);
  });

  test('answers late', async () => {
    endpoint.failWith({ kind: 'delay', ms: 100 });
    const start = performance.now();

    const answer = await send();

    expect(performance.now() - start).toBeGreaterThan(95);
    expect(endpoint.messages).toMatchObject([{ messageId: answer.MessageId }]);
  });

  test('fails as often as it was told', async () => {
    endpoint.failWith({ kind: 'error', status: 400, code: 'Throttling', message: 'Slow.' }, 2);

    const outcomes = await Promise.allSettled([send(), send(), send()]);

    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(2);
    expect(endpoint.messages).toHaveLength(1);
    expect(endpoint.requests).toBe(3);
  });

  test('fails for the messages that a predicate picks', async () => {
    endpoint.failWhen(({ destinations }) =>
      destinations.includes('bad@example.com') ? { kind: 'reset', accept: false } : undefined,
    );

    await expect(send('bad@example.com')).rejects.toThrow();
    await expect(send('good@example.com')).resolves.toBeDefined();
    expect(endpoint.messages).toHaveLength(1);
  });

  test('closes while a request hangs', async () => {
    endpoint.failWith({ kind: 'hang', accept: true });
    const sending = expect(send()).rejects.toThrow();
    await expect.poll(() => endpoint.requests).toBe(1);

    await endpoint.close();
    await sending;

    endpoint = await startSesEndpoint({ port: Number(new URL(endpoint.url).port) });
  });
});
