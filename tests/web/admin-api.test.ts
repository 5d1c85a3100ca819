import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { validate } from '@readme/openapi-parser';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localStaff } from '../../bin/local/login-issuer.ts';
import { staffForms } from '../../lambdas/core/action-forms.ts';
import { markPassed } from '../../lambdas/core/attempts.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { unsubscribe } from '../../lambdas/core/email-preferences.ts';
import type { CandidateLists } from '../../lambdas/services/ports.ts';
import { aCandidate, changedBy } from '../support/builders.ts';
import { documentedBy } from '../support/documented.ts';
import {
  aBrowser,
  aStaffOffice,
  type Fields,
  formOf,
  type StaffParts,
  startStaffParts,
  tokenIn,
} from '../support/staff.ts';

type Json = Record<string, unknown>;
type CandidateDetail = Json & {
  id: string;
  status: string;
  flags: string[];
  emails: { key: string; state: string; reason: string | null; at: string | null }[];
  history: { action: string; by: string; at: string; about?: string; note?: string }[];
};
type Row = { id: string; email: string; status: string };
type Page = { candidates: Row[]; nextCursor: string | null };
type Refusal = { error: { code: string; message: string; fields?: Record<string, string> } };

const at = '2026-11-23T15:00:00.000Z';
const enrolment = {
  name: 'Ana Flores',
  email: 'ana@example.com',
  attemptDate: '2026-11-20',
  attemptNumber: '1',
  membership: 'member',
  timeZone: 'America/New_York',
  cohort: 'Spring A',
};

let parts: StaffParts;
let token: string;
let openapi: Json;
let documented: Awaited<ReturnType<typeof documentedBy>>;

beforeAll(async () => {
  parts = await startStaffParts();
  token = await parts.issuer.programToken();
  const { app } = await aStaffOffice(parts);
  const headers = { authorization: `Bearer ${token}` };
  openapi = (await (await app.request('/admin/api/openapi.json', { headers })).json()) as Json;
  documented = await documentedBy(openapi);
});

afterAll(async () => {
  await parts?.close();
});

type Asked = {
  json?: unknown;
  form?: Fields;
  body?: string | FormData;
  headers?: Record<string, string>;
};

/** The API, each of whose answers is held against its own description. */
async function anApi(options: Parameters<typeof aStaffOffice>[1] = {}) {
  const office = await aStaffOffice(parts, options);

  async function ask(method: string, path: string, { json, form, body, headers }: Asked = {}) {
    const response = await office.app.request(`/admin/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(form !== undefined && { body: formOf(form) }),
      ...(body !== undefined && { body }),
    });
    const { pathname } = new URL(`https://retakes.example.org/admin/api${path}`);
    await documented.check(method, pathname.replace(/^\/admin\/api/, ''), response);
    return response;
  }

  const told = async <T>(answer: Promise<Response>, status = 200): Promise<T> => {
    const response = await answer;
    const text = await response.text();
    expect([response.status, text]).toEqual([status, expect.any(String)]);
    return JSON.parse(text) as T;
  };

  const page = (query = '') => told<Page>(ask('GET', `/candidates${query}`));

  return {
    ...office,
    ask,
    get: (path: string) => ask('GET', path),
    post: (path: string, asked: Asked = {}) => ask('POST', path, asked),
    detail: (id: string) => told<CandidateDetail>(ask('GET', `/candidates/${id}`)),
    page,
    done: (path: string, asked: Asked = {}) => told<CandidateDetail>(ask('POST', path, asked)),
    refused: async (answer: Promise<Response>, status: number) =>
      (await told<Refusal>(answer, status)).error,
    /** Which people a list names, in their order. */
    async listed(query = ''): Promise<string[]> {
      const { candidates } = await page(query);
      return candidates.map(({ email }) => email.split('@')[0] ?? '');
    },
    version: async (id: string) => (await office.store.candidate(id))?.version,
  };
}

type Api = Awaited<ReturnType<typeof anApi>>;

const passed = (candidate: Candidate) => changedBy(markPassed(candidate, at));
const bounced = (candidate: Candidate): Candidate => ({
  ...candidate,
  emailState: 'bounced',
  bouncedAt: '2026-11-22T15:00:00.000Z',
});
const complained = (candidate: Candidate): Candidate => ({
  ...candidate,
  emailState: 'complained',
  complainedAt: '2026-11-21T15:00:00.000Z',
});
const failed = (candidate: Candidate): Candidate => ({
  ...candidate,
  emails: candidate.emails.map((email, index) =>
    index > 0 || email.state !== 'queued'
      ? email
      : { ...email, state: 'failed', at, reason: 'MessageRejected', tries: 1 },
  ),
});
const firstToldEarlier = (candidate: Candidate): Candidate => ({
  ...candidate,
  applications: candidate.applications.map((application) => ({
    ...application,
    attempts: application.attempts.map((attempt, index) =>
      index > 0 ? attempt : { ...attempt, recordedAt: '2026-06-03T15:00:00.000Z' },
    ),
  })),
});
const threeAttempts = ['2026-03-02', '2026-06-02', '2026-11-02'];

/** One candidate for each status and each flag. */
async function aFullOffice() {
  const api = await anApi();
  const alone = { cohort: undefined };
  await api.add({ email: 'wanda@example.com', attempts: ['2026-11-10'], cohort: 'Spring A' });
  await api.add({ email: 'carl@example.com', attempts: ['2026-09-01'], cohort: 'Spring B' });
  await api.add({ email: 'ursula@example.com', attempts: threeAttempts, cohort: 'Spring A' });
  await api.add({ ...alone, email: 'paul@example.com', attempts: ['2026-11-10'], change: passed });
  await api.add({ ...alone, email: 'bob@example.com', attempts: ['2026-11-11'], change: bounced });
  await api.add({
    email: 'sam@example.com',
    attempts: threeAttempts,
    change: complained,
    cohort: 'Spring B',
  });
  await api.add({ ...alone, email: 'fay@example.com', attempts: ['2026-11-12'], change: failed });
  await api.post('/candidates', { json: { ...enrolment, email: 'nora@example.com' } });
  return api;
}

const everyone = ['bob', 'carl', 'fay', 'nora', 'paul', 'sam', 'ursula', 'wanda'];

type Route = [method: string, path: string, asked?: Asked | undefined];
/** Each route that is about one candidate, with a body that is in order. */
const routesOfOne: Route[] = [
  ['GET', ''],
  ['POST', '/attempts', { json: { attemptDate: '2026-11-20', attemptNumber: 1 } }],
  ['POST', '/correct-date', { json: { attemptDate: '2026-11-20' } }],
  ['POST', '/passed'],
  ['POST', '/undo'],
  ['POST', '/clear-bounce'],
  ['POST', '/emails/study-plan-1-1-2026-11-10/resend'],
  ['POST', '/flags/third-attempt-used/acknowledge', { json: { note: 'Called.' } }],
  ['DELETE', ''],
];
const routes: Route[] = [
  ['GET', '/candidates'],
  ['GET', '/candidates.csv'],
  ['GET', '/summary'],
  ['GET', '/openapi.json'],
  ['POST', '/candidates', { json: enrolment }],
  ...routesOfOne.map(
    ([method, path, asked]): Route => [method, `/candidates/a1b2c3${path}`, asked],
  ),
];

describe('without a token', () => {
  const elsewhere: Route[] = [
    ['GET', ''],
    ['GET', '/'],
    ['GET', '/unknown'],
    ['POST', '/unknown'],
    ['DELETE', '/candidates'],
    ['PUT', '/candidates/a1b2c3'],
    ['PATCH', '/candidates/a1b2c3'],
    ['OPTIONS', '/candidates'],
    ['POST', '/login'],
    ['GET', '/candidates/a%2Fb'],
    ['GET', '/%E0%A4%A'],
  ];
  it.each([...routes, ...elsewhere])('%s %s answers 401 in JSON', async (method, path, asked) => {
    const { app } = await aStaffOffice(parts);
    const response = await app.request(`/admin/api${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(asked?.json !== undefined && { body: JSON.stringify(asked.json) }),
    });

    await documented.check(method, path, response);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(await response.json()).toEqual({
      error: { code: 'unauthorized', message: expect.stringMatching(/\w+ .*\.$/) },
    });
  });

  it.each([
    ['garbage', () => 'Bearer garbage'],
    ['no token behind its name', () => 'Bearer '],
    ['another kind of login', () => `Basic ${Buffer.from('staff:staff').toString('base64')}`],
    ['the token alone', () => token],
    ['a token with something behind', () => `Bearer ${token} x`],
    ['a token for another kind', () => `Token ${token}`],
  ])('nobody is let in with %s', async (_title, authorization) => {
    const { ask } = await anApi();

    const response = await ask('GET', '/candidates', {
      headers: { authorization: authorization() },
    });
    expect(response.status).toBe(401);
  });

  it('an id token lets nobody in, and an access token of the staff page does', async () => {
    const { ask } = await anApi();
    const { id_token, access_token } = await parts.issuer.userTokens();
    const status = async (bearer: string) =>
      (await ask('GET', '/summary', { headers: { authorization: `Bearer ${bearer}` } })).status;

    expect(await status(id_token)).toBe(401);
    expect(await status(access_token)).toBe(200);
  });

  it('a session of the pages lets nobody in', async () => {
    const office = await aStaffOffice(parts);
    const browser = aBrowser(office);
    await browser.signIn();

    expect((await browser.get('/admin')).status).toBe(200);
    expect((await browser.get('/admin/api/candidates')).status).toBe(401);
  });

  it('nothing is changed', async () => {
    const { app, add, store } = await aStaffOffice(parts);
    const id = await add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
    const before = await store.candidate(id);
    for (const [method, path, asked] of routesOfOne)
      await app.request(`/admin/api/candidates/${id}${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(asked?.json !== undefined && { body: JSON.stringify(asked.json) }),
      });

    expect(await store.candidate(id)).toEqual(before);
  });
});

describe('the list', () => {
  it('shows everybody without a filter', async () => {
    const { listed } = await aFullOffice();

    expect((await listed()).sort()).toEqual(everyone);
  });

  it.each([
    ['?status=waiting', ['bob', 'fay', 'wanda']],
    ['?status=can-retake', ['carl']],
    ['?status=attempts-used', ['sam', 'ursula']],
    ['?status=passed', ['paul']],
    ['?status=unconfirmed', ['nora']],
    ['?flag=third-attempt-used', ['sam', 'ursula']],
    ['?flag=email-bounced', ['bob']],
    ['?flag=email-complained', ['sam']],
    ['?flag=email-failed', ['fay']],
    ['?flag=any', ['bob', 'fay', 'sam', 'ursula']],
    ['?cohort=Spring%20A', ['nora', 'ursula', 'wanda']],
    ['?cohort=Spring+B', ['carl', 'sam']],
    ['?cohort=Autumn', []],
    ['?cohort=spring%20a', []],
    ['?status=attempts-used&cohort=Spring+B', ['sam']],
    ['?status=passed&cohort=Spring+B', []],
    ['?flag=any&cohort=Spring%20A', ['ursula']],
    ['?flag=any&status=waiting', ['bob', 'fay']],
    ['?flag=third-attempt-used&status=attempts-used&cohort=Spring+A', ['ursula']],
    ['?email=wanda@example.com', ['wanda']],
    ['?email=WANDA@Example.COM', ['wanda']],
    ['?email=%20wanda@example.com%20', ['wanda']],
    ['?email=nobody@example.com', []],
    ['?email=wanda', []],
    ['?email=wanda@example.com&status=waiting&cohort=Spring+A', ['wanda']],
    ['?email=wanda@example.com&status=passed', []],
    ['?email=nora@example.com', ['nora']],
    ['?status=&flag=', everyone],
    ['?status=&flag=&cohort=&email=&limit=&cursor=', everyone],
    ['?status=&flag=any&cohort=', ['bob', 'fay', 'sam', 'ursula']],
    ['?unknown=1', everyone],
  ])('%s shows %j', async (query, expected) => {
    const { listed } = await aFullOffice();

    expect((await listed(query)).sort()).toEqual(expected);
  });

  it('tells of each what programs rely on', async () => {
    const api = await aFullOffice();
    const { candidates, nextCursor } = await api.page();
    const of = (email: string) => candidates.find((candidate) => candidate.email === email);

    expect(nextCursor).toBeNull();
    expect(of('wanda@example.com')).toEqual({
      id: api.idOf('wanda@example.com'),
      email: 'wanda@example.com',
      name: 'Ana Flores',
      cohort: 'Spring A',
      membership: 'member',
      timeZone: 'America/New_York',
      status: 'waiting',
      emailState: 'active',
      attemptsUsed: 1,
      retakeOn: '2026-12-10',
      flags: [],
    });
    expect(of('sam@example.com')).toMatchObject({
      status: 'attempts-used',
      emailState: 'complained',
      attemptsUsed: 3,
      retakeOn: null,
      flags: ['third-attempt-used', 'email-complained'],
    });
    expect(of('nora@example.com')).toMatchObject({
      status: 'unconfirmed',
      attemptsUsed: 0,
      retakeOn: null,
    });
  });

  it('follows the clock', async () => {
    const api = await aFullOffice();

    api.setClock('2026-12-10T05:00:00.000Z');
    expect(await api.listed('?status=waiting')).toEqual(['bob', 'fay']);
    expect((await api.listed('?status=can-retake')).sort()).toEqual(['carl', 'wanda']);
  });

  it('forgets who did not confirm within seven days', async () => {
    const api = await aFullOffice();

    api.setClock('2026-11-30T15:00:00.000Z');
    expect(await api.listed('?status=unconfirmed')).toEqual([]);
    expect(await api.listed('?email=nora@example.com')).toEqual([]);
    expect(await api.listed()).not.toContain('nora');
    const { code } = await api.refused(api.get(`/candidates/${api.idOf('nora@example.com')}`), 404);
    expect(code).toBe('not-found');
  });

  it.each([
    ['?status=unknown', /waiting, can-retake/],
    ['?status=Waiting', /Choose a status/],
    ['?flag=unknown', /third-attempt-used/],
    [`?cohort=${'x'.repeat(41)}`, /40 characters/],
    [`?email=${'x'.repeat(255)}`, /254 characters/],
    ['?limit=0', /from 1 to 1000/],
    ['?limit=-1', /from 1 to 1000/],
    ['?limit=1001', /from 1 to 1000/],
    ['?limit=10000', /from 1 to 1000/],
    ['?limit=1.5', /from 1 to 1000/],
    ['?limit=1e2', /from 1 to 1000/],
    ['?limit=0x10', /from 1 to 1000/],
    ['?limit=ten', /from 1 to 1000/],
    ['?limit=%205', /from 1 to 1000/],
    ['?cursor=not+a+cursor', /cursor/],
    ['?cursor=..%2F..', /cursor/],
    [`?cursor=${'x'.repeat(401)}`, /cursor/],
  ])('%s is a mistake, told in a sentence', async (query, sentence) => {
    const { ask, refused } = await anApi();

    const error = await refused(ask('GET', `/candidates${query}`), 422);
    expect(error).toEqual({ code: 'invalid', message: expect.stringMatching(sentence) });
    expect(error.message).toMatch(/^[A-Z].*\.$/);
  });

  it('names all mistakes at once', async () => {
    const { ask, refused } = await anApi();

    const { message } = await refused(ask('GET', '/candidates?status=x&limit=0'), 422);
    expect(message).toMatch(/Choose a status.*The limit/);
  });

  it.each(['1', '2', '3', '7', '8', '1000'])(
    'is walked to its end by its cursors, %s at a time, and shows each once',
    async (limit) => {
      const api = await aFullOffice();
      for (const [filter, expected] of [
        ['', everyone],
        ['&status=waiting', ['bob', 'fay', 'wanda']],
        ['&status=attempts-used', ['sam', 'ursula']],
        ['&flag=any', ['bob', 'fay', 'sam', 'ursula']],
        ['&cohort=Spring+A', ['nora', 'ursula', 'wanda']],
        ['&flag=any&cohort=Spring+B', ['sam']],
      ] as const) {
        const seen: string[] = [];
        let cursor: string | null = '';
        let pages = 0;
        while (cursor !== null) {
          const page: Page = await api.page(
            `?limit=${limit}${filter}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
          );
          expect(page.candidates.length).toBeLessThanOrEqual(Number(limit));
          seen.push(...page.candidates.map(({ email }) => email.split('@')[0]!));
          cursor = page.nextCursor;
          pages += 1;
        }
        expect([filter, seen.sort()]).toEqual([filter, expected]);
        expect([filter, pages]).toEqual([
          filter,
          Math.max(1, Math.ceil(expected.length / Number(limit))),
        ]);
      }
    },
  );

  it('shows who joined, and leaves out who was erased, between two pages', async () => {
    const api = await aFullOffice();
    const { candidates, nextCursor } = await api.page('?limit=3&status=waiting');
    expect(candidates).toHaveLength(3);
    expect(nextCursor).toBeNull();

    const first = await api.page('?limit=1&status=waiting');
    const erased = candidates[1]!;
    await api.ask('DELETE', `/candidates/${erased.id}`);
    const rest = await api.page(`?status=waiting&cursor=${first.nextCursor}`);
    expect(rest.candidates.map(({ id }) => id)).toEqual([candidates[2]!.id]);
  });

  it.each([
    'A',
    '_',
    'AA',
    'AAAA',
    '____',
    Buffer.from('~').toString('base64url'),
    Buffer.from('retake#').toString('base64url'),
    Buffer.from('ÿ'.repeat(300), 'latin1').toString('base64url'),
    'x'.repeat(400),
  ])('takes the cursor %s that it never gave for some place in the list', async (cursor) => {
    const api = await aFullOffice();
    for (const filter of [
      '',
      '&status=waiting',
      '&status=can-retake',
      '&status=passed',
      '&status=unconfirmed',
      '&flag=any',
      '&cohort=Spring+A',
      '&cohort=Spring+A&status=attempts-used',
    ]) {
      const response = await api.get(`/candidates?cursor=${cursor}${filter}`);
      expect([filter, response.status]).toEqual([filter, expect.toBeOneOf([200, 422])]);
    }
  });
});

describe('the summary', () => {
  it('counts who stands where, in all and by cohort', async () => {
    const { get, clock } = await aFullOffice();
    const response = await get('/summary');
    const none = { waiting: 0, 'can-retake': 0, 'attempts-used': 0, passed: 0, unconfirmed: 0 };

    expect(await response.json()).toEqual({
      countedAt: clock(),
      all: { waiting: 3, 'can-retake': 1, 'attempts-used': 2, passed: 1, unconfirmed: 1 },
      cohorts: expect.arrayContaining([
        { cohort: 'Spring A', ...none, waiting: 1, 'attempts-used': 1, unconfirmed: 1 },
        { cohort: 'Spring B', ...none, 'can-retake': 1, 'attempts-used': 1 },
      ]),
    });
  });
});

describe('one candidate', () => {
  it('is told with attempts, emails and what staff did', async () => {
    const api = await anApi();
    const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
    expect(await api.mails()).toHaveLength(1);
    api.advance(60);
    await api.done(`/candidates/${id}/correct-date`, { json: { attemptDate: '2026-11-12' } });

    expect(await api.detail(id)).toMatchObject({
      id,
      email: 'ana@example.com',
      name: 'Ana Flores',
      cohort: 'Spring A',
      membership: 'member',
      timeZone: 'America/New_York',
      status: 'waiting',
      emailState: 'active',
      attemptsUsed: 1,
      retakeOn: '2026-12-12',
      flags: [],
      createdAt: at,
      passedAt: null,
      attempts: [
        { application: 1, number: 1, date: '2026-11-12', lowestAreas: [], recordedAt: at },
      ],
      toBeConfirmed: null,
      emails: [
        {
          key: 'study-plan-1-1-2026-11-10',
          kind: 'study-plan',
          state: 'sent',
          reason: null,
          dueAt: at,
          notAfter: '2026-11-30T15:00:00.000Z',
          at,
          deliveryStatus: null,
          deliveryStatusAt: null,
          tries: 1,
          messageId: 'm1',
        },
        {
          key: 'reminder-1-1-2026-12-12',
          kind: 'reminder',
          state: 'queued',
          reason: null,
          dueAt: '2026-12-12T14:00:00.000Z',
          notAfter: '2026-12-26T14:00:00.000Z',
          at: null,
          deliveryStatus: null,
          deliveryStatusAt: null,
          tries: 0,
          messageId: null,
        },
      ],
      history: [
        {
          at: api.clock(),
          by: localStaff.programClientId,
          action: 'date-corrected',
          about: '2026-11-12',
        },
      ],
      undoable: `attempt ${at}`,
    });
  });

  it('is told with why an email was not sent', async () => {
    const api = await anApi();
    const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
    await api.done(`/candidates/${id}/passed`);
    await api.mails();

    expect((await api.detail(id)).emails[0]).toMatchObject({ state: 'skipped', reason: 'passed' });
  });

  it('answers HEAD without a body', async () => {
    const api = await anApi();
    const id = await api.add({ email: 'ana@example.com' });
    const response = await api.ask('HEAD', `/candidates/${id}`);

    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});

type DeedCase = {
  path: string;
  fields: Fields;
  json?: Json;
  candidate?: Partial<Parameters<Api['add']>[0]>;
  before?: (api: Api) => Promise<unknown>;
  done: Partial<CandidateDetail>;
  action: Json;
};

const deedCases: [title: string, DeedCase][] = [
  [
    'attempts',
    {
      path: '/attempts',
      fields: { attemptDate: '2026-11-20', attemptNumber: '2', lowestAreas: ['general'] },
      json: { attemptDate: '2026-11-20', attemptNumber: 2, lowestAreas: ['general'] },
      candidate: { attempts: ['2026-09-01'] },
      done: { attemptsUsed: 2, retakeOn: '2026-12-20', status: 'waiting' },
      action: { action: 'attempt-recorded', about: '2 2026-11-20' },
    },
  ],
  [
    'attempts, the third',
    {
      path: '/attempts',
      fields: { attemptDate: '2026-11-20', attemptNumber: '3' },
      candidate: { attempts: ['2026-06-01', '2026-09-01'] },
      done: { attemptsUsed: 3, status: 'attempts-used', flags: ['third-attempt-used'] },
      action: { action: 'attempt-recorded', about: '3 2026-11-20' },
    },
  ],
  [
    'correct-date, with the reminder ahead',
    {
      path: '/correct-date',
      fields: { attemptDate: '2026-11-12' },
      done: { retakeOn: '2026-12-12', status: 'waiting' },
      action: { action: 'date-corrected', about: '2026-11-12' },
    },
  ],
  [
    'correct-date, with the reminder at once',
    {
      path: '/correct-date',
      fields: { attemptDate: '2026-10-12' },
      before: (api) => api.mails(),
      done: { retakeOn: '2026-11-11', status: 'can-retake' },
      action: { action: 'date-corrected', about: '2026-10-12' },
    },
  ],
  [
    'correct-date, after which the reminder went out',
    {
      path: '/correct-date',
      fields: { attemptDate: '2026-11-15' },
      before: async (api) => {
        await api.mails();
        api.setClock('2026-12-12T15:00:00.000Z');
        await api.mails();
      },
      done: { retakeOn: '2026-12-15', status: 'waiting' },
      action: { action: 'date-corrected', about: '2026-11-15' },
    },
  ],
  [
    'passed',
    {
      path: '/passed',
      fields: {},
      done: { status: 'passed', retakeOn: null, passedAt: at },
      action: { action: 'passed-recorded' },
    },
  ],
  [
    'undo',
    {
      path: '/undo',
      fields: {},
      done: { status: 'can-retake', attemptsUsed: 0, attempts: [] },
      action: { action: 'taken-back', about: 'attempt' },
    },
  ],
  [
    'undo of what was told',
    {
      path: '/undo',
      fields: { told: `attempt ${at}` },
      candidate: { attempts: ['2026-06-01', '2026-09-01'], change: firstToldEarlier },
      done: { attemptsUsed: 1 },
      action: { action: 'taken-back', about: 'attempt' },
    },
  ],
  [
    'undo of passed',
    {
      path: '/undo',
      fields: {},
      candidate: { change: passed },
      done: { status: 'waiting', passedAt: null },
      action: { action: 'taken-back', about: 'passed' },
    },
  ],
  [
    'clear-bounce',
    {
      path: '/clear-bounce',
      fields: {},
      candidate: { change: bounced },
      done: { emailState: 'active', flags: [] },
      action: { action: 'bounce-cleared' },
    },
  ],
  [
    'resend',
    {
      path: '/emails/study-plan-1-1-2026-11-10/resend',
      fields: {},
      before: async (api) => {
        await api.mails();
        api.advance(60);
      },
      done: {},
      action: { action: 'sent-again', about: 'study-plan-1-1-2026-11-10' },
    },
  ],
  [
    'acknowledge',
    {
      path: '/flags/third-attempt-used/acknowledge',
      fields: { note: 'Called, and sent the form.' },
      candidate: { attempts: threeAttempts },
      done: { flags: [], status: 'attempts-used' },
      action: {
        action: 'acknowledged',
        about: 'third-attempt-used',
        note: 'Called, and sent the form.',
      },
    },
  ],
  [
    'acknowledge without a note, one of two flags',
    {
      path: '/flags/email-bounced/acknowledge',
      fields: {},
      candidate: { attempts: threeAttempts, change: bounced },
      done: { flags: ['third-attempt-used'] },
      action: { action: 'acknowledged', about: 'email-bounced' },
    },
  ],
];

describe('a deed', () => {
  const kinds = ['form', 'JSON', 'multipart'] as const;
  const cases = deedCases.flatMap(([title, deedCase]) =>
    kinds.map((kind) => [title, kind, deedCase] as const),
  );
  it.each(cases)(
    '(%s) as %s is done, kept with who did it, and changes nothing a second time',
    async (_title, kind, { path, fields, json, candidate, before, done, action }) => {
      const api = await anApi();
      const id = await api.add({
        email: 'ana@example.com',
        attempts: ['2026-11-10'],
        ...candidate,
      });
      await before?.(api);
      const asked: Asked =
        kind === 'form'
          ? { form: fields }
          : kind === 'JSON'
            ? { json: json ?? fields }
            : { body: multipart(fields) };
      const doneAt = api.clock();

      const first = await api.done(`/candidates/${id}${path}`, asked);
      expect(first).toMatchObject(done);
      expect(first.history).toEqual([
        expect.objectContaining({ at: doneAt, by: localStaff.programClientId, ...action }),
      ]);
      expect(await api.detail(id)).toEqual(first);

      const version = await api.version(id);
      api.advance(1);
      const second = await api.done(`/candidates/${id}${path}`, asked);
      expect(second).toEqual(first);
      expect(await api.version(id)).toBe(version);
      expect(await api.detail(id)).toEqual(first);
    },
  );

  it.each(deedCases)('(%s) logs who and what, and names nobody', async (_title, one) => {
    const api = await anApi();
    const id = await api.add({
      email: 'ana@example.com',
      attempts: ['2026-11-10'],
      ...one.candidate,
    });
    await one.before?.(api);
    api.logged.splice(0);
    for (let times = 0; times < 2; times += 1)
      await api.done(`/candidates/${id}${one.path}`, { form: one.fields });

    expect(api.logged.map((line) => JSON.parse(line))).toEqual([
      { event: 'staff-action', id, action: one.action.action, by: localStaff.programClientId },
    ]);
  });

  it('is done without a body and without its type, where it needs none', async () => {
    const api = await anApi();
    const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });

    expect(await api.done(`/candidates/${id}/passed`)).toMatchObject({ status: 'passed' });
    expect(await api.done(`/candidates/${id}/undo`)).toMatchObject({ status: 'waiting' });
    expect(await api.done(`/candidates/${id}/clear-bounce`)).toMatchObject({ flags: [] });
  });

  it('is done with an empty body of any type that we take, where it needs none', async () => {
    const api = await anApi();
    const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
    for (const type of ['application/json', 'application/x-www-form-urlencoded'])
      expect(
        await api.done(`/candidates/${id}/passed`, {
          body: '',
          headers: { 'content-type': type },
        }),
      ).toMatchObject({ status: 'passed' });
  });

  it('that changes nothing at the first time is kept as nobody’s', async () => {
    const api = await anApi();
    const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
    const version = await api.version(id);
    for (const [path, json] of [
      ['/attempts', { attemptDate: '2026-11-10', attemptNumber: 1 }],
      ['/correct-date', { attemptDate: '2026-11-10' }],
      ['/clear-bounce', {}],
      ['/undo', { told: 'passed 2026-11-01T00:00:00.000Z' }],
      ['/flags/email-failed/acknowledge', { note: 'Nothing there.' }],
    ] as const) {
      const { history } = await api.done(`/candidates/${id}${path}`, { json });
      expect([path, history]).toEqual([path, []]);
    }

    expect(await api.version(id)).toBe(version);
  });

  it('of correcting to the date that stands changes nothing, whatever was sent since', async () => {
    const api = await anApi();
    const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
    await api.mails();
    api.advance(60);
    await api.done(`/candidates/${id}/emails/study-plan-1-1-2026-11-10/resend`);
    const before = await api.detail(id);
    const version = await api.version(id);

    const json = { attemptDate: '2026-11-10' };
    expect(await api.done(`/candidates/${id}/correct-date`, { json })).toEqual(before);
    expect(await api.version(id)).toBe(version);
  });

  it('at the same moment as its repeat is done once', async () => {
    const api = await anApi();
    const id = await api.add({ email: 'ana@example.com', attempts: ['2026-09-01'] });
    const json = { attemptDate: '2026-11-20', attemptNumber: 2 };

    const stories = await Promise.all(
      Array.from({ length: 5 }, () => api.done(`/candidates/${id}/attempts`, { json })),
    );
    for (const detail of stories) expect(detail).toMatchObject({ attemptsUsed: 2 });
    expect((await api.detail(id)).history).toHaveLength(1);
  });

  it('that sends a failed email again takes its flag away, and the email arrives', async () => {
    const api = await anApi();
    const id = await api.add({
      email: 'ana@example.com',
      attempts: ['2026-11-10'],
      change: failed,
    });
    expect(await api.detail(id)).toMatchObject({ flags: ['email-failed'] });
    api.advance(1);

    const path = `/candidates/${id}/emails/study-plan-1-1-2026-11-10/resend`;
    expect(await api.done(path)).toMatchObject({ flags: [] });
    expect((await api.mails()).map(({ to }) => to.address)).toEqual(['ana@example.com']);
  });

  it('of each kind is kept beside the others, the oldest first', async () => {
    const api = await anApi();
    const id = await api.add({ email: 'ana@example.com', attempts: ['2026-09-01'] });
    await api.done(`/candidates/${id}/attempts`, {
      json: { attemptDate: '2026-11-20', attemptNumber: 2 },
    });
    api.advance(5);
    await api.done(`/candidates/${id}/passed`);
    api.advance(5);
    await api.done(`/candidates/${id}/undo`);

    const { history, status } = await api.detail(id);
    expect(history.map(({ action }) => action)).toEqual([
      'attempt-recorded',
      'passed-recorded',
      'taken-back',
    ]);
    expect(status).toBe('waiting');
  });

  it.each([
    ['/attempts', {}, ['attemptDate', 'attemptNumber']],
    ['/attempts', { attemptDate: '2026-11-24', attemptNumber: 2 }, ['attemptDate']],
    ['/attempts', { attemptDate: '2026-11-12', attemptNumber: 2 }, ['attemptDate']],
    ['/attempts', { attemptDate: '2026-11-20', attemptNumber: '2.0' }, ['attemptNumber']],
    ['/attempts', { attemptDate: '2026-11-20', attemptNumber: true }, ['attemptNumber']],
    [
      '/attempts',
      { attemptDate: ['2026-11-20'], attemptNumber: [2] },
      ['attemptDate', 'attemptNumber'],
    ],
    [
      '/attempts',
      { attemptDate: '2026-11-20', attemptNumber: 2, lowestAreas: ['astrology'] },
      ['lowestAreas'],
    ],
    ['/correct-date', {}, ['attemptDate']],
    ['/correct-date', { attemptDate: '2026-02-30' }, ['attemptDate']],
    ['/correct-date', { attemptDate: '2026-11-20\n' }, ['attemptDate']],
    ['/undo', { told: 5 }, ['told']],
    ['/flags/email-bounced/acknowledge', { note: 'x'.repeat(501) }, ['note']],
    ['/flags/email-bounced/acknowledge', { note: 'a\u0000b' }, ['note']],
    ['/flags/email-bounced/acknowledge', { note: { toString: 1 } }, ['note']],
  ])('%s with %j is a mistake by its field, and changes nothing', async (path, json, fields) => {
    const api = await anApi();
    const id = await api.add({
      email: 'ana@example.com',
      attempts: ['2026-11-10'],
      change: bounced,
    });
    const before = await api.detail(id);

    const error = await api.refused(api.post(`/candidates/${id}${path}`, { json }), 422);
    expect(error.code).toBe('invalid');
    expect(Object.keys(error.fields ?? {}).sort()).toEqual(fields);
    for (const sentence of Object.values(error.fields ?? {})) {
      expect(sentence).toMatch(/^[A-Z].*\.$/s);
      expect(error.message).toContain(sentence);
    }
    expect(await api.detail(id)).toEqual(before);
  });

  it('that takes back what is too old is a mistake', async () => {
    const api = await anApi();
    const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
    api.advance(8 * 24 * 60);

    expect(await api.refused(api.post(`/candidates/${id}/undo`), 422)).toMatchObject({
      code: 'invalid',
      fields: { undo: expect.stringContaining('nothing to take back') },
    });
  });
});

describe('a conflict answers 409 with its code', () => {
  const studyPlan = 'study-plan-1-1-2026-11-10';

  const untilConfirmed = staffForms.filter((action) => action !== 'clear-bounce');
  it.each(untilConfirmed)('for %s of somebody unconfirmed', async (action) => {
    const api = await anApi();
    await api.post('/candidates', { json: enrolment });
    const path = `/candidates/${api.idOf(enrolment.email)}/${action}`;
    const before = await api.detail(api.idOf(enrolment.email));

    const error = await api.refused(
      api.post(path, { json: { attemptDate: '2026-11-20', attemptNumber: 1 } }),
      409,
    );
    expect(error).toEqual({ code: 'unconfirmed', message: expect.stringMatching(/^[A-Z].*\.$/) });
    expect(await api.detail(api.idOf(enrolment.email))).toEqual(before);
  });

  it('for an email that is still to be sent', async () => {
    const api = await anApi();
    const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
    for (const key of [studyPlan, 'reminder-1-1-2026-12-10'])
      expect(
        await api.refused(api.post(`/candidates/${id}/emails/${key}/resend`), 409),
      ).toMatchObject({ code: 'on-its-way' });
  });

  it.each<[code: string, change: (api: Api, id: string) => Promise<unknown>]>([
    ['unsubscribed', (api, id) => change(api, id, (one) => changedBy(unsubscribe(one)))],
    ['bounced', (api, id) => change(api, id, bounced)],
    ['complained', (api, id) => change(api, id, complained)],
    ['passed', (api, id) => api.done(`/candidates/${id}/passed`)],
    ['attempt-taken-back', (api, id) => api.done(`/candidates/${id}/undo`)],
    [
      'newer-attempt',
      (api, id) => {
        api.setClock('2026-12-20T15:00:00.000Z');
        return api.done(`/candidates/${id}/attempts`, {
          json: { attemptDate: '2026-12-19', attemptNumber: 2 },
        });
      },
    ],
    ['reminder-due', async (api) => api.setClock('2026-12-10T15:00:00.000Z')],
  ])('for an email that would be skipped: %s', async (code, changeIt) => {
    const api = await anApi();
    const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
    await api.mails();
    api.advance(60);
    await changeIt(api, id);
    const before = await api.detail(id);

    const error = await api.refused(api.post(`/candidates/${id}/emails/${studyPlan}/resend`), 409);
    expect(error).toEqual({ code, message: expect.stringMatching(/^[A-Z].*\.$/) });
    expect(await api.detail(id)).toEqual(before);
  });

  it('for the fourth email of a kind within a week, and the third arrives', async () => {
    const api = await anApi();
    const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
    await api.mails();
    for (let times = 0; times < 2; times += 1) {
      api.advance(11);
      await api.done(`/candidates/${id}/emails/${studyPlan}/resend`);
      expect(await api.mails()).toHaveLength(1);
    }
    api.advance(11);

    const resend = () => api.post(`/candidates/${id}/emails/${studyPlan}/resend`);
    expect(await api.refused(resend(), 409)).toMatchObject({ code: 'sent-enough' });
    expect(await api.mails()).toEqual([]);
  });

  it('for enrolling somebody who is known, whose record stays', async () => {
    const api = await anApi();
    const id = await api.add({ email: enrolment.email, attempts: ['2026-11-10'] });
    const before = await api.detail(id);

    const again = { ...enrolment, email: 'ANA@example.com', name: 'Somebody Else' };
    expect(await api.refused(api.post('/candidates', { json: again }), 409)).toMatchObject({
      code: 'known',
    });
    expect(await api.detail(id)).toEqual(before);
  });
});

describe('what is not there answers 404', () => {
  const ids = [
    'unknown',
    'f'.repeat(32),
    'x'.repeat(5000),
    'x'.repeat(64),
    '%C3%BC%F0%9F%98%80',
    'ana@example.com',
    'a%2Fb',
    '..%2F..%2Fsummary',
    'candidate%23a1b2c3',
    '%E0%A4%A',
    '%',
    '%zz',
    '%00',
    '%0d%0aSet-Cookie:x',
    '%25',
    'constructor',
    '__proto__',
    '%20',
    "'%22%3Cscript%3E",
    'null',
    '-1',
  ];
  it.each(ids)('whoever has the id %s', async (id) => {
    const api = await anApi();
    for (const [method, path, asked] of routesOfOne) {
      const { code, message } = await api.refused(
        api.ask(method, `/candidates/${id}${path}`, asked),
        404,
      );
      expect([method, path, code]).toEqual([method, path, 'not-found']);
      expect(message).toMatch(/^[A-Z].*\.$/);
    }
    expect(api.logged).toEqual([]);
  });

  it.each([
    'unknown',
    'x'.repeat(5000),
    '%C3%BC',
    'a%2Fb',
    '%E0%A4%A',
    '%',
    '%00',
    '__proto__',
    'study-plan-1-1-2026-11-11',
  ])('whichever email has the key %s, and whichever flag has that name', async (name) => {
    const api = await anApi();
    const known = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
    await api.post('/candidates', { json: { ...enrolment, email: 'eve@example.com' } });
    for (const id of [known, api.idOf('eve@example.com')])
      for (const path of [`emails/${name}/resend`, `flags/${name}/acknowledge`])
        expect(await api.refused(api.post(`/candidates/${id}/${path}`), 404)).toMatchObject({
          code: 'not-found',
        });
  });

  it.each([
    ['GET', '/unknown'],
    ['GET', ''],
    ['GET', '/candidates/'],
    ['GET', '/candidates/a1b2c3/attempts'],
    ['POST', '/summary'],
    ['PUT', '/candidates'],
    ['PATCH', '/candidates/a1b2c3'],
    ['POST', '/candidates/a1b2c3/unknown'],
    ['POST', '/candidates/a1b2c3/erase'],
    ['POST', '/candidates//passed'],
    ['OPTIONS', '/candidates'],
  ])('%s %s', async (method, path) => {
    const api = await anApi();

    expect(await api.refused(api.ask(method, path), 404)).toMatchObject({ code: 'not-found' });
  });
});

describe('a body', () => {
  const big = 'x'.repeat(64 * 1024 + 1);

  it.each<[title: string, status: number, asked: Asked]>([
    ['larger than 64 KB, as JSON', 413, { json: { ...enrolment, name: big } }],
    ['larger than 64 KB, as a form', 413, { form: { ...enrolment, name: big } }],
    [
      'that says it is larger',
      413,
      {
        body: '{}',
        headers: { 'content-type': 'application/json', 'content-length': '70000' },
      },
    ],
    ['of broken JSON', 400, { body: '{"name":', headers: { 'content-type': 'application/json' } }],
    ['of a JSON list', 400, { json: [enrolment] }],
    ['of JSON null', 400, { json: null }],
    ['of a JSON text', 400, { json: 'name' }],
    [
      'of broken multipart',
      400,
      { body: '--y', headers: { 'content-type': 'multipart/form-data; boundary=x' } },
    ],
    ['of XML', 415, { body: '<a/>', headers: { 'content-type': 'application/xml' } }],
    ['of plain text', 415, { body: 'name=Ana', headers: { 'content-type': 'text/plain' } }],
  ])('%s answers %d with a sentence, and changes nothing', async (_title, status, asked) => {
    const api = await anApi();
    const id = await api.add({
      email: 'ben@example.com',
      attempts: ['2026-11-10'],
      change: bounced,
    });
    const before = await api.detail(id);
    for (const path of [
      '/candidates',
      ...examActions.map((action) => `/candidates/${id}/${action}`),
      `/candidates/${id}/flags/email-bounced/acknowledge`,
    ]) {
      const { message } = await api.refused(api.post(path, asked), status);
      expect(message).toMatch(/^[A-Z].*\.$/);
    }

    expect(await api.detail(id)).toEqual(before);
    expect(await api.listed()).toEqual(['ben']);
  });

  it('of just under 64 KB is judged by its fields', async () => {
    const api = await anApi();
    const json = { ...enrolment, name: 'x'.repeat(63 * 1024) };

    const { fields } = await api.refused(api.post('/candidates', { json }), 422);
    expect(Object.keys(fields ?? {})).toEqual(['name']);
  });

  it('may name its type in capitals and with its alphabet', async () => {
    const api = await anApi();

    const response = await api.post('/candidates', {
      body: JSON.stringify(enrolment),
      headers: { 'content-type': 'Application/JSON; charset=UTF-8' },
    });
    expect(response.status).toBe(201);
  });
});

describe('where something inside breaks', () => {
  it('every answer says nothing of it, nor does the log name anybody', async () => {
    const api = await anApi();
    const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
    await parts.tables.client.send(new DeleteTableCommand({ TableName: api.tableName }));
    const asked: Route[] = [
      ['GET', '/candidates'],
      ['GET', '/candidates?email=ana@example.com'],
      ['GET', '/candidates.csv'],
      ['GET', '/summary'],
      ['POST', '/candidates', { json: enrolment }],
      ...routesOfOne.map(
        ([method, path, body]): Route => [method, `/candidates/${id}${path}`, body],
      ),
    ];
    for (const [method, path, { json } = {}] of asked) {
      const response = await api.app.request(`/admin/api${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(method === 'POST' && { body: JSON.stringify(json ?? {}) }),
      });
      expect([method, path, response.status]).toEqual([method, path, 500]);
      expect(await response.json()).toEqual({
        error: { code: 'internal', message: expect.stringMatching(/^[A-Z][\w ,.:]+\.$/) },
      });
    }

    expect(api.logged).toHaveLength(asked.length);
    expect(api.logged.join()).not.toMatch(/ana|Flores|example\.com|records-|Cannot|requested/i);
  });

  it('an issuer that can’t be reached is our fault, not the token’s', async () => {
    const office = await aStaffOffice({
      ...parts,
      issuer: { ...parts.issuer, url: 'http://localhost:1' },
    });
    const response = await office.app.request('/admin/api/summary', {
      headers: { authorization: `Bearer ${token}` },
    });

    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error: { code: 'internal' } });
  });
});

describe('enrolling', () => {
  const id = (api: Api) => api.idOf(enrolment.email);

  it.each([
    ['a form', { form: enrolment }],
    ['JSON', { json: { ...enrolment, attemptNumber: 1 } }],
  ])('as %s answers 201, then 200, and has one mail go out', async (_title, asked) => {
    const api = await anApi();
    const first = await api.post('/candidates', asked);
    expect(first.status).toBe(201);
    const detail = (await first.json()) as CandidateDetail;
    expect(detail).toMatchObject({
      id: id(api),
      email: enrolment.email,
      name: enrolment.name,
      cohort: 'Spring A',
      status: 'unconfirmed',
      attemptsUsed: 0,
      retakeOn: null,
      attempts: [],
      toBeConfirmed: { number: 1, date: '2026-11-20', lowestAreas: [] },
      emails: [{ kind: 'confirmation', state: 'queued' }],
      history: [{ at, by: localStaff.programClientId, action: 'enrolled' }],
    });

    api.advance(1);
    const second = await api.post('/candidates', asked);
    expect([second.status, await second.json()]).toEqual([200, detail]);
    const mails = await api.mails();
    expect(mails.map(({ to }) => to.address)).toEqual([enrolment.email]);
    expect((await api.post('/candidates', asked)).status).toBe(200);
    expect(await api.mails()).toEqual([]);
  });

  it('is confirmed on the candidates’ site, and all goes its way from there', async () => {
    const api = await anApi();
    await api.post('/candidates', { json: enrolment });
    const [mail] = await api.mails();
    const confirmed = await api.submit('/confirm', { token: tokenIn(mail, 'confirm') });
    expect(confirmed.status).toBe(303);

    const detail = await api.detail(id(api));
    expect(detail).toMatchObject({
      status: 'waiting',
      attemptsUsed: 1,
      retakeOn: '2026-12-20',
      toBeConfirmed: null,
      history: [{ action: 'enrolled' }],
    });
    expect(detail.emails.map(({ key }) => key)).toEqual([
      'study-plan-1-1-2026-11-20',
      'reminder-1-1-2026-12-20',
    ]);
    expect(await api.mails()).toHaveLength(1);
    expect(await api.refused(api.post('/candidates', { json: enrolment }), 409)).toMatchObject({
      code: 'known',
    });
  });

  it('again with other answers has the same link confirm those', async () => {
    const api = await anApi();
    await api.post('/candidates', { json: enrolment });
    const [mail] = await api.mails();
    const response = await api.post('/candidates', {
      json: { ...enrolment, name: 'Ana Flores-Lee', attemptDate: '2026-11-18' },
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      name: 'Ana Flores-Lee',
      toBeConfirmed: { date: '2026-11-18' },
    });
    await api.submit('/confirm', { token: tokenIn(mail, 'confirm') });

    expect(await api.detail(id(api))).toMatchObject({
      name: 'Ana Flores-Lee',
      retakeOn: '2026-12-18',
    });
  });

  it('is undone by “this wasn’t me”', async () => {
    const api = await anApi();
    await api.post('/candidates', { json: enrolment });
    const [mail] = await api.mails();
    expect((await api.submit('/not-me', { token: tokenIn(mail, 'not-me') })).status).toBe(200);

    expect(await api.refused(api.get(`/candidates/${id(api)}`), 404)).toBeDefined();
    expect(await api.listed()).toEqual([]);
    expect((await api.post('/candidates', { json: enrolment })).status).toBe(201);
  });

  it('sends the link again on request, which then works for seven days anew', async () => {
    const api = await anApi();
    await api.post('/candidates', { json: enrolment });
    await api.mails();
    api.advance(6 * 24 * 60);
    const path = `/candidates/${id(api)}/emails/confirmation/resend`;
    const detail = await api.done(path);
    expect(detail.history.map(({ action }) => action)).toEqual(['enrolled', 'sent-again']);
    const version = await api.version(id(api));
    api.advance(5);
    expect(await api.done(path)).toEqual(detail);
    expect(await api.version(id(api))).toBe(version);
    const mails = await api.mails();
    expect(mails).toHaveLength(1);

    api.advance(6 * 24 * 60);
    const response = await api.submit('/confirm', { token: tokenIn(mails[0], 'confirm') });
    expect(response.status).toBe(303);
    expect(await api.detail(id(api))).toMatchObject({ status: 'waiting', attemptsUsed: 1 });
  });

  it('five times at the same moment enrols one, and has one mail go out', async () => {
    const api = await anApi();
    const responses = await Promise.all(
      Array.from({ length: 5 }, () => api.post('/candidates', { json: enrolment })),
    );

    expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
    expect(await api.mails()).toHaveLength(1);
    expect((await api.detail(id(api))).history).toHaveLength(1);
  });

  it('again after the link has run out begins anew', async () => {
    const api = await anApi();
    await api.post('/candidates', { json: enrolment });
    const [old] = await api.mails();
    api.advance(7 * 24 * 60);
    await api.refused(api.get(`/candidates/${id(api)}`), 404);
    const response = await api.post('/candidates', { json: enrolment });
    expect(response.status).toBe(201);
    const [mail] = await api.mails();
    expect((await api.submit('/confirm', { token: tokenIn(old, 'confirm') })).status).toBe(410);
    expect((await api.submit('/confirm', { token: tokenIn(mail, 'confirm') })).status).toBe(303);

    expect(await api.detail(id(api))).toMatchObject({ status: 'waiting', attemptsUsed: 1 });
  });

  it('names each mistake by its field', async () => {
    const api = await anApi();
    const { fields } = await api.refused(api.post('/candidates', { json: { email: 'x' } }), 422);

    expect(Object.keys(fields ?? {}).sort()).toEqual([
      'attemptDate',
      'attemptNumber',
      'email',
      'membership',
      'name',
      'timeZone',
    ]);
    expect(await api.mails()).toEqual([]);
  });

  it('does not ask for the consent, which the candidate gives', async () => {
    const api = await anApi();
    const response = await api.post('/candidates', { json: { ...enrolment, consent: 'no' } });

    expect(response.status).toBe(201);
  });
});

describe('erasing', () => {
  it('answers 204, then 404, and nothing of the candidate is left', async () => {
    const api = await anApi();
    const id = await api.add({ email: 'ana@example.com', attempts: threeAttempts });
    const response = await api.ask('DELETE', `/candidates/${id}`);
    expect([response.status, await response.text()]).toEqual([204, '']);

    await api.refused(api.ask('DELETE', `/candidates/${id}`), 404);
    await api.refused(api.get(`/candidates/${id}`), 404);
    expect(await api.listed()).toEqual([]);
    expect(await api.listed('?flag=any')).toEqual([]);
    expect(await api.mails()).toEqual([]);
    expect(api.logged.join()).not.toMatch(/example\.com|Flores/);
  });

  it('ends the link of somebody unconfirmed', async () => {
    const api = await anApi();
    await api.post('/candidates', { json: enrolment });
    const [mail] = await api.mails();
    const response = await api.ask('DELETE', `/candidates/${api.idOf(enrolment.email)}`);
    expect(response.status).toBe(204);

    const opened = await api.submit('/confirm', { token: tokenIn(mail, 'confirm') });
    expect(opened.status).toBe(410);
    expect(await api.listed()).toEqual([]);
  });
});

describe('the table for spreadsheets', () => {
  const names = [
    '=HYPERLINK("https://evil.example.org","x")',
    '+1',
    '-1',
    '@SUM(A1)',
    'Flores, Ana',
    'Ana "Annie" Flores',
    'Zoë Müller-Łukasz',
    'Ana 🙂',
    "'quoted'",
    '\tTab',
  ];
  const header = [
    'id',
    'email',
    'name',
    'cohort',
    'membership',
    'timeZone',
    'status',
    'emailState',
    'attemptsUsed',
    'retakeOn',
    'flags',
  ];

  async function aTable(query = '') {
    const api = await anApi();
    for (const [index, name] of names.entries())
      await api.add({
        email: `${['+', '=', '-'][index] ?? ''}person${index}@example.com`,
        name,
        cohort: index % 2 ? '@cohort' : undefined,
        attempts: index === 0 ? threeAttempts : ['2026-11-10'],
        ...(index === 0 && { change: bounced }),
      });
    const response = await api.get(`/candidates.csv${query}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    return { api, response, bytes, text: bytes.toString() };
  }

  it('is a file with the JSON’s names on top, id first, and one line for each', async () => {
    const { response, bytes, text } = await aTable();

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="candidates.csv"',
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(bytes[0]).toBe('i'.charCodeAt(0));
    expect(text.split('\r\n')[0]).toBe(header.join(','));
    expect(text.endsWith('\r\n')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(parse(text, { columns: false })).toHaveLength(names.length + 1);
  });

  it('says what the list says', async () => {
    const { api, text } = await aTable();
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    const { candidates } = await api.page();

    const plain = (cell: string | undefined) => cell?.replace(/^'(?=[=+\-@\t\r])/, '');
    expect(
      rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, plain(v)]))),
    ).toEqual(
      candidates.map((candidate) =>
        Object.fromEntries(
          Object.entries(candidate).map(([key, value]) => [
            key,
            Array.isArray(value) ? value.join(' ') : String(value ?? ''),
          ]),
        ),
      ),
    );
    expect(rows.map(({ flags }) => flags)).toContain('third-attempt-used email-bounced');
  });

  it('has no cell that a spreadsheet takes for a formula', async () => {
    const { text } = await aTable();
    const cells = (parse(text, { columns: false }) as string[][]).flat();

    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(cells).toContain('Flores, Ana');
    expect(cells).toContain('Ana "Annie" Flores');
    expect(cells).toContain('Zoë Müller-Łukasz');
    expect(cells).toContain('Ana 🙂');
  });

  it('has only its header where nobody is found', async () => {
    const { text } = await aTable('?status=passed');

    expect(text).toBe(`${header.join(',')}\r\n`);
  });

  it.each([
    ['?flag=any', 1],
    ['?cohort=%40cohort', 5],
    ['?email=PERSON4@example.com', 1],
    ['?status=&flag=&cohort=&email=', 10],
  ])('takes the filters of the list: %s', async (query, count) => {
    const { text } = await aTable(query);

    expect(parse(text, { columns: true })).toHaveLength(count);
  });

  it('refuses a filter that can’t be', async () => {
    const api = await anApi();

    expect(await api.refused(api.get('/candidates.csv?status=unknown'), 422)).toMatchObject({
      code: 'invalid',
    });
  });

  const one = aCandidate({ attempts: ['2026-11-10'] });
  const rosterOf = (count: number): CandidateLists => ({
    page: async (_filter, { limit }) => ({
      candidates: Array.from({ length: Math.min(count, limit) }, () => one),
      next: count > limit ? 'more' : undefined,
    }),
    summary: async () => {
      throw new Error('Not asked for.');
    },
  });

  it('has up to 10,000 rows', async () => {
    const api = await anApi({ lists: rosterOf(10_000) });
    const response = await api.get('/candidates.csv?limit=5');

    expect((await response.text()).split('\r\n')).toHaveLength(10_000 + 2);
  });

  it('asks for a narrower filter above that', async () => {
    const api = await anApi({ lists: rosterOf(10_001) });

    expect(await api.refused(api.get('/candidates.csv'), 422)).toEqual({
      code: 'too-many-rows',
      message: expect.stringMatching(/10,000.*[Cc]hoose/),
    });
  });
});

describe('the description of the API', () => {
  it('is valid OpenAPI', async () => {
    const copy = structuredClone(openapi) as Parameters<typeof validate>[0];

    expect(await validate(copy)).toMatchObject({ valid: true, warnings: [] });
    expect(openapi).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
  });

  it('tells of every route that there is, and of no other', async () => {
    const { app } = await aStaffOffice(parts);
    const there = app.routes
      .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/admin/api/'))
      .map(({ method, path }) => {
        const described = path.replace('/admin/api', '').replaceAll(/:(\w+)/g, '{$1}');
        return `${method.toLowerCase()} ${described}`;
      });

    expect(documented.operations.toSorted()).toEqual(there.toSorted());
  });

  it('tells where the API is, and that it asks for a token', () => {
    expect(openapi).toMatchObject({
      servers: [{ url: '/admin/api' }],
      components: { securitySchemes: { staff: { type: 'http', scheme: 'bearer' } } },
    });
  });

  it('tells of each route that it may lack a token, and that something may break', () => {
    const { paths } = openapi as {
      paths: Record<string, Record<string, { responses?: Record<string, object> }>>;
    };
    const silent = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        ['401', '500'].flatMap((status) =>
          responses && !(status in responses) && !('default' in responses)
            ? `${method} ${path} ${status}`
            : [],
        ),
      ),
    );

    expect(silent).toEqual([]);
  });

  it('tells of each body that a deed takes', () => {
    const { paths } = openapi as {
      paths: Record<string, Record<string, { requestBody?: object }>>;
    };
    const withBody = Object.entries(paths)
      .filter(([, { post }]) => post?.requestBody)
      .map(([path]) => path);

    expect(withBody.sort()).toEqual([
      '/candidates',
      '/candidates/{id}/attempts',
      '/candidates/{id}/correct-date',
      '/candidates/{id}/flags/{flag}/acknowledge',
      '/candidates/{id}/undo',
    ]);
  });
});

function multipart(fields: Fields): FormData {
  const form = new FormData();
  for (const [name, values] of Object.entries(fields))
    for (const value of [values].flat()) form.append(name, value);
  return form;
}

/** Has something happen to a candidate without the staff. */
async function change(api: Api, id: string, act: (candidate: Candidate) => Candidate) {
  const candidate = await api.store.candidate(id);
  if (candidate === undefined || !(await api.store.save(act(candidate))))
    throw new Error('Not saved.');
}
