import { Aws, Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  CfnUserPoolRiskConfigurationAttachment,
  ClientAttributes,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  type UserPoolDomain,
  type UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Settings } from './stack-settings.ts';

const resource = { server: 'retake-reminders', scope: 'staff' };

type StaffAccountsProps = { settings: Settings; baseUrl: string; removalPolicy: RemovalPolicy };

/** Who may see candidates: people, whose accounts an administrator creates, and programs. */
export class StaffAccounts extends Construct {
  readonly scope = `${resource.server}/${resource.scope}`;
  readonly pool: UserPool;
  readonly issuer: string;
  readonly page: UserPoolClient;
  readonly programs: UserPoolClient[];
  readonly authorizer: HttpJwtAuthorizer;
  readonly domain: UserPoolDomain;
  private readonly server: UserPoolResourceServer;
  private readonly staffScope = new ResourceServerScope({
    scopeName: resource.scope,
    scopeDescription: "See and change candidates' records",
  });
  private readonly readScope = new ResourceServerScope({
    scopeName: `${resource.scope}.read`,
    scopeDescription: "See candidates' records",
  });

  constructor(scope: Construct, id: string, { settings, baseUrl, removalPolicy }: StaffAccountsProps) {
    super(scope, id);
    this.pool = this.userPool(settings, removalPolicy);
    this.issuer = this.pool.userPoolProviderUrl;
    this.server = this.pool.addResourceServer('Api', {
      identifier: resource.server,
      scopes: [this.staffScope, this.readScope],
    });
    this.domain = this.pool.addDomain('Login', {
      cognitoDomain: { domainPrefix: `retake-reminders-${settings.stage}-${Aws.ACCOUNT_ID}` },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.page = this.pageClient(baseUrl);
    this.programs = settings.programs.map((name) => this.programClient(name));
    this.authorizer = new HttpJwtAuthorizer('Staff', this.issuer, {
      jwtAudience: [this.page, ...this.programs].map((client) => client.userPoolClientId),
    });
  }

  private userPool({ stage }: Pick<Settings, 'stage'>, removalPolicy: RemovalPolicy): UserPool {
    const pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      enableSmsRole: false,
      // The history shows the address as the staff member's name, so a new one takes effect only once it is verified.
      keepOriginal: { email: true },
      passwordPolicy: {
        minLength: 15,
        requireDigits: false,
        requireLowercase: false,
        requireUppercase: false,
        requireSymbols: false,
        tempPasswordValidity: Duration.days(7),
      },
      // The only plan that checks for compromised passwords.
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      deletionProtection: stage === 'prod',
      removalPolicy,
    });
    acknowledge(pool, {
      'AwsSolutions::AwsSolutions-COG1':
        'As OWASP and NIST advise, a minimum length and a check for compromised passwords instead of rules about characters.',
    });
    new CfnUserPoolRiskConfigurationAttachment(this, 'CompromisedPasswords', {
      userPoolId: pool.userPoolId,
      clientId: 'ALL',
      compromisedCredentialsRiskConfiguration: {
        actions: { eventAction: 'BLOCK' },
        eventFilter: ['SIGN_IN', 'PASSWORD_CHANGE', 'SIGN_UP'],
      },
    });
    return pool;
  }

  /** For browsers, which can't keep a secret: the code flow with PKCE. */
  private pageClient(baseUrl: string): UserPoolClient {
    const client = this.pool.addClient('StaffPage', {
      generateSecret: false,
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.resourceServer(this.server, this.staffScope)],
        callbackUrls: [`${baseUrl}/admin/callback`],
        logoutUrls: [`${baseUrl}/admin/signed-out`],
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.hours(8),
      // Two simultaneous requests may renew with the same token.
      refreshTokenRotationGracePeriod: Duration.seconds(60),
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      // One that nothing reads: to Cognito, an empty list means all attributes.
      writeAttributes: new ClientAttributes().withStandardAttributes({ locale: true }),
    });
    new CfnManagedLoginBranding(this, 'LoginPages', {
      userPoolId: this.pool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    return client;
  }

  private programClient(name: string): UserPoolClient {
    return this.pool.addClient(`Program-${name}`, {
      userPoolClientName: name,
      generateSecret: true,
      authFlows: { userSrp: false },
      oAuth: {
        flows: { clientCredentials: true },
        scopes: [this.staffScope, this.readScope].map((scope) => OAuthScope.resourceServer(this.server, scope)),
      },
      supportedIdentityProviders: [],
      accessTokenValidity: Duration.hours(1),
      enableTokenRevocation: true,
    });
  }
}
