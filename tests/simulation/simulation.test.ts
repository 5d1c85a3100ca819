import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mutations as ofTheModel } from '../model/planted-bugs.ts';
import { isThorough } from '../support/thorough.ts';
import { mutations } from './planted-bugs.ts';
import { type Result, simulate } from './simulation.ts';

const seeds = isThorough ? 500 : 60;

test(`under ${seeds} seeds of faults no mail is lost, and none is doubled without a lost event`, {
  timeout: 120_000,
}, async () => {
  const results: Result[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) results.push(await simulate(seed));

  const sum = (of: (result: Result) => number) => results.reduce((total, result) => total + of(result), 0);
  expect(sum(({ lost }) => lost)).toBe(0);
  expect(sum(({ doubled }) => doubled.unexplained)).toBe(0);
  expect(sum(({ doubled }) => doubled.explained)).toBeGreaterThan(0);
  expect(sum(({ copies }) => copies)).toBeGreaterThan(seeds);
});

test('a seed replays its run exactly, and another one does not', async () => {
  const [first, again, other] = [await simulate(7), await simulate(7), await simulate(8)];

  expect(again).toEqual(first);
  expect(other.hash).not.toBe(first.hash);
});

// Run by `npm run simulate:mutations`, which takes hours, and by `npm run model -- --planted`; here, only that
// each of them still can be.
test.each([...mutations, ...ofTheModel])('the bug “$name” can be planted', ({ edits }) => {
  for (const { file, from } of edits)
    expect(readFileSync(file, 'utf8').split(from), `${file}: ${from}`).toHaveLength(2);
});
