import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../lib/bundling.ts';
import { coldStart } from './cold-start.ts';
import { cost } from './cost.ts';
import { growth } from './growth.ts';
import { latency } from './latency.ts';
import { table } from './markdown.ts';
import { pages } from './pages.ts';
import type { Answer, Question } from './question.ts';
import { throughput } from './throughput.ts';

const questions: Record<string, Question> = {
  'cold-start': coldStart,
  throughput,
  growth,
  cost,
  pages,
  latency,
};

/** What each question was last answered; of those not asked this time, the answer before stays. */
type Kept = Record<string, Omit<Answer, 'plot'> & { on: string; seconds: number }>;

const folder = path.join(root, 'docs/benchmarks');
const keptFile = path.join(folder, 'last-measured.json');

const { values, positionals } = parseArgs({
  options: { small: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !(name in questions));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are: ${Object.keys(questions).join(', ')}.`);
  process.exit(1);
}

mkdirSync(folder, { recursive: true });
for (const [name, ask] of Object.entries(questions)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.log(`\n${name} …`);
  const begun = performance.now();
  const { plot, ...answer } = await ask(values);
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log(`${seconds} seconds`);
  for (const { what, reach, measured, reached } of answer.targets)
    console.log(`${reached ? 'reached' : 'MISSED '}  ${what}: ${measured} (${reach})`);
  if (values.small) continue;
  const kept = { ...keptAnswers(), [name]: { ...answer, on: today(), seconds } };
  writeFileSync(keptFile, `${JSON.stringify(kept, undefined, 2)}\n`);
  writeFileSync(path.join(folder, `${name}.svg`), plot);
  writeFileSync(path.join(root, 'docs/benchmarks.md'), document(kept));
}
// What autocannon and the clients leave open would keep this process.
process.exit(0);

function keptAnswers(): Kept {
  try {
    return JSON.parse(readFileSync(keptFile, 'utf8')) as Kept;
  } catch {
    return {};
  }
}

function document(kept: Kept): string {
  const answered = Object.keys(questions).flatMap((name) => {
    const answer = kept[name];
    return answer ? [{ name, ...answer }] : [];
  });
  const seconds = answered.reduce((sum, answer) => sum + answer.seconds, 0);
  return `${[
    '# Benchmarks',
    `Written by \`npm run bench\`, which took ${Math.round(seconds / 60)} minutes on Node ${process.versions.node} and ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}) that other work shared. Metrics of one question come from one run; only ratios within a run mean anything elsewhere. \`npm run bench -- growth\` asks one question, \`--small\` looks whether all still runs and writes nothing.`,
    table(
      ['target', 'to reach', 'measured', ''],
      answered.flatMap(({ targets }) =>
        targets.map(({ what, reach, measured, reached }) => [
          what,
          reach,
          measured,
          reached ? 'reached' : '**missed**',
        ]),
      ),
    ),
    ...answered.flatMap(({ name, title, on, text }) => [
      `## ${title}`,
      `\`npm run bench -- ${name}\`, ${on}`,
      `![${title}](benchmarks/${name}.svg)`,
      text,
    ]),
  ].join('\n\n')}\n`;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
