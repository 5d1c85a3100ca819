import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mailboxLimits, signUpLimits } from '../../lambdas/adapters/dynamodb/rate-limits.ts';
import { dynamoSendRate } from '../../lambdas/adapters/dynamodb/send-rate.ts';
import type { Quota } from '../../lambdas/adapters/ses/send-quota.ts';
import { startTables, type Tables } from '../support/table.ts';

let tables: Tables;
let tableName: string;
let nowMs = 0;
const clock = () => nowMs;
const minute = 60_000;
const hour = 60 * minute;

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  tableName = await tables.create();
  nowMs = Date.parse('2026-11-23T15:20:00.000Z');
});

async function items() {
  const { Items = [] } = await tables.client.send(new ScanCommand({ TableName: tableName }));
  return Items.map((item) => unmarshall(item));
}

describe('sign-ups', () => {
  const limits = () =>
    signUpLimits(
      tables.client,
      tableName,
      { perSourcePerHour: 3, perHour: 5, key: 'k'.repeat(32) },
      clock,
      (event, fields) => logged.push({ event, ...fields }),
    );
  const logged: object[] = [];
  beforeEach(() => logged.splice(0));

  it('that are refused are logged with the cap that was hit, and without their source', async () => {
    for (const _ of Array(4)) await limits().admit('greedy');
    for (const source of ['a', 'b', 'c']) await limits().admit(source);
    expect(logged).toEqual([
      { event: 'sign-up-limited', cap: 'source' },
      { event: 'sign-up-limited', cap: 'total' },
    ]);
  });

  it('are let in up to the cap of their source, then told when to come again', async () => {
    for (const _ of [1, 2, 3])
      expect(await limits().admit('192.0.2.1')).toEqual({ admitted: true });
    expect(await limits().admit('192.0.2.1')).toEqual({ admitted: false, retryAfterSeconds: 2400 });
    expect(await limits().admit('192.0.2.2')).toEqual({ admitted: true });
    nowMs += 40 * minute;
    expect(await limits().admit('192.0.2.1')).toEqual({ admitted: true });
  });

  it('are let in up to the cap for all, whatever their source', async () => {
    for (const source of ['a', 'b', 'c', 'd', 'e'])
      expect(await limits().admit(source)).toEqual({ admitted: true });
    expect(await limits().admit('f')).toMatchObject({ admitted: false });
  });

  it('of a source above its cap use up nothing of what all have', async () => {
    for (const _ of Array(10)) await limits().admit('greedy');
    for (const source of ['a', 'b'])
      expect(await limits().admit(source)).toEqual({ admitted: true });
    expect(await limits().admit('c')).toMatchObject({ admitted: false });
  });

  it('at the same moment never pass the cap together', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => limits().admit('a')));
    expect(answers.filter(({ admitted }) => admitted)).toHaveLength(3);
  });

  it('leave counters that do not name their source, and expire within a day', async () => {
    await limits().admit('192.0.2.1');
    const counters = await items();
    expect(counters).toHaveLength(2);
    expect(JSON.stringify(counters)).not.toContain('192.0.2.1');
    for (const { expires } of counters) {
      expect(expires).toBeGreaterThan(nowMs / 1000);
      expect(expires).toBeLessThanOrEqual((nowMs + 24 * hour) / 1000);
    }
  });
});

describe('confirmations to one address', () => {
  const limits = () => mailboxLimits(tables.client, tableName, clock);

  it('go out one in ten minutes and three in a day', async () => {
    const slots: [number, string][] = [];
    for (const afterMinutes of [0, 9, 10, 19, 20, 31, 24 * 60 - 1, 24 * 60]) {
      nowMs = Date.parse('2026-11-23T15:20:00.000Z') + afterMinutes * minute;
      slots.push([afterMinutes, await limits().takeConfirmationSlot('ana', `s${afterMinutes}`)]);
    }
    expect(slots).toEqual([
      [0, 'granted'],
      [9, 'mailbox-limited'],
      [10, 'granted'],
      [19, 'mailbox-limited'],
      [20, 'granted'],
      [31, 'mailbox-limited'],
      [24 * 60 - 1, 'mailbox-limited'],
      [24 * 60, 'granted'],
    ]);
  });

  it('keep their slot when their sign-up asks again', async () => {
    expect(await limits().takeConfirmationSlot('ana', 'first')).toBe('granted');
    expect(await limits().takeConfirmationSlot('ana', 'second')).toBe('mailbox-limited');
    expect(await limits().takeConfirmationSlot('ana', 'first')).toBe('granted');
    expect(await limits().takeConfirmationSlot('bea', 'third')).toBe('granted');
  });

  it('asked for at the same moment are one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => limits().takeConfirmationSlot('ana', `s${index}`)),
    );
    expect(answers.filter((answer) => answer === 'granted')).toHaveLength(1);
  });

  it('end with a complaint, also where the address is nobody’s', async () => {
    await limits().rememberComplaint('ana');
    nowMs += 365 * 24 * hour;
    expect(await limits().takeConfirmationSlot('ana', 'first')).toBe('complained');
  });

  it('leave an item that expires within a day', async () => {
    await limits().takeConfirmationSlot('ana', 'first');
    const [item] = await items();
    expect(item?.expires).toBe((nowMs + 24 * hour) / 1000);
  });
});

describe('the pace', () => {
  const quota = (account: Quota) => async () => account;

  it('lets as many emails go out in a second as the account may send, among all mailers', async () => {
    const account = { perSecond: 7, leftToday: 1000 };
    const started = Date.now();
    const sentAt: number[] = [];
    await Promise.all(
      [1, 2, 3].map(async () => {
        const sendRate = dynamoSendRate(tables.client, tableName, quota(account), Date.now);
        while (await sendRate.turn(() => Date.now() < started + 3000)) sentAt.push(Date.now());
      }),
    );
    const windows = (await items()).map(({ taken }) => taken);
    expect(windows.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...windows)).toBe(7);
    expect(windows.reduce((sum, taken) => sum + taken, 0)).toBe(sentAt.length);
  });

  it('ends with what is left of the day', async () => {
    const sendRate = dynamoSendRate(
      tables.client,
      tableName,
      quota({ perSecond: 100, leftToday: 2 }),
      clock,
    );
    const turns = [];
    for (const _ of [1, 2, 3]) turns.push(await sendRate.turn(() => true));
    expect(turns).toEqual([true, true, false]);
  });

  it('ends when time is up', async () => {
    const sendRate = dynamoSendRate(
      tables.client,
      tableName,
      quota({ perSecond: 1, leftToday: 2 }),
      clock,
    );
    expect(await sendRate.turn(() => false)).toBe(false);
  });
});
