import type { Context } from 'hono';
import { HttpError } from '../http-error.ts';
import type { AdminContext, SignedIn } from './admin-context.ts';
import { answerSchemas } from './answer-schemas.ts';
import { toSummary } from './json.ts';
import { candidatesFor, type ListQuery } from './list-query.ts';

const maxRows = 10_000;

/** A formula begins a cell, or would after a character that separates cells in some locales. */
const formulaStart = /(^|[,;\t]["'\s]*)(?=[=+\-@\t\r＝＋－＠])/g;

/** The matching candidates as CSV, with formulas escaped. */
export async function sendCsv(
  c: Context<SignedIn>,
  context: AdminContext,
  query: ListQuery,
  { forExcel }: { forExcel: boolean },
): Promise<Response> {
  const now = context.clock();
  const all = { ...query, limit: maxRows, cursor: undefined };
  const { candidates, next } = await candidatesFor(context, c.get('staff'), all, now);
  if (next !== undefined)
    throw new HttpError(
      'too-many-rows',
      'Too many rows',
      `More than ${maxRows.toLocaleString('en-US')} students match. Choose a status, a flag or a class.`,
    );
  const rows = candidates.map((candidate) => {
    const { flags, nextEmail, lastNote, ...row } = toSummary(candidate, context.rules, now);
    return {
      ...row,
      flags: flags.join(' '),
      nextEmail: nextEmail && `${nextEmail.kind} ${nextEmail.at}${nextEmail.heldBack ? ' held-back' : ''}`,
      lastNote: lastNote?.text,
    };
  });
  const { stringify } = await import('csv-stringify/sync');
  c.header('content-type', 'text/csv; charset=utf-8; header=present');
  c.header('content-disposition', 'attachment; filename="candidates.csv"');
  return c.body(
    stringify(rows, {
      header: true,
      columns: Object.keys(answerSchemas().candidate.shape),
      record_delimiter: 'windows',
      cast: { string: (text) => text.replaceAll(formulaStart, "$1'") },
      // In some locales, spreadsheets split at semicolons.
      quoted_match: /;/,
      bom: forExcel,
    }),
  );
}
