import { describe, expect, it } from 'vitest';
import { exampleTemplate } from '../support/synthesis.ts';
import { plainNames, resolved, resourcesOf, rightsOf, type Statement } from '../support/template.ts';

const template = exampleTemplate();
const roles = Object.fromEntries(resourcesOf(template, 'AWS::IAM::Role').map(([id]) => [plainNames(id), id]));

/** The condition that an item's key begins so, and any other. */
function conditionIn(conditions: Statement['conditions']): string {
  const { 'ForAllValues:StringLike': like, ...others } = conditions;
  const keys = [like?.['dynamodb:LeadingKeys'] ?? []].flat();
  return [
    ...(keys.length > 0 ? [` of ${keys.join(', ')}`] : []),
    ...(Object.keys(others).length > 0 ? [` if ${JSON.stringify(others)}`] : []),
  ].join('');
}

/** One line for each action, the resources it is allowed on, and its conditions. */
const inLines = (role: string) =>
  rightsOf(template, roles[role] ?? '', plainNames)
    .flatMap(({ effect, actions, resources, conditions }) =>
      actions.map((action) => `${effect} ${action} on ${resources.toSorted().join(' and ')}${conditionIn(conditions)}`),
    )
    .toSorted();

describe('each role may do exactly this', () => {
  it('site: read, write, count and erase; read the secrets it signs and hashes with', () => {
    expect(inLines('SiteRole')).toEqual([
      'Allow dynamodb:DeleteItem on Records.Arn of address#*',
      'Allow dynamodb:GetItem on Records.Arn of candidate#*, pending-link#*, address#*',
      'Allow dynamodb:PutItem on Records.Arn of candidate#*, pending-link#*, address#*',
      'Allow dynamodb:UpdateItem on Records.Arn of limit#*',
      'Allow logs:CreateLogStream on SiteLog.Arn',
      'Allow logs:PutLogEvents on SiteLog.Arn',
      'Allow secretsmanager:GetSecretValue on SecretsAddress and SecretsLinkSigning and SecretsUnsubscribe',
    ]);
  });

  it('admin: read, write and erase; list; read the secrets it hashes and signs sessions with', () => {
    const lists =
      'Records.Arn/index/byCohort and Records.Arn/index/byCohortAndName and Records.Arn/index/byName and Records.Arn/index/byStatus and Records.Arn/index/due and Records.Arn/index/flagged';
    expect(inLines('AdminRole')).toEqual([
      'Allow dynamodb:BatchGetItem on Records.Arn of candidate#*, pending-link#*',
      'Allow dynamodb:DeleteItem on Records.Arn of address#*, session#*',
      'Allow dynamodb:GetItem on Records.Arn of candidate#*, pending-link#*, address#*, session#*, mailbox#*, confirmations',
      'Allow dynamodb:PutItem on Records.Arn of candidate#*, pending-link#*, address#*, session#*',
      `Allow dynamodb:Query on ${lists}`,
      'Allow logs:CreateLogStream on AdminLog.Arn',
      'Allow logs:PutLogEvents on AdminLog.Arn',
      'Allow secretsmanager:GetSecretValue on SecretsAddress and SecretsSession',
    ]);
  });

  // In the sandbox, SES asks for the right on the identity of a verified recipient as well.
  it('mailer: find, read, write and send from the one address to anyone; be woken by the stream', () => {
    expect(inLines('MailerRole')).toEqual([
      'Allow dynamodb:BatchGetItem on Records.Arn of candidate#*, pending-link#*',
      'Allow dynamodb:DescribeStream on Records.StreamArn',
      'Allow dynamodb:GetItem on Records.Arn of candidate#*, pending-link#*, mailbox#*, staff-notice#*, address#*, confirmations',
      'Allow dynamodb:GetRecords on Records.StreamArn',
      'Allow dynamodb:GetShardIterator on Records.StreamArn',
      'Allow dynamodb:PutItem on Records.Arn of candidate#*, pending-link#*, mailbox#*, staff-notice#*',
      'Allow dynamodb:Query on Records.Arn/index/due and Records.Arn/index/flagged',
      'Allow dynamodb:UpdateItem on Records.Arn of confirmations, send-rate#*',
      'Allow logs:CreateLogStream on MailerLog.Arn',
      'Allow logs:PutLogEvents on MailerLog.Arn',
      'Allow secretsmanager:GetSecretValue on SecretsLinkSigning and SecretsUnsubscribe',
      'Allow ses:GetSendQuota on *',
      'Allow ses:SendRawEmail on arn:aws:ses:us-east-1:123456789012:configuration-set/EmailSendingEvents and arn:aws:ses:us-east-1:123456789012:identity/* if {"StringEquals":{"ses:FromAddress":"reminders@maple-street.example"}}',
      'Allow sqs:SendMessage on TickDeadLetters.Arn',
      'Allow sqs:SendMessage on WakeDeadLetters.Arn',
    ]);
  });

  it('email-events: read, write and count', () => {
    expect(inLines('EmailEventsRole')).toEqual([
      'Allow dynamodb:GetItem on Records.Arn of candidate#*, pending-link#*, address#*',
      'Allow dynamodb:PutItem on Records.Arn of candidate#*, pending-link#*, address#*',
      'Allow dynamodb:UpdateItem on Records.Arn of confirmations',
      'Allow logs:CreateLogStream on EmailEventsLog.Arn',
      'Allow logs:PutLogEvents on EmailEventsLog.Arn',
      'Allow sqs:SendMessage on DeliveryEventDeadLetters.Arn',
    ]);
  });

  it('the schedule: call the mailer', () => {
    expect(inLines('MinuteTriggerRole')).toEqual([
      'Allow lambda:InvokeFunction on MailerFunction.Arn',
      'Allow sqs:SendMessage on TickDeadLetters.Arn',
    ]);
  });
});

it('only these roles exist, and only the services that need them may assume them or call a function', () => {
  const trusts = resourcesOf(template, 'AWS::IAM::Role').map(([id, { AssumeRolePolicyDocument }]) => {
    const { Statement } = AssumeRolePolicyDocument as { Statement: object[] };
    return [plainNames(id), resolved(Statement, plainNames)];
  });
  const trusted = (service: string, Condition?: object) => [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service }, ...(Condition && { Condition }) },
  ];
  expect(Object.fromEntries(trusts)).toEqual({
    SiteRole: trusted('lambda.amazonaws.com'),
    AdminRole: trusted('lambda.amazonaws.com'),
    MailerRole: trusted('lambda.amazonaws.com'),
    EmailEventsRole: trusted('lambda.amazonaws.com'),
    MinuteTriggerRole: trusted('scheduler.amazonaws.com', {
      StringEquals: { 'aws:SourceAccount': '123456789012', 'aws:SourceArn': 'MinuteTriggerGroup.Arn' },
    }),
  });
  const permissions = resourcesOf(template, 'AWS::Lambda::Permission').map(([, { Principal, SourceArn }]) => [
    Principal,
    SourceArn !== undefined,
  ]);
  expect(permissions).toEqual([...Array(6).fill(['apigateway.amazonaws.com', true]), ['events.amazonaws.com', true]]);
  expect(resourcesOf(template, 'AWS::Lambda::Url')).toEqual([]);
});
