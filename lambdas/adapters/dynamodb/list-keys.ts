import {
  type DynamoDBClient,
  paginateQuery,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { cohortKey, type ListFilter } from '../../core/list-filter.ts';
import type { Instant } from '../../core/time.ts';
import { type StatusRange, statusRange } from './index-keys.ts';
import { cohortIndex, flaggedIndex, statusIndex } from './table.ts';

const keySchema = z.object({
  pk: z.string(),
  statusKey: z.string(),
  flaggedSince: z.optional(z.string()),
  cohort: z.optional(z.string()),
});
/** A candidate's entry in an index. */
export type ListKey = z.infer<typeof keySchema>;

type Table = { client: DynamoDBClient; tableName: string };
type Keys = AsyncGenerator<ListKey, undefined>;

const afterEveryKey = '~';

/** The entries of a list in order, starting after the previous page. */
export function listKeys(
  table: Table,
  filter: ListFilter,
  { after, limit, now }: { after?: string | undefined; limit?: number; now: Instant },
): Keys {
  const range = statusRange(filter.status, now);
  if (filter.flag !== undefined) return flaggedKeys(table, filter, range, after, limit);
  const { cohort } = filter;
  return query(
    table,
    cohort === undefined
      ? {
          IndexName: statusIndex,
          ...rangeCondition('list', 'candidates', 'statusKey', range, after),
        }
      : {
          IndexName: cohortIndex,
          ...rangeCondition('cohortKey', cohortKey(cohort), 'statusKey', range, after),
        },
    'statusKey',
    after,
    limit,
  );
}

/** The position in the list of a page that ends with this entry. */
export function positionOf(key: ListKey | undefined, { flag }: ListFilter): string | undefined {
  return flag === undefined ? key?.statusKey : key?.flaggedSince;
}

function flaggedKeys(
  table: Table,
  { cohort, flag, status }: ListFilter,
  range: StatusRange,
  after: string | undefined,
  limit: number | undefined,
): Keys {
  const fullRange = { from: '!', to: afterEveryKey, soonestFirst: true };
  const { ExpressionAttributeValues, ...condition } = rangeCondition(
    'flagged',
    'flagged',
    'flaggedSince',
    fullRange,
    after,
  );
  const filters = [
    ...(flag === 'any' ? [] : ['contains(flags, :flag)']),
    ...(cohort === undefined ? [] : ['cohortKey = :cohort']),
    ...(status === undefined ? [] : ['statusKey BETWEEN :statusFrom AND :statusTo']),
  ];
  return query(
    table,
    {
      IndexName: flaggedIndex,
      ...condition,
      ...(filters.length > 0 && { FilterExpression: filters.join(' AND ') }),
      ExpressionAttributeValues: {
        ...ExpressionAttributeValues,
        ...marshall({
          ...(flag !== 'any' && { ':flag': flag }),
          ...(cohort !== undefined && { ':cohort': cohortKey(cohort) }),
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
  { client, tableName }: Table,
  input: Omit<QueryCommandInput, 'TableName'>,
  position: 'statusKey' | 'flaggedSince',
  after?: string,
  limit?: number,
): Keys {
  // One extra entry shows whether there is a next page; another is the one the previous page ended with.
  // A filter may drop most entries, so then each query reads more of them.
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

/** The key condition for a range of an index, starting after the previous page. */
function rangeCondition(
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
