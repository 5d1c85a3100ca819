import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../lib/bundling.ts';
import { coldStart } from './cold-start.ts';
import { growth } from './growth.ts';
import { localDelay } from './local-delay.ts';
import { pages } from './pages.ts';
import { type Answer, markdownTable, type Question } from './report.ts';
import { throughput } from './throughput.ts';

const questions: Record<string, Question> = {
  'cold-start': coldStart,
  throughput,
  growth,
  pages,
  'local-delay': localDelay,
};
const file = path.join(root, 'docs/benchmarks.md');

const { values, positionals } = parseArgs({
  options: { small: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !(name in questions));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are: ${Object.keys(questions).join(', ')}.`);
  process.exit(1);
}

for (const [name, ask] of Object.entries(questions)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.log(`\n${name} …`);
  const begun = performance.now();
  const answer = await ask(values);
  console.log(`${Math.round((performance.now() - begun) / 1000)} seconds`);
  for (const { what, reach, measured, reached } of answer.targets)
    console.log(`${reached ? 'reached' : 'MISSED '}  ${what}: ${measured} (${reach})`);
  if (!values.small) replaceSection(answer.title, sectionOf(name, answer));
}
// What autocannon and the clients leave open would keep this process alive.
process.exit(0);

/** Of the document, each question writes its own section and leaves the others as they were measured. */
function replaceSection(title: string, section: string) {
  const sections = readFileSync(file, 'utf8').split(/^(?=## )/m);
  const place = sections.findIndex((one) => one.startsWith(`## ${title}\n`));
  if (place < 0) throw new Error(`${file} has no section "${title}".`);
  const isLast = place === sections.length - 1;
  writeFileSync(file, sections.with(place, isLast ? section : `${section}\n`).join(''));
}

function sectionOf(name: string, { title, targets, text }: Answer): string {
  const on = new Date().toISOString().slice(0, 10);
  const machine = `Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}) shared with other work`;
  return `${[
    `## ${title}`,
    `\`npm run bench -- ${name}\`, measured ${on} on ${machine}`,
    markdownTable(
      ['what', 'target', 'measured', ''],
      targets.map(({ what, reach, measured, reached }) => [what, reach, measured, reached ? 'reached' : '**missed**']),
    ),
    text,
  ].join('\n\n')}\n`;
}
