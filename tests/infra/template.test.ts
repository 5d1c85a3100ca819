import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { tableDefinition } from '../../lambdas/adapters/dynamodb/table.ts';
import { addPolicyChecks } from '../../lib/policy-checks.ts';
import { exampleTemplate, synthesized } from '../support/synthesis.ts';
import { plainNames, resolved, resourcesOf, type Template, theOne } from '../support/template.ts';
import { isThorough } from '../support/thorough.ts';

const domain = {
  domainName: 'retakes.example.org',
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  senderEmail: 'reminders@retakes.example.org',
};
const dev = exampleTemplate();
const prod = synthesized({ stage: 'prod', ...domain, organization: 'Escuela Ñandú' });
const custom = synthesized({ operatorEmail: 'operator@maple-street.example', programs: ['crm', 'lms'] });

const properties = (template: Template, type: string, idStart?: string) =>
  resolved(theOne(template, type, idStart)[1].Properties, plainNames) as Record<string, unknown>;

describe('the table', () => {
  it('has the keys and indexes of the code', () => {
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } = tableDefinition('');
    const table = properties(dev, 'AWS::DynamoDB::GlobalTable');
    expect(table).toMatchObject({ KeySchema, BillingMode: 'PAY_PER_REQUEST' });
    expect(table.GlobalSecondaryIndexes).toEqual(GlobalSecondaryIndexes);
    expect(new Set(table.AttributeDefinitions as object[])).toEqual(new Set(AttributeDefinitions));
  });

  it.each([
    ['dev', dev, false],
    ['prod', prod, true],
  ])(
    'of %s can be restored, is encrypted, expires items, streams its writes, and is protected in prod',
    (_, template, kept) => {
      expect(properties(template, 'AWS::DynamoDB::GlobalTable')).toMatchObject({
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        Replicas: [
          { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }, DeletionProtectionEnabled: kept },
        ],
      });
    },
  );
});

describe('removing the stack', () => {
  const keptIn = (template: Template) =>
    Object.values(template.Resources)
      .filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain'))
      .map(({ Type, DeletionPolicy }) => `${Type} ${DeletionPolicy}`)
      .toSorted();

  it('removes everything of a dev stage', () => {
    expect(keptIn(dev)).toEqual([]);
    expect(properties(dev, 'AWS::Cognito::UserPool').DeletionProtection).toBe('INACTIVE');
  });

  it('keeps the records, logs, secrets and accounts of a prod stage, and of a first deployment that failed only records and accounts', () => {
    expect(keptIn(prod)).toEqual([
      'AWS::Cognito::UserPool Retain',
      'AWS::DynamoDB::GlobalTable Retain',
      ...Array(4).fill('AWS::Logs::LogGroup RetainExceptOnCreate'),
      ...Array(4).fill('AWS::SecretsManager::Secret RetainExceptOnCreate'),
    ]);
    expect(properties(prod, 'AWS::Cognito::UserPool').DeletionProtection).toBe('ACTIVE');
  });
});

describe('the functions', () => {
  it('run on Node 24, arm64, each with a log; all logs are kept for a year', () => {
    const functions = resourcesOf(dev, 'AWS::Lambda::Function');
    expect(functions.map(([id]) => plainNames(id)).toSorted()).toEqual(
      ['Admin', 'EmailEvents', 'Mailer', 'Site'].map((name) => `${name}Function`),
    );
    for (const [id, lambda] of functions)
      expect(resolved(lambda, plainNames)).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        LoggingConfig: { LogGroup: plainNames(id).replace('Function', 'Log') },
      });
    const logs = resourcesOf(dev, 'AWS::Logs::LogGroup');
    expect(logs.map(([, { RetentionInDays }]) => RetentionInDays)).toEqual(Array(5).fill(365));
  });

  it('include a mailer that ends within the minute between two sweeps, and repeats no tick', () => {
    expect(properties(dev, 'AWS::Lambda::Function', 'MailerFunction').Timeout).toBe(50);
    expect(properties(dev, 'AWS::Lambda::EventInvokeConfig', 'Mailer')).toMatchObject({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: 'TickDeadLetters.Arn' } },
    });
  });

  it('get the settings, and nothing else', () => {
    const template = synthesized({
      sendHour: 7,
      signUpsPerHour: 900,
      signUpsPerSourcePerHour: 90,
      retentionDays: 400,
      postalAddress: '1 Main Street',
      logoUrl: 'https://maple-street.example/logo.svg',
    });
    const variables = (name: string) => {
      const lambda = properties(template, 'AWS::Lambda::Function', `${name}Function`);
      return (lambda.Environment as { Variables: object }).Variables;
    };
    const table = { TABLE_NAME: 'Records', RETENTION_DAYS: '400' };
    const pages = {
      ...table,
      BASE_URL: 'HttpApi.ApiEndpoint',
      ORGANIZATION: 'Maple Street School of Medical Assisting',
      SEND_HOUR: '7',
    };
    const logo = { LOGO_URL: 'https://maple-street.example/logo.svg' };
    const linkSecrets = {
      LINK_SIGNING_KEYS_SECRET_ARN: 'SecretsLinkSigning',
      UNSUBSCRIBE_KEY_SECRET_ARN: 'SecretsUnsubscribe',
    };
    expect(variables('Site')).toEqual({
      ...pages,
      ...logo,
      ...linkSecrets,
      ADDRESS_KEY_SECRET_ARN: 'SecretsAddress',
      SIGN_UPS_PER_HOUR: '900',
      SIGN_UPS_PER_SOURCE_PER_HOUR: '90',
    });
    expect(variables('Admin')).toEqual({
      ...pages,
      ...logo,
      ADDRESS_KEY_SECRET_ARN: 'SecretsAddress',
      SESSION_KEY_SECRET_ARN: 'SecretsSession',
      OIDC_ISSUER: 'StaffAccountsPool.ProviderURL',
      STAFF_PAGE_CLIENT_ID: 'StaffAccountsPoolStaffPage',
      STAFF_PROGRAM_CLIENT_IDS: '',
      STAFF_SCOPE: 'retake-reminders/staff',
    });
    expect(variables('Mailer')).toEqual({
      ...pages,
      ...linkSecrets,
      POSTAL_ADDRESS: '1 Main Street',
      SENDER_EMAIL: 'reminders@maple-street.example',
      STAFF_EMAIL: 'office@maple-street.example',
      CONFIGURATION_SET: 'EmailSendingEvents',
    });
    expect(variables('EmailEvents')).toEqual(table);
  });
});

it.each([
  ['AWS::Scheduler::Schedule', /^MinuteTriggerRoleDefaultPolicy/],
  ['AWS::Lambda::EventSourceMapping', /^MailerRoleDefaultPolicy/],
])('%s calls the mailer only once its role has its rights', (type, policy) => {
  const [, { DependsOn = [] }] = theOne(dev, type);
  expect([DependsOn].flat()).toContainEqual(expect.stringMatching(policy));
});

describe('the HTTP API', () => {
  it('routes each path to its function, and the staff API only with a staff token', () => {
    const integrations = Object.fromEntries(
      resourcesOf(dev, 'AWS::ApiGatewayV2::Integration').map(([id, { IntegrationUri }]) => [
        plainNames(id),
        resolved(IntegrationUri, plainNames),
      ]),
    );
    const routes = resourcesOf(dev, 'AWS::ApiGatewayV2::Route').map(([, route]) => {
      const { RouteKey, AuthorizationType, AuthorizationScopes, Target } = resolved(route, plainNames) as Record<
        string,
        string
      >;
      const integration = Target?.replace('integrations/', '') ?? '';
      return [RouteKey, integrations[integration], AuthorizationType, AuthorizationScopes];
    });
    const staffOnly = ['JWT', ['retake-reminders/staff', 'retake-reminders/staff.read']];
    expect(routes.toSorted()).toEqual([
      ['ANY /', 'SiteFunction.Arn', 'NONE', undefined],
      ['ANY /admin', 'AdminFunction.Arn', 'NONE', undefined],
      ['ANY /admin/api', 'AdminFunction.Arn', ...staffOnly],
      ['ANY /admin/api/{proxy+}', 'AdminFunction.Arn', ...staffOnly],
      ['ANY /admin/{proxy+}', 'AdminFunction.Arn', 'NONE', undefined],
      ['ANY /{proxy+}', 'SiteFunction.Arn', 'NONE', undefined],
    ]);
  });

  it('is throttled, and writes an access log without query strings and source addresses', () => {
    const stage = properties(dev, 'AWS::ApiGatewayV2::Stage');
    expect(stage).toMatchObject({
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    });
    const { Format } = stage.AccessLogSettings as { Format: string };
    expect(Object.values(JSON.parse(Format)).join(' ')).toBe(
      '$context.requestId $context.requestTimeEpoch $context.httpMethod $context.path $context.routeKey $context.status $context.responseLength $context.responseLatency',
    );
  });

  it('responds at the custom domain, if there is one, and still at its own address', () => {
    expect(properties(prod, 'AWS::ApiGatewayV2::Api').DisableExecuteApiEndpoint).not.toBe(true);
    expect(properties(prod, 'AWS::ApiGatewayV2::ApiMapping').ApiId).toBe('HttpApi');
    expect(properties(prod, 'AWS::CertificateManager::Certificate')).toMatchObject({
      DomainName: 'retakes.example.org',
      ValidationMethod: 'DNS',
    });
    expect(properties(prod, 'AWS::ApiGatewayV2::DomainName')).toMatchObject({
      DomainName: 'retakes.example.org',
      DomainNameConfigurations: [{ SecurityPolicy: 'TLS_1_2', EndpointType: 'REGIONAL' }],
    });
    expect(properties(prod, 'AWS::Lambda::Function', 'SiteFunction').Environment).toMatchObject({
      Variables: { BASE_URL: 'https://retakes.example.org' },
    });
  });
});

describe('the staff accounts', () => {
  it('are created by an administrator, need a second factor other than SMS, and have login pages', () => {
    const pool = properties(dev, 'AWS::Cognito::UserPool');
    expect(pool).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      Policies: {
        PasswordPolicy: {
          MinimumLength: 15,
          RequireLowercase: false,
          RequireNumbers: false,
          RequireSymbols: false,
          RequireUppercase: false,
        },
      },
      UserPoolTier: 'PLUS',
      UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    });
    expect(properties(dev, 'AWS::Cognito::UserPoolRiskConfigurationAttachment')).toMatchObject({
      ClientId: 'ALL',
      CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: 'BLOCK' } },
    });
    expect(pool.SmsConfiguration).toBeUndefined();
    expect(properties(dev, 'AWS::Cognito::UserPoolDomain').ManagedLoginVersion).toBe(2);
    expect(properties(dev, 'AWS::Cognito::ManagedLoginBranding').UseCognitoProvidedValues).toBe(true);
  });

  it('give browsers a public client with the code flow', () => {
    expect(properties(dev, 'AWS::Cognito::UserPoolClient')).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email', 'StaffAccountsPoolApi/staff'],
      CallbackURLs: ['HttpApi.ApiEndpoint/admin/callback'],
      LogoutURLs: ['HttpApi.ApiEndpoint/admin/signed-out'],
      PreventUserExistenceErrors: 'ENABLED',
      WriteAttributes: ['locale'],
      RefreshTokenRotation: { Feature: 'ENABLED' },
    });
    expect(properties(dev, 'AWS::Cognito::UserPoolResourceServer')).toMatchObject({
      Identifier: 'retake-reminders',
      Scopes: [{ ScopeName: 'staff' }, { ScopeName: 'staff.read' }],
    });
  });

  it('give each program its own client, which the gateway accepts', () => {
    const program = (name: string) =>
      properties(custom, 'AWS::Cognito::UserPoolClient', `StaffAccountsPoolProgram${name}`);
    expect(program('crm')).toMatchObject({
      ClientName: 'crm',
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['StaffAccountsPoolApi/staff', 'StaffAccountsPoolApi/staff.read'],
    });
    expect(properties(custom, 'AWS::ApiGatewayV2::Authorizer').JwtConfiguration).toEqual({
      Issuer: 'StaffAccountsPool.ProviderURL',
      Audience: ['StaffAccountsPoolStaffPage', 'StaffAccountsPoolProgramcrm', 'StaffAccountsPoolProgramlms'],
    });
  });
});

describe('email', () => {
  it('is sent through a set that reports its reputation and what became of each message', () => {
    expect(properties(dev, 'AWS::SES::ConfigurationSet')).toMatchObject({
      ReputationOptions: { ReputationMetricsEnabled: true },
      SuppressionOptions: { SuppressedReasons: ['COMPLAINT'] },
    });
    expect(properties(dev, 'AWS::SES::ConfigurationSetEventDestination')).toMatchObject({
      EventDestination: {
        MatchingEventTypes: ['send', 'delivery', 'deliveryDelay', 'bounce', 'complaint', 'reject'],
        EventBridgeDestination: { EventBusArn: 'arn:aws:events:us-east-1:123456789012:event-bus/default' },
      },
    });
    expect(properties(dev, 'AWS::Events::Rule')).toMatchObject({
      EventPattern: {
        source: ['aws.ses'],
        detail: { mail: { tags: { 'ses:configuration-set': ['EmailSendingEvents'] } } },
      },
      Targets: [{ Arn: 'EmailEventsFunction.Arn', DeadLetterConfig: { Arn: 'DeliveryEventDeadLetters.Arn' } }],
    });
  });

  it('comes from the one address, or from the custom domain, signed and with its own MAIL FROM', () => {
    expect(properties(dev, 'AWS::SES::EmailIdentity').EmailIdentity).toBe('reminders@maple-street.example');
    expect(properties(prod, 'AWS::SES::EmailIdentity')).toMatchObject({
      EmailIdentity: 'retakes.example.org',
      MailFromAttributes: { MailFromDomain: 'mail.retakes.example.org' },
    });
    const records = resourcesOf(prod, 'AWS::Route53::RecordSet').map(([, record]) => {
      const { Name, Type, HostedZoneId } = resolved(record, plainNames) as Record<string, string>;
      return [Type, Name, HostedZoneId];
    });
    const zone = domain.hostedZoneId;
    expect(records.toSorted()).toEqual([
      ['A', 'retakes.example.org.', zone],
      ['CNAME', 'EmailSendingSender.DkimDNSTokenName1', zone],
      ['CNAME', 'EmailSendingSender.DkimDNSTokenName2', zone],
      ['CNAME', 'EmailSendingSender.DkimDNSTokenName3', zone],
      ['MX', 'mail.retakes.example.org.', zone],
      ['TXT', '_dmarc.retakes.example.org.', zone],
      ['TXT', 'mail.retakes.example.org.', zone],
    ]);
  });

  it('is sent every minute, and at once when the stream says so', () => {
    expect(properties(dev, 'AWS::Scheduler::Schedule')).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: 'MailerFunction.Arn',
        Input: '{"source":"scheduler"}',
        DeadLetterConfig: { Arn: 'TickDeadLetters.Arn' },
      },
    });
    expect(properties(dev, 'AWS::Lambda::EventSourceMapping')).toMatchObject({
      FunctionName: 'MailerFunction',
      EventSourceArn: 'Records.StreamArn',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 3,
      DestinationConfig: { OnFailure: { Destination: 'WakeDeadLetters.Arn' } },
      FilterCriteria: {
        Filters: [{ Pattern: '{"eventName":["INSERT","MODIFY"],"dynamodb":{"NewImage":{"wake":{"S":["now"]}}}}' }],
      },
    });
  });
});

describe('queues and topic', () => {
  it('are encrypted or identify nobody, and take TLS only', () => {
    const queues = resourcesOf(dev, 'AWS::SQS::Queue');
    expect(queues).toHaveLength(4);
    const kept = { SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 };
    for (const [, queue] of queues) expect(queue).toMatchObject(kept);
    for (const type of ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'])
      for (const [, policy] of resourcesOf(dev, type))
        expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"');
  });

  it('take the alarms to the operator, and keep those that can’t be delivered', () => {
    expect(properties(custom, 'AWS::SNS::Subscription')).toMatchObject({
      Protocol: 'email',
      Endpoint: 'operator@maple-street.example',
      RedrivePolicy: { deadLetterTargetArn: 'AlarmDeadLetters.Arn' },
    });
  });
});

describe('the outputs', () => {
  it('say where things are, and list what is left to do by hand', () => {
    const asPrinted = Object.keys(dev.Outputs).toSorted();
    expect(asPrinted).toEqual(Object.keys(dev.Outputs));
    const readme = readFileSync(path.join(import.meta.dirname, '../../README.md'), 'utf8');
    const steps = asPrinted.filter((name) => name.startsWith('Step'));
    expect([...readme.matchAll(/`(Step\w+)`/g)].map(([, name]) => name)).toEqual(steps);
    const text = (template: Template) => JSON.stringify(resolved(Object.values(template.Outputs), plainNames));
    expect(text(dev)).toContain('open the email from Amazon Web Services to reminders@');
    expect(text(custom)).toMatch(/sent to operator@maple-street.*--username office@maple-street/);
    expect(text(prod)).toContain("SES verifies retakes.example.org by this stack's DNS records");
  });
});

it('the template shows plain ASCII, as CloudFormation replaces all else by question marks', () => {
  for (const template of [dev, prod, custom]) {
    const { Description, Resources, Outputs } = template;
    const shown = Object.values(Resources).map(({ Type, Properties }) =>
      Type === 'AWS::Lambda::Function' ? Properties?.Description : Properties,
    );
    expect(JSON.stringify([Description, shown, Outputs])).toMatch(/^[\x20-\x7e]+$/);
  }
});

it.runIf(isThorough)('prod with a domain and programs has no open finding either', () => {
  const context = { stage: 'prod', ...domain, programs: ['crm'] };
  expect(() => synthesized(context, addPolicyChecks)).not.toThrow();
});

it('a finding that nobody acknowledged ends the synthesis', () => {
  const outdir = mkdtempSync(path.join(tmpdir(), 'retake-reminders-careless-'));
  const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false });
  new Queue(new Stack(app, 'Careless'), 'Queue');
  addPolicyChecks(app);
  expect(() => app.synth()).toThrow(/validation/i);
  rmSync(outdir, { recursive: true });
});
