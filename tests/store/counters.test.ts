import { beforeEach, describe, expect, it } from 'vitest';
import { confirmationCounts } from '../../lambdas/adapters/dynamodb/confirmation-counts.ts';
import type { ConfirmationCounter } from '../../lambdas/services/ports.ts';
import { memoryConfirmations } from '../support/memory-counters.ts';
import { tablesForTests } from '../support/suite-tables.ts';

const tables = await tablesForTests();
const none = { sent: 0, bounced: 0, complained: 0 };

describe.each([
  ['in DynamoDB', async () => confirmationCounts(tables.client, await tables.create())],
  ['in memory', async () => memoryConfirmations()],
])('the totals of confirmations %s', (_where, start) => {
  let counter: ConfirmationCounter;
  beforeEach(async () => {
    counter = await start();
  });

  it('are none at first', async () => {
    expect(await counter.lastDay('2026-11-23T15:20:00.000Z')).toEqual(none);
  });

  it('are of this hour and the 23 before, and no later ones where the clock was set back', async () => {
    await counter.count('bounced', '2026-11-22T15:59:59.999Z');
    await counter.count('bounced', '2026-11-22T16:00:00.000Z');
    await counter.count('sent', '2026-11-23T03:00:00.000Z');
    await counter.count('complained', '2026-11-23T15:10:00.000Z');
    await counter.count('sent', '2026-11-23T15:10:00.000Z');
    const totalsAt = (at: string) => counter.lastDay(at);
    expect(await totalsAt('2026-11-23T15:20:00.000Z')).toEqual({ sent: 2, bounced: 1, complained: 1 });
    expect(await totalsAt('2026-11-23T16:00:00.000Z')).toEqual({ sent: 2, bounced: 0, complained: 1 });
    expect(await totalsAt('2026-11-23T14:59:00.000Z')).toMatchObject({ sent: 1, complained: 0 });
    expect(await totalsAt('2026-12-23T15:20:00.000Z')).toEqual(none);
  });

  it('miss nothing that happens at the same moment', async () => {
    const at = '2026-11-23T15:20:00.000Z';
    await Promise.all(Array.from({ length: 20 }, () => counter.count('sent', at)));
    await Promise.all(Array.from({ length: 20 }, () => counter.count('bounced', at)));
    expect(await counter.lastDay(at)).toEqual({ sent: 20, bounced: 20, complained: 0 });
  });
});
