import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export type Edit = { file: string; from: string; to: string };
/** A change of the code that makes it wrong. A check is worth what it finds of them. */
export type Mutation = { name: string; standsFor: string; edits: Edit[] };

export function one(name: string, standsFor: string, file: string, { from, to }: Omit<Edit, 'file'>): Mutation {
  return { name, standsFor, edits: [{ file, from, to }] };
}

const project = resolve(import.meta.dirname, '../..');
const secondsAtMost = 480;

/** Runs the check, which names the seed it fails for, on a copy of the code with each of the changes. */
export async function plantEach(mutations: readonly Mutation[], check: string[], only = ''): Promise<void> {
  const chosen = mutations.filter(({ name }) => name.includes(only));
  let caught = 0;
  for (const mutation of chosen) {
    const begun = performance.now();
    const { seed, rule } = await judge(mutation, check);
    if (seed) caught += 1;
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    console.log(`${mutation.name}: ${mutation.standsFor}`);
    console.log(seed ? `  caught by seed ${seed} in ${seconds} s: ${rule}` : `  ${rule}`);
  }
  console.log(`${caught} of ${chosen.length} caught`);
  if (caught < chosen.length) process.exitCode = 1;
}

/** What the check says of the code with these edits: how long it took to see that it is wrong. */
async function judge({ edits }: Mutation, check: string[]): Promise<{ seed?: string; rule: string }> {
  const copy = mkdtempSync(join(tmpdir(), 'mutation-'));
  try {
    for (const folder of ['bin', 'lambdas', 'lib', 'tests', 'types'])
      cpSync(join(project, folder), join(copy, folder), { recursive: true });
    for (const file of ['package.json', 'tsconfig.json']) cpSync(join(project, file), join(copy, file));
    symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
    for (const { file, from, to } of edits) {
      const text = readFileSync(join(copy, file), 'utf8');
      if (text.split(from).length !== 2) return { rule: `NOT APPLIED: ${file} has no such line` };
      writeFileSync(
        join(copy, file),
        text.replace(from, () => to),
      );
    }
    const { code, output } = await run(copy, check);
    if (code === 0) return { rule: 'NOT CAUGHT' };
    const [, seed, rule] = /^Seed (\d+): (.+)$/m.exec(output) ?? [];
    if (seed && rule) return { seed, rule };
    return { rule: code === null ? 'NOT CAUGHT: no end in sight' : `NO VERDICT: ${output.slice(0, 300)}` };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function run(cwd: string, check: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...check], {
    cwd,
    timeout: secondsAtMost * 1000,
    killSignal: 'SIGKILL',
  });
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    output += text;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}
