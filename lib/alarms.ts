import { Aws, Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Metrics } from './metrics.ts';

type AlarmProps = {
  /** What it means for people, in one or two sentences. */
  means: string;
  metric: IMetric;
  above: number;
  /** How many of the metric's periods in a row. */
  periods?: number;
};

/** Tells the staff by mail what goes wrong. Each alarm has its entry in docs/runbook.md, under its name. */
export class Alarms extends Construct {
  readonly alarms: Alarm[] = [];
  private readonly topic: Topic;

  constructor(
    scope: Construct,
    id: string,
    {
      staffEmail,
      metrics,
      undelivered,
    }: { staffEmail: string; metrics: Metrics; undelivered: IQueue },
  ) {
    super(scope, id);
    this.topic = this.topicTo(staffEmail, undelivered);
    this.mailerAlarms(metrics);
    this.sesAlarms(metrics);
    this.siteAlarms(metrics);
    this.functionAlarms(metrics);
  }

  private mailerAlarms(metrics: Metrics): void {
    this.add(
      new Alarm(this, 'mailer-not-run', {
        ...this.wording(
          'mailer-not-run',
          'For 5 minutes nothing looked for emails to send. Reminders and confirmations are late until it runs again; none is lost.',
        ),
        metric: metrics.sweeps.with({ period: Duration.minutes(1) }),
        threshold: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluationPeriods: 5,
        treatMissingData: TreatMissingData.BREACHING,
      }),
    );
    this.alarm('mail-overdue', {
      means:
        'An email has been due for more than 10 minutes and is not sent. Somebody waits for a reminder or a confirmation.',
      metric: metrics.secondsOverdue,
      above: 600,
    });
    this.alarm('scheduler-failures', {
      means:
        'The minute’s call of the mailer does not get through. Emails are late if it goes on; none is lost.',
      metric: metrics.scheduler,
      above: 2,
    });
    this.alarm('emails-not-sent', {
      means:
        'The record of somebody can’t be read or written, so this person gets no mail until it is mended. The others do.',
      metric: metrics.notMailed,
      above: 0,
    });
  }

  private sesAlarms(metrics: Metrics): void {
    this.alarm('ses-takes-no-mail', {
      means:
        'Amazon SES takes no mail from us at present: too fast, the day’s quota is used up, or the account is stopped. Emails wait, and go out once it does.',
      metric: metrics.deferred,
      above: 0,
      periods: 2,
    });
    this.alarm('uncertain-sends', {
      means:
        'Amazon SES gave no clear answer for several emails within an hour. They are sent again unless SES reports them as sent: somebody may get an email twice.',
      metric: metrics.uncertain.with({ period: Duration.hours(1) }),
      above: 2,
    });
    this.alarm('emails-refused', {
      means:
        'Amazon SES refused several emails within an hour, for good. Those people don’t get them; staff see the flag email-failed.',
      metric: metrics.refused.with({ period: Duration.hours(1) }),
      above: 4,
    });
    this.alarm('emails-given-up', {
      means:
        'An email was tried five times without a clear answer, and is given up. Staff see the flag email-failed.',
      metric: metrics.givenUp,
      above: 0,
    });
    this.alarm('quota-not-known', {
      means:
        'The mailer can’t ask how fast it may send, so it sends one email a second. Many at once are late.',
      metric: metrics.quotaNotKnown,
      above: 1,
      periods: 2,
    });
    for (const { name, metric, above, means } of [
      {
        name: 'bounces-rising',
        metric: metrics.bounceRate,
        above: 0.02,
        means: 'More than 2 % of emails come back. From 5 % on Amazon reviews the account.',
      },
      {
        name: 'bounces-too-many',
        metric: metrics.bounceRate,
        above: 0.05,
        means:
          'More than 5 % of emails come back. Amazon reviews the account, and may stop all mail from it.',
      },
      {
        name: 'complaints-rising',
        metric: metrics.complaintRate,
        above: 0.0005,
        means:
          'More than 5 of 10,000 emails are reported as spam. From 10 on Amazon reviews the account.',
      },
      {
        name: 'complaints-too-many',
        metric: metrics.complaintRate,
        above: 0.001,
        means:
          'More than 10 of 10,000 emails are reported as spam. Amazon reviews the account, and may stop all mail from it; other providers put our mail into spam folders.',
      },
    ])
      this.add(
        new Alarm(this, name, {
          ...this.wording(name, means),
          metric,
          threshold: above,
          comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
          evaluationPeriods: 1,
          // An hour without mail says nothing of the rate: the alarm stays as it is.
          treatMissingData: TreatMissingData.IGNORE,
        }),
      );
  }

  private siteAlarms(metrics: Metrics): void {
    this.alarm('requests-failed', {
      means: 'People see “Please try again” instead of a page.',
      metric: metrics.failedRequests,
      above: 2,
    });
    this.alarm('sign-ups-refused-source', {
      means:
        'Somebody signs up more often than one place may in an hour, and is told to come again later: a robot, or a whole class in one room.',
      metric: metrics.refusedBySource,
      above: 0,
    });
    this.alarm('sign-ups-refused-total', {
      means:
        'More people sign up than may in an hour, so everybody is told to come again later: a flood, or a great day.',
      metric: metrics.refusedByTotal,
      above: 0,
    });
  }

  private functionAlarms(metrics: Metrics): void {
    const errorsMean: Record<string, string> = {
      site: 'The candidates’ pages fail: people can’t sign up, or can’t see or change what they told us.',
      admin:
        'The staff’s pages or API fail: staff can’t see or change what is known of candidates.',
      mailer: 'The mailer fails. Emails are late if it goes on; none is lost.',
      emailEvents:
        'What SES reports of bounces, complaints and sends can’t be written down: we may write to somebody who complained.',
    };
    for (const [name, metric] of metrics.errors)
      this.alarm(`${kebab(name)}-errors`, { means: errorsMean[name] ?? '', metric, above: 0 });
    this.alarm('throttled', {
      means:
        'AWS holds functions or the table back. Pages fail for some people, and emails are late.',
      metric: metrics.throttles,
      above: 0,
    });
    const lettersMean: Record<string, string> = {
      ticks: 'A minute’s call of the mailer failed for good. The next minute makes up for it.',
      wakes:
        'An email that was due at once could not be sent at once. The minute’s sweep makes up for it, if the record can be read.',
      mailEvents:
        'A bounce, complaint or send that SES reported was not written down: we may write to somebody who complained, or send an email twice.',
      alarms: 'An alarm could not be mailed to the staff address.',
    };
    for (const [name, metric] of metrics.deadLetters)
      this.alarm(`dead-letters-${kebab(name)}`, {
        means: lettersMean[name] ?? '',
        metric,
        above: 0,
      });
  }

  private alarm(name: string, { means, metric, above, periods = 1 }: AlarmProps): void {
    this.add(
      new Alarm(this, name, {
        ...this.wording(name, means),
        metric,
        threshold: above,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: periods,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    );
  }

  private wording(name: string, means: string) {
    return {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      alarmDescription: `${means} What to do: docs/runbook.md, ${name}.`,
    };
  }

  private add(alarm: Alarm): void {
    const tell = new SnsAction(this.topic);
    alarm.addAlarmAction(tell);
    alarm.addOkAction(tell);
    this.alarms.push(alarm);
  }

  private topicTo(staffEmail: string, undelivered: IQueue): Topic {
    const topic = new Topic(this, 'Topic', { displayName: 'Retake Reminders', enforceSSL: true });
    // The topic's policy replaces the default one, which would let the alarms in.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    topic.addSubscription(new EmailSubscription(staffEmail, { deadLetterQueue: undelivered }));
    return topic;
  }
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (content) => `-${content.toLowerCase()}`);
}
