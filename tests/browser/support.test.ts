import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openAxe } from '../support/browser.ts';
import { hiddenFocus, misfits, numberStops, state, stopsReached, unfold } from '../support/in-page.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('axe finds what is wrong with each page as it stands, and only there', async () => {
  const page = await browser.newPage();
  const axe = await openAxe(browser, 'http://localhost/');
  const look = async (more: string) => {
    await page.setContent(`<!doctype html>
      <html lang="en">
        <head><title>A page</title></head>
        <body>
          <main>
            <h1>A page</h1>
            ${more}
            <script>document.querySelector('h1').append(document.querySelector('input') ?? '');</script>
          </main>
        </body>
      </html>`);
    await axe.show(await page.content());
    return axe.findings(390, 'light');
  };
  expect(await look('<input type="text">')).toEqual([expect.stringMatching(/^label \(critical\): .+ input <input /)]);
  expect(await look('')).toEqual([]);
  expect(await look('<p style="color: #999">Pale</p>')).toEqual([expect.stringMatching(/^color-contrast .+ p <p /)]);
  await page.close();
});

describe('what is looked for in every page', () => {
  const look = async (html: string, keys: number, code: string): Promise<unknown> => {
    const context = await browser.newContext({ viewport: { width: 320, height: 600 } });
    const page = await context.newPage();
    await page.setContent(`<!doctype html><html lang="en"><body>${html}</body></html>`);
    await page.evaluate(unfold);
    await page.evaluate(numberStops);
    for (let press = 0; press < keys; press += 1) await page.keyboard.press('Tab');
    const found = await page.evaluate(code);
    await context.close();
    return found;
  };
  const style = (rules: string) =>
    `<style>body { background: #fff; } :focus-visible { outline: 3px solid #000; } ${rules}</style>`;
  const wide = '<p style="width: 400px">Wide</p>';
  const small = '<details><summary>More</summary><button style="width: 20px">x</button></details>';
  const link = '<a href="#a">A link</a>';

  test.each([
    ['a page that fits', `${style('summary { height: 24px; }')}<p>${link} in words</p>`, []],
    ['a wide page', wide, [expect.stringMatching(/^scrolls sideways, to 4\d\d px$/)]],
    [
      'a small button that was folded away',
      `${style('summary { height: 24px; }')}${small}`,
      [expect.stringMatching(/^is 20 by .* px: <button/)],
    ],
  ])('%s', async (_, html, findings) => {
    expect(await look(html, 0, misfits)).toEqual(findings);
  });

  test.each([
    ['in order', `${link}<input type="date"><button>B</button>`, [0, 1, 2], 6],
    ['out of order', `${link}<button tabindex="1">B</button>`, [1, 0], 2],
    ['with a group of choices', '<input type="radio" name="a"><input type="radio" name="a">', [0], 1],
    ['with nothing that can be reached', '<button tabindex="-1">B</button>', [], 1],
  ])('Tab through a page %s', async (_, html, found, keys) => {
    expect(await look(html, keys, stopsReached)).toEqual(found);
  });

  test.each([
    ['seen', style(''), []],
    ['taken away', style('a:focus { outline: 0; }'), [expect.stringMatching(/^does not show/)]],
    ['pale', style('a:focus { outline-color: #ddd; }'), [expect.stringMatching(/too weakly/)]],
    ['off the screen', style('a { position: absolute; left: -99rem; }'), [expect.stringMatching(/out of sight/)]],
  ])('a focus that is %s', async (_, styled, findings) => {
    expect(await look(`${styled}${link}`, 1, hiddenFocus)).toEqual(findings);
  });

  test('a choice that a script made', async () => {
    const select = '<select><option>A</option><option>B</option></select>';
    const script = '<script>document.querySelector("select").value = "B"</script>';
    const [plain, chosen] = await Promise.all([select, select + script].map((html) => look(html, 0, state)));
    expect(String(plain)).toContain('["A",null]');
    expect(String(chosen)).toContain('["B",null]');
  });
});
