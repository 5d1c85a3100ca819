import type { HttpBindings } from '@hono/node-server';
import { addMilliseconds } from 'date-fns/addMilliseconds';
import { type Context, Hono } from 'hono';
import * as z from 'zod/mini';
import { emailHtml } from '../../lambdas/adapters/ses/email-html.tsx';
import { emailText } from '../../lambdas/adapters/ses/email-text.ts';
import { type EmailKind, isPending, nextDueAt } from '../../lambdas/core/email.ts';
import { formatMoment, type Instant } from '../../lambdas/core/time.ts';
import type { MailerDependencies, SweepResult } from '../../lambdas/services/send-emails.ts';
import { componentsPage } from './components-page.tsx';
import { consolePage } from './console-page.tsx';
import { type Parts, unresponsiveParts } from './local-parts.ts';
import { isOwnRequest } from './own-requests.ts';
import { type Preview, previews } from './previews.ts';

type DevConsoleDependencies = {
  parts: Parts;
  port: number;
  mailer: MailerDependencies;
  tableName: string;
  runMailer: () => Promise<SweepResult>;
  setClock: (to: Instant) => Promise<void>;
  deliveryEventHandler: (event: unknown) => Promise<void>;
  /** Handles every request that isn't for the dev console. */
  fallback: (request: Request, connection: object) => Response | Promise<Response>;
};

const dayMs = 24 * 60 * 60 * 1000;
const centuryInDays = 36_525;
const clockSchema = z.union([
  z.strictObject({ advanceDays: z.number().check(z.minimum(-centuryInDays), z.maximum(centuryInDays)) }),
  z.strictObject({ now: z.iso.datetime({ offset: true }) }),
]);
const sesEventSentence = 'Send one SES event as JSON, in the form that EventBridge delivers.';
const earliestTime: Instant = '2000-01-01T00:00:00.000Z';
const latestTime: Instant = '2100-01-01T00:00:00.000Z';
const clockSentence =
  'Send {"advanceDays": 30} or {"now": "2026-03-01T15:00:00Z"}: a number of days, or a time with its zone. The clock can be set to any time from 2000 to 2099.';

export function createDevConsole(local: DevConsoleDependencies) {
  const { mailer, setClock, parts, port } = local;
  const { clock } = mailer;
  const app = new Hono<{ Bindings: HttpBindings }>();

  app.get('/health', async (c) => {
    const silent = await unresponsiveParts(parts, local.tableName);
    if (silent.length === 0) return c.json({ status: 'ok' });
    return c.json({ status: 'unavailable', silent }, 503);
  });

  app.use('/local/*', async (c, next) => {
    if (isOwnRequest(c.env.incoming.headers, port)) return next();
    return c.text('The dev console rejects requests from other sites.', 403);
  });

  app.post('/local/clock', async (c) => {
    const parsed = clockSchema.safeParse(await c.req.json().catch(() => undefined));
    if (parsed.success && (await moveClock(parsed.data))) return c.json({ now: clock() });
    return c.json({ error: { code: 'clock', message: clockSentence } }, 422);
  });

  app.post('/local/clock/form', async (c) => {
    const { advanceDays, now } = await c.req.parseBody().catch(() => ({ advanceDays: '', now: '' }));
    const parsed = clockSchema.safeParse(advanceDays ? { advanceDays: Number(advanceDays) } : { now });
    if (parsed.success && (await moveClock(parsed.data))) return c.redirect('/local', 303);
    return c.text(clockSentence, 422);
  });

  app.post('/local/run-mailer', async (c) => c.json(await local.runMailer()));

  app.post('/local/ses-events', async (c) => {
    try {
      await local.deliveryEventHandler(await c.req.json());
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof z.core.$ZodError)) throw error;
      return c.json({ error: { code: 'ses-event', message: sesEventSentence } }, 422);
    }
    return c.json({ status: 'ok' });
  });

  app.get('/local', async (c) => {
    const waiting = await waitingEmails(mailer);
    return c.html(devConsolePage({ parts, now: clock(), waiting, all: previewsFor(c) }));
  });

  app.get('/local/components', (c) => c.html(componentsPage()));

  app.get('/local/emails/:name', (c) => {
    const [, name, format] = /^(.+)\.(html|txt)$/.exec(c.req.param('name')) ?? [];
    const preview = previewsFor(c).find((candidate) => candidate.name === name);
    if (!preview) return c.notFound();
    if (format === 'txt') return c.text(`Subject: ${preview.content.subject}\n\n${emailText(preview.content)}`);
    return c.html(emailHtml(preview.content));
  });

  app.all('*', (c) => local.fallback(c.req.raw, c.env));

  return app;

  function previewsFor(c: Context): Preview[] {
    return previews(mailer, new URL(c.req.url).origin, clock());
  }

  /** False if the time is out of range. */
  async function moveClock(to: z.infer<typeof clockSchema>): Promise<boolean> {
    const time = 'now' in to ? new Date(to.now) : addMilliseconds(clock(), to.advanceDays * dayMs);
    const now = time.toISOString();
    if (now < earliestTime || now > latestTime) return false;
    await setClock(now);
    return true;
  }
}

type DevConsolePage = { parts: Parts; now: Instant; waiting: WaitingEmail[]; all: Preview[] };

function devConsolePage(page: DevConsolePage) {
  return consolePage(
    'Dev console',
    <>
      <Places {...page} />
      <ClockSection {...page} />
      <WaitingEmails {...page} />
      <Previews {...page} />
    </>,
  );
}

function Previews({ all }: DevConsolePage) {
  return (
    <section>
      <h2>Every email, in every variant</h2>
      <ul>
        {all.map(({ name, title }) => (
          <li>
            <a href={`/local/emails/${name}.html`}>{title}</a> (<a href={`/local/emails/${name}.txt`}>text</a>)
          </li>
        ))}
      </ul>
    </section>
  );
}

function Places({ parts }: DevConsolePage) {
  const places = {
    '/': 'The sign-up form',
    [parts.mailbox]: 'The mailbox: every email that was sent',
    '/admin': 'The staff page (on your machine, anyone can sign in)',
    '/local/components': 'The components of all pages',
    '/health': 'Health check',
  };
  return (
    <section>
      <h1>Dev console</h1>
      <ul>
        {Object.entries(places).map(([url, text]) => (
          <li>
            <a href={url}>{text}</a>
          </li>
        ))}
        <li>
          DynamoDB at <code>{parts.dynamoDb}</code>, login issuer at <code>{parts.issuer}</code>
        </li>
      </ul>
    </section>
  );
}

function ClockSection({ now }: DevConsolePage) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <section>
      <h2>The clock</h2>
      <p class="hero">{formatMoment(now, here)}</p>
      <p class="quiet">
        {now} ({here})
      </p>
      <div class="row">
        <ClockButton field="advanceDays" value="1" text="1 day later" />
        <ClockButton field="advanceDays" value="30" text="30 days later" />
        <ClockButton field="advanceDays" value="-1" text="1 day earlier" />
        <ClockButton field="now" value={new Date().toISOString()} text="Back to now" />
      </div>
    </section>
  );
}

function WaitingEmails({ waiting }: DevConsolePage) {
  return (
    <section>
      <h2>Scheduled emails</h2>
      {waiting.length === 0 && <p>None. Sign up, then look here again.</p>}
      <ul>
        {waiting.map(({ dueAt, timeZone, next, others }) => (
          <li>
            {next}: {formatMoment(dueAt, timeZone)} ({timeZone}){others.length > 0 && `; then ${others.join(', ')}`}
            <ClockButton field="now" value={dueAt} text="Set the clock to this time" />
          </li>
        ))}
      </ul>
    </section>
  );
}

function ClockButton({ field, value, text }: { field: string; value: string; text: string }) {
  return (
    <form method="post" action="/local/clock/form">
      <input type="hidden" name={field} value={value} />
      <button type="submit" class="second">
        {text}
      </button>
    </form>
  );
}

type WaitingEmail = { dueAt: Instant; timeZone: string; next: EmailKind | undefined; others: EmailKind[] };

const endOfTime: Instant = '9999-12-31T23:59:59.999Z';
const maxShown = 50;

async function waitingEmails({ store }: MailerDependencies): Promise<WaitingEmail[]> {
  const waiting: WaitingEmail[] = [];
  for await (const { record } of store.due(endOfTime)) {
    const dueAt = record && nextDueAt(record.emails);
    if (!dueAt) continue;
    const timeZone = record.type === 'candidate' ? record.timeZone : 'UTC';
    const [next, ...others] = record.emails
      .filter(isPending)
      .toSorted((one, other) => one.dueAt.localeCompare(other.dueAt))
      .map(({ kind }) => kind);
    waiting.push({ dueAt, timeZone, next, others });
    if (waiting.length === maxShown) break;
  }
  return waiting.toSorted((one, other) => one.dueAt.localeCompare(other.dueAt));
}
