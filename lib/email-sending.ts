import { Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { TxtRecord } from 'aws-cdk-lib/aws-route53';
import {
  ConfigurationSet,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { CustomDomain } from './custom-domain.ts';

export type EmailSending = ReturnType<typeof emailSending>;

export function emailSending(scope: Construct, senderEmail: string, domain: CustomDomain | undefined) {
  const within = new Construct(scope, 'EmailSending');
  const configurationSet = new ConfigurationSet(within, 'Events', {
    reputationMetrics: true,
    // If an address bounced and signs up again, it may work now: it has to get the confirmation.
    suppressionReasons: SuppressionReasons.COMPLAINTS_ONLY,
  });
  const { SEND, DELIVERY, DELIVERY_DELAY, BOUNCE, COMPLAINT, REJECT } = EmailSendingEvent;
  configurationSet.addEventDestination('Bus', {
    destination: EventDestination.eventBus(EventBus.fromEventBusName(within, 'Bus', 'default')),
    events: [SEND, DELIVERY, DELIVERY_DELAY, BOUNCE, COMPLAINT, REJECT],
  });
  new EmailIdentity(within, 'Sender', {
    identity: domain ? Identity.publicHostedZone(domain.zone) : Identity.email(senderEmail),
    // Bounces arrive as events, so no one needs them by email too.
    feedbackForwarding: false,
    ...(domain && { mailFromDomain: `mail.${domain.name}` }),
  });
  if (domain)
    new TxtRecord(within, 'Dmarc', {
      zone: domain.zone,
      recordName: `_dmarc.${domain.name}`,
      values: ['v=DMARC1; p=quarantine; adkim=r; aspf=r'],
    });
  const { configurationSetName } = configurationSet;
  const arn = (resource: string, resourceName: string) =>
    Stack.of(scope).formatArn({ service: 'ses', resource, resourceName });
  return {
    configurationSetName,
    /** What a sender needs the right to use. */
    arns: [arn('identity', '*'), arn('configuration-set', configurationSetName)],
    /** Sends the function what SES reports about this service's emails, and about no others in the account. */
    reportTo(lambda: IFunction, deadLetterQueue: IQueue): void {
      new Rule(within, 'Reports', {
        description: 'What SES reports about emails that Retake Reminders sent.',
        eventPattern: {
          source: ['aws.ses'],
          detail: { mail: { tags: { 'ses:configuration-set': [configurationSetName] } } },
        },
        targets: [new LambdaFunction(lambda, { deadLetterQueue })],
      });
    },
  };
}
