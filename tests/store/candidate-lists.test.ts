import { type AttributeValue, BatchWriteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dynamoCandidateLists } from '../../lambdas/adapters/dynamodb/candidate-lists.ts';
import { indexKeys } from '../../lambdas/adapters/dynamodb/index-keys.ts';
import { newAddress } from '../../lambdas/core/address.ts';
import { markPassed } from '../../lambdas/core/attempts.ts';
import { type Candidate, emailStates, type Flag, flags, tombstoneOf } from '../../lambdas/core/candidate.ts';
import { type ListFilter, matches } from '../../lambdas/core/list-filter.ts';
import { statuses } from '../../lambdas/core/status.ts';
import { type Instant, minutesAfter } from '../../lambdas/core/time.ts';
import type { CandidateLists, Store } from '../../lambdas/services/ports.ts';
import { aCandidate, aPendingLink, changedBy, rules } from '../support/builders.ts';
import { memoryLists } from '../support/memory-lists.ts';
import { tablesForTests } from '../support/suite-tables.ts';
import { inSmallPages, storeOn } from '../support/table.ts';
import { isThorough, runs } from '../support/thorough.ts';

const now = '2026-11-23T15:00:00.000Z';
const { exam } = rules;
const threeAttempts = ['2026-07-01', '2026-09-01', '2026-11-01'];

const tables = await tablesForTests();

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
  for (const candidate of candidates) if (!(await store.save(candidate))) throw new Error(`Not saved: ${candidate.id}`);
}

/** Puts an item as it is, whatever the store would write. */
function put(item: Record<string, unknown>) {
  return tables.client.send(
    new PutItemCommand({ TableName: tableName, Item: marshall(item, { removeUndefinedValues: true }) }),
  );
}

/** What the store would write, to be changed and put. */
function itemFor(candidate: Candidate) {
  return { ...candidate, version: 1, pk: `candidate#${candidate.id}`, ...indexKeys(candidate, exam) };
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
function flagged(id: string, raised: readonly Flag[], since: Instant, cohort = 'Spring A'): Candidate {
  const attempts = raised.includes('third-attempt-used') ? threeAttempts : [];
  const email = { key: 'a', kind: 'reminder', dueAt: since, notAfter: since, tries: 1 } as const;
  return {
    ...aCandidate({ id, cohort, at: since, attempts }),
    ...(raised.includes('email-bounced') && { bouncedAt: since }),
    ...(raised.includes('email-complained') && { complainedAt: since }),
    emails: raised.includes('email-failed')
      ? [{ ...email, state: 'failed', at: since, reason: 'MessageRejected' }]
      : [],
  };
}

/** One candidate or more of every kind there is. */
function oneOfEachKind(): Candidate[] {
  const bouncedAt = '2026-11-22T15:00:00.000Z';
  const lately = '2026-11-20T15:00:00.000Z';
  const fallB = { cohort: 'Fall B' };
  const enrolled = (id: string, expiresAt: Instant, cohort = 'Spring A') => ({
    ...aCandidate({ id, cohort }),
    enrollment: { linkId: 'd4e5f6', expiresAt },
  });
  const passed = (candidate: Candidate) => changedBy(markPassed(candidate, now));
  return [
    aCandidate({ id: 'new' }),
    aCandidate({ id: 'waits-long', attempts: ['2026-11-20'], ...fallB }),
    { ...aCandidate({ id: 'waits-short', attempts: ['2026-10-25'] }), bouncedAt },
    aCandidate({ id: 'may', attempts: ['2026-10-01'] }),
    { ...aCandidate({ id: 'may-long', attempts: ['2026-05-01'], ...fallB }), bouncedAt },
    aCandidate({ id: 'without-cohort', attempts: ['2026-10-01'], cohort: undefined }),
    aCandidate({ id: 'used', attempts: threeAttempts, at: lately }),
    { ...aCandidate({ id: 'used-b', attempts: threeAttempts, at: lately }), bouncedAt },
    passed(aCandidate({ id: 'passed', attempts: ['2026-10-01'] })),
    passed(aCandidate({ id: 'passed-third', attempts: threeAttempts, ...fallB })),
    enrolled('enrolled', '2026-11-30T15:00:00.000Z'),
    { ...enrolled('enrolled-b', '2026-11-24T15:00:00.000Z', 'Fall B'), bouncedAt },
    enrolled('not-confirmed', now),
    { ...enrolled('lapsed', '2026-10-24T15:00:00.000Z'), bouncedAt },
  ];
}

const someFilters: ListFilter[] = [undefined, ...statuses].flatMap((status) =>
  [undefined, 'any' as const, 'email-bounced' as const].flatMap((flag) =>
    [undefined, 'Spring A'].map((cohort) => ({ status, flag, cohort })),
  ),
);

test.each([
  ['a second ago', -1, []],
  ['at this second', 0, []],
  ['years ago', -86_400 * 800, []],
  ['in a second', 1, ['b2']],
])('who expired %s is on no list, though not deleted yet', async (_, seconds, rest) => {
  await begin();
  await keep(aCandidate({ id: 'a1', cohort: 'Spring A', attempts: ['2026-11-20'] }));
  const expires = Date.parse(now) / 1000 + seconds;
  const candidate = aCandidate({ id: 'b2', cohort: 'Spring A', attempts: ['2026-11-20'] });
  await put({ ...itemFor(candidate), expires });

  for (const filter of [{}, { status: 'waiting' }, { cohort: 'Spring A' }, { q: 'ana' }] as const) {
    expect((await listed(filter)).toSorted()).toEqual(['a1', ...rest]);
    const { total } = await lists.page(filter, { limit: 1, now, withTotal: true });
    expect(total).toBe(1 + rest.length);
  }
  const counts = await lists.summary(now);
  expect([counts.all, ...counts.cohorts].map(({ waiting }) => waiting)).toEqual([1 + rest.length, 1 + rest.length]);
});

describe('a list of candidates', () => {
  beforeEach(begin);

  test('has each candidate as stored, and nothing else that is stored', async () => {
    const erased = aCandidate({ id: 'erased', attempts: threeAttempts });
    await keep(aCandidate({ attempts: ['2026-11-20'] }), erased);
    await store.save(aPendingLink());
    await store.save(newAddress('a1b2c3', now));
    await store.save(tombstoneOf({ ...erased, version: 1 }, now));

    const { candidates } = await lists.page({}, { limit: 50, now });

    expect(candidates).toEqual([await store.read('candidate', aCandidate().id)]);
    expect(await listed({ flag: 'any' })).toEqual([]);
  });

  test('of who waits begins with the next to retake, of who may with the latest to wait', async () => {
    const waiting = ['2026-10-25', '2026-11-01', '2026-11-20'];
    const may = ['2026-10-20', '2026-10-01', '2026-05-01'];
    for (const date of [...waiting.toReversed(), ...may.toReversed()])
      await keep(aCandidate({ id: date, attempts: [date] }));
    await keep(aCandidate({ id: 'new' }));

    expect(await listed({ status: 'waiting' })).toEqual(waiting);
    expect(await listed({ status: 'can-retake' })).toEqual(may);
    expect(await listed({ status: 'no-attempt' })).toEqual(['new']);
  });

  test.each([
    ['America/New_York', '2026-12-20T05:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-12-19T10:00:00.000Z'],
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

  test('flags an enrollment from the very moment it runs out, and hides it 30 days later', async () => {
    const expiresAt = '2026-11-30T15:00:00.000Z';
    const unflagged = '2026-11-30T14:59:59.999Z';
    await keep({ ...aCandidate({ id: 'a1' }), enrollment: { linkId: 'd4e5f6', expiresAt } });
    const filters = [{}, { status: 'unconfirmed' as const }, { cohort: 'Spring A' }];

    for (const filter of filters) {
      expect(await listed(filter, '2026-12-30T14:59:59.999Z')).toEqual(['a1']);
      expect(await listed(filter, '2026-12-30T15:00:00.000Z')).toEqual([]);
    }
    for (const flag of ['any', 'not-confirmed'] as const) {
      expect(await listed({ flag }, unflagged)).toEqual([]);
      expect(await listed({ flag }, expiresAt)).toEqual(['a1']);
    }
  });

  test('of one flag begins with who has it last, whatever other flags they have', async () => {
    const on = (day: number) => `2026-11-0${day}T00:00:00.000Z`;
    await keep(
      flagged('d', ['email-failed'], on(4)),
      { ...flagged('b', ['email-failed'], on(2)), bouncedAt: on(9) },
      { ...flagged('e', flags, on(5)), bouncedAt: on(1) },
      flagged('a', ['email-complained'], on(1)),
      { ...flagged('c', ['email-bounced', 'email-complained'], on(3)), complainedAt: on(8) },
      flagged('nobody', [], now),
    );

    expect(await listed({ flag: 'any' })).toEqual(['b', 'c', 'e', 'd', 'a']);
    for (const limit of [1, 2, 9]) {
      expect((await pagesOf({ flag: 'email-failed' }, limit)).flat()).toEqual(['e', 'd', 'b']);
      expect((await pagesOf({ flag: 'email-bounced' }, limit)).flat()).toEqual(['b', 'c', 'e']);
    }
  });

  test('of the flagged leaves out whose flag was acknowledged, and keeps their other flags', async () => {
    const candidate = flagged('a1', ['email-bounced', 'email-failed'], now);
    await keep({ ...candidate, acknowledged: [{ flag: 'email-bounced', since: now }] });

    expect(await listed({ flag: 'email-bounced' })).toEqual([]);
    expect(await listed({ flag: 'email-failed' })).toEqual(['a1']);
    expect(await listed({ flag: 'any' })).toEqual(['a1']);

    const stored = (await store.read('candidate', 'a1'))!;
    await keep({ ...stored, acknowledged: [...stored.acknowledged, { flag: 'email-failed', since: now }] });
    expect(await listed({ flag: 'any' })).toEqual([]);
    expect(await listed({})).toEqual(['a1']);
  });

  test('of a cohort takes its name as it is written, but for case and spaces', async () => {
    const names = ['Spring A', 'Spring', '__proto__', 'Ñandú #1 "🎓"', 'x'.repeat(40)];
    await keep(...names.map((cohort, index) => aCandidate({ id: `c${index}`, cohort })));

    for (const [index, cohort] of names.entries())
      for (const spelling of [cohort, cohort.toUpperCase(), cohort.replace(' ', '   ')])
        expect(await listed({ cohort: spelling })).toEqual([`c${index}`]);
    await keep(flagged('flagged', ['email-bounced'], now, 'Spring A'));
    expect(await listed({ cohort: 'SPRING  a', flag: 'any' })).toEqual(['flagged']);
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
      ...indexKeys({ ...before, applications: waiting.applications }, exam),
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
        ...indexKeys(candidate, exam),
      });
    }

    expect(await pagesOf({ status: 'waiting' }, 2)).toEqual([['c', 'd']]);
  });

  test('leaves out an item that can’t be read, logs its id alone, and shows the others', async () => {
    const bounced = (id: string) => flagged(id, ['email-bounced'], now);
    await keep(bounced('a'), bounced('c'));
    for (const broken of [{ emailState: 'Ana.Flores@example.com' }, { applications: [] }, { type: 'Spring A' }]) {
      await put({ ...itemFor(bounced('b')), ...broken });

      for (const filter of [{}, { flag: 'any' as const }, { cohort: 'Spring A' }]) {
        logged.length = 0;
        expect((await listed(filter)).sort()).toEqual(['a', 'c']);
        expect(logged).toEqual([{ event: 'record-unlistable', fields: { error: 'UnreadableItemError', id: 'b' } }]);
      }
      expect(await pagesOf({}, 1)).toEqual([['a'], ['c']]);
    }
  });
});

describe('the pages of a list', () => {
  /** 24 candidates of every kind, most of them at moments that they share. */
  const many = oneOfEachKind().concat(
    Array.from({ length: 8 }, (_, index) =>
      flagged(`same${index}`, (['third-attempt-used', 'email-bounced'] as const).slice(0, 1 + (index % 2)), now),
    ),
    Array.from({ length: 8 }, (_, index) =>
      aCandidate({ id: `day${index}`, attempts: ['2026-10-10'], at: now, cohort: 'Fall B' }),
    ),
  );

  beforeAll(async () => {
    await begin();
    await keep(...many);
  });

  test('are the same where DynamoDB answers in small pages of its own', async () => {
    const filters: ListFilter[] = [
      {},
      { status: 'can-retake' },
      { flag: 'any' },
      { flag: 'email-bounced', status: 'attempts-used', cohort: 'Spring A' },
      { cohort: 'Fall B' },
    ];
    const walked = () => Promise.all(filters.map((filter) => pagesOf(filter, 3)));
    const expected = await walked();

    expect(await inSmallPages(tables.client, walked)).toEqual(expected);
  });

  test('give no error on a cursor of another list or of nowhere, and show nobody who is not of this one', async () => {
    const pages = await Promise.all(someFilters.map((filter) => lists.page(filter, { limit: 2, now })));
    const others = new Set(pages.flatMap(({ next }) => next ?? []));
    expect(others.size).toBeGreaterThan(5);

    const places = [...others, '', '\u0000', 'ÿ'.repeat(300), 'retake#', 'nowhere#now#a1', ' '];
    for (const [index, after] of places.entries())
      await Promise.all(
        someFilters.filter(isThorough ? Boolean : (_, place) => (place + index) % 4 === 0).map(async (filter) => {
          const { candidates } = await lists.page(filter, { limit: 9, after, now });
          expect(candidates.filter((one) => !matches(one, filter, exam, now))).toEqual([]);
        }),
      );
  });
});

describe('the pages of a list that changes meanwhile', () => {
  beforeEach(async () => {
    await begin();
    await keep(...['a', 'b', 'c', 'd', 'e', 'f'].map((id) => aCandidate({ id, attempts: ['2026-11-20'], at: now })));
  });

  async function pass(id: string) {
    await keep(changedBy(markPassed((await store.read('candidate', id))!, now)));
  }

  async function erase(id: string) {
    await store.save(tombstoneOf((await store.read('candidate', id))!, now));
  }

  test('go on where they were, though the last one shown is gone', async () => {
    const { next } = await lists.page({ status: 'waiting' }, { limit: 2, now });
    await pass('b');

    const second = await lists.page({ status: 'waiting' }, { limit: 2, after: next, now });
    await erase('d');
    const third = await lists.page({ status: 'waiting' }, { limit: 2, after: second.next, now });

    expect([...second.candidates, ...third.candidates].map(({ id }) => id)).toEqual(['c', 'd', 'e', 'f']);
    expect(third.next).toBeUndefined();
  });

  test('show a flagged candidate once, though another flag is raised for them', async () => {
    const since = '2026-11-22T15:00:00.000Z';
    await keep(...['x', 'y', 'z'].map((id) => flagged(id, ['email-bounced'], since)));
    const first = await lists.page({ flag: 'email-bounced' }, { limit: 1, now });
    for (const id of ['x', 'y']) await keep({ ...(await store.read('candidate', id))!, complainedAt: now });

    const rest = await lists.page({ flag: 'email-bounced' }, { limit: 9, after: first.next, now });

    expect([...first.candidates, ...rest.candidates].map(({ id }) => id)).toEqual(['z', 'y', 'x']);
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

  test('has all of those too that DynamoDB leaves for another request', async () => {
    await begin();
    const ids = Array.from({ length: 30 }, (_, index) => `c${String(index).padStart(2, '0')}`);
    await putAll(ids.map((id) => aCandidate({ id })));
    let asked = 0;
    tables.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName !== 'BatchGetItemCommand') return next(args);
        asked += 1;
        const { RequestItems } = args.input as {
          RequestItems: Record<string, { Keys: Record<string, AttributeValue>[] }>;
        };
        const { Keys = [], ...options } = RequestItems[tableName] ?? {};
        const only = (some: typeof Keys) => ({ [tableName]: { ...options, Keys: some } });
        const answer = await next({ ...args, input: { ...args.input, RequestItems: only(Keys.slice(0, 12)) } });
        const left = Keys.slice(12);
        if (left.length > 0) Object.assign(answer.output, { UnprocessedKeys: only(left) });
        return answer;
      },
      { step: 'initialize', name: 'left-over' },
    );

    try {
      expect(await listed({})).toEqual(ids);
      expect(asked).toBe(3);
    } finally {
      tables.client.middlewareStack.remove('left-over');
    }
  });
});

describe('a search', () => {
  beforeEach(async () => {
    await begin();
    await keep(
      aCandidate({ id: 'm1', name: 'María López-García', email: 'mlopez@school.edu' }),
      aCandidate({ id: 'm2', name: 'Mario Lopes', email: 'mario@example.com', attempts: ['2026-11-20'] }),
      aCandidate({ id: 'a1', name: 'Ana Flores', email: 'LOPEZ.ana@example.com', cohort: undefined }),
      flagged('a2', ['email-bounced'], now),
    );
  });

  test.each<[ListFilter, string[]]>([
    [{ q: 'maria  LOPEZ' }, ['m1']],
    [{ q: 'lopez' }, ['a1', 'm1']],
    [{ q: 'lopez', cohort: '' }, ['a1']],
    [{ q: ' ' }, ['a1', 'a2', 'm1', 'm2']],
    [{ q: 'flores', flag: 'any' }, ['a2']],
    [{ q: 'mari', status: 'waiting', emailState: 'active' }, ['m2']],
    [{ q: 'mari', emailState: 'bounced' }, []],
    // Where nobody matches, those one mistake away.
    [{ q: 'loqez' }, ['a1', 'm1']],
    [{ q: 'maira lopez' }, ['m1']],
    [{ q: 'lopez', status: 'waiting' }, ['m2']],
    [{ q: 'mlopez@schol.edu' }, ['m1']],
    [{ q: 'nobody' }, []],
  ])('for %j finds %j', async (filter, expected) => {
    expect(await listed(filter)).toEqual(expected);
    expect((await pagesOf(filter, 1)).flat()).toEqual(expected);
  });

  test('goes on as it began: one for a mistake with mistakes, one that found someone without', async () => {
    const page = (q: string, after?: string) => lists.page({ q }, { limit: 1, after, now });
    const exact = await page('lopez');
    const near = await page('lopex');
    for (const id of ['m1', 'x1'])
      await keep({
        ...((await store.read('candidate', id)) ?? aCandidate({ id })),
        name: id === 'm1' ? 'Maria Lopex' : 'Nora Lopex',
        email: `${id}@example.com`,
      });

    expect((await page('lopez', exact.next)).candidates).toEqual([]);
    const { candidates, next } = await page('lopex', near.next);
    expect(candidates.map(({ id }) => id)).toEqual(['m1']);
    expect((await page('lopex', next)).candidates.map(({ id }) => id)).toEqual(['m2']);
  });
});

describe('the lists of any population', () => {
  const cohort = fc.constantFrom('Spring A', 'Fall B', undefined);
  const email = fc.constantFrom('ana@b.org', 'Lee.Ana@c.org', 'zoe@b.org');
  const person = fc.record({
    name: fc.constantFrom('Ana Lee', 'ana lee', 'Ána', 'Anna Lee', 'Zoë Øst', 'zoe ost', '李 𠮷', '~'),
    ...{ email, cohort },
    attempts: fc.constantFrom([], ['2026-11-20'], ['2026-10-01'], threeAttempts),
    raised: fc.subarray(['email-bounced', 'email-complained', 'email-failed'] as const),
    since: fc.integer({ min: 1, max: 50 }).map((hours) => minutesAfter(now, -60 * hours)),
    emailState: fc.constantFrom(...emailStates),
    hasPassed: fc.boolean(),
    /** Some enrollments lapse just now. */
    hoursToConfirm: fc.constantFrom(undefined, undefined, 0, 1, 5),
  });
  const population = fc.array(person, { minLength: 1, maxLength: 14 }).map((people) =>
    people.map(({ raised, since, emailState, hasPassed, hoursToConfirm, ...rest }, index): Candidate => {
      const expiresAt = minutesAfter(now, 60 * (hoursToConfirm ?? 0));
      const candidate = {
        ...aCandidate({ id: `id${index}`, at: since, ...rest }),
        emailState,
        ...(hoursToConfirm !== undefined && { enrollment: { linkId: 'd4e5f6', expiresAt } }),
        ...(raised.includes('email-bounced') && { bouncedAt: since }),
        ...(raised.includes('email-complained') && { complainedAt: now }),
        ...(raised.includes('email-failed') && { emails: flagged('', raised, since).emails }),
      };
      return hasPassed ? changedBy(markPassed(candidate, since)) : candidate;
    }),
  );
  const oneOf = <T>(...values: T[]) => fc.constantFrom(undefined, undefined, ...values);
  const filters = fc.array(
    fc.record({
      q: oneOf('ana', 'LEE an', 'anna', 'annq', 'aan org', 'oest', '𠮷', ' '),
      status: oneOf(...statuses),
      flag: oneOf('any' as const, ...flags),
      emailState: oneOf(...emailStates),
      cohort: oneOf('spring a', 'Fall B', '', null),
    }),
    { minLength: 8, maxLength: 8 },
  );
  const limit = fc.integer({ min: 1, max: 5 });

  test('have, page by page, whom the filter matches, in order and counted', async () => {
    await fc.assert(
      fc.asyncProperty(population, filters, limit, async (people, someFilters, size) => {
        await begin();
        await putAll(people);
        const expected = memoryLists({ all: () => people });
        for (const filter of someFilters)
          for (let after: string | undefined, page = 0; page === 0 || after; page += 1) {
            const options = { limit: size, after, now, withTotal: true };
            const found = await lists.page(filter, options);
            const { candidates, next, total } = await expected.page(filter, options);
            expect(found.candidates.map(({ id }) => id)).toEqual(candidates.map(({ id }) => id));
            expect([found.next, found.total]).toEqual([next, total]);
            after = found.next;
          }
        expect(await lists.summary(now)).toEqual(await expected.summary(now));
      }),
      { numRuns: runs(30) },
    );
  });

  test('show everyone once from A to Z, while others are renamed and everyone’s status and flags change', async () => {
    await fc.assert(
      fc.asyncProperty(population, limit, fc.array(fc.nat()), async (people, size, changes) => {
        await begin();
        await putAll(people);
        const isRenamed = (id: string) => id.endsWith('3');
        const change = [
          (one: Candidate) => changedBy(markPassed(one, now)),
          (one: Candidate) => ({ ...one, bouncedAt: now, emailState: 'bounced' as const }),
          (one: Candidate) => ({ ...one, bouncedAt: undefined, complainedAt: now }),
        ];
        const seen: Candidate[] = [];
        for (let after: string | undefined, page = 0; page === 0 || after; page += 1) {
          const { candidates, next } = await lists.page({}, { limit: size, after, now });
          seen.push(...candidates);
          after = next;
          for (const [index, { id }] of people.entries()) {
            const one = (await store.read('candidate', id))!;
            const changed = change[((changes[page] ?? 0) + index) % 5]?.(one) ?? one;
            await store.save(isRenamed(id) ? { ...changed, name: `${page % 2 ? 'A' : 'Z'}na` } : changed);
          }
        }
        const names = seen.filter(({ id }) => !isRenamed(id)).map(({ id }) => id);
        const inOrder = await listed({});
        expect(names).toEqual(inOrder.filter((id) => !isRenamed(id)));
      }),
      { numRuns: runs(10) },
    );
  });
});

describe('the summary', () => {
  beforeEach(begin);

  const none = Object.fromEntries(statuses.map((status) => [status, 0]));

  test('counts who stands where, in all and by cohort', async () => {
    await keep(...oneOfEachKind());
    await store.save(aPendingLink());

    expect(await lists.summary(now)).toEqual({
      countedAt: now,
      all: { ...none, waiting: 2, 'can-retake': 3, 'attempts-used': 2, 'no-attempt': 1, passed: 2, unconfirmed: 3 },
      cohorts: [
        { ...none, cohort: 'Fall B', rest: false, waiting: 1, 'can-retake': 1, passed: 1, unconfirmed: 1 },
        {
          ...none,
          cohort: 'Spring A',
          rest: false,
          waiting: 1,
          'can-retake': 1,
          'attempts-used': 2,
          'no-attempt': 1,
          passed: 1,
          unconfirmed: 2,
        },
        { ...none, cohort: null, rest: false, 'can-retake': 1 },
      ],
    });
  });

  test('keeps cohorts apart that look alike, in the order of their names', async () => {
    const cohorts = ['constructor', 'b', '__proto__', 'A', 'á'];
    await keep(...cohorts.map((cohort, index) => aCandidate({ id: `c${index}`, cohort })));

    const summary = await lists.summary(now);

    expect(summary.cohorts.map(({ cohort }) => cohort).sort()).toEqual(cohorts.toSorted());
    expect(summary.cohorts.every((counts) => counts['no-attempt'] === 1)).toBe(true);
    expect(summary.cohorts.map(({ cohort }) => cohort)).toEqual(
      cohorts.toSorted((one, other) => one.localeCompare(other)),
    );
  });

  test('is kept for a minute, and counted again from then on and where the clock goes back', async () => {
    await lists.summary(now);
    await keep(aCandidate());

    const aMinuteLater = minutesAfter(now, 1);
    const justAfter = '2026-11-23T15:01:00.001Z';
    expect((await lists.summary(now)).all).toEqual(none);
    expect(await lists.summary(aMinuteLater)).toEqual({ countedAt: now, all: none, cohorts: [] });
    expect(await lists.summary(justAfter)).toMatchObject({ countedAt: justAfter, all: { 'no-attempt': 1 } });
    expect((await lists.summary(now)).countedAt).toBe(now);
  });

  test('counts an item too that can’t be read', async () => {
    await put({ ...itemFor(aCandidate()), version: 'one' });

    expect((await lists.summary(now)).all).toEqual({ ...none, 'no-attempt': 1 });
  });
});

describe('the cost of a list', () => {
  const limit = 10;
  const filters: ListFilter[] = [undefined, 'Class 1'].flatMap((cohort) => [
    { cohort },
    ...statuses.map((status) => ({ status, cohort })),
    { flag: 'any' as const, cohort },
    ...flags.slice(0, 4).map((flag) => ({ flag, cohort })),
  ]);

  /** What the first page of each list costs, in capacity units. */
  async function firstPages() {
    const costs: Record<string, number> = {};
    for (const filter of filters) {
      const spent = await capacityOf(() => lists.page(filter, { limit, now }));
      expect([filter, spent.result.candidates.length]).toEqual([filter, limit]);
      costs[JSON.stringify(filter)] = spent.all;
    }
    return costs;
  }

  test('does not grow with the number of candidates, nor from page to page', async () => {
    await begin();
    const total = () => capacityOf(() => lists.page({}, { limit, now, withTotal: true }));
    const all = Array.from({ length: 1001 }, (_, index) => oneOfMany(index));
    await putAll(all.slice(0, 300));
    const before = await firstPages();
    await putAll(all.slice(300, 1000));
    expect((await total()).result.total).toBe(1000);
    await putAll(all.slice(1000));
    const after = await firstPages();
    const counted = await total();

    for (const [list, cost] of Object.entries(after))
      expect([list, cost - before[list]!]).toEqual([list, expect.toSatisfy((more) => more <= 1)]);
    expect(counted.result.total).toBeNull();
    expect(counted.all).toBeLessThanOrEqual(after['{}']! + 40);

    let position: string | undefined;
    for (let page = 0; page < 20; page += 1) {
      const options = { limit, after: position, now };
      const spent = await capacityOf(() => lists.page({ status: 'waiting' }, options));
      expect(spent.all).toBeLessThanOrEqual(after['{"status":"waiting"}']! + 1);
      position = spent.result.next;
    }
  });
});

/** As a school has them: a few enrolled, some flagged, most on their way. */
function oneOfMany(index: number): Candidate {
  const id = `${(index * 7919) % 10_000}`.padStart(32, 'f');
  const cohort = `Class ${Math.floor(index / 10) % 2}`;
  const at = minutesAfter('2026-11-20T00:00:00.000Z', index % 4000);
  const kind = index % 10;
  const day = String(1 + (index % 28)).padStart(2, '0');
  if (kind < 3) return aCandidate({ id, cohort, at, attempts: [`2026-11-${kind + 10}`] });
  if (kind < 5) return aCandidate({ id, cohort, at, attempts: [`2026-08-${day}`] });
  if (kind === 5) return aCandidate({ id, cohort, at, attempts: threeAttempts });
  if (kind === 6) return changedBy(markPassed(aCandidate({ id, cohort, at, attempts: [`2026-08-${day}`] }), at));
  if (kind === 7)
    return {
      ...aCandidate({ id, cohort, at }),
      enrollment: { linkId: id, expiresAt: minutesAfter(now, 1 + (index % 4000)) },
    };
  if (kind === 8) return flagged(id, ['email-bounced', 'email-failed'], at, cohort);
  return flagged(id, ['email-complained'], at, cohort);
}

/** Writes candidates many at a time. */
async function putAll(candidates: readonly Candidate[]): Promise<void> {
  const items = candidates.map((candidate) => marshall(itemFor(candidate), { removeUndefinedValues: true }));
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

/** What DynamoDB charges for the reading. */
async function capacityOf<T>(act: () => Promise<T>) {
  let all = 0;
  tables.client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
      const output = answer.output as unknown as {
        ConsumedCapacity: { CapacityUnits: number } | { CapacityUnits: number }[];
      };
      for (const { CapacityUnits } of [output.ConsumedCapacity].flat()) all += CapacityUnits;
      return answer;
    },
    { step: 'initialize', name: 'capacity' },
  );
  try {
    return { result: await act(), all };
  } finally {
    tables.client.middlewareStack.remove('capacity');
  }
}
