import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Metrics } from './metrics.ts';

type AlarmProps = {
  /** What it means for people: who waits, misses or gets what. */
  impact: string;
  metric: IMetric;
  /** How many of the metric's periods in a row; one if not given. */
  periods?: number;
  missingData?: TreatMissingData;
} & ({ atLeast: number } | { fewerThan: number });

/** Mails the operator what goes wrong. Each alarm has an entry of the same name in docs/runbook.md. */
export class Alarms extends Construct {
  readonly alarms: Alarm[] = [];
  readonly topic: Topic;
  private readonly action: SnsAction;

  constructor(
    scope: Construct,
    id: string,
    { operatorEmail, metrics, undelivered }: { operatorEmail: string; metrics: Metrics; undelivered: IQueue },
  ) {
    super(scope, id);
    this.topic = this.topicTo(operatorEmail, undelivered);
    this.action = new SnsAction(this.topic);
    this.addMailerAlarms(metrics);
    this.addSesAlarms(metrics);
    this.addSiteAlarms(metrics);
    this.addDeliveryAlarms(metrics);
  }

  private addMailerAlarms(metrics: Metrics): void {
    this.add('mailer-not-run', {
      impact:
        'The mailer has not run for 5 minutes. Reminders and confirmations are late until it runs again; none is lost.',
      metric: metrics.sweeps.with({ period: Duration.minutes(1) }),
      fewerThan: 1,
      periods: 5,
      missingData: TreatMissingData.BREACHING,
    });
    this.add('mail-overdue', {
      impact:
        'An email was due 10 minutes ago or earlier and has not been sent. At least one person is waiting for a reminder or a confirmation.',
      metric: metrics.secondsOverdue,
      atLeast: 600,
    });
    this.add('record-stuck', {
      impact:
        "One person's record can't be read or written, and that person gets no email until it can. Everyone else does.",
      metric: metrics.unsendable,
      atLeast: 1,
    });
    this.add('mail-functions-failing', {
      impact:
        'The mailer or email-events fails or is throttled. Emails may be late, and bounces and complaints may be recorded late.',
      metric: metrics.mailFunctionFailures,
      atLeast: 1,
    });
  }

  private addSesAlarms(metrics: Metrics): void {
    this.add('ses-takes-no-mail', {
      impact:
        'Amazon SES is not accepting some or all email from this account. It waits, and goes out once SES accepts it.',
      metric: metrics.deferred,
      atLeast: 1,
      periods: 2,
    });
    this.add('unknown-sends', {
      impact:
        'Amazon SES gave no clear answer for several emails within an hour. Some people may get an email late or twice.',
      metric: metrics.unknown.with({ period: Duration.hours(1) }),
      atLeast: 3,
    });
    this.add('emails-failed', {
      impact:
        'Amazon SES refused several emails for good, or one was given up after five tries. These people do without unless staff resend them.',
      metric: metrics.failed,
      atLeast: 5,
    });
    this.add('confirmations-held', {
      impact:
        'Links to confirm are waiting because too many bounced or were reported as spam. People who sign up get theirs late or not at all; all other email goes out.',
      // What waits is looked at once an hour.
      metric: metrics.confirmationsHeld.with({ period: Duration.hours(1) }),
      atLeast: 1,
    });
    this.add('reputation-at-risk', {
      impact:
        'Too many emails bounce or are reported as spam. If it goes on, Amazon stops all email to everyone, and mailboxes file it as spam.',
      metric: metrics.reputationRisk,
      atLeast: 1,
      // An hour without mail says nothing about the rates.
      missingData: TreatMissingData.IGNORE,
    });
  }

  private addSiteAlarms(metrics: Metrics): void {
    this.add('pages-failing', {
      impact: `People see "Please try again" instead of a page: candidates can't sign up or change anything, or staff can't work.`,
      metric: metrics.failedRequests,
      atLeast: 1,
    });
    this.add('sign-ups-limited', {
      impact:
        'People are turned away with "Too many sign-ups": one location, or the whole site, reached its limit for the hour.',
      metric: metrics.signUpsLimited,
      atLeast: 1,
    });
    this.add('change-disputed', {
      impact:
        "Someone whose record was erased, or whose address was changed, says it wasn't them. They get no reminder until they sign up again or you help.",
      metric: metrics.changeDisputed,
      atLeast: 1,
    });
  }

  private addDeliveryAlarms({ deadLetters }: Metrics): void {
    this.add('delivery-events-lost', {
      impact:
        'A bounce, a complaint or a send was not recorded. Someone who reported spam may get more email, or someone may get an email twice.',
      metric: deadLetters.deliveryEvents,
      atLeast: 1,
    });
    this.add('alarms-undelivered', {
      impact: 'An alarm could not be mailed to the operator, so people may have been affected without anyone knowing.',
      metric: deadLetters.alarms,
      atLeast: 1,
    });
  }

  private add(
    name: string,
    { impact, metric, periods = 1, missingData = TreatMissingData.NOT_BREACHING, ...limit }: AlarmProps,
  ): void {
    const alarm = new Alarm(this, name, {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      alarmDescription: `${impact} What to do: docs/runbook.md, ${name}.`,
      metric,
      evaluationPeriods: periods,
      treatMissingData: missingData,
      ...('atLeast' in limit
        ? {
            threshold: limit.atLeast,
            comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
          }
        : {
            threshold: limit.fewerThan,
            comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
          }),
    });
    alarm.addAlarmAction(this.action);
    alarm.addOkAction(this.action);
    this.alarms.push(alarm);
  }

  private topicTo(operatorEmail: string, undelivered: IQueue): Topic {
    const topic = new Topic(this, 'Topic', { displayName: 'Retake Reminders', enforceSSL: true });
    // enforceSSL replaces the default policy, which would let the alarms in.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    topic.addSubscription(new EmailSubscription(operatorEmail, { deadLetterQueue: undelivered }));
    return topic;
  }
}
