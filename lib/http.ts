import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
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
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Site } from './custom-domain.ts';
import { withoutOwnKey } from './log-encryption.ts';

/** Who verifies a token, and what the token must hold. */
type StaffOnly = { authorizer: IHttpRouteAuthorizer; scope: string };

/** What the internet reaches: one API, whose routes lead to the two functions that have pages. */
export class Http extends Construct {
  readonly api: HttpApi;
  readonly baseUrl: string;

  /** Its routes come later: their functions have to know its address. */
  constructor(scope: Construct, id: string, site: Site | undefined) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      description: 'Retake Reminders: the candidates’ pages, the staff’s pages and API.',
      // It stays reachable under a domain too: links in emails from before there was one still work.
      createDefaultStage: false,
    });
    acknowledge(this.api, {
      'cdk-validator-cfnguard::lambda_function_public_access_prohibited_check':
        'Each permission names this API’s route as its source; the check does not understand how the ARN is put together.',
    });
    this.baseUrl = site ? `https://${site.name}` : this.api.apiEndpoint;
    this.stage(site?.domainName);
  }

  /** Whoever has no account: the forms, and links in emails, which carry a signed token. */
  addPublicRoutes(lambda: IFunction): void {
    this.route(lambda, 'Site', ['/', '/{proxy+}'], {
      reason:
        'Candidates have no accounts: the form is for everybody, and each link carries a signed token, which the function checks.',
    });
  }

  /** The staff's pages, whose session the function checks, and their API, whose token the gateway checks first. */
  addStaffRoutes(lambda: IFunction, staffOnly: StaffOnly): void {
    this.route(lambda, 'StaffPages', ['/admin', '/admin/{proxy+}'], {
      reason:
        'A browser that follows a link sends no bearer token: the function looks at the session, and leads to the login.',
    });
    this.route(lambda, 'StaffApi', ['/admin/api', '/admin/api/{proxy+}'], {
      staffOnly,
    });
  }

  private route(
    lambda: IFunction,
    name: string,
    paths: string[],
    access: { staffOnly: StaffOnly } | { reason: string },
  ): void {
    const integration = new HttpLambdaIntegration(name, lambda);
    for (const path of paths) {
      const routes = this.api.addRoutes({
        path,
        methods: [HttpMethod.ANY],
        integration,
        ...('staffOnly' in access
          ? {
              authorizer: access.staffOnly.authorizer,
              authorizationScopes: [access.staffOnly.scope],
            }
          : { authorizer: new HttpNoneAuthorizer() }),
      });
      if ('reason' in access)
        for (const route of routes)
          acknowledge(route, {
            'AwsSolutions::AwsSolutions-APIG4': access.reason,
            'cdk-validator-cfnguard::api_gw_v2_authorization_type_configured_check': access.reason,
          });
    }
  }

  private stage(domainName: DomainName | undefined): void {
    const log = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(log, withoutOwnKey);
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 100, burstLimit: 200 },
      ...(domainName && { domainMapping: { domainName } }),
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        // Neither query strings, which carry tokens, nor addresses of people.
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
