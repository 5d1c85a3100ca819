import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { siteFrom } from '../../lambdas/handlers/dependencies/site-dependencies.ts';
import { siteSettings } from '../../lambdas/handlers/dependencies/site-settings.ts';
import { freePort } from '../support/loopback.ts';
import { answer } from './processes.ts';

/** The site as it is deployed, or a Hono app that does next to nothing. */
const app = process.env.PAGES === 'site' ? site() : bare();
const port = await freePort();
serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => answer(`http://127.0.0.1:${port}`));

function site() {
  return siteFrom(siteSettings(process.env), {
    clock: () => new Date().toISOString(),
    log: () => undefined,
    sourceAddress: (c) => getConnInfo(c).remote.address ?? 'unknown',
  });
}

function bare() {
  const hono = new Hono();
  hono.get('/', (c) => c.html('<!DOCTYPE html><title>Hello</title><p>Hello'));
  hono.post('/sign-up', async (c) => {
    await c.req.parseBody();
    return c.redirect('/check-your-email', 303);
  });
  return hono;
}
