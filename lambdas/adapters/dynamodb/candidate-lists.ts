import { setTimeout as pause } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  paginateQuery,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Candidate } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { type Counts, type ListFilter, matches, type Summary } from '../../core/list-filter.ts';
import { type Instant, minutesAfter } from '../../core/time.ts';
import type { Log } from '../../services/log-events.ts';
import type { CandidateLists } from '../../services/ports.ts';
import { type StatusRange, statusAt, statusRange } from './index-keys.ts';
import { recordIn, UnreadableItemError } from './record-store.ts';
import { cohortIndex, flaggedIndex, statusIndex } from './table.ts';

const keySchema = z.object({
  pk: z.string(),
  statusKey: z.string(),
  flaggedSince: z.optional(z.string()),
  cohort: z.optional(z.string()),
});
type Key = z.infer<typeof keySchema>;

const mostInABatch = 100;
const pauseMs = 50;
const summaryMinutes = 1;
const lastOfAll = '~';

/** The staff's lists, read from the table's indexes. */
export function dynamoCandidateLists(
  client: DynamoDBClient,
  { tableName, exam, log }: { tableName: string; exam: Exam; log: Log },
): CandidateLists {
  let kept: Summary | undefined;

  return {
    async page(filter, { limit, after, now }) {
      const keys = keysOf(filter, after || undefined, limit, now);
      const candidates: Candidate[] = [];
      let last: Key | undefined;
      let next = await keys.next();
      while (candidates.length < limit && !next.done) {
        const batch: string[] = [];
        for (; batch.length < limit - candidates.length && !next.done; next = await keys.next()) {
          last = next.value;
          batch.push(last.pk);
        }
        const rows = await candidatesAt(batch);
        // The index may lag behind, so what it says is looked at once more.
        candidates.push(...rows.filter((row) => matches(row, filter, exam, now)));
      }
      return { candidates, next: next.done ? undefined : positionOf(last, filter) };
    },

    async summary(now) {
      if (!kept || kept.countedAt > now || kept.countedAt < minutesAfter(now, -summaryMinutes))
        kept = await count(now);
      return kept;
    },
  };

  function keysOf(
    filter: ListFilter,
    after: string | undefined,
    limit: number,
    now: Instant,
  ): AsyncGenerator<Key, undefined> {
    const range = statusRange(filter.status, now);
    const { flag, cohort } = filter;
    if (flag !== undefined) return flagged(filter, range, after, limit);
    return query(
      cohort === undefined
        ? { IndexName: statusIndex, ...within('list', 'candidates', 'statusKey', range, after) }
        : { IndexName: cohortIndex, ...within('cohort', cohort, 'statusKey', range, after) },
      'statusKey',
      after,
      limit,
    );
  }

  function flagged(
    { cohort, flag, status }: ListFilter,
    range: StatusRange,
    after: string | undefined,
    limit: number,
  ): AsyncGenerator<Key, undefined> {
    const everSince = { from: '!', to: lastOfAll, soonestFirst: true };
    const { ExpressionAttributeValues, ...condition } = within(
      'flagged',
      'flagged',
      'flaggedSince',
      everSince,
      after,
    );
    const filters = [
      ...(flag === 'any' ? [] : ['contains(flags, :flag)']),
      ...(cohort === undefined ? [] : ['cohort = :cohort']),
      ...(status === undefined ? [] : ['statusKey BETWEEN :statusFrom AND :statusTo']),
    ];
    return query(
      {
        IndexName: flaggedIndex,
        ...condition,
        ...(filters.length > 0 && { FilterExpression: filters.join(' AND ') }),
        ExpressionAttributeValues: {
          ...ExpressionAttributeValues,
          ...marshall({
            ...(flag !== 'any' && { ':flag': flag }),
            ...(cohort !== undefined && { ':cohort': cohort }),
            ...(status !== undefined && { ':statusFrom': range.from, ':statusTo': range.to }),
          }),
        },
      },
      'flaggedSince',
      after,
      limit,
    );
  }

  async function* query(
    input: Omit<QueryCommandInput, 'TableName'>,
    position: 'statusKey' | 'flaggedSince',
    after?: string,
    limit?: number,
  ): AsyncGenerator<Key, undefined> {
    // One more than is shown tells whether there is a next page; one more again is where this one began.
    // Where a filter leaves most of them out, more are looked at in one go.
    const pageSize = limit && (input.FilterExpression ? 4 : 1) * (limit + 2);
    const pages = paginateQuery(
      { client, ...(pageSize && { pageSize }) },
      { TableName: tableName, ...input },
    );
    for await (const page of pages) {
      for (const item of page.Items ?? []) {
        const key = keySchema.parse(unmarshall(item));
        if (key[position] !== after) yield key;
      }
    }
  }

  async function candidatesAt(keys: readonly string[]): Promise<Candidate[]> {
    const batches: string[][] = [];
    for (let start = 0; start < keys.length; start += mostInABatch)
      batches.push(keys.slice(start, start + mostInABatch));
    const items = (await Promise.all(batches.map(itemsAt))).flat();
    const found = new Map(items.map((item) => [item.pk?.S, item]));
    return keys.flatMap((key) => {
      const item = found.get(key);
      return (item && readable(item)) ?? [];
    });
  }

  async function itemsAt(keys: readonly string[]): Promise<Record<string, AttributeValue>[]> {
    const items: Record<string, AttributeValue>[] = [];
    let asked = keys.map((pk) => marshall({ pk }));
    while (asked.length > 0) {
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetItemCommand({
          RequestItems: { [tableName]: { Keys: asked, ConsistentRead: true } },
        }),
      );
      items.push(...(Responses?.[tableName] ?? []));
      asked = UnprocessedKeys?.[tableName]?.Keys ?? [];
      if (asked.length > 0) await pause(pauseMs);
    }
    return items;
  }

  /** One item that can't be read does not keep staff from the others. */
  function readable(item: Record<string, AttributeValue>): Candidate | undefined {
    try {
      return recordIn('candidate', item);
    } catch (error) {
      if (!(error instanceof UnreadableItemError)) throw error;
      log('record-unlistable', { id: String(unmarshall(item).id), error: error.name });
      return undefined;
    }
  }

  async function count(now: Instant): Promise<Summary> {
    const all = noCounts();
    const cohorts = new Map<string, Counts>();
    const keys = query(
      {
        IndexName: statusIndex,
        ...within('list', 'candidates', 'statusKey', statusRange(undefined, now), undefined),
      },
      'statusKey',
    );
    for await (const { statusKey, cohort } of keys) {
      const status = statusAt(statusKey, now);
      if (status === undefined) continue;
      all[status] += 1;
      if (cohort === undefined) continue;
      const counts = cohorts.get(cohort) ?? noCounts();
      counts[status] += 1;
      cohorts.set(cohort, counts);
    }
    return {
      countedAt: now,
      all,
      cohorts: [...cohorts]
        .map(([cohort, counts]) => ({ cohort, ...counts }))
        .sort((one, other) => one.cohort.localeCompare(other.cohort)),
    };
  }
}

/** The key condition for a range of an index, from where the page before ended. */
function within(
  partition: string,
  value: string,
  sort: string,
  { from, to, soonestFirst }: StatusRange,
  after: string | undefined,
) {
  const start = soonestFirst && after !== undefined && after > from ? after : from;
  const end = !soonestFirst && after !== undefined && after < to ? after : to;
  return {
    KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :start AND :end',
    ExpressionAttributeNames: { '#partition': partition, '#sort': sort },
    ExpressionAttributeValues: marshall({
      ':partition': value,
      ':start': start < end ? start : end,
      ':end': end,
    }),
    ScanIndexForward: soonestFirst,
  };
}

function positionOf(key: Key | undefined, { flag }: ListFilter): string | undefined {
  return flag === undefined ? key?.statusKey : key?.flaggedSince;
}

function noCounts(): Counts {
  return { waiting: 0, 'can-retake': 0, 'attempts-used': 0, passed: 0, unconfirmed: 0 };
}
