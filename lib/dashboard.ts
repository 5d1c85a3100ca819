import { Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Metrics } from './metrics.ts';

/** One page that shows how the service does. */
export function dashboard(scope: Construct, metrics: Metrics, alarms: Alarm[]): Dashboard {
  const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 8 });
  const named = (metrics: [string, IMetric & { with(props: { label: string }): IMetric }][]) =>
    metrics.map(([label, metric]) => metric.with({ label }));
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: Stack.of(scope).stackName,
    widgets: [
      [
        new TextWidget({
          markdown: 'What each alarm means, and what to do: docs/runbook.md',
          width: 24,
          height: 1,
        }),
      ],
      [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 5 })],
      [
        graph('Emails handed to SES', [
          metrics.accepted,
          metrics.uncertain,
          metrics.deferred,
          metrics.refused,
        ]),
        graph('Seconds that the oldest email is overdue', [metrics.secondsOverdue]),
        graph('Sweeps', [metrics.sweeps, metrics.scheduler]),
      ],
      [
        graph('Bounces and complaints (share of the account)', [
          metrics.bounceRate,
          metrics.complaintRate,
        ]),
        graph('Requests', [metrics.requests, metrics.failedRequests]),
        graph('Sign-ups refused', [metrics.refusedBySource, metrics.refusedByTotal]),
      ],
      [
        graph('Errors', named(metrics.errors)),
        graph('Dead letters', named(metrics.deadLetters)),
        graph('Held back by AWS', [metrics.throttles]),
      ],
    ],
  });
}
