import autocannon from 'autocannon';
import { daysAgo, formOn } from './people.ts';
import { settings, startProcess, startTable } from './processes.ts';
import { atLeast, markdownTable, type Question, sum, thousands } from './report.ts';

const connections = 50;
const mostBytes = 30_000;
const leastOfBare = { 'GET /': 0.3, 'POST /sign-up': 0.06 };

/** How many requests a second the pages answer, against a bare Hono app; and what a first visit loads. */
export const pages: Question = async ({ small }) => {
  const { table, client } = await startTable();
  const site = await startProcess('site', { ...settings, AWS_ENDPOINT_URL_DYNAMODB: table.url });
  const bare = await startProcess('bare');
  const measured: (Load & { name: string; app: string })[] = [];
  for (const name of Object.keys(requests))
    for (const [app, { url }] of Object.entries({ bare, site }))
      measured.push({ name, app, ...(await load(url, name, small ? 1 : 8)) });

  const rateOf = (wanted: string, by: string) =>
    measured.find(({ name, app }) => name === wanted && app === by)?.perSecond ?? Number.NaN;
  const ratioOf = (name: string) => rateOf(name, 'site') / rateOf(name, 'bare');
  const visit = await firstVisit(site.url);
  for (const started of [site, bare, table]) await started.stop();
  client.destroy();
  const bytes = sum(visit.map((file) => file.bytes));
  const sheets = visit.filter(({ type }) => type.startsWith('text/css')).length;
  const fonts = visit.filter(({ type }) => type.startsWith('font/')).length;
  return {
    title: 'The pages',
    targets: [
      ...Object.entries(leastOfBare).map(([name, least]) =>
        atLeast(`\`${name}\`, requests a second relative to bare`, ratioOf(name), least),
      ),
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
      `${connections} connections (autocannon, 8 seconds after one to warm up); the site, the bare app, and the table each run in their own process, on shared cores. The bare app answers with one line, and reads the form without checking it. One of our sign-ups makes three writes, one after the other.`,
      markdownTable(
        ['', 'requests a second', 'vs. bare', 'p99, ms'],
        measured.map(({ name, app, perSecond, p99 }) => {
          const ratio = app === 'bare' ? 1 : ratioOf(name);
          return [`${app}: \`${name}\``, thousands(perSecond), ratio.toFixed(2), p99];
        }),
      ),
      'A first visit to the form:',
      markdownTable(
        ['request', 'type', 'bytes'],
        [
          ...visit.map(({ path, type, bytes: size }) => [`\`${path}\``, type.split(';')[0] ?? '', thousands(size)]),
          ['**all**', '', thousands(bytes)],
        ],
      ),
    ].join('\n\n'),
  };
};

const requests: Record<string, Partial<autocannon.Options>> = {
  'GET /': {},
  'POST /sign-up': {
    body: new URLSearchParams(formOn(daysAgo(1))).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  },
};

type Load = { perSecond: number; p99: number };

async function load(url: string, name: string, duration: number): Promise<Load> {
  const [method, path] = name.split(' ') as ['GET' | 'POST', string];
  const request = { url: url + path, method, connections, duration, ...requests[name] };
  await autocannon({ ...request, duration: 1 });
  const { requests: answered, latency, non2xx, errors } = await autocannon(request);
  const isWrong = errors > 0 || (method === 'GET' && non2xx > 0);
  if (isWrong) throw new Error(`${name}: ${errors} errors, ${non2xx} not 2xx.`);
  return { perSecond: answered.average, p99: latency.p99 };
}

type File = { path: string; type: string; bytes: number };

/** What a browser with an empty cache loads: the page, and all it names. */
async function firstVisit(url: string): Promise<File[]> {
  const page = await fileAt(url, '/');
  const named = [...page.text.matchAll(/(?:<link[^>]* href|<script[^>]* src|<img[^>]* src)="([^"]+)"/g)];
  const files = [page];
  for (const [, path = ''] of named) files.push(await fileAt(url, path));
  return files;
}

async function fileAt(url: string, path: string): Promise<File & { text: string }> {
  const response = await fetch(url + path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { path, type, bytes: Buffer.byteLength(text), text };
}
