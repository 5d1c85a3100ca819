import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dynamoCandidateLists } from '../../lambdas/adapters/dynamodb/candidate-lists.ts';
import { flagKeys, listKeys } from '../../lambdas/adapters/dynamodb/index-keys.ts';
import { changeDetails } from '../../lambdas/core/actions.ts';
import { markPassed } from '../../lambdas/core/attempts.ts';
import { type Candidate, flags } from '../../lambdas/core/candidate.ts';
import { flagsOf } from '../../lambdas/core/flags.ts';
import { type ListFilter, matches } from '../../lambdas/core/list-filter.ts';
import { statuses } from '../../lambdas/core/status.ts';
import { type Instant, minutesAfter } from '../../lambdas/core/time.ts';
import type { CandidateLists, Store } from '../../lambdas/services/ports.ts';
import { aCandidate, aPendingLink, changedBy, rules } from '../support/builders.ts';
import { startTables, storeOn, type Tables } from '../support/table.ts';

const now = '2026-11-23T15:00:00.000Z';
const { exam } = rules;
const threeAttempts = ['2026-07-01', '2026-09-01', '2026-11-01'];

let tables: Tables;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(async () => {
  await tables?.close();
});

let tableName: string;
let store: Store;
let lists: CandidateLists;
let logged: { event: string; fields: object }[];

async function begin() {
  tableName = await tables.create();
  store = storeOn(tables.client, tableName);
  logged = [];
  lists = dynamoCandidateLists(tables.client, {
    tableName,
    exam,
    log: (event, fields) => logged.push({ event, fields }),
  });
}

async function keep(...candidates: Candidate[]): Promise<void> {
  for (const candidate of candidates)
    if (!(await store.save(candidate))) throw new Error(`Not saved: ${candidate.id}`);
}

/** Puts an item as it is, whatever the store would write. */
function put(item: Record<string, unknown>) {
  return tables.client.send(
    new PutItemCommand({
      TableName: tableName,
      Item: marshall(item, { removeUndefinedValues: true }),
    }),
  );
}

/** What the store would write, to be changed and put. */
function itemFor(candidate: Candidate) {
  return {
    ...candidate,
    version: 1,
    pk: `candidate#${candidate.id}`,
    ...listKeys(candidate, exam),
    ...flagKeys(candidate, exam),
  };
}

async function listed(filter: ListFilter, at: Instant = now): Promise<string[]> {
  const { candidates } = await lists.page(filter, { limit: 1000, now: at });
  return candidates.map(({ id }) => id);
}

/** The ids of each page, from the first to the last. */
async function pagesOf(filter: ListFilter, limit: number, at: Instant = now): Promise<string[][]> {
  const pages: string[][] = [];
  let after: string | undefined;
  do {
    const page = await lists.page(filter, { limit, after, now: at });
    pages.push(page.candidates.map(({ id }) => id));
    after = page.next;
    if (pages.length > 200) throw new Error('The pages do not end.');
  } while (after !== undefined);
  return pages;
}

/** A candidate with each of these flags, since that moment. */
function flagged(id: string, raised: readonly string[], since: Instant, cohort = 'Spring A') {
  const base = aCandidate({
    id,
    cohort,
    at: since,
    attempts: raised.includes('third-attempt-used') ? threeAttempts : [],
  });
  const hasBounced = raised.includes('email-bounced');
  const hasComplained = raised.includes('email-complained');
  return {
    ...base,
    ...(hasBounced && { bouncedAt: since }),
    ...(hasComplained && { complainedAt: since }),
    emails: raised.includes('email-failed')
      ? [
          {
            key: 'study-plan-1-1-2026-07-01',
            kind: 'study-plan' as const,
            state: 'failed' as const,
            dueAt: since,
            notAfter: since,
            tries: 1,
            at: since,
            reason: 'MessageRejected',
          },
        ]
      : [],
  };
}

/** One candidate or more of every kind there is. */
function aMixedOffice(): Candidate[] {
  const enrolment = (expiresAt: Instant) => ({ signUpId: 'd4e5f6', expiresAt });
  const bouncedAt = '2026-11-22T15:00:00.000Z';
  const lately = '2026-11-20T15:00:00.000Z';
  return [
    aCandidate({ id: 'new' }),
    aCandidate({ id: 'waits-long', attempts: ['2026-11-20'], cohort: 'Fall B' }),
    { ...aCandidate({ id: 'waits-short', attempts: ['2026-10-25'] }), bouncedAt },
    aCandidate({ id: 'may', attempts: ['2026-10-01'] }),
    { ...aCandidate({ id: 'may-long', attempts: ['2026-05-01'], cohort: 'Fall B' }), bouncedAt },
    aCandidate({ id: 'without-cohort', attempts: ['2026-10-01'], cohort: undefined }),
    aCandidate({ id: 'used', attempts: threeAttempts, at: lately }),
    { ...aCandidate({ id: 'used-bounced', attempts: threeAttempts, at: lately }), bouncedAt },
    changedBy(markPassed(aCandidate({ id: 'passed', attempts: ['2026-10-01'] }), now)),
    changedBy(
      markPassed(
        aCandidate({ id: 'passed-third', attempts: threeAttempts, cohort: 'Fall B' }),
        now,
      ),
    ),
    { ...aCandidate({ id: 'enrolled' }), enrolment: enrolment('2026-11-30T15:00:00.000Z') },
    {
      ...aCandidate({ id: 'enrolled-bounced', cohort: 'Fall B' }),
      bouncedAt,
      enrolment: enrolment('2026-11-24T15:00:00.000Z'),
    },
    {
      ...aCandidate({ id: 'lapsed' }),
      bouncedAt,
      enrolment: enrolment('2026-11-23T15:00:00.000Z'),
    },
  ];
}

const everyFilter: ListFilter[] = [undefined, ...statuses].flatMap((status) =>
  [undefined, 'any' as const, ...flags].flatMap((flag) =>
    [undefined, 'Spring A', 'Fall B', 'Nobody’s'].map((cohort) => ({ status, flag, cohort })),
  ),
);

/** Fewer of them, with one of each kind. */
const someFilters = everyFilter.filter(
  ({ flag, cohort }) =>
    [undefined, 'any', 'email-bounced'].includes(flag) && [undefined, 'Spring A'].includes(cohort),
);
const filtersToWalk = everyFilter.filter(
  ({ flag, cohort }) =>
    [undefined, 'any', 'third-attempt-used', 'email-bounced'].includes(flag) &&
    [undefined, 'Spring A', 'Fall B'].includes(cohort),
);

describe('a list of candidates', () => {
  beforeEach(begin);

  test('is empty where nobody is, whatever it is of', async () => {
    for (const filter of everyFilter)
      expect(await lists.page(filter, { limit: 50, now })).toEqual({
        candidates: [],
        next: undefined,
      });
  });

  test('has each candidate as stored, and no sign-up', async () => {
    await keep(aCandidate({ attempts: ['2026-11-20'] }));
    await store.save(aPendingLink());

    const { candidates } = await lists.page({}, { limit: 50, now });

    expect(candidates).toEqual([await store.candidate(aCandidate().id)]);
  });

  test('has, for every combination of filters, just those to whom all of them apply', async () => {
    const office = aMixedOffice();
    await keep(...office);
    const found: Record<string, string[]> = {};
    const expected: Record<string, string[]> = {};

    for (const filter of everyFilter) {
      found[JSON.stringify(filter)] = (await listed(filter)).sort();
      expected[JSON.stringify(filter)] = office
        .filter((candidate) => matches(candidate, filter, exam, now))
        .map(({ id }) => id)
        .sort();
    }

    expect(found).toEqual(expected);
    expect(Object.values(found).flat()).not.toContain('lapsed');
  });

  test('of who waits begins with the next to retake, of who may with the latest to wait', async () => {
    await keep(
      ...['2026-11-20', '2026-10-25', '2026-11-01'].map((date) =>
        aCandidate({ id: `a${date}`, attempts: [date] }),
      ),
      ...['2026-10-01', '2026-05-01', '2026-10-20'].map((date) =>
        aCandidate({ id: `a${date}`, attempts: [date] }),
      ),
      aCandidate({ id: 'new' }),
    );

    expect(await listed({ status: 'waiting' })).toEqual([
      'a2026-10-25',
      'a2026-11-01',
      'a2026-11-20',
    ]);
    expect(await listed({ status: 'can-retake' })).toEqual([
      'a2026-10-20',
      'a2026-10-01',
      'a2026-05-01',
      'new',
    ]);
  });

  test.each([
    ['America/New_York', '2026-12-20T05:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-12-19T10:00:00.000Z'],
    ['Pacific/Honolulu', '2026-12-20T10:00:00.000Z'],
    ['Asia/Kathmandu', '2026-12-19T18:15:00.000Z'],
  ])('moves who waits in %s to who can retake at %s, of itself', async (timeZone, midnight) => {
    const justBefore = new Date(Date.parse(midnight) - 1).toISOString();
    await keep(aCandidate({ id: 'a1', timeZone, attempts: ['2026-11-20'], at: now }));

    const where = async (at: Instant) => ({
      waiting: await listed({ status: 'waiting' }, at),
      'can-retake': await listed({ status: 'can-retake' }, at),
    });

    expect(await where(justBefore)).toEqual({ waiting: ['a1'], 'can-retake': [] });
    expect(await where(midnight)).toEqual({ waiting: [], 'can-retake': ['a1'] });
    expect(await listed({ status: 'waiting', cohort: 'Spring A' }, justBefore)).toEqual(['a1']);
    expect(await listed({ status: 'can-retake', cohort: 'Spring A' }, midnight)).toEqual(['a1']);
  });

  test('counts a midnight that the clocks leave out by the first moment of the day', async () => {
    const candidate = aCandidate({ timeZone: 'Africa/Cairo', attempts: ['2026-03-25'], at: now });
    await keep(candidate);

    expect(await listed({ status: 'waiting' }, '2026-04-23T21:59:59.999Z')).toEqual(['a1b2c3']);
    expect(await listed({ status: 'can-retake' }, '2026-04-23T22:00:00.000Z')).toEqual(['a1b2c3']);
  });

  test('follows a zone or a deed that moves the date', async () => {
    await keep(aCandidate({ attempts: ['2026-11-20'], at: now }));
    const at = '2026-12-19T12:00:00.000Z';
    expect(await listed({ status: 'can-retake' }, at)).toEqual([]);

    const stored = (await store.candidate('a1b2c3'))!;
    await keep(changedBy(changeDetails(stored, { timeZone: 'Pacific/Kiritimati' }, rules, now)));

    expect(await listed({ status: 'can-retake' }, at)).toEqual(['a1b2c3']);
  });

  test('hides an enrolment from the very moment it runs out', async () => {
    const expiresAt = '2026-11-30T15:00:00.000Z';
    await keep({ ...aCandidate({ id: 'a1' }), enrolment: { signUpId: 'd4e5f6', expiresAt } });
    const filters = [{}, { status: 'unconfirmed' as const }, { cohort: 'Spring A' }];

    for (const filter of filters) {
      expect(await listed(filter, '2026-11-30T14:59:59.999Z')).toEqual(['a1']);
      expect(await listed(filter, expiresAt)).toEqual([]);
    }
  });

  test('of the flagged begins with who waits longest, whatever flags they have', async () => {
    await keep(
      flagged('d', ['email-failed'], '2026-11-04T00:00:00.000Z'),
      flagged('b', ['third-attempt-used', 'email-failed'], '2026-11-02T00:00:00.000Z'),
      flagged('e', flags, '2026-11-05T00:00:00.000Z'),
      flagged('a', ['email-complained'], '2026-11-01T00:00:00.000Z'),
      flagged('c', ['email-bounced', 'email-complained'], '2026-11-03T00:00:00.000Z'),
      flagged('nobody', [], now),
    );

    expect(await listed({ flag: 'any' })).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await listed({ flag: 'third-attempt-used' })).toEqual(['b', 'e']);
    expect(await listed({ flag: 'email-bounced' })).toEqual(['c', 'e']);
    expect(await listed({ flag: 'email-complained' })).toEqual(['a', 'c', 'e']);
    expect(await listed({ flag: 'email-failed' })).toEqual(['b', 'd', 'e']);
  });

  test('finds each of the 15 sets of flags under each of its flags', async () => {
    let sets: string[][] = [[]];
    for (const flag of flags) sets = sets.concat(sets.map((set) => [...set, flag]));
    const office = sets.map((set, index) => flagged(`set${index}`, set, now));
    await keep(...office);

    for (const flag of flags)
      expect((await listed({ flag })).sort()).toEqual(
        office
          .filter((candidate) => flagsOf(candidate, exam).includes(flag))
          .map(({ id }) => id)
          .sort(),
      );
    expect(await listed({ flag: 'any' })).toHaveLength(15);
  });

  test('of the flagged leaves out whose flag was acknowledged, and keeps their other flags', async () => {
    const candidate = flagged('a1', ['email-bounced', 'email-failed'], now);
    await keep({ ...candidate, acknowledged: [{ flag: 'email-bounced', since: now }] });

    expect(await listed({ flag: 'email-bounced' })).toEqual([]);
    expect(await listed({ flag: 'email-failed' })).toEqual(['a1']);
    expect(await listed({ flag: 'any' })).toEqual(['a1']);

    const stored = (await store.candidate('a1'))!;
    await keep({
      ...stored,
      acknowledged: [...stored.acknowledged, { flag: 'email-failed', since: now }],
    });
    expect(await listed({ flag: 'any' })).toEqual([]);
    expect(await listed({})).toEqual(['a1']);
  });

  test('of a cohort takes its name as it is written', async () => {
    const names = ['Spring A', 'spring a', 'Spring', '__proto__', 'Ñandú #1 "🎓"', 'x'.repeat(40)];
    await keep(...names.map((cohort, index) => aCandidate({ id: `c${index}`, cohort })));

    for (const [index, cohort] of names.entries())
      expect(await listed({ cohort })).toEqual([`c${index}`]);
  });

  test('forgets who was erased', async () => {
    await keep(flagged('a1', flags, now));
    await store.remove({ type: 'candidate', id: 'a1' });

    for (const filter of [{}, { flag: 'any' as const }, { cohort: 'Spring A' }])
      expect(await listed(filter)).toEqual([]);
  });
});

describe('a list that lags behind, or can’t be read', () => {
  beforeEach(begin);

  test('drops who no longer is what the index says, and no other', async () => {
    await keep(aCandidate({ id: 'b', attempts: ['2026-11-20'], at: now }));
    const waiting = aCandidate({ id: 'a', attempts: ['2026-11-20'], at: now });
    const before = flagged('a', ['email-bounced'], now);
    await put({
      ...itemFor(changedBy(markPassed({ ...waiting, cohort: 'Fall B' }, now))),
      ...listKeys(waiting, exam),
      ...flagKeys(before, exam),
    });

    expect(await listed({ status: 'waiting' })).toEqual(['b']);
    expect(await listed({ flag: 'email-bounced' })).toEqual([]);
    expect(await listed({ flag: 'any' })).toEqual([]);
    expect((await listed({})).sort()).toEqual(['a', 'b']);
  });

  test('fills a page from behind those who are no longer in it', async () => {
    for (const id of ['a', 'b', 'c', 'd']) {
      const candidate = aCandidate({ id, attempts: ['2026-11-20'], at: now });
      const isGone = id < 'c';
      await put({
        ...itemFor(isGone ? changedBy(markPassed(candidate, now)) : candidate),
        ...listKeys(candidate, exam),
      });
    }

    expect(await pagesOf({ status: 'waiting' }, 2)).toEqual([['c', 'd']]);
  });

  test.each([
    { what: 'a field of the wrong type', broken: { version: 'one' } },
    { what: 'a state that is not known', broken: { emailState: 'Ana.Flores@example.com' } },
    { what: 'no attempts', broken: { applications: [] } },
    { what: 'another record’s type', broken: { type: 'sign-up' } },
  ])(
    'leaves out an item with $what, logs its id alone, and shows the others',
    async ({ broken }) => {
      const bounced = (id: string) => flagged(id, ['email-bounced'], now);
      await keep(bounced('a'), bounced('c'));
      await put({ ...itemFor(bounced('b')), ...broken });

      for (const filter of [{}, { flag: 'any' as const }, { cohort: 'Spring A' }]) {
        logged.length = 0;
        expect(await listed(filter)).toEqual(['a', 'c']);
        expect(logged).toEqual([
          { event: 'record-not-listed', fields: { error: 'UnreadableItemError', id: 'b' } },
        ]);
      }
      expect(await pagesOf({}, 1)).toEqual([['a'], ['c']]);
      expect(JSON.stringify(logged)).not.toMatch(/Ana|Flores|example\.com|Spring A/);
    },
  );

  test('fails where DynamoDB does', async () => {
    const elsewhere = dynamoCandidateLists(tables.client, {
      tableName: 'nowhere',
      exam,
      log: () => {},
    });

    await expect(elsewhere.page({}, { limit: 1, now })).rejects.toThrow();
    await expect(elsewhere.page({ flag: 'any' }, { limit: 1, now })).rejects.toThrow();
    await expect(elsewhere.summary(now)).rejects.toThrow();
  });
});

describe('the pages of a list', () => {
  /** 24 candidates of every kind, most of them at moments that they share. */
  const many = aMixedOffice().concat(
    Array.from({ length: 8 }, (_, index) =>
      flagged(
        `same${index}`,
        ['third-attempt-used', 'email-bounced'].slice(0, 1 + (index % 2)),
        now,
      ),
    ),
    Array.from({ length: 8 }, (_, index) =>
      aCandidate({ id: `day${index}`, attempts: ['2026-10-10'], at: now, cohort: 'Fall B' }),
    ),
  );

  beforeAll(async () => {
    await begin();
    await keep(...many);
  });

  test.each([1, 2, 7])('of %d have each candidate of every list exactly once', async (limit) => {
    for (const filter of filtersToWalk) {
      const pages = await pagesOf(filter, limit);
      const expected = await listed(filter);

      expect(pages.flat(), JSON.stringify(filter)).toEqual(expected);
      for (const page of pages) expect(page.length).toBeLessThanOrEqual(limit);
    }
  });

  test('end with the last candidate, also where they fill the page', async () => {
    const all = await listed({ status: 'attempts-used' });
    expect(all).toHaveLength(10);

    expect(await pagesOf({ status: 'attempts-used' }, 10)).toEqual([all]);
    expect(await pagesOf({ status: 'attempts-used' }, 5)).toEqual([all.slice(0, 5), all.slice(5)]);
    expect(await pagesOf({ status: 'attempts-used' }, 11)).toEqual([all]);
  });

  test('are the same where DynamoDB answers in small pages of its own', async () => {
    const filters: ListFilter[] = [
      {},
      { status: 'can-retake' },
      { flag: 'any' },
      { flag: 'email-bounced', status: 'attempts-used', cohort: 'Spring A' },
      { cohort: 'Fall B' },
    ];
    const expected = await Promise.all(filters.map((filter) => pagesOf(filter, 3)));
    tables.client.middlewareStack.add(
      (next, context) => (args) =>
        next(
          context.commandName === 'QueryCommand'
            ? { ...args, input: { ...args.input, Limit: 2 } }
            : args,
        ),
      { step: 'initialize', name: 'small-pages' },
    );

    try {
      for (const [index, filter] of filters.entries())
        expect(await pagesOf(filter, 3)).toEqual(expected[index]);
    } finally {
      tables.client.middlewareStack.remove('small-pages');
    }
  });

  test('follow on a cursor at the exact end with an empty last page', async () => {
    for (const filter of filtersToWalk) {
      const [last] = (await pagesOf(filter, 1000)).flat().slice(-1);
      const candidate = many.find(({ id }) => id === last);
      if (candidate === undefined) continue;
      const keys = { ...listKeys(candidate, exam), ...flagKeys(candidate, exam) };
      const after = filter.flag === undefined ? keys.statusKey : keys.flaggedSince;

      expect(await lists.page(filter, { limit: 2, after, now })).toEqual({
        candidates: [],
        next: undefined,
      });
    }
  });

  test.each([
    ['nothing', ''],
    ['the first character', '!'],
    ['a character before that', '\u0000'],
    ['the last character', '~'],
    ['a character behind that', 'ÿ'.repeat(300)],
    ['the beginning of a place', 'retake#'],
    ['a moment alone', now],
    ['no place', 'nowhere#2026-11-23T15:00:00.000Z#a1'],
    ['a place before all', 'attempts-used#'],
    ['a place behind all', 'unconfirmed#9999-12-31T23:59:59.999Z#zzz~~'],
    ['text', 'SELECT * FROM candidates; --'],
  ])('give no error on a cursor that is %s', async (_, after) => {
    for (const filter of someFilters) {
      const page = await lists.page(filter, { limit: 2, after, now });

      const shown = page.candidates.map((candidate) => matches(candidate, filter, exam, now));
      expect(shown).toEqual(page.candidates.map(() => true));
    }
  });

  test('give no error on a cursor of another list, and show nobody who is not of this one', async () => {
    const cursors = new Set<string>();
    for (const filter of filtersToWalk) {
      const { next } = await lists.page(filter, { limit: 2, now });
      if (next !== undefined) cursors.add(next);
    }
    expect(cursors.size).toBeGreaterThan(5);

    for (const after of cursors)
      for (const filter of someFilters) {
        const { candidates } = await lists.page(filter, { limit: 50, after, now });
        expect(candidates.every((one) => matches(one, filter, exam, now))).toBe(true);
      }
  });
});

describe('the pages of a list that changes meanwhile', () => {
  beforeEach(async () => {
    await begin();
    await keep(
      ...['a', 'b', 'c', 'd', 'e', 'f'].map((id) =>
        aCandidate({ id, attempts: ['2026-11-20'], at: now }),
      ),
    );
  });

  async function pass(id: string) {
    await keep(changedBy(markPassed((await store.candidate(id))!, now)));
  }

  test('go on where they were, though the last one shown is gone', async () => {
    const { next } = await lists.page({ status: 'waiting' }, { limit: 2, now });
    await pass('b');

    const second = await lists.page({ status: 'waiting' }, { limit: 2, after: next, now });
    await store.remove({ type: 'candidate', id: 'd' });
    const third = await lists.page({ status: 'waiting' }, { limit: 2, after: second.next, now });

    expect([...second.candidates, ...third.candidates].map(({ id }) => id)).toEqual([
      'c',
      'd',
      'e',
      'f',
    ]);
    expect(third.next).toBeUndefined();
  });

  test('leave out who goes before their page comes, and show nobody twice', async () => {
    const { candidates, next } = await lists.page({ status: 'waiting' }, { limit: 2, now });
    await pass('a');
    await pass('d');

    const second = await lists.page({ status: 'waiting' }, { limit: 9, after: next, now });

    expect(candidates.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(second.candidates.map(({ id }) => id)).toEqual(['c', 'e', 'f']);
  });

  test('end where all that was left is gone', async () => {
    const { next } = await lists.page({ status: 'waiting' }, { limit: 3, now });
    for (const id of ['d', 'e', 'f']) await store.remove({ type: 'candidate', id });

    expect(await lists.page({ status: 'waiting' }, { limit: 3, after: next, now })).toEqual({
      candidates: [],
      next: undefined,
    });
  });

  test('show a flagged candidate once, though another flag is raised for them', async () => {
    const since = '2026-11-22T15:00:00.000Z';
    await keep(...['x', 'y', 'z'].map((id) => flagged(id, ['email-bounced'], since)));
    const first = await lists.page({ flag: 'any' }, { limit: 1, now });
    for (const id of ['x', 'y']) await keep({ ...(await store.candidate(id))!, complainedAt: now });

    const rest = await lists.page({ flag: 'any' }, { limit: 9, after: first.next, now });

    expect([...first.candidates, ...rest.candidates].map(({ id }) => id)).toEqual(['x', 'y', 'z']);
  });
});

describe('a large page', () => {
  test('has all of more candidates than DynamoDB gives at once', async () => {
    await begin();
    const ids = Array.from({ length: 250 }, (_, index) => `c${String(index).padStart(3, '0')}`);
    await putAll(ids.map((id) => aCandidate({ id, attempts: ['2026-11-20'], at: now })));

    expect(await listed({})).toEqual(ids);
    expect(await pagesOf({ cohort: 'Spring A' }, 101)).toEqual([
      ids.slice(0, 101),
      ids.slice(101, 202),
      ids.slice(202),
    ]);
  });

  test('has all of larger candidates than one answer of DynamoDB holds', async () => {
    await begin();
    const name = 'x'.repeat(300_000);
    const ids = Array.from({ length: 60 }, (_, index) => `big${String(index).padStart(2, '0')}`);
    for (const id of ids) await keep(aCandidate({ id, name }));

    expect(await listed({})).toEqual(ids);
  });
});

describe('the summary', () => {
  beforeEach(begin);

  const none = { waiting: 0, 'can-retake': 0, 'attempts-used': 0, passed: 0, unconfirmed: 0 };

  test('counts nobody where nobody is', async () => {
    expect(await lists.summary(now)).toEqual({ countedAt: now, all: none, cohorts: [] });
  });

  test('counts who stands where, in all and by cohort', async () => {
    await keep(...aMixedOffice());
    await store.save(aPendingLink());

    expect(await lists.summary(now)).toEqual({
      countedAt: now,
      all: { waiting: 2, 'can-retake': 4, 'attempts-used': 2, passed: 2, unconfirmed: 2 },
      cohorts: [
        { ...none, cohort: 'Fall B', waiting: 1, 'can-retake': 1, passed: 1, unconfirmed: 1 },
        {
          cohort: 'Spring A',
          waiting: 1,
          'can-retake': 2,
          'attempts-used': 2,
          passed: 1,
          unconfirmed: 1,
        },
      ],
    });
  });

  test('counts just who is listed', async () => {
    await keep(...aMixedOffice());

    const { all } = await lists.summary(now);

    for (const status of statuses) expect(await listed({ status })).toHaveLength(all[status]);
  });

  test('keeps cohorts apart that look alike, in the order of their names', async () => {
    const cohorts = ['constructor', 'b', '__proto__', 'A', 'a'];
    await keep(...cohorts.map((cohort, index) => aCandidate({ id: `c${index}`, cohort })));

    const summary = await lists.summary(now);

    expect(summary.cohorts.map(({ cohort }) => cohort).sort()).toEqual(cohorts.toSorted());
    expect(summary.cohorts.every((counts) => counts['can-retake'] === 1)).toBe(true);
    expect(summary.cohorts.map(({ cohort }) => cohort)).toEqual(
      cohorts.toSorted((one, other) => one.localeCompare(other)),
    );
  });

  test('is kept for a minute, and counted anew from then on', async () => {
    await lists.summary(now);
    await keep(aCandidate());

    const aMinuteLater = minutesAfter(now, 1);
    const justAfter = '2026-11-23T15:01:00.001Z';
    expect((await lists.summary(now)).all).toEqual(none);
    expect(await lists.summary(aMinuteLater)).toEqual({ countedAt: now, all: none, cohorts: [] });
    expect(await lists.summary(justAfter)).toMatchObject({
      countedAt: justAfter,
      all: { 'can-retake': 1 },
    });
  });

  test('is counted anew where the clock goes back', async () => {
    await keep(aCandidate({ attempts: ['2026-11-20'], at: now }));
    await lists.summary('2027-01-01T00:00:00.000Z');

    expect(await lists.summary(now)).toMatchObject({
      countedAt: now,
      all: { waiting: 1, 'can-retake': 0 },
    });
  });

  test('counts an item too that can’t be read', async () => {
    await put({ ...itemFor(aCandidate()), version: 'one' });

    expect((await lists.summary(now)).all).toEqual({ ...none, 'can-retake': 1 });
  });
});

describe('among 10,000 candidates', () => {
  const size = 10_000;
  const limit = 50;

  beforeAll(async () => {
    await begin();
    await putAll(Array.from({ length: size }, (_, index) => oneOfMany(index)));
  });

  const filters: ListFilter[] = [
    {},
    ...statuses.map((status) => ({ status })),
    { flag: 'any' },
    ...flags.map((flag) => ({ flag })),
    { cohort: 'Class 3' },
    ...statuses.map((status) => ({ status, cohort: 'Class 3' })),
  ];

  test.each(filters.map((filter) => ({ filter, list: JSON.stringify(filter) })))(
    'the first page of the list $list costs at most twice what its rows cost alone',
    async ({ filter }) => {
      const spent = await capacityOf(() => lists.page(filter, { limit, now }));

      expect(spent.result.candidates).toHaveLength(limit);
      expect(spent.result.next).toBeDefined();
      expect(spent.all).toBeLessThanOrEqual(2 * spent.rows);
    },
  );

  test('a page far behind costs no more than the first', async () => {
    let after: string | undefined;
    const costs: number[] = [];
    for (let page = 0; page < 20; page += 1) {
      const spent = await capacityOf(() =>
        lists.page({ status: 'waiting' }, { limit, after, now }),
      );
      costs.push(spent.all);
      after = spent.result.next;
    }

    expect(Math.max(...costs)).toBeLessThanOrEqual(costs[0]! + 1);
  });
});

/** As an office has them: a few enrolled, some flagged, most on their way. */
function oneOfMany(index: number): Candidate {
  const id = `${(index * 7919) % 10_000}`.padStart(32, 'f');
  const cohort = `Class ${Math.floor(index / 20) % 5}`;
  const at = minutesAfter('2026-11-20T00:00:00.000Z', index % 4000);
  const kind = index % 20;
  const day = String(1 + (index % 28)).padStart(2, '0');
  if (kind < 7) return aCandidate({ id, cohort, at, attempts: [`2026-11-${kind + 10}`] });
  if (kind < 13) return aCandidate({ id, cohort, at, attempts: [`2026-08-${day}`] });
  if (kind < 15) return aCandidate({ id, cohort, at, attempts: threeAttempts });
  if (kind < 17)
    return changedBy(markPassed(aCandidate({ id, cohort, at, attempts: [`2026-08-${day}`] }), at));
  if (kind === 17)
    return {
      ...aCandidate({ id, cohort, at }),
      enrolment: { signUpId: id, expiresAt: minutesAfter(now, 1 + (index % 4000)) },
    };
  if (kind === 18) return flagged(id, ['email-bounced', 'email-failed'], at, cohort);
  return flagged(id, ['email-complained'], at, cohort);
}

/** Writes candidates many at a time, each as the store writes it. */
async function putAll(candidates: readonly Candidate[]): Promise<void> {
  const items: Record<string, AttributeValue>[] = [];
  const client = {
    async send({ input }: PutItemCommand) {
      items.push(input.Item ?? {});
    },
  };
  const writer = storeOn(client as unknown as DynamoDBClient, tableName);
  for (const candidate of candidates) await writer.save(candidate);
  const batches = Array.from({ length: Math.ceil(items.length / 25) }, (_, index) =>
    items.slice(index * 25, index * 25 + 25),
  );
  await Promise.all(
    [0, 1, 2, 3].map(async (worker) => {
      for (const batch of batches.filter((_, index) => index % 4 === worker)) {
        const requests = batch.map((Item) => ({ PutRequest: { Item } }));
        const { UnprocessedItems } = await tables.client.send(
          new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }),
        );
        if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('Not all was put.');
      }
    }),
  );
}

/** What DynamoDB charges for the reading: in all, and for the rows that were shown. */
async function capacityOf<T>(act: () => Promise<T>) {
  let all = 0;
  let rows = 0;
  tables.client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next({
        ...args,
        input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' },
      });
      const output = answer.output as unknown as {
        ConsumedCapacity: { CapacityUnits: number } | { CapacityUnits: number }[];
      };
      for (const { CapacityUnits } of [output.ConsumedCapacity].flat()) {
        all += CapacityUnits;
        if (Array.isArray(output.ConsumedCapacity)) rows += CapacityUnits;
      }
      return answer;
    },
    { step: 'initialize', name: 'capacity' },
  );
  try {
    return { result: await act(), all, rows };
  } finally {
    tables.client.middlewareStack.remove('capacity');
  }
}
