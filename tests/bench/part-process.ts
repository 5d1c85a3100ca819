import { readFileSync, writeFileSync } from 'node:fs';
import { SendRawEmailCommand } from '@aws-sdk/client-ses';
import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { addMinutes } from 'date-fns';
import { Hono } from 'hono';
import { sesClient } from '../../lambdas/adapters/ses/ses-sender.ts';
import { mailerFrom } from '../../lambdas/handlers/dependencies/mailer-dependencies.ts';
import { siteFrom } from '../../lambdas/handlers/dependencies/site-dependencies.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { freePort } from '../support/loopback.ts';
import { type SesMessage, startSesEndpoint } from '../support/ses-endpoint.ts';
import { answer, forEachOf, spentOn } from './processes.ts';

/** What the benchmarks run in a process of its own, which this one becomes: the part that its argument names. */
const parts: Record<string, () => Promise<void>> = { table, ses, mailer, raw, site, bare };
await parts[process.argv[2] ?? '']?.();

async function table() {
  answer((await startDynamoDb()).endpoint);
}

/** SES, which takes `DELAY_MS` for each message. */
async function ses() {
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
  const clock = () => addMinutes(Date.now(), Number(process.env.MINUTES_AHEAD ?? 0)).toISOString();
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
  const clock = () => new Date().toISOString();
  const sourceAddress = (c: Parameters<typeof getConnInfo>[0]) => getConnInfo(c).remote.address ?? 'unknown';
  await listen(siteFrom(process.env, { clock, log: () => undefined, sourceAddress }));
}

/** A Hono app that does next to nothing. */
async function bare() {
  const hono = new Hono();
  hono.get('/', (c) => c.html('<!DOCTYPE html><title>Hello</title><p>Hello'));
  hono.post('/sign-up', async (c) => {
    await c.req.parseBody();
    return c.redirect('/check-your-email', 303);
  });
  await listen(hono);
}

async function listen({ fetch }: Pick<Hono, 'fetch'>) {
  const port = await freePort();
  serve({ fetch, port, hostname: '127.0.0.1' }, () => answer(`http://127.0.0.1:${port}`));
}
