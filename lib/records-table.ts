import type { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { tableDefinition } from '../lambdas/adapters/dynamodb/table.ts';
import type { Settings } from './stack-settings.ts';

/** The one table, with the keys and indexes that `tableDefinition` gives it. */
export function recordsTable(
  scope: Construct,
  { stage }: Pick<Settings, 'stage'>,
  removalPolicy: RemovalPolicy,
): TableV2 {
  const { KeySchema, GlobalSecondaryIndexes = [] } = tableDefinition('');
  return new TableV2(scope, 'Records', {
    ...keysFrom(KeySchema),
    globalSecondaryIndexes: GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => ({
      indexName: IndexName ?? '',
      ...keysFrom(KeySchema),
      ...projectionFrom(Projection),
    })),
    billing: Billing.onDemand(),
    timeToLiveAttribute: 'expires',
    dynamoStream: StreamViewType.NEW_IMAGE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    encryption: TableEncryptionV2.awsManagedKey(),
    deletionProtection: stage === 'prod',
    removalPolicy,
  });
}

type TableDefinition = ReturnType<typeof tableDefinition>;
type IndexDefinition = NonNullable<TableDefinition['GlobalSecondaryIndexes']>[number];

/** Every key is a string. */
function keysFrom(schema: TableDefinition['KeySchema']) {
  const key = (type: 'HASH' | 'RANGE') => {
    const name = schema?.find(({ KeyType }) => KeyType === type)?.AttributeName;
    return name === undefined ? undefined : { name, type: AttributeType.STRING };
  };
  const [partitionKey, sortKey] = [key('HASH'), key('RANGE')];
  if (partitionKey === undefined) throw new Error('A table or index has no partition key.');
  return { partitionKey, ...(sortKey && { sortKey }) };
}

function projectionFrom(projection: IndexDefinition['Projection']) {
  const { ProjectionType: type, NonKeyAttributes: nonKeyAttributes } = projection ?? {};
  switch (type) {
    case 'KEYS_ONLY':
      return { projectionType: ProjectionType.KEYS_ONLY };
    case 'INCLUDE':
      return {
        projectionType: ProjectionType.INCLUDE,
        ...(nonKeyAttributes && { nonKeyAttributes }),
      };
    default:
      return { projectionType: ProjectionType.ALL };
  }
}
