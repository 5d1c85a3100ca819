import type { Context } from 'hono';
import * as z from 'zod/mini';
import type { FormInput } from '../core/forms.ts';
import { HttpError } from './http-error.ts';

const fieldsSchema = z.record(z.string(), z.unknown());

/**
 * The fields of a form or JSON object; throws an `HttpError` if the body is neither. JSON null means that
 * a field is absent, except where it removes what is there.
 */
export async function readBody(c: Context, { keepNull = false } = {}): Promise<FormInput> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  switch (type) {
    case 'application/x-www-form-urlencoded':
    case 'multipart/form-data':
      return fieldsSchema.parse(await readable(c.req.parseBody({ all: true })));
    case 'application/json': {
      if ((await readable(c.req.text())).trim() === '') return {};
      const fields = fieldsSchema.safeParse(await readable(c.req.json()));
      if (fields.success)
        return Object.fromEntries(Object.entries(fields.data).filter(([, value]) => keepNull || value !== null));
      throw unreadable();
    }
    case undefined:
      if ((await c.req.text()) === '') return {};
      throw unknownType();
    default:
      throw unknownType();
  }
}

export function wantsJson(c: Context): boolean {
  return c.req.header('accept')?.toLowerCase().includes('application/json') ?? false;
}

async function readable<T>(body: Promise<T>): Promise<T> {
  try {
    return await body;
  } catch (error) {
    throw error instanceof HttpError ? error : unreadable();
  }
}

function unreadable() {
  return new HttpError('unreadable-body', 'We couldn’t read this', 'What arrived isn’t a form we can read.');
}

function unknownType() {
  return new HttpError('unsupported-media-type', 'We couldn’t read this', 'Send a form or JSON.');
}
