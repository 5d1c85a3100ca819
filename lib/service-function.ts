import path from 'node:path';
import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type Conditions, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type FunctionOptions, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { bundling, root, shims } from './bundling.ts';
import { logGroup } from './log-group.ts';

export type ServiceFunctionProps = Pick<
  FunctionOptions,
  'description' | 'memorySize' | 'retryAttempts' | 'maxEventAge'
> & {
  handler: string;
  timeout: Duration;
  /** Of the log: only logs show who has unsubscribed or been erased since a backup. */
  removalPolicy: RemovalPolicy;
  environment: Record<string, string>;
  /** By the environment variable that the function reads each into when it starts. */
  secrets?: Record<string, Secret>;
  /** What it may do besides writing its log, reading its secrets, and sending to its dead-letter queue. */
  rights: Right[];
  /** Where failed events go, unless the caller waits for the response. */
  failuresTo?: IQueue;
};

export type Right = { actions: string[]; resources: string[]; conditions?: Conditions };

/** A function with its bundle, its log, and a role with no permissions but those listed. */
export class ServiceFunction extends Construct {
  readonly lambda: NodejsFunction;
  readonly logGroup: LogGroup;

  constructor(
    scope: Construct,
    id: string,
    { handler, environment, secrets = {}, rights, failuresTo, removalPolicy, ...options }: ServiceFunctionProps,
  ) {
    super(scope, id);
    this.logGroup = logGroup(this, 'Log', removalPolicy);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup.grantWrite(role);

    const arnVariables = Object.entries(secrets).map(([name, secret]) => [`${name}_SECRET_ARN`, secret.secretArn]);
    this.lambda = new NodejsFunction(this, 'Function', {
      ...options,
      entry: path.join(root, 'lambdas/handlers', `${handler}.ts`),
      projectRoot: root,
      depsLockFilePath: path.join(root, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role,
      ...(failuresTo && { onFailure: { bind: () => ({ destination: failuresTo.queueArn }) } }),
      logGroup: this.logGroup,
      environment: { ...environment, ...Object.fromEntries(arnVariables) },
      awsSdkConnectionReuse: false,
      bundling: {
        ...bundling,
        format: OutputFormat.CJS,
        bundleAwsSDK: true,
        esbuildArgs: Object.fromEntries(Object.entries(shims).map(([name, file]) => [`--alias:${name}`, file])),
      },
    });
    acknowledge(this.lambda, {
      'Serverless::Serverless-LambdaDLQ': failuresTo
        ? 'Failed events go to its failure destination, along with the error.'
        : 'The gateway waits for each response, so there are no failed events to keep.',
      'Serverless::Serverless-LambdaTracing':
        'Each request involves one function and one table, so tracing shows no more than the log and metrics, and it needs a permission on *.',
      'cdk-validator-cfnguard::lambda_inside_vpc_check':
        'It calls only the public endpoints of AWS. A VPC would protect nothing and cost more than everything else combined.',
    });
    if (failuresTo) this.allow({ actions: ['sqs:SendMessage'], resources: [failuresTo.queueArn] });
    const secretArns = Object.values(secrets).map(({ secretArn }) => secretArn);
    if (secretArns.length > 0) this.allow({ actions: ['secretsmanager:GetSecretValue'], resources: secretArns });
    for (const right of rights) this.allow(right);
  }

  allow(right: Right): void {
    this.lambda.addToRolePolicy(new PolicyStatement(right));
  }
}
