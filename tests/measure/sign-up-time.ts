import { performance } from 'node:perf_hooks';
import { startLocalService, tokenIn } from '../support/local-service.ts';

/**
 * Does the time that a sign-up takes tell whether the address is known? Known and unknown addresses
 * in turn, in one run against one service. A second series of unknown ones shows how far two medians
 * of the same thing lie apart.
 */
const rounds = 1500;
const service = await startLocalService({
  SIGN_UPS_PER_SOURCE_PER_HOUR: '999999',
  SIGN_UPS_PER_HOUR: '999999',
});
const form = {
  name: 'Ana',
  attemptDate: new Date(Date.now() - 24 * 60 * 60 * 1000).toISOString().slice(0, 10),
  attemptNumber: '1',
  membership: 'member',
  timeZone: 'UTC',
  consent: 'yes',
};
const known = 'known@example.com';
await service.post('/sign-up', { ...form, email: known });
const confirmation = await service.arrival(known, 'Please confirm your email address');
await service.post('/confirm', { token: tokenIn(confirmation) });

const times = { known: [] as number[], unknown: [] as number[], unknownAgain: [] as number[] };
for (let round = 0; round < rounds; round += 1) {
  times.known.push(await timeOf(known));
  times.unknown.push(await timeOf(`a${round}@example.com`));
  times.unknownAgain.push(await timeOf(`b${round}@example.com`));
}
await service.stop();

const [a, b, c] = [median(times.known), median(times.unknown), median(times.unknownAgain)];
console.log(`Median over ${rounds} sign-ups each, in milliseconds:`);
console.log(`  known ${a.toFixed(3)}, unknown ${b.toFixed(3)}, unknown again ${c.toFixed(3)}`);
console.log(
  `  known / unknown ${(a / b).toFixed(3)}; unknown again / unknown ${(c / b).toFixed(3)}`,
);

async function timeOf(email: string): Promise<number> {
  const started = performance.now();
  await service.post('/sign-up', { ...form, email });
  return performance.now() - started;
}

function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
