import type { Context, Hono } from 'hono';
import type { FormInput } from '../../core/forms.ts';
import { importCandidates, maxImportRows } from '../../services/import.ts';
import { resendLinks } from '../../services/resend-links.ts';
import { readBody } from '../body.ts';
import { HttpError } from '../http-error.ts';
import type { AdminContext, SignedIn } from './admin-context.ts';
import { csvRows, decoded, invalid } from './import-body.ts';
import { type ClassList, importPage, importResultPage, resentPage } from './import-page.tsx';
import { showPage } from './staff-layout.tsx';

/** What is done for a whole class: importing it, and sending its links again. */
export function addImportRoutes(app: Hono<SignedIn>, context: AdminContext): void {
  app.get('/admin/import', (c) => showPage(c, context, importPage({ list: '', timeZone: '', cohort: '' })));

  app.post('/admin/import', (c) => importList(c, true));

  app.post('/admin/import/send', (c) => importList(c, false));

  app.post('/admin/links', async (c) => {
    const { cohort } = await readBody(c);
    const chosen = typeof cohort === 'string' ? cohort.trim() : undefined;
    const { resent, hasMore } = await resendLinks(context, c.get('staff'), chosen);
    return showPage(c, context, resentPage(resent, hasMore));
  });

  /** Enrolls who is on the list, or says what that would do; if it can't be read, the form says why. */
  async function importList(c: Context<SignedIn>, isPreview: boolean): Promise<Response> {
    const entered = await classListIn(c);
    try {
      const inputs = await rowsOf(entered);
      const options = { isDryRun: isPreview };
      const rows = await importCandidates(context, c.get('staff'), context.forms, inputs, options);
      return showPage(c, context, importResultPage({ entered, inputs, rows, isPreview }));
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
