import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { honeypotField } from '../../lambdas/web/components/honeypot.tsx';
import { marker, oddBody } from '../support/odd-requests.ts';
import { aSite, signUpForm } from '../support/site.ts';

const body = oddBody(honeypotField);

const paths = [
  ...new Set(
    aSite()
      .app.routes.map((route) => route.path)
      .filter((one) => !one.includes('*')),
  ),
];
const path = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...paths) }, { weight: 1, arbitrary: fc.webPath() });
const accept = fc.constantFrom('text/html', 'application/json', '*/*', '');

describe('whatever is requested', () => {
  it('is answered without a 5xx, and nothing typed comes back as markup', async () => {
    for (let round = 0; round < 20; round += 1) {
      const site = aSite();
      const ours = await site.join();
      const token = fc.constantFrom(ours, 'forged');
      await fc.assert(
        fc.asyncProperty(path, body, accept, token, async (where, sent, wanted, shown) => {
          const withToken =
            sent.type === 'application/x-www-form-urlencoded'
              ? `${sent.text}&token=${shown}`
              : sent.text.replace(/^\{/, `{"token":"${shown}",`).replace(/,\}$/, '}');
          const response = await site.app.request(`${where}?token=${shown}`, {
            method: 'POST',
            headers: { accept: wanted, ...(sent.type && { 'content-type': sent.type }) },
            body: withToken,
          });
          expect(response.status).toBeLessThan(500);
          expect(await response.text()).not.toContain(marker);
        }),
        { numRuns: 40 },
      );
      expect(site.logged.join()).not.toMatch(/request-failed|example\.com|Ana Flores/);
    }
  });

  it('changes nothing where it is a GET', async () => {
    const site = aSite();
    const my = await site.join();
    const confirm = await site.signUp({ ...signUpForm, email: 'other@example.com' });
    await site.arrivals();
    const state = async () => [
      site.store.all(),
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
      { numRuns: 400 },
    );
    expect(await state()).toEqual(before);
  });
});
