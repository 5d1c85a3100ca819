import type { Context } from 'hono';
import * as z from 'zod/mini';
import { normalizeAddress } from '../../core/address.ts';
import { emailStates, flags } from '../../core/candidate.ts';
import { type ListPage, matches, type Summary } from '../../core/list-filter.ts';
import type { Staff } from '../../core/staff.ts';
import { statuses } from '../../core/status.ts';
import type { Instant } from '../../core/time.ts';
import { candidateAt } from '../../services/addresses.ts';
import { HttpError } from '../http-error.ts';
import type { AdminContext } from './admin-context.ts';

export const maxPerPage = 1000;
const limitSentence = `The limit must be a number from 1 to ${maxPerPage}.`;
const cursorSentence = 'Use the cursor from the previous page.';

/** What the page's filter sends for those without a cohort: an empty field is no filter. */
export const noCohort = ' ';

/** The query parameters of a list. */
export const listQuerySchema = z.object({
  q: z.optional(z.string().check(z.normalize('NFC'), z.maxLength(254, 'A search can have up to 254 characters.'))),
  status: z.optional(z.enum(statuses, `Choose a status: ${statuses.join(', ')}.`)),
  flag: z.optional(z.enum([...flags, 'any'], `Choose a flag: ${flags.join(', ')}, or any.`)),
  emailState: z.optional(z.enum(emailStates, `Choose an email state: ${emailStates.join(', ')}.`)),
  /** Empty for those without one. */
  cohort: z.optional(
    z.string().check(z.normalize('NFC'), z.trim(), z.maxLength(40, 'A class can have up to 40 characters.')),
  ),
  email: z.optional(z.string().check(z.maxLength(254, 'An address can have up to 254 characters.'))),
  limit: z._default(
    z
      .pipe(z.string().check(z.regex(/^[1-9]\d{0,3}$/, limitSentence)), z.transform(Number))
      .check(z.maximum(maxPerPage, limitSentence)),
    50,
  ),
  cursor: z.optional(
    z.pipe(
      z.pipe(
        z.string().check(z.regex(/^[\w-]{1,1000}$/, cursorSentence)),
        z.transform((cursor) => Buffer.from(cursor, 'base64url').toString()),
      ),
      z.string().check(z.regex(/^[^\p{Cc}\p{Cs}]+(#| {2})[\w-]+$/u, cursorSentence)),
    ),
  ),
});
export type ListQuery = z.infer<typeof listQuerySchema>;
/** The filters as entered, for the form and the links that keep them. */
export type FilterFields = Omit<ListQuery, 'limit' | 'cursor'>;

export function linkTo(filter: FilterFields & { cursor?: string | undefined }, path = '/admin'): string {
  const filled = Object.entries(filter).flatMap(([name, value]): [string, string][] => (value ? [[name, value]] : []));
  const query = new URLSearchParams(filled).toString();
  return query ? `${path}?${query}` : path;
}

export function filterFieldsOf({ limit, cursor, ...filter }: ListQuery): FilterFields {
  return filter.cohort === '' ? { ...filter, cohort: noCohort } : filter;
}

/**
 * Parses the query parameters of a list. An empty one counts as absent, except an empty cohort in the API;
 * the pages, whose form sends all its fields, have a space for it. Throws an `HttpError` if one is invalid.
 */
export function listQueryIn(c: Context, { ofPage = false } = {}): ListQuery {
  const filled = Object.entries(c.req.query()).filter(
    ([name, value]) => value !== '' || (name === 'cohort' && !ofPage),
  );
  const parsed = listQuerySchema.safeParse(Object.fromEntries(filled));
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  if (ofPage && issues.some(({ path }) => path[0] !== 'q'))
    throw new HttpError(
      'invalid',
      'This list isn’t available',
      'The link you followed has a mistake in it. Go to all students and choose what to show.',
    );
  throw new HttpError('invalid', 'Invalid', issues.map(({ message }) => message).join(' '));
}

/** The matching candidates, and a line in the log that says who looked at how many. */
export async function candidatesFor(
  context: AdminContext,
  { id: by }: Staff,
  query: ListQuery,
  now: Instant,
  withTotal = false,
): Promise<ListPage> {
  const page = await pageFor(context, query, now, withTotal);
  const { q, status, flag, emailState, cohort, email } = query;
  const named = [q && 'search', cohort !== undefined && 'cohort', email && 'email'];
  const filter = [status, flag, emailState, ...named].filter(Boolean).join(' ');
  context.log('list-viewed', { by, filter, rows: page.candidates.length });
  return page;
}

/** How many there are of each status, and a line in the log that says who looked. */
export async function numbersFor({ lists, clock, log }: AdminContext, { id: by }: Staff): Promise<Summary> {
  const summary = await lists.summary(clock());
  log('list-viewed', { by, filter: 'numbers', rows: summary.cohorts.length });
  return summary;
}

/** At most one candidate if the query has an email address. */
async function pageFor(
  context: AdminContext,
  { email, cursor, limit, ...filter }: ListQuery,
  now: Instant,
  withTotal: boolean,
): Promise<ListPage> {
  const { lists, store, addressIdOf, rules } = context;
  if (email === undefined) return lists.page(filter, { limit, after: cursor, now, withTotal });
  // Email addresses have no spaces: a space here was an unencoded plus sign.
  const addressId = addressIdOf(normalizeAddress(email).replaceAll(' ', '+'));
  const candidate = await candidateAt(store, addressId, now);
  const isMatch = candidate && matches(candidate, filter, rules.exam, now);
  const candidates = isMatch ? [candidate] : [];
  return { candidates, next: undefined, total: candidates.length };
}

export function cursorAt(position: string | undefined): string | undefined {
  return position && Buffer.from(position).toString('base64url');
}
