import { Duration, Stack } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** Lines of a log, each one JSON object with its `event`. */
type Lines = {
  log: ILogGroup;
  event: string;
  /** What else such a line must say to count. */
  where?: Record<string, string>;
  /** The field whose number is the metric; without one, the lines are counted. */
  field?: string;
};

/** The figures that the functions' own log lines tell. */
export class LogMetrics extends Construct {
  private readonly namespace = Stack.of(this).stackName;

  of(name: string, { log, event, where = {}, field }: Lines): Metric {
    new MetricFilter(this, name, {
      logGroup: log,
      metricNamespace: this.namespace,
      metricName: name,
      metricValue: field ? `$.${field}` : '1',
      filterPattern: FilterPattern.all(
        ...Object.entries({ event, ...where }).map(([key, value]) =>
          FilterPattern.stringValue(`$.${key}`, '=', value),
        ),
      ),
    });
    return new Metric({
      namespace: this.namespace,
      metricName: name,
      statistic: field ? Stats.MAXIMUM : Stats.SUM,
      period: Duration.minutes(5),
    });
  }
}
