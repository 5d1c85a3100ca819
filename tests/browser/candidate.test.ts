import type { Browser, Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { daysAfter } from '../../lambdas/core/time.ts';
import { browserAtService, fillInForm } from '../support/browser.ts';
import { candidateAt, linksIn, tokenOf } from '../support/every-page.ts';
import { isThorough } from '../support/thorough.ts';

const [browser, service] = await browserAtService();
const phone = { width: 390, height: 844 };

async function onPage(options: Parameters<Browser['newContext']>[0], visit: (page: Page) => Promise<void>) {
  const context = await browser.newContext({ viewport: phone, ...options });
  try {
    await visit(await context.newPage());
  } finally {
    await context.close();
  }
}

async function fillIn(page: Page, email: string, attemptDate?: string) {
  await page.goto(service.baseUrl);
  await fillInForm(page, email, attemptDate);
  await page.getByText('Do you have your score report?').click();
  await page.getByLabel('Clinical').check();
}

async function confirmationLink(email: string): Promise<string> {
  await service.runMailer();
  await service.arrival(email, 'Please confirm your email address');
  return linksIn(await service.emails(email), 'confirm').at(-1) ?? '';
}

/** Signs up and confirms without a browser, and gives the token of my page. */
async function joined({
  confirmAt,
  ...changes
}: { email: string; attemptDate: string; confirmAt?: string } & Record<string, string>): Promise<string> {
  const answers = { name: 'Ana Flores', attemptNumber: '1', membership: 'member', timeZone: 'America/New_York' };
  await service.post('/sign-up', { ...answers, consent: 'yes', ...changes });
  const confirmed = { token: tokenOf(await confirmationLink(changes.email)) };
  if (confirmAt) await service.setClock({ now: confirmAt });
  const { headers } = await service.post('/confirm', confirmed);
  return tokenOf(headers.get('location') ?? '');
}

/** What a candidate does on the way; each step ends with what the page says is saved. */
function stepsOnPhone(page: Page, email: string) {
  /** Comes by the link in the last email, and sees the form without opening anything. */
  async function save(anchor: string, button: string, saved: string, [label, date]: string[] = []) {
    await page.goto('about:blank');
    await page.goto(`${linksIn(await service.emails(email), 'my').at(-1)}#${anchor}`);
    if (label && date) await page.getByLabel(label).fill(date);
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.getByRole('status').getByText(saved).waitFor();
  }
  return {
    async join(attemptDate: string) {
      await fillIn(page, email, attemptDate);
      await page.getByLabel('Send me two short study emails').check();
      await page.getByRole('button', { name: 'Remind me' }).click();
      await page.getByRole('heading', { name: 'Check your email' }).waitFor();
      await page.goto(await confirmationLink(email));
      await page.getByRole('button', { name: 'Yes, this is me' }).click();
      await page.getByText('30 days to go.').waitFor();
    },
    book: (date: string) => save('booked', 'Save the date', 'We’ve noted your exam on', ['When is your exam?', date]),
    retry: (date: string) =>
      save('new-result', 'Record this attempt', 'We’ve recorded your', ['When did you take the exam?', date]),
    waitLonger: () => save('not-yet', 'Not yet: ask me later', 'We’ll ask you again on'),
    applyAgain: () => save('new-application', 'Record my new application', 'Your new application is on record.'),
    pass: () => save('passed', 'I passed', 'We’ve noted that you passed.'),
  };
}

/** When the clocks there show nine in the morning. */
function nineOn(date: string, timeZone: string): number {
  const format = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const quarters = Array.from({ length: 2 * 4 * 24 }, (_, quarter) => quarter * 15 * 60_000);
  const moment = quarters
    .map((ms) => Date.parse(date) - 12 * 60 * 60_000 + ms)
    .find((ms) => format.format(ms) === `${date} 09:00`);
  if (moment === undefined) throw new Error(`No nine o’clock on ${date} in ${timeZone}.`);
  return moment;
}

/** From the sign-up over three attempts and a new application to the pass, with every email on the way. */
async function walk(page: Page, email: string, timeZone: string, firstDate: string) {
  const candidate = stepsOnPhone(page, email);
  const known = new Set<string>();
  const day = (days: number) => daysAfter(firstDate, days);
  const setClock = (ms: number) => service.setClock({ now: new Date(ms).toISOString() });

  async function sentSince(): Promise<string[]> {
    await service.runMailer();
    const { emails } = await candidateAt(service, email);
    const sent = emails.filter(
      ({ key, kind, state }) => state === 'sent' && kind !== 'staff-notice' && !known.has(key),
    );
    for (const { key } of sent) known.add(key);
    return sent.map(({ kind }) => kind);
  }

  /** Nothing goes out until a minute before nine in the candidate's time zone, and then just this. */
  async function atNine(days: number, kind: string): Promise<void> {
    const nine = nineOn(day(days), timeZone);
    await setClock(nine - 60_000);
    expect([days, await sentSince()]).toEqual([days, []]);
    await setClock(nine);
    expect([days, await sentSince()]).toEqual([days, [kind]]);
  }

  await setClock(nineOn(firstDate, timeZone));
  await candidate.join(firstDate);
  expect(await sentSince()).toEqual(['study-plan']);
  await atNine(15, 'halfway');
  await atNine(23, 'week-to-go');
  await atNine(30, 'reminder');
  await candidate.book(day(44));
  await atNine(43, 'exam-eve');
  await atNine(45, 'follow-up');
  await candidate.retry(day(44));
  expect(await sentSince()).toEqual(['study-plan']);
  await atNine(59, 'halfway');
  await atNine(67, 'week-to-go');
  await atNine(74, 'reminder');
  await atNine(95, 'follow-up');
  await candidate.waitLonger();
  await atNine(125, 'follow-up');
  await candidate.retry(day(124));
  expect(await sentSince()).toEqual(['attempts-used']);
  await candidate.applyAgain();
  await atNine(154, 'reminder');
  await candidate.pass();
  await setClock(nineOn(day(300), timeZone));
  expect(await sentSince()).toEqual([]);
}

describe('the whole way to the pass', () => {
  const zones = [
    ['America/New_York', '2027-02-12'],
    ['America/New_York', '2027-10-08'],
    ['Pacific/Honolulu', '2027-02-12'],
    ['Pacific/Kiritimati', '2027-02-12'],
  ] as const;
  it.each(isThorough ? zones : zones.slice(0, 1))(
    'can be gone on a phone in %s from %s on, by the links in the emails, each at nine in the morning',
    async (timeZone, firstDate) => {
      const email = `${timeZone.replace('/', '.')}.${firstDate}@example.com`;
      await onPage({ timezoneId: timeZone }, (page) => walk(page, email, timeZone, firstDate));
    },
    30_000,
  );
});

describe('a candidate on a phone', () => {
  beforeEach(() => service.setClock({ now: '2027-02-13T12:00:00Z' }));

  it('is told what is wrong, keeps what was typed, and can mend it', async () => {
    await onPage({}, async (page) => {
      await fillIn(page, 'no address');
      await page.getByRole('button', { name: 'Remind me' }).click();
      expect(await page.title()).toMatch(/^Error: /);
      await page.getByRole('link', { name: 'Enter an email address like' }).click();
      const address = page.getByLabel('Your email address');
      expect(await address.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true);
      expect(await page.getByLabel('Your name').inputValue()).toBe('Ana Flores');
      expect(await page.getByLabel('Clinical').isChecked()).toBe(true);
      await address.fill('mended@example.com');
      await page.getByRole('button', { name: 'Remind me' }).click();
      await page.getByRole('heading', { name: 'Check your email' }).waitFor();
    });
  });

  it('gets through without JavaScript, with the keyboard alone', async () => {
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
      await page.goto(await confirmationLink(email));
      await page.getByRole('button', { name: 'Yes, this is me' }).press('Enter');
      await page.getByText('Sunday, March 14, 2027').first().waitFor();
    });
  });

  it('finds the form that a link leads to open, below its heading, whatever the browser opens by itself', async () => {
    const email = 'result@example.com';
    await onPage({}, async (page) => {
      const token = await joined({ email, attemptDate: '2027-02-12' });
      for (const [anchor, heading] of [
        ['passed', 'I passed'],
        ['new-result', 'I took it and didn’t pass'],
      ] as const) {
        const fold = page.locator('details', { has: page.locator(`#${anchor}`) });
        await page.goto('about:blank');
        await page.goto(`${service.baseUrl}/my?token=${token}#${anchor}`);
        await fold.getByRole('button').waitFor();
        expect((await page.getByText(heading, { exact: true }).first().boundingBox())?.y).toBeGreaterThan(0);

        await page.goto(`${service.baseUrl}/my?token=${token}`);
        await page.evaluate(
          `history.replaceState(null, '', '#${anchor}'); dispatchEvent(new HashChangeEvent('hashchange'))`,
        );
        await fold.getByRole('button').waitFor();
        expect((await page.getByText(heading, { exact: true }).first().boundingBox())?.y).toBeLessThan(800);
      }
    });
  });

  it('is asked for the lowest areas later, and sees after each step what is true now', async () => {
    await onPage({}, async (page) => {
      const token = await joined({ email: 'later@example.com', attemptDate: '2027-02-12' });
      await page.goto(`${service.baseUrl}/my?token=${token}&done=confirm`);
      const done = page.locator('[role=status]:focus');
      const truth = async (sentence: string) => {
        expect(await done.textContent()).toBe(sentence);
        expect((await done.boundingBox())?.y).toBeLessThan(400);
      };
      await truth('Your study plan is on its way to later@example.com.');
      await page.getByLabel('Clinical').first().check();
      await page.getByRole('button', { name: 'Save the lowest areas' }).click();
      await truth('We’ve noted your lowest areas: Clinical. Your study plan starts with them.');

      await page.emulateMedia({ media: 'print' });
      expect(await page.getByRole('heading', { name: 'What to study today' }).isVisible()).toBe(true);
      expect(await page.locator('main button:visible, main summary:visible, footer:visible').count()).toBe(0);
    });
  });

  it('mends an attempt that was refused with the button in the box that says so', async () => {
    const [email, dayBefore] = ['refused@example.com', '2027-02-11T12:00:00Z'];
    const token = await joined({ email, attemptDate: '2027-02-12', confirmAt: dayBefore });
    await service.setClock({ now: '2027-02-13T12:00:00Z' });
    await onPage({}, async (page) => {
      await page.goto(`${service.baseUrl}/my?token=${token}`);
      const box = page.getByRole('alert');
      await box.getByText('We couldn’t save your exam date').waitFor();
      await box.getByRole('button', { name: 'Record this attempt' }).click();
      await page.getByText('We’ve recorded your first attempt, on Friday, February 12, 2027.').waitFor();
      expect(await box.count()).toBe(0);
    });
  });
});
