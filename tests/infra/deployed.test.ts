import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeployedFunction, startFunction } from '../support/deployed-function.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';
import { httpEvent, streamEvent } from '../support/lambda-events.ts';
import { type RecordedAws, recordedAws } from '../support/recorded-aws.ts';
import { type SesEndpoint, type SesMessage, startSesEndpoint } from '../support/ses-endpoint.ts';
import { sesEvent } from '../support/ses-events.ts';
import { localAws, startTables, type Tables } from '../support/table.ts';
import { type Names, plainNames, resolved, resourcesOf, rightsOf, type Template, theOne } from '../support/template.ts';

const root = path.resolve(import.meta.dirname, '../..');
const names = ['Site', 'Admin', 'Mailer', 'EmailEvents'] as const;
type Name = (typeof names)[number];

/** No network, no account, no Docker. */
const cutOff = {
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  AWS_CONFIG_FILE: '/nowhere',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
  AWS_EC2_METADATA_DISABLED: 'true',
  CDK_DOCKER: '/nowhere',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
};

/** Outside the project, where bundles are CommonJS as they are in Lambda. */
const assembly = mkdtempSync(path.join(tmpdir(), 'retake-reminders-assembly-'));
let synthesisSeconds: number;
let template: Template;
let tables: Tables;
let tableName: string;
let ses: SesEndpoint;
let issuer: Issuer;
let aws: Record<Name, RecordedAws>;
let functions: Record<Name, DeployedFunction>;

beforeAll(async () => {
  const begun = performance.now();
  const PATH = [path.join(root, 'node_modules/.bin'), process.env.PATH].join(path.delimiter);
  const synth = ['node_modules/aws-cdk/bin/cdk', 'synth', '--quiet', '--no-notices', '--output', assembly];
  const env = { ...process.env, PATH, ...cutOff };
  const { status, stderr } = spawnSync(process.execPath, synth, { cwd: root, encoding: 'utf8', env });
  synthesisSeconds = (performance.now() - begun) / 1000;
  if (status !== 0) throw new Error(stderr);
  template = JSON.parse(readFileSync(path.join(assembly, 'RetakeReminders-dev.template.json'), 'utf8'));

  [tables, ses, issuer] = await Promise.all([startTables(), startSesEndpoint(), startIssuer()]);
  tableName = await tables.create();
  const secrets = Object.fromEntries(
    resourcesOf(template, 'AWS::SecretsManager::Secret').map(([id]) => [inAccount(id), `${id}-`.padEnd(64, 'x')]),
  );
  aws = await forEach(() => recordedAws({ dynamoDb: tables.endpoint, ses: ses.url, secrets }));
  functions = await forEach((name) =>
    startFunction(bundleOf(name), { ...environmentOf(name), ...localAws, ...aws[name].environment }),
  );
}, 120_000);

afterAll(async () => {
  await Promise.all(Object.values(functions ?? {}).map((started) => started.stop()));
  await Promise.all(Object.values(aws ?? {}).map((recorded) => recorded.close()));
  await Promise.all([ses?.close(), tables?.close(), issuer?.close()]);
  rmSync(assembly, { recursive: true, force: true });
});

async function forEach<T>(start: (name: Name) => Promise<T>): Promise<Record<Name, T>> {
  const entries = await Promise.all(names.map(async (name) => [name, await start(name)] as const));
  return Object.fromEntries(entries) as Record<Name, T>;
}

/** What the template's references stand for, had it been deployed. */
const inAccount: Names = (id, attribute) => {
  const plain = plainNames(id, attribute);
  const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:123456789012:${resource}`;
  if (plain === 'Records') return tableName;
  if (plain === 'Records.Arn') return arn('dynamodb', `table/${tableName}`);
  if (plain === 'HttpApi.ApiEndpoint') return 'https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com';
  if (plain === 'StaffAccountsPool.ProviderURL') return issuer.url;
  if (plain === 'EmailSendingSender') return 'reminders@maple-street.example';
  if (plain.startsWith('Secrets')) return arn('secretsmanager', `secret:${id}`);
  return plain;
};

function functionOf(name: Name) {
  const [, { Properties }] = theOne(template, 'AWS::Lambda::Function', `${name}Function`);
  return Properties as {
    Code: { S3Key: string };
    Handler: string;
    Environment: { Variables: Record<string, unknown> };
  };
}

function bundleOf(name: Name): string {
  const { Code, Handler } = functionOf(name);
  expect(Handler).toBe('index.handler');
  return path.join(assembly, `asset.${Code.S3Key.replace('.zip', '')}`, 'index.js');
}

function environmentOf(name: Name): Record<string, string> {
  const variables = resolved(functionOf(name).Environment.Variables, inAccount);
  return variables as Record<string, string>;
}

describe('the synthesis', () => {
  it('needs no network, no account and no Docker, and less than a minute', () => {
    expect(synthesisSeconds).toBeLessThan(60);
  });

  it('has no open finding, and a reason for each that is acknowledged', () => {
    type Report = { conclusion: string; violations: unknown[]; suppressedViolations: { reason: string }[] };
    const { pluginReports } = JSON.parse(readFileSync(path.join(assembly, 'validation-report.json'), 'utf8')) as {
      pluginReports: (Report & { pluginName: string })[];
    };
    const clean = { conclusion: 'success', violations: [] };
    expect(pluginReports).toMatchObject(
      ['AwsSolutions', 'Serverless', 'cdk-validator-cfnguard'].map((pluginName) => ({ pluginName, ...clean })),
    );
    for (const { reason } of pluginReports.flatMap((report) => report.suppressedViolations))
      expect(reason.length).toBeGreaterThan(40);
  });

  it('bundles each function into one small file, without source maps', () => {
    const kilobytes = (name: Name) => statSync(bundleOf(name)).size / 1024;
    expect(kilobytes('Site')).toBeLessThan(454);
    expect(kilobytes('Admin')).toBeLessThan(545);
    expect(kilobytes('Mailer')).toBeLessThan(535);
    expect(kilobytes('EmailEvents')).toBeLessThan(243);
    for (const name of names) expect(readFileSync(bundleOf(name), 'utf8')).not.toContain('sourceMappingURL');
  });

  it.each([
    ['looks for credentials anywhere but in the environment', /169\.254\.170\.2|credential_process|sso_session/],
    ['reads the SDK’s event streams', /vnd\.amazon\.eventstream/],
  ])('leaves out of the bundles what %s', (_, traces) => {
    for (const name of names) expect(readFileSync(bundleOf(name), 'utf8')).not.toMatch(traces);
  });

  it('writes no key into the template', () => {
    for (const [, { GenerateSecretString, SecretString }] of resourcesOf(template, 'AWS::SecretsManager::Secret')) {
      expect(SecretString).toBeUndefined();
      expect(GenerateSecretString).toMatchObject({ PasswordLength: 64, ExcludePunctuation: true });
    }
  });
});

describe('the deployed functions', () => {
  const email = 'ana.flores@example.com';
  let myToken = '';
  /** As candidates and staff fill it in. */
  const formOf = (name: string, email: string) => {
    const exam = { attemptDate: daysAgo(1), attemptNumber: '1', membership: 'member' };
    return { name, email, ...exam, timeZone: 'America/New_York' };
  };

  it('take a sign-up', async () => {
    expect(await get('/')).toMatchObject({ statusCode: 200, body: expect.stringContaining('name="attemptDate"') });
    expect(await post('/sign-up', { ...formOf('Ana Flores', email), consent: 'yes' })).toMatchObject({
      statusCode: 303,
      headers: { location: '/check-your-email' },
    });
  });

  it('send the confirmation as soon as the stream reports the sign-up', async () => {
    expect(await wake()).toEqual({ batchItemFailures: [] });
    expect(await subjects()).toEqual(['Please confirm your email address']);
    expect(ses.messages[0]).toMatchObject({
      source: 'reminders@maple-street.example',
      destinations: [email],
      configurationSet: 'EmailSendingEvents',
    });
    const { from, text } = await PostalMime.parse(ses.messages[0]?.raw ?? '');
    const { ORGANIZATION, POSTAL_ADDRESS = 'none' } = environmentOf('Mailer');
    expect(from?.name).toBe(ORGANIZATION);
    expect(text).toContain(POSTAL_ADDRESS);
  });

  it('confirm it, and send the study plan', async () => {
    const answer = await post('/confirm', { token: await tokenIn(ses.messages[0], '/confirm') });
    expect(answer).toMatchObject({ statusCode: 303, headers: { location: expect.stringMatching(/^\/my\?token=/) } });
    await wake();
    expect(await subjects()).toEqual(['Your date and your study plan']);
    myToken = await tokenIn(ses.messages.at(-1), '/my');
    expect(await get(`/my?token=${myToken}`)).toMatchObject({ statusCode: 200 });
  });

  it('write down what SES reports', async () => {
    const [message] = ses.messages.slice(-1);
    if (!message) throw new Error('No message was sent.');
    for (const type of ['Send', 'Delivery']) await functions.EmailEvents.call(sesEvent(type, message));
    expect(loggedBy('EmailEvents')).toContainEqual(
      expect.objectContaining({ event: 'delivery-event', report: 'delivery' }),
    );
  });

  it('send the reminder in the minute’s sweep, once the 30 days are over', async () => {
    // The deployed code lives by the real clock: the date is corrected to one that lies far enough back.
    await post('/my/correct-date', { token: myToken, attemptDate: daysAgo(32) });
    expect(await functions.Mailer.call(tick())).toEqual({ sent: 1, skipped: 0, failed: 0 });
    expect(await subjects()).toEqual(['Your 30-day wait is over']);
    expect(loggedBy('Mailer')).toContainEqual({
      event: 'sweep-completed',
      sent: 1,
      skipped: 0,
      failed: 0,
      secondsOverdue: 0,
    });
  });

  it('say what comes after the third attempt, and tell the staff', async () => {
    await post('/my/correct-date', { token: myToken, attemptDate: daysAgo(70) });
    const attempt = (attemptNumber: string, days: number) =>
      post('/my/attempts', { token: myToken, attemptNumber, attemptDate: daysAgo(days) });
    expect(await attempt('2', 38)).toMatchObject({ statusCode: 303 });
    await wake();
    expect(await subjects()).toEqual(['Your 30-day wait is over']);
    expect(await attempt('3', 1)).toMatchObject({ statusCode: 303 });
    await functions.Mailer.call(tick());
    expect((await subjects()).toSorted()).toEqual(['1 student needs your attention', 'What comes next for you']);
  });

  it('stop mail by one click, and for whoever reports it as spam', async () => {
    const [last] = ses.messages.filter(({ destinations }) => destinations.includes(email)).slice(-1);
    const token = await tokenIn(last, '/unsubscribe');
    const answer = await post(`/unsubscribe?token=${token}`, { 'List-Unsubscribe': 'One-Click' });
    expect(answer).toMatchObject({ statusCode: 200 });
    const [confirmation] = ses.messages;
    if (!confirmation) throw new Error('No message was sent.');
    await functions.EmailEvents.call(sesEvent('Complaint', confirmation));
    expect(loggedBy('EmailEvents').map(({ emailState }) => emailState)).toContain('complained');
  });

  it('erase', async () => {
    expect(await post('/my/erase', { token: myToken })).toMatchObject({ statusCode: 303 });
    expect(await get(`/my?token=${myToken}`)).toMatchObject({ statusCode: 410 });
  });

  it('let nobody into the staff pages without a login', async () => {
    expect(await admin('GET', '/admin/api/candidates')).toMatchObject({ statusCode: 401 });
    const foreign = await issuer.signed({ client_id: 'of-someone-else' });
    expect(await admin('GET', '/admin/api/candidates', foreign)).toMatchObject({ statusCode: 401 });
    const page = await functions.Admin.call(httpEvent('GET', '/admin/login'));
    expect(page).toMatchObject({
      statusCode: 302,
      headers: { location: expect.stringContaining(`${issuer.url}/authorize?client_id=StaffAccounts`) },
    });
  });

  it('let staff enroll, list, look, change, and erase', async () => {
    const token = await staffToken();
    const form = { ...formOf('Ben Carter', 'ben.carter@example.com'), cohort: 'Spring A' };
    const enrolled = await admin('POST', '/admin/api/candidates', token, form);
    expect(enrolled).toMatchObject({ statusCode: 201 });
    const { id } = bodyOf<{ id: string }>(enrolled);

    await wake();
    expect(await subjects()).toEqual(['Please confirm your email address']);
    await post('/confirm', { token: await tokenIn(ses.messages.at(-1), '/confirm') });
    await functions.Mailer.call(tick());
    expect(await subjects()).toEqual(['Your date and your study plan']);

    for (const query of [
      '',
      '?status=waiting',
      '?cohort=Spring%20A',
      '?cohort=Spring%20A&status=waiting',
      '?q=ben',
      '?email=BEN.carter@example.com',
    ])
      expect(bodyOf(await admin('GET', `/admin/api/candidates${query}`, token)), query).toMatchObject({
        candidates: [{ id, status: 'waiting', attemptsUsed: 1 }],
      });
    expect(bodyOf(await admin('GET', '/admin/api/candidates?flag=any', token))).toMatchObject({ candidates: [] });
    const detail = bodyOf<{ emails: { key: string }[] }>(await admin('GET', `/admin/api/candidates/${id}`, token));
    const plan = detail.emails.find(({ key }) => key.startsWith('study-plan'))?.key;
    expect(await admin('POST', `/admin/api/candidates/${id}/emails/${plan}/resend`, token, {})).toMatchObject({
      statusCode: 200,
    });
    await wake();
    expect(await subjects()).toEqual(['Your date and your study plan']);

    expect(await admin('GET', '/admin/api/candidates.csv', token)).toMatchObject({
      statusCode: 200,
      body: expect.stringContaining('Ben Carter,Spring A,member'),
    });
    expect(bodyOf(await admin('GET', '/admin/api/summary', token))).toMatchObject({ all: { waiting: 1 } });
    expect(await admin('DELETE', `/admin/api/candidates/${id}`, token)).toMatchObject({ statusCode: 204 });
    expect(await admin('GET', `/admin/api/candidates/${id}`, token)).toMatchObject({ statusCode: 404 });
    await wake();
    expect(await subjects()).toEqual(['Your record has been erased']);
  });

  it('forget an enrollment made by mistake, and its address', async () => {
    const form = formOf('Cleo Diaz', 'cleo.diaz@example.com');
    await admin('POST', '/admin/api/candidates', await staffToken(), form);
    await wake();
    expect(await subjects()).toEqual(['Please confirm your email address']);
    const notMe = await post('/not-me', { token: await tokenIn(ses.messages.at(-1), '/not-me') });
    expect(notMe).toMatchObject({ statusCode: 200, body: expect.stringContaining('Request deleted') });
  });

  it('let staff in by the login of the pool, with a cookie for their own host alone', async () => {
    const begun = await staffPage('/admin/login');
    const { location = '' } = begun.headers;
    const authorized = await fetch(location, { redirect: 'manual' });
    const back = new URL(authorized.headers.get('location') ?? '');
    expect(back.origin + back.pathname).toBe('https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/admin/callback');
    const signedIn = await staffPage(back.pathname + back.search, begun.cookies);
    expect(signedIn).toMatchObject({ statusCode: 302, headers: { location: '/admin' } });
    const session = signedIn.cookies?.find((cookie) => cookie.startsWith('__Host-session='));
    expect(session).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(await staffPage('/admin', [session ?? ''])).toMatchObject({
      statusCode: 200,
      body: expect.stringContaining('Needs your attention'),
    });
    expect(await staffPage('/admin/coming-up', [session ?? ''])).toMatchObject({
      statusCode: 200,
      body: expect.stringContaining('Coming up'),
    });
  });

  it('write lines of JSON only, each with its event, and name nobody', () => {
    for (const name of names) {
      for (const line of loggedBy(name)) expect(line.event).toMatch(/^[a-z-]+$/);
      expect(functions[name].output()).not.toMatch(/Ana|Flores|example\.com|token=/);
    }
  });

  it('read each key once', () => {
    const reads = (name: Name) =>
      aws[name].calls
        .filter(({ action }) => action === 'secretsmanager:GetSecretValue')
        .map(({ resource }) => plainNames(resource.split(':').at(-1) ?? ''))
        .toSorted();
    expect(reads('Site')).toEqual(['SecretsAddress', 'SecretsLinkSigning', 'SecretsUnsubscribe']);
    expect(reads('Mailer')).toEqual(['SecretsLinkSigning', 'SecretsUnsubscribe']);
    expect(reads('EmailEvents')).toEqual([]);
    expect(reads('Admin')).toEqual(['SecretsAddress', 'SecretsSession']);
  });

  it.each(names)('%s did nothing that its role may not do', (name) => {
    const forbidden = aws[name].calls.filter((call) => !isAllowed(name, call));
    expect(forbidden).toEqual([]);
  });

  it.each(names)('%s may call nothing of the table, of SES or of the keys that it did not call', (name) => {
    const called = new Set(aws[name].calls.map(({ action, resource }) => `${action} ${resource}`));
    const unused = rightsOn(name)
      .filter(({ actions }) => !actions.includes('dynamodb:GetRecords'))
      .flatMap(({ actions, resources }) =>
        actions.flatMap((action) => resources.map((resource) => `${action} ${resource}`)),
      )
      .filter((right) => /^(dynamodb|ses|secretsmanager):/.test(right) && !called.has(right))
      // SES asks for the right to whatever is verified: addresses and domains.
      .filter((right) => !right.endsWith(':identity/*'));
    expect(unused).toEqual([]);
  });
});

const get = (url: string) => functions.Site.call(httpEvent('GET', url));
const post = (url: string, form: Record<string, string>) => functions.Site.call(httpEvent('POST', url, form));

type HttpAnswer = { statusCode: number; headers: Record<string, string>; cookies?: string[]; body: string };

async function admin(method: string, url: string, token?: string, form?: Record<string, string>) {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  return (await functions.Admin.call(httpEvent(method, url, form, headers))) as HttpAnswer;
}

async function staffPage(url: string, setCookies: string[] = []) {
  const cookies = setCookies.map((cookie) => cookie.split(';')[0] ?? '');
  return (await functions.Admin.call(httpEvent('GET', url, undefined, {}, cookies))) as HttpAnswer;
}

/** As the pool's client for staff browsers gets it. */
function staffToken(): Promise<string> {
  const { STAFF_PAGE_CLIENT_ID, STAFF_SCOPE } = environmentOf('Admin');
  return issuer.signed({ client_id: STAFF_PAGE_CLIENT_ID, scope: STAFF_SCOPE, sub: 'staff-1' });
}

function bodyOf<T>({ body }: HttpAnswer): T {
  return JSON.parse(body) as T;
}

/** What the schedule sends. */
function tick(): unknown {
  const [, { Properties }] = theOne(template, 'AWS::Scheduler::Schedule');
  return JSON.parse((Properties.Target as { Input: string }).Input);
}

/** What the stream sends, through the filter in the template. */
async function wake(): Promise<unknown> {
  const [, { Properties }] = theOne(template, 'AWS::Lambda::EventSourceMapping');
  const { Filters } = Properties.FilterCriteria as { Filters: { Pattern: string }[] };
  const filter = JSON.parse(Filters[0]?.Pattern ?? '');
  const event = await streamEvent(tables, tableName, filter);
  expect(event.Records).toHaveLength(1);
  return functions.Mailer.call(event);
}

let seen = 0;
/** The subjects of what was sent since the last look. */
async function subjects(): Promise<(string | undefined)[]> {
  const mails = await Promise.all(ses.messages.slice(seen).map(({ raw }) => PostalMime.parse(raw)));
  seen = ses.messages.length;
  return mails.map(({ subject }) => subject);
}

async function tokenIn(message: SesMessage | undefined, page: string): Promise<string> {
  const { text = '' } = await PostalMime.parse(message?.raw ?? '');
  const link = text.match(
    new RegExp(`https://a1b2c3d4e5\\.execute-api\\.us-east-1\\.amazonaws\\.com${page}\\?token=(\\S+)`),
  );
  if (!link?.[1]) throw new Error(`No link to ${page} in the email.`);
  return link[1];
}

function loggedBy(name: Name): Record<string, unknown>[] {
  const lines = functions[name].output().split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}

function rightsOn(name: Name) {
  const [roleId] = theOne(template, 'AWS::IAM::Role', `${name}Role`);
  return rightsOf(template, roleId, inAccount);
}

function isAllowed(name: Name, call: RecordedAws['calls'][number]): boolean {
  return rightsOn(name).some(
    ({ effect, actions, resources, conditions }) =>
      effect === 'Allow' &&
      actions.includes(call.action) &&
      resources.some((resource) =>
        resource.endsWith('*') ? call.resource.startsWith(resource.slice(0, -1)) : call.resource === resource,
      ) &&
      Object.entries(conditions).every(([operator, keys]) =>
        Object.entries(keys).every(([key, patterns]) => isMet(operator, [patterns].flat(), call.context[key] ?? [])),
      ),
  );
}

function isMet(operator: string, patterns: string[], values: string[]): boolean {
  if (values.length === 0) return false;
  switch (operator) {
    case 'StringEquals':
      return values.every((value) => patterns.includes(value));
    case 'ForAllValues:StringLike':
      return values.every((value) =>
        patterns.some((pattern) =>
          pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern,
        ),
      );
    default:
      throw new Error(`${operator} is not understood here.`);
  }
}

function daysAgo(days: number): string {
  const at = new Date(Date.now() - days * 24 * 60 * 60 * 1000);
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(at);
}
