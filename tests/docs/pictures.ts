import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { startLocalService, tokenIn } from '../support/local-service.ts';
import { signUpForm } from '../support/site.ts';

const folder = path.resolve(import.meta.dirname, '../../docs/pictures');
const phone = { width: 390, height: 720 };
const mostBytes = 120 * 1024;

const email = 'ana@example.com';
const answers = { ...signUpForm, email, attemptDate: '2027-02-05', lowestAreas: 'clinical' };

const [browser, service] = await Promise.all([launchBrowser(), startLocalService()]);
try {
  await mkdir(folder, { recursive: true });
  const page = await browser.newPage({
    viewport: phone,
    deviceScaleFactor: 1.5,
    timezoneId: answers.timeZone,
    locale: 'en-US',
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  await page.clock.setFixedTime('2027-02-05T23:30:00Z');
  await service.setClock({ now: '2027-02-05T23:30:00Z' });

  await page.goto(service.baseUrl, { waitUntil: 'networkidle' });
  await taken(page, 'form');

  const myPage = await confirmedSignUp();
  await service.setClock({ now: '2027-02-17T15:00:00Z' });
  await page.goto(myPage);
  await taken(page, 'my-page');

  // Else the site's content security policy would hold for the email too.
  await page.goto('about:blank');
  await service.setClock({ now: '2027-03-07T14:00:00Z' });
  const { body } = await service.arrival(email, 'Your 30-day wait is over');
  await page.setContent(body.html);
  await taken(page, 'mail');
} finally {
  await browser.close();
  await service.stop();
}

/** Signs someone up and returns the address of their page. */
async function confirmedSignUp(): Promise<string> {
  await service.post('/sign-up', answers);
  const confirmation = await service.arrival(email, 'Please confirm your email address');
  const confirmed = await service.post('/confirm', { token: tokenIn(confirmation) });
  return `${service.baseUrl}${confirmed.headers.get('location')}`.replace(/&done=.*/, '');
}

async function taken(page: Page, name: string): Promise<void> {
  const file = path.join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  const { size } = await stat(file);
  console.log(`docs/pictures/${name}.png: ${Math.round(size / 1024)} KB`);
  if (size > mostBytes) throw new Error(`${name}.png is larger than ${mostBytes / 1024} KB.`);
}
