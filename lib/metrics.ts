import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { LogMetrics } from './log-metrics.ts';
import type { ServiceFunction } from './service-function.ts';

/** What the figures are taken from. */
export type Watched = {
  functions: Record<'site' | 'admin' | 'mailer' | 'emailEvents', ServiceFunction>;
  deadLetters: Record<'ticks' | 'wakes' | 'mailEvents' | 'alarms', IQueue>;
  api: HttpApi;
  table: TableV2;
  scheduleGroupName: string;
};

export type Metrics = ReturnType<typeof metrics>;

const fiveMinutes = Duration.minutes(5);

/** The figures that alarms and dashboard show. */
export function metrics(
  scope: Construct,
  { functions, deadLetters, api, table, scheduleGroupName }: Watched,
) {
  const { site, mailer } = functions;
  const lines = new LogMetrics(scope, 'Lines');
  const handOvers = (name: string, outcome: string) =>
    lines.of(name, { log: mailer.logGroup, event: 'email-handed-over', where: { outcome } });
  const refusals = (name: string, cap: string) =>
    lines.of(name, { log: site.logGroup, event: 'sign-up-limited', where: { cap } });
  const reputation = (metricName: string) =>
    new Metric({
      namespace: 'AWS/SES',
      metricName,
      statistic: Stats.AVERAGE,
      period: Duration.hours(1),
    });
  const schedulerMetric = (metricName: string) =>
    new Metric({
      namespace: 'AWS/Scheduler',
      metricName,
      dimensionsMap: { ScheduleGroup: scheduleGroupName },
      statistic: Stats.SUM,
      period: fiveMinutes,
    });
  const tableThrottles = (metricName: string) =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: table.tableName },
      statistic: Stats.SUM,
      period: fiveMinutes,
    });
  const each = <Name extends string, From, To>(
    from: Record<Name, From>,
    to: (one: From) => To,
  ): [string, To][] => Object.entries<From>(from).map(([name, one]) => [name, to(one)]);

  return {
    sweeps: lines.of('Sweeps', { log: mailer.logGroup, event: 'swept' }),
    secondsOverdue: lines.of('SecondsOverdue', {
      log: mailer.logGroup,
      event: 'swept',
      field: 'secondsOverdue',
    }),
    accepted: handOvers('Accepted', 'accepted'),
    uncertain: handOvers('Uncertain', 'unknown'),
    deferred: handOvers('Deferred', 'deferred'),
    refused: handOvers('Refused', 'refused'),
    givenUp: lines.of('GivenUp', { log: mailer.logGroup, event: 'email-failed' }),
    notMailed: lines.of('NotMailed', { log: mailer.logGroup, event: 'emails-not-sent' }),
    quotaNotKnown: lines.of('QuotaNotKnown', { log: mailer.logGroup, event: 'quota-not-known' }),
    refusedBySource: refusals('RefusedBySource', 'source'),
    refusedByTotal: refusals('RefusedByTotal', 'total'),
    failedRequests: api.metricServerError({ statistic: Stats.SUM, period: fiveMinutes }),
    requests: api.metricCount({ statistic: Stats.SUM, period: fiveMinutes }),
    errors: each(functions, ({ lambda }) => lambda.metricErrors({ period: fiveMinutes })),
    throttles: sum('Throttled', {
      ...Object.fromEntries(
        each(functions, ({ lambda }) => lambda.metricThrottles({ period: fiveMinutes })),
      ),
      reads: tableThrottles('ReadThrottleEvents'),
      writes: tableThrottles('WriteThrottleEvents'),
    }),
    deadLetters: each(deadLetters, (queue) =>
      queue.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        period: fiveMinutes,
      }),
    ),
    scheduler: sum('Calls that failed', {
      errors: schedulerMetric('TargetErrorCount'),
      throttled: schedulerMetric('InvocationThrottleCount'),
      dropped: schedulerMetric('InvocationDroppedCount'),
    }),
    bounceRate: reputation('Reputation.BounceRate'),
    complaintRate: reputation('Reputation.ComplaintRate'),
  };
}

function sum(label: string, usingMetrics: Record<string, IMetric>): MathExpression {
  const expression = Object.keys(usingMetrics)
    .map((name) => `FILL(${name}, 0)`)
    .join(' + ');
  return new MathExpression({ label, expression, usingMetrics, period: fiveMinutes });
}
