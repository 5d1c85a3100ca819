import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/** Items with an email to send, by due time. */
export const dueIndex = 'due';

/** Flagged candidates, longest waiting first; queries for one flag filter on `flags`. */
export const flaggedIndex = 'flagged';

/** All candidates, by status and date. */
export const statusIndex = 'byStatus';

/** The candidates of each cohort, by status and date. */
export const cohortIndex = 'byCohort';

/**
 * All candidates in alphabetical order, with the attributes for searching by name or email address.
 */
export const nameIndex = 'byName';

/** The due index is sharded because one partition takes about a thousand writes per second. */
export const dueShards = ['due-0', 'due-1', 'due-2', 'due-3'] as const;

/** The table's definition, as input for `CreateTable`. */
export function tableDefinition(tableName: string): CreateTableCommandInput {
  const indexes = [
    indexOf(dueIndex, 'dueShard', 'dueAt'),
    indexOf(flaggedIndex, 'flagged', 'flaggedSince', ['flags', 'cohortKey', 'statusKey']),
    indexOf(statusIndex, 'list', 'statusKey', ['cohort']),
    indexOf(cohortIndex, 'cohortKey', 'statusKey'),
    indexOf(nameIndex, 'list', 'nameKey', ['name', 'email', 'cohortKey', 'statusKey']),
  ];
  const keys = new Set(['pk', ...indexes.flatMap(({ KeySchema }) => KeySchema.map(nameOf))]);
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...keys].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: indexes,
  };
}

function indexOf(name: string, partition: string, sort: string, projected: string[] = []) {
  return {
    IndexName: name,
    KeySchema: [
      { AttributeName: partition, KeyType: 'HASH' as const },
      { AttributeName: sort, KeyType: 'RANGE' as const },
    ],
    Projection:
      projected.length > 0
        ? { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: projected }
        : { ProjectionType: 'KEYS_ONLY' as const },
  };
}

function nameOf({ AttributeName }: { AttributeName: string }): string {
  return AttributeName;
}
