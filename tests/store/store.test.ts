import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { epochSeconds, keyOf, UnreadableItemError } from '../../lambdas/adapters/dynamodb/stored-item.ts';
import { newAddress } from '../../lambdas/core/address.ts';
import { tombstoneOf } from '../../lambdas/core/candidate.ts';
import { confirmedLink, disownedLink } from '../../lambdas/core/pending-link.ts';
import { minutesAfter } from '../../lambdas/core/time.ts';
import type { RecordType, Store, StoredRecord } from '../../lambdas/services/ports.ts';
import { aCandidate, aPendingLink } from '../support/builders.ts';
import { memoryStore } from '../support/memory-store.ts';
import { tablesForTests } from '../support/suite-tables.ts';
import { inSmallPages, storeOn } from '../support/table.ts';
import { storeContract } from './contract.ts';

const tables = await tablesForTests();

test('the engine is the one that was asked for', () => {
  expect(tables.engine).toBe(process.env.DYNAMODB_ENGINE ?? 'dynalite');
});

storeContract('the store in memory', async () => memoryStore());

storeContract('the store in DynamoDB', async () => storeOn(tables.client, await tables.create()));

describe('an item in DynamoDB', () => {
  const now = '2026-11-23T15:00:00.000Z';
  const aMillisecondEarlier = '2026-11-23T14:59:59.999Z';
  const attempts = ['2026-07-01', '2026-09-01', '2026-11-01'];
  let tableName: string;
  let store: Store;

  beforeEach(async () => {
    tableName = await tables.create();
    store = storeOn(tables.client, tableName);
  });

  async function itemAt(pk: string) {
    const { Item } = await tables.client.send(new GetItemCommand({ TableName: tableName, Key: marshall({ pk }) }));
    return unmarshall(Item!);
  }

  function put(item: Record<string, unknown>) {
    return tables.client.send(
      new PutItemCommand({ TableName: tableName, Item: marshall(item, { removeUndefinedValues: true }) }),
    );
  }

  const whole = aCandidate({ id: 'a1' });
  const answers = { details: 'Ana' };
  test.each<[what: string, type: RecordType, item: Record<string, unknown>]>([
    ['a candidate with a field of the wrong type', 'candidate', { ...whole, version: 'one' }],
    ['a candidate with a state that is not known', 'candidate', { ...whole, emailState: whole.email }],
    ['of a type that is not known', 'candidate', { ...whole, type: whole.email }],
    ['a link that waits without its answers', 'pending-link', { ...aPendingLink({ id: 'a1' }), answers }],
  ])('is reported by its key alone where it is %s', async (_what, type, item) => {
    await put({ ...item, pk: `${type}#a1` });

    const error = await store.read(type, 'a1').then(
      () => undefined,
      (reason: unknown) => reason,
    );

    expect(error).toBeInstanceOf(UnreadableItemError);
    expect(String(error)).toContain(`${type}#a1`);
    expect(String(error)).not.toMatch(/Ana|Flores|example\.com|Spring A/);
  });

  test('wakes the mailer where it is asked to and an email is due by then, once', async () => {
    await store.save(aPendingLink({ id: 'a1', at: now }), { wakeMailerAt: now });
    expect(await itemAt('pending-link#a1')).toHaveProperty('wake');

    await store.save((await store.read('pending-link', 'a1'))!);
    await store.save(aPendingLink({ id: 'a2', at: now }), { wakeMailerAt: aMillisecondEarlier });
    await store.save(aCandidate({ id: 'a3', at: now }), { wakeMailerAt: now });
    await store.save(newAddress('a4', now), { wakeMailerAt: now });
    for (const pk of ['pending-link#a1', 'pending-link#a2', 'candidate#a3', 'address#a4'])
      expect(await itemAt(pk)).not.toHaveProperty('wake');
  });

  test('goes away by itself when nobody needs it anymore, but for a complaint', async () => {
    const candidate = { ...aCandidate({ id: 'a1', at: '2026-01-01T00:00:00.000Z' }), activeAt: now };
    const expiresAt = '2026-11-30T15:00:00.000Z';
    const keptUntil = '2026-12-30T15:00:00.000Z';
    const records: [record: StoredRecord, end: string | undefined][] = [
      [candidate, '2028-11-22T15:00:00.000Z'],
      [{ ...candidate, id: 'a2', enrollment: { linkId: 'a1', expiresAt } }, keptUntil],
      [tombstoneOf({ ...candidate, id: 'a3' }, now), '2026-12-01T15:00:00.000Z'],
      [aPendingLink({ id: 'a1', at: now }), expiresAt],
      [{ ...aPendingLink({ id: 'a2', at: now }), keptUntil }, keptUntil],
      // Two renewals longer than its candidate, who may have been active since.
      [newAddress('a1', now), '2029-01-21T15:00:00.000Z'],
      // Two renewals longer than a link that is sent again on the last day.
      [{ ...newAddress('a2', now), isProvisional: true }, '2027-02-28T15:00:00.000Z'],
      [{ ...newAddress('a3', now), complainedAt: now }, undefined],
    ];

    for (const [record, end] of records) {
      await store.save(record);
      expect((await itemAt(keyOf(record.type, record.id))).expires).toBe(end && epochSeconds(end));
    }
  });

  test('counts as gone once it expires, wherever it is read, and can be replaced', async () => {
    const link = aPendingLink({ id: 'a1', at: now });
    let at = minutesAfter(link.expiresAt, -1);
    const expiring = storeOn(tables.client, tableName, () => at);
    await expiring.save(link);
    expect(await expiring.read('pending-link', 'a1')).toBeDefined();
    expect(await expiring.save({ ...link, createdAt: at })).toBe(false);

    at = link.expiresAt;

    expect(await expiring.read('pending-link', 'a1')).toBeUndefined();
    for await (const { record } of expiring.due(at)) expect(record).toBeUndefined();
    expect(await expiring.save(aPendingLink({ id: 'a1', at }))).toBe(true);
    expect(await expiring.read('pending-link', 'a1')).toMatchObject({ version: 1, createdAt: at });
  });

  test.each([
    ['confirmed', confirmedLink],
    ['disowned', disownedLink],
  ])('keeps no word of what was typed once its link is %s, and still goes away', async (_state, usedUp) => {
    const link = aPendingLink({ id: 'a1', at: now });
    await store.save(link);
    await store.save(usedUp({ ...link, version: 1 }, now, aCandidate({ attempts: ['2026-11-20'] })));

    const item = await itemAt('pending-link#a1');
    expect(JSON.stringify(item)).not.toMatch(/Ana|Flores|example\.com|Spring A/);
    expect(item.expires).toBe(epochSeconds(link.expiresAt));
  });

  test('keeps of an erased candidate neither a word nor a place in a list', async () => {
    const candidate = aCandidate({ id: 'a1', attempts });
    await store.save(candidate);
    const bounced = { ...candidate, version: 1, emailState: 'bounced' as const };
    await store.save(tombstoneOf(bounced, now, 'sub-0001'));

    expect(await itemAt('candidate#a1')).toEqual({
      pk: 'candidate#a1',
      type: 'tombstone',
      version: 2,
      createdAt: candidate.createdAt,
      addressIds: [candidate.addressId],
      erasedAt: now,
      erasedBy: 'sub-0001',
      expires: expect.any(Number),
    });
  });

  test('stands in an index only where it belongs, with no empty text as a key', async () => {
    const indexKeys = /^(dueShard|dueAt|flagged|flags|flaggedSince|list|statusKey|nameKey|cohortKey)$/;
    const due = { dueShard: expect.stringMatching(/^due-\d$/), dueAt: now };
    const list = 'all';
    const records: [record: StoredRecord, keys: object][] = [
      [
        aCandidate({ id: 'a1', cohort: undefined, name: 'Zoë Ñandú' }),
        { list, nameKey: 'zoe nandu  a1', cohortKey: ' ', statusKey: `no-attempt#${now}#a1` },
      ],
      [
        aCandidate({ id: 'a2', attempts: ['2026-11-20'] }),
        {
          ...due,
          list,
          nameKey: 'ana flores  a2',
          cohortKey: 'spring a',
          statusKey: 'retake#2026-12-20T05:00:00.000Z#a2',
        },
      ],
      [
        { ...aCandidate({ id: 'a3', attempts }), bouncedAt: now },
        {
          ...due,
          flagged: 'flagged',
          flags: { 'third-attempt-used': now, 'email-bounced': now },
          flaggedSince: `${now}#a3`,
          list,
          nameKey: 'ana flores  a3',
          cohortKey: 'spring a',
          statusKey: `attempts-used#${now}#a3`,
        },
      ],
      [aPendingLink({ id: 'a4' }), due],
      [newAddress('a5', now), {}],
    ];

    for (const [record, keys] of records) {
      await store.save(record);
      const item = Object.entries(await itemAt(keyOf(record.type, record.id)));
      expect(Object.fromEntries(item.filter(([attribute]) => indexKeys.test(attribute)))).toEqual(keys);
    }
  });

  test('is found in the order in which its email fell due, and counted, where DynamoDB answers in pages', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `a${String(index).padStart(2, '0')}`);
    const shuffled = ids.toSorted((one, other) => one.at(-1)!.localeCompare(other.at(-1)!));
    for (const id of shuffled)
      await store.save(aCandidate({ id, attempts, at: `2026-11-23T15:${id.slice(1)}:00.000Z` }));

    const [found, flagged] = await inSmallPages(tables.client, async () => {
      const due: string[] = [];
      for await (const { ref } of store.due('2026-11-23T15:09:00.000Z')) due.push(ref.id);
      return [due, await store.countFlagged('third-attempt-used')] as const;
    });

    expect(found).toEqual(ids.slice(0, 10));
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

    await store.read('candidate', 'a1');
    await store.read('address', 'a1');
    tables.client.middlewareStack.remove('reads');

    expect(reads).toMatchObject([{ ConsistentRead: true }, { ConsistentRead: true }]);
  });
});
