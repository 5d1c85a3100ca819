import type { FormInput } from '../../core/forms.ts';
import { formatShortDate, isCalendarDate } from '../../core/time.ts';
import { type ImportedRow, maxImportRows } from '../../services/import.ts';
import type { Resent } from '../../services/resend-links.ts';
import { ActionButton } from '../components/candidate-actions.tsx';
import { TextField, TimeZoneField } from '../components/fields.tsx';
import { conflictSentence } from './email-labels.ts';
import { ColumnHeads, PersonLink, Refusal, Row, type StaffPage } from './staff-layout.tsx';

/** A class list as it was entered, and what applies to rows that don't say it themselves. */
export type ClassList = { list: string; timeZone: string; cohort: string };

export function importPage(entered: ClassList, mistake?: string): StaffPage {
  const state = { form: 'import', input: entered, fieldErrors: {} };
  const title = 'Import a class';
  const content = (
    <>
      {mistake && <Refusal>{mistake}</Refusal>}
      <form method="post" action="/admin/import" enctype="multipart/form-data">
        <h1>{title}</h1>
        <p>
          Paste the list from your spreadsheet, or upload it as a CSV file. The first line must name the columns: name,
          email, exam date, attempt, and member; also time zone and class, if they differ from student to student. You
          can import up to {maxImportRows} students at a time, and you’ll see every row before anything is sent.
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
        <TextField state={state} name="cohort" label="Class, unless a row has its own (optional)" />
        <button type="submit">Check the list</button>
      </form>
    </>
  );
  return { title, isError: mistake !== undefined, content };
}

type Result = {
  entered: ClassList;
  inputs: readonly FormInput[];
  rows: readonly ImportedRow[];
  /** Whether this is what would happen, not what did. */
  isPreview: boolean;
};

export function importResultPage({ entered, inputs, rows, isPreview }: Result): StaffPage {
  const count = (outcome: ImportedRow['outcome']) => rows.filter((row) => row.outcome === outcome).length;
  const [enrolled, mistakes] = [count('enrolled'), count('mistakes')];
  const others = rows.length - enrolled - mistakes;
  const title = isPreview ? 'Check the list' : `${students(enrolled)} enrolled`;
  const whoGetsLink = enrolled === 1 ? 'The student' : 'Each student';
  const rowsWithMistakes = mistakes === 1 ? '1 row' : `${mistakes} rows`;
  const [is, are, beLeftOut] = isPreview ? ['is', 'are', 'will be'] : ['was', 'were', mistakes === 1 ? 'was' : 'were'];
  const leftOut = [
    others > 0 && `${students(others)} ${others === 1 ? is : are} already on record`,
    mistakes > 0 && `${rowsWithMistakes} with mistakes ${beLeftOut} left out`,
  ]
    .filter(Boolean)
    .join(', and ');
  const facts = [
    isPreview
      ? `${students(enrolled)} will get a confirmation link.`
      : enrolled > 0 && `${whoGetsLink} will get a confirmation link that works for seven days.`,
    leftOut && `${leftOut}.`,
  ];
  const content = (
    <>
      <section>
        <h1>{title}</h1>
        <p>{facts.filter(Boolean).join(' ')}</p>
        <div class="buttons">
          {isPreview && enrolled > 0 && (
            <ActionButton target={{ form: 'send', url: '/admin/import/send', hidden: entered }}>
              Enroll {students(enrolled)} and send the {enrolled === 1 ? 'link' : 'links'}
            </ActionButton>
          )}
          {mistakes > 0 && (
            <ActionButton
              target={{ form: 'mistakes', url: '/admin/import/mistakes.csv', hidden: entered }}
              look="second"
            >
              Download the {mistakes === 1 ? 'row' : rowsWithMistakes} with mistakes
            </ActionButton>
          )}
          <p>
            <a href="/admin/import">{isPreview ? 'Start over' : 'Import another list'}</a>
          </p>
        </div>
      </section>
      <section aria-labelledby="rows">
        <h2 id="rows">Row by row</h2>
        <table class="import">
          <ColumnHeads names={['Name', 'Exam', 'Attempt', isPreview ? 'What will happen' : 'What happened']} />
          <tbody>
            {rows.map((row) => (
              <ResultRow row={row} input={inputs[row.row - 1] ?? {}} isPreview={isPreview} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
  return { title, content };
}

type ResultRowProps = Pick<Result, 'isPreview'> & { row: ImportedRow; input: FormInput };

function ResultRow({ row: { row, outcome, id, errors }, input, isPreview }: ResultRowProps) {
  const text = (field: string) => String(input[field] ?? '');
  const date = text('attemptDate');
  const nothingElse = isPreview ? 'nothing will change' : 'nothing changed';
  const outcomes = {
    enrolled: isPreview ? 'Will be enrolled' : 'Enrolled',
    unchanged: `Already enrolled; ${nothingElse}`,
    known: `Already on record; ${nothingElse}`,
    mistakes: (
      <strong class="error">
        {isPreview ? 'Will be left out.' : 'Left out.'} {Object.values(errors).join(' ')}
      </strong>
    ),
  };
  return (
    <tr>
      <th scope="row">
        {row}. {id ? <a href={`/admin/candidates/${id}`}>{text('name')}</a> : text('name')}
        <span class="quiet">{text('email')}</span>
      </th>
      <td data-label="Exam" class="date">
        {isCalendarDate(date) ? formatShortDate(date) : date || '–'}
      </td>
      <td data-label="Attempt">{text('attemptNumber') || '–'}</td>
      <td data-label="Outcome">{outcomes[outcome]}</td>
    </tr>
  );
}

function students(count: number): string {
  if (count === 0) return 'No new students';
  return count === 1 ? '1 student' : `${count} students`;
}

/** To whom the link went again, and to whom not, and why. */
export function resentPage(resent: readonly Resent[], hasMore: boolean): StaffPage {
  const others = resent.filter(({ outcome }) => outcome.type !== 'done');
  const sent = resent.length - others.length;
  const title =
    sent === 0
      ? 'No links were sent'
      : sent === 1
        ? 'The link is on its way to 1 student'
        : `Links are on their way to ${sent} students`;
  const content = (
    <section>
      <h1>{title}</h1>
      {sent > 0 && <p>{sent === 1 ? 'It works' : 'They work'} for seven days.</p>}
      {hasMore && <p>These are the first {resent.length}. Choose a class to reach the others.</p>}
      {others.length > 0 && (
        <>
          <h2>Not sent to {students(others.length)}</h2>
          <ul class="rows">
            {others.map(({ candidate, outcome }) => (
              <Row head={<PersonLink candidate={candidate} />}>
                <p>
                  {outcome.type === 'conflict'
                    ? conflictSentence(outcome.conflict)
                    : 'There’s no link left to send. Enroll the student again.'}
                </p>
              </Row>
            ))}
          </ul>
        </>
      )}
      <p>
        <a href="/admin?status=unconfirmed">See who hasn’t confirmed</a>
      </p>
    </section>
  );
  return { title, content };
}
