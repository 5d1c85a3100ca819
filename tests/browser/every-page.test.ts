import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emailHtml } from '../../lambdas/adapters/ses/email-html.tsx';
import { type Axe, launchBrowser, openAxe } from '../support/browser.ts';
import { everyPage, fewSignUps, type ServedPage } from '../support/every-page.ts';
import { hiddenFocus, misfits, numberStops, state, stopReached, stopsReached, unfold } from '../support/in-page.ts';
import { startLocalService } from '../support/local-service.ts';
import { highestGrade, longestSentence, proseIn, wordsOf } from '../support/readability.ts';
import { isThorough } from '../support/thorough.ts';

let browser: Browser;
let service: Awaited<ReturnType<typeof startLocalService>>;
let pages: ServedPage[];
let screen: Screen;
let withoutScript: Screen;
let axe: Axe;

beforeAll(async () => {
  [browser, service] = await Promise.all([launchBrowser(), startLocalService(fewSignUps)]);
  pages = (await everyPage(service)).filter((page) => isThorough || !isVariant(page));
  screen = await aScreen({ javaScriptEnabled: true });
  withoutScript = await aScreen({ javaScriptEnabled: false });
  axe = await openAxe(browser, `${service.baseUrl}/axe`);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await service.stop();
});

const narrow = 320;
const phone = 390;
const desk = 1280;

describe('every page', () => {
  it.each(['candidates', 'staff', 'machine', 'mailbox'] as const)(
    'for %s fits every screen, works by keyboard alone, and has nothing that axe finds',
    async (audience) => {
      const isEmail = audience === 'mailbox';
      const findings: string[] = [];
      for (const served of pages.filter((page) => page.audience === audience)) {
        const isFirst = isFirstOfItsKind(served);
        if (!isFirst && !isThorough && !isEmail) continue;
        const found = [
          ...(await screen.show(served)),
          ...(audience === 'candidates' ? await readingFindings(screen.page) : []),
          ...(await layoutFindings(screen.page, isFirst)),
        ];
        if (isFirst) {
          const rules = isEmail ? ['wcag2a', 'wcag2aa'] : undefined;
          found.push(...(await accessibilityFindings(await screen.page.content(), rules)));
          if (!isEmail) found.push(...(await keyboardFindings(screen.page)));
          if (isThorough) found.push(...(await findingsWithoutScript(served)));
        }
        findings.push(...found.map((sentence) => `${served.name}: ${sentence}`));
      }
      expect(findings).toEqual([]);
    },
    120_000,
  );

  it.runIf(isThorough)('has been seen with JavaScript and without', () => {
    expect(changedByScript).toContain('form');
    expect(changedByScript).not.toContain('privacy');
  });
});

describe('an email', () => {
  it.each([
    ['name', 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3)],
    ['address of a page', `https://example.org/${'a/'.repeat(60)}`],
    ['class', 'CMA_SPRING_2027_EVENING_'.repeat(4)],
  ])('fits a narrow phone with a %s that has no space in it', async (_, word) => {
    const block = { type: 'paragraph' as const, content: [`Hello ${word}, `, { strong: word }] };
    const lead = { type: 'lead' as const, text: word };
    await screen.page.setContent(emailHtml({ subject: '', preheader: '', blocks: [lead, block], footer: [[word]] }));
    expect(await layoutFindings(screen.page, false)).toEqual([]);
  });
});

const emailKinds = new Set<string>();

/** Whether an email of the same kind, for another reader, came earlier in the list. */
function isVariant({ audience, name }: ServedPage): boolean {
  const kind = name.replace(/-(non-)?member-.*/, '');
  const isKnown = emailKinds.has(kind);
  if (audience === 'mailbox') emailKinds.add(kind);
  return isKnown;
}

/** An eighth-grader can read it, one thought a sentence, and its title is its heading and whose page it is. */
async function readingFindings(page: Page): Promise<string[]> {
  const text: string = await page.evaluate('document.body.innerText');
  const { grade, sentences } = proseIn(text.split('\n'));
  const long = sentences.filter((sentence) => wordsOf(sentence).length > longestSentence);
  const title = (await page.title()).replace(/^Error: /, '');
  const heading = `${await page.locator('h1').innerText()} – ${await page.locator('header').innerText()}`;
  return [
    ...(title === heading ? [] : [`has the title ${title} above the heading ${heading}`]),
    ...(grade > highestGrade ? [`takes grade ${grade} to read`] : []),
    ...long.map((sentence) => `has a long sentence: ${sentence}`),
  ];
}

/**
 * In dark on a phone only: colors move nothing, and if they do, they do it there first. Other words in
 * the same elements can only be too wide, and are too wide first on the narrowest screen.
 */
async function layoutFindings(page: Page, isFirst = true): Promise<string[]> {
  const findings: string[] = [];
  const look = async (width: number, colorScheme: 'light' | 'dark') => {
    await page.setViewportSize({ width, height: 844 });
    const found: string[] = await page.evaluate(misfits);
    findings.push(...found.map((sentence) => `${sentence} (${colorScheme}, ${width} px)`));
  };
  if (!isFirst) {
    await look(narrow, 'light');
    return findings;
  }
  for (const width of [narrow, phone, desk]) await look(width, 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await look(phone, 'dark');
  return findings;
}

const seen = new Set<string>();

/**
 * Whether the page has an element that no page before had; thoroughly, beside the same neighbor. One of
 * the same elements, with other words in them, needs no second look at those.
 */
function isFirstOfItsKind({ html }: { html: string }): boolean {
  const elements = (html.match(/<[a-z][^>]*>/g) ?? []).map((tag) =>
    tag.replaceAll(
      /\s(href|id|for|name|value|action|title|src|content|cx|x2|style|aria-describedby|aria-label|data-label)="[^"]*"/g,
      ' $1',
    ),
  );
  const looks = elements.map((element, index) => (isThorough ? `${elements[index - 1]} ${element}` : element));
  const isFirst = looks.some((look) => !seen.has(look));
  for (const look of looks) seen.add(look);
  return isFirst;
}

/**
 * In light on a phone all that axe knows; in dark on a desk the colours alone, as nothing else that axe
 * looks at depends on the scheme.
 */
async function accessibilityFindings(html: string, runOnly?: string[]): Promise<string[]> {
  await axe.show(html);
  const light = await axe.findings(phone, 'light', runOnly);
  const dark = await axe.findings(desk, 'dark', ['color-contrast']);
  return [...light, ...dark.map((finding) => `dark: ${finding}`)];
}

async function keyboardFindings(page: Page): Promise<string[]> {
  await page.setViewportSize({ width: desk, height: 844 });
  const findings = await tabFindings(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const found: string[] = await page.evaluate(hiddenFocus);
    findings.push(...found.map((sentence) => `${sentence} (${colorScheme})`));
  }
  return findings;
}

/** Tab goes through the page in the order of its text, and leaves nothing out. */
async function tabFindings(page: Page): Promise<string[]> {
  const { stops, presses }: { stops: number; presses: number } = await page.evaluate(numberStops);
  await Promise.all(Array.from({ length: presses }, () => page.keyboard.press('Tab')));
  return inOrder(stops, await page.evaluate(stopsReached));
}

/** The same, step by step, for a page that can't note by itself where the focus went. */
async function tabFindingsWithoutScript(page: Page): Promise<string[]> {
  const { stops, presses }: { stops: number; presses: number } = await page.evaluate(numberStops);
  const reached: number[] = [];
  for (let press = 0; press < presses; press += 1) {
    await page.keyboard.press('Tab');
    const stop: number = await page.evaluate(stopReached);
    if (stop !== reached.at(-1)) reached.push(stop);
  }
  return inOrder(stops, reached);
}

function inOrder(stops: number, reached: readonly number[]): string[] {
  const expected = Array.from({ length: stops }, (_, index) => index);
  if (reached.slice(0, stops).join() === expected.join()) return [];
  return [`Tab goes to ${reached}, not from 0 to ${stops - 1}`];
}

const changedByScript: string[] = [];

/** Where the page is another without its script, it is looked at once more. */
async function findingsWithoutScript(served: ServedPage): Promise<string[]> {
  if (!served.html.includes('<script')) return [];
  const found = await withoutScript.show(served);
  if (withoutScript.initialState !== screen.initialState) {
    changedByScript.push(served.name);
    found.push(...(await layoutFindings(withoutScript.page)));
    found.push(...(await tabFindingsWithoutScript(withoutScript.page)));
    const html = (await withoutScript.page.content()).replaceAll('noscript>', 'div>');
    if (isFirstOfItsKind({ html })) found.push(...(await accessibilityFindings(html)));
  }
  return found.map((sentence) => `without JavaScript: ${sentence}`);
}

const assets = new Map<string, { status: number; headers: Record<string, string>; body: Buffer }>();

/** What pages load, once for all of them: a browser that is intercepted keeps nothing itself. */
async function assetAt(url: string) {
  const response = assets.has(url) ? undefined : await fetch(url);
  if (response)
    assets.set(url, {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  return assets.get(url) ?? { status: 404 };
}

type Screen = Awaited<ReturnType<typeof aScreen>>;

/** A browser's window that shows pages as they were served, with their headers. */
async function aScreen(options: { javaScriptEnabled: boolean }) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
  let shown: ServedPage;
  await page.route('**', async (route) => {
    if (!route.request().isNavigationRequest()) {
      await route.fulfill(await assetAt(route.request().url()));
      return;
    }
    // Its status would be a complaint, and the way to the login would lead away.
    const { refresh, 'transfer-encoding': encoding, ...headers } = shown.headers;
    await route.fulfill({ status: 200, headers, body: shown.html });
  });
  const it = {
    page,
    /** What the page was before anything was done to it. */
    initialState: '',
    /** Shows a page with all that it folds away, and says what the browser complains about. */
    async show(served: ServedPage): Promise<string[]> {
      shown = served;
      await page.setViewportSize({ width: phone, height: 844 });
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(served.url);
      it.initialState = await page.evaluate(state);
      await page.evaluate(unfold);
      return complaints.splice(0);
    },
  };
  return it;
}
