import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { issuerForAll } from '../support/issuer.ts';
import { marker, oddBody, oddText } from '../support/odd-requests.ts';
import { type Admin, aBrowser, anAdmin, origin } from '../support/staff.ts';

const body = oddBody('sure', 'returnTo');
const segment = fc.oneof(
  fc.constantFrom('ID', 'ID', 'ID', 'unknown', '%E0%A4%A', '%00', 'a%2Fb'),
  oddText.map((text) => encodeURIComponent(text.toWellFormed())),
);
const action = fc.oneof(
  fc.constantFrom(
    '',
    '/attempts',
    '/correct-date',
    '/passed',
    '/undo',
    '/clear-bounce',
    '/clear-complaint',
    '/change-email',
    '/erase',
  ),
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
let cookie: string;
let authorization: string;
let ids: string[];

beforeAll(async () => {
  admin = await anAdmin(issuer);
  const browser = aBrowser(admin);
  await browser.signIn();
  cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
  authorization = `Bearer ${await issuer.programToken()}`;
  ids = [
    await admin.add({ email: 'ana@example.com', attempts: ['2026-11-10'] }),
    await admin.add({ email: 'ben@example.com', attempts: ['2026-03-02', '2026-06-02'] }),
  ];
  admin.logged.splice(0);
});

describe('whatever staff send', () => {
  it.each(['/admin', '/admin/api'])(
    'to %s is answered without a 5xx, nothing typed comes back as markup, and the log names nobody',
    async (root) => {
      await fc.assert(
        fc.asyncProperty(method, path, body, fc.nat({ max: 1 }), async (how, where, sent, who) => {
          const response = await admin.app.request(`${root}${where.replace('ID', ids[who]!)}`, {
            method: how,
            headers: { cookie, authorization, origin, ...(sent.type && { 'content-type': sent.type }) },
            ...(['GET', 'HEAD'].includes(how) ? {} : { body: sent.text }),
          });
          expect(response.status).toBeLessThan(500);
          const answer = await response.text();
          const type = response.headers.get('content-type') ?? '';
          if (type.startsWith('text/html')) expect(answer).not.toContain(marker);
          if (root === '/admin/api' && response.status >= 400 && how !== 'HEAD')
            expect(JSON.parse(answer)).toMatchObject({
              error: { code: expect.any(String), message: expect.stringMatching(/^[A-Z]/) },
            });
        }),
        { numRuns: 500 },
      );
      expect(admin.logged.join()).not.toMatch(/request-failed|example\.com|Ana Flores/);
    },
  );

  it('without a login is answered with none of what is inside', async () => {
    const before = admin.store.all();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/admin', '/admin/api'),
        fc.oneof(method, fc.constant('DELETE')),
        path,
        body,
        fc.nat({ max: 1 }),
        async (root, how, where, sent, who) => {
          const response = await admin.app.request(`${root}${where.replace('ID', ids[who]!)}`, {
            method: how,
            headers: { origin, ...(sent.type && { 'content-type': sent.type }) },
            ...(['GET', 'HEAD'].includes(how) ? {} : { body: sent.text }),
          });
          const isOutside = /^\/admin\/(login|callback|signed-out|logout)/.test(`${root}${where}`);
          if (!isOutside) expect(response.status).toBeOneOf(root === '/admin' ? [303, 400, 401, 404, 415] : [401, 404]);
          expect(response.status).toBeLessThan(500);
          expect(await response.text()).not.toMatch(/example\.com|Flores/);
        },
      ),
      { numRuns: 500 },
    );
    expect(admin.store.all()).toEqual(before);
  });
});
