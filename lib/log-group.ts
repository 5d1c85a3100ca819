import type { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

export function logGroup(scope: Construct, id: string, removalPolicy: RemovalPolicy): LogGroup {
  const log = new LogGroup(scope, id, { retention: RetentionDays.ONE_YEAR, removalPolicy });
  acknowledge(log, {
    'cdk-validator-cfnguard::cloudwatch_log_group_encrypted_check':
      'Its lines hold only IDs and codes that identify no one, and CloudWatch encrypts them with its own key.',
  });
  return log;
}
