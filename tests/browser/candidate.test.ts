import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { feeFor } from '../../lambdas/core/exam.ts';
import { cmaAama } from '../../lambdas/core/exam-facts/cma-aama.ts';
import { launchBrowser } from '../support/browser.ts';
import { startLocalService } from '../support/local-service.ts';

let browser: Browser;
let service: Awaited<ReturnType<typeof startLocalService>>;

beforeAll(async () => {
  [browser, service] = await Promise.all([launchBrowser(), startLocalService()]);
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

const phone = { width: 390, height: 844 };

async function onPage(
  options: Parameters<Browser['newContext']>[0],
  visit: (page: Page) => Promise<void>,
) {
  const context = await browser.newContext({ viewport: phone, ...options });
  try {
    await visit(await context.newPage());
  } finally {
    await context.close();
  }
}

async function fillIn(page: Page, email: string, attemptDate: string) {
  await page.goto(service.baseUrl);
  await page.getByLabel('Your name').fill('Ana Flores');
  await page.getByLabel('Your email address').fill(email);
  await page.getByLabel('When did you take the exam?').fill(attemptDate);
  await page.getByLabel('First').check();
  await page.getByLabel('No', { exact: true }).check();
  await page.getByText('Lowest areas, class (optional)').click();
  await page.getByLabel('Clinical').check();
  await page.getByLabel('I agree').check();
}

async function openConfirmation(page: Page, email: string) {
  await service.runMailer();
  const { body } = await service.arrival(email, 'Please confirm your email address');
  const [link] = /http\S+\/confirm\?token=\S+/.exec(body.text) ?? [];
  await page.goto(link ?? '');
}

describe('a candidate on a phone', () => {
  it.each([
    ['New York, into summer time', 'America/New_York', '2027-02-12', '2027-03-14T13:00:00Z'],
    ['New York, out of summer time', 'America/New_York', '2027-10-08', '2027-11-07T14:00:00Z'],
    ['Phoenix', 'America/Phoenix', '2027-02-12', '2027-03-14T16:00:00Z'],
    ['Honolulu', 'Pacific/Honolulu', '2027-02-12', '2027-03-14T19:00:00Z'],
    ['Kathmandu', 'Asia/Kathmandu', '2027-02-12', '2027-03-14T03:15:00Z'],
    ['Kiritimati', 'Pacific/Kiritimati', '2027-02-12', '2027-03-13T19:00:00Z'],
  ])(
    'in %s is reminded at nine in the morning and not a minute before',
    async (where, timezoneId, attemptDate, nine) => {
      const email = `${where.replaceAll(/\W+/g, '-').toLowerCase()}@example.com`;
      const subjects = async () => (await service.emails(email)).map(({ subject }) => subject);
      await service.setClock({ now: `${attemptDate}T23:30:00Z` });

      await onPage({ timezoneId }, async (page) => {
        await fillIn(page, email, attemptDate);
        await page.getByRole('button', { name: 'Remind me' }).click();
        await page.getByRole('heading', { name: 'Check your email' }).waitFor();
        await openConfirmation(page, email);
        await page.getByRole('button', { name: 'Yes, this is me' }).click();
        await page.getByText('30 days to go.').or(page.getByText('29 days to go.')).waitFor();
      });

      await service.setClock({ now: new Date(Date.parse(nine) - 60_000).toISOString() });
      await service.runMailer();
      expect(await subjects()).toEqual([
        'Please confirm your email address',
        'Your date and your study plan',
      ]);

      await service.setClock({ now: nine });
      await service.runMailer();
      await service.runMailer();
      expect(await subjects()).toEqual([
        'Please confirm your email address',
        'Your date and your study plan',
        'Your date is here',
      ]);
      const [, , reminder] = await service.emails(email);
      const text = reminder?.body.text ?? '';
      const positions = [
        'From today, ',
        feeFor(cmaAama, 'non-member'),
        `members pay $${cmaAama.retakeFee.member}.`,
        `as of ${cmaAama.retakeFee.asOf}`,
        '- Give most of your study time to Clinical.',
        '- Take full-length practice tests',
        '2 attempts are left.',
      ].map((words) => text.indexOf(words));
      expect(positions).not.toContain(-1);
      expect(positions).toEqual(positions.toSorted((one, other) => one - other));
    },
  );

  it('is told what is wrong, keeps what was typed, and can mend it', async () => {
    await service.setClock({ now: '2027-02-13T12:00:00Z' });
    await onPage({}, async (page) => {
      await fillIn(page, 'no address', '2027-02-12');
      await page.getByRole('button', { name: 'Remind me' }).click();
      expect(await page.title()).toMatch(/^Error: /);
      await page.getByRole('link', { name: 'Enter an email address like' }).click();
      const address = page.getByLabel('Your email address');
      expect(await address.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(
        true,
      );
      expect(await page.getByLabel('Your name').inputValue()).toBe('Ana Flores');
      expect(await page.getByLabel('Clinical').isChecked()).toBe(true);
      await address.fill('mended@example.com');
      await page.getByRole('button', { name: 'Remind me' }).click();
      await page.getByRole('heading', { name: 'Check your email' }).waitFor();
    });
  });

  it('gets through without JavaScript, with the keyboard alone', async () => {
    await service.setClock({ now: '2027-02-13T12:00:00Z' });
    const email = 'keyboard@example.com';
    await onPage({ javaScriptEnabled: false }, async (page) => {
      await page.goto(service.baseUrl);
      await page.getByLabel('Your name').focus();
      const keys = ['Ana', 'Tab', email, 'Tab', '02122027', 'Tab', 'Tab', 'Space', 'Tab', 'Space'];
      for (const key of keys) {
        if (/^(Tab|Space)$/.test(key)) await page.keyboard.press(key);
        else await page.keyboard.type(key);
      }
      await page.getByLabel('Your time zone').selectOption('America/Chicago');
      await page.getByLabel('I agree').press('Space');
      await page.getByLabel('I agree').press('Enter');
      await page.getByRole('heading', { name: 'Check your email' }).waitFor();
      await openConfirmation(page, email);
      await page.getByRole('button', { name: 'Yes, this is me' }).press('Enter');
      await page.getByText('Sunday, March 14, 2027').waitFor();
    });
  });

  it('finds "I have a new result" open when coming from the reminder', async () => {
    await service.setClock({ now: '2027-02-13T12:00:00Z' });
    const email = 'result@example.com';
    await onPage({}, async (page) => {
      await fillIn(page, email, '2027-01-05');
      await page.getByRole('button', { name: 'Remind me' }).click();
      await openConfirmation(page, email);
      await page.getByRole('button', { name: 'Yes, this is me' }).click();
      await service.runMailer();
      const { body } = await service.arrival(email, 'Your date is here');
      const [link] = /http\S+#new-result/.exec(body.text) ?? [];
      await page.goto(link ?? '');
      await page.getByRole('button', { name: 'Record this attempt' }).waitFor();
      await page.goto('about:blank');
      await page.goto((link ?? '').replace('#new-result', '#passed'));
      await page.getByRole('button', { name: 'I passed' }).click();
      await page.getByText('You passed. Congratulations!').waitFor();
    });
  });
});
