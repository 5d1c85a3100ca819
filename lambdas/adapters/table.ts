import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

/** Items with an email to send, by the moment it is due; keys only. */
export const dueIndex = 'due';

/** Candidates that staff should look at; keys only. */
export const flaggedIndex = 'flagged';

/** The shards of the due index: one partition takes about a thousand writes a second. */
export const dueShards = ['due-0', 'due-1', 'due-2', 'due-3'] as const;

/** The one table, as `CreateTable` takes it. */
export function tableDefinition(tableName: string): CreateTableCommandInput {
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'dueShard', 'dueAt', 'flag', 'flaggedAt'].map((name) => ({
      AttributeName: name,
      AttributeType: 'S' as const,
    })),
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      indexOf(dueIndex, 'dueShard', 'dueAt'),
      indexOf(flaggedIndex, 'flag', 'flaggedAt'),
    ],
  };
}

function indexOf(name: string, partition: string, sort: string) {
  return {
    IndexName: name,
    KeySchema: [
      { AttributeName: partition, KeyType: 'HASH' as const },
      { AttributeName: sort, KeyType: 'RANGE' as const },
    ],
    Projection: { ProjectionType: 'KEYS_ONLY' as const },
  };
}
