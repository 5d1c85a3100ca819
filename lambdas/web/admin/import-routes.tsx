import type { Context, Hono } from 'hono';
import type { FormInput } from '../../core/forms.ts';
import { importCandidates, maxImportRows } from '../../services/import.ts';
import { resendLinks } from '../../services/resend-links.ts';
import { readBody } from '../body.ts';
import { document } from '../components/layout.tsx';
import { HttpError } from '../http-error.ts';
import { type AdminContext, pageOf, type SignedIn } from './admin-context.ts';
import { csvOf, sendCsv } from './candidates-csv.ts';
import { csvRows, decoded } from './import-body.ts';
import { type ClassList, ImportPage, ImportResultPage } from './import-page.tsx';
import { ResentPage } from './resent-page.tsx';

/** What is done for a whole class: importing it, and sending its links again. */
export function addImportRoutes(app: Hono<SignedIn>, context: AdminContext): void {
  const { rules, forms } = context;
  const { exam } = rules;

  app.get('/admin/import', (c) => {
    const entered = { list: '', timeZone: '', cohort: '' };
    return c.html(document(<ImportPage {...pageOf(c, context)} exam={exam} entered={entered} />));
  });

  app.post('/admin/import', (c) => withRows(c, (entered, inputs) => show(c, entered, inputs, { isDryRun: true })));

  app.post('/admin/import/send', (c) =>
    withRows(c, (entered, inputs) => show(c, entered, inputs, { isDryRun: false })),
  );

  app.post('/admin/import/mistakes.csv', (c) =>
    withRows(c, async (_entered, inputs) => {
      const rows = await importCandidates(context, c.get('staff'), forms, inputs, {
        isDryRun: true,
      });
      const wrong = rows
        .filter(({ outcome }) => outcome === 'mistakes')
        .map(({ row, errors }) => ({
          ...inputs[row - 1],
          'what to change': Object.values(errors).join(' '),
        }));
      const columns = [...new Set(wrong.flatMap((row) => Object.keys(row)))];
      return sendCsv(c, await csvOf(wrong, columns, { forExcel: true }), 'mistakes');
    }),
  );

  app.post('/admin/links', async (c) => {
    const { cohort } = await readBody(c);
    const chosen = typeof cohort === 'string' ? cohort.trim() : undefined;
    const resent = await resendLinks(context, c.get('staff'), chosen);
    return c.html(document(<ResentPage {...pageOf(c, context)} {...resent} />));
  });

  async function show(
    c: Context<SignedIn>,
    entered: ClassList,
    inputs: readonly FormInput[],
    { isDryRun }: { isDryRun: boolean },
  ) {
    const rows = await importCandidates(context, c.get('staff'), forms, inputs, { isDryRun });
    const page = { ...pageOf(c, context), entered, inputs, rows, isPreview: isDryRun };
    return c.html(document(<ImportResultPage {...page} />));
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
      const page = { ...pageOf(c, context), exam, entered, mistake: error.message };
      return c.html(document(<ImportPage {...page} />), 422);
    }
  }
}

async function classListIn(c: Context): Promise<ClassList> {
  const { list, file, timeZone, cohort } = await readBody(c);
  const uploaded = file instanceof File ? decoded(await file.arrayBuffer()) : textOf(file);
  return { list: uploaded || textOf(list), timeZone: textOf(timeZone), cohort: textOf(cohort) };
}

async function rowsOf({ list, timeZone, cohort }: ClassList): Promise<FormInput[]> {
  if (list.startsWith('PK')) throw wrongList('This is a workbook. Save the sheet as CSV first, or paste the rows.');
  const rows = await csvRows(list, timeZone !== '');
  if (rows.length === 0) throw wrongList('There is no row below the column names.');
  if (rows.length > maxImportRows) throw wrongList(`The list has more than ${maxImportRows} rows. Import it in parts.`);
  return rows.map((row) => ({ ...(timeZone && { timeZone }), ...(cohort && { cohort }), ...row }));
}

function wrongList(sentence: string): HttpError {
  return new HttpError(422, 'invalid', 'The list can’t be read', sentence);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
