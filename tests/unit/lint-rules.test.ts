import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

const layers = 'noRestrictedImports';
const assertion = 'no-type-assertion';
const clock = 'no-clock-in-core';
const globals = 'noRestrictedGlobals';
const waiting = 'no-async-in-core';
const dropping = 'no-dropped-email';

/** A folder, code in it, and the rules that refuse it, if any do. */
type Row = [folder: string, code: string, ...rules: string[]];

/** The layers, and those that each may import from. */
const mayUse: Record<string, string[]> = {
  core: ['core'],
  services: ['core', 'services'],
  web: ['core', 'services', 'web'],
  adapters: ['core', 'services', 'adapters'],
  handlers: ['core', 'services', 'web', 'adapters', 'handlers'],
};

function pairs(are: (pair: [from: string, to: string]) => boolean): [string, string][] {
  const names = Object.keys(mayUse);
  return names.flatMap((from) => names.map((to): [string, string] => [from, to])).filter(are);
}

function importing(layer: string, ...names: string[]): Row[] {
  return names.map((name) => [`lambdas/${layer}`, `export { a } from '${name}';`, layers]);
}

function inCore(rule: string, ...expressions: string[]): Row[] {
  return expressions.map((one) => ['lambdas/core', `export const a = () => ${one};`, rule]);
}

const rows: Row[] = [
  ...pairs(([from, to]) => !mayUse[from]?.includes(to)).flatMap(([from, to]): Row[] => [
    [`lambdas/${from}`, `export { a } from '../${to}/a.ts';`, layers],
    [`lambdas/${from}`, `export type { A } from '../${to}/a.ts';`, layers],
    [
      `lambdas/${from}`,
      `export const a = await import('../${to}/a.ts');`,
      layers,
      ...(from === 'core' ? [waiting] : []),
    ],
    [`lambdas/${from}`, `export { a } from '../${to}';`, layers],
    [`lambdas/${from}/deeper`, `export { a } from '../../${to}/deeper/a.tsx';`, layers],
    [`lambdas/${from}`, `export type A = import('../${to}/a.ts').A;`, 'no-inline-import-type'],
  ]),
  ...pairs(([from, to]) => Boolean(mayUse[from]?.includes(to))).flatMap(([from, to]): Row[] => [
    [`lambdas/${from}`, `export { a } from '../${to}/a.ts';`],
    [`lambdas/${from}/deeper`, `export { a } from '../../${to}/a.ts';`],
  ]),
  ...Object.keys(mayUse).flatMap((from): Row[] => [
    [`lambdas/${from}`, "export { a } from '../../bin/local.ts';", layers],
    [`lambdas/${from}`, "export { a } from '../../lib/stack.ts';", layers],
    [`lambdas/${from}`, "export { a } from '../../tests/support/a.ts';", layers],
  ]),
  ['lambdas', "export { a } from '../bin/local.ts';", layers],
  ['bin', "export { a } from '../lambdas/handlers/a.ts';"],

  ...importing('core', 'hono', 'hono/html', '@hono/node-server', '@aws-sdk/client-ses', '@smithy/node-http-handler'),
  ...importing('core', '@aws-lambda-powertools/logger', 'node:crypto', 'node:fs/promises'),
  ...importing('services', 'hono', '@aws-sdk/client-ses', 'node:crypto'),
  ...importing('web', '@aws-sdk/client-ses', '@smithy/node-http-handler'),
  ['lambdas/core', "export { readFile } from 'fs';", 'useNodejsImportProtocol'],
  ['lambdas/web', "export { Hono } from 'hono';"],
  ['lambdas/adapters', "export { SESClient } from '@aws-sdk/client-ses';"],

  ...['lambdas/core', 'lambdas/web', 'bin', 'lib'].flatMap((folder): Row[] => [
    [folder, 'export const a = (b: object) => b as string[];', assertion],
    [folder, 'export const a = (b: object) => <string[]>b;', assertion],
    [folder, 'export const a = (b?: string) => b!;', 'noNonNullAssertion'],
    [folder, 'export const a = (b: any) => b;', 'noExplicitAny'],
    [folder, "export const a = ['b'] as const;"],
    [folder, "export const a = { b: 'c' } satisfies object;"],
  ]),
  ['lambdas/web', 'export const a = (b: object) => <p>{b as string}</p>;', assertion],
  ['lambdas/core', 'export const a = (b: object) => <p>{b as string}</p>;', assertion],
  ['tests/unit', 'export const a = (b: object) => b as string[];'],
  ['tests/unit', 'export const a = (b?: string) => b!;'],

  ...inCore(
    clock,
    'Date.now()',
    'Date.now',
    'new Date()',
    'new Date',
    'Date()',
    'Math.random()',
    'crypto.randomUUID()',
  ),
  ...inCore(clock, 'new TZDate()', 'new TZDate', "TZDate.tz('America/Chicago')", 'crypto.getRandomValues([])'),
  ...inCore(globals, 'performance.now()', 'process.env.A', 'globalThis.Date.now()'),
  ['lambdas/core', 'export const { env } = process;', globals],
  ['lambdas/core', "export const a = () => Date['now']();", 'useLiteralKeys'],
  ['lambdas/core', "export { isToday } from 'date-fns';", layers],
  ['lambdas/core', "export { isToday } from 'date-fns/isToday';", layers],
  ['lambdas/core', "export { isPast, isFuture, isThisWeek } from 'date-fns';", layers],
  ['lambdas/core', "export { formatDistanceToNowStrict } from 'date-fns';", layers],
  ['lambdas/core', "export { addDays } from 'date-fns';"],
  ['lambdas/core', "export const a = new Date('2026-03-02T00:00:00.000Z');"],
  ['lambdas/core', "export const a = (b: number) => TZDate.tz('America/Chicago', b);"],
  ['lambdas/core', 'export const a = (b: number) => new Date(2026, b).getTime();'],
  ['lambdas/core', 'export const a = (process: { env: string }) => process.env;'],
  ['lambdas/adapters', 'export const a = () => [Date.now(), process.env.A];'],

  ['lambdas/core', 'export async function a() {\n  return 1;\n}', waiting],
  ['lambdas/core', 'export const a = async () => 1;', waiting],
  ['lambdas/core', 'export const a = { async b() {\n  return 1;\n} };', waiting],
  ['lambdas/core', 'export const a = (b: Promise<string>) => [b];', waiting],
  ['lambdas/core', 'export const a = () => Promise.resolve(1);', waiting],
  ['lambdas/core', 'export interface A {\n  b(): AsyncIterable<string>;\n}', waiting],
  ['lambdas/services', 'export const a = async () => 1;'],

  ...['lambdas/core', 'lambdas/services'].flatMap((folder): Row[] => [
    [folder, 'export const a = (b: { emails: string[] }) => ({ ...b, emails: [] });', dropping],
    [folder, 'export const a = (b: { emails: string[] }, emails: string[]) => ({ c: 1, ...b, emails });', dropping],
    [folder, 'export const a = (b: object, emails: string[]) => ({ ...b, c: { emails } });'],
  ]),

  ['lambdas/web', "import { A } from '../core/a.ts';\nexport const b = (c: A) => c;", 'useImportType'],
  ['lambdas/web', 'export const a = async () => 1;\nexport const b = () => { a(); };', 'noFloatingPromises'],
  ['lambdas/web', 'export const a = async () => true;\nexport const b = () => (a() ? 1 : 2);', 'noMisusedPromises'],
];

const cases = rows.map(([folder, code, ...rules], index) => ({
  title: `${rules[0] ?? 'nothing'} complains in ${folder} of: ${code.slice(0, 80)}`,
  file: `${folder}/case-${index}.${code.includes('</') ? 'tsx' : 'ts'}`,
  code,
  rules,
}));

let copy: string;
let complaints: Map<string, Set<string>>;

beforeAll(() => {
  copy = mkdtempSync(path.join(os.tmpdir(), 'lint-rules-'));
  for (const name of ['biome.json', 'lint']) {
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  }
  for (const { file, code } of cases) {
    mkdirSync(path.join(copy, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(copy, file), `${code}\n`);
  }
  writeFileSync(path.join(copy, 'lambdas/core/one.ts'), cycle('one', 'another'));
  writeFileSync(path.join(copy, 'lambdas/core/another.ts'), cycle('another', 'one'));
  complaints = lint(copy);
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('the rules of the linter', () => {
  test.each(cases)('$title', ({ file, rules }) => {
    expect([...(complaints.get(file) ?? [])].sort()).toEqual(rules.sort());
  });

  test('noImportCycles complains of two files that import each other', () => {
    expect(complaints.get('lambdas/core/one.ts')).toEqual(new Set(['noImportCycles']));
  });
});

test('no function has more than 80 lines', () => {
  const functions = sources().flatMap((file) => functionsIn(file));
  const long = functions.filter(({ lines }) => lines > 80);

  expect(functions.length).toBeGreaterThan(500);
  expect(long).toEqual([]);
});

test('no two source files share a stem, so that a name leads to one file', () => {
  const stems = sources().map((file) => path.parse(file).name);
  const shared = stems.filter((stem, index) => stems.indexOf(stem) !== index);

  expect(stems.length).toBeGreaterThan(100);
  expect(shared).toEqual([]);
});

function sources(): string[] {
  return ['bin', 'lib', 'lambdas'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'tsconfig.json')
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );
}

/**
 * The declared functions, methods and constructors of a formatted file: each ends with the first brace
 * that stands as far in as it began. (Biome's own rule leaves out many lines when it counts.)
 */
function functionsIn(file: string): { name: string; lines: number }[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, start) => {
    const declared = /^(\s*)(?:export )?(?:async )?(?:function\*? ?(\w+)|(constructor)|private (\w+))[(<]/.exec(line);
    if (!declared) return [];
    const length = lines.slice(start).indexOf(`${declared[1]}}`) + 1;
    return [{ name: `${path.basename(file)}: ${declared.slice(2).join('')}`, lines: length }];
  });
}

function cycle(name: string, other: string): string {
  return `import { ${other} } from './${other}.ts';\nexport const ${name} = () => ${other};\n`;
}

/** The rules that complain of an error, by file. */
function lint(folder: string): Map<string, Set<string>> {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
  const { stdout } = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { severity: string; category: string; message: string; location: { path: string } }[];
  };
  const found = new Map<string, Set<string>>();
  for (const { severity, category, message, location } of diagnostics) {
    if (severity !== 'error') continue;
    const rule = category === 'plugin' ? pluginThatSays(message) : path.posix.basename(category);
    found.set(location.path, (found.get(location.path) ?? new Set()).add(rule));
  }
  return found;
}

/** Biome reports every plugin as "plugin"; the message tells which. */
function pluginThatSays(message: string): string {
  const plugins = path.join(root, 'lint');
  const file = readdirSync(plugins).find((name) => readFileSync(path.join(plugins, name), 'utf8').includes(message));
  return path.basename(file ?? 'unknown', '.grit');
}
