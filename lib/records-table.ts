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
import { carriedBy, indexes } from '../lambdas/adapters/dynamodb/table.ts';
import type { Settings } from './stack-settings.ts';

export function recordsTable(
  scope: Construct,
  { stage }: Pick<Settings, 'stage'>,
  removalPolicy: RemovalPolicy,
): TableV2 {
  return new TableV2(scope, 'Records', {
    partitionKey: keyOf('pk'),
    globalSecondaryIndexes: Object.entries(indexes).map(([indexName, index]) => ({
      indexName,
      partitionKey: keyOf(index.partition),
      sortKey: keyOf(index.sort),
      ...(index.carries.length > 0
        ? { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: carriedBy(index) }
        : { projectionType: ProjectionType.KEYS_ONLY }),
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

function keyOf(name: string) {
  return { name, type: AttributeType.STRING };
}
