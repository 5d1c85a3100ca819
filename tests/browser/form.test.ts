import { createServer } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { browserAtService, fillInForm } from '../support/browser.ts';
import { listenOnLoopback } from '../support/loopback.ts';

const [browser, service] = await browserAtService();
await service.setClock({ now: '2027-02-13T12:00:00Z' });
let page: Page;
afterAll(() => page.context().close());

async function open(options: Parameters<Browser['newPage']>[0], path = '/') {
  await page?.context().close();
  page = await browser.newPage({ viewport: { width: 390, height: 844 }, ...options });
  await page.goto(`${service.baseUrl}${path}`);
}

/** What is lower than a thumb needs; a link in a sentence may be. */
const lowTargets = `[...document.querySelectorAll('main .choice, main summary, main select, main input, main button:not(.link)')]
  .filter((one) => one.checkVisibility() && !one.closest('.choice > *') && one.name !== 'leave-empty')
  .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 80))`;

async function submit() {
  await page.getByRole('button', { name: 'Remind me' }).click();
}

describe('the form, on a phone', () => {
  it('has all that must be filled in on one screen, and asks for the lowest areas of who has the report', async () => {
    await open({});

    const heightOf = async (selector: string) => (await page.locator(selector).boundingBox())?.height ?? 0;
    const optional = (await heightOf('form details:nth-of-type(1)')) + (await heightOf('form details:nth-of-type(2)'));
    expect((await heightOf('form')) - optional).toBeLessThan(844);
    expect(await page.evaluate(lowTargets)).toEqual([]);

    expect(await page.getByLabel('Clinical').isVisible()).toBe(false);
    await page.getByText('Do you have your score report?').click();
    await page.getByLabel('Clinical').check();
    expect(await page.evaluate(lowTargets)).toEqual([]);
  });

  it('moves the focus to what is missing, in the words of the labels, with a bar beside all of each question', async () => {
    await open({ timezoneId: 'Etc/Unknown' });
    await submit();

    const focused = page.locator(':focus');
    expect(await focused.getByRole('heading').textContent()).toBe('There’s a problem');
    await focused.getByText('Choose which attempt it was: First, Second or Third.').waitFor();
    const legend = page.getByText('Which attempt on this application?');
    const question = page.locator('fieldset', { has: legend });
    await question.scrollIntoViewIfNeeded();
    const fieldset = await question.boundingBox();
    const top = (await legend.boundingBox())?.y ?? 0;
    if (!fieldset) throw new Error('No question.');
    const look = (y: number) => page.screenshot({ clip: { x: fieldset.x + 1, y, width: 2, height: 2 } });
    expect(await look(top + 2)).toEqual(await look(fieldset.y + fieldset.height - 4));
    expect(await page.evaluate(lowTargets)).toEqual([]);
  });

  it.each([
    ['America/New_York', 'Eastern Time (New York)'],
    ['America/Boise', 'Mountain Time (Boise)'],
  ])('says whose mornings are meant in %s, and lets that be changed', async (zone, name) => {
    await open({ timezoneId: zone });

    await page.getByText(`Our emails arrive in the morning, ${name}.`).waitFor();
    const select = page.getByLabel('Your time zone');
    expect(await select.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Change the time zone' }).press('Enter');

    expect(await select.inputValue()).toBe(zone);
    expect(await page.getByText('Our emails arrive in the morning, ').count()).toBe(0);
    expect((await select.locator('optgroup').first().locator('option').allTextContents()).join(', ')).toBe(
      'Eastern Time (New York), Central Time (Chicago), Mountain Time (Denver), Arizona Time (Phoenix), Pacific Time (Los Angeles), Alaska Time (Anchorage), Hawaii Time (Honolulu), Puerto Rico Time (San Juan), Guam Time',
    );
  });

  it('asks for the time zone where scripts do not run', async () => {
    await open({ javaScriptEnabled: false });

    expect(await page.getByLabel('Your time zone').isVisible()).toBe(true);
  });

  it('asks whether a mistyped domain was meant, takes the other at a press, and asks nothing of others', async () => {
    await open({});
    const address = page.getByLabel('Your email address');
    const question = page.getByText('Did you mean');
    const meant = {
      'gmial.com': 'gmail.com',
      'GMAIL.CON': 'gmail.com',
      'hotmial.com': 'hotmail.com',
      'outlok.com': 'outlook.com',
    };
    for (const [mistyped, domain] of Object.entries(meant)) {
      await address.fill(`Ana.B@${mistyped}`);
      await address.blur();
      await page.getByRole('button', { name: domain }).press('Enter');
      expect(await address.inputValue()).toBe(`Ana.B@${domain}`);
      expect([mistyped, await question.count()]).toEqual([mistyped, 0]);
    }
    for (const right of ['ana@gmail.com', 'ana@mail.com', 'ana@students.example.edu', 'ana@gmx.com', 'ana', '']) {
      await address.fill(right);
      await address.blur();
      expect([right, await question.count()]).toEqual([right, 0]);
    }
  });

  it('takes the tap that leaves a mistyped address, and asks at Enter before it sends it', async () => {
    await open({});
    const address = page.getByLabel('Your email address');
    await address.fill('maria@gmial.com');
    const { x = 0, y = 0 } = (await page.getByText('Second', { exact: true }).boundingBox()) ?? {};
    await page.mouse.move(x + 5, y + 3);
    await page.mouse.down();
    await page.getByText('Did you mean gmail.com?').waitFor();
    await page.mouse.up();
    expect(await page.getByLabel('Second').isChecked()).toBe(true);

    await address.fill('maria@yaho.com');
    await address.press('Enter');
    await page.getByText('Did you mean yahoo.com?').waitFor();
    await address.press('Enter');
    await page.waitForURL('**/sign-up');
  });

  it('sends an address that looks mistyped all the same', async () => {
    await open({});
    await fillInForm(page, 'ana@gmial.com');
    await submit();

    await page.getByRole('heading', { name: 'Check your email' }).waitFor();
    await service.arrival('ana@gmial.com', 'Please confirm your email address');
  });
});

describe('the page after the form', () => {
  const sent = () => page.locator('[data-sent]').textContent();
  const kept = () => page.evaluate('sessionStorage.length');

  it('names the address, lets it be changed, and says that the first link counts', async () => {
    await open({});
    await fillInForm(page, 'mistaken@example.com');
    await submit();
    await page.getByText('We’ve sent a link to mistaken@example.com.').waitFor();
    await page.reload();
    expect(await sent()).toBe('We’ve sent a link to mistaken@example.com. Change the address');

    await page.getByRole('link', { name: 'Change the address' }).click();
    await page.getByText('We’ve already sent a link to mistaken@example.com.').waitFor();
    expect(await page.getByLabel('Your name').inputValue()).toBe('Ana Flores');
    expect(await page.getByLabel('No', { exact: true }).isChecked()).toBe(true);
    await page.getByLabel('Your name').fill('Ana Lee');
    await submit();
    await page.waitForURL('**/check-your-email');
    expect(await sent()).toMatch(
      /^We already sent a link to mistaken@example\.com, and that first link counts\. .* correct/,
    );

    await page.getByRole('link', { name: 'fill out the form again' }).click();
    expect(await page.getByLabel('Your name').inputValue()).toBe('Ana Lee');
    await page.getByLabel('Your email address').fill('right@example.com');
    await submit();
    await page.getByText('We’ve sent a link to right@example.com.').waitFor();
    await service.arrival('right@example.com', 'Please confirm your email address');
    expect(await kept()).toBe(1);
    await page.goto(`${service.baseUrl}/my?token=x`);
    expect(await kept()).toBe(0);
  });

  it('sends the link again after ten minutes, and forgets then what was typed', async () => {
    await open({});
    await page.clock.install();
    await fillInForm(page, 'again@example.com');
    await submit();
    const again = page.getByRole('button', { name: 'Send the link again' });
    await again.waitFor();

    expect(await again.isDisabled()).toBe(true);
    await page.clock.fastForward('09:50');
    expect([await again.isDisabled(), await kept()]).toEqual([true, 1]);
    await page.clock.fastForward('00:15');
    expect([await again.isEnabled(), await kept()]).toEqual([true, 0]);
    const request = page.waitForRequest('**/sign-up');
    await again.click();

    expect((await request).postData()).toMatch(/email=again%40example\.com.*consent=yes/);
    await page.getByText(/Send the link again in (10:00|9:5\d)/).waitFor();
    expect(await sent()).toMatch('We’ve sent a link to again@example.com.');
  });

  it('works without a name for who did not sign up here', async () => {
    await open({}, '/check-your-email');

    await page.getByRole('link', { name: 'fill out the form again' }).waitFor();
    expect([await sent(), await page.getByRole('button').count()]).toEqual(['We’ve sent you a link.', 0]);
  });
});

describe('the form on another site’s page', () => {
  it('is copied from here, and sends a sign-up with its cohort from there', async () => {
    await open({}, '/embed?cohort=Spring%20%22B%22');
    const html = await page.getByLabel('HTML to copy').inputValue();
    const elsewhere = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(`<!DOCTYPE html><title>A school</title>${html}`);
    });
    await page.goto(`http://127.0.0.1:${await listenOnLoopback(elsewhere)}/`);
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
    await page.getByText('Sunday, March 14, 2027').first().waitFor();
    await page.goto(`${service.baseUrl}/admin?email=embedded@example.com`);
    await page.getByRole('cell', { name: 'Spring "B"' }).waitFor();
  });
});
