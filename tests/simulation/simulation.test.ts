import { expect, test } from 'vitest';
import { plantedBugs as inTheRules } from '../model/planted-bugs.ts';
import { edited } from '../support/planting.ts';
import { isThorough } from '../support/thorough.ts';
import { plantedBugs } from './planted-bugs.ts';
import { simulate } from './simulation.ts';

const seeds = isThorough ? 500 : 60;

test(`under ${seeds} seeds of faults no email is lost, and none is sent twice without a lost event`, {
  timeout: 120_000,
}, async () => {
  let sent = 0;
  let sentTwice = 0;
  // A run throws where a rule is broken.
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { counts } = await simulate(seed);
    sent += counts['taken by SES'];
    sentTwice += counts['sent twice'];
  }
  expect(sent).toBeGreaterThan(seeds);
  expect(sentTwice).toBeGreaterThan(0);
});

test('a seed replays its run exactly, and another one does not', async () => {
  const [first, again, other] = [await simulate(7), await simulate(7), await simulate(8)];

  expect(again).toEqual(first);
  expect(other.hash).not.toBe(first.hash);
});

// Run by `npm run simulate:mutations`, which takes hours, and by `npm run model -- --planted`; here, only that
// each of them still can be.
test.each([...plantedBugs, ...inTheRules])('the bug “$name” can be planted', ({ edits }) => {
  for (const [file, edit] of Object.entries(edits)) expect(() => edited(file, edit)).not.toThrow();
});
