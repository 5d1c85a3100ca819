import type { Context, Hono } from 'hono';
import type { FormInput } from '../../core/forms.ts';
import { importCandidates, maxImportRows } from '../../services/import.ts';
import { resendLinks } from '../../services/resend-links.ts';
import { readBody } from '../body.ts';
import { HttpError } from '../http-error.ts';
import type { AdminContext, SignedIn } from './admin-context.ts';
import { csvOf, sendCsv } from './candidates-csv.ts';
import { csvRows, decoded, invalid } from './import-body.ts';
import { type ClassList, importPage, importResultPage, resentPage } from './import-page.tsx';
import { showPage } from './staff-layout.tsx';

/** What is done for a whole class: importing it, and sending its links again. */
export function addImportRoutes(app: Hono<SignedIn>, context: AdminContext): void {
  app.get('/admin/import', (c) => showPage(c, context, importPage({ list: '', timeZone: '', cohort: '' })));

  app.post('/admin/import', (c) => withRows(c, (entered, inputs) => show(c, entered, inputs, true)));

  app.post('/admin/import/send', (c) => withRows(c, (entered, inputs) => show(c, entered, inputs, false)));

  app.post('/admin/import/mistakes.csv', (c) =>
    withRows(c, async (_entered, inputs) => {
      const wrong = (await importRows(c, inputs, true))
        .filter(({ outcome }) => outcome === 'mistakes')
        .map(({ row, errors }) => ({ ...inputs[row - 1], 'what to change': Object.values(errors).join(' ') }));
      const columns = [...new Set(wrong.flatMap((row) => Object.keys(row)))];
      return sendCsv(c, await csvOf(wrong, columns, { forExcel: true }), 'mistakes');
    }),
  );

  app.post('/admin/links', async (c) => {
    const { cohort } = await readBody(c);
    const chosen = typeof cohort === 'string' ? cohort.trim() : undefined;
    const { resent, hasMore } = await resendLinks(context, c.get('staff'), chosen);
    return showPage(c, context, resentPage(resent, hasMore));
  });

  function importRows(c: Context<SignedIn>, inputs: readonly FormInput[], isDryRun: boolean) {
    return importCandidates(context, c.get('staff'), context.forms, inputs, { isDryRun });
  }

  async function show(c: Context<SignedIn>, entered: ClassList, inputs: readonly FormInput[], isPreview: boolean) {
    const rows = await importRows(c, inputs, isPreview);
    return showPage(c, context, importResultPage({ entered, inputs, rows, isPreview }));
  }

  /** Acts on the rows that were sent; if they can't be read, shows the form with what is wrong. */
  async function withRows(
    c: Context<SignedIn>,
    act: (entered: ClassList, inputs: FormInput[]) => Promise<Response>,
  ): Promise<Response> {
    const entered = await classListIn(c);
    try {
      return await act(entered, await rowsOf(entered));
    } catch (error) {
      if (!(error instanceof HttpError && error.status === 422)) throw error;
      return showPage(c, context, importPage(entered, error.message), 422);
    }
  }
}

async function classListIn(c: Context): Promise<ClassList> {
  const { list, file, timeZone, cohort } = await readBody(c);
  const uploaded = file instanceof File ? decoded(await file.arrayBuffer()) : textOf(file);
  return { list: uploaded || textOf(list), timeZone: textOf(timeZone), cohort: textOf(cohort) };
}

async function rowsOf({ list, timeZone, cohort }: ClassList): Promise<FormInput[]> {
  if (list.startsWith('PK'))
    throw invalid('This is an Excel workbook. Save the sheet as CSV first, or paste the rows.');
  const rows = await csvRows(list, timeZone !== '');
  if (rows.length === 0) throw invalid('There are no rows below the column names.');
  if (rows.length > maxImportRows) throw invalid(`The list has more than ${maxImportRows} rows. Import it in parts.`);
  return rows.map((row) => ({ ...(timeZone && { timeZone }), ...(cohort && { cohort }), ...row }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
