import type { CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';

export type Table = { client: DynamoDBClient; tableName: string };

/** What lists need beside their keys, so that they do without the candidates. Sending an email changes none of it. */
const listed = ['statusKey', 'nameKey', 'cohort', 'email', 'emailState', 'flags', 'expires'];

/** The table's indexes. Every key is a string. */
export const indexes = {
  /** Items with an email to send, by due time. */
  due: { partition: 'dueShard', sort: 'dueAt', carries: [] },
  /** Flagged candidates, by when the latest of their flags was raised. */
  flagged: { partition: 'flagged', sort: 'flaggedSince', carries: listed },
  /** All candidates, and those of each cohort or of none, by status and date. */
  byStatus: { partition: 'list', sort: 'statusKey', carries: listed },
  byCohort: { partition: 'cohortKey', sort: 'statusKey', carries: listed },
  /** The same, from A to Z. */
  byName: { partition: 'list', sort: 'nameKey', carries: listed },
  byCohortAndName: { partition: 'cohortKey', sort: 'nameKey', carries: listed },
} as const;

export type IndexName = keyof typeof indexes;

/** The due index is sharded because one partition takes about a thousand writes per second. */
export const dueShards = ['due-0', 'due-1', 'due-2', 'due-3'] as const;

export function carriedBy({ sort, carries }: (typeof indexes)[IndexName]): string[] {
  return carries.filter((attribute) => attribute !== sort);
}

export function tableDefinition(tableName: string): CreateTableCommandInput {
  const keys = new Set(['pk', ...Object.values(indexes).flatMap(({ partition, sort }) => [partition, sort])]);
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...keys].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: Object.entries(indexes).map(([name, index]) => ({
      IndexName: name,
      KeySchema: [
        { AttributeName: index.partition, KeyType: 'HASH' },
        { AttributeName: index.sort, KeyType: 'RANGE' },
      ],
      Projection:
        index.carries.length > 0
          ? { ProjectionType: 'INCLUDE', NonKeyAttributes: carriedBy(index) }
          : { ProjectionType: 'KEYS_ONLY' },
    })),
  };
}
