import { afterEach, describe, expect, it, vi } from 'vitest';
import { localStaff } from '../../bin/local/login-issuer.ts';
import { markPassed } from '../../lambdas/core/attempts.ts';
import { aCandidate, changedBy, rules } from '../support/builders.ts';
import { issuerForAll } from '../support/issuer.ts';
import { type Answer, type Fields, origin } from '../support/site.ts';
import {
  aBrowser,
  anAdmin,
  backFrom,
  bounced,
  breakStore,
  complained,
  enrollment,
  type NewCandidate,
  threeAttempts,
} from '../support/staff.ts';

const at = '2026-11-23T15:00:00.000Z';
const issuer = issuerForAll();
/** A class as pasted from a spreadsheet: one to enroll, one with a mistake, and Ana, who is known. */
const classList = {
  list: [
    'Name\tEmail\tDate of exam\tAttempt\tMember',
    'Ben Lee\tben.lee@example.com\t11/20/2026\t1st\tno',
    '=Cara\tcara@example\t11/20/2026\t1\tyes',
    'Ana Flores\tana@example.com\t11/20/2026\t1\tyes',
  ].join('\n'),
  timeZone: 'America/Chicago',
  cohort: 'Spring B',
};

afterEach(() => {
  vi.useRealTimers();
});

async function signedOut() {
  const admin = await anAdmin(issuer);
  return { admin, browser: aBrowser(admin) };
}

/** A browser in which a member of the staff is signed in, and one candidate. */
async function signedIn(candidate: Partial<NewCandidate> = {}) {
  const { admin, browser } = await signedOut();
  await browser.signIn();
  const id = await admin.add({ email: 'ana@example.com', attempts: ['2026-11-10'], ...candidate });
  const path = `/admin/candidates/${id}`;
  return {
    ...{ admin, browser, id, path },
    page: () => browser.page(path),
    /** Sends a form of the candidate's page. */
    send: (action: string, fields: Fields = {}, headers: Record<string, string> = { origin }) =>
      browser.post(`${path}/${action}`, fields, headers),
    stored: () => admin.store.read('candidate', id),
  };
}

/** The forms of a page that post to an address with this end, each with the fields it has of itself. */
function formsIn(html: string, end = ''): { action: string; fields: Fields }[] {
  return [...html.matchAll(/<form[^>]*method="post"[^>]*action="([^"]*)"[^>]*>(.*?)<\/form>/gs)]
    .map(([, action = '', content = '']) => {
      const hidden = content.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
      return { action, fields: Object.fromEntries([...hidden].map(([, name, value]) => [name, value])) };
    })
    .filter(({ action }) => action.endsWith(end));
}

const resending = 'emails/study-plan-1-1-2026-11-10/resend';

/** What staff can send from a candidate's page, what it then says, and of whom it is taken. */
const actions: [action: string, fields: Fields, says: string, of?: Partial<NewCandidate>][] = [
  [
    'attempts',
    { attemptDate: '2026-11-20', attemptNumber: '2', lowestAreas: ['general', 'clinical'] },
    'Recorded attempt 2, taken on Friday, November 20, 2026.',
    { attempts: ['2026-09-01'] },
  ],
  [
    'correct-date',
    { attemptDate: '2026-11-12' },
    'Corrected the exam date from Tuesday, November 10, 2026, to Thursday, November 12, 2026.',
  ],
  ['passed', {}, 'Marked as passed.'],
  ['booked', { examDate: '2026-12-20' }, 'Recorded the exam booked for Sunday, December 20, 2026.'],
  ['new-application', {}, 'Recorded a new application.'],
  ['notes', { note: 'Her shift ends at 4.' }, 'Added a note.'],
  ['details/name', { was: 'Ana Flores', name: 'Ana Lee' }, 'from “Ana Flores” to “Ana Lee”'],
  ['details/cohort', { cohort: '' }, 'Changed the class from “Spring A” to none.'],
  ['details/membership', { membership: 'non-member' }, 'from “member” to “non-member”'],
  ['details/timeZone', { timeZone: 'America/Chicago' }, '“Eastern Time (New York)” to “Central Time (Chicago)”'],
  ['change-email', { email: 'ana.flores@example.org' }, 'ana.flores@example.org'],
  ['undo', { entry: `attempt ${at}` }, 'Undid attempt 1, taken on Tuesday, November 10, 2026.'],
  ['clear-bounce', {}, 'Cleared the bounce.', { change: bounced }],
  ['clear-complaint', { note: 'A slip.' }, 'Cleared the spam report.', { change: complained }],
  [resending, {}, '“Date and study plan” will go out again shortly.'],
  [
    'flags/third-attempt-used/acknowledge',
    { note: 'Called.', returnTo: 'candidate' },
    'Recorded your call about the third attempt.',
    { attempts: threeAttempts },
  ],
  ['erase', { sure: 'yes' }, 'The student’s record has been erased.'],
];

/** All that staff can send from the page of this candidate, and from the one to enroll. */
const formsOf = (path: string): [to: string, fields: Fields][] => [
  ...actions.map(([action, fields]): [string, Fields] => [`${path}/${action}`, fields]),
  ['/admin/candidates', { ...enrollment, email: 'new@example.com' }],
];

describe('without a session', () => {
  it.each(['/admin?status=waiting&cohort=Spring+A', '/admin/candidates.csv?flag=any', '/admin/unknown'])(
    '%s leads to the login, which leads back there',
    async (path) => {
      const { browser } = await signedOut();
      const { status, location, headers, text } = await browser.get(path);
      const { pathname, searchParams } = new URL(location, origin);
      expect([status, pathname, [...searchParams]]).toEqual([303, '/admin/login', [['returnTo', path]]]);
      expect([headers.getSetCookie(), text]).toEqual([[], '']);

      const login = await browser.get(location);
      expect((await browser.get(await backFrom(login.location))).location).toBe(path);
    },
  );

  it('every form answers 401 and offers to sign in, and changes nothing', async () => {
    const { admin, browser } = await signedOut();
    const id = await admin.add({ email: 'ben@example.com', attempts: ['2026-11-10'] });
    const before = admin.store.all();
    const forms = formsOf(`/admin/candidates/${id}`);
    for (const [path, fields] of [...forms, ['/admin/unknown', {}] as const]) {
      const { status, text } = await browser.post(path, fields);
      expect([path, status, text]).toEqual([path, 401, expect.stringContaining('href="/admin/login')]);
    }
    expect(admin.store.all()).toEqual(before);
  });

  it('a form keeps what was typed, to be sent again after signing in in another tab', async () => {
    const { admin, browser } = await signedOut();
    const typed = { ...enrollment, name: '"Ana" <b>Flores</b>', lowestAreas: ['general', 'clinical'] };
    const html = (await browser.post('/admin/candidates', typed)).text;
    expect(html).not.toContain('<b>');
    expect(html).toContain('<form method="post" action="/admin/candidates">');
    await browser.signIn();

    const kept = [...html.matchAll(/type="hidden" name="(.*?)" value="(.*?)"/g)];
    const fields = new URLSearchParams();
    for (const [, name = '', value = ''] of kept) fields.append(name, value);
    expect(fields.getAll('lowestAreas')).toEqual(['general', 'clinical']);
    const again = Object.fromEntries(fields);
    expect((await browser.post('/admin/candidates', again)).status).toBe(303);
    expect(await admin.idAt(enrollment.email)).toBeDefined();
  });

  it('no token, forged session, or what is kept for the login opens a page', async () => {
    const { admin, browser } = await signedOut();
    await browser.get('/admin/login');
    const [[, kept] = []] = browser.cookies;
    await browser.signIn();
    const session = browser.cookies.get('__Host-session')!;
    const program = await issuer.programToken();
    const status = async (headers: Record<string, string>) => (await admin.app.request('/admin', { headers })).status;

    expect(await status({ cookie: `__Host-session=${session}` })).toBe(200);
    for (const headers of [
      { authorization: `Bearer ${program}` },
      { authorization: `Bearer ${(await issuer.userTokens()).access_token}` },
      { cookie: '__Host-session=a.b.c' },
      { cookie: `__Host-session=${program}` },
      { cookie: `__Host-session=${kept}` },
      { cookie: `session=${session}` },
    ])
      expect([headers, await status(headers)]).toEqual([headers, 303]);
  });
});

describe('signing in', () => {
  it('goes to the issuer and back, logs no name, and keeps its cookies safe', async () => {
    const { admin, browser } = await signedOut();
    const [kept = ''] = (await browser.get('/admin/login')).headers.getSetCookie();
    const { status, location, headers } = await browser.signIn('/admin?status=waiting');
    const [session = ''] = headers.getSetCookie().filter((cookie) => cookie.startsWith('__Host-session='));

    expect([status, location]).toEqual([302, '/admin?status=waiting']);
    expect(kept).toMatch(/^__Host-login-[\w-]{43}=[\w.-]+; /);
    for (const cookie of [kept, session]) {
      expect(cookie.split('; ')).toEqual(expect.arrayContaining(['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']));
      expect(cookie).not.toMatch(/domain/i);
    }
    expect(await browser.page('/admin')).toContain(localStaff.name);
    expect(JSON.parse(admin.logged[0]!)).toEqual({ event: 'staff-signed-in', by: 'local-staff' });
  });

  it('works in two tabs at once, and a callback opened again leads on', async () => {
    const { admin, browser } = await signedOut();
    const tabs = ['/admin/enroll', '/admin?flag=any'].map(
      (returnTo) => `/admin/login?${new URLSearchParams({ returnTo })}`,
    );
    const issuerUrls = [];
    for (const tab of tabs) issuerUrls.push((await browser.get(tab)).location);
    const callbacks = await Promise.all(issuerUrls.map(backFrom));
    const leadsTo = async (path: string) => (await browser.get(path)).location;

    expect(await leadsTo(callbacks[0]!)).toBe('/admin/enroll');
    const first = new Map(browser.cookies);
    expect(await leadsTo(callbacks[1]!)).toBe('/admin?flag=any');
    expect(await leadsTo(callbacks[0]!)).toBe('/admin');
    expect([...browser.cookies.keys()]).toEqual(['__Host-session']);
    expect((await aBrowser(admin, first).get('/admin')).status).toBe(303);
  });

  it('keeps no more than a few logins that were begun', async () => {
    const { browser } = await signedOut();
    for (let index = 0; index < 20; index += 1) await browser.get('/admin/login');

    expect(browser.cookies.size).toBeLessThanOrEqual(5);
  });

  it('leads back to our pages, and to no other address', async () => {
    const { browser } = await signedOut();
    const comesTo = async (returnTo: string) => (await browser.signIn(returnTo)).location;

    for (const returnTo of ['/admin/candidates/a1b2c3?done=passed', '/admin?email=a%40b.co#list'])
      expect(await comesTo(returnTo)).toBe(returnTo);
    for (const returnTo of [
      '/',
      '//evil.example.org/admin',
      'https://evil.example.org/admin',
      '/admin@evil.example.org',
      '/\\evil.example.org',
      '/admin\r\nset-cookie: x=y',
      '/admin\u0000',
      'javascript:alert(1)',
      '/admin/..//evil.example.org',
      '/admin/%2e%2e/my',
    ])
      expect([returnTo, await comesTo(returnTo)]).toEqual([returnTo, '/admin']);
  });

  it('does not work with what another browser began, and offers to try again', async () => {
    const { admin, browser } = await signedOut();
    const login = await aBrowser(admin).get('/admin/login');
    await browser.get('/admin/login');
    const again = { status: 400, text: expect.stringContaining('href="/admin/login"') };
    expect(await browser.get(await backFrom(login.location))).toMatchObject(again);
    expect(browser.cookies.has('__Host-session')).toBe(false);
    expect((await browser.get('/admin')).status).toBe(303);
    expect(admin.logged.join()).not.toContain('staff-signed-in');
  });
});

it('a session ends by signing out, here and at the issuer, also when it is over', async () => {
  const start = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: start });
  const { admin, browser } = await signedOut();
  for (const minutes of [20, 200]) {
    await browser.signIn();
    const copy = new Map(browser.cookies);
    vi.setSystemTime(start + minutes * 60_000);
    const { status, headers, text } = await browser.post('/admin/logout');

    expect([status, headers.get('clear-site-data')]).toEqual([200, '"cache", "storage"']);
    expect(headers.getSetCookie().at(-1)).toMatch(/^__Host-session=; Max-Age=0; Path=\/; .*Secure/);
    const [, end = ''] = /^0; url=(.*)$/.exec(headers.get('refresh') ?? '') ?? [];
    expect(end).toContain(`${issuer.url}/endsession?client_id=${localStaff.pageClientId}`);
    expect(text).toContain(`href="${end.replaceAll('&', '&amp;')}"`);
    expect(text).not.toContain(localStaff.name);
    expect(await browser.page(await backFrom(end))).toContain('You’re signed out.');
    for (const one of [browser, aBrowser(admin, copy)]) expect((await one.get('/admin')).status).toBe(303);
  }
});

const strangers: Record<string, string>[] = [
  {},
  { origin: 'https://evil.example.org' },
  { origin: 'null' },
  { origin: 'null', 'content-type': 'text/plain' },
  { origin: '' },
  { origin: origin.replace('https', 'http') },
  { origin: `${origin}.evil.example.org` },
  { origin: `${origin}:8443` },
  { origin: 'https://www.example.org', 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'none' },
  { referer: `${origin}/admin` },
];

it('a form from elsewhere is refused with 403, as a GET with 404, and changes nothing; our own is taken', async () => {
  const { admin, browser, path } = await signedIn({ change: bounced });
  const before = admin.store.all();
  const forms: [string, Fields][] = [...formsOf(path), ['/admin/logout', {}]];
  for (const headers of strangers)
    for (const [to, fields] of forms) {
      const { status, title } = await browser.post(to, fields, headers);
      expect([headers, to, status, title]).toEqual([headers, to, 403, 'Not from our page']);
    }
  for (const [action, fields] of actions) {
    const query = new URLSearchParams(fields as Record<string, string>);
    expect((await browser.get(`${path}/${action}?${query}`)).status).toBe(404);
  }
  expect(admin.store.all()).toEqual(before);
  expect((await browser.get('/admin')).status).toBe(200);

  for (const headers of [{ origin }, { 'sec-fetch-site': 'same-origin' }])
    expect((await browser.post(`${path}/passed`, {}, headers)).status).toBe(303);
});

it('the forms on the pages post to each route there is, as they stand, with ids and labels in order', async () => {
  const { admin, browser, path } = await signedIn({
    attempts: ['2026-09-01'],
    change: (candidate) => complained(bounced(candidate)),
  });
  const used = await admin.add({ email: 'ursula@example.com', attempts: threeAttempts });
  await browser.post('/admin/candidates', { ...enrollment, email: 'nora@example.com' });
  await admin.mails();
  admin.advance(60);
  const nora = await admin.idAt('nora@example.com');
  const people = [path, `/admin/candidates/${used}`, `/admin/candidates/${nora}`];
  const pages = await Promise.all(
    ['/admin', '/admin?status=unconfirmed', '/admin/enroll', '/admin/import', ...people].map((page) =>
      browser.page(page),
    ),
  );
  pages.push((await browser.post('/admin/import', classList)).text);
  const forms = pages.flatMap((html) => formsIn(html));
  const routes = admin.app.routes
    .filter(({ method, path }) => method === 'POST' && !path.startsWith('/admin/api'))
    .map(({ path }) => ({ path, pattern: new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`) }));
  const posted = forms.map(({ action }) => routes.find(({ pattern }) => pattern.test(action)));
  expect(new Set(posted.map((route) => route?.path))).toEqual(new Set(routes.map(({ path }) => path)));

  for (const { action, fields } of forms.filter((form) => !form.action.endsWith('/logout'))) {
    const { status } = await browser.post(action, fields);
    const isTaken = /erase$/.test(action) ? [422] : [200, 303, 409, 422];
    expect([action, status]).toEqual([action, expect.toBeOneOf(isTaken)]);
  }
  for (const html of pages) {
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids).toEqual([...new Set(ids)]);
    const named = html.matchAll(/(?:<label for|aria-(?:describedby|labelledby))="([^"]*)"/g);
    for (const [, list = ''] of named) for (const id of list.split(' ')) expect(ids).toContain(id);
  }
});

describe('an action on the page', () => {
  it.each(actions.filter(([action]) => action !== 'erase'))(
    '(%s) leads back to the candidate with a word that it is done, and is done once',
    async (action, fields, notice, candidate) => {
      const { admin, browser, path, send, stored } = await signedIn(candidate);
      await admin.mails();
      admin.advance(60);
      const { status, location, text } = await send(action, fields);
      expect([status, text]).toEqual([303, '']);
      expect(location).toMatch(new RegExp(`^${path}\\?done=[a-zA-Z-]+$`));
      const html = await browser.page(location);
      for (const part of [notice, localStaff.name]) expect(html).toContain(part);

      const after = await stored();
      expect(after?.history).toMatchObject([{ by: localStaff.name }]);
      admin.advance(1);
      const second = await send(action, fields);
      expect(second.status).toBe(303);
      const unchanged =
        { undo: 'had already been undone', [resending]: 'was sent again less than' }[action] ?? 'is already on record';
      expect(await browser.page(second.location)).toContain(`Nothing changed: this ${unchanged}`);
      expect(await stored()).toEqual(after);
    },
  );

  it('keeps the notes of two colleagues at one flag, and tells the second of the first', async () => {
    const { browser, send } = await signedIn({ attempts: threeAttempts });
    const acknowledge = (note: string) => send('flags/third-attempt-used/acknowledge', { note, returnTo: 'overview' });
    await acknowledge('Called her.');
    const html = await browser.page((await acknowledge('Wrote to her.')).location);
    for (const part of ['A colleague got there first', 'Called her.', 'Wrote to her.']) expect(html).toContain(part);
  });

  it('does not overwrite what a colleague has corrected in the meantime', async () => {
    const { browser, send, stored } = await signedIn();
    const correct = (name: string) => send('details/name', { was: 'Ana Flores', name });
    expect((await correct('Ana Lee')).status).toBe(303);
    const { status, text } = await correct('Ann Flores');
    expect(status).toBe(422);
    for (const part of ['A colleague changed this to “Ana Lee”', 'value="Ann Flores"']) expect(text).toContain(part);
    expect((await stored())?.name).toBe('Ana Lee');
    const [again] = formsIn(text, '/details/name');
    await browser.post(again!.action, { ...again!.fields, name: 'Ann Flores' });
    expect((await stored())?.name).toBe('Ann Flores');
  });

  it('enrolls, and leads to the candidate; again, too; once confirmed it says so', async () => {
    const { admin, browser } = await signedIn({ email: 'ben@example.com' });
    let path = '';
    for (const [fields, done] of [
      [enrollment, 'enroll'],
      [enrollment, 'nothing'],
      [{ ...enrollment, name: 'Ana Lee' }, 'enroll-changed'],
    ] as const) {
      const { status, location } = await browser.post('/admin/candidates', fields);
      path = `/admin/candidates/${await admin.idAt(enrollment.email)}`;
      expect([status, location]).toEqual([303, `${path}?done=${done}`]);
      admin.advance(1);
    }
    const html = await browser.page(`${path}?done=enroll`);
    const notice = 'The student is enrolled, and the confirmation link will go out shortly.';
    for (const part of [notice, 'Not confirmed', 'Ana Lee']) expect(html).toContain(part);
    // The link still works, and there is nothing to record yet.
    expect(html).not.toMatch(/Needs your attention|Record what happened/);

    const again = { ...enrollment, email: 'BEN@example.com', name: 'Another Name' };
    const known = await browser.post('/admin/candidates', again);
    expect(known.status).toBe(303);
    const page = await browser.page(known.location);
    expect(page).toContain('already on record');
    expect(page).not.toContain('Another Name');
  });

  it('that does not fit any more says why, with 409', async () => {
    const { send, stored } = await signedIn();
    const before = await stored();
    expect(await send('emails/reminder-1-1-2026-12-10/resend')).toMatchObject({
      ...{ status: 409, title: 'Error: Ana Flores' },
      text: expect.stringMatching(/role="alert">.*This email hasn’t gone out yet\./s),
    });
    expect(await stored()).toEqual(before);
  });

  it('on nobody is a page that says so', async () => {
    const { browser } = await signedIn();
    for (const id of ['unknown', 'a%2Fb', '%E0%A4%A', '%', 'x'.repeat(3000), '%00']) {
      const { status, text } = await browser.get(`/admin/candidates/${id}`);
      expect([id, status, text]).toEqual([id, 404, expect.stringContaining('href="/admin"')]);
      for (const [action, fields] of actions)
        expect((await browser.post(`/admin/candidates/${id}/${action}`, fields)).status).toBe(404);
    }
  });
});

it('erasing needs the tick, and leads to the overview; a second time there is nobody', async () => {
  const { browser, send, path, stored } = await signedIn();
  const before = await stored();
  for (const fields of [{}, { sure: 'no' }, { sure: ['yes', 'yes'] }] as Fields[])
    expectRefusal(await send('erase', fields), 'Error: Ana Flores', 'To erase the record, check the box first.');
  expect(await stored()).toEqual(before);

  expect(await send('erase', { sure: 'yes' })).toMatchObject({ status: 303, location: '/admin?done=erase' });
  expect(await browser.page('/admin?done=erase')).toContain('The student’s record has been erased.');
  expect(await stored()).toBeUndefined();
  expect((await send('erase', { sure: 'yes' })).status).toBe(404);
  expect((await browser.get(path)).status).toBe(404);
});

/** What a form that is refused comes back with: what is wrong, linked to where it is, and what was typed. */
function expectRefusal({ status, title, text }: Answer, expected: string, ...parts: string[]) {
  expect([status, title]).toEqual([422, expected]);
  for (const part of parts) expect(text).toContain(part);
  const [summary = ''] = /<section class="summary".*?<\/section>/s.exec(text) ?? [];
  const targets = [...summary.matchAll(/href="#([^"]*)"/g)].map(([, id]) => `id="${id}"`);
  expect(targets).not.toEqual([]);
  for (const target of targets) expect(text).toContain(target);
  expect(text).not.toContain('Invalid input');
}

describe('a form that is refused', () => {
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
    ['flags/email-bounced/acknowledge', { note: `${'x'.repeat(500)} too long`, returnTo: 'candidate' }, ['too long']],
  ])('(%s) comes back with its form open, what was typed, and what to change', async (action, fields, kept) => {
    const { send, stored } = await signedIn({ change: bounced });
    const before = await stored();
    expectRefusal(await send(action, fields), 'Error: Ana Flores', ...kept);
    expect(await stored()).toEqual(before);
  });

  it('in enrolling keeps all the rest, and enrolls nobody', async () => {
    const { admin, browser } = await signedIn({ email: 'ben@example.com' });
    const before = admin.store.all();
    const wrong = { email: 'ana', attemptDate: tomorrow, cohort: 'x'.repeat(41) };
    const answer = await browser.post('/admin/candidates', { ...enrollment, timeZone: 'UTC', ...wrong });
    expectRefusal(
      answer,
      'Error: Enroll a student',
      ...Object.entries(wrong).flatMap(([field, value]) => [`id="enroll-${field}-error"`, `value="${value}"`]),
      ...['value="Ana Flores"', 'value="member" checked=""', '<option selected="">UTC'],
    );
    expect(answer.text).not.toContain('id="enroll-name-error"');
    expect(admin.store.all()).toEqual(before);
  });

  it('in a filter, or in the kind of what is sent, is a page with the way back', async () => {
    const { browser, send } = await signedIn();
    const sent = (type: string, note = '') => send('attempts', { note }, { origin, 'content-type': type });
    for (const [status, answer] of [
      [422, await browser.get('/admin?status=unknown')],
      [400, await sent('application/json')],
      [415, await sent('application/xml')],
      [413, await sent('application/x-www-form-urlencoded', 'x'.repeat(70_000))],
    ] as const) {
      expect(answer).toMatchObject({ status, text: expect.stringContaining('href="/admin"') });
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    }
  });
});

const markup = '"><script>alert(1)</script>';

it('what someone typed is text on every page, and no page allows a script but our own', async () => {
  const typed = { name: markup, cohort: `<i>${markup}`.slice(0, 40), attempts: threeAttempts };
  const { admin, browser, path, send } = await signedIn(typed);
  await send('flags/third-attempt-used/acknowledge', { note: markup });
  await admin.add({ email: 'ben@example.com', name: markup, attempts: threeAttempts });
  const texts = ['name', 'email', 'attemptDate', 'timeZone', 'cohort'];
  const wrong = await browser.post('/admin/candidates', Object.fromEntries(texts.map((field) => [field, markup])));
  const encoded = encodeURIComponent(markup);
  const answers = await Promise.all(
    [
      '/admin',
      path,
      `/admin?cohort=${encoded}&email=${encoded}`,
      `/admin?status=${encoded}&cursor=${encoded}`,
      `/admin?done=${encoded}`,
      `/admin/candidates/${encoded}`,
    ].map((page) => browser.get(page)),
  );
  expect([...answers, wrong].map(({ status }) => status)).toEqual([200, 200, 200, 422, 200, 404, 422]);
  for (const { text } of [...answers, wrong]) expect(text).not.toMatch(/"><script|<script>alert|<i>"/);
  expect(answers[0]?.text).toContain('&lt;script&gt;');
  expect(answers[1]?.text).toContain('<h1>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</h1>');
  for (const page of ['/admin', path, '/admin/signed-out', '/admin/nothing']) {
    const { headers } = await browser.get(page);
    const policy = headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers.get('cache-control')).toBe('no-store');
  }
});

describe('the overview', () => {
  it('shows third attempts first and newest first, each with its last note, then everybody', async () => {
    const { admin, browser, path } = await signedIn({ change: bounced });
    const used: string[] = [];
    for (const name of ['Ursula Meyer', 'Vera Lee']) {
      admin.advance(60);
      const email = `${name.charAt(0)}@example.com`;
      used.push(await admin.add({ email, name, attempts: threeAttempts, at: admin.clock() }));
    }
    await browser.post(`/admin/candidates/${used[0]}/notes`, { note: 'Line was busy.' });
    const html = await browser.page('/admin');
    const first = (text: string) => html.indexOf(text);

    const inOrder = ['Needs your attention', 'Vera Lee', 'Ursula Meyer', 'Line was busy.', path];
    expect(inOrder.map(first)).toEqual(inOrder.map(first).toSorted((one, other) => one - other));
    expect(first('Vera Lee')).toBeGreaterThan(-1);
    expect(html).toContain('exam on Nov 2, 2026 · Spring A');
    expect(html.slice(first('Everyone'))).toContain('>3 students:<');
  });

  it('shows no more than a handful of a kind, and the way to all', async () => {
    const { admin, browser } = await signedIn();
    for (let index = 0; index < 7; index += 1)
      await admin.add({ email: `u${index}@example.com`, attempts: threeAttempts });
    const html = await browser.page('/admin');
    expect(html.match(/third-attempt-used\/acknowledge/g)).toHaveLength(5);
    expect(html).toMatch(/href="\/admin\?flag=third-attempt-used">Show all 7 /);
    const all = await browser.get('/admin?flag=third-attempt-used');
    expect(all.title).toBe('Third attempt used: 7 found');
    const [first] = formsIn(all.text, '/acknowledge');
    const six = await browser.get((await browser.post(first!.action, first!.fields)).location);
    expect(six.title).toBe('Third attempt used: 6 found');
    expect(six.text).toContain('Recorded your call about the third attempt.');
  });

  it.each([
    ['/admin?q=URSULA+mey', '“URSULA mey”: 1 found', ['Ursula Meyer']],
    ['/admin?q=ursula%40exa', '“ursula@exa”: 1 found', ['Ursula Meyer']],
    ['/admin?q=Ursla', '“Ursla”: 1 found', ['Ursula Meyer']],
    ['/admin?email=URSULA%40Example.com', '“URSULA@Example.com”: 1 found', ['Ursula Meyer']],
    ['/admin?status=waiting&q=', 'Waiting: 1 found', ['Ana Flores']],
    ['/admin?cohort=+', 'No class: 1 found', ['Ursula Meyer']],
    ['/admin?emailState=bounced&cohort=Spring+A', 'Bounced, Spring A: 1 found', ['Ana Flores']],
    ['/admin?q=nobody', '“nobody”: 0 found', []],
    ['/admin?flag=email-failed', 'Email failed: 0 found', []],
  ])('shows what was asked for at the top, and says so: %s', async (path, title, found) => {
    const { admin, browser } = await signedIn({ change: bounced });
    await admin.add({
      ...{ email: 'ursula@example.com', name: 'Ursula Meyer', attempts: threeAttempts },
      change: (candidate) => ({ ...candidate, cohort: undefined }),
    });
    const answer = await browser.get(path);

    expect(answer.title).toBe(title);
    expect(answer.text).toContain(`<h1 id="found">${title}</h1>`);
    expect(answer.text).toContain('Download as CSV');
    expect([...answer.text.matchAll(/<th scope="row"><a [^>]*>([^<]*)/g)].map(([, name]) => name)).toEqual(found);
    for (const [part, isThere] of [
      ['Needs your attention', false],
      ['These are close.', path.endsWith('Ursla')],
      ['<p>No students match.</p>', found.length === 0],
    ] as const)
      expect([part, answer.text.includes(part)]).toEqual([part, isThere]);
  });

  it('finds who has not confirmed yet by the exact address, with what became of the link', async () => {
    const { admin, browser } = await signedIn();
    await admin.signUp({ email: 'nora@example.com' });
    const html = await browser.page('/admin?q=NORA%40example.com');
    expect(html).toContain('nora@example.com hasn’t confirmed yet.');
    expect(html).toMatch(
      /Confirmation link<\/strong> .*“Please confirm[^<]*<\/span><p>Sent on November 23, 2026, at 10:00 AM/,
    );
    // Of near spelling, and of a name that has the address in it.
    await admin.add({ email: 'nora@example.co', name: 'Nora Two', attempts: [] });
    const beside = await browser.page('/admin?q=nora%40example.com');
    expect(beside).toMatch(/nora@example\.com hasn’t confirmed yet\..*Nora Two/s);
    expect(JSON.parse(admin.logged.at(-1)!)).toMatchObject({ event: 'candidate-viewed' });
    for (const other of ['nora', 'nora%40example.co'])
      expect(await browser.page(`/admin?q=${other}`)).not.toContain('hasn’t confirmed yet');
  });

  it('says that links to confirm are waiting, while they are', async () => {
    const { admin, browser } = await signedIn();
    const isSaid = async () => (await browser.page('/admin')).includes('Confirmation links are on hold');
    expect(await isSaid()).toBe(false);
    for (const _ of [1, 2, 3]) await admin.confirmations.count('complained', admin.clock());
    expect(await isSaid()).toBe(true);
    admin.advance(24 * 60);
    await browser.signIn();
    expect(await isSaid()).toBe(false);
  });

  it.each([
    ['/admin?limit=2', ['Students', 'Everyone: 5 found', 'Everyone: 5 found']],
    ['/admin?limit=2&status=waiting', Array(3).fill('Waiting: 5 found')],
  ])('is walked by its links to the next page: %s', async (first, titles) => {
    const { admin, browser } = await signedIn();
    const names = ['Person a', 'Person b', 'Person c', 'Person d'];
    for (const name of names) await admin.add({ email: `${name.at(-1)}@example.com`, name, attempts: ['2026-11-11'] });
    const seen: string[] = [];
    const seenTitles = [];
    for (let path: string | undefined = first; path !== undefined; ) {
      const { title, text } = await browser.get(path);
      seenTitles.push(title);
      const rows = text.matchAll(/<th scope="row"><a href="\/admin\/candidates\/[^"]*">([^<]*)/g);
      seen.push(...[...rows].map(([, name = '']) => name));
      const [, next]: RegExpExecArray | [] = /<a href="([^"#]*cursor=[^"#]*)/.exec(text) ?? [];
      path = next && `${next.replaceAll('&amp;', '&')}&limit=2`;
    }

    expect(seen.toSorted()).toEqual(['Ana Flores', ...names]);
    expect(seenTitles).toEqual(titles);
  });

  it('has numbers by cohort that add up, on the page and in a spreadsheet', async () => {
    const { admin, browser } = await signedIn({ change: bounced });
    await admin.add({ email: 'u@example.com', cohort: 'Fall B', attempts: threeAttempts });
    const csv = await (await browser.get('/admin/numbers.csv')).text;

    expect(csv.trim().split('\r\n')).toEqual([
      'Class,Waiting,Can retake,Out of attempts,Passed,No attempt,Not confirmed,All',
      'Fall B,0,0,1,0,0,0,1',
      'Spring A,1,0,0,0,0,0,1',
      'All,1,0,1,0,0,0,2',
    ]);
    const html = await browser.page('/admin/numbers');
    const cells = [...html.matchAll(/<td data-label="All">(\d+)/g)].map(([, count]) => count);
    expect(cells).toEqual(['1', '1', '2']);
  });

  it('gives a table that Excel reads as UTF-8, and that says what the API’s says', async () => {
    const { admin, browser } = await signedIn({ name: 'Zoë Müller' });
    expect(await browser.page('/admin?status=waiting')).toContain('href="/admin/candidates.csv?status=waiting"');
    const { headers, text } = await browser.get('/admin/candidates.csv?status=waiting');
    const authorization = `Bearer ${await issuer.programToken()}`;
    const api = await admin.app.request('/admin/api/candidates.csv?status=waiting', { headers: { authorization } });

    expect(headers.get('content-type')).toMatch(/^text\/csv/);
    expect(text).toBe(`\ufeff${await api.text()}`);
    expect(text).toContain('Zoë Müller');
  });
});

describe('a class', () => {
  it('is shown row by row before anything is sent; a second press sends nothing twice', async () => {
    const { admin, browser } = await signedIn();
    await admin.mails();
    const before = admin.store.all();
    const checked = (await browser.post('/admin/import', classList)).text;
    expect(admin.store.all()).toEqual(before);
    for (const text of [
      '1 student will get a confirmation link',
      'Nov 20, 2026',
      'Will be enrolled',
      'Enter an email address like',
      'Already on record; nothing will change',
    ])
      expect(checked).toContain(text);

    const [send] = formsIn(checked, '/send');
    const fields = { ...send!.fields, list: classList.list };
    for (const title of ['1 student enrolled', 'No new students enrolled'])
      expect((await browser.post(send!.action, fields)).title).toBe(title);
    const mails = await admin.mails();
    expect(mails.map(({ to }) => to.address)).toEqual(['ben.lee@example.com']);
    const ben = await admin.store.read('candidate', (await admin.idAt('ben.lee@example.com'))!);
    expect(ben).toMatchObject({ timeZone: 'America/Chicago', cohort: 'Spring B' });
  });

  it('gives its wrong rows as a file, safe to open, with what to change', async () => {
    const { browser } = await signedIn();
    const response = await browser.post('/admin/import/mistakes.csv', classList);
    expect(response.headers.get('content-disposition')).toContain('mistakes.csv');
    const rows = (await response.text).trim().split('\r\n');
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(/name,email,attemptDate,attemptNumber,membership,what to change$/);
    expect(rows[1]).toMatch(/'=Cara,cara@example,2026-11-20,1,member,Enter an email address like/);
  });

  it.each([
    ['', /must name the columns. Missing: name, email, exam date, attempt, member(, time zone)?\./],
    ['PK\u0003\u0004', /Save the sheet as CSV/],
  ])('that can’t be read (%j) comes back with the reason and what was typed', async (list, why) => {
    const { browser } = await signedIn();
    const { status, title, text } = await browser.post('/admin/import', { ...classList, list });
    expect([status, title, text]).toEqual([422, 'Error: Import a class', expect.stringMatching(why)]);
    expect(text).toContain('value="Spring B"');
  });

  it('is taken as a file, and survives a session that ended', async () => {
    const { browser } = await signedOut();
    const body = new FormData();
    body.set('file', new File([Buffer.from(classList.list, 'latin1')], 'class.csv'));
    for (const field of ['timeZone', 'cohort'] as const) body.set(field, classList[field]);
    expect((await browser.post('/admin/import', body)).text).toContain('name="file" value="Name');
    await browser.signIn();
    for (const sent of [body, { ...classList, file: classList.list }])
      expect((await browser.post('/admin/import', sent)).text).toContain('Will be enrolled');
  });

  it('gets its links again at once, and the page says who not, and why', async () => {
    const { admin, browser } = await signedIn();
    for (const name of ['Ben', 'Cara', 'Dora'])
      await browser.post('/admin/candidates', {
        ...enrollment,
        name,
        email: `${name}@example.com`,
        cohort: name === 'Dora' ? 'Fall B' : 'Spring A',
      });
    await admin.mails();
    admin.advance(60);
    await browser.post(`/admin/candidates/${await admin.idAt('cara@example.com')}/erase`, {});
    const page = await browser.page('/admin?status=unconfirmed&cohort=Spring+A');
    expect(page).toContain('Send the link to 2 students again');
    const [form] = formsIn(page, '/admin/links');
    const sent = await browser.post(form!.action, form!.fields);
    expect(sent.title).toBe('Links are on their way to 2 students');
    const addresses = (await admin.mails()).map(({ to }) => to.address);
    expect(addresses.toSorted()).toEqual(['Ben@example.com', 'Cara@example.com']);

    expect((await browser.post('/admin/links')).title).toBe('Links are on their way to 3 students');
    expect(await admin.mails()).toHaveLength(1);
  });
});

it('what comes up has the emails of seven days with hour and zone, and who will not get theirs', async () => {
  const { admin, browser } = await signedIn({ attempts: ['2026-10-28'] });
  await admin.add({
    ...{ email: 'ben@example.com', name: 'Ben Lee', attempts: ['2026-10-29'] },
    change: (candidate) => ({ ...candidate, emailState: 'unsubscribed' }),
  });
  await admin.add({ email: 'cara@example.com', name: 'Cara Diaz', attempts: ['2026-11-20'] });
  await admin.mails();
  const html = await browser.page('/admin/coming-up');

  expect(html).toContain('1 email will go out in the next seven days, and 1 won’t.');
  expect(html).toMatch(/Friday, November 27, 2026 .*9:00 AM .*Ana Flores.*Reminder/);
  expect(html).toMatch(/Who won’t get theirs.*Ben Lee.*Unsubscribed from all emails/);
  expect(html).not.toContain('Cara Diaz');
  const line = { event: 'list-viewed', by: 'local-staff', filter: 'coming-up', rows: 2 };
  expect(JSON.parse(admin.logged.at(-1)!)).toEqual(line);
});

describe('where something inside breaks', () => {
  it('every page says nothing of it, nor does the log name anybody', async () => {
    const { admin, browser, path } = await signedIn();
    admin.logged.splice(0);
    breakStore(admin);
    const answers = [
      ...['/admin?email=ana@example.com', '/admin/candidates.csv', path].map((page) => browser.get(page)),
      ...formsOf(path).map((form) => browser.post(...form)),
    ];
    for (const { status, text } of await Promise.all(answers)) {
      expect([status, text]).toEqual([500, expect.stringContaining('Something went wrong on our end.')]);
      expect(text).not.toMatch(/records-|can’t be read|\bat \//i);
    }

    expect(admin.logged).toHaveLength(answers.length);
    expect(admin.logged.join()).not.toMatch(/Flores|example\.com|records-/i);
  });

  it('keeps nobody signed in who signs out, and says nothing of the issuer', async () => {
    const { browser } = await signedOut();
    await browser.signIn();
    const cutOff = aBrowser(await anAdmin({ url: 'http://localhost:1' }), browser.cookies);
    const { headers } = await cutOff.post('/admin/logout');

    expect(headers.getSetCookie().at(-1)).toMatch(/^__Host-session=;.*Max-Age=0/i);
    expect(cutOff.cookies.has('__Host-session')).toBe(false);
    const { status, text } = await cutOff.get('/admin/login');
    expect([status, text]).toEqual([500, expect.stringContaining('Please try again')]);
    expect(text).not.toMatch(/localhost|ECONNREFUSED|fetch/);
    const bearer = { authorization: `Bearer ${await issuer.programToken()}` };
    const refused = await cutOff.get('/admin/api/summary', bearer);
    expect([refused.status, JSON.parse(refused.text)]).toMatchObject([500, { error: { code: 'internal' } }]);
  });
});

describe('a candidate’s page', () => {
  it('says how long the link works, when the record is gone, and when a new link goes out', async () => {
    const { admin, browser } = await signedIn({ email: 'ben@example.com' });
    await browser.post('/admin/candidates', enrollment);
    const path = `/admin/candidates/${await admin.idAt(enrollment.email)}`;
    expect(await browser.page(path)).toMatch(/Unless the student confirms, this record will be deleted on December 30/);
    await admin.mails();
    expect(await browser.page(path)).toContain('The link works until November 30, 2026');

    admin.advance(8 * 24 * 60);
    await browser.signIn();
    const expired = /The link expired on November 30, 2026.* this record will be deleted on December 30/;
    expect(await browser.page(path)).toMatch(expired);
    const renewed = await browser.post('/admin/candidates', enrollment);
    expect(renewed.location).toBe(`${path}?done=enroll-renewed`);
    expect(await admin.mails()).toHaveLength(1);
    expect(await browser.page(path)).toContain('The link works until December 8, 2026');
  });

  it('has the date of the latest attempt to correct, also on the application before', async () => {
    const { page, send } = await signedIn({ attempts: threeAttempts });
    const used = await page();
    expect(used).toContain('<summary>Date of attempt 3</summary>');
    // What comes next is a new application, which has a fee of its own.
    expect(used).not.toContain('the retake fee');
    await send('new-application');
    const html = await page();
    expect(html).toContain('<summary>Date of attempt 3 on the previous application</summary>');
    expect(html).toContain('name="attemptDate" type="date" autocomplete="off" value="2026-11-02"');
  });

  it('tells the story of each email in plain words, with the subject that went out', async () => {
    const { admin, browser, path, page, send } = await signedIn({
      change: (candidate) => changedBy(markPassed(candidate, at)),
    });
    await admin.mails();
    const { title, text } = await browser.get(path);
    expect([title, text]).toEqual(['Ana Flores', expect.stringMatching(/Canceled on [^<]*: the student passed\./)]);

    await send('undo', { entry: `passed ${at}` });
    const html = await page();
    expect(html).toMatch(/Can retake on or after [\w ,]*December 10, 2026 \(17 days to go\)\./);
    const subjects = (await admin.mails()).map(({ content }) => `“${content.subject}”`);
    const { member, asOf } = rules.exam.retakeFee;
    const fee = `AAMA member; the retake fee was $${member} as of ${asOf}, so check with AAMA`;
    for (const part of ['Undid “passed”.', fee, ...subjects]) expect(html).toContain(part);
  });

  it('gives all that is kept as a file', async () => {
    const { browser, path, id } = await signedIn();
    const { headers, text } = await browser.get(`${path}/data.json`);
    expect(headers.get('content-disposition')).toContain('attachment');
    expect(JSON.parse(text)).toMatchObject({ id, name: 'Ana Flores', history: [] });
  });

  it('lets what a link confirms be corrected', async () => {
    const { admin, browser } = await signedIn();
    const email = 'nora@example.com';
    await browser.post('/admin/candidates', { ...enrollment, email, checkIns: 'yes' });
    const nora = `/admin/candidates/${await admin.idAt(email)}`;
    const [, link = ''] = /href="(\/admin\/enroll\?[^"]*)"/.exec(await browser.page(nora)) ?? [];
    const html = await browser.page(link);
    for (const value of ['"2026-11-20"', '"Spring A"', '"America/New_York" selected=""'])
      expect(html).toContain(`value=${value}`);
    expect(html).toMatch(/name="checkIns"[^>]*checked/);
    expect(html).not.toContain('type="email"');

    const [form] = formsIn(html, '/admin/candidates');
    expect(form!.fields).toMatchObject({ email });
    const refused = await browser.post(form!.action, { ...enrollment, ...form!.fields, attemptDate: '' });
    expect(formsIn(refused.text)).toContainEqual(form);

    await browser.post(`${nora}/details/name`, { was: 'Ana Flores', name: 'Nora Flores' });
    expect(await browser.page(link)).toContain('value="Nora Flores"');
  });
});

// The last one: it keeps the process busy for longer than the issuer keeps a connection open.
it('the overview stays small with thousands of cohorts that people made up', async () => {
  const { admin, browser } = await signedIn();
  for (let index = 0; index < 2500; index += 1)
    await admin.store.save(aCandidate({ id: `c${index}`, cohort: `${index}`.padStart(40, 'x'), attempts: [] }));
  const html = await browser.page('/admin');

  expect(Buffer.byteLength(html)).toBeLessThan(200_000);
  expect(await browser.page('/admin/numbers')).toContain('All other classes');
  const unlisted = '2499'.padStart(40, 'x');
  expect(html).not.toContain(`<option value="${unlisted}"`);
  expect(await browser.page(`/admin?cohort=${unlisted}`)).toContain(`<option value="${unlisted}" selected=""`);
});
