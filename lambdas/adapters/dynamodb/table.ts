import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/** Items with an email to send, by the moment it is due. */
export const dueIndex = 'due';

/** Candidates that staff should look at, by their flags and how long they wait. */
export const flaggedIndex = 'flagged';

/** All candidates, by where they stand. */
export const listedIndex = 'listed';

/** The candidates of a cohort, by where they stand. */
export const cohortIndex = 'cohort';

/** The shards of the due index: one partition takes about a thousand writes a second. */
export const dueShards = ['due-0', 'due-1', 'due-2', 'due-3'] as const;

/** The one table, as `CreateTable` takes it. */
export function tableDefinition(tableName: string): CreateTableCommandInput {
  const indexes = [
    indexOf(dueIndex, 'dueShard', 'dueAt'),
    indexOf(flaggedIndex, 'flags', 'flaggedSince', ['cohort', 'statusKey']),
    indexOf(listedIndex, 'list', 'statusKey', ['cohort']),
    indexOf(cohortIndex, 'cohort', 'statusKey'),
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

function indexOf(name: string, partition: string, sort: string, alsoHolds: string[] = []) {
  return {
    IndexName: name,
    KeySchema: [
      { AttributeName: partition, KeyType: 'HASH' as const },
      { AttributeName: sort, KeyType: 'RANGE' as const },
    ],
    Projection:
      alsoHolds.length > 0
        ? { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: alsoHolds }
        : { ProjectionType: 'KEYS_ONLY' as const },
  };
}

function nameOf({ AttributeName }: { AttributeName: string }): string {
  return AttributeName;
}
