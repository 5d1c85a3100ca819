import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { exampleTemplate } from '../support/synthesis.ts';
import { plainNames, resolved, resourcesOf } from '../support/template.ts';

const root = path.resolve(import.meta.dirname, '../..');
const template = exampleTemplate();

type Properties = Record<string, unknown>;
const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, alarm]) => {
  const properties = resolved(alarm, plainNames) as Properties;
  return { ...properties, name: String(properties.AlarmName).replace('Service-', '') };
}) as (Properties & { name: string })[];
const named = (name: string): Properties => alarms.find((alarm) => alarm.name === name) ?? {};

describe('the alarms and the runbook', () => {
  const runbook = readFileSync(path.join(root, 'docs/runbook.md'), 'utf8');
  const entries = [...runbook.matchAll(/^## .*\(alarm `([a-z-]+)`\)\n\n\*\*Impact:\*\* .{30,}\n\n/gm)];

  it('have the same names: every alarm has its entry, and every entry has its alarm', () => {
    expect(runbook.match(/\(alarm.*`\)$/gm)).toHaveLength(entries.length);
    expect(entries.map(([, name]) => name).toSorted()).toEqual(alarms.map(({ name }) => name).toSorted());
  });

  it.each(alarms)('$name says its impact, points to its entry and mails the operator', (alarm) => {
    expect(alarm.AlarmDescription).toMatch(
      new RegExp(`^[A-Z].{30,}\\. What to do: docs/runbook\\.md, ${alarm.name}\\.$`),
    );
    expect(alarm).toMatchObject({ AlarmActions: ['AlarmsTopic'], OKActions: ['AlarmsTopic'] });
  });
});

/** The alarm's metrics, each with what it is of, or the expression over them. */
function watched({ MetricName, Dimensions, Metrics = [] }: Properties): string[] {
  const stats = (Metrics as { MetricStat?: { Metric: Properties } }[]).map(({ MetricStat }) => MetricStat?.Metric);
  return [{ MetricName, Dimensions }, ...stats].flatMap((metric) => {
    const of = ((metric?.Dimensions ?? []) as { Value: string }[]).map(({ Value }) => ` of ${Value}`);
    return metric?.MetricName ? [`${metric.MetricName}${of.join('')}`] : [];
  });
}

describe('the alarms', () => {
  const usual = {
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
  };
  const silence = {
    ComparisonOperator: 'LessThanThreshold',
    EvaluationPeriods: 5,
    Period: 60,
    TreatMissingData: 'breaching',
  };
  const letters = 'ApproximateNumberOfMessagesVisible';

  it.each([
    ['mailer-not-run', 'Sweeps', silence],
    ['mail-overdue', 'SecondsOverdue', { Threshold: 600, Statistic: 'Maximum' }],
    ['record-stuck', 'Unsendable', {}],
    [
      'mail-functions-failing',
      'Errors of MailerFunction, Throttles of MailerFunction, Errors of EmailEventsFunction, Throttles of EmailEventsFunction',
      {},
    ],
    ['ses-takes-no-mail', 'Deferred', { EvaluationPeriods: 2 }],
    ['unknown-sends', 'Unknown', { Threshold: 3, Period: 3600 }],
    ['emails-failed', 'Refused, GivenUp', { Threshold: 5 }],
    ['confirmations-held', 'ConfirmationsHeld', { Period: 3600 }],
    ['reputation-at-risk', 'Reputation.BounceRate, Reputation.ComplaintRate', { TreatMissingData: 'ignore' }],
    ['pages-failing', '5xx of HttpApi', {}],
    ['sign-ups-limited', 'SignUpsLimited', {}],
    ['change-disputed', 'ChangeDisputed', {}],
    ['delivery-events-lost', `${letters} of DeliveryEventDeadLetters.QueueName`, {}],
    ['alarms-undelivered', `${letters} of AlarmDeadLetters.QueueName`, {}],
  ])('raise %s on %s', (name, metrics, unusual) => {
    expect(watched(named(name)).join(', ')).toBe(metrics);
    expect(named(name)).toMatchObject({ ...usual, ...unusual });
  });

  it.each([
    ['mail-functions-failing', /^FILL\(\w+, 0\)( \+ FILL\(\w+, 0\)){3}$/, 300],
    ['emails-failed', /^FILL\(refused, 0\) \+ 5 \* FILL\(givenUp, 0\)$/, 3600],
    ['reputation-at-risk', /^MAX\(\[bounces \/ 0\.02, complaints \/ 0\.0005\]\)$/, 3600],
  ])('combine the metrics of %s by %s', (name, expression, period) => {
    const [sum, ...stats] = named(name).Metrics as { Expression?: string; MetricStat?: Properties }[];
    expect(sum?.Expression).toMatch(expression);
    for (const { MetricStat } of stats) expect(MetricStat?.Period).toBe(period);
  });

  it('are the only ones that may publish to the topic', () => {
    const [[, policy] = ['', {}]] = resourcesOf(template, 'AWS::SNS::TopicPolicy');
    const { Statement } = resolved(policy.PolicyDocument, plainNames) as { Statement: Properties[] };
    expect(Statement.filter(({ Effect }) => Effect === 'Allow')).toEqual([
      {
        Sid: 'AllowAlarms',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: 'AlarmsTopic',
        Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      },
    ]);
  });

  it('all show on the dashboard', () => {
    const [[, dashboard] = ['', {}]] = resourcesOf(template, 'AWS::CloudWatch::Dashboard');
    const body = String(resolved(dashboard.DashboardBody, plainNames));
    for (const [id] of resourcesOf(template, 'AWS::CloudWatch::Alarm'))
      expect(body).toContain(`"${plainNames(id, 'Arn')}"`);
  });
});

// That an event exists with its fields, the types ensure; that it is logged, only the code shows.
it('each metric taken from log lines counts an event that the code logs', () => {
  const code = readdirSync(path.join(root, 'lambdas'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readFileSync(path.join(root, 'lambdas', file), 'utf8'))
    .join('\n');
  const logged = [...code.matchAll(/\blog\(\s*'([a-z-]+)'/g)].map(([, event]) => event);
  const counted = resourcesOf(template, 'AWS::Logs::MetricFilter').map(
    ([, { FilterPattern }]) => /\$\.event = "([^"]+)"/.exec(String(FilterPattern))?.[1],
  );
  expect(counted).toHaveLength(11);
  expect(logged).toEqual(expect.arrayContaining(counted));
});
