import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDynamoDb } from '../support/dynamodb.ts';
import { runToEnd, startLocalService, tokenIn } from '../support/local-service.ts';
import { freePort, listenOnLoopback } from '../support/loopback.ts';
import { startSesEndpoint } from '../support/ses-endpoint.ts';
import { sesEvent } from '../support/ses-events.ts';

const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

const form = {
  name: 'Ana Flores',
  membership: 'non-member',
  attemptNumber: '1',
  lowestAreas: 'clinical',
  consent: 'yes',
};

describe('the service on one machine', () => {
  let service: Awaited<ReturnType<typeof startLocalService>>;
  beforeAll(async () => {
    service = await startLocalService();
  });
  afterAll(() => service.stop());

  it('is healthy once it says Ready', async () => {
    const response = await fetch(`${service.baseUrl}/health`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('sends the confirmation by itself, with nobody running the mailer', async () => {
    const email = 'soon@example.com';
    await service.post('/sign-up', { ...form, email, attemptDate: yesterday, timeZone: 'UTC' });
    await service.arrival(email, 'Please confirm your email address');
  });

  it('attaches the calendar file to the study plan', async () => {
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

  it('previews every email in every variant', async () => {
    const room = await (await fetch(`${service.baseUrl}/local`)).text();
    const links = [...room.matchAll(/href="(\/local\/emails\/[^"]+)"/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(50);
    for (const link of links) expect((await fetch(service.baseUrl + link)).status).toBe(200);
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
    const [site] = service.ports;
    const others = await Promise.all([1, 2, 3].map(() => freePort()));
    const { code, output } = await runToEnd(['bin/local.ts'], {
      PORT: String(site),
      MAILBOX_PORT: String(others[0]),
      DYNAMODB_PORT: String(others[1]),
      OIDC_PORT: String(others[2]),
    });
    expect(code).toBe(1);
    expect(output.trim()).toBe(
      `Port ${site} is in use. Stop the process that listens on it, or choose another port with PORT.`,
    );
  });

  it('hands an SES event to the function that writes it down', async () => {
    const post = (body: string) =>
      fetch(`${service.baseUrl}/local/ses-events`, { method: 'POST', body });
    const message = {
      messageId: 'ses-1',
      source: undefined,
      destinations: ['ana@example.com'],
      tags: { 'record-type': 'candidate', 'record-id': 'nobody', 'email-key': 'reminder' },
    };
    expect((await post(JSON.stringify(sesEvent('Delivery', message)))).status).toBe(200);
    for (const wrong of ['{', 'null', '{"source":"aws.ses"}'])
      expect((await post(wrong)).status).toBe(422);
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
    for (const [action, fields] of actions)
      await service.post(`/my/${action}`, { token, ...fields });
    await fetch(`${service.baseUrl}/my/retake.ics?token=${token}`);
    await service.setClock({ advanceDays: 30 });
    await service.runMailer();
    const tags = /"id":"(\w{32})","key":"(reminder[^"]+)"/.exec(service.output());
    const message = {
      messageId: 'ses-1',
      source: 'reminders@private.example',
      destinations: [secrets.email],
      tags: {
        'record-type': 'candidate',
        'record-id': tags?.[1] ?? '',
        'email-key': tags?.[2] ?? '',
      },
    };
    for (const type of ['Send', 'Delivery', 'Bounce', 'Complaint'])
      await fetch(`${service.baseUrl}/local/ses-events`, {
        method: 'POST',
        body: JSON.stringify(sesEvent(type, message, { bounceType: 'Permanent' })),
      });
    await service.post('/my/erase', { token });

    const output = service.output();
    for (const event of ['email-handed-over', 'delivery-event', 'erased'])
      expect(output).toContain(event);
    expect(output).not.toMatch(/Xaverine|Quill|Zebra|private\.example|example\.com|Ana|Flores/);
  });
});

describe('a service with parts of one’s own', () => {
  it('keeps the table and the mail through a restart and a silent SES', async () => {
    const dynamoDb = await startDynamoDb();
    const sesPort = await freePort();
    const own = {
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
      AWS_ENDPOINT_URL_SES: `http://127.0.0.1:${sesPort}`,
    };
    const first = await startLocalService(own);
    await first.post('/sign-up', {
      ...form,
      email: 'kept@example.com',
      attemptDate: yesterday,
      timeZone: 'UTC',
    });
    expect(await first.runMailer()).toMatchObject({ sent: 0 });
    expect((await fetch(`${first.baseUrl}/health`)).status).toBe(503);
    expect(await first.stop()).toBe(0);

    const ses = await startSesEndpoint({ port: sesPort });
    const second = await startLocalService(own);
    await second.runMailer();
    expect(ses.messages.map(({ destinations }) => destinations)).toEqual([['kept@example.com']]);
    expect((await fetch(`${second.baseUrl}/health`)).status).toBe(200);
    await second.stop();
    await ses.close();
    await dynamoDb.close();
  });

  it('ends all its parts on Ctrl-C', async () => {
    const service = await startLocalService();
    expect(await service.stop()).toBe(0);
    for (const port of service.ports) {
      const probe = createServer();
      expect(await listenOnLoopback(probe, port)).toBe(port);
      probe.close();
      await once(probe, 'close');
    }
  });

  it('tells the whole story in the demo', async () => {
    const { code, output } = await runToEnd(['bin/demo.ts']);
    expect(code).toBe(0);
    for (const subject of [
      'Please confirm your email address',
      'Your date and your study plan',
      'Your date is here',
      'What comes next for you',
      '1 candidate needs your attention',
    ])
      expect(output).toContain(`Subject: ${subject}`);
  });
});
