import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import {
  cohortIndex,
  dueIndex,
  flaggedIndex,
  statusIndex,
} from '../lambdas/adapters/dynamodb/table.ts';
import { acknowledge } from './acknowledge.ts';
import type { OutgoingEmail } from './email-sending.ts';
import type { Keys } from './secrets.ts';
import { type Right, ServiceFunction } from './service-function.ts';
import type { Settings } from './stack-settings.ts';
import type { StaffLogin } from './staff-accounts.ts';

type Parts = {
  settings: Settings;
  baseUrl: string;
  table: TableV2;
  keys: Keys;
  mail: OutgoingEmail;
  login: StaffLogin;
  deadLetters: { ticks: IQueue; mailEvents: IQueue };
  removalPolicy: RemovalPolicy;
};

/** The four functions, each with its settings, its keys and its rights. */
export function serviceFunctions(
  scope: Construct,
  { settings, baseUrl, table, keys, mail, login, deadLetters, removalPolicy }: Parts,
) {
  const records = {
    TABLE_NAME: table.tableName,
    RETENTION_DAYS: String(settings.retentionDays),
  };
  const service = {
    ...records,
    BASE_URL: baseUrl,
    ORGANIZATION: settings.organization,
    SEND_HOUR: String(settings.sendHour),
  };
  const linkKeys = { LINK_SIGNING_KEYS: keys.linkSigning, UNSUBSCRIBE_KEY: keys.unsubscribe };
  const onTable = (...actions: string[]): Right => ({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
  });
  const queryOf = (...indexes: string[]): Right => ({
    actions: ['dynamodb:Query'],
    resources: indexes.map((index) => `${table.tableArn}/index/${index}`),
  });

  const site = new ServiceFunction(scope, 'Site', {
    description: 'The candidates’ pages',
    handler: 'site',
    removalPolicy,
    memorySize: 1024,
    timeout: Duration.seconds(10),
    environment: {
      ...service,
      SIGN_UPS_PER_SOURCE_PER_HOUR: String(settings.signUpsPerSourcePerHour),
      SIGN_UPS_PER_HOUR: String(settings.signUpsPerHour),
    },
    keys: { ...linkKeys, CANDIDATE_ID_KEY: keys.candidateId },
    rights: [onTable('GetItem', 'PutItem', 'UpdateItem', 'DeleteItem')],
  });

  const admin = new ServiceFunction(scope, 'Admin', {
    description: 'The staff’s pages and API',
    handler: 'admin',
    removalPolicy,
    memorySize: 1024,
    timeout: Duration.seconds(29),
    environment: {
      ...service,
      OIDC_ISSUER: login.issuer,
      STAFF_PAGE_CLIENT_ID: login.page.userPoolClientId,
      STAFF_PROGRAM_CLIENT_IDS: login.programs.map((program) => program.userPoolClientId).join(','),
      STAFF_SCOPE: login.scope,
    },
    keys: { CANDIDATE_ID_KEY: keys.candidateId, SESSION_KEY: keys.session },
    rights: [
      onTable('GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem'),
      queryOf(statusIndex, cohortIndex, flaggedIndex),
    ],
  });

  const mailer = new ServiceFunction(scope, 'MailerDependencies', {
    description: 'Sends the emails that are due',
    handler: 'mailer',
    removalPolicy,
    memorySize: 512,
    // Shorter than the minute between two sweeps.
    timeout: Duration.seconds(50),
    environment: {
      ...service,
      POSTAL_ADDRESS: settings.postalAddress,
      SENDER_EMAIL: settings.senderEmail,
      STAFF_EMAIL: settings.staffEmail,
      CONFIGURATION_SET: mail.configurationSet.configurationSetName,
    },
    keys: linkKeys,
    rights: [
      onTable('GetItem', 'PutItem', 'UpdateItem'),
      queryOf(dueIndex, flaggedIndex),
      {
        actions: ['ses:SendRawEmail'],
        resources: [...mail.identityArns, mail.configurationSetArn],
        conditions: { StringEquals: { 'ses:FromAddress': settings.senderEmail } },
      },
      { actions: ['ses:GetSendQuota'], resources: ['*'] },
    ],
    failuresTo: deadLetters.ticks,
    retryAttempts: 0,
    maxEventAge: Duration.minutes(1),
  });
  acknowledge(mailer, {
    'AwsSolutions::AwsSolutions-IAM5[Resource::*]':
      'ses:GetSendQuota asks about the account, and knows no resource but *.',
  });

  const emailEvents = new ServiceFunction(scope, 'EmailEvents', {
    description: 'Writes down what SES reports of each email',
    handler: 'email-events',
    removalPolicy,
    memorySize: 512,
    timeout: Duration.seconds(20),
    environment: records,
    rights: [onTable('GetItem', 'PutItem')],
    failuresTo: deadLetters.mailEvents,
    retryAttempts: 2,
  });

  return { site, admin, mailer, emailEvents };
}
