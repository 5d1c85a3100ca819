import type { Exam } from '../../core/exam.ts';
import type { FormInput } from '../../core/forms.ts';
import { type ImportedRow, maxImportRows } from '../../services/import.ts';
import { TimeZoneField } from '../components/fields.tsx';
import { CohortField, staffLabels } from '../components/sign-up-fields.tsx';
import { Refusal, StaffLayout, type StaffPageProps } from './staff-layout.tsx';

/** A class list as it was entered, and what applies to rows that don't say it themselves. */
export type ClassList = { list: string; timeZone: string; cohort: string };

type FormProps = StaffPageProps & { exam: Exam; entered: ClassList; mistake?: string };

export function ImportPage({ exam, entered, mistake, ...page }: FormProps) {
  const state = { form: 'import', input: entered, fieldErrors: {} };
  const labels = { ...staffLabels(exam), cohort: 'Cohort, unless a row has its own (optional)' };
  return (
    <StaffLayout title="Import a class" isError={mistake !== undefined} {...page}>
      {mistake && <Refusal>{mistake}</Refusal>}
      <form method="post" action="/admin/import" enctype="multipart/form-data">
        <h1>Import a class</h1>
        <p>
          Paste the list from your spreadsheet, or upload it as CSV, with the column names in the first line: name,
          email, date of exam, attempt, member; time zone and cohort if they differ. Up to {maxImportRows} students at a
          time. You see every row before anything is sent.
        </p>
        <div class="field">
          <label for="import-list">Rows from a spreadsheet</label>
          <textarea id="import-list" name="list" rows={8} spellcheck={false}>
            {entered.list}
          </textarea>
        </div>
        <div class="field">
          <label for="import-file">Or a CSV file</label>
          <input id="import-file" name="file" type="file" accept=".csv,.tsv,.txt,text/csv" />
        </div>
        <TimeZoneField state={state} label="Time zone, unless a row has its own" />
        <CohortField state={state} labels={labels} />
        <button type="submit">Check the list</button>
      </form>
    </StaffLayout>
  );
}

type ResultProps = StaffPageProps & {
  entered: ClassList;
  inputs: readonly FormInput[];
  rows: readonly ImportedRow[];
  /** Whether this is what would happen, not what did. */
  isPreview: boolean;
};

export function ImportResultPage({ entered, inputs, rows, isPreview, ...page }: ResultProps) {
  const count = (outcome: ImportedRow['outcome']) => rows.filter((row) => row.outcome === outcome).length;
  const [enrolled, mistakes] = [count('enrolled'), count('mistakes')];
  const others = rows.length - enrolled - mistakes;
  const title = isPreview ? 'Check the list' : `${people(enrolled)} enrolled`;
  const facts = [
    isPreview
      ? `${people(enrolled)} will get a link to confirm`
      : enrolled > 0 && 'Each gets a link to confirm, which works for seven days',
    others > 0 && `${others} ${others === 1 ? 'is' : 'are'} here already`,
    mistakes > 0 && `${mistakes} with mistakes left out`,
  ];
  return (
    <StaffLayout title={title} {...page}>
      <section>
        <h1>{title}</h1>
        <p>{facts.filter(Boolean).join('; ')}.</p>
        <div class="buttons">
          {isPreview && enrolled > 0 && (
            <ListForm entered={entered} action="/admin/import/send">
              Enroll {enrolled} and send the links
            </ListForm>
          )}
          {mistakes > 0 && (
            <ListForm entered={entered} action="/admin/import/mistakes.csv" look="second">
              Download the {mistakes} with mistakes
            </ListForm>
          )}
          <p>
            <a href="/admin/import">{isPreview ? 'Start over' : 'Import another list'}</a>
          </p>
        </div>
      </section>
      <section aria-labelledby="rows">
        <h2 id="rows">Row by row</h2>
        <table class="import">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Exam</th>
              <th scope="col">Attempt</th>
              <th scope="col">{isPreview ? 'What will happen' : 'What happened'}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <ResultRow row={row} input={inputs[row.row - 1] ?? {}} isPreview={isPreview} />
            ))}
          </tbody>
        </table>
      </section>
    </StaffLayout>
  );
}

function ResultRow({
  row: { row, outcome, id, errors },
  input,
  isPreview,
}: {
  row: ImportedRow;
  input: FormInput;
  isPreview: boolean;
}) {
  const text = (field: string) => String(input[field] ?? '');
  return (
    <tr>
      <th scope="row">
        {row}. {id ? <a href={`/admin/candidates/${id}`}>{text('name')}</a> : text('name')}
        <span class="quiet">{text('email')}</span>
      </th>
      <td data-label="Exam" class="date">
        {text('attemptDate') || '–'}
      </td>
      <td data-label="Attempt">{text('attemptNumber') || '–'}</td>
      <td data-label="Outcome">
        {outcome === 'mistakes' ? (
          <strong class="error">{Object.values(errors).join(' ')}</strong>
        ) : (
          outcomeText(outcome, isPreview)
        )}
      </td>
    </tr>
  );
}

function outcomeText(outcome: Exclude<ImportedRow['outcome'], 'mistakes'>, isPreview: boolean) {
  switch (outcome) {
    case 'enrolled':
      return isPreview ? 'Will be enrolled' : 'Enrolled';
    case 'unchanged':
      return 'Was enrolled already: nothing changes';
    case 'known':
      return 'Is here already: nothing changes';
  }
}

/** A button that carries the list along. */
function ListForm({
  entered,
  action,
  look,
  children,
}: {
  entered: ClassList;
  action: string;
  look?: 'second';
  children: unknown;
}) {
  return (
    <form class="inline" method="post" action={action}>
      {Object.entries(entered).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit" {...(look && { class: look })}>
        {children}
      </button>
    </form>
  );
}

function people(count: number): string {
  if (count === 0) return 'Nobody new';
  return count === 1 ? '1 student' : `${count} students`;
}
