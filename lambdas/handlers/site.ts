import { getConnInfo, handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { withSecrets } from '../adapters/lambda/secret-environment.ts';
import { once } from '../adapters/once.ts';
import { systemRuntime } from './dependencies/shared-dependencies.ts';
import { siteFrom } from './dependencies/site-dependencies.ts';
import { siteSettings } from './environment.ts';

const site = once(async () =>
  handle(
    siteFrom(siteSettings(await withSecrets(process.env)), {
      ...systemRuntime,
      sourceAddress: (c) => getConnInfo(c).remote.address ?? 'unknown',
    }),
  ),
);

export async function handler(event: LambdaEvent, context?: LambdaContext) {
  return (await site())(event, context);
}
