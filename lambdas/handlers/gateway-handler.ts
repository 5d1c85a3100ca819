import type { Env, Hono } from 'hono';
import { getConnInfo, handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { type Environment, withSecrets } from '../adapters/lambda/secret-environment.ts';
import { once } from '../adapters/once.ts';
import { systemRuntime, type WebRuntime } from './dependencies/shared-dependencies.ts';

/** Answers the gateway's requests with an app that the first of them starts. */
export function gatewayHandler<E extends Env>(appFrom: (environment: Environment, runtime: WebRuntime) => Hono<E>) {
  const runtime: WebRuntime = { ...systemRuntime, sourceAddress: (c) => getConnInfo(c).remote.address ?? 'unknown' };
  const app = once(async () => handle(appFrom(await withSecrets(process.env), runtime)));
  return async (event: LambdaEvent, context?: LambdaContext) => (await app())(event, context);
}
