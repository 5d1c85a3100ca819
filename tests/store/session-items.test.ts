import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from 'vitest';
import { sessionItems } from '../../lambdas/adapters/dynamodb/session-items.ts';
import type { StaffSessions } from '../../lambdas/services/ports.ts';
import { memorySessions } from '../support/memory-sessions.ts';
import { tablesForTests } from '../support/suite-tables.ts';

const tables = await tablesForTests();

const session = {
  staff: { id: 'sub-0001', name: 'dana@school.example' },
  refreshToken: 'r1',
  signedInMs: Date.parse('2026-11-23T15:00:00.000Z'),
  renewedMs: Date.parse('2026-11-23T15:00:00.000Z'),
};
const renewed = { ...session, refreshToken: 'r2', renewedMs: session.renewedMs + 300_000 };

describe.each<[string, () => Promise<StaffSessions>]>([
  ['in memory', async () => memorySessions()],
  ['in DynamoDB', async () => sessionItems(tables.client, await tables.create(), 'k'.repeat(32))],
])('sessions %s', (_place, create) => {
  test('are kept by id, and can be replaced until they are removed', async () => {
    const sessions = await create();
    expect(await sessions.read('s1')).toBeUndefined();

    await sessions.save('s1', session, true);
    await sessions.save('s2', session, true);
    expect(await sessions.read('s1')).toEqual(session);

    await sessions.save('s1', renewed, false);
    expect(await sessions.read('s1')).toEqual(renewed);

    await sessions.remove('s1');
    await sessions.save('s1', renewed, false);
    expect(await sessions.read('s1')).toBeUndefined();
    expect(await sessions.read('s2')).toEqual(session);
  });
});

test('an item says neither the id of its session nor stays longer than eight hours', async () => {
  const TableName = await tables.create();
  await sessionItems(tables.client, TableName, 'k'.repeat(32)).save('secret-id', session, true);

  const { Items = [] } = await tables.client.send(new ScanCommand({ TableName }));
  expect(JSON.stringify(Items)).not.toContain('secret-id');
  expect(Items.map((item) => unmarshall(item).expires)).toEqual([Date.parse('2026-11-23T23:00:00.000Z') / 1000]);
  const withAnotherKey = sessionItems(tables.client, TableName, 'j'.repeat(32));
  expect(await withAnotherKey.read('secret-id')).toBeUndefined();
});
