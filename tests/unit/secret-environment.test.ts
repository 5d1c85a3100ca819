import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withSecrets } from '../../lambdas/adapters/lambda/secret-environment.ts';
import { once } from '../../lambdas/adapters/once.ts';
import { defaultProvider } from '../../lambdas/adapters/shims/environment-credentials.ts';
import { listenOnLoopback } from '../support/loopback.ts';
import { localAws } from '../support/table.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

describe('an environment with secrets', () => {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const { SecretId } = JSON.parse(await text(request));
    asked.push(SecretId);
    if (SecretId === 'arn:silent') return;
    const found = SecretId !== 'arn:gone';
    response
      .writeHead(found ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(found ? { SecretString: `value of ${SecretId}` } : { __type: 'ResourceNotFoundException' }));
  });

  beforeEach(async () => {
    asked.length = 0;
    const port = await listenOnLoopback(server);
    for (const [name, value] of Object.entries(localAws)) vi.stubEnv(name, value);
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', `http://127.0.0.1:${port}`);
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  it('gets the value of each, under the name without the ending', async () => {
    const environment = { A: 'a', B_SECRET_ARN: 'arn:b', C_SECRET_ARN: 'arn:c' };
    expect(await withSecrets(environment)).toEqual({ ...environment, B: 'value of arn:b', C: 'value of arn:c' });
    expect(asked.toSorted()).toEqual(['arn:b', 'arn:c']);
  });

  it('is the same, and asks nobody, where there are none', async () => {
    const environment = { A: 'a', B_SECRET_ARN: undefined };
    expect(await withSecrets(environment)).toBe(environment);
    expect(asked).toEqual([]);
  });

  it('fails before the function does where nobody answers', async () => {
    const haste = 20;
    let waitedMs = 0;
    const { setTimeout: wait } = globalThis;
    vi.stubGlobal('setTimeout', (act: () => void, ms = 0) => {
      const ended = () => {
        waitedMs += ms;
        act();
      };
      return wait(ended, ms / haste);
    });
    const read = withSecrets({ B_SECRET_ARN: 'arn:silent', C_SECRET_ARN: 'arn:c' });
    await expect(read).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(waitedMs).toBeGreaterThan(1_000);
    expect(waitedMs).toBeLessThan(8_000);
  });

  it('fails where one can’t be read', async () => {
    await expect(withSecrets({ B_SECRET_ARN: 'arn:gone' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('what starts on the first call', () => {
  it('is started once, however many call', async () => {
    const start = vi.fn(async () => 'started');
    const started = once(start);
    expect(start).not.toHaveBeenCalled();
    expect(await Promise.all([started(), started()])).toEqual(['started', 'started']);
    expect(await started()).toBe('started');
    expect(start).toHaveBeenCalledTimes(1);
  });

  it('is started again where it failed', async () => {
    const start = vi.fn(async () => 'started').mockRejectedValueOnce(new Error('no'));
    const started = once(start);
    await expect(started()).rejects.toThrow('no');
    expect(await started()).toBe('started');
  });
});

describe('the credentials of a bundle', () => {
  it('are those of the environment, read at each call', async () => {
    const client = new DynamoDBClient({ region: 'us-east-1', credentials: defaultProvider() });
    for (const [name, value] of Object.entries({
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
    }))
      vi.stubEnv(name, value);
    expect(await client.config.credentials()).toMatchObject({
      accessKeyId: 'id',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    });
    vi.stubEnv('AWS_SESSION_TOKEN', undefined);
    expect(await defaultProvider()()).toEqual({ accessKeyId: 'id', secretAccessKey: 'secret' });
  });

  it('are missed loudly', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    await expect(defaultProvider()()).rejects.toThrow('AWS_ACCESS_KEY_ID');
  });
});
