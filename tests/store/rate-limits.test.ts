import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { mailboxLimits, signUpLimits } from '../../lambdas/adapters/dynamodb/rate-limits.ts';
import { dynamoSendRate } from '../../lambdas/adapters/dynamodb/send-rate.ts';
import type { Quota } from '../../lambdas/adapters/ses/send-quota.ts';
import { tablesForTests } from '../support/suite-tables.ts';

const tables = await tablesForTests();
let tableName: string;
let nowMs = 0;
const clock = () => nowMs;
const minute = 60_000;
const hour = 60 * minute;

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

  it('that are refused are logged with the limit that was reached, and without their source', async () => {
    for (const _ of Array(4)) await limits().admit('greedy');
    for (const source of 'abcdabcd') await limits().admit(source);
    expect(logged).toEqual([
      { event: 'sign-up-limited', limit: 'source' },
      { event: 'sign-up-limited', limit: 'total' },
    ]);
  });

  it('are let in up to the limit of their source, then asked to come again later', async () => {
    for (const _ of [1, 2, 3]) expect(await limits().admit('192.0.2.1')).toEqual({ admitted: true });
    expect(await limits().admit('192.0.2.1')).toEqual({ admitted: false, retryAfterSeconds: 2400 });
    expect(await limits().admit('192.0.2.2')).toEqual({ admitted: true });
    nowMs += 40 * minute;
    expect(await limits().admit('192.0.2.1')).toEqual({ admitted: true });
  });

  it.each<[which: string, admitted: Record<string, number>]>([
    ['the first of each source, and as many others', { abcde: 5, abcdeab: 5, cf: 0 }],
    ['the first of a newcomer, whatever other sources do', { aaabbbcccddd: 9, ee: 1 }],
    ['the first of more sources than that, from what the others leave', { abcdefgh: 8 }],
    ['as many as ever after a source above its own limit', { aaaaaaaaaaaaaaaaaaaa: 3, bbb: 3, cc: 2 }],
  ])('are let in up to the limit for all: %s', async (_which, rounds) => {
    for (const [sources, count] of Object.entries(rounds)) {
      let admitted = 0;
      for (const source of sources) if ((await limits().admit(source)).admitted) admitted += 1;
      expect(admitted, sources).toBe(count);
    }
  });

  it('at the same moment never pass the limit together', async () => {
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

describe('links to one mailbox', () => {
  const limits = () => mailboxLimits(tables.client, tableName, clock);

  it('go out one in ten minutes and three in a day, which is foretold without taking a slot', async () => {
    const taken: number[] = [];
    for (const afterMinutes of [0, 9, 10, 19, 20, 31, 24 * 60 - 1, 24 * 60]) {
      nowMs = Date.parse('2026-11-23T15:20:00.000Z') + afterMinutes * minute;
      const isFree = await limits().hasSlot('ana');
      const isTaken = await limits().takeSlot('ana', `link-${afterMinutes}`);
      expect(isFree).toBe(isTaken);
      if (isTaken) taken.push(afterMinutes);
    }
    expect(taken).toEqual([0, 10, 20, 24 * 60]);
  });

  it('keep their slot when the same link asks again', async () => {
    expect(await limits().takeSlot('ana', 'first')).toBe(true);
    expect(await limits().takeSlot('ana', 'second')).toBe(false);
    expect(await limits().takeSlot('ana', 'first')).toBe(true);
    expect(await limits().takeSlot('bea', 'third')).toBe(true);
    expect(await limits().linksTo('ana')).toEqual(['first']);
  });

  it('asked for at the same moment are one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => limits().takeSlot('ana', `link-${index}`)),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it('leave an item that outlasts the links by a day', async () => {
    await limits().takeSlot('ana', 'first');
    expect(await items()).toEqual([
      {
        pk: 'mailbox#ana',
        version: 1,
        slots: [{ link: 'first', atMs: nowMs }],
        expires: (nowMs + 8 * 24 * hour) / 1000,
      },
    ]);
  });
});

describe('the rate', () => {
  const rate = (account: Quota, nowOf: () => number) =>
    dynamoSendRate(tables.client, tableName, async () => account, nowOf);

  it('lets as many emails go out in a second as the account may send, among all mailers', async () => {
    const account = { perSecond: 7, leftToday: 1000 };
    const started = Date.now();
    const sent = new Map<number, number>();
    await Promise.all(
      [1, 2, 3].map(async () => {
        const sendRate = rate(account, Date.now);
        while (await sendRate.acquire(() => Date.now() < started + 1500)) {
          const second = Math.floor(Date.now() / 1000);
          sent.set(second, (sent.get(second) ?? 0) + 1);
        }
      }),
    );
    expect(sent.size).toBeGreaterThanOrEqual(2);
    expect(Math.max(...sent.values())).toBe(7);
  });

  it('is asked for far less often than emails go out, and by a single email only once', async () => {
    const account = { perSecond: 1000, leftToday: 1000 };
    let writes = 0;
    tables.client.middlewareStack.add(
      (next) => (args) => {
        writes += 1;
        return next(args);
      },
      { step: 'initialize', name: 'counted' },
    );
    try {
      const one = rate(account, clock);
      expect(await one.acquire(() => true)).toBe(true);
      expect(writes).toBe(1);

      const sweep = rate(account, clock);
      for (let sent = 0; sent < 100; sent += 1) await sweep.acquire(() => true);
      expect(writes).toBeLessThan(10);
    } finally {
      tables.client.middlewareStack.remove('counted');
    }
  });

  it('gives no turn of one second in another', async () => {
    let at = 1_000_500;
    const sweep = rate({ perSecond: 8, leftToday: 1000 }, () => at);
    for (let sent = 0; sent < 4; sent += 1) await sweep.acquire(() => true);
    at += 1000;
    await sweep.acquire(() => true);

    const windows = (await items()).map(({ pk, taken }) => [pk, taken]);
    expect(windows).toContainEqual(['send-rate#1001', expect.any(Number)]);
  });

  it('ends with what is left of the day', async () => {
    const sendRate = rate({ perSecond: 100, leftToday: 2 }, clock);
    const acquired = [];
    for (const _ of [1, 2, 3]) acquired.push(await sendRate.acquire(() => true));
    expect(acquired).toEqual([true, true, false]);
  });

  it('ends when time is up', async () => {
    expect(await rate({ perSecond: 1, leftToday: 2 }, clock).acquire(() => false)).toBe(false);
  });
});
