import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startParts } from '../../bin/local/local-parts.ts';
import { StartError } from '../../bin/local/local-settings.ts';
import { tableDefinition } from '../../lambdas/adapters/dynamodb/table.ts';
import { aPendingLink } from '../support/builders.ts';
import { type LocalService, runToEnd, startLocalService, tokenIn } from '../support/local-service.ts';
import { freePort, listenOnLoopback } from '../support/loopback.ts';
import { sesEvent } from '../support/ses-events.ts';
import { startTables, storeOn, type Tables } from '../support/table.ts';
import { runs } from '../support/thorough.ts';

const form = {
  name: 'Ana Flores',
  membership: 'non-member',
  attemptNumber: '1',
  lowestAreas: 'clinical',
  consent: 'yes',
};

describe('the service on one machine', () => {
  let service: LocalService;
  let tables: Tables;
  beforeAll(async () => {
    tables = await startTables();
    const TableName = 'retake-reminders';
    await tables.client.send(new CreateTableCommand(tableDefinition(TableName)));
    await storeOn(tables.client, TableName).save(
      aPendingLink({ email: 'kept@example.com', at: new Date().toISOString() }),
    );
    service = await startLocalService({ AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint });
  });
  afterAll(async () => {
    await service?.stop();
  });

  it('is healthy once it says Ready', async () => {
    const response = await fetch(`${service.baseUrl}/health`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it.each([
    ['a little too large', 70_000],
    ['too large for one packet', 1_000_000],
    ['far too large', 9_000_000],
  ])('answers a body %s with a sentence, chunked or not', async (_, size) => {
    const send = async (path: string, isChunked: boolean) => {
      const body = 'x'.repeat(size);
      const response = await fetch(`${service.baseUrl}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: isChunked ? new Blob([body]).stream() : body,
        duplex: 'half',
      });
      return [response.status, /We can take up to 64 KB/.test(await response.text())];
    };
    for (let round = 0; round < runs(5); round += 1)
      for (const path of ['/sign-up', '/admin/api/candidates'])
        for (const isChunked of [true, false]) expect(await send(path, isChunked)).toEqual([413, true]);
  });

  it.each([
    ['Origin', { Origin: 'https://evil.example' }, 403],
    ['Origin', { Origin: 'null' }, 403],
    ['Host', { Host: 'evil.example' }, 403],
    ['Host', { Host: 'evil.example:80' }, 403],
  ])('answers no other site’s pages under /local, by their %s', async (_name, headers, status) => {
    for (const [method, path] of [
      ['POST', '/local/run-mailer'],
      ['GET', '/local'],
    ] as const) {
      const asked = request(`${service.baseUrl}${path}`, { method, headers }).end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      expect([method, response.statusCode]).toEqual([method, status]);
    }
  });

  it('takes up a table that is there, with the mail that waits in it', async () => {
    await service.arrival('kept@example.com', 'Please confirm your email address');
  });

  it('sends the link and the study plan with its calendar file, with nobody running the mailer', async () => {
    const email = 'calendar@example.com';
    await service.setClock({ now: '2027-02-13T12:00:00Z' });
    await service.post('/sign-up', { ...form, email, attemptDate: '2027-02-12', timeZone: 'UTC' });
    const confirmation = await service.arrival(email, 'Please confirm your email address');
    await service.post('/confirm', { token: tokenIn(confirmation) });
    const plan = await service.arrival(email, 'Your date and your study plan');
    expect(plan.attachments.map(({ contentType }) => contentType)).toEqual(['text/calendar']);
    const calendar = Buffer.from(plan.attachments[0]?.content ?? '', 'base64').toString();
    expect(calendar).toContain('DTSTART;VALUE=DATE:20270314');
  });

  // Each of them is opened where every page is.
  it('lists a preview of every email in every variant', async () => {
    const room = await (await fetch(`${service.baseUrl}/local`)).text();
    const links = [...room.matchAll(/href="(\/local\/emails\/[^"]+)"/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(50);
    expect((await fetch(service.baseUrl + links[0])).status).toBe(200);
    expect((await fetch(`${service.baseUrl}/local/emails/nothing.html`)).status).toBe(404);
  });

  it('turns the clock by days or to a moment, and says what is wrong otherwise', async () => {
    const set = await service.setClock({ now: '2026-03-01T15:00:00Z' });
    expect(((await set.json()) as { now: string }).now).toMatch(/^2026-03-01T15:00:0\d\.\d{3}Z$/);
    const advanced = await service.setClock({ advanceDays: 30 });
    expect(((await advanced.json()) as { now: string }).now).toMatch(/^2026-03-31T15:00:/);
    for (const wrong of [{}, { now: 'tomorrow' }, { advanceDays: '30' }, { advanceDays: 1e9 }, []])
      expect((await service.setClock(wrong)).status).toBe(422);
  });

  it('refuses a taken port with a sentence', async () => {
    const [PORT = 0] = service.ports;
    const others = { MAILBOX_PORT: 1, DYNAMODB_PORT: 2, OIDC_PORT: await freePort() };
    await expect(startParts({ PORT, ...others }, {})).rejects.toThrow(
      new StartError(`Port ${PORT} is in use. Stop the process that listens on it, or choose another port with PORT.`),
    );
  });

  it('hands an SES event to the function that writes it down', async () => {
    const post = (body: string) => fetch(`${service.baseUrl}/local/ses-events`, { method: 'POST', body });
    const message = {
      messageId: 'ses-1',
      source: undefined,
      destinations: ['ana@example.com'],
      tags: { 'record-type': 'candidate', 'record-id': 'nobody', 'email-key': 'reminder' },
    };
    expect((await post(JSON.stringify(sesEvent('Delivery', message)))).status).toBe(200);
    for (const wrong of ['{', 'null', '{"source":"aws.ses"}']) expect((await post(wrong)).status).toBe(422);
  });

  it('writes no address and no name into its log, whatever is done', async () => {
    await service.setClock({ now: '2027-02-13T12:00:00Z' });
    const secrets = { name: 'Xaverine Quill', cohort: 'Zebra Class', email: 'xq@private.example' };
    const join = async () => {
      await service.runMailer();
      const [confirmation] = (await service.emails(secrets.email)).slice(-1);
      const token = confirmation ? tokenIn(confirmation) : '';
      const answer = await service.post('/confirm', { token });
      return new URLSearchParams(answer.headers.get('location')?.split('?')[1]).get('token') ?? '';
    };
    const signUp = { ...form, ...secrets, attemptDate: '2027-02-12', timeZone: 'UTC' };
    await service.post('/sign-up', { ...signUp, name: `${secrets.name}\u0000` });
    await service.post('/sign-up', signUp);
    const token = await join();
    const actions: [string, Record<string, string>][] = [
      ['attempts', { attemptDate: '2027-02-13', attemptNumber: '2' }],
      ['correct-date', { attemptDate: '2027-02-11' }],
      ['details', { name: secrets.name, membership: 'member', timeZone: 'Asia/Tokyo' }],
      ['passed', {}],
      ['undo', {}],
      ['new-application', {}],
      ['undo', {}],
      ['unsubscribe', {}],
      ['resubscribe', {}],
    ];
    for (const [action, fields] of actions) {
      const page = await (await fetch(`${service.baseUrl}/my?token=${token}`)).text();
      const [, entry = ''] = /name="entry" value="([^"]*)"/.exec(page) ?? [];
      await service.post(`/my/${action}`, { token, entry, ...fields });
    }
    await fetch(`${service.baseUrl}/my/retake.ics?token=${token}`);
    await service.setClock({ advanceDays: 30 });
    await service.runMailer();
    const [, id = '', key = ''] = /"id":"([\w-]+)","key":"(reminder[^"]+)"/.exec(service.output()) ?? [];
    const message = {
      messageId: 'ses-1',
      source: 'reminders@private.example',
      destinations: [secrets.email],
      tags: { 'record-type': 'candidate', 'record-id': id, 'email-key': key },
    };
    for (const type of ['Send', 'Delivery', 'Bounce', 'Complaint'])
      await fetch(`${service.baseUrl}/local/ses-events`, {
        method: 'POST',
        body: JSON.stringify(sesEvent(type, message, { bounceType: 'Permanent' })),
      });
    await service.post('/my/erase', { token });

    const output = service.output();
    for (const event of ['email-handed-over', 'delivery-event', 'record-removed']) expect(output).toContain(event);
    expect(output).not.toMatch(/Xaverine|Quill|Zebra|private\.example|example\.com|Ana|Flores/);
  });

  it('is not healthy once a part is silent, and ends all its parts on Ctrl-C', async () => {
    await tables.close();
    expect((await fetch(`${service.baseUrl}/health`)).status).toBe(503);
    expect(await service.stop()).toBe(0);
    for (const port of service.ports) {
      const probe = createServer();
      expect(await listenOnLoopback(probe, port)).toBe(port);
      probe.close();
      await once(probe, 'close');
    }
  });
});

describe('the demo', () => {
  it('shows every email of the whole story', async () => {
    const { code, output } = await runToEnd(['bin/demo.ts']);
    expect(code).toBe(0);
    for (const subject of [
      'Please confirm your email address',
      'Your date and your study plan',
      'Your 30-day wait is over',
      'What comes next for you',
      '1 student needs your attention',
    ])
      expect(output).toContain(`Subject: ${subject}`);
    expect(output).toMatch(/Your 30-day wait ends today.*We’ve noted that you passed\./s);
  });
});
