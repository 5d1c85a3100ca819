import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import sparticuz from '@sparticuz/chromium';
import type { AxeResults, RunOptions } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type LocalService, startLocalService } from './local-service.ts';

/** Chromium from the packages on Linux, the installed Chrome elsewhere. */
export async function launchBrowser(): Promise<Browser> {
  if (os.platform() === 'linux') {
    // Not with the arguments that @sparticuz/chromium proposes: `--single-process` among them ends
    // the browser with its first closed context.
    return chromium.launch({ executablePath: await unpackedChromium() });
  }
  try {
    return await chromium.launch({ channel: 'chrome' });
  } catch (error) {
    throw new Error('The browser tests need Google Chrome, and it does not start here.', { cause: error });
  }
}

let atService: Promise<[Browser, LocalService]> | undefined;

/** A browser and the service on this machine: one of each for all files that a worker runs, gone with it. */
export function browserAtService() {
  atService ??= Promise.all([launchBrowser(), startLocalService()]);
  return atService;
}

/** Fills in all that the form must have. */
export async function fillInForm(page: Page, email: string, attemptDate = '2027-02-12') {
  await page.getByLabel('Your name').fill('Ana Flores');
  await page.getByLabel('Your email address').fill(email);
  await page.getByLabel('When did you take the exam?').fill(attemptDate);
  await page.getByLabel('First').check();
  await page.getByLabel('No', { exact: true }).check();
  await page.getByLabel('I agree').check();
}

const cache = path.resolve(import.meta.dirname, '../../node_modules/.cache');

/**
 * The package unpacks itself into the temporary folder, file by file. Several test files can ask at
 * once, so each unpacks apart, and the first to finish gives the others its result.
 */
async function unpackedChromium(): Promise<string> {
  const shared = path.join(cache, 'chromium');
  if (!existsSync(shared)) {
    await mkdir(cache, { recursive: true });
    const own = await mkdtemp(`${shared}-`);
    const temporary = os.tmpdir();
    process.env.TMPDIR = own;
    try {
      await sparticuz.executablePath();
    } finally {
      process.env.TMPDIR = temporary;
    }
    await rename(own, shared).catch(() => rm(own, { recursive: true }));
  }
  return path.join(shared, 'chromium');
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export type Axe = Awaited<ReturnType<typeof openAxe>>;

/**
 * A window on the site in which axe stays, whatever page is put there: to load it again for each would
 * take as long as what it is loaded for.
 */
export async function openAxe(browser: Browser, site: string) {
  const page = await browser.newPage();
  await page.route(site, (route) => route.fulfill({ contentType: 'text/html', body: '' }), { times: 1 });
  await page.goto(site);
  await page.evaluate(axe);
  return {
    /** Takes a page in as it stands, without the scripts that made it so. */
    show: (html: string) => page.setContent(html.replaceAll(/<script\b.*?<\/script>/gs, '')),
    /**
     * What axe finds wrong with it, one line for each place: by all its rules and the one for targets of
     * 24 px, or by those asked for.
     */
    async findings(width: number, colorScheme: 'light' | 'dark', runOnly?: RunOptions['runOnly']): Promise<string[]> {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme });
      const options: RunOptions = {
        resultTypes: ['violations'],
        preload: false,
        ...(runOnly ? { runOnly } : { rules: { 'target-size': { enabled: true } } }),
      };
      const results: AxeResults = await page.evaluate(`axe.run(${JSON.stringify(options)})`);
      return results.violations.flatMap(({ id, impact, help, nodes }) =>
        nodes.map(({ target, html }) => `${id} (${impact}): ${help}: ${target.join(' ')} ${html}`),
      );
    },
  };
}
