import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, type AlarmProps, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Metrics } from './metrics.ts';

/** An alarm on one bad period, unless it says otherwise. */
type Watch = Partial<AlarmProps> & {
  metric: AlarmProps['metric'];
  /** What it means for people: who is waiting, or who gets what. */
  impact: string;
};

type AlarmsProps = { operatorEmail: string; metrics: Metrics; undelivered: IQueue };

/** Emails the operator when something goes wrong. Each alarm has an entry of the same name in docs/runbook.md. */
export function alarmsAndTopic(scope: Construct, { operatorEmail, metrics, undelivered }: AlarmsProps) {
  const within = new Construct(scope, 'Alarms');
  const topic = topicTo(within, operatorEmail, undelivered);
  const action = new SnsAction(topic);
  const watches: Record<string, Watch> = { ...mailWatches(metrics), ...siteWatches(metrics) };
  const alarms = Object.entries(watches).map(([name, { impact, ...options }]) => {
    const alarm = new Alarm(within, name, {
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmName: `${Stack.of(scope).stackName}-${name}`,
      alarmDescription: `${impact} What to do: docs/runbook.md, ${name}.`,
      ...options,
    });
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  });
  return { alarms, topic };
}

function topicTo(within: Construct, operatorEmail: string, undelivered: IQueue): Topic {
  const topic = new Topic(within, 'Topic', { displayName: 'Retake Reminders', enforceSSL: true });
  // enforceSSL replaces the default policy, which would let the alarms publish.
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

function mailWatches(metrics: Metrics): Record<string, Watch> {
  const anHour = { period: Duration.hours(1) };
  return {
    'mailer-not-run': {
      impact: 'The mailer has not run for 5 minutes. Emails are late until it runs again; none is lost.',
      metric: metrics.sweeps.with({ period: Duration.minutes(1) }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 5,
      treatMissingData: TreatMissingData.BREACHING,
    },
    'mail-overdue': {
      impact: 'An email is at least 10 minutes overdue, so someone is waiting for a reminder or a confirmation.',
      metric: metrics.secondsOverdue,
      threshold: 600,
    },
    'record-stuck': {
      impact: "One record can't be read or written, and its owner gets no email until it can. Nobody else is affected.",
      metric: metrics.unsendable,
    },
    'mail-functions-failing': {
      impact:
        'The mailer or email-events is failing or throttled. Emails may go out late, and bounces and complaints may be recorded late.',
      metric: metrics.mailFunctionFailures,
    },
    'ses-takes-no-mail': {
      impact:
        'Amazon SES is not accepting some or all email from this account. The email waits, and goes out once SES accepts it.',
      metric: metrics.deferred,
      evaluationPeriods: 2,
    },
    'unknown-sends': {
      impact:
        'Several times within an hour, Amazon SES did not say whether it had accepted an email. Some people may get one late or twice.',
      metric: metrics.unknown.with(anHour),
      threshold: 3,
    },
    'emails-failed': {
      impact:
        "Amazon SES permanently rejected five emails, or the mailer gave up on one after five tries. The recipients won't get them unless staff resend them.",
      metric: metrics.failed,
      threshold: 5,
    },
    'confirmations-held': {
      impact:
        'Confirmation emails are on hold because too many bounced or were reported as spam. People who sign up get theirs late or not at all. All other email goes out.',
      // Held emails are checked once an hour.
      metric: metrics.confirmationsHeld.with(anHour),
    },
    'reputation-at-risk': {
      impact:
        'Too many emails bounce or are reported as spam. If this goes on, Amazon may stop all of your email, and more of it lands in spam folders.',
      metric: metrics.reputationRisk,
      // An hour without email says nothing about the rates.
      treatMissingData: TreatMissingData.IGNORE,
    },
    'delivery-events-lost': {
      impact:
        'A bounce, a complaint, or a send was not recorded. Someone who reported spam may get more email, or someone may get an email twice.',
      metric: metrics.deadLetters.deliveryEvents,
    },
    'alarms-undelivered': {
      impact:
        'An alarm could not be emailed to the operator, so people may have been affected without anyone noticing.',
      metric: metrics.deadLetters.alarms,
    },
  };
}

function siteWatches(metrics: Metrics): Record<string, Watch> {
  return {
    'pages-failing': {
      impact: `People see "Please try again" instead of a page. Candidates can't sign up or change anything, or staff can't work.`,
      metric: metrics.failedRequests,
    },
    'sign-ups-limited': {
      impact:
        'People are being turned away with "Too many sign-ups": one location, or the whole site, has reached its limit for the hour.',
      metric: metrics.signUpsLimited,
    },
    'change-disputed': {
      impact:
        "Someone whose record was erased, or whose address was changed, says it wasn't them. They get no reminders until they sign up again or you help.",
      metric: metrics.changeDisputed,
    },
  };
}
