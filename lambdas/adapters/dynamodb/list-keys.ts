import * as z from 'zod/mini';
import { type ListEntry, type ListFilter, matcherFor } from '../../core/list-filter.ts';
import type { Instant } from '../../core/time.ts';
import { cohortPartition, endOf, nameIn, statusAt, statusRange } from './index-keys.ts';
import { type Condition, queryIndex } from './items.ts';
import { epochSeconds, refFrom } from './stored-item.ts';
import { type IndexName, indexes, type Table } from './table.ts';

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

export type ListKey = {
  pk: string;
  /** Where a page starts that continues after this one. */
  position: string;
  /** Found only by allowing for a typo. */
  isNear: boolean;
};

type Start = { after?: string | undefined; now: Instant; readAtOnce: number };

/** Marks positions of a tolerant search; no position of another list starts with a space. */
const nearMark = ' ';

/** The candidates of a list in order; if nobody matches a search exactly, those who match it with one typo. */
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

export async function* everyone(table: Table, now: Instant): AsyncGenerator<ListEntry, undefined> {
  for await (const key of indexed(table, { index: 'byStatus', partition: 'all', isForward: true }, '')) {
    const entry = entryAt(key, now);
    if (entry) yield entry;
  }
}

/** Undefined for a lapsed enrollment, or anything else that has expired. */
function entryAt(key: Indexed, now: Instant): ListEntry | undefined {
  const status = statusAt(key.statusKey, now);
  if (status === undefined || (key.expires !== undefined && key.expires <= epochSeconds(now))) return undefined;
  // The index already has flags that lie ahead.
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
  const { sort } = indexes[path.index];
  for await (const key of indexed(table, path, after, readAtOnce)) yield { key, at: key[sort] };
}

/** The index sorts by the latest of all flags: a place is final once the rest is older, except for `not-confirmed`. */
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

type Path = {
  index: Exclude<IndexName, 'due'>;
  partition: string;
  isForward: boolean;
  range?: { from: string; to: string };
};

function pathOf({ flag, status, cohort }: ListFilter, now: Instant): Path {
  // The index already has flags that lie ahead.
  const upToNow = { from: '!', to: `${now}~` };
  if (flag !== undefined) return { index: 'flagged', partition: 'flagged', isForward: false, range: upToNow };
  const isOfAll = cohort === undefined;
  const partition = isOfAll ? 'all' : cohortPartition(cohort);
  if (status === undefined) return { index: isOfAll ? 'byName' : 'byCohortAndName', partition, isForward: true };
  const { isForward, ...range } = statusRange(status, now);
  return { index: isOfAll ? 'byStatus' : 'byCohort', partition, isForward, range };
}

/** The entries of an index after that key. */
async function* indexed(
  table: Table,
  { index, partition, isForward, range }: Path,
  after: string,
  readAtOnce?: number,
): AsyncGenerator<Indexed, undefined> {
  const part = partAfter(indexes[index].sort, after, isForward, range);
  for await (const entry of queryIndex(table, index, { partition, ...part, isForward, readAtOnce }))
    yield indexedSchema.parse(entry);
}

/** The condition for the part of a range that comes after that key. */
function partAfter(sort: string, after: string, isForward: boolean, range: Path['range']): Condition {
  if (range === undefined)
    return after === '' ? {} : { condition: `${sort} ${isForward ? '>' : '<'} :after`, values: { ':after': after } };
  const { from, to } = range;
  const start = isForward && after > from ? after : from;
  const end = !isForward && after !== '' && after < to ? after : to;
  return { condition: `${sort} BETWEEN :start AND :end`, values: { ':start': start < end ? start : end, ':end': end } };
}
