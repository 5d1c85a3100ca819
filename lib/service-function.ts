import path from 'node:path';
import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type Conditions, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type FunctionOptions, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { bundling, root, shims } from './bundling.ts';
import { withoutOwnKey } from './log-encryption.ts';

export type ServiceFunctionProps = Pick<
  FunctionOptions,
  'description' | 'memorySize' | 'retryAttempts' | 'maxEventAge'
> & {
  /** The file in lambdas/handlers. */
  handler: string;
  timeout: Duration;
  /** Of its log. */
  removalPolicy: RemovalPolicy;
  environment: Record<string, string>;
  /** Read at its start, each as the environment variable of this name. */
  keys?: Record<string, Secret>;
  /** All that it may do, beside writing its log, reading its keys and filling its dead-letter queue. */
  rights: Right[];
  /** Where an event goes that it failed on; none where its caller waits for the answer. */
  failuresTo?: IQueue;
};

export type Right = { actions: string[]; resources: string[]; conditions?: Conditions };

/** One function: its bundle, its log, and a role that may do nothing but what is said here. */
export class ServiceFunction extends Construct {
  readonly lambda: NodejsFunction;
  readonly logGroup: LogGroup;

  constructor(
    scope: Construct,
    id: string,
    {
      handler,
      environment,
      keys = {},
      rights,
      failuresTo,
      removalPolicy,
      ...options
    }: ServiceFunctionProps,
  ) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_YEAR,
      // Who stopped or erased since a backup, the logs alone know.
      removalPolicy,
    });
    acknowledge(this.logGroup, withoutOwnKey);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    this.logGroup.grantWrite(role);

    const arns = Object.entries(keys).map(([name, secret]) => [
      `${name}_SECRET_ARN`,
      secret.secretArn,
    ]);
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
      environment: { ...environment, ...Object.fromEntries(arns) },
      awsSdkConnectionReuse: false,
      bundling: {
        ...bundling,
        format: OutputFormat.CJS,
        bundleAwsSDK: true,
        esbuildArgs: Object.fromEntries(
          Object.entries(shims).map(([name, file]) => [`--alias:${name}`, file]),
        ),
      },
    });
    acknowledge(this.lambda, {
      'Serverless::Serverless-LambdaDLQ': failuresTo
        ? 'Failed events go to its failure destination, with the error beside them.'
        : 'The gateway waits for each answer: no event is left over.',
      'Serverless::Serverless-LambdaTracing':
        'One function and one table for each request: the log and Lambda’s own metrics tell as much, and a trace needs a right on *.',
      'cdk-validator-cfnguard::lambda_inside_vpc_check':
        'It talks to AWS’s public endpoints alone. A network of its own would protect nothing and cost more than all the rest.',
    });
    if (failuresTo) this.allow({ actions: ['sqs:SendMessage'], resources: [failuresTo.queueArn] });
    const readKeys = Object.values(keys).map(({ secretArn }) => secretArn);
    if (readKeys.length > 0)
      this.allow({ actions: ['secretsmanager:GetSecretValue'], resources: readKeys });
    for (const right of rights) this.allow(right);
  }

  allow(right: Right): void {
    this.lambda.addToRolePolicy(new PolicyStatement(right));
  }
}
