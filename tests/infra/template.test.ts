import { describe, expect, it } from 'vitest';
import { tableDefinition } from '../../lambdas/adapters/dynamodb/table.ts';
import { addPolicyChecks } from '../../lib/policy-checks.ts';
import { synthesized } from '../support/synthesis.ts';
import { plainNames, resolved, resourcesOf, type Template, theOne } from '../support/template.ts';

const domain = {
  domainName: 'retakes.example.org',
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  senderEmail: 'reminders@retakes.example.org',
};
const dev = synthesized();
const prod = synthesized({ stage: 'prod', ...domain });

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
    'of %s can be restored, is encrypted, forgets, tells of its writes, and is kept where it must be',
    (_, template, kept) => {
      expect(properties(template, 'AWS::DynamoDB::GlobalTable')).toMatchObject({
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        Replicas: [
          {
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
            DeletionProtectionEnabled: kept,
          },
        ],
      });
    },
  );
});

describe('removing the stack', () => {
  const keptIn = (template: Template) =>
    Object.values(template.Resources)
      .filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain'))
      .map(({ Type }) => Type)
      .toSorted();

  it('removes all of a dev stage', () => {
    expect(keptIn(dev)).toEqual([]);
    expect(properties(dev, 'AWS::Cognito::UserPool').DeletionProtection).toBe('INACTIVE');
  });

  it('keeps records, keys and accounts of a prod stage', () => {
    expect(keptIn(prod)).toEqual([
      'AWS::Cognito::UserPool',
      'AWS::DynamoDB::GlobalTable',
      ...Array(4).fill('AWS::Logs::LogGroup'),
      ...Array(4).fill('AWS::SecretsManager::Secret'),
    ]);
    expect(properties(prod, 'AWS::Cognito::UserPool').DeletionProtection).toBe('ACTIVE');
  });
});

describe('the functions', () => {
  it('run on Node 24, arm64, each with a log; all logs are kept for a year', () => {
    const functions = resourcesOf(dev, 'AWS::Lambda::Function');
    expect(functions).toHaveLength(4);
    for (const [, { Runtime, Architectures, LoggingConfig }] of functions) {
      expect({ Runtime, Architectures }).toEqual({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
      });
      const { LogGroup } = LoggingConfig as { LogGroup: { Ref: string } };
      expect(dev.Resources[LogGroup.Ref]?.Type).toBe('AWS::Logs::LogGroup');
    }
    expect(
      resourcesOf(dev, 'AWS::Logs::LogGroup').map(([, { RetentionInDays }]) => RetentionInDays),
    ).toEqual([365, 365, 365, 365, 365]);
  });

  it('of the mailer ends within the minute between two sweeps, and tries no tick again', () => {
    expect(properties(dev, 'AWS::Lambda::Function', 'MailerFunction').Timeout).toBe(50);
    expect(properties(dev, 'AWS::Lambda::EventInvokeConfig', 'MailerDependencies')).toMatchObject({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: 'TickDeadLetters.Arn' } },
    });
  });

  it('get the settings', () => {
    const template = synthesized({
      sendHour: 7,
      signUpsPerHour: 900,
      signUpsPerSourcePerHour: 90,
      retentionDays: 400,
      postalAddress: '1 Main Street',
    });
    const environment = (name: string) =>
      (
        properties(template, 'AWS::Lambda::Function', `${name}Function`).Environment as {
          Variables: object;
        }
      ).Variables;
    const shared = { TABLE_NAME: 'Records', RETENTION_DAYS: '400' };
    expect(environment('Site')).toMatchObject({
      ...shared,
      SEND_HOUR: '7',
      SIGN_UPS_PER_HOUR: '900',
      SIGN_UPS_PER_SOURCE_PER_HOUR: '90',
    });
    expect(environment('MailerDependencies')).toMatchObject({
      ...shared,
      POSTAL_ADDRESS: '1 Main Street',
    });
    expect(environment('EmailEvents')).toEqual(shared);
    expect(Object.keys(environment('Admin')).toSorted()).toEqual([
      'BASE_URL',
      'CANDIDATE_ID_KEY_SECRET_ARN',
      'OIDC_ISSUER',
      'ORGANIZATION',
      'RETENTION_DAYS',
      'SEND_HOUR',
      'SESSION_KEY_SECRET_ARN',
      'STAFF_PAGE_CLIENT_ID',
      'STAFF_PROGRAM_CLIENT_IDS',
      'STAFF_SCOPE',
      'TABLE_NAME',
    ]);
  });
});

describe('what calls the mailer', () => {
  it.each([
    ['AWS::Scheduler::Schedule', /^EveryMinuteRoleDefaultPolicy/],
    ['AWS::Lambda::EventSourceMapping', /^MailerRoleDefaultPolicy/],
  ])('(%s) is made only once its role has its rights', (type, policy) => {
    const [, { DependsOn = [] }] = theOne(dev, type);
    expect([DependsOn].flat()).toContainEqual(expect.stringMatching(policy));
  });
});

describe('the HTTP API', () => {
  it('leads each path to its function, and asks for a staff token before the staff’s API', () => {
    const integrations = Object.fromEntries(
      resourcesOf(dev, 'AWS::ApiGatewayV2::Integration').map(([id, { IntegrationUri }]) => [
        plainNames(id),
        resolved(IntegrationUri, plainNames),
      ]),
    );
    const routes = resourcesOf(dev, 'AWS::ApiGatewayV2::Route').map(([, route]) => {
      const { RouteKey, AuthorizationType, AuthorizationScopes, Target } = resolved(
        route,
        plainNames,
      ) as Record<string, string>;
      const integration = Target?.replace('integrations/', '') ?? '';
      return [RouteKey, integrations[integration], AuthorizationType, AuthorizationScopes];
    });
    const staffOnly = ['JWT', ['retake-reminders/staff']];
    expect(routes.toSorted()).toEqual([
      ['ANY /', 'SiteFunction.Arn', 'NONE', undefined],
      ['ANY /admin', 'AdminFunction.Arn', 'NONE', undefined],
      ['ANY /admin/api', 'AdminFunction.Arn', ...staffOnly],
      ['ANY /admin/api/{proxy+}', 'AdminFunction.Arn', ...staffOnly],
      ['ANY /admin/{proxy+}', 'AdminFunction.Arn', 'NONE', undefined],
      ['ANY /{proxy+}', 'SiteFunction.Arn', 'NONE', undefined],
    ]);
  });

  it('is throttled, and writes an access log without query strings and people’s addresses', () => {
    const stage = properties(dev, 'AWS::ApiGatewayV2::Stage');
    expect(stage).toMatchObject({
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    });
    const { Format } = stage.AccessLogSettings as { Format: string };
    expect(Object.values(JSON.parse(Format)).toSorted()).toEqual([
      '$context.httpMethod',
      '$context.path',
      '$context.requestId',
      '$context.requestTimeEpoch',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.routeKey',
      '$context.status',
    ]);
  });

  it('answers under the domain, where there is one, and goes on to answer links from before', () => {
    expect(properties(prod, 'AWS::ApiGatewayV2::Api').DisableExecuteApiEndpoint).not.toBe(true);
    expect(properties(prod, 'AWS::ApiGatewayV2::ApiMapping')).toMatchObject({
      DomainName: expect.anything(),
      ApiId: expect.anything(),
    });
    expect(properties(prod, 'AWS::CertificateManager::Certificate')).toMatchObject({
      DomainName: 'retakes.example.org',
      ValidationMethod: 'DNS',
    });
    expect(properties(prod, 'AWS::ApiGatewayV2::DomainName')).toMatchObject({
      DomainName: 'retakes.example.org',
      DomainNameConfigurations: [{ SecurityPolicy: 'TLS_1_2', EndpointType: 'REGIONAL' }],
    });
    expect(
      (
        properties(prod, 'AWS::Lambda::Function', 'SiteFunction').Environment as {
          Variables: { BASE_URL: string };
        }
      ).Variables.BASE_URL,
    ).toBe('https://retakes.example.org');
  });
});

describe('the staff’s login', () => {
  it('has pages to sign in on', () => {
    expect(properties(dev, 'AWS::Cognito::ManagedLoginBranding')).toMatchObject({
      UseCognitoProvidedValues: true,
    });
  });

  it('is for accounts that an administrator made, with a second factor that is no SMS', () => {
    expect(properties(dev, 'AWS::Cognito::UserPool')).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      Policies: { PasswordPolicy: { MinimumLength: 12 } },
      UserPoolTier: 'ESSENTIALS',
    });
    expect(properties(dev, 'AWS::Cognito::UserPool').SmsConfiguration).toBeUndefined();
    expect(properties(dev, 'AWS::Cognito::UserPoolDomain').ManagedLoginVersion).toBe(2);
  });

  it('gives browsers a public client of the code flow', () => {
    expect(properties(dev, 'AWS::Cognito::UserPoolClient')).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email', 'StaffLoginPoolApi/staff'],
      CallbackURLs: ['HttpApi.ApiEndpoint/admin/callback'],
      LogoutURLs: ['HttpApi.ApiEndpoint/admin/signed-out'],
      PreventUserExistenceErrors: 'ENABLED',
    });
    expect(properties(dev, 'AWS::Cognito::UserPoolResourceServer')).toMatchObject({
      Identifier: 'retake-reminders',
      Scopes: [{ ScopeName: 'staff' }],
    });
  });

  it('gives each program a client of its own, which the gateway knows', () => {
    const template = synthesized({ programs: ['crm', 'lms'] });
    const program = (name: string) =>
      properties(template, 'AWS::Cognito::UserPoolClient', `StaffLoginPoolProgram${name}`);
    expect(program('crm')).toMatchObject({
      ClientName: 'crm',
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['StaffLoginPoolApi/staff'],
    });
    expect(properties(template, 'AWS::ApiGatewayV2::Authorizer').JwtConfiguration).toEqual({
      Issuer: 'StaffLoginPool.ProviderURL',
      Audience: ['StaffLoginPoolStaffPage', 'StaffLoginPoolProgramcrm', 'StaffLoginPoolProgramlms'],
    });
  });
});

describe('the mail', () => {
  it('is sent through a set that tells of its reputation, and what becomes of each message', () => {
    expect(properties(dev, 'AWS::SES::ConfigurationSet')).toMatchObject({
      ReputationOptions: { ReputationMetricsEnabled: true },
      SuppressionOptions: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    });
    expect(properties(dev, 'AWS::SES::ConfigurationSetEventDestination')).toMatchObject({
      EventDestination: {
        MatchingEventTypes: ['send', 'delivery', 'deliveryDelay', 'bounce', 'complaint', 'reject'],
        EventBridgeDestination: {
          EventBusArn: 'arn:aws:events:us-east-1:123456789012:event-bus/default',
        },
      },
    });
    expect(properties(dev, 'AWS::Events::Rule')).toMatchObject({
      EventPattern: {
        source: ['aws.ses'],
        detail: { mail: { tags: { 'ses:configuration-set': ['MailEvents'] } } },
      },
      Targets: [
        {
          Arn: 'EmailEventsFunction.Arn',
          DeadLetterConfig: { Arn: 'MailEventDeadLetters.Arn' },
        },
      ],
    });
  });

  it('comes from the one address, or from the domain, signed and with its own MAIL FROM', () => {
    expect(properties(dev, 'AWS::SES::EmailIdentity').EmailIdentity).toBe(
      'reminders@maple-street.example',
    );
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
      ['CNAME', 'MailSender.DkimDNSTokenName1', zone],
      ['CNAME', 'MailSender.DkimDNSTokenName2', zone],
      ['CNAME', 'MailSender.DkimDNSTokenName3', zone],
      ['MX', 'mail.retakes.example.org.', zone],
      ['TXT', '_dmarc.retakes.example.org.', zone],
      ['TXT', 'mail.retakes.example.org.', zone],
    ]);
  });

  it('is looked for every minute, and at once where the stream says so', () => {
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
        Filters: [
          {
            Pattern:
              '{"eventName":["INSERT","MODIFY"],"dynamodb":{"NewImage":{"wake":{"S":["now"]}}}}',
          },
        ],
      },
    });
  });
});

describe('queues and topic', () => {
  it('are encrypted or carry no person, and are spoken to by TLS only', () => {
    const queues = resourcesOf(dev, 'AWS::SQS::Queue');
    expect(queues).toHaveLength(4);
    for (const [, queue] of queues)
      expect(queue).toMatchObject({
        SqsManagedSseEnabled: true,
        MessageRetentionPeriod: 1_209_600,
      });
    for (const type of ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'])
      for (const [, policy] of resourcesOf(dev, type))
        expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"');
    expect(properties(dev, 'AWS::SNS::Subscription')).toMatchObject({
      Protocol: 'email',
      Endpoint: 'office@maple-street.example',
      RedrivePolicy: { deadLetterTargetArn: 'AlarmDeadLetters.Arn' },
    });
  });
});

describe('the outputs', () => {
  it('say where things are, and list what is left to do', () => {
    expect(Object.keys(dev.Outputs)).toEqual([
      'SiteUrl',
      'StaffUrl',
      'StaffPoolId',
      'TokenUrl',
      'TableName',
      'ConfigurationSet',
      'ToDo1ConfirmAlarms',
      'ToDo2VerifySender',
      'ToDo3DnsRecords',
      'ToDo4LeaveSandbox',
      'ToDo5FirstStaffAccount',
    ]);
    const text = (template: Template) =>
      JSON.stringify(resolved(Object.values(template.Outputs), plainNames));
    expect(text(dev)).toContain('Open the mail from Amazon Web Services to reminders@');
    expect(text(prod)).toContain('SES verifies retakes.example.org by the DNS records');
  });
});

it('prod with a domain and programs has no open finding either', () => {
  const context = { stage: 'prod', ...domain, programs: ['crm'] };
  expect(() => synthesized(context, addPolicyChecks)).not.toThrow();
});

it('a finding that nobody acknowledged ends the synthesis', async () => {
  const { Queue } = await import('aws-cdk-lib/aws-sqs');
  const careless = (app: Parameters<typeof addPolicyChecks>[0]) => {
    const stack = app.node.findChild('Service');
    new Queue(stack, 'Careless');
    addPolicyChecks(app);
  };
  expect(() => synthesized({}, careless)).toThrow();
});
