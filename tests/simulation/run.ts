import { parseArgs } from 'node:util';
import { plantEach } from '../support/planting.ts';
import { plantedBugs } from './planted-bugs.ts';
import { simulate } from './simulation.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'string', default: '40' },
    planted: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
if (values.planted) {
  plantEach(plantedBugs, ['tests/simulation/run.ts', '--seeds', values.seeds ?? '5000'], values.only);
  process.exit();
}

const first = Number(values.seed ?? values.from);
const count = values.seed ? 1 : Number(values.seeds ?? 2000);
const begun = performance.now();
const totals = new Map<string, number>();
const add = (counts: Record<string, number>) => {
  for (const [name, times] of Object.entries(counts)) totals.set(name, (totals.get(name) ?? 0) + times);
};
for (let seed = first; seed < first + count; seed += 1) {
  const { hash, counts, faults } = await simulate(seed, Number(values.trace));
  add({ seeds: 1, ...counts, faults: Object.values(faults).reduce((sum, times) => sum + times, 0) });
  add(Object.fromEntries(Object.entries(faults).map(([name, times]) => [`  ${name}`, times])));
  if (values.seed) console.log(`trace ${hash}`);
}
for (const [name, times] of totals) console.log(`${String(times).padStart(9)}  ${name}`);
console.log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(9)}  seconds`);
