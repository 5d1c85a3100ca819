import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Browser, Locator, Page } from 'playwright-core';
import { functionSettings } from '../../bin/local/local-settings.ts';
import { addressIdOf } from '../../lambdas/adapters/address-id.ts';
import { launchBrowser } from '../support/browser.ts';
import { type LocalService, startLocalService } from '../support/local-service.ts';
import { maria, population, populationNow, settleIn } from '../support/population.ts';
import { localAws, storeOn } from '../support/table.ts';

/** On a desk, and on a phone without JavaScript, which no staff page has. */
export const settings = [
  { width: 1280, height: 800, javaScriptEnabled: true },
  { width: 390, height: 844, javaScriptEnabled: false },
];
export type Setting = (typeof settings)[number];

export type Effort = { clicks: number; keys: number };

type Job = {
  name: string;
  /** As much as it may take, from the overview on. */
  limit: Effort;
  /** Does it, and throws where it does not come out. */
  work: (person: Person, setting: Setting) => Promise<void>;
};

type Person = ReturnType<typeof personAt>;

/** Someone at the staff pages, whose clicks and keys are counted. */
function personAt(page: Page) {
  const effort: Effort = { clicks: 0, keys: 0 };
  const click = async (target: Locator) => {
    effort.clicks += 1;
    await target.click();
  };
  const person = {
    page,
    effort,
    click,
    open: (name: string) => click(page.getByRole('link', { name, exact: true })),
    push: (name: string | RegExp) => click(page.getByRole('button', { name })),
    unfold: (text: string) => click(page.locator('summary', { hasText: text })),
    async type(field: Locator, text: string, keys = text.length) {
      effort.clicks += 1;
      effort.keys += keys;
      await field.fill(text);
    },
    /** Opens the list, and takes one. */
    async choose(label: string, option: string) {
      effort.clicks += 2;
      await page.getByLabel(label).selectOption(option);
    },
    async find(words: string) {
      await person.type(page.getByLabel('Name or email address'), words);
      effort.keys += 1;
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: `“${words}”` }).waitFor();
    },
    async openPage(words: string, name: string) {
      await person.find(words);
      await person.open(name);
      await page.getByRole('heading', { name, exact: true }).waitFor();
    },
    says: (text: string | RegExp) => page.getByText(text).first().waitFor(),
    /** Whether it is seen without scrolling. */
    async seesAtOnce(target: Locator) {
      const box = await target.first().boundingBox();
      const height = page.viewportSize()?.height ?? 0;
      if (box === null || box.y + box.height > height) throw new Error('Not on the first screen.');
    },
  };
  return person;
}

/** The rows of a class of 25, two of them with a mistake, as a spreadsheet copies them. */
function classOf25({ width, javaScriptEnabled }: Setting): string {
  const rows = Array.from({ length: 25 }, (_, index) => {
    const email = `class.${width}.${javaScriptEnabled}.${index}@example.com`;
    const date = index === 3 ? '2/30/2027' : '2/10/2027';
    return ['Newcomer', index === 7 ? 'no address' : email, date, '1', 'no'].join('\t');
  });
  return ['Name\tEmail\tDate of exam\tAttempt\tMember', ...rows].join('\n');
}

const note = 'Called her.';

const jobs: Job[] = [
  {
    name: 'find Maria among all',
    limit: { clicks: 1, keys: 6 },
    async work(person) {
      await person.find('maria');
      await person.seesAtOnce(person.page.getByRole('link', { name: maria.name }));
    },
  },
  {
    name: 'find her by part of the address',
    limit: { clicks: 1, keys: 9 },
    async work(person) {
      await person.find('mj.ferna');
      await person.seesAtOnce(person.page.getByRole('link', { name: maria.name }));
    },
  },
  {
    name: 'find her by a near miss',
    limit: { clicks: 1, keys: 9 },
    async work(person) {
      await person.find('gutierez');
      await person.says('These are close.');
      await person.seesAtOnce(person.page.getByRole('link', { name: maria.name }));
    },
  },
  {
    name: 'who used the third attempt: called, with a note',
    limit: { clicks: 2, keys: note.length },
    async work(person) {
      const row = person.page.locator('.rows li').first();
      await person.seesAtOnce(row.getByRole('button', { name: /^Mark as called/ }));
      await person.type(row.getByLabel('Note'), note);
      await person.click(row.getByRole('button'));
      await person.says('Your note is in the history there.');
    },
  },
  {
    name: 'did she get the email, and what it said',
    limit: { clicks: 2, keys: 6 },
    async work(person) {
      await person.openPage('maria', maria.name);
      const emails = person.page.getByRole('region', { name: 'Emails' });
      await emails.getByText('“Your date and your study plan”').first().waitFor();
      await emails.getByText(/^Sent on .*, and delivered\.$/).waitFor();
    },
  },
  {
    name: 'did someone get the link who has not confirmed',
    limit: { clicks: 2, keys: 0 },
    async work(person) {
      await person.click(person.page.getByRole('link', { name: /not confirmed$/ }));
      await person.click(person.page.getByRole('rowheader').getByRole('link').first());
      await person.says('“Please confirm your email address”');
      await person.says(/Sent on .*delivered\./);
    },
  },
  {
    name: 'correct an address',
    limit: { clicks: 5, keys: 28 },
    async work(person, { width, javaScriptEnabled }) {
      await person.openPage('maria', maria.name);
      await person.unfold('Email address');
      const email = `mj${width}${Number(javaScriptEnabled)}@example.org`;
      await person.type(person.page.getByLabel('New email address'), email);
      await person.push('Send the link');
      await person.says(new RegExp(email));
    },
  },
  {
    name: 'correct a cohort',
    limit: { clicks: 5, keys: 20 },
    async work(person, { width, javaScriptEnabled }) {
      await person.openPage('maria', maria.name);
      await person.unfold('Class');
      const cohort = `Day ${width} ${Number(javaScriptEnabled)}`;
      await person.type(person.page.getByLabel('Class (optional)'), cohort);
      await person.push('Correct the class');
      await person.says(new RegExp(`^Changed the class from .* to “${cohort}”`));
    },
  },
  slip('she passed; that was a slip', ['Mark as passed', 'Marked as passed.'], ['Undo “passed”', 'Undid “passed”.']),
  {
    name: 'she booked',
    limit: { clicks: 5, keys: 14 },
    async work(person) {
      await person.openPage('maria', maria.name);
      await person.unfold('booked exam');
      await person.type(person.page.getByLabel('Date of the booked exam'), '2027-03-20', 8);
      await person.push('Record booked exam');
      await person.says('Saturday, March 20, 2027');
      await person.page.locator('summary', { hasText: 'Change the booked exam' }).click();
      // The next one who does this job finds her as she was.
      await person.page.getByRole('button', { name: 'Remove the booking' }).click();
      await person.says('Removed the booked exam of Saturday, March 20, 2027.');
    },
  },
  slip(
    'a new application; that was a slip',
    ['Record a new application', 'Recorded a new application.'],
    ['Undo the new application', 'Undid the new application.'],
  ),
  {
    name: 'enroll a class of 25, two rows wrong',
    limit: { clicks: 7, keys: 2 },
    async work(person, setting) {
      const { page } = person;
      await person.open('Import a class');
      await person.type(page.getByLabel('Rows from a spreadsheet'), classOf25(setting), 2);
      await person.choose('Time zone', 'America/Chicago');
      await person.push('Check the list');
      await person.says('23 students will get a confirmation link. 2 rows with mistakes will be left out.');
      const download = page.waitForEvent('download');
      await person.push('Download the 2 rows with mistakes');
      if (!(await download).suggestedFilename().endsWith('.csv')) throw new Error('No CSV.');
      await person.push('Enroll 23');
      await page.getByRole('heading', { name: '23 students enrolled' }).waitFor();
    },
  },
  {
    name: 'who of a class has not confirmed; the link again to all',
    limit: { clicks: 5, keys: 0 },
    async work(person) {
      await person.click(person.page.getByRole('link', { name: /not confirmed$/ }));
      await person.choose('Class', 'Spring 2027, day');
      await person.push('Show');
      await person.page.getByRole('heading', { name: /^Not confirmed, Spring 2027, day: 7/ }).waitFor();
      await person.push('Send the link to 7 students again');
      await person.page.getByRole('heading', { name: /^Links are on their way to/ }).waitFor();
    },
  },
  {
    name: 'the numbers on paper',
    limit: { clicks: 1, keys: 0 },
    async work(person) {
      await person.open('Numbers');
      await person.page.getByRole('heading', { name: 'Numbers by class' }).waitFor();
      const pdf = (await person.page.pdf({ format: 'Letter' })).toString('latin1');
      if (pdf.match(/\/Type\s*\/Page\b/g)?.length !== 1) throw new Error('Not one page.');
    },
  },
  {
    name: 'what goes out this week, and who will not get theirs',
    limit: { clicks: 1, keys: 0 },
    async work(person) {
      await person.open('Coming up');
      await person.says(/\d+ emails will go out in the next seven days, and \d+ won’t/);
      await person.seesAtOnce(person.page.getByRole('heading', { name: 'Who won’t get theirs' }));
    },
  },
  {
    name: 'what is kept of her',
    limit: { clicks: 3, keys: 6 },
    async work(person) {
      await person.openPage('maria', maria.name);
      const download = person.page.waitForEvent('download');
      await person.open('Download this record');
      if ((await download).suggestedFilename() !== 'data.json') throw new Error('No file.');
    },
  },
  {
    name: 'erase someone',
    limit: { clicks: 5, keys: 20 },
    async work(person, { width, javaScriptEnabled }) {
      await person.openPage(`class.${width}.${javaScriptEnabled}.1@`, 'Newcomer');
      await person.unfold('Erase');
      await person.click(person.page.getByLabel('Yes, erase everything about Newcomer'));
      await person.push('Erase');
      await person.says('The student’s record has been erased.');
    },
  },
];

/** Something recorded of Maria and taken back: each time the button, and what the page says then. */
function slip(name: string, ...steps: [button: string, says: string][]): Job {
  return {
    name,
    limit: { clicks: 4, keys: 6 },
    async work(person) {
      await person.openPage('maria', maria.name);
      for (const [button, says] of steps) {
        await person.push(button);
        await person.says(says);
      }
    },
  };
}

/** The service with three hundred people in it. */
export async function startPopulatedService(): Promise<LocalService> {
  const service = await startLocalService();
  await service.setClock({ now: populationNow });
  const client = new DynamoDBClient({
    endpoint: service.dynamoDbUrl,
    region: localAws.AWS_REGION,
    credentials: { accessKeyId: localAws.AWS_ACCESS_KEY_ID, secretAccessKey: localAws.AWS_SECRET_ACCESS_KEY },
  });
  const { ADDRESS_KEY, TABLE_NAME } = functionSettings({ baseUrl: service.baseUrl, issuer: '' });
  await settleIn(storeOn(client, TABLE_NAME), population(addressIdOf(ADDRESS_KEY)));
  client.destroy();
  return service;
}

/** Does every job in one setting, and says what each took; throws where one does not come out. */
export async function doJobs(
  browser: Browser,
  service: LocalService,
  { width, height, javaScriptEnabled }: Setting,
): Promise<({ job: string; most: Effort } & Effort)[]> {
  const context = await browser.newContext({ viewport: { width, height }, javaScriptEnabled });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const done = [];
  for (const { name, limit, work } of jobs) {
    await page.goto(`${service.baseUrl}/admin`);
    const person = personAt(page);
    try {
      await work(person, { width, height, javaScriptEnabled });
    } catch (error) {
      throw new Error(`${name} (${width} px, JavaScript ${javaScriptEnabled})`, { cause: error });
    }
    done.push({ job: name, ...person.effort, most: limit });
  }
  await context.close();
  return done;
}

/** Prints what each job takes: `node --import tsx tests/browser/jobs.ts`. */
if (process.argv[1] === import.meta.filename) {
  const [browser, service] = await Promise.all([launchBrowser(), startPopulatedService()]);
  const [desk] = settings;
  try {
    if (desk)
      console.table((await doJobs(browser, service, desk)).map(({ job, clicks, keys }) => ({ job, clicks, keys })));
  } finally {
    await browser.close();
    await service.stop();
  }
}
