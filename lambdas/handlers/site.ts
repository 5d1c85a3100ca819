import { getConnInfo, handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { onFirstCall } from '../adapters/on-first-call.ts';
import { withSecrets } from '../adapters/secrets.ts';
import { siteSettings } from './settings.ts';
import { real } from './wiring/parts.ts';
import { siteFrom } from './wiring/site.ts';

const site = onFirstCall(async () =>
  handle(
    siteFrom(siteSettings(await withSecrets(process.env)), {
      ...real,
      sourceAddress: (c) => getConnInfo(c).remote.address ?? 'unknown',
    }),
  ),
);

export async function handler(event: LambdaEvent, context?: LambdaContext) {
  return (await site())(event, context);
}
