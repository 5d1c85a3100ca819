import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** Where goes what could not be handed over, for two weeks, under an alarm. */
export function deadLetterQueue(scope: Construct, id: string): Queue {
  const queue = new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    redriveAllowPolicy: { redrivePermission: RedrivePermission.ALLOW_ALL },
  });
  acknowledge(queue, {
    'AwsSolutions::AwsSolutions-SQS3': 'It is itself what catches the dead letters of others.',
    'Serverless::Serverless-SQSRedrivePolicy':
      'It is itself what catches the dead letters of others, and a person empties it.',
  });
  return queue;
}
