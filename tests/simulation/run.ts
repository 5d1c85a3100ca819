import { parseArgs } from 'node:util';
import { type Fault, type Result, SimulationFailure, simulate } from './simulation.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'string', default: '40' },
  },
});

const first = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const begun = performance.now();
const results: Result[] = [];
try {
  for (let seed = first; seed < first + count; seed += 1) results.push(await simulate(seed, Number(values.trace)));
} catch (error) {
  if (!(error instanceof SimulationFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

const sum = (of: (result: Result) => number) => results.reduce((total, result) => total + of(result), 0);
const faults = new Map<string, number>();
for (const result of results)
  for (const name of Object.keys(result.faults) as Fault[])
    faults.set(name, (faults.get(name) ?? 0) + (result.faults[name] ?? 0));

console.log(`seeds            ${results.length}`);
console.log(`steps            ${sum(({ steps }) => steps)}`);
console.log(`actions          ${sum(({ actions }) => actions)}`);
console.log(`mails            ${sum(({ mails }) => mails)}`);
console.log(`taken by SES     ${sum(({ copies }) => copies)}`);
console.log(`doubled          ${sum((one) => one.doubled.explained)} explained by a lost or late`);
console.log(`                 event, ${sum((one) => one.doubled.unexplained)} unexplained`);
console.log(`lost             ${sum(({ lost }) => lost)}`);
console.log(`conflicts        ${sum((one) => one.conflicts)}`);
console.log(`faults           ${[...faults.values()].reduce((one, other) => one + other, 0)}`);
for (const [name, times] of [...faults].sort()) console.log(`  ${String(times).padStart(7)}  ${name}`);
if (count === 1) console.log(`trace            ${results[0]?.hash ?? 'broken off'}`);
console.log(`seconds          ${((performance.now() - begun) / 1000).toFixed(1)}`);
