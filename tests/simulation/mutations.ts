import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Mutation, mutations } from './planted-bugs.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '5000' }, only: { type: 'string' } } });
const project = join(dirname(fileURLToPath(import.meta.url)), '../..');
const secondsAtMost = 480;

/** What the simulation says of the code with these edits: how long it took to see that it is wrong. */
async function judge({ edits }: Mutation): Promise<{ seed?: string; rule: string }> {
  const copy = mkdtempSync(join(tmpdir(), 'mutation-'));
  try {
    for (const folder of ['lambdas', 'tests/simulation', 'tests/support', 'types'])
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
    const { code, output } = await run(copy);
    if (code === 0) return { rule: 'NOT CAUGHT' };
    const [, seed, rule] = /^Seed (\d+): (.+)$/m.exec(output) ?? [];
    if (seed && rule) return { seed, rule };
    return { rule: code === null ? 'NOT CAUGHT: no end in sight' : `NO VERDICT: ${output.slice(0, 300)}` };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function run(cwd: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'tests/simulation/run.ts', '--seeds', values.seeds], {
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

const chosen = mutations.filter(({ name }) => !values.only || name.includes(values.only));
let caught = 0;
for (const mutation of chosen) {
  const { seed, rule } = await judge(mutation);
  if (seed) caught += 1;
  console.log(`${mutation.name}: ${mutation.standsFor}`);
  console.log(seed ? `  caught by seed ${seed}: ${rule}` : `  ${rule}`);
}
console.log(`${caught} of ${chosen.length} caught`);
if (caught < chosen.length) process.exitCode = 1;
