import type { Context } from 'hono';
import * as z from 'zod/mini';
import { flags, statuses } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import type { Instant } from '../../core/time.ts';
import { type ListPage, matches } from '../../services/candidate-list.ts';
import type { Office } from '../../services/staff-actions.ts';
import { HttpError } from '../http-error.ts';

const mostPerPage = 1000;
const cursorSentence = 'Take the cursor from the page before.';

/** Which candidates somebody asks for, as it stands in an address. */
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
      .check(z.maximum(mostPerPage, limitSentence())),
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

/** What stands in the address; a field left empty in a form is none. What can't be is a problem. */
export function listQueryIn(c: Context): ListQuery {
  const filled = Object.entries(c.req.query()).filter(([, value]) => value !== '');
  const parsed = listQuerySchema.safeParse(Object.fromEntries(filled));
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => issue.message);
  throw new HttpError(422, 'invalid', 'Invalid', sentences.join(' '));
}

/** The candidates asked for; by an address at most one. */
export async function candidatesFor(
  { office, exam }: { office: Office; exam: Exam },
  { email, cursor, limit, ...filter }: ListQuery,
  now: Instant,
): Promise<ListPage> {
  if (email === undefined) return office.lists.page(filter, { limit, after: cursor, now });
  // An address has no space in it: what reads as one was a plus.
  const candidate = await office.findByEmail(email.trim().replaceAll(' ', '+'));
  const isAsked = candidate && matches(candidate, filter, exam, now);
  return { candidates: isAsked ? [candidate] : [], next: undefined };
}

export function cursorAt(position: string | undefined): string | undefined {
  return position && Buffer.from(position, 'latin1').toString('base64url');
}

function limitSentence(): string {
  return `The limit is a number from 1 to ${mostPerPage}.`;
}
