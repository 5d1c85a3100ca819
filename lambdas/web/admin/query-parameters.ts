import type { Context } from 'hono';
import { HttpError } from '../http-error.ts';
import { importQuerySchema } from './import-body.ts';
import { listQuerySchema } from './list-query.ts';

const listParameters = Object.keys(listQuerySchema.shape);

/** The query parameters of the API's routes; those that aren't here have none. */
export const queryParameters: Readonly<Record<string, readonly string[]>> = {
  'GET /candidates': listParameters,
  'GET /candidates.csv': listParameters.filter((name) => name !== 'limit' && name !== 'cursor'),
  'POST /candidates/import': Object.keys(importQuerySchema.shape),
};

/** Throws an `HttpError` if the request has a parameter that its route doesn't have, or has one twice. */
export function checkParameters(c: Context, route: string): void {
  const known = queryParameters[route] ?? [];
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (values.length > 1) throw unknown('A parameter is there more than once. Send each one once.');
    if (!known.includes(name))
      throw unknown(
        known.length > 0
          ? `A parameter is not known. These are: ${known.join(', ')}.`
          : 'A parameter is not known. There are none here.',
      );
  }
}

function unknown(sentence: string): HttpError {
  return new HttpError(400, 'unknown-parameter', 'Unknown parameter', sentence);
}
