import type { Context } from 'hono';
import * as z from 'zod/mini';
import type { FormInput } from '../../core/forms.ts';
import { columnMistakes, fieldsOfColumns, inputOfRow } from '../../core/import-cells.ts';
import { canonicalTimeZone } from '../../core/time.ts';
import { maxImportRows } from '../../services/import.ts';
import { readBody } from '../body.ts';
import { HttpError } from '../http-error.ts';

const rowSentence = 'Send the rows as text/csv, or as a list of objects in a field named candidates.';
const rowsSentence = `Send up to ${maxImportRows} rows at a time.`;

export const importSchema = z.object({
  candidates: z
    .array(z.record(z.string(), z.unknown(), rowSentence), rowSentence)
    .check(z.minLength(1, 'There are no rows.'), z.maxLength(maxImportRows, rowsSentence)),
});

export const importQuerySchema = z.object({
  dryRun: z.optional(z.enum(['true', 'false'], 'Send dryRun as true or false.')),
  timeZone: z.optional(
    z
      .string()
      .check(
        z.refine(
          (text) => canonicalTimeZone(text) !== undefined,
          'Send the name of a time zone, like America/New_York.',
        ),
      ),
  ),
});

/** The parameters of a request to import. Throws an `HttpError` if one is invalid. */
export function importQueryIn(c: Context): z.infer<typeof importQuerySchema> {
  const parsed = importQuerySchema.safeParse(c.req.query());
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.map((issue) => issue.message).join(' '));
}

/** The rows of a request to import, as form input. Throws an `HttpError` if they can't be read. */
export async function importRowsIn(c: Context, timeZone: string | undefined): Promise<FormInput[]> {
  const isCsv = /^text\/csv\b/i.test(c.req.header('content-type') ?? '');
  const rows = isCsv
    ? await csvRows(decoded(await c.req.arrayBuffer()), timeZone !== undefined)
    : (await readBody(c)).candidates;
  const parsed = importSchema.safeParse({ candidates: rows });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(issue?.message ?? rowSentence, issue?.code === 'too_big' ? 'too-many-rows' : 'invalid');
  }
  return parsed.data.candidates.map((row) => {
    const filled = Object.entries(row).filter(([, value]) => value !== null);
    return { ...(timeZone && { timeZone }), ...Object.fromEntries(filled) };
  });
}

/** The rows of a table with a header, whatever separates its cells. */
export async function csvRows(text: string, hasDefaultZone: boolean): Promise<FormInput[]> {
  const { parse } = await import('csv-parse/sync');
  const [header = [], ...rows] = readable(() =>
    z.array(z.array(z.string())).parse(
      parse(text, {
        delimiter: separatorIn(text),
        relax_column_count: true,
        relax_quotes: true,
        skip_empty_lines: true,
        skip_records_with_empty_values: true,
        // One more shows that there are too many.
        to: maxImportRows + 2,
      }),
    ),
  );
  const fields = fieldsOfColumns(header);
  const { missing, repeated } = columnMistakes(fields, hasDefaultZone);
  if (missing.length > 0) {
    const instead = missing.includes('time zone') ? ' You can also choose one time zone for the whole list.' : '';
    throw invalid(`The first line must name the columns. Missing: ${missing.join(', ')}.${instead}`);
  }
  if (repeated.length > 0)
    throw invalid(`There is more than one column for: ${repeated.join(', ')}. Keep one of each.`);
  return rows.map((cells) => inputOfRow(fields, cells));
}

/** What separates the cells: the one of the usual characters that the first line has most of. */
function separatorIn(text: string): string {
  const header = text.trimStart().split(/[\r\n]/, 1)[0] ?? '';
  const count = (separator: string) => header.split(separator).length;
  return [',', ';', '\t'].reduce((best, other) => (count(other) > count(best) ? other : best));
}

/** Spreadsheets write UTF-8, UTF-16 or, on Windows, its own alphabet. */
export function decoded(bytes: ArrayBuffer): string {
  const [first, second] = new Uint8Array(bytes);
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw invalid('We couldn’t read the table: a quotation mark may be missing.');
  }
}

/** That the rows can’t be imported, and why. */
export function invalid(sentence: string, code: 'invalid' | 'too-many-rows' = 'invalid'): HttpError {
  return new HttpError(code, 'Invalid', sentence);
}
