import type { Context } from 'hono';
import * as z from 'zod/mini';
import { normalizeAddress } from '../../core/address.ts';
import { flags } from '../../core/candidate.ts';
import { type ListPage, matches } from '../../core/list-filter.ts';
import type { Staff } from '../../core/staff.ts';
import { statuses } from '../../core/status.ts';
import type { Instant } from '../../core/time.ts';
import { findByEmail } from '../../services/find-candidates.ts';
import { HttpError } from '../http-error.ts';
import type { AdminContext } from './admin-context.ts';

const maxPerPage = 1000;
const cursorSentence = 'Take the cursor from the page before.';

/** The query parameters of a list. */
export const listQuerySchema = z.object({
  status: z.optional(z.enum(statuses, `Choose a status: ${statuses.join(', ')}.`)),
  flag: z.optional(z.enum([...flags, 'any'], `Choose a flag: ${flags.join(', ')}, or any.`)),
  cohort: z.optional(
    z
      .string()
      .check(z.normalize('NFC'), z.trim(), z.maxLength(40, 'A cohort has up to 40 characters.')),
  ),
  email: z.optional(z.string().check(z.maxLength(254, 'An address has up to 254 characters.'))),
  limit: z._default(
    z
      .pipe(z.string().check(z.regex(/^[1-9]\d{0,3}$/, limitSentence())), z.transform(Number))
      .check(z.maximum(maxPerPage, limitSentence())),
    50,
  ),
  cursor: z.optional(
    z.pipe(
      z.pipe(
        z.string().check(z.regex(/^[\w-]{1,400}$/, cursorSentence)),
        z.transform((cursor) => Buffer.from(cursor, 'base64url').toString('latin1')),
      ),
      z.string().check(z.regex(/^[\w.:#+-]+#[\w-]+$/, cursorSentence)),
    ),
  ),
});
export type ListQuery = z.infer<typeof listQuerySchema>;

/**
 * Parses the query parameters; an empty form field counts as absent. Throws an `HttpError` if any
 * is invalid.
 */
export function listQueryIn(c: Context): ListQuery {
  const filled = Object.entries(c.req.query()).filter(([, value]) => value !== '');
  const parsed = listQuerySchema.safeParse(Object.fromEntries(filled));
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => issue.message);
  throw new HttpError(422, 'invalid', 'Invalid', sentences.join(' '));
}

/** The matching candidates, and a line in the log that says who looked at how many. */
export async function candidatesFor(
  context: AdminContext,
  { id: by }: Staff,
  query: ListQuery,
  now: Instant,
): Promise<ListPage> {
  const page = await pageFor(context, query, now);
  const { status, flag, cohort, email } = query;
  const filter = [status, flag, cohort && 'cohort', email && 'email'].filter(Boolean).join(' ');
  context.log('list-viewed', { by, filter, rows: page.candidates.length });
  return page;
}

/** At most one candidate if the query has an email address. */
async function pageFor(
  context: AdminContext,
  { email, cursor, limit, ...filter }: ListQuery,
  now: Instant,
): Promise<ListPage> {
  if (email === undefined) return context.lists.page(filter, { limit, after: cursor, now });
  // Email addresses have no spaces: a space here was an unencoded plus sign.
  const candidate = await findByEmail(context, normalizeAddress(email).replaceAll(' ', '+'));
  const isMatch = candidate && matches(candidate, filter, context.rules.exam, now);
  return { candidates: isMatch ? [candidate] : [], next: undefined };
}

export function cursorAt(position: string | undefined): string | undefined {
  return position && Buffer.from(position, 'latin1').toString('base64url');
}

function limitSentence(): string {
  return `The limit is a number from 1 to ${maxPerPage}.`;
}
