import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { bundling, root, shims } from '../../lib/bundling.ts';
import { table as markdownTable } from './markdown.ts';
import { barPlot } from './plot.ts';
import type { Question } from './question.ts';
import { settings } from './service.ts';
import { median } from './statistics.ts';

const dynamoDb = (...commands: string[]) => ({
  client: 'DynamoDBClient',
  from: '@aws-sdk/client-dynamodb',
  commands: commands.map((command) => `${command}Command`),
});
const secrets = {
  client: 'SecretsManagerClient',
  from: '@aws-sdk/client-secrets-manager',
  commands: ['GetSecretValueCommand'],
};
const ses = {
  client: 'SESClient',
  from: '@aws-sdk/client-ses',
  commands: ['SendRawEmailCommand', 'GetSendQuotaCommand'],
};

/** What each function asks AWS for. */
const functions = {
  site: [dynamoDb('GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'), secrets],
  admin: [dynamoDb('GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem', 'Query'), secrets],
  mailer: [dynamoDb('GetItem', 'PutItem', 'UpdateItem', 'Query'), ses, secrets],
  'email-events': [dynamoDb('GetItem', 'PutItem')],
};

/** A handler that has these clients, from the start or made with each call, and calls what it is told to. */
function bareHandler(clients: (typeof functions)['site'], { late }: { late: boolean }): string {
  const commands = clients.flatMap((client) => client.commands);
  return [
    ...clients.map(
      (client) =>
        `import { ${[client.client, ...client.commands].join(', ')} } from '${client.from}';`,
    ),
    `const make = () => [${clients.map(({ client }) => `new ${client}()`).join(', ')}];`,
    `const clients = ${late ? 'make' : '((made) => () => made)(make())'};`,
    `const commands = { ${commands.join(', ')} };`,
    'export async function handler({ client, command, input }) {',
    '  return clients()[client].send(new commands[command](input));',
    '}',
  ].join('\n');
}

const { '@aws-sdk/credential-provider-node': credentials } = shims;

const everyBundle: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  logLevel: 'error',
  target: bundling.target,
  minify: bundling.minify,
};

const variantNames = ['bare', 'floor', 'later', 'ours'] as const;
type Bundle = {
  name: string;
  variant: (typeof variantNames)[number];
  file: string;
  times: number[];
};

/** How large each function is and how long Node takes to load it, against two bundles of its clients alone. */
export const coldStart: Question = async ({ small }) => {
  const rounds = small ? 3 : 25;
  const folder = mkdtempSync(path.join(tmpdir(), 'retake-reminders-bundles-'));
  const bundles: Bundle[] = [];
  for (const [name, clients] of Object.entries(functions)) {
    const handler = {
      stdin: { contents: bareHandler(clients, { late: false }), resolveDir: root },
    };
    const floor = {
      mainFields: bundling.mainFields,
      alias: { '@aws-sdk/credential-provider-node': credentials },
    };
    const variants: Record<Bundle['variant'], BuildOptions> = {
      bare: handler,
      floor: { ...handler, ...floor },
      later: {
        stdin: { contents: bareHandler(clients, { late: true }), resolveDir: root },
        ...floor,
      },
      ours: {
        entryPoints: [`lambdas/handlers/${name}.ts`],
        mainFields: bundling.mainFields,
        alias: shims,
      },
    };
    for (const variant of variantNames) {
      const file = path.join(folder, `${name}-${variant}.cjs`);
      await build({ ...everyBundle, ...variants[variant], outfile: file });
      bundles.push({ name, variant, file, times: [] });
    }
  }
  for (let round = 0; round < rounds; round += 1)
    for (const bundle of bundles) bundle.times.push(timeToLoad(bundle.file));

  const of = (name: string, variant: Bundle['variant']) => {
    const bundle = bundles.find((one) => one.name === name && one.variant === variant);
    if (bundle === undefined) throw new Error(`No bundle ${name}, ${variant}.`);
    return { ms: median(bundle.times), kilobytes: statSync(bundle.file).size / 1000 };
  };
  const names = Object.keys(functions);
  const measured = names.map((name) => ({
    name,
    bare: of(name, 'bare'),
    floor: of(name, 'floor'),
    later: of(name, 'later'),
    ours: of(name, 'ours'),
  }));

  const site = of('site', 'ours').kilobytes;
  rmSync(folder, { recursive: true });
  return {
    title: 'Cold start',
    targets: [
      ...measured.map(({ name, ours, bare, floor }) => ({
        what: `Import time of ${name}, of bare and of floor`,
        reach: 'at most 0.6 and 1.25',
        measured: `${(ours.ms / bare.ms).toFixed(2)} and ${(ours.ms / floor.ms).toFixed(2)}`,
        reached: ours.ms <= 0.6 * bare.ms && ours.ms <= 1.25 * floor.ms,
      })),
      {
        what: 'Size of site, minified',
        reach: 'under 350 KB',
        measured: `${site.toFixed(1)} KB`,
        reached: site < 350,
      },
    ],
    text: [
      `Time to load each bundle in a fresh process, the middle of ${rounds}, one bundle after the other in each round, so that noise meets all alike. *Bare* has just the SDK’s clients that the function uses, in esbuild’s defaults and minified; *floor* the same with packages’ ES modules preferred and the chain of credential providers left out. Both make their clients when they are loaded, as most projects do; ours makes them then in email-events alone, and elsewhere with the first call, once it has its keys. Against a floor that makes them with the first call too, the last column tells.`,
      markdownTable(
        ['', 'bare', 'floor', 'ours', 'of bare', 'of floor', 'of floor, clients made later'],
        measured.map(({ name, bare, floor, later, ours }) => [
          name,
          ...[bare, floor, ours].map(
            ({ kilobytes, ms }) => `${kilobytes.toFixed(0)} KB, ${ms.toFixed(1)} ms`,
          ),
          (ours.ms / bare.ms).toFixed(2),
          (ours.ms / floor.ms).toFixed(2),
          (ours.ms / later.ms).toFixed(2),
        ]),
      ),
      'What was left out, and what it gave, is in [ADR 15](adr/0015-less-to-load.md). What stands in the way of less: about two thirds of site is the SDK, Hono and zod, and a fifth our own pages, rules, style and script; admin also loads the login’s protocol, the API’s description and CSV.',
    ].join('\n\n'),
    plot: barPlot({
      title: 'Time to load each function',
      unit: 'milliseconds',
      groups: measured.map(({ name, bare, floor, ours }) => ({
        label: name,
        bars: [
          { name: 'bare', value: bare.ms },
          { name: 'floor', value: floor.ms },
          { name: 'ours', value: ours.ms },
        ],
      })),
    }),
  };
};

function timeToLoad(file: string): number {
  const script = `const begun = performance.now(); require(${JSON.stringify(file)}); console.log(performance.now() - begun);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    env: settings,
  });
  const ms = Number(stdout);
  if (stdout === '' || Number.isNaN(ms)) throw new Error(stderr);
  return ms;
}
