import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import sparticuz from '@sparticuz/chromium';
import type { AxeResults, RunOptions } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

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

/**
 * What axe finds wrong with the page as it stands, one line for each place: by all its rules and the
 * one for targets of 24 px, or by those asked for.
 */
export async function axeFindings(
  page: Page,
  { tags, rules }: { tags?: string[] | undefined; rules?: string[] } = {},
): Promise<string[]> {
  // A script tag would meet the page's content security policy; an evaluation does not.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe);
  const options: RunOptions = {
    resultTypes: ['violations'],
    preload: false,
    ...(tags && { runOnly: { type: 'tag', values: tags } }),
    ...(rules && { runOnly: { type: 'rule', values: rules } }),
    ...(!tags && !rules && { rules: { 'target-size': { enabled: true } } }),
  };
  const results: AxeResults = await page.evaluate(`axe.run(${JSON.stringify(options)})`);
  return results.violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map(({ target, html }) => `${id} (${impact}): ${help}: ${target.join(' ')} ${html}`),
  );
}
