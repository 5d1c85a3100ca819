import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { UnreadableItemError } from '../../lambdas/adapters/dynamodb/record-store.ts';
import { confirmedLink } from '../../lambdas/core/pending-link.ts';
import type { EmailRecordRef, Store } from '../../lambdas/services/ports.ts';
import { aCandidate, aPendingLink } from '../support/builders.ts';
import { memoryStore } from '../support/memory-store.ts';
import { startTables, storeOn, type Tables } from '../support/table.ts';
import { storeContract } from './contract.ts';

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(async () => {
  await tables?.close();
});

storeContract('the store in memory', async () => memoryStore());

storeContract('the store in DynamoDB', async () => storeOn(tables.client, await tables.create()));

describe('an item in DynamoDB', () => {
  const now = '2026-11-23T15:00:00.000Z';
  const aMillisecondEarlier = '2026-11-23T14:59:59.999Z';
  let tableName: string;
  let store: Store;

  beforeEach(async () => {
    tableName = await tables.create();
    store = storeOn(tables.client, tableName);
  });

  async function itemOf({ type, id }: EmailRecordRef) {
    const { Item } = await tables.client.send(
      new GetItemCommand({ TableName: tableName, Key: marshall({ pk: `${type}#${id}` }) }),
    );
    return unmarshall(Item!);
  }

  function put(item: Record<string, unknown>) {
    return tables.client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: marshall(item, { removeUndefinedValues: true }),
      }),
    );
  }

  test.each([
    {
      what: 'a candidate with a field of the wrong type',
      type: 'candidate' as const,
      item: { ...aCandidate({ id: 'a1' }), version: 'one' },
    },
    {
      what: 'a candidate with a state that is not known',
      type: 'candidate' as const,
      item: { ...aCandidate({ id: 'a1' }), emailState: 'Ana.Flores@example.com' },
    },
    {
      what: 'a sign-up under the key of a candidate',
      type: 'candidate' as const,
      item: aPendingLink({ id: 'a1' }),
    },
    {
      what: 'a sign-up without its emails',
      type: 'sign-up' as const,
      item: { ...aPendingLink({ id: 'a1' }), emails: undefined },
    },
  ])('is reported by its key alone where it is $what', async ({ type, item }) => {
    await put({ ...item, pk: `${type}#a1` });

    const reading = type === 'candidate' ? store.candidate('a1') : store.signUp('a1');
    const error = await reading.then(
      () => undefined,
      (reason: unknown) => reason,
    );

    expect(error).toBeInstanceOf(UnreadableItemError);
    expect(String(error)).toContain(`${type}#a1`);
    expect(String(error)).not.toMatch(/Ana|Flores|example\.com|Spring A/);
  });

  test('wakes the mailer where it is told to and an email is due by then', async () => {
    const signUp = aPendingLink({ id: 'a1', at: now });

    await store.save(signUp, { wakeMailerAt: now });

    expect(await itemOf(signUp)).toHaveProperty('wake');
  });

  test('wakes nobody where it is not told to, or nothing is due by then', async () => {
    const [due, later, nothing] = [
      aPendingLink({ id: 'a1', at: now }),
      aPendingLink({ id: 'a2', at: now }),
      aCandidate({ id: 'a3', at: now }),
    ];

    await store.save(due);
    await store.save(later, { wakeMailerAt: aMillisecondEarlier });
    await store.save(nothing, { wakeMailerAt: now });

    expect(await itemOf(due)).not.toHaveProperty('wake');
    expect(await itemOf(later)).not.toHaveProperty('wake');
    expect(await itemOf(nothing)).not.toHaveProperty('wake');
  });

  test('wakes the mailer once: the next save takes the mark away', async () => {
    const signUp = aPendingLink({ id: 'a1', at: now });
    await store.save(signUp, { wakeMailerAt: now });

    await store.save((await store.signUp('a1'))!);

    expect(await itemOf(signUp)).not.toHaveProperty('wake');
  });

  test('goes away by itself when a sign-up expires, or a candidate was quiet for two years', async () => {
    const signUp = {
      ...aPendingLink({ id: 'a1', at: now }),
      expiresAt: '2026-11-30T15:00:00.000Z',
    };
    const candidate = {
      ...aCandidate({ id: 'a1', at: '2026-01-01T00:00:00.000Z' }),
      activeAt: now,
    };

    await store.save(signUp);
    await store.save(candidate);

    expect((await itemOf(signUp)).expires).toBe(epochSeconds('2026-11-30T15:00:00Z'));
    expect((await itemOf(candidate)).expires).toBe(epochSeconds('2028-11-22T15:00:00Z'));
  });

  test('still goes away by itself when the sign-up is confirmed', async () => {
    const signUp = aPendingLink({ id: 'a1', at: now });
    await store.save(signUp);

    await store.save(confirmedLink((await store.signUp('a1'))!));

    expect((await itemOf(signUp)).expires).toBe(epochSeconds(signUp.expiresAt));
  });

  test('keeps no word of what was typed once the sign-up is confirmed', async () => {
    const signUp = aPendingLink({ id: 'a1', at: now });
    await store.save(signUp);

    await store.save(confirmedLink((await store.signUp('a1'))!));

    expect(JSON.stringify(await itemOf(signUp))).not.toMatch(/Ana|Flores|example\.com|Spring A/);
  });

  test('stands in an index only where it belongs, with no empty text as a key', async () => {
    const indexKeys = ['dueShard', 'dueAt', 'flags', 'flaggedSince', 'list', 'statusKey', 'cohort'];
    const quiet = aCandidate({ id: 'a1', cohort: undefined });
    const waiting = aCandidate({ id: 'a2', attempts: ['2026-11-20'] });
    const used = aCandidate({ id: 'a3', attempts: ['2026-07-01', '2026-09-01', '2026-11-01'] });
    for (const record of [quiet, waiting, used, aPendingLink({ id: 'a4' })])
      await store.save(record);

    const keysOf = async (ref: EmailRecordRef) => {
      const entries = Object.entries(await itemOf(ref));
      return Object.fromEntries(entries.filter(([name]) => indexKeys.includes(name)));
    };
    const due = { dueShard: expect.stringMatching(/./), dueAt: now };
    const list = 'candidates';
    expect(await keysOf(quiet)).toEqual({
      list,
      statusKey: 'retake#0000-01-01T00:00:00.000Z#a1',
    });
    expect(await keysOf(waiting)).toEqual({
      ...due,
      list,
      statusKey: 'retake#2026-12-20T05:00:00.000Z#a2',
      cohort: 'Spring A',
    });
    expect(await keysOf(used)).toEqual({
      ...due,
      flags: 'third-attempt-used',
      flaggedSince: `${now}#a3`,
      list,
      statusKey: `attempts-used#${now}#a3`,
      cohort: 'Spring A',
    });
    expect(await keysOf({ type: 'sign-up', id: 'a4' })).toEqual(due);
  });

  test('is found in the order in which its email fell due, whichever shard it is in', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `a${String(index).padStart(2, '0')}`);
    const shuffled = ids.toSorted((one, other) => one.at(-1)!.localeCompare(other.at(-1)!));
    for (const id of shuffled)
      await store.save(aPendingLink({ id, at: `2026-11-23T15:${id.slice(1)}:00.000Z` }));

    const found: string[] = [];
    for await (const { id } of store.due('2026-11-23T15:09:00.000Z')) found.push(id);

    expect(found).toEqual(ids.slice(0, 10));
  });

  test('is found and counted with all others where DynamoDB answers in pages', async () => {
    const attempts = ['2026-07-01', '2026-09-01', '2026-11-01'];
    const ids = Array.from({ length: 20 }, (_, index) => `a${index}`);
    for (const id of ids) await store.save(aCandidate({ id, attempts, at: now }));
    tables.client.middlewareStack.add(
      (next, context) => (args) =>
        next(
          context.commandName === 'QueryCommand'
            ? { ...args, input: { ...args.input, Limit: 2 } }
            : args,
        ),
      { step: 'initialize', name: 'small-pages' },
    );

    const found: string[] = [];
    for await (const { id } of store.due(now)) found.push(id);
    const flagged = await store.countThirdAttemptUsed();
    tables.client.middlewareStack.remove('small-pages');

    expect(found.sort()).toEqual(ids.sort());
    expect(flagged).toBe(ids.length);
  });

  test('is read as it was last written, which not every read of DynamoDB is', async () => {
    const reads: unknown[] = [];
    tables.client.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === 'GetItemCommand') reads.push(args.input);
        return next(args);
      },
      { step: 'initialize', name: 'reads' },
    );

    await store.candidate('a1');
    await store.signUp('a1');
    tables.client.middlewareStack.remove('reads');

    expect(reads).toMatchObject([{ ConsistentRead: true }, { ConsistentRead: true }]);
  });
});

function epochSeconds(at: string): number {
  return Date.parse(at) / 1000;
}
