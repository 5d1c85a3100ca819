import autocannon from 'autocannon';
import { table as markdownTable, thousands } from './markdown.ts';
import { barPlot } from './plot.ts';
import { startProcess } from './processes.ts';
import type { Question } from './question.ts';
import { settings, startTable } from './service.ts';
import { sum } from './statistics.ts';

const connections = 50;
const mostBytes = 30_000;

/** How many requests the pages take, against a bare Hono app; and what a first visit loads. */
export const pages: Question = async ({ small }) => {
  const { table, client } = await startTable();
  const environment = { ...settings, AWS_ENDPOINT_URL_DYNAMODB: table.url };
  const site = await startProcess('pages', { ...environment, PAGES: 'site' });
  const bare = await startProcess('pages', { PAGES: 'bare' });
  const form = new URLSearchParams({
    name: 'Ana Flores',
    email: 'ana.flores@example.com',
    attemptDate: new Date(Date.now() - 24 * 60 * 60 * 1000).toISOString().slice(0, 10),
    attemptNumber: '1',
    membership: 'member',
    timeZone: 'America/New_York',
    consent: 'yes',
  }).toString();
  const requests: Record<string, { path: string; options: Partial<autocannon.Options> }> = {
    'GET /': { path: '/', options: {} },
    'POST /sign-up': {
      path: '/sign-up',
      options: {
        method: 'POST',
        body: form,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
    },
  };

  const measured: { name: string; app: string; perSecond: number; p99: number }[] = [];
  for (const [name, { path, options }] of Object.entries(requests))
    for (const [app, { url }] of Object.entries({ bare, site })) {
      const run = (duration: number) =>
        autocannon({ url: url + path, connections, duration, ...options });
      await run(1);
      const { requests: answered, latency, non2xx, errors } = await run(small ? 1 : 8);
      const isWrong = errors > 0 || (name === 'GET /' && non2xx > 0);
      if (isWrong) throw new Error(`${app} ${name}: ${errors} errors, ${non2xx} not 2xx.`);
      measured.push({ name, app, perSecond: answered.average, p99: latency.p99 });
    }

  const visit = await firstVisit(site.url);
  for (const started of [site, bare, table]) await started.stop();
  client.destroy();
  const bytes = sum(visit.map((file) => file.bytes));
  const sheets = visit.filter(({ type }) => type.startsWith('text/css')).length;
  const fonts = visit.filter(({ type }) => type.startsWith('font/')).length;
  return {
    title: 'The pages',
    targets: [
      {
        what: 'Bytes of a first visit, uncompressed',
        reach: `under ${thousands(mostBytes)}`,
        measured: thousands(bytes),
        reached: bytes < mostBytes,
      },
      {
        what: 'Style sheets and web fonts of a first visit',
        reach: '1 and 0',
        measured: `${sheets} and ${fonts}`,
        reached: sheets === 1 && fonts === 0,
      },
    ],
    text: [
      `${connections} connections (autocannon, 8 seconds after one to warm up); site, bare app and table each in a process of its own, on shared cores. The bare app answers with one line, and reads the form without checking it. A sign-up of ours makes three writes, one after the other.`,
      markdownTable(
        ['', 'requests a second', 'of bare', 'p99, ms'],
        measured.map(({ name, app, perSecond, p99 }) => {
          const base = measured.find((one) => one.name === name && one.app === 'bare');
          const ratio = perSecond / (base?.perSecond ?? perSecond);
          return [`${app}: \`${name}\``, thousands(perSecond), ratio.toFixed(2), p99];
        }),
      ),
      'A first visit of the form:',
      markdownTable(
        ['request', 'type', 'bytes'],
        [
          ...visit.map(({ path, type, bytes: size }) => [
            `\`${path}\``,
            type.split(';')[0] ?? '',
            thousands(size),
          ]),
          ['**all**', '', thousands(bytes)],
        ],
      ),
    ].join('\n\n'),
    plot: barPlot({
      title: 'Requests a second at 50 connections',
      unit: 'requests',
      groups: Object.keys(requests).map((label) => ({
        label,
        bars: measured
          .filter(({ name }) => name === label)
          .map(({ app, perSecond }) => ({ name: app, value: perSecond })),
      })),
    }),
  };
};

type File = { path: string; type: string; bytes: number };

/** What a browser loads that has been nowhere: the page, and all it names. */
async function firstVisit(url: string): Promise<File[]> {
  const page = await load(url, '/');
  const named = [
    ...page.text.matchAll(/(?:<link[^>]* href|<script[^>]* src|<img[^>]* src)="([^"]+)"/g),
  ];
  const files = [page];
  for (const [, path = ''] of named) files.push(await load(url, path));
  return files;
}

async function load(url: string, path: string): Promise<File & { text: string }> {
  const response = await fetch(url + path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { path, type, bytes: Buffer.byteLength(text), text };
}
