import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { localStaff } from '../../bin/local/login-issuer.ts';
import { markPassed } from '../../lambdas/core/attempts.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { changedBy } from '../support/builders.ts';
import {
  aBrowser,
  aStaffOffice,
  backFrom,
  type Fields,
  origin,
  type StaffOffice,
  type StaffParts,
  startStaffParts,
} from '../support/staff.ts';

const at = '2026-11-23T15:00:00.000Z';
const threeAttempts = ['2026-03-02', '2026-06-02', '2026-11-02'];
const enrolment = {
  name: 'Ana Flores',
  email: 'ana@example.com',
  attemptDate: '2026-11-20',
  attemptNumber: '1',
  membership: 'member',
  timeZone: 'America/New_York',
  cohort: 'Spring A',
};
const bounced = (candidate: Candidate): Candidate => ({
  ...candidate,
  emailState: 'bounced',
  bouncedAt: '2026-11-22T15:00:00.000Z',
});

let parts: StaffParts;

beforeAll(async () => {
  parts = await startStaffParts();
});

afterAll(async () => {
  await parts?.close();
});

afterEach(() => {
  vi.useRealTimers();
});

async function anOffice() {
  const office = await aStaffOffice(parts);
  const browser = aBrowser(office);
  return { office, browser };
}

/** A browser in which somebody of the staff is signed in, and their office with one candidate. */
async function signedIn(candidate: Partial<Parameters<StaffOffice['add']>[0]> = {}) {
  const { office, browser } = await anOffice();
  await browser.signIn();
  const id = await office.add({
    email: 'ana@example.com',
    attempts: ['2026-11-10'],
    ...candidate,
  });
  const path = `/admin/candidates/${id}`;
  return { office, browser, id, path, stored: () => office.store.candidate(id) };
}

const titleOf = (html: string) => /<title>([^<]*)<\/title>/.exec(html)?.[1];

/** The forms of a page that post, each with the fields it has of itself. */
function formsIn(html: string): { action: string; fields: Fields }[] {
  return [
    ...html.matchAll(/<form[^>]*method="post"[^>]*action="([^"]*)"[^>]*>(.*?)<\/form>/gs),
  ].map(([, action = '', content = '']) => ({
    action,
    fields: Object.fromEntries(
      [...content.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, value],
      ),
    ),
  }));
}

/** The links of the summary on top that lead to nothing on the page. */
function brokenSummaryLinks(html: string): string[] {
  const [summary = ''] = /<section class="summary".*?<\/section>/s.exec(html) ?? [];
  const targets = [...summary.matchAll(/href="#([^"]*)"/g)].map(([, id = '']) => id);
  if (targets.length === 0) throw new Error('There is no summary on top.');
  return targets.filter((id) => !html.includes(`id="${id}"`));
}

const actions: [action: string, fields: Fields][] = [
  ['attempts', { attemptDate: '2026-11-20', attemptNumber: '2' }],
  ['correct-date', { attemptDate: '2026-11-12' }],
  ['passed', {}],
  ['undo', {}],
  ['clear-bounce', {}],
  ['emails/study-plan-1-1-2026-11-10/resend', {}],
  ['flags/email-bounced/acknowledge', { note: 'Called.' }],
  ['erase', { sure: 'yes' }],
];

describe('without a session', () => {
  const pages = [
    '/admin',
    '/admin?status=waiting&cohort=Spring+A',
    '/admin/',
    '/admin/candidates.csv?flag=any',
    '/admin/enrol',
    '/admin/candidates/a1b2c3',
    '/admin/candidates/a1b2c3?done=passed',
    '/admin/unknown',
    '/admin/apix',
    '/admin/logout',
  ];
  it.each(pages)('%s leads to the login, which leads back there', async (path) => {
    const { browser } = await anOffice();
    const response = await browser.get(path);
    expect(response.status).toBe(303);
    const { pathname, searchParams } = new URL(response.headers.get('location')!, origin);
    expect([pathname, [...searchParams]]).toEqual(['/admin/login', [['returnTo', path]]]);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.text()).toBe('');

    const login = await browser.get(response.headers.get('location')!);
    const back = await browser.get(await backFrom(login.headers.get('location')!));
    expect(back.headers.get('location')).toBe(path);
  });

  it.each([
    ['candidates', enrolment],
    ['unknown', {}],
    ...actions.map(([action, fields]): [string, Fields] => [`candidates/ID/${action}`, fields]),
  ])('a form to /admin/%s offers to sign in, and changes nothing', async (path, fields) => {
    const { office, browser } = await anOffice();
    const id = await office.add({
      email: 'ben@example.com',
      attempts: ['2026-11-10'],
      change: bounced,
    });
    const before = await office.store.candidate(id);
    for (const [referer, returnTo] of [
      [undefined, '/admin'],
      [`${origin}/admin/enrol?x=1`, '/admin/enrol?x=1'],
      [`${origin}/my`, '/admin'],
    ] as const) {
      const response = await browser.post(`/admin/${path.replace('ID', id)}`, fields, {
        origin,
        ...(referer && { referer }),
      });
      expect([referer, response.status]).toEqual([referer, 401]);
      const html = await response.text();
      const [, signIn = ''] = /href="(\/admin\/login[^"]*)"/.exec(html) ?? [];
      const back = await browser.signIn(
        new URL(signIn, origin).searchParams.get('returnTo') ?? undefined,
      );
      expect([referer, back.headers.get('location')]).toEqual([referer, returnTo]);
      browser.cookies.clear();
    }
    expect(await office.store.candidate(id)).toEqual(before);
    expect(await office.store.candidate(office.idOf(enrolment.email))).toBeUndefined();
  });

  it.each(['http://', 'garbage', '//', 'https://evil.example.org/my', 'javascript:alert(1)'])(
    'a form that says it comes from %s is offered to sign in all the same',
    async (referer) => {
      const { browser } = await anOffice();
      const response = await browser.post('/admin/candidates', enrolment, { origin, referer });

      expect(response.status).toBe(401);
      expect(await response.text()).toMatch(/href="\/admin\/login[^"]*"/);
    },
  );

  it.each<[string, () => Promise<Record<string, string>>]>([
    [
      'a bearer token',
      async () => ({ authorization: `Bearer ${await parts.issuer.programToken()}` }),
    ],
    [
      'a staff token',
      async () => ({ authorization: `Bearer ${(await parts.issuer.userTokens()).access_token}` }),
    ],
    ['a forged session', async () => ({ cookie: '__Host-session=a.b.c' })],
    [
      'a token as a session',
      async () => ({ cookie: `__Host-session=${await parts.issuer.programToken()}` }),
    ],
  ])('%s opens no page', async (_title, headers) => {
    const { browser } = await anOffice();

    expect((await browser.get('/admin', await headers())).status).toBe(303);
  });

  it('what is kept for the login opens no page, nor does a session without its prefix', async () => {
    const { office, browser } = await anOffice();
    await browser.get('/admin/login');
    const kept = browser.cookies.get('__Host-login')!;
    await browser.signIn();
    const session = browser.cookies.get('__Host-session')!;
    const status = async (cookie: string) =>
      (await office.app.request('/admin', { headers: { cookie } })).status;

    expect(await status(`__Host-session=${session}`)).toBe(200);
    expect(await status(`__Host-session=${kept}`)).toBe(303);
    expect(await status(`session=${session}`)).toBe(303);
  });

  it('only the page after signing out is shown', async () => {
    const { browser } = await anOffice();

    expect(await browser.page('/admin/signed-out')).toContain('You are signed out.');
  });
});

describe('signing in', () => {
  it('goes to the issuer and back to the page, and logs no name', async () => {
    const { office, browser } = await anOffice();
    const response = await browser.signIn('/admin?status=waiting');

    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('/admin?status=waiting');
    expect(await browser.page('/admin')).toContain(localStaff.name);
    expect(office.logged.map((line) => JSON.parse(line))).toEqual([
      { event: 'staff-signed-in', by: 'local-staff' },
    ]);
  });

  it('keeps its cookies from scripts, from other sites and from other hosts', async () => {
    const { browser } = await anOffice();
    const begun = await browser.get('/admin/login');
    const ended = await browser.signIn();
    const kept = begun.headers.getSetCookie();
    const session = ended.headers
      .getSetCookie()
      .filter((cookie) => cookie.startsWith('__Host-session='));

    for (const [cookies, name] of [
      [kept, 'login'],
      [session, 'session'],
    ] as const) {
      expect(cookies).toHaveLength(1);
      const [pair = '', ...attributes] = cookies[0]!.split('; ');
      expect(pair).toMatch(new RegExp(`^__Host-${name}=[\\w.-]+$`));
      expect(attributes).toEqual(
        expect.arrayContaining(['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']),
      );
      expect(cookies[0]).not.toMatch(/domain/i);
    }
    expect(browser.cookies.has('__Host-login')).toBe(false);
  });

  it.each([
    '/admin',
    '/admin?status=waiting&email=ana%40example.com',
    '/admin/candidates/a1b2c3?done=passed',
    '/admin?status=waiting#list',
    '/admin/enrol',
  ])('leads back to %s', async (returnTo) => {
    const { browser } = await anOffice();

    expect((await browser.signIn(returnTo)).headers.get('location')).toBe(returnTo);
  });

  it.each([
    '',
    '/',
    '/my',
    '//evil.example.org',
    '//evil.example.org/admin',
    'https://evil.example.org',
    'https://evil.example.org/admin',
    `${origin}/admin`,
    '/adminx',
    '/admin.evil.example.org',
    '/admin@evil.example.org',
    '/admin:80',
    '/ADMIN',
    'admin',
    '/\\evil.example.org',
    '/admin\\..\\..\\evil',
    '\\\\evil.example.org',
    ' /admin',
    '/admin\r\nset-cookie: x=y',
    '/admin\n',
    '/admin\u0000',
    'javascript:alert(1)',
    '/admin/../my',
    '/admin/..//evil.example.org',
    '/admin/./../my',
    '/admin/%2e%2e/my',
    '/admin/.%2E/my',
    '/admin/..',
  ])('leads to the overview, and not to %j', async (returnTo) => {
    const { browser } = await anOffice();

    expect((await browser.signIn(returnTo)).headers.get('location')).toBe('/admin');
  });

  it.each<[string, (path: string) => string]>([
    ['another state', (path) => path.replace(/state=[^&]*/, 'state=another')],
    ['an unknown code', (path) => path.replace(/code=[^&]*/, 'code=another')],
    ['a refusal', (path) => path.replace(/code=[^&]*/, 'error=access_denied')],
    ['nothing', (path) => path.replace(/\?.*/, '')],
  ])('does not work with %s, and offers to try again', async (_title, change) => {
    const { office, browser } = await anOffice();
    const login = await browser.get('/admin/login');
    const response = await browser.get(change(await backFrom(login.headers.get('location')!)));

    expect(response.status).toBe(400);
    expect(await response.text()).toContain('href="/admin/login"');
    expect([...browser.cookies.keys()]).toEqual([]);
    expect((await browser.get('/admin')).status).toBe(303);
    expect(office.logged).toEqual([]);
  });

  it('does not work in another browser than it began in, nor twice', async () => {
    const { office, browser } = await anOffice();
    const login = await browser.get('/admin/login');
    const back = await backFrom(login.headers.get('location')!);
    const other = aBrowser(office);
    expect((await other.get(back)).status).toBe(400);

    const kept = new Map(browser.cookies);
    expect((await browser.get(back)).status).toBe(302);
    expect((await browser.get(back)).status).toBe(400);
    expect((await aBrowser(office, kept).get(back)).status).toBe(400);
  });

  it('says that something went wrong where the issuer can’t be reached', async () => {
    const issuer = { ...parts.issuer, url: 'http://localhost:1' };
    const response = await aBrowser(await aStaffOffice({ ...parts, issuer })).get('/admin/login');
    const html = await response.text();

    expect(response.status).toBe(500);
    expect(html).toContain('Please try again');
    expect(html).not.toMatch(/localhost|ECONNREFUSED|fetch/);
  });
});

describe('a session', () => {
  const minutes = 60_000;

  it('goes on while it is used, and ends an hour after', async () => {
    const start = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: start });
    const { browser } = await anOffice();
    await browser.signIn();
    const first = browser.cookies.get('__Host-session');

    vi.setSystemTime(start + 9 * minutes);
    expect((await browser.get('/admin')).headers.getSetCookie()).toEqual([]);
    vi.setSystemTime(start + 50 * minutes);
    const renewed = await browser.get('/admin');
    expect(renewed.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-session=.*HttpOnly/),
    ]);
    expect(browser.cookies.get('__Host-session')).not.toBe(first);
    vi.setSystemTime(start + 109 * minutes);
    expect((await browser.get('/admin')).status).toBe(200);
    vi.setSystemTime(start + 170 * minutes);
    expect((await browser.get('/admin')).status).toBe(303);
  });

  it('that is over can be ended, too: nobody stays signed in at the issuer', async () => {
    const { browser } = await anOffice();
    const response = await browser.post('/admin/logout');

    expect(response.status).toBe(200);
    expect(response.headers.get('refresh')).toContain(`${parts.issuer.url}/endsession`);
  });

  it('does not open the API', async () => {
    const { browser, id } = await signedIn();

    expect((await browser.get('/admin')).status).toBe(200);
    for (const path of ['candidates', 'summary', `candidates/${id}`])
      expect((await browser.get(`/admin/api/${path}`)).status).toBe(401);
    expect((await browser.post(`/admin/api/candidates/${id}/passed`)).status).toBe(401);
  });

  it.each([0, 20])(
    'ends by signing out after %d minutes, here and at the issuer',
    async (later) => {
      const start = Date.now();
      vi.useFakeTimers({ toFake: ['Date'], now: start });
      const { browser } = await anOffice();
      await browser.signIn();
      vi.setSystemTime(start + later * minutes);
      const response = await browser.post('/admin/logout');
      const html = await response.text();

      expect(response.status).toBe(200);
      const last = response.headers.getSetCookie().at(-1);
      expect(last).toMatch(/^__Host-session=;/);
      expect(last).toMatch(/Max-Age=0/i);
      expect(last).toMatch(/Path=\//);
      expect(last).toMatch(/Secure/);
      const [, end = ''] = /^0; url=(.*)$/.exec(response.headers.get('refresh') ?? '') ?? [];
      expect(end).toContain(`${parts.issuer.url}/endsession?client_id=${localStaff.pageClientId}`);
      expect(html).toContain(`href="${end.replaceAll('&', '&amp;')}"`);
      expect(await backFrom(end)).toBe('/admin/signed-out');
      expect((await browser.get('/admin')).status).toBe(303);
      expect(html).not.toContain(localStaff.name);
    },
  );
});

describe('a form from elsewhere', () => {
  const strangers: [string, Record<string, string>][] = [
    ['no origin', {}],
    ['another origin', { origin: 'https://evil.example.org' }],
    ['a null origin', { origin: 'null' }],
    ['an empty origin', { origin: '' }],
    ['our host under http', { origin: origin.replace('https', 'http') }],
    ['a host that begins as ours', { origin: `${origin}.evil.example.org` }],
    ['our host at another port', { origin: `${origin}:8443` }],
    ['a sister host', { origin: 'https://www.example.org', 'sec-fetch-site': 'same-site' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
    ['an origin that is only the referrer', { referer: `${origin}/admin` }],
  ];
  it.each(strangers)(
    'with %s is refused with 403, and changes nothing',
    async (_title, headers) => {
      const { office, browser, path, stored } = await signedIn({ change: bounced });
      const before = await stored();
      const forms: [string, Fields][] = [
        ...actions.map(([action, fields]): [string, Fields] => [`${path}/${action}`, fields]),
        ['/admin/candidates', { ...enrolment, email: 'new@example.com' }],
        ['/admin/logout', {}],
      ];
      for (const [to, fields] of forms) {
        const response = await browser.post(to, fields, headers);
        expect([to, response.status]).toEqual([to, 403]);
        expect(titleOf(await response.text())).toBe('Not from our page');
      }

      expect(await stored()).toEqual(before);
      expect(await office.store.candidate(office.idOf('new@example.com'))).toBeUndefined();
      expect((await browser.get('/admin')).status).toBe(200);
    },
  );

  it.each(['text/plain', 'multipart/form-data; boundary=x', undefined])(
    'as %s is refused with 403',
    async (type) => {
      const { office, browser, path, stored } = await signedIn();
      const before = await stored();
      const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
      const response = await office.app.request(`${path}/passed`, {
        method: 'POST',
        headers: {
          cookie,
          origin: 'https://evil.example.org',
          ...(type !== undefined && { 'content-type': type }),
        },
      });

      expect(response.status).toBe(403);
      expect(await stored()).toEqual(before);
    },
  );

  it('and none from our own page is refused', async () => {
    const { browser, path } = await signedIn();

    expect((await browser.post(`${path}/passed`, {}, { origin })).status).toBe(303);
    expect(
      (await browser.post(`${path}/undo`, {}, { 'sec-fetch-site': 'same-origin' })).status,
    ).toBe(303);
  });

  it('can’t be a GET: no address changes anything', async () => {
    const { browser, path, stored } = await signedIn({ change: bounced });
    const before = await stored();
    for (const [action, fields] of actions)
      expect(
        (
          await browser.get(
            `${path}/${action}?${new URLSearchParams(fields as Record<string, string>)}`,
          )
        ).status,
      ).toBe(404);

    expect(await stored()).toEqual(before);
  });
});

describe('the forms on the pages', () => {
  async function everyForm() {
    const { office, browser, path } = await signedIn({ attempts: ['2026-09-01'], change: bounced });
    const used = await office.add({ email: 'ursula@example.com', attempts: threeAttempts });
    await browser.post('/admin/candidates', { ...enrolment, email: 'nora@example.com' });
    await office.mails();
    office.advance(60);
    const nora = office.idOf('nora@example.com');
    const pages = await Promise.all(
      [
        '/admin',
        '/admin/enrol',
        path,
        `/admin/candidates/${used}`,
        `/admin/candidates/${nora}`,
      ].map((page) => browser.page(page)),
    );
    return { office, browser, forms: pages.flatMap(formsIn), pages };
  }

  it('post to routes that there are, and to each of them', async () => {
    const { office, forms } = await everyForm();
    const routes = office.app.routes
      .filter(({ method, path }) => method === 'POST' && !path.startsWith('/admin/api'))
      .map(({ path }) => ({ path, pattern: new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`) }));
    const routeOf = (action: string) => routes.find(({ pattern }) => pattern.test(action))?.path;

    expect(forms.filter(({ action }) => routeOf(action) === undefined)).toEqual([]);
    expect([...new Set(forms.map(({ action }) => routeOf(action)))].sort()).toEqual(
      routes.map(({ path }) => path).sort(),
    );
  });

  it('are taken as they stand, or answered with what is missing', async () => {
    const { browser, forms } = await everyForm();
    const isLast = (action: string) => action.endsWith('/erase');
    for (const { action, fields } of forms
      .filter(({ action: one }) => !one.endsWith('/logout'))
      .toSorted((one, other) => Number(isLast(one.action)) - Number(isLast(other.action)))) {
      const response = await browser.post(action, fields);
      expect([action, response.status]).toEqual([
        action,
        expect.toBeOneOf(isLast(action) ? [422] : [303, 409, 422]),
      ]);
    }
  });

  it('each element has an id of its own, and each label has its field', async () => {
    const { pages } = await everyForm();
    for (const html of pages) {
      const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect(ids).toEqual([...new Set(ids)]);
      for (const [, id] of html.matchAll(/<label for="([^"]*)"/g)) expect(ids).toContain(id);
      for (const [, list = ''] of html.matchAll(/aria-(?:describedby|labelledby)="([^"]*)"/g))
        for (const id of list.split(' ')) expect(ids).toContain(id);
    }
  });
});

describe('a deed on the page', () => {
  const cases: [string, Fields, string, Partial<Parameters<StaffOffice['add']>[0]>?][] = [
    [
      'attempts',
      { attemptDate: '2026-11-20', attemptNumber: '2', lowestAreas: ['general', 'clinical'] },
      'The attempt is recorded.',
      { attempts: ['2026-09-01'] },
    ],
    ['correct-date', { attemptDate: '2026-11-12' }, 'The date is corrected.'],
    ['passed', {}, 'Marked as passed.'],
    ['undo', { told: `attempt ${at}` }, 'Taken back.'],
    ['clear-bounce', {}, 'The bounce is cleared.', { change: bounced }],
    ['emails/study-plan-1-1-2026-11-10/resend', {}, 'The email goes out now.'],
    [
      'flags/third-attempt-used/acknowledge',
      { note: 'Called.', returnTo: 'candidate' },
      'Acknowledged.',
      { attempts: threeAttempts },
    ],
  ];
  it.each(cases)(
    '(%s) leads back to the candidate with a word that it is done, and is done once',
    async (action, fields, notice, candidate) => {
      const { office, browser, path, stored } = await signedIn(candidate);
      await office.mails();
      office.advance(60);
      const first = await browser.post(`${path}/${action}`, fields);
      expect([first.status, await first.text()]).toEqual([303, '']);
      const location = first.headers.get('location')!;
      expect(location).toMatch(new RegExp(`^${path}\\?done=[a-z-]+$`));
      const html = await browser.page(location);
      expect(html).toContain(notice);
      expect(html).toContain(localStaff.name);

      const after = await stored();
      expect(after?.history).toMatchObject([{ by: localStaff.name }]);
      office.advance(1);
      const second = await browser.post(`${path}/${action}`, fields);
      expect(second.status).toBe(303);
      expect(await browser.page(second.headers.get('location')!)).toContain('it was done already');
      expect(await stored()).toEqual(after);
    },
  );

  it('acknowledges from the overview, and leads back there', async () => {
    const { browser, path, stored } = await signedIn({ attempts: threeAttempts });
    for (let times = 0; times < 2; times += 1) {
      const response = await browser.post(`${path}/flags/third-attempt-used/acknowledge`, {
        note: '',
        returnTo: 'overview',
      });
      expect(response.headers.get('location')).toBe('/admin?done=acknowledge');
    }

    expect(await browser.page('/admin?done=acknowledge')).toContain('Nobody. All is looked at.');
    expect((await stored())?.history).toHaveLength(1);
  });

  it('enrols, and leads to the candidate; again, too; once confirmed it says so', async () => {
    const { office, browser } = await signedIn({ email: 'ben@example.com' });
    const id = office.idOf(enrolment.email);
    for (const done of ['enrol', 'nothing']) {
      const response = await browser.post('/admin/candidates', enrolment);
      expect([response.status, response.headers.get('location')]).toEqual([
        303,
        `/admin/candidates/${id}?done=${done}`,
      ]);
      office.advance(1);
    }
    const changed = await browser.post('/admin/candidates', { ...enrolment, name: 'Ana Lee' });
    expect(await browser.page(changed.headers.get('location')!)).toContain('Ana Lee');
    await browser.post('/admin/candidates', enrolment);
    const html = await browser.page(`/admin/candidates/${id}?done=enrol`);
    expect(html).toContain('The link to confirm goes out now.');
    expect(html).toContain('Not confirmed');
    expect((await office.store.candidate(id))?.history).toMatchObject(
      Array.from({ length: 3 }, () => ({ action: 'enrolled', by: localStaff.name })),
    );

    const known = await browser.post('/admin/candidates', {
      ...enrolment,
      email: 'BEN@example.com',
      name: 'Somebody Else',
    });
    expect(known.status).toBe(303);
    const page = await browser.page(known.headers.get('location')!);
    expect(page).toContain('known already');
    expect(page).not.toContain('Somebody Else');
  });

  it('that does not fit any more says why, with 409', async () => {
    const { browser, path, stored } = await signedIn();
    const before = await stored();
    const response = await browser.post(`${path}/emails/reminder-1-1-2026-12-10/resend`);

    expect(response.status).toBe(409);
    const html = await response.text();
    expect(titleOf(html)).toBe('Error: Ana Flores');
    expect(html).toMatch(/role="alert">.*This email has not gone out yet\./s);
    expect(await stored()).toEqual(before);
  });

  it.each(['attempts', 'correct-date', 'passed', 'undo'])(
    '(%s) of somebody unconfirmed says why not, with 409',
    async (action) => {
      const { office, browser } = await anOffice();
      await browser.signIn();
      await browser.post('/admin/candidates', enrolment);
      const id = office.idOf(enrolment.email);
      const response = await browser.post(`/admin/candidates/${id}/${action}`);

      expect(response.status).toBe(409);
      expect(await response.text()).toContain('has not confirmed the address yet');
    },
  );

  it('on nobody is a page that says so', async () => {
    const { browser } = await signedIn();
    for (const id of [
      'unknown',
      'f'.repeat(32),
      'a%2Fb',
      '%E0%A4%A',
      '%',
      'x'.repeat(3000),
      '%00',
    ]) {
      const response = await browser.get(`/admin/candidates/${id}`);
      expect([id, response.status]).toEqual([id, 404]);
      expect(await response.text()).toContain('href="/admin"');
      for (const [action, fields] of actions)
        expect((await browser.post(`/admin/candidates/${id}/${action}`, fields)).status).toBe(404);
    }
  });
});

describe('a mistake on the page', () => {
  const tomorrow = '2026-11-24';

  it.each<[string, Fields, string[]]>([
    [
      'attempts',
      { attemptDate: tomorrow, attemptNumber: '3', lowestAreas: ['clinical'] },
      [
        `id="attempts-attemptDate" name="attemptDate" type="date" autocomplete="off" value="${tomorrow}"`,
        'value="3" checked=""',
        'value="clinical" checked=""',
      ],
    ],
    [
      'correct-date',
      { attemptDate: tomorrow },
      [
        `id="correct-date-attemptDate" name="attemptDate" type="date" autocomplete="off" value="${tomorrow}"`,
      ],
    ],
    [
      'flags/email-bounced/acknowledge',
      { note: `${'x'.repeat(500)} too long`, returnTo: 'candidate' },
      ['too long'],
    ],
    ['erase', {}, []],
  ])(
    '(%s) comes back with its form open, what was typed, and what to change',
    async (action, fields, kept) => {
      const { browser, path, stored } = await signedIn({ change: bounced });
      const before = await stored();
      const response = await browser.post(`${path}/${action}`, fields);
      const html = await response.text();

      expect(response.status).toBe(422);
      expect(titleOf(html)).toBe('Error: Ana Flores');
      for (const part of kept) expect(html).toContain(part);
      expect(brokenSummaryLinks(html)).toEqual([]);
      expect(html).not.toContain('Invalid input');
      expect(await stored()).toEqual(before);
    },
  );

  it.each([
    ['name', ''],
    ['email', 'ana'],
    ['attemptDate', tomorrow],
    ['attemptNumber', '4'],
    ['membership', 'perhaps'],
    ['timeZone', 'Mars/Olympus'],
    ['lowestAreas', 'astrology'],
    ['cohort', 'x'.repeat(41)],
  ])('in enrolling (%s "%s") keeps all the rest, and enrols nobody', async (field, value) => {
    const { office, browser } = await signedIn({ email: 'ben@example.com' });
    const response = await browser.post('/admin/candidates', { ...enrolment, [field]: value });
    const html = await response.text();

    expect(response.status).toBe(422);
    expect(titleOf(html)).toBe('Error: Enrol a candidate');
    expect(brokenSummaryLinks(html)).toEqual([]);
    expect(html).toContain(`id="enrol-${field}-error"`);
    if (field !== 'name') expect(html).toContain('value="Ana Flores"');
    if (field !== 'email') expect(html).toContain('value="ana@example.com"');
    if (field !== 'attemptDate') expect(html).toContain('value="2026-11-20"');
    if (field !== 'cohort') expect(html).toContain('value="Spring A"');
    if (field !== 'membership') expect(html).toContain('value="member" checked=""');
    if (field !== 'timeZone') expect(html).toContain('value="America/New_York" selected=""');
    if (['email', 'attemptDate', 'cohort'].includes(field))
      expect(html).toContain(`value="${value}"`);
    expect(await office.store.candidate(office.idOf(enrolment.email))).toBeUndefined();
  });

  it('(undo) of what has become too old since the page was opened says so', async () => {
    const { office, browser, path, stored } = await signedIn();
    const [form] = formsIn(await browser.page(path)).filter(({ action }) => /undo$/.test(action));
    office.advance(8 * 24 * 60);
    const before = await stored();
    const response = await browser.post(form!.action, form!.fields);
    const html = await response.text();

    expect(response.status).toBe(422);
    expect(titleOf(html)).toBe('Error: Ana Flores');
    expect(html).toContain('There is nothing to take back from the last 7 days.');
    expect(brokenSummaryLinks(html)).toEqual([]);
    expect(await stored()).toEqual(before);
  });

  it('in a filter is a page with the sentence', async () => {
    const { browser } = await signedIn();
    for (const query of ['status=unknown', 'flag=unknown', 'limit=0', 'cursor=..']) {
      const response = await browser.get(`/admin?${query}`);
      expect([query, response.status]).toEqual([query, 422]);
      expect(await response.text()).toContain('href="/admin"');
    }
  });

  it('in what is sent is a page, too', async () => {
    const { office, browser, path } = await signedIn();
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    const send = (type: string, body: string) =>
      office.app.request(`${path}/attempts`, {
        method: 'POST',
        headers: { cookie, origin, 'content-type': type },
        body,
      });
    for (const [status, response] of [
      [400, await send('application/json', '{')],
      [415, await send('application/xml', '<a/>')],
      [413, await send('application/x-www-form-urlencoded', 'x'.repeat(70_000))],
    ] as const) {
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    }
  });
});

describe('erasing', () => {
  it.each([{}, { sure: '' }, { sure: 'no' }, { sure: ['yes', 'yes'] }])(
    'needs the tick: %j is not enough',
    async (fields) => {
      const { browser, path, stored } = await signedIn();
      const response = await browser.post(`${path}/erase`, fields as Fields);

      expect(response.status).toBe(422);
      expect(await response.text()).toContain('Tick the box');
      expect(await stored()).toBeDefined();
    },
  );

  it('leads to the overview, and a second time there is nobody', async () => {
    const { browser, path, stored } = await signedIn();
    const response = await browser.post(`${path}/erase`, { sure: 'yes' });

    expect([response.status, response.headers.get('location')]).toEqual([303, '/admin?done=erase']);
    expect(await browser.page('/admin?done=erase')).toContain('The candidate is erased.');
    expect(await stored()).toBeUndefined();
    expect((await browser.post(`${path}/erase`, { sure: 'yes' })).status).toBe(404);
    expect((await browser.get(path)).status).toBe(404);
  });
});

describe('what somebody typed', () => {
  const markup = '"><script>alert(1)</script>';

  it('is text on every page, whatever it looks like', async () => {
    const { office, browser, path } = await signedIn({
      name: markup,
      cohort: `<i>${markup}`.slice(0, 40),
      attempts: threeAttempts,
    });
    await browser.post(`${path}/flags/third-attempt-used/acknowledge`, { note: markup });
    await office.add({ email: 'ben@example.com', name: markup, attempts: threeAttempts });
    const wrong = await browser.post('/admin/candidates', {
      name: markup,
      email: markup,
      attemptDate: markup,
      timeZone: markup,
      cohort: markup,
    });
    const query = new URLSearchParams({ cohort: markup, email: markup });
    const bad = new URLSearchParams({ status: markup, cursor: markup });
    const pages = [
      await browser.page('/admin'),
      await browser.page(path),
      await browser.page(`/admin?${query}`),
      await wrong.text(),
      await (await browser.get(`/admin?${bad}`)).text(),
      await (await browser.get(`/admin?done=${encodeURIComponent(markup)}`)).text(),
      await (await browser.get(`/admin/candidates/${encodeURIComponent(markup)}`)).text(),
    ];
    for (const html of pages) expect(html).not.toMatch(/"><script|<script>alert|<i>"/);
    expect(pages[0]).toContain('&lt;script&gt;');
    expect(pages[1]).toContain('<h1>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</h1>');
    expect(wrong.status).toBe(422);
  });

  it('can’t run: pages allow no script but our own, no frame, and no form to elsewhere', async () => {
    const { browser, path } = await signedIn();
    for (const page of ['/admin', path, '/admin/enrol', '/admin/signed-out', '/admin/nothing']) {
      const { headers } = await browser.get(page);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("form-action 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});

describe('the overview', () => {
  it('shows who needs attention first, then everybody, with the way to each', async () => {
    const { office, browser, path } = await signedIn();
    const used = await office.add({
      email: 'ursula@example.com',
      name: 'Ursula Meyer',
      attempts: threeAttempts,
    });
    const html = await browser.page('/admin');
    const first = (text: string) => html.indexOf(text);

    expect(first('Needs your attention')).toBeLessThan(first('Ursula Meyer'));
    expect(first('Ursula Meyer')).toBeLessThan(first('Ana Flores'));
    expect(html).toContain(`href="${path}"`);
    expect(html).toContain(`href="/admin/candidates/${used}"`);
  });

  it('finds by address in any case, and keeps what was asked for', async () => {
    const { office, browser } = await signedIn();
    await office.add({ email: 'ben@example.com', name: 'Ben Ito', attempts: ['2026-11-11'] });
    const html = await browser.page('/admin?email=BEN%40Example.com&status=&flag=&cohort=');

    expect(html).toContain('Ben Ito');
    expect(html).not.toContain('Ana Flores');
    expect(html).toContain('value="BEN@Example.com"');
  });

  it('is walked by its links to the next page', async () => {
    const { office, browser } = await signedIn();
    const names = Array.from({ length: 4 }, (_, index) => `Person ${'abcd'[index]}`);
    for (const name of names)
      await office.add({ email: `${name.at(-1)}@example.com`, name, attempts: ['2026-11-11'] });
    const seen: string[] = [];
    let path: string | undefined = '/admin?limit=2&status=waiting';
    while (path !== undefined) {
      const html = await browser.page(path.replace(/#.*/, ''));
      seen.push(
        ...[...html.matchAll(/<th scope="row"><a href="\/admin\/candidates\/[^"]*">([^<]*)/g)].map(
          ([, name = '']) => name,
        ),
      );
      const [, next] = /<a href="([^"]*cursor=[^"]*)"/.exec(html) ?? [];
      path = next && `${next.replaceAll('&amp;', '&').replace(/#.*/, '')}&limit=2`;
    }

    expect(seen.toSorted()).toEqual(['Ana Flores', ...names]);
  });

  it('gives a table that Excel reads as UTF-8, and that says what the API’s says', async () => {
    const { office, browser } = await signedIn({ name: 'Zoë Müller' });
    const page = await browser.page('/admin?status=waiting');
    expect(page).toContain('href="/admin/candidates.csv?status=waiting"');
    const response = await browser.get('/admin/candidates.csv?status=waiting');
    const bytes = Buffer.from(await response.arrayBuffer());
    const api = await office.app.request('/admin/api/candidates.csv?status=waiting', {
      headers: { authorization: `Bearer ${await office.token()}` },
    });

    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(bytes.subarray(3).equals(Buffer.from(await api.arrayBuffer()))).toBe(true);
    expect(bytes.toString()).toContain('Zoë Müller');
  });
});

describe('where something inside breaks', () => {
  it('every page says nothing of it, nor does the log name anybody', async () => {
    const { office, browser, path } = await signedIn();
    office.logged.splice(0);
    await parts.tables.client.send(new DeleteTableCommand({ TableName: office.tableName }));
    const answers = [
      await browser.get('/admin?email=ana@example.com'),
      await browser.get('/admin/candidates.csv'),
      await browser.get(path),
      await browser.post('/admin/candidates', enrolment),
      ...(await Promise.all(
        actions.map(([action, fields]) => browser.post(`${path}/${action}`, fields)),
      )),
    ];
    for (const response of answers) {
      expect(response.status).toBe(500);
      const html = await response.text();
      expect(html).toContain('Something went wrong on our side.');
      expect(html).not.toMatch(/ResourceNotFound|records-|dynamo|\bat \//i);
    }

    expect(office.logged).toHaveLength(answers.length);
    expect(office.logged.join()).not.toMatch(/Flores|example\.com|records-/i);
  });

  it('does not keep anybody signed in here who signs out', async () => {
    const office = await aStaffOffice(parts);
    const browser = aBrowser(office);
    await browser.signIn();
    const issuer = { ...parts.issuer, url: 'http://localhost:1' };
    const cutOff = aBrowser(await aStaffOffice({ ...parts, issuer }), browser.cookies);
    const response = await cutOff.post('/admin/logout');

    expect(response.headers.getSetCookie().at(-1)).toMatch(/^__Host-session=;.*Max-Age=0/i);
    expect(cutOff.cookies.has('__Host-session')).toBe(false);
  });
});

describe('a candidate’s page', () => {
  it('tells the story in plain words', async () => {
    const { office, browser, path } = await signedIn({
      change: (candidate) => changedBy(markPassed(candidate, at)),
    });
    await office.mails();
    const passed = await browser.page(path);
    expect(titleOf(passed)).toBe('Ana Flores');
    expect(passed).toContain('Not sent: the candidate passed');

    await browser.post(`${path}/undo`, {});
    const html = await browser.page(path);
    expect(html).toMatch(/Can retake from [\w ,]*December 10, 2026: 17 days to go\./);
    expect(html).toContain('Took back: passed.');
  });
});
