import path from 'node:path';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type Conditions, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type FunctionOptions, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

const root = path.resolve(import.meta.dirname, '..');

export type ServiceFunctionProps = Pick<
  FunctionOptions,
  'description' | 'memorySize' | 'deadLetterQueue' | 'retryAttempts' | 'maxEventAge'
> & {
  /** The file in lambdas/handlers. */
  handler: string;
  timeout: Duration;
  environment: Record<string, string>;
  /** Read at its start, each as the environment variable of this name. */
  keys?: Record<string, Secret>;
  /** All that it may do, beside writing its log, reading its keys and filling its dead-letter queue. */
  rights: Right[];
};

export type Right = { actions: string[]; resources: string[]; conditions?: Conditions };

/** One function: its bundle, its log, and a role that may do nothing but what is said here. */
export class ServiceFunction extends Construct {
  readonly lambda: NodejsFunction;
  readonly logGroup: LogGroup;

  constructor(
    scope: Construct,
    id: string,
    { handler, environment, keys = {}, rights, ...options }: ServiceFunctionProps,
  ) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
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
      logGroup: this.logGroup,
      environment: { ...environment, ...Object.fromEntries(arns) },
      awsSdkConnectionReuse: false,
      bundling: {
        minify: true,
        format: OutputFormat.CJS,
        target: 'node24',
        mainFields: ['module', 'main'],
        bundleAwsSDK: true,
        esbuildArgs: {
          '--alias:@aws-sdk/credential-provider-node': path.join(
            root,
            'lambdas/adapters/environment-credentials.ts',
          ),
        },
      },
    });
    const readKeys = Object.values(keys).map(({ secretArn }) => secretArn);
    if (readKeys.length > 0)
      this.allow({ actions: ['secretsmanager:GetSecretValue'], resources: readKeys });
    for (const right of rights) this.allow(right);
  }

  allow(right: Right): void {
    this.lambda.addToRolePolicy(new PolicyStatement(right));
  }
}
