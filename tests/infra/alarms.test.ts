import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { synthesized } from '../support/synthesis.ts';
import { plainNames, resolved, resourcesOf } from '../support/template.ts';

const root = path.resolve(import.meta.dirname, '../..');
const template = synthesized();
const runbook = readFileSync(path.join(root, 'docs/runbook.md'), 'utf8');

const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, alarm]) => {
  const properties = resolved(alarm, plainNames) as Record<string, unknown>;
  return { ...properties, name: String(properties.AlarmName).replace('Service-', '') };
}) as (Record<string, unknown> & { name: string })[];
const named = (name: string) => alarms.find((alarm) => alarm.name === name);

const code = readdirSync(path.join(root, 'lambdas'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => readFileSync(path.join(root, 'lambdas', file), 'utf8'))
  .join('\n');

describe('each alarm', () => {
  it.each(alarms)('$name says what it means, tells staff, and has its runbook entry', (alarm) => {
    expect(alarm.AlarmDescription).toMatch(
      new RegExp(`^[A-ZÀ-Ž].{30,}\\. What to do: docs/runbook\\.md, ${alarm.name}\\.$`),
    );
    expect(alarm.AlarmActions).toEqual(['AlarmsTopic']);
    expect(alarm.OKActions).toEqual(['AlarmsTopic']);
    const heading = new RegExp(`^## .*\`${alarm.name}\`.*\\n\\n\\*\\*Means:\\*\\* .+\\n\\n.+`, 'm');
    expect(runbook).toMatch(heading);
  });

  it('exists for each entry that names one', () => {
    const entries = [...runbook.matchAll(/^## .* \(alarms? (.*)\)$/gm)].flatMap(([, names = '']) =>
      [...names.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name),
    );
    expect(entries.toSorted()).toEqual(alarms.map(({ name }) => name).toSorted());
  });
});

describe('the alarms', () => {
  it('are raised when the mailer is silent for five minutes', () => {
    expect(named('mailer-not-run')).toMatchObject({
      MetricName: 'Sweeps',
      Period: 60,
      EvaluationPeriods: 5,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
  });

  it('are raised when an email is overdue by more than ten minutes', () => {
    expect(named('mail-overdue')).toMatchObject({
      MetricName: 'SecondsOverdue',
      Statistic: 'Maximum',
      Threshold: 600,
      ComparisonOperator: 'GreaterThanThreshold',
    });
  });

  it('are raised at 5 % bounces and 0.1 % complaints, and earlier as a warning', () => {
    expect(
      ['bounces-rising', 'bounces-too-many', 'complaints-rising', 'complaints-too-many'].map(
        (name) => [named(name)?.MetricName, named(name)?.Threshold],
      ),
    ).toEqual([
      ['Reputation.BounceRate', 0.02],
      ['Reputation.BounceRate', 0.05],
      ['Reputation.ComplaintRate', 0.0005],
      ['Reputation.ComplaintRate', 0.001],
    ]);
  });

  it('stay as they are while no mail tells how the rate is', () => {
    for (const name of ['bounces-too-many', 'complaints-too-many'])
      expect(named(name)).toMatchObject({
        TreatMissingData: 'ignore',
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      });
  });

  it('cover the errors of every function and the letters in every queue', () => {
    const of = (metric: string) =>
      alarms.filter(({ MetricName }) => MetricName === metric).map(({ name }) => name);
    expect(of('Errors')).toHaveLength(resourcesOf(template, 'AWS::Lambda::Function').length);
    expect(of('ApproximateNumberOfMessagesVisible')).toHaveLength(
      resourcesOf(template, 'AWS::SQS::Queue').length,
    );
  });

  it('may be published to the topic, and nothing else may', () => {
    const [[, policy]] = resourcesOf(template, 'AWS::SNS::TopicPolicy') as [
      [string, Record<string, unknown>],
    ];
    const { Statement } = resolved(policy.PolicyDocument, plainNames) as {
      Statement: Record<string, unknown>[];
    };
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
    const [[, dashboard]] = resourcesOf(template, 'AWS::CloudWatch::Dashboard') as [
      [string, Record<string, unknown>],
    ];
    const body = String(resolved(dashboard.DashboardBody, plainNames));
    for (const [id] of resourcesOf(template, 'AWS::CloudWatch::Alarm'))
      expect(body).toContain(`"${plainNames(id, 'Arn')}"`);
  });
});

describe('each figure taken from log lines', () => {
  const filters = resourcesOf(template, 'AWS::Logs::MetricFilter').map(([id, filter]) => {
    const [{ MetricValue = '' } = {}] = filter.MetricTransformations as { MetricValue?: string }[];
    return { id: plainNames(id), pattern: String(filter.FilterPattern), MetricValue };
  });

  it.each(filters)('$id counts an event that the code writes', ({ pattern, MetricValue }) => {
    const event = /\$\.event = "([^"]+)"/.exec(pattern)?.[1];
    expect(code).toContain(`log('${event}'`);
    for (const [, field, value] of pattern.matchAll(/\$\.(\w+) = "([^"]+)"/g))
      if (field !== 'event') expect(code).toContain(`'${value}'`);
    if (MetricValue !== '1') expect(code).toContain(MetricValue.replace('$.', ''));
  });
});
