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
import type { Site } from './custom-domain.ts';

/** Who the mail comes from, and how SES tells what becomes of it. */
export class OutgoingEmail extends Construct {
  /** The sender's address and its domain: SES asks for the right to either, whichever are verified. */
  readonly identityArns: string[];
  readonly configurationSet: ConfigurationSet;
  readonly configurationSetArn: string;

  constructor(
    scope: Construct,
    id: string,
    { senderEmail, site }: { senderEmail: string; site: Site | undefined },
  ) {
    super(scope, id);
    this.configurationSet = new ConfigurationSet(this, 'Events', {
      reputationMetrics: true,
      sendingEnabled: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    this.configurationSetArn = Stack.of(this).formatArn({
      service: 'ses',
      resource: 'configuration-set',
      resourceName: this.configurationSet.configurationSetName,
    });
    const senders = [senderEmail, senderEmail.split('@')[1], site?.name];
    this.identityArns = [...new Set(senders.filter((name) => name !== undefined))].map((name) =>
      Stack.of(this).formatArn({ service: 'ses', resource: 'identity', resourceName: name }),
    );
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
      identity: site ? Identity.publicHostedZone(site.zone) : Identity.email(senderEmail),
      // Events tell of bounces; nobody needs them by mail as well.
      feedbackForwarding: false,
      ...(site && { mailFromDomain: `mail.${site.name}` }),
    });
    if (site)
      new TxtRecord(this, 'Dmarc', {
        zone: site.zone,
        recordName: `_dmarc.${site.name}`,
        values: ['v=DMARC1; p=quarantine; adkim=r; aspf=r'],
      });
  }

  /** Sends each report on a message of ours, and of nobody else's in the account, to the function. */
  reportTo(lambda: IFunction, deadLetters: IQueue): void {
    new Rule(this, 'Reports', {
      description: 'What SES reports of messages that Retake Reminders sent.',
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
