import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cmaAama } from '../../lambdas/core/exams/cma-aama.ts';
import { formsFor } from '../../lambdas/core/forms.ts';
import { aSite, signUpForm } from '../support/site.ts';

const forms = formsFor(cmaAama);
const fields = [...new Set(Object.values(forms).flatMap((form) => Object.keys(form.shape)))];
const marker = '"><script>alert(1)</script>';

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 300 }),
  fc.constantFrom(marker, '', ' ', '\u0000', '\u202e', '2026-11-20', '1', 'yes', 'member', 'UTC'),
);
const value = fc.oneof(
  { weight: 3, arbitrary: oddText },
  { weight: 1, arbitrary: fc.array(oddText, { maxLength: 4 }) },
);
const input = fc.record(
  Object.fromEntries([...fields, 'website', '__proto__'].map((field) => [field, value])),
  { requiredKeys: [] },
);
const jsonBody = fc.oneof(input, fc.jsonValue(), fc.record({ name: fc.jsonValue() }));

type Body = { type: string; text: string };
const body: fc.Arbitrary<Body> = fc.oneof(
  input.map((form) => ({
    type: 'application/x-www-form-urlencoded',
    text: new URLSearchParams(
      Object.entries(form).flatMap(([name, values]) =>
        [values ?? []].flat().map((text): [string, string] => [name, text]),
      ),
    ).toString(),
  })),
  jsonBody.map((json) => ({ type: 'application/json', text: JSON.stringify(json) })),
  fc.record({
    type: fc.constantFrom('application/json', 'multipart/form-data; boundary=b', 'text/xml', ''),
    text: fc.string({ maxLength: 200 }),
  }),
);

const paths = [
  '/',
  '/sign-up',
  '/check-your-email',
  '/confirm',
  '/not-me',
  '/unsubscribe',
  '/privacy',
  '/my',
  '/my/retake.ics',
  '/my/attempts',
  '/my/correct-date',
  '/my/details',
  '/my/passed',
  '/my/undo',
  '/my/new-application',
  '/my/unsubscribe',
  '/my/resubscribe',
  '/erased',
];
const path = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...paths) },
  { weight: 1, arbitrary: fc.webPath() },
);
const accept = fc.constantFrom('text/html', 'application/json', '*/*', '');

describe('whatever is requested', () => {
  it('is answered without a 5xx, and nothing typed comes back as markup', async () => {
    await fc.assert(
      fc.asyncProperty(path, body, accept, fc.boolean(), async (where, sent, wanted, ours) => {
        const site = aSite();
        const token = ours ? await site.join() : 'forged';
        const withToken =
          sent.type === 'application/x-www-form-urlencoded'
            ? `${sent.text}&token=${token}`
            : sent.text.replace(/^\{/, `{"token":"${token}",`).replace(/,\}$/, '}');
        const response = await site.app.request(`${where}?token=${token}`, {
          method: 'POST',
          headers: { accept: wanted, ...(sent.type && { 'content-type': sent.type }) },
          body: withToken,
        });
        expect(response.status).toBeLessThan(500);
        expect(await response.text()).not.toContain(marker);
        expect(site.logged.join()).not.toMatch(/request-failed|example\.com|Ana Flores/);
      }),
      { numRuns: 1500 },
    );
  });

  it('changes nothing where it is a GET', async () => {
    const site = aSite();
    const my = await site.join();
    const confirm = await site.signUp({ ...signUpForm, email: 'other@example.com' });
    await site.arrivals();
    const state = async () => [
      await site.store.signUp('id1'),
      await site.store.signUp('id2'),
      await site.arrivals(),
      await (await site.app.request(`/my?token=${my}`)).text(),
    ];
    const before = await state();
    await fc.assert(
      fc.asyncProperty(
        path,
        fc.constantFrom(my, confirm, 'forged', ''),
        fc.webQueryParameters(),
        fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'),
        async (where, token, query, method) => {
          const response = await site.app.request(`${where}?token=${token}&${query}`, { method });
          expect(response.status).toBeLessThan(500);
        },
      ),
      { numRuns: 1000 },
    );
    expect(await state()).toEqual(before);
  });
});
