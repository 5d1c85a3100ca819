import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { addMilliseconds } from 'date-fns/addMilliseconds';
import { concurrencyFor } from '../../lambdas/adapters/ses/send-quota.ts';
import type { Instant } from '../../lambdas/core/time.ts';
import { deliveryEventHandler } from '../../lambdas/handlers/delivery-event-handler.ts';
import { adminFrom } from '../../lambdas/handlers/dependencies/admin-dependencies.ts';
import { emailEventsDependencies } from '../../lambdas/handlers/dependencies/email-events-dependencies.ts';
import { mailerFrom } from '../../lambdas/handlers/dependencies/mailer-dependencies.ts';
import type { WebRuntime } from '../../lambdas/handlers/dependencies/shared-dependencies.ts';
import { siteFrom } from '../../lambdas/handlers/dependencies/site-dependencies.ts';
import { errorName, type Log } from '../../lambdas/services/log-events.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { createDevConsole } from './dev-console.tsx';
import { ensureTable, host, startParts } from './local-parts.ts';
import { functionSettings, type Ports } from './local-settings.ts';

const mailerPauseMs = 500;

/** Preset because the mailbox hangs on GetSendQuota. */
const mailboxQuota = { perSecond: 200, leftToday: Number.POSITIVE_INFINITY };

export async function startLocalService(ports: Ports, environment: NodeJS.ProcessEnv, log: Log) {
  const parts = await startParts(ports, environment);
  const baseUrl = `http://localhost:${ports.PORT}`;
  const settings = functionSettings({ baseUrl, issuer: parts.issuer }, environment);
  await ensureTable(settings.TABLE_NAME, parts.dynamoDb);

  let aheadMs = 0;
  const clock = () => addMilliseconds(Date.now(), aheadMs).toISOString();
  const sourceAddress: WebRuntime['sourceAddress'] = (c) => getConnInfo(c).remote.address ?? 'unknown';
  const runtime = { clock, log, sourceAddress };
  const site = siteFrom(settings, runtime);
  const admin = adminFrom(settings, runtime);
  const mailer = mailerFrom(settings, {
    ...runtime,
    ...(parts.mailboxIsOurs && { knownQuota: async () => mailboxQuota }),
  });

  const oneAtATime = queue();
  const sweepNow = async () => {
    const concurrency = concurrencyFor(await mailer.quota());
    return sweep(mailer, { concurrency, hasTime: () => true });
  };
  const runMailer = () => oneAtATime(sweepNow);
  const loop = mailerLoop(runMailer, log);
  /** Sends what is due before the clock jumps, as it would have been sent in real time. */
  const setClock = (to: Instant) =>
    oneAtATime(async () => {
      await sweepNow().catch(() => undefined);
      aheadMs = Date.parse(to) - Date.now();
      loop.runSoon();
    });
  const devConsole = createDevConsole({
    parts,
    port: ports.PORT,
    mailer,
    tableName: settings.TABLE_NAME,
    runMailer,
    setClock,
    deliveryEventHandler: deliveryEventHandler(emailEventsDependencies(settings, runtime)),
    fallback: async (request, connection) => {
      // Matches the gateway's routes.
      const app = /^\/admin(\/|$)/.test(new URL(request.url).pathname) ? admin : site;
      const response = await app.fetch(await withWholeBody(request), connection);
      if (request.method !== 'GET') loop.runSoon();
      return response;
    },
  });

  await new Promise<void>((resolve) =>
    serve({ fetch: devConsole.fetch, port: ports.PORT, hostname: host }, () => resolve()),
  );

  return {
    addresses: { site: baseUrl, ...parts },
    /** Finishes the sweep in progress first. */
    stop: async () => {
      loop.stop();
      await oneAtATime(async () => undefined);
    },
  };
}

/** Runs the mailer twice a second, and at once on request, as the table's stream wakes the deployed one. */
function mailerLoop(run: () => Promise<unknown>, log: Log) {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function runAfter(ms: number) {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(tick, ms);
  }
  async function tick() {
    try {
      await run();
    } catch (error) {
      log('sweep-failed', { error: errorName(error) });
    }
    runAfter(mailerPauseMs);
  }

  runAfter(mailerPauseMs);
  return {
    runSoon: () => runAfter(0),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Reads the whole body first, as the gateway does, because an early response would break the connection. */
async function withWholeBody(request: Request): Promise<Request> {
  return request.body ? new Request(request, { body: await request.arrayBuffer() }) : request;
}

/** Runs tasks one at a time, so that the clock never jumps during a sweep. */
function queue() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(task: () => Promise<T>): Promise<T> => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}
