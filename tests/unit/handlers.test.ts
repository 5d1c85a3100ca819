import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { LambdaEvent } from 'hono/aws-lambda';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { adminSettings } from '../../lambdas/handlers/dependencies/admin-dependencies.ts';
import { mailerSettings } from '../../lambdas/handlers/dependencies/mailer-dependencies.ts';
import { siteSettings } from '../../lambdas/handlers/dependencies/site-dependencies.ts';
import type { EmailRecordRef, Store } from '../../lambdas/services/ports.ts';
import { aPendingLink } from '../support/builders.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';
import { httpEvent, streamEvent } from '../support/lambda-events.ts';
import { type SesEndpoint, startSesEndpoint } from '../support/ses-endpoint.ts';
import { tablesForTests } from '../support/suite-tables.ts';
import { localAws, storeOn } from '../support/table.ts';

const shared = {
  TABLE_NAME: 'records',
  BASE_URL: 'https://retakes.example.org',
  ORGANIZATION: 'Maple Street School',
  RETENTION_DAYS: '730',
  SEND_HOUR: '9',
};
const linkKeys = { LINK_SIGNING_KEYS: 'k'.repeat(32), UNSUBSCRIBE_KEY: 'u'.repeat(32) };
const forSite = {
  ...shared,
  ...linkKeys,
  ADDRESS_KEY: 'i'.repeat(32),
  SIGN_UPS_PER_SOURCE_PER_HOUR: '40',
  SIGN_UPS_PER_HOUR: '500',
};
const forAdmin = {
  ...shared,
  ADDRESS_KEY: forSite.ADDRESS_KEY,
  SESSION_KEY: 's'.repeat(32),
  OIDC_ISSUER: 'https://issuer.example.org/pool',
  STAFF_PAGE_CLIENT_ID: 'staff-page',
  STAFF_PROGRAM_CLIENT_IDS: 'staff-program',
  STAFF_SCOPE: 'retake-reminders/staff',
};
const forMailer = {
  ...shared,
  ...linkKeys,
  POSTAL_ADDRESS: '12 Maple Street, Springfield',
  SENDER_EMAIL: 'no-reply@school.example.org',
  STAFF_EMAIL: 'office@school.example.org',
  CONFIGURATION_SET: 'retake-events',
};

const tables = await tablesForTests();
let ses: SesEndpoint;
let store: Store;
let tableName: string;
/** What the functions wrote to their log. */
let lines: () => Record<string, unknown>[];

/** As Lambda starts a function: a new process environment, and the handler loaded afresh. */
beforeEach(async () => {
  ses = await startSesEndpoint();
  tableName = await tables.create();
  store = storeOn(tables.client, tableName);
  const environment = {
    ...localAws,
    ...forSite,
    ...forAdmin,
    ...forMailer,
    TABLE_NAME: tableName,
    AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint,
    AWS_ENDPOINT_URL_SES: ses.url,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.resetModules();
  const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  lines = () => output.mock.calls.map(([line]) => JSON.parse(String(line)));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await ses.close();
});

const loadSite = async () => (await import('../../lambdas/handlers/site.ts')).handler;
const loadAdmin = async () => (await import('../../lambdas/handlers/admin.ts')).handler;
const loadMailer = async () => (await import('../../lambdas/handlers/mailer.ts')).handler;

/** A request as the HTTP API hands it to a function, with its body as it is. */
function request(method: string, url: string, headers: Record<string, string> = {}, body: string | null = null) {
  const type = { ...(body !== null && { 'content-type': 'application/x-www-form-urlencoded' }) };
  const event = httpEvent(method, url, undefined, { ...type, ...headers });
  return { ...event, body } as unknown as LambdaEvent;
}

const scheduled = { source: 'scheduler' };
const aMinute = { getRemainingTimeInMillis: () => 60_000 };

/** What the table’s stream says about these records as they are now. */
function streamOf(...refs: EmailRecordRef[]) {
  const keys = refs.map(({ type, id }) => `${type}#${id}`);
  return streamEvent(tables, tableName, { dynamodb: { Keys: { pk: { S: keys } } } });
}

async function saveLink(id: string): Promise<EmailRecordRef> {
  const at = new Date().toISOString();
  const link = aPendingLink({ id, candidateId: `c-${id}`, email: `${id}@example.com`, at });
  expect(await store.save(link, { wakeMailerAt: at })).toBe(true);
  return link;
}

const recipients = () => ses.messages.flatMap((message) => message.destinations).sort();

describe('the staff pages and API as Lambda calls them', () => {
  let issuer: Issuer;

  beforeEach(async () => {
    issuer = await startIssuer();
    vi.stubEnv('OIDC_ISSUER', issuer.url);
  });

  afterEach(async () => {
    await issuer.close();
  });

  test('take a token of no other client than those of the settings', async () => {
    vi.stubEnv('STAFF_PROGRAM_CLIENT_IDS', 'another-program,one-more');
    const admin = await loadAdmin();
    const status = async (token: string) =>
      (await admin(request('GET', '/admin/api/summary', { authorization: `Bearer ${token}` }))).statusCode;

    expect(await status(await issuer.programToken())).toBe(401);
    expect(await status((await issuer.userTokens()).access_token)).toBe(200);
    expect(await status(await issuer.signed({ client_id: 'one-more' }))).toBe(200);
  });

  test('log who signed in, and what broke, and name nobody', async () => {
    vi.stubEnv('OIDC_ISSUER', 'http://localhost:1');
    const admin = await loadAdmin();

    const response = await admin(
      request('GET', '/admin/api/candidates?email=ana%40example.com', {
        authorization: `Bearer ${await issuer.programToken()}`,
      }),
    );

    expect(response.statusCode).toBe(500);
    expect(lines()).toMatchObject([{ event: 'request-failed', path: '/admin/api/candidates' }]);
    expect(JSON.stringify(lines())).not.toMatch(/ana|example\.com|localhost/);
  });
});

describe('the candidates’ site', () => {
  test('reads a body that the gateway did not encode', async () => {
    const site = await loadSite();
    const answer = await site(request('POST', '/sign-up', {}, 'name=Ana+Flores'));

    expect(answer).toMatchObject({ statusCode: 422, body: expect.stringContaining('value="Ana Flores"') });
  });

  test('has nothing of the staff: no page, no API, and no list of candidates', async () => {
    const site = await loadSite();
    const { siteFrom } = await import('../../lambdas/handlers/dependencies/site-dependencies.ts');
    const app = siteFrom(forSite, {
      clock: () => new Date().toISOString(),
      log: () => {},
      sourceAddress: () => '203.0.113.7',
    });

    expect(app.routes.filter(({ path }) => path.includes('admin'))).toEqual([]);
    for (const path of ['/admin', '/admin/login', '/admin/api/candidates', '/admin/api/openapi.json'])
      for (const method of ['GET', 'POST']) expect((await site(request(method, path))).statusCode).toBe(404);
  });
});

describe('the mailer as Lambda calls it', () => {
  test('logs each sweep, and for how long the oldest email is overdue that it left behind', async () => {
    const mailer = await loadMailer();
    const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
    const late = aPendingLink({ id: 'a1', candidateId: 'c-a1', email: 'a1@example.com', at: anHourAgo });
    await store.save(late, { wakeMailerAt: anHourAgo });
    const left = [60_000, 11_999];

    await mailer(scheduled, { getRemainingTimeInMillis: () => left.shift() ?? 0 });
    await mailer(scheduled, aMinute);

    const sweeps = lines().filter(({ event }) => event === 'sweep-completed');
    expect(sweeps).toEqual([
      expect.objectContaining({ sent: 0, failed: 0, secondsOverdue: expect.any(Number) }),
      expect.objectContaining({ sent: 1, failed: 0, secondsOverdue: 0 }),
    ]);
    expect(sweeps[0]?.secondsOverdue).toBeGreaterThanOrEqual(3600);
  });

  test('mails the very records that the table’s stream names', async () => {
    const mailer = await loadMailer();
    const woken = [await saveLink('a1'), await saveLink('a2')];
    await saveLink('not-woken');

    const answer = await mailer(await streamOf(...woken), aMinute);

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(recipients()).toEqual(['a1@example.com', 'a2@example.com']);
  });

  test('reports the one record of three that it can’t mail, mails the others, and names nobody in its log', async () => {
    const mailer = await loadMailer();
    const poisoned = await poison('a2');
    const stream = await streamOf(await saveLink('a1'), poisoned, await saveLink('a3'));
    const [failed] = (await streamOf(poisoned)).Records;

    expect(await mailer(stream, aMinute)).toEqual({
      batchItemFailures: [{ itemIdentifier: failed?.dynamodb.SequenceNumber }],
    });
    expect(recipients()).toEqual(['a1@example.com', 'a3@example.com']);
    expect(lines()).toContainEqual(expect.objectContaining({ id: 'a1', outcome: 'accepted' }));
    expect(lines()).toContainEqual(expect.objectContaining({ id: 'a2', error: 'UnreadableItemError' }));
    expect(JSON.stringify(lines())).not.toMatch(/Ana|Flores|example\.com/);
  });

  test('goes on with a batch after SES defers one of it', async () => {
    const mailer = await loadMailer();
    const woken = [await saveLink('a1'), await saveLink('a2'), await saveLink('a3')];
    ses.failWith({ kind: 'error', status: 400, code: 'Throttling', message: 'Too fast.' }, 1);

    const answer = await mailer(await streamOf(...woken), aMinute);

    expect(answer).toEqual({ batchItemFailures: [] });
    const quotaAndPosts = 4;
    expect(ses.requests).toBe(quotaAndPosts);
    expect(ses.messages).toHaveLength(2);
  });

  test.each([
    { what: 'an empty event', event: {} },
    { what: 'another source', event: { source: 'aws.events', 'detail-type': 'Scheduled Event' } },
    { what: 'records of a queue', event: { Records: [{ messageId: '1', body: '{}' }] } },
    { what: 'a stream record without a key', event: { Records: [{ dynamodb: { SequenceNumber: '1', Keys: {} } }] } },
  ])('refuses $what, and sends nothing', async ({ event }) => {
    const mailer = await loadMailer();
    await saveLink('a1');

    await expect(mailer(event, aMinute)).rejects.toThrow();

    expect(ses.requests).toBe(0);
  });

  /** A link that is due, and that no version of the code could read. */
  async function poison(id: string): Promise<EmailRecordRef> {
    const ref = await saveLink(id);
    const key = marshall({ pk: `pending-link#${id}` });
    const { Item } = await tables.client.send(new GetItemCommand({ TableName: tableName, Key: key }));
    const item = { ...unmarshall(Item!), expiresAt: 7, candidateId: ['Ana Flores'] };
    await tables.client.send(new PutItemCommand({ TableName: tableName, Item: marshall(item) }));
    return ref;
  }
});

describe('the settings', () => {
  const optional = ['CONFIGURATION_SET', 'SEND_RATE'];

  test.each([
    { what: 'the site', call: async () => (await loadSite())(request('GET', '/')), names: Object.keys(forSite) },
    {
      what: 'the staff pages',
      call: async () => (await loadAdmin())(request('GET', '/admin')),
      names: Object.keys(forAdmin),
    },
    { what: 'the mailer', call: async () => (await loadMailer())(scheduled, aMinute), names: Object.keys(forMailer) },
  ])('that are missing keep $what from starting, all named at once', async ({ call, names }) => {
    for (const name of names) vi.stubEnv(name, undefined);

    const error = await call().then(
      () => undefined,
      (reason: unknown) => String(reason),
    );

    expect(error?.match(/[A-Z]+(_[A-Z]+)+|ORGANIZATION/g)?.sort()).toEqual(
      names.filter((name) => !optional.includes(name)).sort(),
    );
  });

  test('that are wrong are named with those that are missing, and their values are not', () => {
    const wrong = {
      ...forMailer,
      BASE_URL: 'https://retakes.example.org/',
      SEND_HOUR: '24',
      LINK_SIGNING_KEYS: 'too-short',
      STAFF_EMAIL: undefined,
      SENDER_EMAIL: 'nobody',
      ORGANIZATION: '',
    };

    const read = () => mailerSettings(wrong);

    for (const name of ['BASE_URL', 'SEND_HOUR', 'LINK_SIGNING_KEYS', 'STAFF_EMAIL', 'SENDER_EMAIL', 'ORGANIZATION'])
      expect(read).toThrow(name);
    expect(read).not.toThrow(/too-short|nobody|TABLE_NAME|UNSUBSCRIBE_KEY/);
  });

  test.each([
    ['SESSION_KEY', 'short'],
    ['ADDRESS_KEY', 'short'],
    ['OIDC_ISSUER', 'http://issuer.example.org'],
    ['OIDC_ISSUER', 'http://localhost.example.org:80'],
    ['STAFF_SCOPE', ''],
    ['LOGO_URL', 'http://school.example.org/logo.svg'],
    ['LOGO_URL', 'https://school.example.org;script-src'],
  ])('of the staff pages that are wrong are named: %s as "%s"', (name, value) => {
    expect(() => adminSettings({ ...forAdmin, [name]: value })).toThrow(`Missing or wrong settings: ${name}.`);
  });

  test('may name a logo, which all pages show, and load from its own origin', async () => {
    const { siteFrom } = await import('../../lambdas/handlers/dependencies/site-dependencies.ts');
    const { adminFrom } = await import('../../lambdas/handlers/dependencies/admin-dependencies.ts');
    const runtime = { clock: () => new Date().toISOString(), log: () => {}, sourceAddress: () => '203.0.113.7' };
    const logo = { LOGO_URL: 'https://school.example.org/media/logo.svg' };
    const pagesWith = async (setting: object) => [
      await siteFrom({ ...forSite, ...setting }, runtime).request('/nowhere'),
      await adminFrom({ ...forAdmin, ...setting }, runtime).request('/admin/signed-out'),
    ];

    for (const page of await pagesWith(logo)) {
      expect(page.headers.get('content-security-policy')).toContain("img-src 'self' https://school.example.org;");
      expect(await page.text()).toContain(`<img src="${logo.LOGO_URL}" alt="Maple Street School"/></a>`);
    }
    for (const page of await pagesWith({})) {
      expect(page.headers.get('content-security-policy')).toContain("img-src 'self';");
      expect(await page.text()).toMatch(/<img src="\/assets\/icon[^>]*alt=""\/>Maple Street School<\/a>/);
    }
  });

  test('that are complete are read: numbers, several keys, and no program or several', () => {
    const keys = ['a'.repeat(32), 'b'.repeat(40)];
    const settings = { ...forSite, LINK_SIGNING_KEYS: keys.join(',') };

    for (const hour of [0, 9, 23])
      expect(siteSettings({ ...settings, SEND_HOUR: `${hour}` })).toMatchObject({
        SEND_HOUR: hour,
        LINK_SIGNING_KEYS: keys,
      });
    for (const ids of [[], ['one'], ['one', 'two']])
      expect(adminSettings({ ...forAdmin, STAFF_PROGRAM_CLIENT_IDS: ids.join() }).STAFF_PROGRAM_CLIENT_IDS).toEqual(
        ids,
      );
  });
});
