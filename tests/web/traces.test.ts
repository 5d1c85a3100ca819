import { afterAll, beforeAll, expect, it } from 'vitest';
import { localStaff } from '../../bin/local/login-issuer.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';
import { aSite, signUpForm } from '../support/site.ts';
import { aBrowser, anAdmin, origin } from '../support/staff.ts';

let issuer: Issuer;

beforeAll(async () => {
  issuer = await startIssuer();
});

afterAll(async () => {
  await issuer?.close();
});

const source = expect.stringMatching(/^[\w-]{22}$/);

it('each look at candidates leaves a line: who, which filter, how many rows; and no name', async () => {
  const admin = await anAdmin(issuer);
  const browser = aBrowser(admin);
  await browser.signIn();
  const id = await admin.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
  const headers = { authorization: `Bearer ${await issuer.programToken()}` };
  const [person, program] = ['local-staff', localStaff.programClientId];
  const looks: [path: string, line: object][] = [
    ['/admin', { event: 'list-viewed', by: person, filter: '', rows: 1 }],
    [
      '/admin?status=passed&flag=any&cohort=Spring',
      { event: 'list-viewed', by: person, filter: 'passed any cohort', rows: 0 },
    ],
    ['/admin/candidates.csv', { event: 'list-viewed', by: person, filter: '', rows: 1 }],
    [`/admin/candidates/${id}`, { event: 'candidate-viewed', by: person, id }],
    ['/admin/api/candidates?email=ana@example.com', { event: 'list-viewed', by: program, filter: 'email', rows: 1 }],
    ['/admin/api/candidates.csv', { event: 'list-viewed', by: program, filter: '', rows: 1 }],
    [`/admin/api/candidates/${id}`, { event: 'candidate-viewed', by: program, id }],
    ['/admin/numbers', { event: 'list-viewed', by: person, filter: 'numbers', rows: 1 }],
    ['/admin/api/summary', { event: 'list-viewed', by: program, filter: 'numbers', rows: 1 }],
  ];

  for (const [path, line] of looks) {
    admin.logged.splice(0);
    expect([path, (await browser.get(path, headers)).status]).toEqual([path, 200]);
    expect([path, admin.logged.map((text) => JSON.parse(text))]).toEqual([path, [line]]);
  }

  await browser.post('/admin/candidates', { ...signUpForm, email: 'nora@example.com' });
  const nora = (await admin.idAt('nora@example.com')) ?? '';
  admin.logged.splice(0);
  await browser.get(`/admin/enroll?candidate=${nora}`);
  const list = [
    'name,email,membership,attemptDate,attemptNumber',
    'Ana Flores,ana@example.com,yes,11/10/2026,1',
    'Nora Lee,nora@example.com,yes,11/20/2026,1',
    'Ben Lee,ben@example.com,yes,11/20/2026,1',
  ].join('\n');
  const { timeZone } = signUpForm;
  await browser.post('/admin/import', { list, timeZone, cohort: '' });
  expect(admin.logged.map((text) => JSON.parse(text))).toEqual([
    { event: 'candidate-viewed', by: person, id: nora },
    { event: 'list-viewed', by: person, filter: 'import', rows: 2 },
  ]);
});

it('each refused login, token and form of staff leaves a line with its code and source', async () => {
  const admin = await anAdmin(issuer);
  const browser = aBrowser(admin);
  const bearer = { authorization: 'Bearer forged' };
  const refusals: [code: string, ask: () => Promise<Response>][] = [
    ['sign-in-failed', () => browser.get('/admin/callback?code=1&state=2')],
    ['unauthorized', () => browser.get('/admin/api/candidates', bearer)],
    ['cross-site', () => browser.post('/admin/candidates', {}, { origin: 'https://evil.example' })],
    ['signed-out', () => browser.post('/admin/candidates', {})],
  ];
  for (const [code, ask] of refusals) {
    admin.logged.splice(0);
    await ask();
    expect([code, admin.logged.map((text) => JSON.parse(text))]).toEqual([
      code,
      [{ event: 'request-refused', code, source }],
    ]);
  }
  await browser.signIn();
  admin.logged.splice(0);
  await browser.post('/admin/candidates', { name: 'Ana' }, { origin });
  expect(admin.logged.map((text) => JSON.parse(text))).toEqual([
    { event: 'request-refused', code: 'invalid', source, by: 'local-staff' },
  ]);
});

it('each refused link and form of a candidate leaves a line with its code and source', async () => {
  const site = aSite();
  const refusals: [code: string, ask: () => Response | Promise<Response>][] = [
    ['bad-link', () => site.app.request('/my?token=forged')],
    ['bad-link', () => site.post('/my/erase', { token: 'forged' })],
    ['bad-link', () => site.post('/unsubscribe?token=forged', {})],
    ['invalid', () => site.post('/sign-up', { ...signUpForm, email: 'no address' })],
    ['unreadable-body', () => site.postJson('/sign-up', '{')],
  ];
  for (const [code, ask] of refusals) {
    site.logged.splice(0);
    await ask();
    expect([code, site.logged.map((text) => JSON.parse(text))]).toEqual([
      code,
      [{ event: 'request-refused', code, source }],
    ]);
  }
  site.logged.splice(0);
  await site.app.request('/nothing-here');
  expect(site.logged).toEqual([]);
});
