import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type AddRoutesOptions,
  type DomainName,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { CustomDomain } from './custom-domain.ts';
import { logGroup } from './log-group.ts';

type StaffOnly = { authorizer: IHttpRouteAuthorizer; scope: string };

/** The one API that faces the internet, with routes to the two functions that serve pages. */
export class Http extends Construct {
  readonly api: HttpApi;
  readonly baseUrl: string;

  /** Routes are added later, because their functions need the API's address first. */
  constructor(scope: Construct, id: string, domain: CustomDomain | undefined) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      description: "Retake Reminders: the candidates' pages, the staff pages and the API.",
      // Stays reachable beside a custom domain, so that links in older emails still work.
      createDefaultStage: false,
    });
    acknowledge(this.api, {
      'cdk-validator-cfnguard::lambda_function_public_access_prohibited_check':
        'Each permission names a route of this API as its source; the check can’t resolve the ARN.',
    });
    this.baseUrl = domain ? `https://${domain.name}` : this.api.apiEndpoint;
    this.addStage(domain?.domainName);
  }

  /** For people without accounts: the form, and the links in emails, which carry a signed token. */
  addPublicRoutes(lambda: IFunction): void {
    const why =
      'Candidates have no accounts: the form is open to everyone, and each link carries a signed token, which the function verifies.';
    this.addOpenRoutes(lambda, 'Site', ['/', '/{proxy+}'], why);
  }

  /** The function checks the session of the staff pages; the gateway verifies the API's tokens before the function does. */
  addStaffRoutes(lambda: IFunction, { authorizer, scope }: StaffOnly): void {
    const why =
      'A browser that follows a link sends no bearer token: the function checks the session and redirects to the login.';
    this.addOpenRoutes(lambda, 'StaffPages', ['/admin', '/admin/{proxy+}'], why);
    this.addRoutes(lambda, 'StaffApi', ['/admin/api', '/admin/api/{proxy+}'], {
      authorizer,
      authorizationScopes: [scope, `${scope}.read`],
    });
  }

  private addOpenRoutes(lambda: IFunction, name: string, paths: string[], why: string): void {
    for (const route of this.addRoutes(lambda, name, paths, { authorizer: new HttpNoneAuthorizer() }))
      acknowledge(route, {
        'AwsSolutions::AwsSolutions-APIG4': why,
        'cdk-validator-cfnguard::api_gw_v2_authorization_type_configured_check': why,
      });
  }

  private addRoutes(lambda: IFunction, name: string, paths: string[], access: Partial<AddRoutesOptions>) {
    const integration = new HttpLambdaIntegration(name, lambda);
    return paths.flatMap((path) => this.api.addRoutes({ path, methods: [HttpMethod.ANY], integration, ...access }));
  }

  private addStage(domainName: DomainName | undefined): void {
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 100, burstLimit: 200 },
      ...(domainName && { domainMapping: { domainName } }),
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup(this, 'AccessLog', RemovalPolicy.DESTROY)),
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
  }
}
