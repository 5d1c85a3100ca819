import { Duration, Stack } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { LogEvents } from '../lambdas/services/log-events.ts';

/** The fields of an event whose values are all of one type. */
type FieldsOf<Event extends keyof LogEvents, Value> = {
  [Field in keyof LogEvents[Event] as LogEvents[Event][Field] extends Value ? Field : never]: LogEvents[Event][Field];
};

type Lines<Event extends keyof LogEvents> = {
  log: ILogGroup;
  event: Event;
  where?: Partial<FieldsOf<Event, string>>;
  /** Take this field's maximum instead of counting the lines. */
  maximumOf?: keyof FieldsOf<Event, number> & string;
};

/** Makes metrics of the lines that the functions log. */
export function logMetrics(scope: Construct) {
  const within = new Construct(scope, 'Lines');
  const namespace = Stack.of(scope).stackName;
  return <Event extends keyof LogEvents>(name: string, { log, event, where, maximumOf }: Lines<Event>): Metric => {
    const fields = Object.entries<string>({ event, ...where });
    new MetricFilter(within, name, {
      logGroup: log,
      metricNamespace: namespace,
      metricName: name,
      metricValue: maximumOf ? `$.${maximumOf}` : '1',
      filterPattern: FilterPattern.all(
        ...fields.map(([field, value]) => FilterPattern.stringValue(`$.${field}`, '=', value)),
      ),
    });
    const statistic = maximumOf ? Stats.MAXIMUM : Stats.SUM;
    return new Metric({ namespace, metricName: name, statistic, period: Duration.minutes(5) });
  };
}
