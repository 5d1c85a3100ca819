import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Outcome } from '../lambdas/core/email.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Functions } from './functions.ts';
import { logMetrics } from './log-metrics.ts';

export type Metrics = ReturnType<typeof metrics>;

const anHour = Duration.hours(1);

export function metrics(
  scope: Construct,
  { functions, deadLetters, api }: { functions: Functions; deadLetters: DeadLetters; api: HttpApi },
) {
  const { site, mailer, emailEvents } = functions;
  const lines = logMetrics(scope);
  const { logGroup: log } = mailer;
  const sends = (name: string, outcome: Outcome['type']) =>
    lines(name, { log, event: 'email-handed-over', where: { outcome } });
  const refused = sends('Refused', 'refused');
  const givenUp = lines('GivenUp', { log, event: 'email-failed' });
  const bounceRate = reputation('Reputation.BounceRate');
  const complaintRate = reputation('Reputation.ComplaintRate');

  return {
    sweeps: lines('Sweeps', { log, event: 'sweep-completed' }),
    secondsOverdue: lines('SecondsOverdue', { log, event: 'sweep-completed', maximumOf: 'secondsOverdue' }),
    accepted: sends('Accepted', 'accepted'),
    unknown: sends('Unknown', 'unknown'),
    deferred: sends('Deferred', 'deferred'),
    refused,
    givenUp,
    /** An email is given up after five tries without an answer, so it counts as much as five refusals. */
    failed: new MathExpression({
      label: 'Refused + 5 x given up',
      expression: 'FILL(refused, 0) + 5 * FILL(givenUp, 0)',
      usingMetrics: { refused, givenUp },
      period: anHour,
    }),
    confirmationsHeld: lines('ConfirmationsHeld', {
      log,
      event: 'email-held',
      where: { reason: 'confirmations-wait' },
    }),
    unsendable: lines('Unsendable', { log, event: 'record-unsendable' }),
    signUpsLimited: lines('SignUpsLimited', { log: site.logGroup, event: 'sign-up-limited' }),
    changeDisputed: lines('ChangeDisputed', { log: site.logGroup, event: 'change-disputed' }),
    bounceRate,
    complaintRate,
    /** Reaches 1 at 2 % bounces or 0.05 % complaints, at most half of the rates at which Amazon reviews the account. */
    reputationRisk: new MathExpression({
      label: 'Bounces / 2 %, or complaints / 0.05 %',
      expression: 'MAX([bounces / 0.02, complaints / 0.0005])',
      usingMetrics: { bounces: bounceRate, complaints: complaintRate },
      period: anHour,
    }),
    requests: api.metricCount({ statistic: Stats.SUM }),
    failedRequests: api.metricServerError(),
    mailFunctionFailures: new MathExpression({
      label: 'Errors and throttles',
      expression: 'FILL(mailerErrors, 0) + FILL(mailerThrottles, 0) + FILL(eventsErrors, 0) + FILL(eventsThrottles, 0)',
      usingMetrics: {
        mailerErrors: mailer.lambda.metricErrors(),
        mailerThrottles: mailer.lambda.metricThrottles(),
        eventsErrors: emailEvents.lambda.metricErrors(),
        eventsThrottles: emailEvents.lambda.metricThrottles(),
      },
    }),
    errors: Object.entries(functions).map(([label, { lambda }]) => lambda.metricErrors({ label })),
    throttles: Object.entries(functions).map(([label, { lambda }]) => lambda.metricThrottles({ label })),
    deadLetters: {
      ticks: letters('ticks', deadLetters.ticks),
      wakes: letters('wakes', deadLetters.wakes),
      deliveryEvents: letters('delivery events', deadLetters.deliveryEvents),
      alarms: letters('alarms', deadLetters.alarms),
    },
  };
}

function reputation(metricName: string): Metric {
  return new Metric({ namespace: 'AWS/SES', metricName, statistic: Stats.AVERAGE, period: anHour });
}

function letters(label: string, queue: IQueue): Metric {
  return queue.metricApproximateNumberOfMessagesVisible({ label, statistic: Stats.MAXIMUM });
}
