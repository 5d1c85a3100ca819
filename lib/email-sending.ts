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

/** The sender, and where SES reports what became of each email. */
export class EmailSending extends Construct {
  /** Every identity of the account. */
  readonly identitiesArn: string;
  readonly configurationSet: ConfigurationSet;
  readonly configurationSetArn: string;

  constructor(
    scope: Construct,
    id: string,
    { senderEmail, domain }: { senderEmail: string; domain: CustomDomain | undefined },
  ) {
    super(scope, id);
    this.configurationSet = new ConfigurationSet(this, 'Events', {
      reputationMetrics: true,
      // Who bounced and signs up again shows that the address works, and has to get that email.
      suppressionReasons: SuppressionReasons.COMPLAINTS_ONLY,
    });
    this.configurationSetArn = Stack.of(this).formatArn({
      service: 'ses',
      resource: 'configuration-set',
      resourceName: this.configurationSet.configurationSetName,
    });
    this.identitiesArn = Stack.of(this).formatArn({
      service: 'ses',
      resource: 'identity',
      resourceName: '*',
    });
    this.configurationSet.addEventDestination('Bus', {
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'Bus', 'default')),
      events: [
        EmailSendingEvent.SEND,
        EmailSendingEvent.DELIVERY,
        EmailSendingEvent.DELIVERY_DELAY,
        EmailSendingEvent.BOUNCE,
        EmailSendingEvent.COMPLAINT,
        EmailSendingEvent.REJECT,
      ],
    });
    new EmailIdentity(this, 'Sender', {
      identity: domain ? Identity.publicHostedZone(domain.zone) : Identity.email(senderEmail),
      // Bounces come as events; nobody needs them by email as well.
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

  /** Sends SES's reports on this service's emails, and on no others in the account, to the function. */
  reportTo(lambda: IFunction, deadLetters: IQueue): void {
    new Rule(this, 'Reports', {
      description: 'What SES reports about emails that Retake Reminders sent.',
      eventPattern: {
        source: ['aws.ses'],
        detail: {
          mail: {
            tags: { 'ses:configuration-set': [this.configurationSet.configurationSetName] },
          },
        },
      },
      targets: [new LambdaFunction(lambda, { deadLetterQueue: deadLetters })],
    });
  }
}
