import { expect, it } from 'vitest';
import { localStaff } from '../../bin/local/login-issuer.ts';
import { issuerForAll } from '../support/issuer.ts';
import { aSite, signUpForm } from '../support/site.ts';
import { aBrowser, anAdmin } from '../support/staff.ts';

const issuer = issuerForAll();
const source = expect.stringMatching(/^[\w-]{22}$/);

/** The lines that the log has more of after this. */
async function linesOf({ logged }: { logged: string[] }, act: () => unknown): Promise<unknown[]> {
  logged.splice(0);
  await act();
  return logged.map((line) => JSON.parse(line));
}

it('each look at candidates leaves a line: who, which filter, how many rows; and no name', async () => {
  const admin = await anAdmin(issuer);
  const browser = aBrowser(admin);
  await browser.signIn();
  const id = await admin.add({ email: 'ana@example.com', attempts: ['2026-11-10'] });
  const headers = { authorization: `Bearer ${await issuer.programToken()}` };
  const [person, program] = ['local-staff', localStaff.programClientId];
  const seen = (by: string, filter: string, rows: number) => ({ event: 'list-viewed', by, filter, rows });
  const looks: [path: string, line: object][] = [
    ['/admin', seen(person, '', 1)],
    ['/admin?status=passed&flag=any&cohort=Spring', seen(person, 'passed any cohort', 0)],
    ['/admin/candidates.csv', seen(person, '', 1)],
    [`/admin/candidates/${id}`, { event: 'candidate-viewed', by: person, id }],
    ['/admin/api/candidates?email=ana@example.com', seen(program, 'email', 1)],
    ['/admin/api/candidates.csv', seen(program, '', 1)],
    [`/admin/api/candidates/${id}`, { event: 'candidate-viewed', by: program, id }],
    ['/admin/numbers', seen(person, 'numbers', 1)],
    ['/admin/numbers.csv', seen(person, 'numbers', 1)],
    ['/admin/api/summary', seen(program, 'numbers', 1)],
  ];
  for (const [path, line] of looks) {
    const look = async () => expect([path, (await browser.get(path, headers)).status]).toEqual([path, 200]);
    expect([path, await linesOf(admin, look)]).toEqual([path, [line]]);
  }

  await browser.post('/admin/candidates', { ...signUpForm, email: 'nora@example.com' });
  const nora = (await admin.idAt('nora@example.com')) ?? '';
  expect(await linesOf(admin, () => browser.get(`/admin/enroll?candidate=${nora}`))).toEqual([
    { event: 'candidate-viewed', by: person, id: nora },
  ]);
  const list = [
    'name,email,membership,attemptDate,attemptNumber',
    'Ana Flores,ana@example.com,yes,11/10/2026,1',
    'Nora Lee,nora@example.com,yes,11/20/2026,1',
    'Ben Lee,ben@example.com,yes,11/20/2026,1',
  ].join('\n');
  const { timeZone } = signUpForm;
  expect(await linesOf(admin, () => browser.post('/admin/import', { list, timeZone, cohort: '' }))).toEqual([
    seen(person, 'import', 2),
  ]);
});

it('each refused login, token, link and form leaves a line with its code and source', async () => {
  const [site, admin] = [aSite(), await anAdmin(issuer)];
  const browser = aBrowser(admin);
  const bearer = { authorization: 'Bearer forged' };
  const elsewhere = { origin: 'https://evil.example' };
  const refusals: [at: { logged: string[] }, code: string, ask: () => unknown][] = [
    [admin, 'sign-in-failed', () => browser.get('/admin/callback?code=1&state=2')],
    [admin, 'unauthorized', () => browser.get('/admin/api/candidates', bearer)],
    [admin, 'cross-site', () => browser.post('/admin/candidates', {}, elsewhere)],
    [admin, 'signed-out', () => browser.post('/admin/candidates', {})],
    [site, 'bad-link', () => site.get('/my?token=forged')],
    [site, 'bad-link', () => site.post('/my/erase', { token: 'forged' })],
    [site, 'bad-link', () => site.post('/unsubscribe?token=forged', {})],
    [site, 'invalid', () => site.post('/sign-up', { ...signUpForm, email: 'no address' })],
    [site, 'unreadable-body', () => site.postJson('/sign-up', '{')],
  ];
  for (const [at, code, ask] of refusals)
    expect(await linesOf(at, ask)).toEqual([{ event: 'request-refused', code, source }]);
  expect(await linesOf(site, () => site.get('/nothing-here'))).toEqual([]);

  await browser.signIn();
  expect(await linesOf(admin, () => browser.post('/admin/candidates', { name: 'Ana' }))).toEqual([
    { event: 'request-refused', code: 'invalid', source, by: 'local-staff' },
  ]);
});
