import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { staffForms } from '../../lambdas/core/action-forms.ts';
import { issuerForAll } from '../support/issuer.ts';
import { marker, oddBody, oddText } from '../support/odd-requests.ts';
import { origin, read } from '../support/site.ts';
import { type Admin, aBrowser, anAdmin } from '../support/staff.ts';

const body = oddBody('sure', 'returnTo');
const segment = fc.oneof(
  fc.constantFrom('ID', 'ID', 'ID', 'unknown', '%E0%A4%A', '%00', 'a%2Fb'),
  oddText.map((text) => encodeURIComponent(text.toWellFormed())),
);
const action = fc.oneof(
  fc.constantFrom('', '/change-email', '/erase', ...staffForms.map((form) => `/${form}`)),
  segment.map((key) => `/emails/${key}/resend`),
  fc
    .oneof(segment, fc.constantFrom('third-attempt-used', 'email-bounced', 'email-failed'))
    .map((flag) => `/flags/${flag}/acknowledge`),
);
const query = fc
  .record(
    {
      status: fc.oneof(oddText, fc.constantFrom('passed', 'waiting', 'unconfirmed')),
      flag: fc.oneof(oddText, fc.constantFrom('any', 'third-attempt-used')),
      cohort: fc.oneof(oddText, fc.constant('Spring A')),
      email: fc.oneof(oddText, fc.constant('ana@example.com')),
      limit: fc.oneof(oddText, fc.nat({ max: 1100 }).map(String)),
      // At least three letters: they stand for at least two bytes.
      cursor: fc.oneof(oddText, fc.stringMatching(/^[\w-]{3,40}$/)),
      done: oddText,
      returnTo: oddText,
    },
    { requiredKeys: [] },
  )
  .map((parameters) => new URLSearchParams(parameters as Record<string, string>).toString());
const path = fc.oneof(
  fc.tuple(segment, action).map(([id, rest]) => `/candidates/${id}${rest}`),
  query.map((parameters) => `/candidates?${parameters}`),
  query.map((parameters) => `/candidates.csv?${parameters}`),
  query.map((parameters) => `?${parameters}`),
  fc.constantFrom('/candidates', '/summary', '/enroll', '/callback?code=1&state=2', '/login'),
  fc.webPath(),
);
const method = fc.constantFrom('GET', 'POST', 'POST', 'HEAD', 'PUT', 'PATCH', 'OPTIONS');

const issuer = issuerForAll();
let admin: Admin;
let login: Record<string, string>;
let ids: string[];

beforeAll(async () => {
  admin = await anAdmin(issuer);
  const browser = aBrowser(admin);
  await browser.signIn();
  const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
  login = { cookie, authorization: `Bearer ${await issuer.programToken()}` };
  ids = [
    await admin.add({ email: 'ana@example.com', attempts: ['2026-11-10'] }),
    await admin.add({ email: 'ben@example.com', attempts: ['2026-03-02', '2026-06-02'] }),
  ];
  admin.logged.splice(0);
});

/** Whatever staff may send below this root: how, where, and what about whom. */
const requestTo = (root: string, methods: fc.Arbitrary<string>) =>
  fc
    .record({ how: methods, where: path, sent: body, who: fc.nat({ max: 1 }) })
    .map(({ how, where, sent, who }) => ({
      url: root + where.replace('ID', () => ids[who] ?? ''),
      init: {
        method: how,
        headers: { origin, ...(sent.type && { 'content-type': sent.type }) },
        ...(['GET', 'HEAD'].includes(how) ? {} : { body: sent.text }),
      },
    }));

describe.each(['/admin', '/admin/api'])('whatever staff send to %s', (root) => {
  it('is answered without a 5xx, nothing typed comes back as markup, and the log names nobody', async () => {
    await fc.assert(
      fc.asyncProperty(requestTo(root, method), async ({ url, init }) => {
        const { status, headers, text } = await read(
          admin.app.request(url, { ...init, headers: { ...init.headers, ...login } }),
        );
        expect(status).toBeLessThan(500);
        if (headers.get('content-type')?.startsWith('text/html')) expect(text).not.toContain(marker);
        if (root === '/admin/api' && status >= 400 && init.method !== 'HEAD')
          expect(JSON.parse(text)).toMatchObject({
            error: { code: expect.any(String), message: expect.stringMatching(/^[A-Z]/) },
          });
      }),
      { numRuns: 500 },
    );
    expect(admin.logged.join()).not.toMatch(/request-failed|example\.com|Ana Flores/);
  });

  it('is answered without a login with none of what is inside', async () => {
    const before = admin.store.all();
    await fc.assert(
      fc.asyncProperty(requestTo(root, fc.oneof(method, fc.constant('DELETE'))), async ({ url, init }) => {
        const { status, text } = await read(admin.app.request(url, init));
        expect(status).toBeLessThan(500);
        if (!/^\/admin\/(login|callback|signed-out|logout)/.test(url))
          expect(status).toBeOneOf(root === '/admin' ? [303, 400, 401, 404, 415] : [401, 404]);
        expect(text).not.toMatch(/example\.com|Flores/);
      }),
      { numRuns: 250 },
    );
    expect(admin.store.all()).toEqual(before);
  });
});
