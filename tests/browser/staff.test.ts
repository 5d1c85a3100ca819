import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

/** Signs up, confirms, and tells of further attempts. */
async function join(name: string, email: string, attempts: readonly string[]) {
  const [first = '', ...later] = attempts;
  await service.post('/sign-up', {
    name,
    email,
    attemptDate: first,
    attemptNumber: '1',
    membership: 'member',
    timeZone: 'America/New_York',
    cohort: 'Spring A',
    consent: 'yes',
  });
  const { body } = await service.arrival(email, 'Please confirm your email address');
  const [, token = ''] = /\/confirm\?token=([\w.-]+)/.exec(body.text) ?? [];
  const confirmed = await service.post('/confirm', { token });
  const [, my = ''] = /token=(.+)/.exec(confirmed.headers.get('location') ?? '') ?? [];
  for (const [index, attemptDate] of later.entries())
    await service.post('/my/attempts', {
      token: my,
      attemptDate,
      attemptNumber: String(index + 2),
    });
}

const threeAttempts = ['2026-12-01', '2027-01-05', '2027-02-10'];

describe('somebody of the staff', () => {
  it('signs in, sees who used the third attempt, acknowledges it, and finds the list empty', async () => {
    await service.setClock({ now: '2027-02-13T12:00:00Z' });
    await join('Ana Flores', 'ana@example.com', threeAttempts);

    await onPage({ javaScriptEnabled: false }, async (page) => {
      const attention = page.getByRole('region', { name: 'Needs your attention' });
      await page.goto(`${service.baseUrl}/admin`);
      await page.getByRole('heading', { name: 'Candidates', exact: true }).waitFor();
      await page.getByText('staff@maple-street.example').waitFor();
      await attention.getByText('Third attempt used').waitFor();

      await attention.getByRole('link', { name: 'Ana Flores' }).click();
      await page.getByRole('heading', { name: 'Ana Flores' }).waitFor();
      await page.getByRole('heading', { name: 'What comes next for attempt 3' }).waitFor();
      await page.getByText('What it means, and acknowledge').click();
      await page.getByLabel('Note (optional)').fill('Called her, she applies again.');
      await page.getByRole('button', { name: 'Acknowledge' }).click();

      await page.getByText('Acknowledged.').waitFor();
      expect(await attention.count()).toBe(0);
      const history = page.getByRole('region', { name: 'Who did what' });
      expect(await history.innerText()).toMatch(
        /Acknowledged: Third attempt used\. “Called her, she applies again\.”\s+staff@maple-street\.example, February 13, 2027/,
      );

      await page.getByRole('link', { name: 'All candidates' }).click();
      await attention.getByText('Nobody. All is looked at.').waitFor();

      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Signed out' }).waitFor();
      const cookies = await page.context().cookies();
      expect(cookies.map(({ name }) => name)).not.toContain('__Host-session');
    });
  });

  it('enrolls, finds by address, corrects, takes back, sends again and erases, with the keyboard alone', async () => {
    await service.setClock({ now: '2027-02-13T12:00:00Z' });
    await onPage({ viewport: { width: 1280, height: 800 } }, async (page) => {
      const press = (role: 'button' | 'link', name: string) =>
        page.getByRole(role, { name, exact: true }).press('Enter');
      const unfold = (text: string) => page.locator('summary', { hasText: text }).press('Enter');

      await page.goto(`${service.baseUrl}/admin`);
      await press('link', 'Enroll a candidate');
      await page.getByLabel('Name', { exact: true }).fill('Chipo Moyo');
      await page.getByLabel('Email address').fill('Chipo@example.com');
      await page.getByLabel('Date of the exam').fill('2027-02-12');
      await page.getByLabel('First').press('Space');
      await page.getByLabel('No', { exact: true }).press('Space');
      await page.getByLabel('Time zone of the candidate').selectOption('America/Chicago');
      await press('button', 'Enroll');
      await page.getByText('Enrolled. The link to confirm goes out now.').waitFor();
      await page.getByText('The link confirms attempt 1 on Friday, February 12, 2027.').waitFor();

      const { body } = await service.arrival(
        'Chipo@example.com',
        'Please confirm your email address',
      );
      const [, token = ''] = /\/confirm\?token=([\w.-]+)/.exec(body.text) ?? [];
      await service.post('/confirm', { token });
      await service.arrival('Chipo@example.com', 'Your date and your study plan');

      await press('link', 'All candidates');
      await page.getByLabel('Email address').fill('chipo@EXAMPLE.com');
      await press('button', 'Show');
      await press('link', 'Chipo Moyo');
      await page.getByText('Can retake from Sunday, March 14, 2027: 29 days to go.').waitFor();

      await unfold('Record an attempt');
      await page.getByLabel('Date of the exam').fill('2027-02-13');
      await press('button', 'Record this attempt');
      expect(await page.title()).toBe('Error: Chipo Moyo');
      await page.getByRole('link', { name: 'Two attempts are at least 30 days apart.' }).waitFor();

      await unfold('Correct the date of attempt 1');
      await page.getByLabel('The right date').fill('2027-02-10');
      await press('button', 'Correct the date');
      await page.getByText('Can retake from Friday, March 12, 2027: 27 days to go.').waitFor();

      await unfold('Mark as passed');
      await press('button', 'Mark as passed');
      await page.getByText('Passed. No more reminders go out.').waitFor();
      await unfold('Take back “passed”');
      await press('button', 'Take it back');
      await page.getByText('Can retake from Friday, March 12, 2027: 27 days to go.').waitFor();

      await unfold('Send it again');
      await press('button', 'Send it again');
      await page.getByText('The email goes out now.').waitFor();
      await service.runMailer();
      const plans = (await service.emails('Chipo@example.com')).filter(
        ({ subject }) => subject === 'Your date and your study plan',
      );
      expect(plans).toHaveLength(2);

      await unfold('Erase this candidate');
      await page.getByLabel('Yes, erase everything about Chipo Moyo').press('Space');
      await press('button', 'Erase');
      await page.getByText('The candidate is erased.').waitFor();
      expect(await page.getByText('Chipo Moyo').count()).toBe(0);
    });
  });
});
