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
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Settings } from './stack-settings.ts';

const identifier = 'retake-reminders';

type StaffAccountsProps = { settings: Settings; baseUrl: string; removalPolicy: RemovalPolicy };

export type StaffAccounts = ReturnType<typeof staffAccounts>;

/** Who may see candidates: people, whose accounts an administrator creates, and programs. */
export function staffAccounts(scope: Construct, { settings, baseUrl, removalPolicy }: StaffAccountsProps) {
  const within = new Construct(scope, 'StaffAccounts');
  const pool = userPool(within, settings, removalPolicy);
  const full = new ResourceServerScope({ scopeName: 'staff', scopeDescription: "See and change candidates' records" });
  const read = new ResourceServerScope({ scopeName: 'staff.read', scopeDescription: "See candidates' records" });
  const server = pool.addResourceServer('Api', { identifier, scopes: [full, read] });
  const [fullAccess, readAccess] = [OAuthScope.resourceServer(server, full), OAuthScope.resourceServer(server, read)];
  const domain = pool.addDomain('Login', {
    cognitoDomain: { domainPrefix: `retake-reminders-${settings.stage}-${Aws.ACCOUNT_ID}` },
    managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
  });
  const page = pageClient(within, pool, fullAccess, baseUrl);
  const programs = settings.programs.map((name) => programClient(pool, name, [fullAccess, readAccess]));
  const issuer = pool.userPoolProviderUrl;
  const authorizer = new HttpJwtAuthorizer('Staff', issuer, {
    jwtAudience: [page, ...programs].map((client) => client.userPoolClientId),
  });
  return { scope: `${identifier}/${full.scopeName}`, pool, issuer, domain, page, programs, authorizer };
}

function userPool(within: Construct, { stage }: Settings, removalPolicy: RemovalPolicy): UserPool {
  const pool = new UserPool(within, 'Pool', {
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
  new CfnUserPoolRiskConfigurationAttachment(within, 'CompromisedPasswords', {
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
function pageClient(within: Construct, pool: UserPool, access: OAuthScope, baseUrl: string): UserPoolClient {
  const client = pool.addClient('StaffPage', {
    generateSecret: false,
    authFlows: { userSrp: true },
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, access],
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
  new CfnManagedLoginBranding(within, 'LoginPages', {
    userPoolId: pool.userPoolId,
    clientId: client.userPoolClientId,
    useCognitoProvidedValues: true,
  });
  return client;
}

function programClient(pool: UserPool, name: string, scopes: OAuthScope[]): UserPoolClient {
  return pool.addClient(`Program-${name}`, {
    userPoolClientName: name,
    generateSecret: true,
    authFlows: { userSrp: false },
    oAuth: { flows: { clientCredentials: true }, scopes },
    supportedIdentityProviders: [],
    accessTokenValidity: Duration.hours(1),
    enableTokenRevocation: true,
  });
}
