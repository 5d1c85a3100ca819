import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What stands in a file once, and what is put in its place. */
type Edit = [from: string, to: string];
/** A change of the code that makes it wrong: an edit of each of these files. */
export type PlantedBug = { name: string; edits: Record<string, Edit> };

/** Bugs that one edit of this file makes, by their names. */
export function bugsIn(file: string, edits: Record<string, Edit>): PlantedBug[] {
  return Object.entries(edits).map(([name, edit]) => ({ name, edits: { [file]: edit } }));
}

const project = resolve(import.meta.dirname, '../..');
const secondsAtMost = 480;

/** Runs the check, which names the seed it fails for, on a copy of the code with each of the bugs. */
export function plantEach(bugs: readonly PlantedBug[], check: string[], only = ''): void {
  const chosen = bugs.filter(({ name }) => name.includes(only));
  const copy = mkdtempSync(join(tmpdir(), 'planted-'));
  let caught = 0;
  try {
    for (const name of ['bin', 'lambdas', 'lib', 'tests', 'types', 'package.json', 'tsconfig.json'])
      cpSync(join(project, name), join(copy, name), { recursive: true });
    symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
    for (const { name, edits } of chosen) {
      const begun = performance.now();
      for (const [file, edit] of Object.entries(edits)) writeFileSync(join(copy, file), edited(file, edit));
      const verdict = verdictOf(copy, check);
      for (const file of Object.keys(edits)) cpSync(join(project, file), join(copy, file));
      if (verdict.startsWith('caught')) caught += 1;
      console.log(`${name}\n  ${verdict} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  console.log(`${caught} of ${chosen.length} caught`);
  if (caught < chosen.length) process.exitCode = 1;
}

/** The file with the edit, which must have one place there. */
export function edited(file: string, [from, to]: Edit): string {
  const [before, after, ...others] = readFileSync(join(project, file), 'utf8').split(from);
  if (before === undefined || after === undefined || others.length > 0)
    throw new Error(`${file} does not have this once: ${from}`);
  return before + to + after;
}

function verdictOf(cwd: string, check: string[]): string {
  const limits = { timeout: secondsAtMost * 1000, killSignal: 'SIGKILL' } as const;
  const node = spawnSync(process.execPath, ['--import', 'tsx', ...check], { cwd, encoding: 'utf8', ...limits });
  const [, seed, rule] = /Seed (\d+): (.+)$/m.exec(node.stderr) ?? [];
  if (node.status === 0) return 'NOT CAUGHT';
  if (node.status === null) return 'NOT CAUGHT: no end in sight';
  return seed ? `caught by seed ${seed}: ${rule}` : `NO VERDICT: ${node.stderr.slice(0, 300)}`;
}
