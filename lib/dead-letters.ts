import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

export type DeadLetters = ReturnType<typeof deadLetterQueues>;

export function deadLetterQueues(scope: Construct) {
  return {
    ticks: deadLetterQueue(scope, 'TickDeadLetters'),
    wakes: deadLetterQueue(scope, 'WakeDeadLetters'),
    deliveryEvents: deadLetterQueue(scope, 'DeliveryEventDeadLetters'),
    alarms: deadLetterQueue(scope, 'AlarmDeadLetters'),
  };
}

function deadLetterQueue(scope: Construct, id: string): Queue {
  const queue = new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    redriveAllowPolicy: { redrivePermission: RedrivePermission.ALLOW_ALL },
  });
  acknowledge(queue, {
    'AwsSolutions::AwsSolutions-SQS3': 'This queue is itself a dead-letter queue.',
    'Serverless::Serverless-SQSRedrivePolicy': 'This queue is itself a dead-letter queue, and a person empties it.',
  });
  return queue;
}
