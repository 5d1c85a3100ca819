import { Aws, Duration, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function.ts';

export function triggerEachMinute(scope: Construct, mailer: ServiceFunction, deadLetters: IQueue): void {
  const within = new Construct(scope, 'MinuteTrigger');
  const group = new CfnScheduleGroup(within, 'Group', { name: `${Stack.of(scope).stackName}-mailer` });
  const functionArn = mailer.lambda.functionArn;
  const role = new Role(within, 'Role', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': group.attrArn } },
    }),
  });
  role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }));
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }));
  const schedule = new CfnSchedule(within, 'Schedule', {
    description: 'Calls the mailer to send the emails that are due.',
    groupName: group.ref,
    scheduleExpression: 'rate(1 minute)',
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: functionArn,
      roleArn: role.roleArn,
      input: JSON.stringify({ source: 'scheduler' }),
      retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 1 },
      deadLetterConfig: { arn: deadLetters.queueArn },
    },
  });
  schedule.node.addDependency(role);
}

export function triggerByStream(
  scope: Construct,
  mailer: ServiceFunction,
  { tableStreamArn }: TableV2,
  deadLetters: IQueue,
): void {
  const within = new Construct(scope, 'StreamTrigger');
  if (tableStreamArn === undefined) throw new Error('The table has no stream.');
  mailer.allow({
    actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
    resources: [tableStreamArn],
  });
  mailer.allow({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] });
  const mapping = new EventSourceMapping(within, 'Stream', {
    target: mailer.lambda,
    eventSourceArn: tableStreamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    filters: [
      FilterCriteria.filter({
        eventName: FilterRule.or('INSERT', 'MODIFY'),
        dynamodb: { NewImage: { wake: { S: FilterRule.isEqual('now') } } },
      }),
    ],
    batchSize: 10,
    reportBatchItemFailures: true,
    retryAttempts: 3,
    maxRecordAge: Duration.hours(1),
    onFailure: { bind: () => ({ destination: deadLetters.queueArn }) },
  });
  mapping.node.addDependency(mailer.lambda.role ?? mailer);
}
