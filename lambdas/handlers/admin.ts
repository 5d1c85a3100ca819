import type { LambdaEvent } from 'hono/aws-lambda';

/** Until the staff's pages are there, nobody gets in. */
export async function handler(_event: LambdaEvent) {
  return {
    statusCode: 401,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ error: { code: 'unauthorized', message: 'Sign in first.' } }),
  };
}
