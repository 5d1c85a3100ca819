import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { restore } from '../../bin/restore/restore-table.ts';
import { withAuditLog } from '../../lambdas/adapters/dynamodb/audit-log.ts';
import { mailboxLimits } from '../../lambdas/adapters/dynamodb/rate-limits.ts';
import { aCandidate, aPendingLink } from '../support/builders.ts';
import { startTables, storeOn, type Tables } from '../support/table.ts';

const at = '2026-11-23T15:00:00.000Z';
let tables: Tables;
let from: string;
let to: string;

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  from = await tables.create();
  to = await tables.create();
});

const backup = () => storeOn(tables.client, from);
const live = () => storeOn(tables.client, to);
const run = (log = '') =>
  restore(tables.client, { from, to, retentionDays: 730, log, now: '2026-11-24T09:00:00.000Z' });

const person = (id: string) => aCandidate({ id, attempts: ['2026-11-20'], at });

describe('restoring what the live table lacks', () => {
  it('brings back people as they were, and leaves alone who is there', async () => {
    await backup().save(person('a'));
    await backup().save({ ...person('b'), name: 'Before' });
    await live().save({ ...person('b'), name: 'After' });
    expect(await run()).toEqual({ restored: 1, erased: 0, kept: 1, unreadable: 0 });
    expect(await live().candidate('a')).toEqual({ ...person('a'), version: 1 });
    expect(await live().candidate('b')).toMatchObject({ name: 'After' });
  });

  it('is not held up by a record that this code can’t read', async () => {
    await backup().save(person('a'));
    await tables.client.send(
      new PutItemCommand({ TableName: from, Item: { pk: { S: 'candidate#odd' } } }),
    );
    expect(await run()).toMatchObject({ restored: 1, unreadable: 1 });
  });

  it('brings back sign-ups and complaints, and no counters', async () => {
    await backup().save(aPendingLink({ id: 's', at }));
    const limits = mailboxLimits(tables.client, from, Date.now);
    await limits.rememberComplaint('c');
    await limits.takeConfirmationSlot('d', 's');
    await run();
    const { Items = [] } = await tables.client.send(new ScanCommand({ TableName: to }));
    expect(Items.map((item) => unmarshall(item).pk).toSorted()).toEqual([
      'address#c',
      'address#d',
      'sign-up#s',
    ]);
  });

  it('goes by the very lines that the functions log', async () => {
    const lines: string[] = [];
    const noted = withAuditLog(live(), (event, fields) =>
      lines.push(`${1000 + lines.length}\t${JSON.stringify({ ...fields, event })}`),
    );
    for (const id of ['stopped', 'back', 'erased']) await backup().save(person(id));
    await noted.save({ ...person('stopped'), emailState: 'unsubscribed' });
    await noted.save({ ...person('back'), emailState: 'unsubscribed' });
    await noted.save({ ...person('back'), version: 1 });
    await noted.save(person('erased'));
    for (const id of ['stopped', 'back', 'erased']) await live().remove(person(id));
    await noted.remove(person('erased'));

    const shuffled = [...lines.toReversed(), 'REPORT RequestId: 1', '1000\t{"event":"swept"}'];
    expect(await run(shuffled.join('\n'))).toEqual({
      restored: 2,
      erased: 1,
      kept: 0,
      unreadable: 0,
    });
    expect(await live().candidate('stopped')).toMatchObject({ emailState: 'unsubscribed' });
    expect(await live().candidate('back')).toMatchObject({ emailState: 'active' });
    expect(await live().candidate('erased')).toBeUndefined();
  });

  it('sends nothing again that was handed over since', async () => {
    const [plan, reminder] = person('a').emails;
    await backup().save(person('a'));
    const tags = { event: 'email-handed-over', type: 'candidate', id: 'a', tries: 1 };
    await run(
      [
        { ...tags, key: plan?.key, outcome: 'accepted' },
        { ...tags, key: reminder?.key, outcome: 'deferred' },
      ]
        .map((line) => `1\t${JSON.stringify(line)}`)
        .join('\n'),
    );
    expect((await live().candidate('a'))?.emails.map(({ state }) => state)).toEqual([
      'sent',
      'queued',
    ]);
    const due = [];
    for await (const ref of live().due('2026-11-25T00:00:00.000Z')) due.push(ref);
    expect(due).toEqual([]);
  });
});
