import { validate } from '@readme/openapi-parser';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { localStaff } from '../../bin/local/login-issuer.ts';
import { staffForms } from '../../lambdas/core/action-forms.ts';
import { markPassed } from '../../lambdas/core/attempts.ts';
import type { CandidateLists } from '../../lambdas/services/ports.ts';
import { aCandidate, changedBy } from '../support/builders.ts';
import { documentedBy } from '../support/documented.ts';
import { issuerForAll } from '../support/issuer.ts';
import { bodyOf, type Fields, read } from '../support/site.ts';
import {
  aBrowser,
  anAdmin,
  bounced,
  breakStore,
  complained,
  enrollment,
  type NewCandidate,
  threeAttempts,
} from '../support/staff.ts';

type Json = Record<string, unknown>;
type Detail = Json & { id: string; emails: { key: string; state: string }[]; history: Json[] };
type Page = {
  candidates: { id: string; email: string; nextEmail: { kind: string; at: string; heldBack: boolean } | null }[];
  total: number | null;
  nextCursor: string | null;
};
type Refusal = { error: { code: string; message: string; fields?: Record<string, string> } };

const at = '2026-11-23T15:00:00.000Z';
const byProgram = { by: localStaff.programClientId, byId: localStaff.programClientId };
const aSentence = expect.stringMatching(/^[A-Z].*\.$/s);

const issuer = issuerForAll();
let token: string;
let openapi: Json;
let documented: Awaited<ReturnType<typeof documentedBy>>;

beforeAll(async () => {
  token = await issuer.programToken();
  const { app } = await anAdmin(issuer);
  const headers = { authorization: `Bearer ${token}` };
  openapi = (await (await app.request('/admin/api/openapi.json', { headers })).json()) as Json;
  documented = await documentedBy(openapi);
});

type Asked = { json?: unknown; form?: Fields; body?: string; headers?: Record<string, string> };

/** The API, each of whose answers is held against its own description. */
async function anApi(options: Parameters<typeof anAdmin>[1] = {}) {
  const admin = await anAdmin(issuer, options);

  async function ask(method: string, path: string, { json, form, body, headers }: Asked = {}) {
    const response = await admin.app.request(`/admin/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(form !== undefined && { body: bodyOf(form) }),
      ...(body !== undefined && { body }),
    });
    const { pathname } = new URL(`https://retakes.example.org/admin/api${path}`);
    await documented.check(method, pathname.replace(/^\/admin\/api/, ''), response);
    return response;
  }

  const answerOf = async <T>(answer: Promise<Response>, status = 200): Promise<T> => {
    const response = await answer;
    const text = await response.text();
    expect([response.status, text]).toEqual([status, expect.any(String)]);
    return JSON.parse(text) as T;
  };

  const page = (query = '') => answerOf<Page>(ask('GET', `/candidates${query}`));

  return {
    ...admin,
    ask,
    page,
    get: (path: string) => ask('GET', path),
    post: (path: string, asked: Asked = {}) => ask('POST', path, asked),
    detail: (id: string) => answerOf<Detail>(ask('GET', `/candidates/${id}`)),
    done: (path: string, asked: Asked = {}, status = 200) => answerOf<Detail>(ask('POST', path, asked), status),
    /** Enrolls someone new, and gives the id. */
    enroll: async (changes: Json = {}) =>
      (await answerOf<Detail>(ask('POST', '/candidates', { json: { ...enrollment, ...changes } }), 201)).id,
    refused: async (answer: Promise<Response>, status: number) => (await answerOf<Refusal>(answer, status)).error,
    /** Which people a list names, in their order. */
    async listed(query = ''): Promise<string[]> {
      const { candidates } = await page(query);
      return candidates.map(({ email }) => email.split('@')[0] ?? '');
    },
    version: async (id: string) => (await admin.store.read('candidate', id))?.version,
  };
}

/** One candidate for each status, and some with flags. */
async function aFullList() {
  const api = await anApi();
  const people: [name: string, cohort: string | undefined, attempts: string[], change?: NewCandidate['change']][] = [
    ['wanda', 'Spring A', ['2026-11-10']],
    ['carl', 'Spring B', ['2026-09-01']],
    ['ursula', 'Spring A', threeAttempts],
    ['paul', undefined, ['2026-11-10'], passed],
    ['bob', undefined, ['2026-11-11'], bounced],
    ['sam', 'Spring B', threeAttempts, complained],
  ];
  for (const [name, cohort, attempts, change] of people)
    await api.add({ email: `${name}@example.com`, cohort, attempts, ...(change && { change }) });
  await api.enroll({ email: 'nora@example.com' });
  return api;
}

const passed: NewCandidate['change'] = (candidate) => changedBy(markPassed(candidate, at));

const everyone = ['bob', 'carl', 'nora', 'paul', 'sam', 'ursula', 'wanda'];

type Route = [method: string, path: string, asked?: Asked | undefined];
/** Each route that is about one candidate, with a body that is in order. */
const json = { attemptDate: '2026-11-20', attemptNumber: 1, name: 'Ana', email: 'new@example.com', note: 'Called.' };
const routesOfOne: Route[] = [
  ['GET', ''],
  ...staffForms.map((form): Route => ['POST', `/${form}`, { json }]),
  ['POST', '/change-email', { json }],
  ['PATCH', '', { json: { name: 'Ana' } }],
  ['POST', '/emails/study-plan-1-1-2026-11-10/resend'],
  ['POST', '/flags/third-attempt-used/acknowledge', { json }],
  ['DELETE', ''],
];
const routesOf = (id: string): Route[] => [
  ['GET', '/candidates'],
  ['GET', '/candidates.csv'],
  ['GET', '/summary'],
  ['POST', '/candidates', { json: enrollment }],
  ['POST', '/candidates/import', { json: { candidates: [enrollment] } }],
  ...routesOfOne.map(([method, path, asked]): Route => [method, `/candidates/${id}${path}`, asked]),
];

describe('without a token', () => {
  it('every address answers 401 in JSON, and changes nothing', async () => {
    const api = await anApi();
    const id = await api.add({ email: 'ben@example.com', attempts: ['2026-11-10'] });
    const before = api.store.all();
    const elsewhere: Route[] = [
      ['GET', '/openapi.json'],
      ['GET', ''],
      ['POST', '/unknown'],
      ['DELETE', '/candidates'],
      ['GET', '/candidates/'],
      ['PUT', `/candidates/${id}`],
      ['OPTIONS', '/candidates'],
      ['GET', '/candidates/a%2Fb'],
      ['GET', '/%E0%A4%A'],
    ];
    for (const [method, path, asked] of [...routesOf(id), ...elsewhere]) {
      const response = await api.ask(method, path, { ...asked, headers: { authorization: '' } });
      expect([method, path, response.status]).toEqual([method, path, 401]);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(await response.json()).toEqual({ error: { code: 'unauthorized', message: aSentence } });
    }
    expect(api.store.all()).toEqual(before);
  });

  it('nobody is let in with anything but an access token', async () => {
    const api = await anApi();
    const { id_token, access_token } = await issuer.userTokens();
    const status = async (authorization: string) =>
      (await api.ask('GET', '/summary', { headers: { authorization } })).status;
    const basic = `Basic ${Buffer.from('staff:staff').toString('base64')}`;
    const others = ['Bearer garbage', 'Bearer ', basic, token, `Bearer ${token} x`, `Token ${token}`];
    for (const authorization of [...others, `Bearer ${id_token}`])
      expect([authorization, await status(authorization)]).toEqual([authorization, 401]);
    expect(await status(`Bearer ${access_token}`)).toBe(200);

    const browser = aBrowser(api);
    await browser.signIn();
    expect((await browser.get('/admin')).status).toBe(200);
    expect((await browser.get('/admin/api/candidates')).status).toBe(401);
  });
});

describe('the list', () => {
  it.each([
    ['', everyone],
    ['?status=waiting', ['bob', 'wanda']],
    ['?flag=any', ['bob', 'sam', 'ursula']],
    ['?cohort=Spring+B', ['carl', 'sam']],
    ['?cohort=spring%20%20A', ['nora', 'ursula', 'wanda']],
    ['?flag=third-attempt-used&status=attempts-used&cohort=Spring+A', ['ursula']],
    ['?email=%20WANDA@Example.COM%20', ['wanda']],
    ['?email=wanda', []],
    ['?email=wanda@example.com&status=waiting&cohort=Spring+A', ['wanda']],
    ['?q=&status=&flag=any&emailState=&email=', ['bob', 'sam', 'ursula']],
    ['?flag=any&cohort=', ['bob']],
    ['?q=urslua', ['ursula']],
    ['?q=ana+FL%C3%93RES&emailState=complained', ['sam']],
  ])('%s shows %j, also as a table', async (query, expected) => {
    const { listed, get } = await aFullList();
    const table = parse(await (await get(`/candidates.csv${query}`)).text(), { columns: true }) as Json[];

    expect((await listed(query)).sort()).toEqual(expected);
    expect(table.map(({ email }) => `${email}`.split('@')[0]).sort()).toEqual(expected);
  });

  it('says of each what its own page says, but for attempts, emails and history', async () => {
    const api = await aFullList();
    const { candidates, total, nextCursor } = await api.page();

    expect([total, nextCursor]).toEqual([7, null]);
    for (const candidate of candidates) expect(await api.detail(candidate.id)).toMatchObject(candidate);
    const of = (name: string) => candidates.find(({ email }) => email === `${name}@example.com`);
    expect(of('nora')).toMatchObject({ status: 'unconfirmed', nextEmail: null });
    expect(of('bob')).toMatchObject({ nextEmail: { heldBack: true } });
    expect(of('sam')).toMatchObject({
      ...{ status: 'attempts-used', emailState: 'complained', attemptsUsed: 3, retakeOn: null },
      flags: ['third-attempt-used', 'email-complained'],
    });
  });

  it.each([
    ['?status=x&limit=0', 422, 'invalid', /Choose a status.*The limit/],
    [`?cursor=${Buffer.from('~').toString('base64url')}`, 422, 'invalid', /cursor/],
    ['?cohort=&cohort=a', 400, 'unknown-parameter', /more than once/],
    ['.csv?cohort=&cohort=a', 400, 'unknown-parameter', /more than once/],
  ])('%s is refused with a sentence', async (query, status, code, message) => {
    const { get, refused } = await anApi();
    const error = { code, message: expect.stringMatching(message) };
    expect(await refused(get(`/candidates${query}`), status)).toEqual(error);
  });

  it.each([
    ['?limit=3', everyone],
    ['?limit=7', everyone],
    ['?limit=&cursor=', everyone],
    ['?limit=2&flag=any', ['bob', 'sam', 'ursula']],
  ])('is walked to its end by its cursors, and shows each once: %s', async (query, expected) => {
    const api = await aFullList();
    const sizes: number[] = [];
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page = await api.page(query + (cursor && `&cursor=${encodeURIComponent(cursor)}`));
      sizes.push(page.candidates.length);
      seen.push(...page.candidates.map(({ email }) => email.split('@')[0] ?? ''));
      cursor = page.nextCursor;
    }
    expect(seen.sort()).toEqual(expected);
    expect(sizes).toHaveLength(Math.ceil(expected.length / (sizes[0] ?? 0)));
  });
});

it('a token for reading reads everything, and is refused whatever would change something', async () => {
  const api = await anApi();
  const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
  const before = await api.detail(id);
  const scope = `${localStaff.scope}.read`;
  const headers = { authorization: `Bearer ${await issuer.signed({ scope })}` };
  const statuses = { get: new Set<number>(), other: new Set<number>() };
  for (const operation of documented.operations) {
    const [method = '', path = ''] = operation.split(' ');
    const filled = path.replace('{id}', id).replace('{key}', 'reminder').replace('{flag}', 'email-bounced');
    const { status } = await api.ask(method.toUpperCase(), filled, { headers });
    statuses[method === 'get' ? 'get' : 'other'].add(status);
  }

  expect(statuses).toEqual({ get: new Set([200]), other: new Set([403]) });
  expect(await api.detail(id)).toEqual(before);
  expect(await api.refused(api.ask('DELETE', `/candidates/${id}`, { headers }), 403)).toMatchObject({
    code: 'read-only',
  });
});

it('the summary counts who stands where, in all and by cohort', async () => {
  const { get, clock } = await aFullList();
  const counts = (some: Json) => ({
    ...{ waiting: 0, 'can-retake': 0, 'attempts-used': 0, passed: 0, 'no-attempt': 0, unconfirmed: 0 },
    ...some,
  });
  expect(await (await get('/summary')).json()).toEqual({
    countedAt: clock(),
    all: counts({ waiting: 2, 'can-retake': 1, 'attempts-used': 2, passed: 1, unconfirmed: 1 }),
    cohorts: [
      { cohort: 'Spring A', rest: false, ...counts({ waiting: 1, 'attempts-used': 1, unconfirmed: 1 }) },
      { cohort: 'Spring B', rest: false, ...counts({ 'can-retake': 1, 'attempts-used': 1 }) },
      { cohort: null, rest: false, ...counts({ waiting: 1, passed: 1 }) },
    ],
  });
});

it('one candidate is given with attempts, emails and what staff did', async () => {
  const api = await anApi();
  const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
  expect(await api.mails()).toHaveLength(1);
  api.advance(60);
  await api.done(`/candidates/${id}/correct-date`, { json: { attemptDate: '2026-11-12' } });

  const attempt = { application: 1, number: 1 };
  const detail = await api.detail(id);
  expect(detail).toEqual({
    ...{ id, email: 'ana@example.com', name: 'Ana Flores', cohort: 'Spring A' },
    ...{ membership: 'member', timeZone: 'America/New_York' },
    ...{ status: 'waiting', emailState: 'active', attemptsUsed: 1, retakeOn: '2026-12-12', examOn: null, flags: [] },
    ...{ createdAt: at, updatedAt: api.clock(), lastNote: null, passedAt: null },
    nextEmail: { kind: 'study-plan', at: api.clock(), heldBack: false },
    attempts: [{ ...attempt, date: '2026-11-12', lowestAreas: [], recordedAt: at, correctedAt: api.clock() }],
    ...{ refusedAttempt: null, toBeConfirmed: null },
    emails: expect.any(Array),
    history: [
      { ...{ at: api.clock(), ...byProgram, action: 'date-corrected' }, ...{ from: '2026-11-10', date: '2026-11-12' } },
    ],
    undoable: `attempt ${at}`,
  });
  expect(detail.emails[0]).toEqual({
    ...{ key: 'study-plan-1-1-2026-11-10', kind: 'study-plan', attempt },
    ...{ state: 'sent', reason: null, dueAt: at, at },
    ...{ deliveryStatus: null, deliveryStatusAt: null },
    tries: 1,
  });
  expect(detail.emails.filter(({ state }) => state === 'queued').map(({ key }) => key)).toEqual([
    'study-plan-1-1-2026-11-12',
    'reminder-1-1-2026-12-12',
    'follow-up-1-1-2027-01-02',
  ]);
  const head = await api.ask('HEAD', `/candidates/${id}`);
  expect([head.status, await head.text()]).toEqual([200, '']);
});

const attempt = { attemptDate: '2026-11-20', attemptNumber: '2', lowestAreas: ['general'] };
const again = { attempts: ['2026-09-01'] };
const recorded = { attemptsUsed: 2, retakeOn: '2026-12-20', status: 'waiting' };
const attemptEntry = { action: 'attempt-recorded', number: 2, date: '2026-11-20' };
const note = 'Called, and sent the form.';
const address = 'ana@new.example';
const flag = 'third-attempt-used';

/** A deed, what the answer then says, its entry in the history, and of whom it is taken. */
const deeds: [path: string, asked: Asked, after: Json, entry: Json, of?: Partial<NewCandidate>][] = [
  ['attempts', { json: { ...attempt, attemptNumber: 2 } }, recorded, attemptEntry, again],
  ['attempts', { form: attempt }, recorded, attemptEntry, again],
  [
    'change-email',
    { form: { email: address } },
    { email: 'ana@example.com', flags: ['email-bounced'] },
    { action: 'address-change-asked', email: address },
    { change: bounced },
  ],
  [
    'new-application',
    { body: '', headers: { 'content-type': 'application/json' } },
    { status: 'can-retake', attemptsUsed: 0, retakeOn: null },
    { action: 'application-started' },
    { attempts: ['2026-03-02'] },
  ],
  [
    `flags/${flag}/acknowledge`,
    { json: { note } },
    { flags: [], lastNote: { text: note, at: '2026-11-23T16:00:00.000Z', by: byProgram.by } },
    { action: 'flag-acknowledged', flag, note },
    { attempts: threeAttempts },
  ],
];

describe('an action', () => {
  it.each(deeds)(
    '(%s) is done, kept and logged with who did it, and changes nothing a second time',
    async (deed, asked, after, entry, of) => {
      const api = await anApi();
      const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'], ...of });
      const path = `/candidates/${id}/${deed}`;
      const status = deed === 'change-email' ? 202 : 200;
      api.advance(60);
      api.logged.splice(0);
      const doneAt = api.clock();

      const first = await api.done(path, asked, status);
      expect(first).toMatchObject(after);
      expect(first.history).toEqual([{ at: doneAt, ...byProgram, ...entry }]);
      expect(await api.detail(id)).toEqual(first);

      const version = await api.version(id);
      api.advance(1);
      expect(await api.done(path, asked, status)).toEqual(first);
      expect(await api.version(id)).toBe(version);
      const actions = api.logged.filter((line) => line.includes('staff-action'));
      expect(actions.map((line) => JSON.parse(line))).toEqual([
        { event: 'staff-action', id, action: entry.action, by: localStaff.programClientId },
      ]);
    },
  );

  it.each([
    ['/attempts', {}, ['attemptDate', 'attemptNumber']],
    ['/attempts', { attemptDate: '2026-11-12', attemptNumber: 2 }, ['attemptDate']],
    ['/change-email', { email: 'ANA@example.com' }, ['email']],
    ['/booked', { examDate: '2026-12-01' }, ['examDate']],
  ])('%s with %j is refused by field, and changes nothing', async (path, json, fields) => {
    const api = await anApi();
    const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'], change: bounced });
    const before = await api.detail(id);

    const error = await api.refused(api.post(`/candidates/${id}${path}`, { json }), 422);
    expect(error.code).toBe('invalid');
    expect(Object.keys(error.fields ?? {}).sort()).toEqual(fields);
    for (const sentence of Object.values(error.fields ?? {})) {
      expect(sentence).toEqual(aSentence);
      expect(error.message).toContain(sentence);
    }
    expect(await api.detail(id)).toEqual(before);
  });
});

const study = 'emails/study-plan-1-1-2026-11-10/resend';
it.each<[path: string, code: string, of: Partial<NewCandidate> | 'enrolled', json: Json]>([
  ...staffForms
    .filter((form) => !/^clear-|^notes$/.test(form))
    .map((form): [string, string, 'enrolled', Json] => [
      form,
      'unconfirmed',
      'enrolled',
      { ...json, examDate: '', entry: `attempt ${at}` },
    ]),
  ['attempts', 'does-not-fit', { attempts: ['2026-09-01'], change: passed }, attempt],
  ['correct-date', 'does-not-fit', { attempts: [] }, { attemptDate: '2026-11-20' }],
  ['booked', 'does-not-fit', { attempts: threeAttempts }, { examDate: '2026-12-21' }],
  [study, 'on-its-way', {}, {}],
  [study, 'passed', { change: passed }, {}],
  ['', 'known', {}, { ...enrollment, email: 'ANA@example.com', name: 'Another Name' }],
])('what does not fit answers 409 with its code, and changes nothing: %s: %s', async (path, code, of, sent) => {
  const api = await anApi();
  const id =
    of === 'enrolled'
      ? await api.enroll()
      : await api.add({ email: enrollment.email, attempts: ['2026-11-10'], ...of });
  if (code === 'passed') await api.mails();
  const before = api.store.all();
  const where = path ? `/candidates/${id}/${path}` : '/candidates';
  const { fields, ...error } = await api.refused(api.post(where, { json: sent }), 409);

  expect(error).toEqual({ code, message: aSentence });
  expect(fields !== undefined).toBe(code === 'does-not-fit');
  expect(api.store.all()).toEqual(before);
});

it('no such id, email or flag answers 404, whatever is asked of it', async () => {
  const api = await anApi();
  const odd = ['unknown', 'x'.repeat(5000), '%C3%BC%F0%9F%98%80', '..%2Fsummary', '%E0%A4%A', '%', '%00', '__proto__'];
  const known = [await api.add({ email: 'ben@example.com', attempts: ['2026-11-10'] }), await api.enroll()];
  const asked = odd.flatMap((name) => [
    ...routesOfOne.map(([method, path, body]): Route => [method, `/${name}${path}`, body]),
    ...known.flatMap((id): Route[] => [
      ['POST', `/${id}/emails/${name}/resend`],
      ['POST', `/${id}/flags/${name}/acknowledge`],
    ]),
  ]);
  api.logged.splice(0);
  for (const [method, path, body] of asked) {
    const error = await api.refused(api.ask(method, `/candidates${path}`, body), 404);
    expect([method, path, error]).toEqual([method, path, { code: 'not-found', message: aSentence }]);
  }
  expect(api.logged).toEqual([]);
});

it.each<[method: string, path: string, status: number, code: string | undefined, headers?: object]>([
  ['GET', '/unknown', 404, 'not-found'],
  ['GET', '', 404, 'not-found'],
  ['POST', '/candidates/a1b2c3/erase', 404, 'not-found'],
  ['POST', '/candidates//passed', 404, 'not-found'],
  ['GET', '/candidates/import', 404, 'not-found'],
  ['GET', '/candidates/a1b2c3/attempts', 405, 'method-not-allowed', { allow: 'POST' }],
  ['POST', '/summary', 405, 'method-not-allowed', { allow: 'GET, HEAD' }],
  ['PUT', '/candidates', 405, 'method-not-allowed', { allow: 'GET, HEAD, POST' }],
  ['OPTIONS', '/candidates/a1b2c3', 405, 'method-not-allowed', { allow: 'GET, HEAD, PATCH, DELETE' }],
  ['GET', '/candidates/?limit=5', 308, undefined, { location: '/admin/api/candidates?limit=5' }],
  ['POST', '/candidates/1/attempts/', 308, undefined, { location: '/admin/api/candidates/1/attempts' }],
  ['DELETE', '/candidates/1//', 308, undefined, { location: '/admin/api/candidates/1' }],
])('%s %s answers %d with what is allowed there, or the way', async (method, path, status, code, headers = {}) => {
  const { ask } = await anApi();
  const answer = await read(ask(method, path));

  expect(answer.status).toBe(status);
  expect(Object.fromEntries(answer.headers)).toMatchObject(headers);
  expect(answer.text && JSON.parse(answer.text)).toEqual(code ? { error: { code, message: aSentence } } : '');
});

it('a PATCH changes what is sent, keeps what was and is, and leaves the rest', async () => {
  const api = await anApi();
  const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
  const json = { name: ' Ana Díaz ', cohort: null, timeZone: 'us/pacific' };
  const change = () => api.ask('PATCH', `/candidates/${id}`, { json });
  const first = await change();

  expect(first.status).toBe(200);
  expect(await first.json()).toMatchObject({
    ...{ name: 'Ana Díaz', cohort: null, membership: 'member', timeZone: 'America/Los_Angeles' },
    nextEmail: { kind: 'study-plan' },
    history: [
      {
        action: 'details-changed',
        changes: [
          { field: 'name', from: 'Ana Flores', to: 'Ana Díaz' },
          { field: 'timeZone', from: 'America/New_York', to: 'America/Los_Angeles' },
          { field: 'cohort', from: 'Spring A', to: '' },
        ],
      },
    ],
  });
  const version = await api.version(id);
  expect((await change()).status).toBe(200);
  expect(await api.version(id)).toBe(version);
});

const big = 'x'.repeat(64 * 1024 + 1);
const typed = (body: string, type: string): Asked => ({ body, headers: { 'content-type': type } });

it.each<[title: string, status: number, code: string, asked: Asked]>([
  ['larger than 64 KB', 413, 'body-too-large', { json: { ...enrollment, name: big } }],
  ['of broken JSON', 400, 'unreadable-body', typed('{"name":', 'application/json')],
  ['of a JSON list', 400, 'unreadable-body', { json: [enrollment] }],
  ['of JSON null', 400, 'unreadable-body', { json: null }],
  ['of broken multipart', 400, 'unreadable-body', typed('--y', 'multipart/form-data; boundary=x')],
  ['of XML', 415, 'unsupported-media-type', typed('<a/>', 'application/xml')],
  ['of plain text', 415, 'unsupported-media-type', typed('name=Ana', 'text/plain')],
])('a body %s answers %d with a sentence, and changes nothing', async (_title, status, code, asked) => {
  const api = await anApi();
  const id = await api.add({ email: 'ben@example.com', attempts: ['2026-11-10'] });
  const before = api.store.all();
  for (const path of [
    '/candidates',
    ...staffForms.map((form) => `/candidates/${id}/${form}`),
    `/candidates/${id}/flags/email-bounced/acknowledge`,
  ])
    expect(await api.refused(api.post(path, asked), status)).toEqual({ code, message: aSentence });

  expect(api.store.all()).toEqual(before);
});

it('where something inside breaks, no answer says anything of it, nor does the log name anybody', async () => {
  const api = await anApi();
  const id = await api.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
  breakStore(api);
  const asked: Route[] = [...routesOf(id), ['GET', '/candidates?email=ana@example.com']];
  for (const [method, path, body] of asked) {
    const response = await api.ask(method, path, body);
    expect([method, path, response.status]).toEqual([method, path, 500]);
    expect(await response.json()).toEqual({
      error: { code: 'internal', message: expect.stringMatching(/^Something went wrong/) },
    });
  }

  expect(api.logged).toHaveLength(asked.length);
  expect(api.logged.join()).not.toMatch(/ana|Flores|example\.com|records-/i);
});

it.each([
  ['a form', { form: enrollment }],
  ['JSON', { json: { ...enrollment, attemptNumber: 1, consent: 'no' } }],
])('enrolling as %s answers 201, then 200, and has one link go out', async (_title, asked) => {
  const api = await anApi();
  const first = await api.post('/candidates', asked);
  expect(first.status).toBe(201);
  const detail = (await first.json()) as Detail;
  expect(first.headers.get('location')).toBe(`/admin/api/candidates/${detail.id}`);
  expect(detail).toMatchObject({
    id: await api.idAt(enrollment.email),
    email: enrollment.email,
    cohort: 'Spring A',
    status: 'unconfirmed',
    retakeOn: null,
    attempts: [],
    toBeConfirmed: { number: 1, date: '2026-11-20', lowestAreas: [] },
    emails: [{ kind: 'confirmation', state: 'queued' }],
    history: [{ at, ...byProgram, action: 'enrolled' }],
  });

  api.advance(1);
  const second = await api.post('/candidates', asked);
  expect([second.status, await second.json()]).toEqual([200, detail]);
  expect((await api.mails()).map(({ to }) => to.address)).toEqual([enrollment.email]);
});

it('erasing answers 204, then 404, and neither a list nor the log names who it was', async () => {
  const api = await anApi();
  const id = await api.add({ email: 'ana@example.com', attempts: threeAttempts });
  expect(await read(api.ask('DELETE', `/candidates/${id}`))).toMatchObject({ status: 204, text: '' });

  for (const method of ['DELETE', 'GET']) await api.refused(api.ask(method, `/candidates/${id}`), 404);
  for (const query of ['?flag=any', '?email=ana@example.com']) expect(await api.listed(query)).toEqual([]);
  expect(await api.mails()).toMatchObject([{ to: { address: 'ana@example.com' } }]);
  expect(JSON.stringify(api.logged)).not.toMatch(/Flores|example\.com/);
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
    "Smith;=cmd|'/C calc'!A0;x",
    'Ana, -Bea',
    'Ana;" +1+1',
    'Ana; ＝1＋1',
    '007',
  ];
  const header =
    'id,email,name,cohort,membership,timeZone,status,emailState,attemptsUsed,retakeOn,examOn,flags,createdAt,updatedAt,nextEmail,lastNote';

  it('is a file that says what the list says, with no cell that a spreadsheet takes for a formula', async () => {
    const api = await anApi();
    for (const [index, name] of names.entries())
      await api.add({
        email: `${['+', '=', '-'][index] ?? ''}person${index}@example.com`,
        name,
        cohort: index % 2 ? '@cohort' : undefined,
        attempts: index === 0 ? threeAttempts : ['2026-11-10'],
        ...(index === 0 && { change: bounced }),
      });
    const { headers, text } = await read(api.get('/candidates.csv'));
    const { candidates } = await api.page();

    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': expect.stringMatching(/^text\/csv; charset=utf-8/),
      'content-disposition': 'attachment; filename="candidates.csv"',
      'cache-control': 'no-store',
    });
    expect(text.startsWith(`${header}\r\n`)).toBe(true);
    expect(text.endsWith('\r\n')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(names.length);
    const cells = rows.flatMap((row) => Object.values(row));
    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    // Programs that separate at something else know no quotes inside of what they take for a cell.
    for (const separator of [',', ';', '\t'])
      for (const cell of text.split('\r\n').flatMap((line) => line.split(separator)))
        expect(cell.replace(/^["\s]*/, '')).not.toMatch(/^[=+\-@＝＋－＠]/);
    const plain = (cell: string) => cell.replaceAll(/(^|[,;\t]["'\s]*)'(?=[=+\-@\t\r＝＋－＠])/g, '$1');
    const inCell = (value: unknown) => (Array.isArray(value) ? value.join(' ') : String(value ?? ''));
    const mapped = (row: object, change: (value: unknown) => string) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, change(value)]));
    expect(rows.map((row) => mapped(row, (cell) => plain(String(cell))))).toEqual(
      candidates.map(({ nextEmail, ...candidate }) => ({
        ...mapped(candidate, inCell),
        nextEmail: nextEmail ? `${nextEmail.kind} ${nextEmail.at}${nextEmail.heldBack ? ' held-back' : ''}` : '',
      })),
    );
    expect(rows.map(({ flags }) => flags)).toContain('third-attempt-used email-bounced');
  });

  const one = aCandidate({ attempts: ['2026-11-10'] });
  const listsOf = (count: number): CandidateLists => ({
    page: async (_filter, { limit }) => ({
      candidates: Array.from({ length: Math.min(count, limit) }, () => one),
      next: count > limit ? 'more' : undefined,
    }),
    summary: () => Promise.reject(new Error('Not asked for.')),
  });

  it('has up to 10,000 rows, and asks for a narrower filter above that', async () => {
    const tooMany = await anApi({ lists: listsOf(10_001) });
    expect(await tooMany.refused(tooMany.get('/candidates.csv'), 422)).toEqual({
      code: 'too-many-rows',
      message: expect.stringMatching(/10,000.*[Cc]hoose/),
    });

    // The last one: it keeps the process busy for longer than the issuer keeps a connection open.
    const full = await anApi({ lists: listsOf(10_000) });
    const response = await full.get('/candidates.csv');
    expect((await response.text()).split('\r\n')).toHaveLength(10_000 + 2);
  });
});

describe('the description of the API', () => {
  it('is valid OpenAPI, and says where the API is and that it asks for a token', async () => {
    const copy = structuredClone(openapi) as Parameters<typeof validate>[0];

    expect(await validate(copy)).toMatchObject({ valid: true, warnings: [] });
    expect(openapi).toMatchObject({
      openapi: expect.stringMatching(/^3\.1/),
      servers: [{ url: '/admin/api' }],
      components: { securitySchemes: { staff: { type: 'http', scheme: 'bearer' } } },
    });
  });

  it('has every route that there is, and no other', async () => {
    const { app } = await anAdmin(issuer);
    const there = app.routes
      .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/admin/api/'))
      .map(({ method, path }) => {
        const described = path.replace('/admin/api', '').replaceAll(/:(\w+)/g, '{$1}');
        return `${method.toLowerCase()} ${described}`;
      });

    expect(documented.operations.toSorted()).toEqual(there.toSorted());
  });
});
