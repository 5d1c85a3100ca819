import { createServer } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, launchBrowser } from '../support/browser.ts';
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
