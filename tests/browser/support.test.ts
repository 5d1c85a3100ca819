import { createServer } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, launchBrowser } from '../support/browser.ts';
import { hiddenFocus, misfits, numberStops, state, stopsReached, unfold } from '../support/in-page.ts';
import { listenOnLoopback } from '../support/loopback.ts';

const server = createServer((request, response) => {
  const isFlawed = request.url === '/flawed';
  response.writeHead(200, {
    'content-type': 'text/html',
    'content-security-policy': "default-src 'none'; script-src 'self'",
  });
  response.end(`<!doctype html>
<html lang="en">
  <head><title>A page</title></head>
  <body>
    <main>
      <h1>A page</h1>
      <p id="told">as served</p>
      <script>document.getElementById('told').textContent = 'rewritten';</script>
      ${isFlawed ? '<input type="text" />' : ''}
    </main>
  </body>
</html>`);
});
let browser: Browser;
let url: string;

beforeAll(async () => {
  url = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  server.close();
});

describe('the browser of the tests', () => {
  test.each([
    { path: '/flawed', findings: [expect.stringMatching(/^label \(critical\): .+ input /)] },
    { path: '/sound', findings: [] },
  ])('finds what axe finds on $path, under a strict policy that it heeds', async (row) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(url + row.path);

    expect(await axeFindings(page)).toEqual(row.findings);
    expect(await page.textContent('#told')).toBe('as served');

    await context.close();
  });
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
