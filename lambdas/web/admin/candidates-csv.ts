import type { Context } from 'hono';
import type { Staff } from '../../core/staff.ts';
import { HttpError } from '../http-error.ts';
import type { AdminContext } from './admin-context.ts';
import { answerSchemas } from './answer-schemas.ts';
import { toSummary } from './json.ts';
import { candidatesFor, type ListQuery } from './list-query.ts';

const maxRows = 10_000;

/** A formula begins a cell, or would after a character that separates cells in some locales. */
const formulaStart = /(^|[,;\t]["'\s]*)(?=[=+\-@\t\r＝＋－＠])/g;

export function sendCsv(c: Context, csv: string, name = 'candidates'): Response {
  c.header('content-type', 'text/csv; charset=utf-8; header=present');
  c.header('content-disposition', `attachment; filename="${name}.csv"`);
  return c.body(csv);
}

/** The matching candidates as CSV, with formulas escaped. */
export async function candidatesCsv(
  context: AdminContext,
  staff: Staff,
  query: ListQuery,
  { forExcel }: { forExcel: boolean },
): Promise<string> {
  const now = context.clock();
  const { candidates, next } = await candidatesFor(
    context,
    staff,
    { ...query, limit: maxRows, cursor: undefined },
    now,
  );
  if (next !== undefined)
    throw new HttpError(
      'too-many-rows',
      'Too many rows',
      `More than ${maxRows.toLocaleString('en-US')} students match. Choose a status, a flag or a class.`,
    );
  const rows = candidates.map((candidate) => toSummary(candidate, context.rules, now));
  return csvOf(
    rows.map(({ flags, nextEmail, lastNote, ...row }) => ({
      ...row,
      flags: flags.join(' '),
      nextEmail: nextEmail && `${nextEmail.kind} ${nextEmail.at}${nextEmail.heldBack ? ' held-back' : ''}`,
      lastNote: lastNote?.text,
    })),
    Object.keys(answerSchemas().candidate.shape),
    { forExcel },
  );
}

/** Rows as CSV, with formulas escaped. */
export async function csvOf(
  rows: readonly object[],
  columns: string[],
  { forExcel }: { forExcel: boolean },
): Promise<string> {
  const { stringify } = await import('csv-stringify/sync');
  return stringify([...rows], {
    header: true,
    columns,
    record_delimiter: 'windows',
    cast: { string: (text) => text.replaceAll(formulaStart, "$1'") },
    // In some locales, spreadsheets split at semicolons.
    quoted_match: /;/,
    bom: forExcel,
  });
}
