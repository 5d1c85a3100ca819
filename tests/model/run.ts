import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { startLocalService } from '../support/local-service.ts';
import { plantEach } from '../support/planting.ts';
import { coreService } from './core-service.ts';
import { compare, lives } from './lives.ts';
import { plantedBugs } from './planted-bugs.ts';
import { runningService } from './running-service.ts';

const { values } = parseArgs({
  options: {
    lives: { type: 'string' },
    seed: { type: 'string', default: '1' },
    path: { type: 'string' },
    'in-process': { type: 'boolean', default: false },
    planted: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
if (values.planted) {
  plantEach(plantedBugs, ['tests/model/run.ts', '--in-process'], values.only);
  process.exit();
}
const numRuns = Number(values.lives ?? (values['in-process'] ? 20_000 : 200));
const begun = performance.now();
const service = values['in-process']
  ? undefined
  : await startLocalService({ SIGN_UPS_PER_HOUR: '100000', SIGN_UPS_PER_SOURCE_PER_HOUR: '100000' });
let count = 0;
const property = fc.asyncProperty(lives, async (life) => {
  if (service === undefined) return void (await compare(life, coreService()));
  const { candidate, end } = await runningService(service, `life-${++count}@example.com`);
  const mails = await compare(life, candidate);
  const arrived = await end();
  if (arrived !== mails) throw new Error(`emails: the model says ${mails}, the mailbox has ${arrived}`);
});
const seed = Number(values.seed);
const result = await fc.check(property, { numRuns, seed, ...(values.path && { path: values.path }) });
const { failed, counterexamplePath: path, errorInstance } = result;
if (failed) console.error(`Seed ${seed}: ${errorInstance}\n  --seed ${seed} --path ${path}`);
const seconds = ((performance.now() - begun) / 1000).toFixed(1);
console.log(`${result.numRuns} lives, ${failed ? 'a' : 'no'} disagreement, ${seconds} s`);
await service?.stop();
if (failed) process.exitCode = 1;
