import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { type ListEntry, type ListFilter, matcherFor } from '../../core/list-filter.ts';
import type { Instant } from '../../core/time.ts';
import { cohortPartition, endOf, nameIn, statusAt, statusRange } from './index-keys.ts';
import { epochSeconds, refFrom } from './stored-item.ts';
import { cohortIndex, cohortNameIndex, flaggedIndex, nameIndex, statusIndex } from './table.ts';

const indexedSchema = z.object({
  pk: z.string(),
  statusKey: z.string(),
  nameKey: z.string(),
  email: z.string(),
  cohort: z.optional(z.string()),
  emailState: z._default(z.string(), 'active'),
  flags: z._default(z.record(z.string(), z.string()), {}),
  flaggedSince: z._default(z.string(), ''),
  expires: z.optional(z.number()),
});
type Indexed = z.infer<typeof indexedSchema>;

/** A candidate's place in a list. */
export type ListKey = {
  pk: string;
  /** Where a page starts that continues after this one. */
  position: string;
  /** Found only by allowing for a mistake in the search. */
  isNear: boolean;
};

type Table = { client: DynamoDBClient; tableName: string };
type Start = { after?: string | undefined; now: Instant; readAtOnce: number };

/** Marks positions of a tolerant search; no position of another list starts with a space. */
const nearMark = ' ';

/**
 * The candidates of a list in order, starting after the previous page. If a search matches nobody up to
 * the end, those who match it with a mistake.
 */
export async function* listKeys(
  table: Table,
  filter: ListFilter,
  { after = '', now, readAtOnce }: Start,
): AsyncGenerator<ListKey, undefined> {
  const isTolerant = after.startsWith(nearMark);
  const position = isTolerant ? after.slice(nearMark.length) : after;
  const isMatch = matcherFor(filter);
  const near: ListKey[] = [];
  let isFound = after !== '';
  for await (const { key, at } of placesOf(table, filter, { after: position, now, readAtOnce })) {
    const entry = entryAt(key, now);
    if (entry === undefined || at === position) continue;
    if (isMatch(entry, isTolerant)) {
      isFound = true;
      yield { pk: key.pk, position: isTolerant ? nearMark + at : at, isNear: isTolerant };
    } else if (!isFound && filter.q && isMatch(entry, true))
      near.push({ pk: key.pk, position: nearMark + at, isNear: true });
  }
  if (!isFound) yield* near;
}

/** Everyone's status and cohort, to be counted. */
export async function* everyone(table: Table, now: Instant): AsyncGenerator<ListEntry, undefined> {
  const path: Path = {
    index: statusIndex,
    partition: allCandidates,
    sort: 'statusKey',
    isForward: true,
  };
  for await (const key of indexed(table, path, '')) {
    const entry = entryAt(key, now);
    if (entry) yield entry;
  }
}

/** Undefined for an enrollment that lapsed and for whatever else has expired. */
function entryAt(key: Indexed, now: Instant): ListEntry | undefined {
  const status = statusAt(key.statusKey, now);
  if (status === undefined || (key.expires !== undefined && key.expires <= epochSeconds(now))) return undefined;
  // A flag that lies ahead is in the index already.
  const flags = Object.keys(key.flags).filter((flag) => (key.flags[flag] ?? '') <= now);
  return { ...key, status, name: nameIn(key.nameKey), flags };
}

type Place = { key: Indexed; at: string };

async function* placesOf(
  table: Table,
  filter: ListFilter,
  { after, now, readAtOnce }: Start & { after: string },
): AsyncGenerator<Place, undefined> {
  const { flag } = filter;
  const path = pathOf(filter, now);
  if (flag !== undefined && flag !== 'any')
    return yield* newestFirst(indexed(table, path, '', readAtOnce), flag, after);
  for await (const key of indexed(table, path, after, readAtOnce)) yield { key, at: key[path.sort] };
}

/**
 * Those with one flag, by when that one was raised. The index has them by the latest of their flags, so
 * a place is final once everyone further down was flagged before; `not-confirmed` alone may be later.
 */
async function* newestFirst(
  flagged: AsyncGenerator<Indexed, undefined>,
  flag: string,
  after: string,
): AsyncGenerator<Place, undefined> {
  const waiting: Place[] = [];
  const isFinal = (place: Place | undefined, { flaggedSince }: Indexed): place is Place =>
    place !== undefined && flag !== 'not-confirmed' && place.at > flaggedSince;
  for await (const key of flagged) {
    for (let first = waiting[0]; isFinal(first, key); first = waiting[0]) {
      yield first;
      waiting.shift();
    }
    const since = key.flags[flag];
    const at = `${since}#${endOf(refFrom(key.pk).id)}`;
    if (since === undefined || (after !== '' && at >= after)) continue;
    const place = waiting.findIndex((other) => other.at < at);
    waiting.splice(place < 0 ? waiting.length : place, 0, { key, at });
  }
  yield* waiting;
}

/** The way through an index that gives a list in its order. */
type Path = {
  index: string;
  partition: [name: string, value: string];
  sort: 'statusKey' | 'nameKey' | 'flaggedSince';
  isForward: boolean;
  range?: { from: string; to: string };
};

const allCandidates: Path['partition'] = ['list', 'all'];

function pathOf({ flag, status, cohort }: ListFilter, now: Instant): Path {
  if (flag !== undefined)
    return {
      index: flaggedIndex,
      partition: ['flagged', 'flagged'],
      sort: 'flaggedSince',
      isForward: false,
      // A flag that lies ahead is in the index already.
      range: { from: '!', to: `${now}~` },
    };
  const isOfAll = cohort === undefined;
  const partition: Path['partition'] = isOfAll ? allCandidates : ['cohortKey', cohortPartition(cohort)];
  if (status === undefined)
    return {
      index: isOfAll ? nameIndex : cohortNameIndex,
      partition,
      sort: 'nameKey',
      isForward: true,
    };
  const { isForward, ...range } = statusRange(status, now);
  return {
    index: isOfAll ? statusIndex : cohortIndex,
    partition,
    sort: 'statusKey',
    isForward,
    range,
  };
}

/** The entries of an index after that key, read a page at a time. */
async function* indexed(
  { client, tableName }: Table,
  { index, partition: [name, value], sort, isForward, range }: Path,
  after: string,
  readAtOnce?: number,
): AsyncGenerator<Indexed, undefined> {
  const { condition, keys } = conditionOn(sort, after, isForward, range);
  let start: Record<string, AttributeValue> | undefined;
  let limit = readAtOnce;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: index,
        KeyConditionExpression: `#partition = :partition${condition}`,
        ExpressionAttributeNames: { '#partition': name },
        ExpressionAttributeValues: marshall({ ':partition': value, ...keys }),
        ScanIndexForward: isForward,
        Limit: limit,
        ExclusiveStartKey: start,
      }),
    );
    for (const item of Items) yield indexedSchema.parse(unmarshall(item));
    start = LastEvaluatedKey;
    // Whoever a filter lets through may be far down.
    if (limit !== undefined) limit *= 2;
  } while (start !== undefined);
}

/** The condition for the part of a range that comes after that key. */
function conditionOn(sort: Path['sort'], after: string, isForward: boolean, range: Path['range']) {
  if (range === undefined)
    return after === ''
      ? { condition: '', keys: {} }
      : { condition: ` AND ${sort} ${isForward ? '>' : '<'} :after`, keys: { ':after': after } };
  const { from, to } = range;
  const start = isForward && after > from ? after : from;
  const end = !isForward && after !== '' && after < to ? after : to;
  return {
    condition: ` AND ${sort} BETWEEN :start AND :end`,
    keys: { ':start': start < end ? start : end, ':end': end },
  };
}
