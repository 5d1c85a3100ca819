import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { IndexName } from '../lambdas/adapters/dynamodb/table.ts';
import { acknowledge } from './acknowledge.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { EmailSending } from './email-sending.ts';
import type { Secrets } from './secrets.ts';
import { type Right, ServiceFunction } from './service-function.ts';
import type { Settings } from './stack-settings.ts';
import type { StaffAccounts } from './staff-accounts.ts';

export type FunctionDependencies = {
  settings: Settings;
  baseUrl: string;
  table: TableV2;
  secrets: Secrets;
  emailSending: EmailSending;
  staffAccounts: StaffAccounts;
  deadLetters: DeadLetters;
  removalPolicy: RemovalPolicy;
};

export type Functions = ReturnType<typeof functions>;

const records = ['candidate#*', 'pending-link#*', 'address#*'];
const mailed = ['candidate#*', 'pending-link#*', 'mailbox#*', 'staff-notice#*'];

export function functions(scope: Construct, dependencies: FunctionDependencies) {
  return {
    site: site(scope, dependencies),
    admin: admin(scope, dependencies),
    mailer: mailer(scope, dependencies),
    emailEvents: emailEvents(scope, dependencies),
  };
}

function site(scope: Construct, dependencies: FunctionDependencies): ServiceFunction {
  const { settings, secrets, table, removalPolicy } = dependencies;
  return new ServiceFunction(scope, 'Site', {
    description: "Serves the candidates' pages",
    handler: 'site',
    removalPolicy,
    memorySize: 1024,
    timeout: Duration.seconds(10),
    environment: {
      ...pagesEnvironment(dependencies),
      ...logoEnvironment(settings),
      SIGN_UPS_PER_SOURCE_PER_HOUR: String(settings.signUpsPerSourcePerHour),
      SIGN_UPS_PER_HOUR: String(settings.signUpsPerHour),
    },
    secrets: { ...linkSecrets(secrets), ADDRESS_KEY: secrets.address },
    rights: [
      onTable(table, records, 'GetItem', 'PutItem'),
      onTable(table, ['address#*'], 'DeleteItem'),
      onTable(table, ['limit#*'], 'UpdateItem'),
    ],
  });
}

function admin(scope: Construct, dependencies: FunctionDependencies): ServiceFunction {
  const { settings, staffAccounts, secrets, table, removalPolicy } = dependencies;
  const programs = staffAccounts.programs.map(({ userPoolClientId }) => userPoolClientId);
  return new ServiceFunction(scope, 'Admin', {
    description: 'Serves the staff pages and API',
    handler: 'admin',
    removalPolicy,
    memorySize: 1024,
    timeout: Duration.seconds(29),
    environment: {
      ...pagesEnvironment(dependencies),
      ...logoEnvironment(settings),
      OIDC_ISSUER: staffAccounts.issuer,
      STAFF_PAGE_CLIENT_ID: staffAccounts.page.userPoolClientId,
      STAFF_PROGRAM_CLIENT_IDS: programs.join(','),
      STAFF_SCOPE: staffAccounts.scope,
    },
    secrets: { ADDRESS_KEY: secrets.address, SESSION_KEY: secrets.session },
    rights: [
      onTable(table, [...records, 'session#*'], 'PutItem'),
      onTable(table, [...records, 'session#*', 'mailbox#*', 'confirmations'], 'GetItem'),
      onTable(table, ['candidate#*', 'pending-link#*'], 'BatchGetItem'),
      onTable(table, ['address#*', 'session#*'], 'DeleteItem'),
      queryOn(table, 'byStatus', 'byCohort', 'byName', 'byCohortAndName', 'flagged', 'due'),
    ],
  });
}

function mailer(scope: Construct, dependencies: FunctionDependencies): ServiceFunction {
  const { settings, emailSending, secrets, table, deadLetters, removalPolicy } = dependencies;
  const lambda = new ServiceFunction(scope, 'Mailer', {
    description: 'Sends the emails that are due',
    handler: 'mailer',
    removalPolicy,
    memorySize: 512,
    // Shorter than the minute between two sweeps.
    timeout: Duration.seconds(50),
    environment: {
      ...pagesEnvironment(dependencies),
      POSTAL_ADDRESS: settings.postalAddress,
      SENDER_EMAIL: settings.senderEmail,
      STAFF_EMAIL: settings.staffEmail,
      CONFIGURATION_SET: emailSending.configurationSetName,
    },
    secrets: linkSecrets(secrets),
    rights: [
      onTable(table, ['candidate#*', 'pending-link#*'], 'BatchGetItem'),
      onTable(table, mailed, 'PutItem'),
      onTable(table, [...mailed, 'address#*', 'confirmations'], 'GetItem'),
      onTable(table, ['confirmations', 'send-rate#*'], 'UpdateItem'),
      queryOn(table, 'due', 'flagged'),
      // In the sandbox, SES checks it on a verified recipient's identity, too; the condition allows one sender.
      {
        actions: ['ses:SendRawEmail'],
        resources: emailSending.arns,
        conditions: { StringEquals: { 'ses:FromAddress': settings.senderEmail } },
      },
      { actions: ['ses:GetSendQuota'], resources: ['*'] },
    ],
    failuresTo: deadLetters.ticks,
    retryAttempts: 0,
    maxEventAge: Duration.minutes(1),
  });
  acknowledge(lambda, {
    'AwsSolutions::AwsSolutions-IAM5[Resource::*]':
      'ses:GetSendQuota is about the whole account and supports no resource but *.',
    'AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]':
      'In the sandbox, SES requires the permission on the recipient’s identity too; the condition allows only one sender.',
  });
  return lambda;
}

function emailEvents(scope: Construct, dependencies: FunctionDependencies): ServiceFunction {
  const { table, deadLetters, removalPolicy } = dependencies;
  return new ServiceFunction(scope, 'EmailEvents', {
    description: 'Records what SES reports about each email',
    handler: 'email-events',
    removalPolicy,
    memorySize: 512,
    timeout: Duration.seconds(20),
    environment: tableEnvironment(dependencies),
    rights: [onTable(table, records, 'GetItem', 'PutItem'), onTable(table, ['confirmations'], 'UpdateItem')],
    failuresTo: deadLetters.deliveryEvents,
    retryAttempts: 2,
  });
}

function tableEnvironment({ table, settings }: FunctionDependencies) {
  return { TABLE_NAME: table.tableName, RETENTION_DAYS: String(settings.retentionDays) };
}

function pagesEnvironment(dependencies: FunctionDependencies) {
  const { baseUrl, settings } = dependencies;
  return {
    ...tableEnvironment(dependencies),
    BASE_URL: baseUrl,
    ORGANIZATION: settings.organization,
    SEND_HOUR: String(settings.sendHour),
  };
}

function logoEnvironment({ logoUrl }: Settings) {
  return logoUrl === undefined ? {} : { LOGO_URL: logoUrl };
}

function linkSecrets({ linkSigning, unsubscribe }: Secrets) {
  return { LINK_SIGNING_KEYS: linkSigning, UNSUBSCRIBE_KEY: unsubscribe };
}

/** Permissions on the items whose keys match. */
function onTable({ tableArn }: TableV2, keys: string[], ...actions: string[]): Right {
  return {
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } },
  };
}

function queryOn({ tableArn }: TableV2, ...indexes: IndexName[]): Right {
  return { actions: ['dynamodb:Query'], resources: indexes.map((index) => `${tableArn}/index/${index}`) };
}
