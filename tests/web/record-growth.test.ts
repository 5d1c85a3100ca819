import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { candidateForms, staffForms } from '../../lambdas/core/action-forms.ts';
import { applyDeliveryEvent } from '../../lambdas/services/delivery-events.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';
import { signUpForm, tokenOf } from '../support/site.ts';
import { aBrowser, anAdmin, type Fields, tokenIn } from '../support/staff.ts';
import { lastEntryKey } from '../support/steps.ts';
import { runs } from '../support/thorough.ts';
import { unlimited } from '../support/unlimited.ts';

let issuer: Issuer;

beforeAll(async () => {
  issuer = await startIssuer();
});

afterAll(async () => {
  await issuer?.close();
});

const day = 24 * 60 * 60 * 1000;
const who = fc.constantFrom('candidate', 'candidate', 'staff', 'SES', 'nobody');
const requests = runs(3000);

test(`after ${requests} requests in random order a record has less than 100 KB, and unsubscribing still works`, async () => {
  const admin = await anAdmin(issuer);
  const browser = aBrowser(admin);
  await browser.signIn();
  await admin.submit('/sign-up', signUpForm);
  const [confirmation] = await admin.mails();
  await admin.submit('/confirm', { token: tokenIn(confirmation, 'confirm') });
  const id = (await admin.idAt(signUpForm.email)) ?? '';
  const [studyPlan] = await admin.mails();
  let token = tokenIn(studyPlan, 'my');
  const candidate = async () => (await admin.store.read('candidate', id))!;
  let largest = 0;

  const next = fc.sample(
    fc.record({
      who,
      form: fc.oneof(
        { weight: 1, arbitrary: fc.constantFrom(...candidateForms) },
        { weight: 3, arbitrary: fc.constantFrom('undo', 'attempts', 'correct-date') },
      ),
      staffForm: fc.constantFrom(...staffForms, 'resend', 'acknowledge'),
      number: fc.integer({ min: 1, max: 3 }),
      daysAgo: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 900 })),
      report: fc.constantFrom('delivery', 'delay', 'hard-bounce', 'soft-bounce', 'send'),
      minutes: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 5 * 60 })),
      index: fc.nat({ max: 59 }),
    }),
    { numRuns: requests, seed: 20261123 },
  );
  for (const one of next) {
    admin.advance(one.minutes);
    const known = await candidate();
    const key = known.emails.at(one.index % (known.emails.length || 1))?.key ?? '';
    const date = new Date(Date.parse(admin.clock()) - one.daysAgo * day).toISOString();
    const fields: Fields = {
      token,
      name: signUpForm.name,
      membership: 'member',
      timeZone: one.number === 1 ? 'Pacific/Kiritimati' : 'America/New_York',
      attemptDate: date.slice(0, 10),
      attemptNumber: String(one.number),
      lowestAreas: ['general', 'clinical'],
      examDate: new Date(Date.parse(admin.clock()) + one.daysAgo * day).toISOString().slice(0, 10),
      note: '語'.repeat(500),
      entry: lastEntryKey(known),
    };
    if (one.who === 'candidate') {
      const response = await admin.submit(`/my/${one.form}`, fields);
      if (one.form === 'old-links') token = tokenOf(response);
    } else if (one.who === 'staff') {
      const paths: Record<string, string> = {
        resend: `emails/${key}/resend`,
        acknowledge: 'flags/third-attempt-used/acknowledge',
      };
      const response = await browser.post(`/admin/candidates/${id}/${paths[one.staffForm] ?? one.staffForm}`, fields);
      expect(response.status).toBeLessThan(500);
    } else if (one.who === 'SES')
      await applyDeliveryEvent(
        { store: admin.store, confirmations: unlimited.confirmations, clock: admin.clock, log: () => undefined },
        { type: one.report as 'delivery', tags: { type: 'candidate', id, key, addressId: known.addressId } },
      );
    await admin.mails();
    largest = Math.max(largest, Buffer.byteLength(JSON.stringify(await candidate())));
  }

  expect(largest).toBeLessThan(100_000);
  expect((await candidate()).dropped?.historyEntries).toBeGreaterThan(0);
  await admin.submit('/my/resubscribe', { token });
  expect((await admin.submit('/my/unsubscribe', { token })).status).toBe(303);
  expect((await candidate()).emailState).toBe('unsubscribed');
}, 120_000);
