import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { startLocalService } from '../support/local-service.ts';

let browser: Browser;
let service: Awaited<ReturnType<typeof startLocalService>>;
let page: Page;

beforeAll(async () => {
  [browser, service] = await Promise.all([launchBrowser(), startLocalService()]);
  await service.setClock({ now: '2027-02-13T12:00:00Z' });
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

async function open(options: Parameters<Browser['newPage']>[0], path = '/') {
  await page?.context().close();
  page = await browser.newPage({ viewport: { width: 390, height: 844 }, ...options });
  await page.goto(`${service.baseUrl}${path}`);
}

async function fillIn(email: string) {
  await page.getByLabel('Your name').fill('Ana Flores');
  await page.getByLabel('Your email address').fill(email);
  await page.getByLabel('When did you take the exam?').fill('2027-02-12');
  await page.getByLabel('First').check();
  await page.getByLabel('No', { exact: true }).check();
  await page.getByLabel('I agree').check();
}

describe('the form, on a phone', () => {
  it('has all that must be filled in on one screen', async () => {
    await open({});

    const form = await page.locator('form').boundingBox();

    expect(form?.height).toBeLessThan(844);
    expect(await page.getByLabel('Clinical').isVisible()).toBe(false);
  });

  it('says whose mornings are meant, and lets that be changed', async () => {
    await open({ timezoneId: 'America/Boise' });

    await page.getByText('We’ll write in the morning. Your time zone: America/Boise.').waitFor();
    expect(await page.getByLabel('Your time zone').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Change the time zone' }).press('Enter');

    expect(await page.getByLabel('Your time zone').inputValue()).toBe('America/Boise');
    expect(await page.getByText('We’ll write in the morning').count()).toBe(0);
  });

  it('asks for the time zone where scripts do not run', async () => {
    await open({ javaScriptEnabled: false });

    expect(await page.getByLabel('Your time zone').isVisible()).toBe(true);
  });

  it.each([
    ['ana@gmial.com', 'ana@gmail.com'],
    ['Ana.B@GMAIL.CON', 'Ana.B@gmail.com'],
    ['ana@hotmial.com', 'ana@hotmail.com'],
    ['ana@outlok.com', 'ana@outlook.com'],
  ])('asks of %s whether %s is meant, and takes it at a press', async (input, meant) => {
    await open({});
    const address = page.getByLabel('Your email address');
    await address.fill(input);
    await address.blur();

    await page.getByRole('button', { name: meant }).press('Enter');

    expect(await address.inputValue()).toBe(meant);
    expect(await page.getByText('Did you mean').count()).toBe(0);
  });

  it.each(['ana@gmail.com', 'ana@mail.com', 'ana@students.example.edu', 'ana@gmx.com', 'ana', ''])(
    'asks nothing of "%s"',
    async (input) => {
      await open({});
      const address = page.getByLabel('Your email address');
      await address.fill(input);
      await address.blur();

      expect(await page.getByText('Did you mean').count()).toBe(0);
    },
  );

  it('sends an address that looks mistyped all the same', async () => {
    await open({});
    await fillIn('ana@gmial.com');
    await page.getByRole('button', { name: 'Remind me' }).click();

    await page.getByRole('heading', { name: 'Check your email' }).waitFor();
    await service.arrival('ana@gmial.com', 'Please confirm your email address');
  });
});

describe('the link to confirm', () => {
  it('can be asked for again after ten minutes, from the page that follows', async () => {
    await open({});
    await page.clock.install();
    await fillIn('again@example.com');
    await page.getByRole('button', { name: 'Remind me' }).click();
    const again = page.getByRole('button', { name: 'Send the link again' });
    await again.waitFor();

    expect(await again.isDisabled()).toBe(true);
    await page.clock.fastForward('09:50');
    expect(await again.isDisabled()).toBe(true);
    await page.clock.fastForward('00:15');
    expect(await again.isEnabled()).toBe(true);
    const sent = page.waitForRequest('**/sign-up');
    await again.click();

    expect((await sent).postData()).toMatch(/email=again%40example\.com.*consent=yes/);
    await page.getByText(/Send the link again in (10:00|9:5\d)/).waitFor();
  });

  it('is not offered again to who did not sign up here', async () => {
    await open({}, '/check-your-email');

    await page.getByRole('link', { name: 'Fill in the form again' }).waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
  });
});

describe('the form on a page of somebody else', () => {
  it('is copied from here, and sends a sign-up with its cohort from there', async () => {
    await open({}, '/embed?cohort=Spring%20%22B%22');
    const html = await page.getByLabel('HTML to copy').inputValue();
    const elsewhere = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(`<!DOCTYPE html><title>A school</title>${html}`);
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const { port } = elsewhere.address() as AddressInfo;

    await page.goto(`http://127.0.0.1:${port}/`);
    await page.getByLabel('Your name').fill('Ana Flores');
    await page.getByLabel('Your email address').fill('embedded@example.com');
    await page.getByLabel('When did you take the exam?').fill('2027-02-12');
    await page.getByLabel('Which attempt').selectOption('First');
    await page.getByLabel('Are you a member').selectOption('No');
    await page.getByLabel('Your time zone').selectOption('America/Denver');
    await page.getByLabel('I agree').check();
    await page.getByRole('button', { name: 'Remind me' }).click();
    await page.getByRole('heading', { name: 'Check your email' }).waitFor();
    elsewhere.close();

    expect(page.url()).toBe(`${service.baseUrl}/check-your-email`);
    const { body } = await service.arrival('embedded@example.com', 'Please confirm your email address');
    const [link = ''] = /http\S+\/confirm\?token=\S+/.exec(body.text) ?? [];
    await page.goto(link);
    await page.getByRole('button', { name: 'Yes, this is me' }).click();
    await page.getByText('Sunday, March 14, 2027').waitFor();
    await page.goto(`${service.baseUrl}/admin?email=embedded@example.com`);
    await page.getByRole('cell', { name: 'Spring "B"' }).waitFor();
  });
});
