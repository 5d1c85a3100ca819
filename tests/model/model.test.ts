import fc from 'fast-check';
import { test } from 'vitest';
import { runs } from '../support/thorough.ts';
import { coreService } from './core-service.ts';
import { compare, lives } from './lives.ts';

const count = runs(8000);

test(`the rules agree with a model of them through ${count} random lives`, { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(lives, async (life) => void (await compare(life, coreService()))),
    { numRuns: count, seed: 1 },
  );
});
