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

export class EmailSending extends Construct {
  readonly identitiesArn: string;
  readonly configurationSet: ConfigurationSet;
  readonly configurationSetArn: string;

  constructor(scope: Construct, id: string, senderEmail: string, domain: CustomDomain | undefined) {
    super(scope, id);
    this.configurationSet = new ConfigurationSet(this, 'Events', {
      reputationMetrics: true,
      // If an address bounced and signs up again, it may work now: it has to get the confirmation.
      suppressionReasons: SuppressionReasons.COMPLAINTS_ONLY,
    });
    const arn = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ses', resource, resourceName });
    this.configurationSetArn = arn('configuration-set', this.configurationSet.configurationSetName);
    this.identitiesArn = arn('identity', '*');
    const { SEND, DELIVERY, DELIVERY_DELAY, BOUNCE, COMPLAINT, REJECT } = EmailSendingEvent;
    this.configurationSet.addEventDestination('Bus', {
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'Bus', 'default')),
      events: [SEND, DELIVERY, DELIVERY_DELAY, BOUNCE, COMPLAINT, REJECT],
    });
    new EmailIdentity(this, 'Sender', {
      identity: domain ? Identity.publicHostedZone(domain.zone) : Identity.email(senderEmail),
      // Bounces arrive as events, so no one needs them by email too.
      feedbackForwarding: false,
      ...(domain && { mailFromDomain: `mail.${domain.name}` }),
    });
    if (domain)
      new TxtRecord(this, 'Dmarc', {
        zone: domain.zone,
        recordName: `_dmarc.${domain.name}`,
        values: ['v=DMARC1; p=quarantine; adkim=r; aspf=r'],
      });
  }

  /** Sends the function what SES reports about this service's emails, and about no others in the account. */
  reportTo(lambda: IFunction, deadLetters: IQueue): void {
    new Rule(this, 'Reports', {
      description: 'What SES reports about emails that Retake Reminders sent.',
      eventPattern: {
        source: ['aws.ses'],
        detail: { mail: { tags: { 'ses:configuration-set': [this.configurationSet.configurationSetName] } } },
      },
      targets: [new LambdaFunction(lambda, { deadLetterQueue: deadLetters })],
    });
  }
}
