import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type AddRoutesOptions,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { CustomDomain } from './custom-domain.ts';
import { logGroup } from './log-group.ts';
import type { StaffAccounts } from './staff-accounts.ts';

/** The one API that faces the internet. Its routes are added later, because their functions need its address first. */
export function httpApi(scope: Construct, domain: CustomDomain | undefined) {
  const within = new Construct(scope, 'Http');
  const api = new HttpApi(within, 'Api', {
    description: "Retake Reminders: the candidates' pages, the staff pages and the API.",
    // Stays reachable beside a custom domain, so that links in older emails still work.
    createDefaultStage: false,
  });
  acknowledge(api, {
    'cdk-validator-cfnguard::lambda_function_public_access_prohibited_check':
      'Each permission names a route of this API as its source; the check can’t resolve the ARN.',
  });
  new HttpStage(within, 'Stage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: 100, burstLimit: 200 },
    ...(domain && { domainMapping: { domainName: domain.domainName } }),
    accessLogSettings: {
      destination: new LogGroupLogDestination(logGroup(within, 'AccessLog', RemovalPolicy.DESTROY)),
      // No query strings, which carry tokens, and no source addresses.
      format: AccessLogFormat.custom(
        JSON.stringify({
          requestId: '$context.requestId',
          at: '$context.requestTimeEpoch',
          method: '$context.httpMethod',
          path: '$context.path',
          route: '$context.routeKey',
          status: '$context.status',
          bytes: '$context.responseLength',
          milliseconds: '$context.responseLatency',
        }),
      ),
    },
  });
  return { api, baseUrl: domain ? `https://${domain.name}` : api.apiEndpoint };
}

/** Everyone may call the pages; the gateway verifies the tokens of the staff API before the function does. */
export function addRoutes(api: HttpApi, site: IFunction, admin: IFunction, { authorizer, scope }: StaffAccounts): void {
  const add = (name: string, lambda: IFunction, path: string, access: Partial<AddRoutesOptions>) => {
    const integration = new HttpLambdaIntegration(name, lambda);
    return [path, `${path === '/' ? '' : path}/{proxy+}`].flatMap((each) =>
      api.addRoutes({ path: each, methods: [HttpMethod.ANY], integration, ...access }),
    );
  };
  const addOpen = (name: string, lambda: IFunction, path: string, why: string) => {
    for (const route of add(name, lambda, path, { authorizer: new HttpNoneAuthorizer() }))
      acknowledge(route, {
        'AwsSolutions::AwsSolutions-APIG4': why,
        'cdk-validator-cfnguard::api_gw_v2_authorization_type_configured_check': why,
      });
  };

  addOpen(
    'Site',
    site,
    '/',
    'Candidates have no accounts: the form is open to everyone, and each link carries a signed token, which the function verifies.',
  );
  addOpen(
    'StaffPages',
    admin,
    '/admin',
    'A browser that follows a link sends no bearer token: the function checks the session and redirects to the login.',
  );
  add('StaffApi', admin, '/admin/api', { authorizer, authorizationScopes: [scope, `${scope}.read`] });
}
