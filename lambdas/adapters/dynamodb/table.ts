import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/** Items with an email to send, by due time. */
export const dueIndex = 'due';

/** Flagged candidates, by when the latest of their flags was raised. */
export const flaggedIndex = 'flagged';

/** All candidates, and those of each cohort or of none, by status and date. */
export const statusIndex = 'byStatus';
export const cohortIndex = 'byCohort';

/** The same, from A to Z. */
export const nameIndex = 'byName';
export const cohortNameIndex = 'byCohortAndName';

/**
 * What every list carries beside its keys, so that it can be searched, filtered and counted without
 * the candidates. Sending an email changes none of it.
 */
const listed = ['statusKey', 'nameKey', 'cohort', 'email', 'emailState', 'flags', 'expires'];

/** The due index is sharded because one partition takes about a thousand writes per second. */
export const dueShards = ['due-0', 'due-1', 'due-2', 'due-3'] as const;

/** The table's definition, as input for `CreateTable`. */
export function tableDefinition(tableName: string): CreateTableCommandInput {
  const indexes = [
    indexOf(dueIndex, 'dueShard', 'dueAt'),
    indexOf(flaggedIndex, 'flagged', 'flaggedSince', listed),
    indexOf(statusIndex, 'list', 'statusKey', listed),
    indexOf(cohortIndex, 'cohortKey', 'statusKey', listed),
    indexOf(nameIndex, 'list', 'nameKey', listed),
    indexOf(cohortNameIndex, 'cohortKey', 'nameKey', listed),
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

function indexOf(name: string, partition: string, sort: string, carried: string[] = []) {
  const projected = carried.filter((attribute) => attribute !== sort);
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
