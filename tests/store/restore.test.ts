import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { restore } from '../../bin/restore/restore-table.ts';
import { withAuditLog } from '../../lambdas/adapters/dynamodb/audit-log.ts';
import { mailboxLimits } from '../../lambdas/adapters/dynamodb/rate-limits.ts';
import { newAddress } from '../../lambdas/core/address.ts';
import { tombstoneOf } from '../../lambdas/core/candidate.ts';
import { disownedLink } from '../../lambdas/core/pending-link.ts';
import { candidateAt, claimAddress } from '../../lambdas/services/addresses.ts';
import { erase } from '../../lambdas/services/erase.ts';
import { aCandidate, aPendingLink } from '../support/builders.ts';
import { tablesForTests } from '../support/suite-tables.ts';
import { storeOn } from '../support/table.ts';

const at = '2026-11-23T15:00:00.000Z';
const now = '2026-11-24T09:00:00.000Z';
const tables = await tablesForTests();
let from: string;
let to: string;

beforeEach(async () => {
  from = await tables.create();
  to = await tables.create();
});

const backup = () => storeOn(tables.client, from);
const live = () => storeOn(tables.client, to);
const run = (log = '') => restore(tables.client, { from, to, retentionDays: 730, log, now });
const nothing = { restored: 0, erased: 0, kept: 0, unreadable: 0 };

const person = (id: string) => aCandidate({ id, attempts: ['2026-11-20'], at });
const addressOf = (id: string) => person(id).addressId;

/** Candidates with their addresses, as they were at the time of the backup. */
async function backUp(...ids: string[]) {
  for (const id of ids) {
    await claimAddress(backup(), addressOf(id), id, at);
    await backup().save(person(id));
  }
}

const keysIn = async (TableName: string) => {
  const { Items = [] } = await tables.client.send(new ScanCommand({ TableName }));
  return Items.map((item) => unmarshall(item).pk).toSorted();
};

describe('restoring what the live table lacks', () => {
  it('brings back people as they were, who have their addresses again, and leaves alone who is there', async () => {
    await backUp('a', 'b');
    await live().save({ ...person('b'), name: 'After' });

    expect(await run()).toEqual({ ...nothing, restored: 1, kept: 1 });
    expect(await live().read('candidate', 'a')).toEqual({ ...person('a'), version: 1 });
    expect(await candidateAt(live(), addressOf('a'), now)).toMatchObject({ id: 'a' });
    expect(await live().read('candidate', 'b')).toMatchObject({ name: 'After' });
    expect(await run()).toEqual({ ...nothing, kept: 2 });
  });

  it('leaves out a candidate whose address someone else has by now', async () => {
    await backUp('a');
    await claimAddress(live(), addressOf('a'), 'new', now);
    await live().save({ ...person('new'), addressId: addressOf('a') });

    expect(await run()).toEqual({ ...nothing, kept: 1 });
    expect(await live().read('candidate', 'a')).toBeUndefined();
    expect(await candidateAt(live(), addressOf('a'), now)).toMatchObject({ id: 'new' });
  });

  it('is not held up by a record that this code can’t read', async () => {
    await backUp('a');
    await tables.client.send(
      new PutItemCommand({ TableName: from, Item: { pk: { S: 'candidate#odd' }, type: { S: 'candidate' } } }),
    );
    expect(await run()).toEqual({ ...nothing, restored: 1, unreadable: 1 });
  });

  it('brings back links and complaints, and neither counters nor addresses of nobody', async () => {
    await backup().save(aPendingLink({ id: 'l', at }));
    await backup().save({ ...newAddress('complained', at), candidateId: 'gone', complainedAt: at });
    await backup().save({ ...newAddress('of-nobody', at), candidateId: 'gone' });
    await mailboxLimits(tables.client, from, Date.now).takeSlot('complained', 'l');

    await run();
    expect(await keysIn(to)).toEqual(['address#complained', 'pending-link#l']);
    expect(await live().read('address', 'complained')).toMatchObject({ complainedAt: at });
  });

  it('keeps erased who has a tombstone in the live table, without a line in the log', async () => {
    await backUp('a');
    await live().save(person('a'));
    await erase({ store: live(), clock: () => now, log: () => {} }, 'a');

    expect(await run()).toEqual({ ...nothing, erased: 1 });
    expect(await keysIn(to)).toEqual(['candidate#a', 'pending-link#a']);
    expect(await live().read('candidate', 'a')).toBeUndefined();
  });

  it('goes by the very lines that the functions log', async () => {
    const lines: string[] = [];
    const logged = withAuditLog(live(), (event, fields) =>
      lines.push(`${1000 + lines.length}\t${JSON.stringify({ ...fields, event })}`),
    );
    await backUp('stopped', 'back', 'erased');
    await backup().save(aPendingLink({ id: 'disowned', at }));
    const written = { ...person('stopped'), emailState: 'unsubscribed' } as const;
    await logged.save(written);
    await logged.save({ ...written, id: 'back' });
    await logged.save({ ...person('back'), version: 1 });
    await logged.save(person('erased'));
    await logged.save(tombstoneOf({ ...person('erased'), version: 1 }, now));
    await logged.save(disownedLink(aPendingLink({ id: 'disowned', at })));
    to = await tables.create();

    const shuffled = [...lines.toReversed(), 'REPORT RequestId: 1', '1000\t{"event":"other"}'];
    expect(await run(shuffled.join('\n'))).toEqual({ ...nothing, restored: 2, erased: 2 });
    expect(await live().read('candidate', 'stopped')).toMatchObject({ emailState: 'unsubscribed' });
    expect(await live().read('candidate', 'back')).toMatchObject({ emailState: 'active' });
    expect(await keysIn(to)).toEqual([
      `address#${addressOf('back')}`,
      `address#${addressOf('stopped')}`,
      'candidate#back',
      'candidate#stopped',
    ]);
  });

  it('sends nothing again that was handed over since', async () => {
    const [plan, reminder] = person('a').emails;
    await backUp('a');
    const line = { event: 'email-handed-over', type: 'candidate', id: 'a', tries: 1 };
    await run(
      [
        { ...line, key: plan?.key, outcome: 'accepted' },
        { ...line, key: reminder?.key, outcome: 'deferred' },
      ]
        .map((fields) => `1\t${JSON.stringify(fields)}`)
        .join('\n'),
    );
    expect((await live().read('candidate', 'a'))?.emails.map(({ state }) => state)).toEqual([
      'sent',
      'queued',
      'queued',
    ]);
    const due = [];
    for await (const ref of live().due('2026-11-25T00:00:00.000Z')) due.push(ref);
    expect(due).toEqual([]);
  });
});
