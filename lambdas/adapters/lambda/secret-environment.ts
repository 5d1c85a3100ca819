import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export type Environment = Record<string, string | undefined>;

const suffix = '_SECRET_ARN';

/** The environment in which each `NAME_SECRET_ARN` adds a `NAME` with the value from Secrets Manager. */
export async function withSecrets(environment: Environment): Promise<Environment> {
  const arns = Object.entries(environment).flatMap(([name, arn]) =>
    name.endsWith(suffix) && arn ? [{ name: name.slice(0, -suffix.length), arn }] : [],
  );
  if (arns.length === 0) return environment;

  const client = new SecretsManagerClient({
    // All tries together take less than the functions' timeouts.
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  });
  const secrets = await Promise.all(
    arns.map(async ({ name, arn }) => {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
      return [name, SecretString] as const;
    }),
  );
  client.destroy();
  return { ...environment, ...Object.fromEntries(secrets) };
}
