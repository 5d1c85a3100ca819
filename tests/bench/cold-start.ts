import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { bundling, root, shims } from '../../lib/bundling.ts';
import { settings } from './processes.ts';
import { atMost, markdownTable, type Question } from './report.ts';

const packages = { DynamoDB: 'dynamodb', SES: 'ses', SecretsManager: 'secrets-manager' };
type Calls = [client: keyof typeof packages, operations: string[]][];
const secrets: Calls[number] = ['SecretsManager', ['GetSecretValue']];

/** What each function asks AWS for. */
const functions: Record<string, Calls> = {
  site: [['DynamoDB', ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']], secrets],
  admin: [['DynamoDB', ['GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem', 'Query']], secrets],
  mailer: [
    ['DynamoDB', ['GetItem', 'PutItem', 'UpdateItem', 'Query']],
    ['SES', ['SendRawEmail', 'GetSendQuota']],
    secrets,
  ],
  'email-events': [['DynamoDB', ['GetItem', 'PutItem']]],
};

/** A handler that creates these SDK clients on load or on each call, and calls the given methods. */
function bareHandler(calls: Calls, { late }: { late: boolean }): BuildOptions {
  const commands = calls.flatMap(([, operations]) => operations.map((name) => `${name}Command`));
  const lines = [
    ...calls.map(([client, operations]) => {
      const names = [`${client}Client`, ...operations.map((name) => `${name}Command`)];
      return `import { ${names.join(', ')} } from '@aws-sdk/client-${packages[client]}';`;
    }),
    `const make = () => [${calls.map(([client]) => `new ${client}Client()`).join(', ')}];`,
    `const clients = ${late ? 'make' : '((made) => () => made)(make())'};`,
    `const commands = { ${commands.join(', ')} };`,
    'export async function handler({ client, command, input }) {',
    '  return clients()[client].send(new commands[command](input));',
    '}',
  ];
  return { stdin: { contents: lines.join('\n'), resolveDir: root } };
}

const credentials = '@aws-sdk/credential-provider-node';
const { mainFields, target, minify } = bundling;
const floor = { mainFields, alias: { [credentials]: shims[credentials] } };

/** How large each function is and how long Node takes to load it, against bundles of its clients alone. */
export const coldStart: Question = async ({ small }) => {
  const rounds = small ? 3 : 25;
  const folder = mkdtempSync(path.join(tmpdir(), 'retake-reminders-bundles-'));
  const bundles = [];
  for (const [name, calls] of Object.entries(functions))
    bundles.push({
      name,
      bare: await bundle(`${name}-bare`, bareHandler(calls, { late: false })),
      floor: await bundle(`${name}-floor`, { ...bareHandler(calls, { late: false }), ...floor }),
      later: await bundle(`${name}-later`, { ...bareHandler(calls, { late: true }), ...floor }),
      ours: await bundle(name, { entryPoints: [`lambdas/handlers/${name}.ts`], mainFields, alias: shims }),
    });
  const all = bundles.flatMap(({ bare, floor: least, later, ours }) => [bare, least, later, ours]);
  for (let round = 0; round < rounds; round += 1) for (const one of all) one.load();
  rmSync(folder, { recursive: true });

  const site = bundles.find(({ name }) => name === 'site')?.ours.kilobytes ?? Number.NaN;
  return {
    title: 'Cold start',
    targets: [
      ...bundles.flatMap(({ name, ours, bare, floor: least }) => [
        atMost(`Import time of ${name}, relative to bare`, ours.ms() / bare.ms(), 0.6),
        atMost(`Import time of ${name}, relative to floor`, ours.ms() / least.ms(), 1.25),
      ]),
      { what: 'Size of site, minified', reach: 'under 350 KB', measured: `${site.toFixed(1)} KB`, reached: site < 350 },
    ],
    text: [
      `The time to load each bundle in a fresh process is the median of ${rounds}; each round loads every bundle once, so that noise affects them all alike. *Bare* has only the SDK clients that the function uses, bundled with esbuild’s defaults, minified. *Floor* also prefers the packages’ ES modules and leaves out the chain of credential providers. Both create their clients while loading, as most projects do. Of ours, only email-events does; the others create theirs at the first call, once they have their keys. The last column compares them with a floor that also creates its clients at the first call.`,
      markdownTable(
        ['', 'bare', 'floor', 'ours', 'vs. bare', 'vs. floor', 'vs. floor with clients created later'],
        bundles.map(({ name, bare, floor: least, later, ours }) => [
          name,
          ...[bare, least, ours].map(({ kilobytes, ms }) => `${kilobytes.toFixed(0)} KB, ${ms().toFixed(1)} ms`),
          ...[bare, least, later].map(({ ms }) => (ours.ms() / ms()).toFixed(2)),
        ]),
      ),
      '[ADR 10](adr/0010-bundles.md) says what was left out, and what that saved. About two thirds of site is the SDK, Hono, and zod, and a fifth is our own pages, rules, styles, and scripts; admin also loads the login protocol, the API description, and CSV.',
    ].join('\n\n'),
  };

  async function bundle(name: string, options: BuildOptions) {
    const outfile = path.join(folder, `${name}.cjs`);
    const format = { bundle: true, platform: 'node', format: 'cjs', target, minify } as const;
    await build({ absWorkingDir: root, logLevel: 'error', ...format, ...options, outfile });
    const times: number[] = [];
    return {
      kilobytes: statSync(outfile).size / 1000,
      load: () => times.push(timeToLoad(outfile)),
      ms: () => times.toSorted((one, other) => one - other)[Math.floor(rounds / 2)] ?? Number.NaN,
    };
  }
};

function timeToLoad(file: string): number {
  const script = `const begun = performance.now(); require(${JSON.stringify(file)}); console.log(performance.now() - begun);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env: settings });
  const ms = Number(stdout);
  if (stdout === '' || Number.isNaN(ms)) throw new Error(stderr);
  return ms;
}
