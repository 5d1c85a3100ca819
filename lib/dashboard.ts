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
import type { Figures } from './figures.ts';

/** One page that shows how the service does. */
export function dashboard(scope: Construct, figures: Figures, alarms: Alarm[]): Dashboard {
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
          figures.accepted,
          figures.uncertain,
          figures.deferred,
          figures.refused,
        ]),
        graph('Seconds that the oldest email is overdue', [figures.secondsOverdue]),
        graph('Sweeps', [figures.sweeps, figures.scheduler]),
      ],
      [
        graph('Bounces and complaints (share of the account)', [
          figures.bounceRate,
          figures.complaintRate,
        ]),
        graph('Requests', [figures.requests, figures.failedRequests]),
        graph('Sign-ups refused', [figures.refusedBySource, figures.refusedByTotal]),
      ],
      [
        graph('Errors', named(figures.errors)),
        graph('Dead letters', named(figures.deadLetters)),
        graph('Held back by AWS', [figures.throttles]),
      ],
    ],
  });
}
