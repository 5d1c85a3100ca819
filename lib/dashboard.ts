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

export function dashboard(scope: Construct, metrics: Metrics, alarms: Alarm[]): Dashboard {
  const { accepted, unknown, deferred, refused, givenUp } = metrics;
  const graph = (title: string, ...left: IMetric[]) => new GraphWidget({ title, left, width: 8 });
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: Stack.of(scope).stackName,
    widgets: [
      [new TextWidget({ markdown: 'What each alarm means and what to do: docs/runbook.md', width: 24, height: 1 })],
      [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 4 })],
      [
        graph('Sweeps', metrics.sweeps),
        graph('Seconds the oldest email is overdue', metrics.secondsOverdue),
        graph('Emails handed to SES', accepted, unknown, deferred, refused, givenUp),
      ],
      [
        graph('Bounce and complaint rates of the account', metrics.bounceRate, metrics.complaintRate),
        graph('Requests', metrics.requests, metrics.failedRequests),
        graph('Stuck records and limited sign-ups', metrics.unsendable, metrics.signUpsLimited),
      ],
      [
        graph('Function errors', ...metrics.errors),
        graph('Function throttles', ...metrics.throttles),
        graph('Dead letters', ...Object.values(metrics.deadLetters)),
      ],
    ],
  });
}
