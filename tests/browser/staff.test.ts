import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserAtService } from '../support/browser.ts';
import { type LocalService, tokenIn } from '../support/local-service.ts';
import { populationNow } from '../support/population.ts';
import { isThorough } from '../support/thorough.ts';
import { doJobs, settings, startPopulatedService } from './jobs.ts';

const [browser, service] = await browserAtService();

describe.runIf(isThorough)('a member of the staff, among three hundred people', () => {
  let populated: LocalService;
  beforeAll(async () => {
    populated = await startPopulatedService();
  }, 60_000);
  afterAll(() => populated.stop());

  it.each(settings)(
    'does every job with few clicks and keys ($width px, JavaScript: $javaScriptEnabled)',
    async (setting) => {
      const done = await doJobs(browser, populated, setting);
      const over = done.filter(({ clicks, keys, most }) => clicks > most.clicks || keys > most.keys);
      expect(over).toEqual([]);
    },
    120_000,
  );
});

describe('a member of the staff', () => {
  it('enrolls, finds, corrects, takes back, sends again, erases and signs out by keyboard alone', async () => {
    await service.setClock({ now: populationNow });
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const press = (role: 'button' | 'link', name: string | RegExp) =>
      page.getByRole(role, { name, exact: true }).press('Enter');
    const unfold = (text: string) => page.locator('summary', { hasText: text }).press('Enter');

    await page.goto(`${service.baseUrl}/admin`);
    await press('link', 'Enroll');
    await page.getByLabel('Name', { exact: true }).fill('Chipo Zulu');
    await page.getByLabel('Email address').fill('Chipo@example.com');
    await page.getByLabel('Exam date').fill('2027-02-12');
    await page.getByLabel('First').press('Space');
    await page.getByLabel('No', { exact: true }).press('Space');
    await page.getByLabel('Student’s time zone').selectOption('America/Chicago');
    await press('button', 'Enroll and send the link');
    await page.getByText('The student is enrolled, and the confirmation link will go out shortly.').waitFor();
    await page
      .getByText('Attempt 1, taken on Friday, February 12, 2027, will count once the student confirms.')
      .waitFor();

    const confirmation = await service.arrival('Chipo@example.com', 'Please confirm your email address');
    await service.post('/confirm', { token: tokenIn(confirmation) });
    await service.arrival('Chipo@example.com', 'Your date and your study plan');

    await press('link', 'Students');
    await page.getByLabel('Name or email address').fill('chipo@EXAMPLE.com');
    await page.keyboard.press('Enter');
    await press('link', 'Chipo Zulu');
    await page.getByText('Can retake on or after Sunday, March 14, 2027 (26 days to go).').waitFor();

    await unfold('Record an attempt');
    await page.getByLabel('Exam date').fill('2027-02-13');
    await press('button', 'Record this attempt');
    expect(await page.title()).toBe('Error: Chipo Zulu');
    await page.getByRole('link', { name: 'Attempts have to be at least 30 days apart' }).waitFor();

    await unfold('Date of attempt 1');
    await page.getByLabel('Corrected date').fill('2027-02-10');
    await press('button', 'Correct the date');
    await page.getByText('Can retake on or after Friday, March 12, 2027 (24 days to go).').waitFor();

    await service.runMailer();
    await page.reload();
    await press('button', /^Send again.*Date and study plan/);
    await page.getByText('“Date and study plan” will go out again shortly.').first().waitFor();
    await service.runMailer();
    const plans = (await service.emails('Chipo@example.com')).filter(
      ({ subject }) => subject === 'Your date and your study plan',
    );
    expect(plans.length).toBeGreaterThan(1);

    await unfold('Erase');
    await page.getByLabel('Yes, erase everything about Chipo Zulu').press('Space');
    await press('button', 'Erase');
    await page.getByText('The student’s record has been erased.').waitFor();
    expect(await page.getByText('Chipo Zulu').count()).toBe(0);

    await press('button', 'Sign out');
    await page.getByRole('heading', { name: 'Signed out' }).waitFor();
    const cookies = await page.context().cookies();
    expect(cookies.map(({ name }) => name)).not.toContain('__Host-session');
    await page.close();
  }, 60_000);
});
