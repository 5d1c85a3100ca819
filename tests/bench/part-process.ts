import { readFileSync, writeFileSync } from 'node:fs';
import type { Hono } from 'hono';
import { minutesAfter } from '../../lambdas/core/time.ts';
import { freePort } from '../support/loopback.ts';
import type { SesMessage } from '../support/ses-endpoint.ts';
import { answer, forEachOf, spentOn } from './processes.ts';

/**
 * What the benchmarks run in a process of its own, which this one becomes: the part that its argument names. It loads
 * nothing of the others, so that it starts soon.
 */
const parts: Record<string, () => Promise<void>> = { table, ses, mailer, raw, site, bare };
await parts[process.argv[2] ?? '']?.();

async function table() {
  const { startDynamoDb } = await import('../support/dynamodb.ts');
  answer((await startDynamoDb()).endpoint);
}

/** SES, which takes `DELAY_MS` for each message. */
async function ses() {
  const { startSesEndpoint } = await import('../support/ses-endpoint.ts');
  const endpoint = await startSesEndpoint({ perSecond: 10_000 });
  endpoint.failWhen(() => ({ kind: 'delay', ms: Number(process.env.DELAY_MS) }));
  const kept = () => endpoint.messages.map(({ raw, ...message }) => ({ ...message, raw: raw.toString('base64') }));
  answer(endpoint.url, {
    count: () => endpoint.messages.length,
    keep: (file: string) => writeFileSync(file, JSON.stringify(kept())),
  });
}

/** The mailer as it is deployed. Its clock may run ahead. */
async function mailer() {
  const { mailerFrom } = await import('../../lambdas/handlers/dependencies/mailer-dependencies.ts');
  const { sweep } = await import('../../lambdas/services/send-emails.ts');
  const clock = () => minutesAfter(new Date().toISOString(), Number(process.env.MINUTES_AHEAD ?? 0));
  const deployed = mailerFrom(process.env, { clock, log: () => undefined });
  const swept = (concurrency: number) => sweep(deployed, { concurrency, hasTime: () => true });
  answer('', {
    sweep: (concurrency: number) => spentOn(() => swept(concurrency)),
    async sweepOnAndOn(concurrency: number) {
      for (;;) await swept(concurrency);
    },
  });
}

/** Posts messages that are ready, and does nothing else. */
async function raw() {
  const { SendRawEmailCommand } = await import('@aws-sdk/client-ses');
  const { sesClient } = await import('../../lambdas/adapters/ses/ses-sender.ts');
  const client = sesClient();
  answer('', {
    post({ file, atOnce }: { file: string; atOnce: number }) {
      const messages = JSON.parse(readFileSync(file, 'utf8')) as (Omit<SesMessage, 'raw'> & { raw: string })[];
      const inputs = messages.map((message) => ({
        Source: message.source,
        Destinations: message.destinations,
        ConfigurationSetName: message.configurationSet,
        Tags: Object.entries(message.tags).map(([Name, Value]) => ({ Name, Value })),
        RawMessage: { Data: Buffer.from(message.raw, 'base64') },
      }));
      return spentOn(() => forEachOf(inputs, atOnce, (input) => client.send(new SendRawEmailCommand(input))));
    },
  });
}

/** The site as it is deployed. */
async function site() {
  const { getConnInfo } = await import('@hono/node-server/conninfo');
  const { siteFrom } = await import('../../lambdas/handlers/dependencies/site-dependencies.ts');
  const clock = () => new Date().toISOString();
  const sourceAddress = (c: Parameters<typeof getConnInfo>[0]) => getConnInfo(c).remote.address ?? 'unknown';
  await listen(siteFrom(process.env, { clock, log: () => undefined, sourceAddress }));
}

/** A Hono app that does next to nothing. */
async function bare() {
  const { Hono } = await import('hono');
  const hono = new Hono();
  hono.get('/', (c) => c.html('<!DOCTYPE html><title>Hello</title><p>Hello'));
  hono.post('/sign-up', async (c) => {
    await c.req.parseBody();
    return c.redirect('/check-your-email', 303);
  });
  await listen(hono);
}

async function listen({ fetch }: Pick<Hono, 'fetch'>) {
  const { serve } = await import('@hono/node-server');
  const port = await freePort();
  serve({ fetch, port, hostname: '127.0.0.1' }, () => answer(`http://127.0.0.1:${port}`));
}
