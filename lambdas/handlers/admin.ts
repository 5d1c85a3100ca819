import { getConnInfo, handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { withSecrets } from '../adapters/lambda/secret-environment.ts';
import { once } from '../adapters/once.ts';
import { adminFrom } from './dependencies/admin-dependencies.ts';
import { systemRuntime } from './dependencies/shared-dependencies.ts';
import { adminSettings } from './environment.ts';

const admin = once(async () =>
  handle(
    adminFrom(adminSettings(await withSecrets(process.env)), {
      ...systemRuntime,
      sourceAddress: (c) => getConnInfo(c).remote.address ?? 'unknown',
    }),
  ),
);

export async function handler(event: LambdaEvent, context?: LambdaContext) {
  return (await admin())(event, context);
}
