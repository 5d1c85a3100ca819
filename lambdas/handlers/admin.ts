import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { onFirstCall } from '../adapters/on-first-call.ts';
import { withSecrets } from '../adapters/secrets.ts';
import { adminSettings } from './settings.ts';
import { adminFrom } from './wiring/admin.ts';

const admin = onFirstCall(async () =>
  handle(adminFrom(adminSettings(await withSecrets(process.env)))),
);

export async function handler(event: LambdaEvent, context?: LambdaContext) {
  return (await admin())(event, context);
}
