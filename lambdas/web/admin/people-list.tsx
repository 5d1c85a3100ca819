import type { Child } from 'hono/jsx';
import { bookedDate } from '../../core/booking.ts';
import { type Candidate, emailStates, flags } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { flagsOf } from '../../core/flags.ts';
import type { ListPage, Summary } from '../../core/list-filter.ts';
import { attemptsUsed, retakeDate, statuses, statusOf } from '../../core/status.ts';
import { formatShortDate, type Instant } from '../../core/time.ts';
import { emailStateLabels, flagLabel, noClass, shortEmailStates, statusLabels } from './labels.ts';
import { type FilterFields, linkTo, noCohort } from './list-query.ts';
import { ColumnHeads } from './staff-layout.tsx';

export type PeopleProps = {
  exam: Exam;
  now: Instant;
  summary: Summary;
  list: ListPage & { nextCursor: string | undefined };
  filter: FilterFields;
};

/** The search for one person, on top of the overview. */
export function SearchForm({ q }: FilterFields) {
  return (
    <search>
      <form class="inline search" method="get" action="/admin">
        <label for="q">Name or email address</label>
        <input id="q" name="q" type="search" autocomplete="off" spellcheck={false} value={q} />
        <button type="submit">Find</button>
      </form>
    </search>
  );
}

/** The filters in one row; a search stays with them. */
export function Filters({ filter, summary, exam }: Omit<PeopleProps, 'now' | 'list'>) {
  const listed = summary.cohorts.flatMap(({ cohort }) => cohort ?? []);
  const { cohort: chosen } = filter;
  const cohorts = new Set(chosen && chosen !== noCohort ? [...listed, chosen] : listed);
  const selects: [name: keyof FilterFields, label: string, options: [value: string, text: string][]][] = [
    ['status', 'Status', statuses.map((status) => [status, statusLabels[status]])],
    ['cohort', 'Class', [...[...cohorts].map((cohort): [string, string] => [cohort, cohort]), [noCohort, noClass]]],
    ['flag', 'Attention', [['any', 'Any'], ...flags.map((flag): [string, string] => [flag, flagLabel(flag, exam)])]],
    ['emailState', 'Email', emailStates.map((state) => [state, shortEmailStates[state]])],
  ];
  return (
    <form class="inline filters" method="get" action="/admin">
      {filter.q && <input type="hidden" name="q" value={filter.q} />}
      {selects.map(([name, label, options]) => (
        <div class="field">
          <label for={`filter-${name}`}>{label}</label>
          <select id={`filter-${name}`} name={name}>
            <option value="">All</option>
            {options.map(([value, text]) => (
              <option value={value} selected={value === filter[name]}>
                {text}
              </option>
            ))}
          </select>
        </div>
      ))}
      <button type="submit" class="second">
        Show
      </button>
      {Object.keys(filter).length > 0 && <a href="/admin">Show everyone</a>}
    </form>
  );
}

/** How many there are of each status, in one line. */
export function Counts({ summary: { all } }: Pick<PeopleProps, 'summary'>) {
  const total = statuses.reduce((sum, status) => sum + all[status], 0);
  return (
    <p class="counts">
      <span>{total} in all:</span>
      {statuses.map((status) => (
        <a href={linkTo({ status })}>
          {all[status]} {statusLabels[status].toLowerCase()}
        </a>
      ))}
    </p>
  );
}

export function People({ list, filter, exam, now }: PeopleProps) {
  if (list.candidates.length === 0)
    return (
      <>
        <p>Nobody.</p>
        <PageLinks list={list} filter={filter} />
      </>
    );
  return (
    <>
      <table class="people">
        <ColumnHeads names={['Name', 'Status', 'Retake or exam', 'Attempts', 'Class']} />
        <tbody>
          {list.candidates.map((candidate) => (
            <PersonRow candidate={candidate} exam={exam} now={now} />
          ))}
        </tbody>
      </table>
      <PageLinks list={list} filter={filter}>
        <span class="quiet">{filter.status ? 'Sorted by date' : 'Sorted A to Z; choose a status to sort by date'}</span>
      </PageLinks>
    </>
  );
}

/** Below a list: what follows it, and all of it as a file. */
export function PageLinks({
  list: { nextCursor },
  filter,
  children,
}: Pick<PeopleProps, 'list' | 'filter'> & { children?: Child }) {
  return (
    <p class="row">
      {nextCursor && <a href={linkTo({ ...filter, cursor: nextCursor })}>Next page</a>}
      <a href={linkTo(filter, '/admin/candidates.csv')}>Download as CSV</a>
      {children}
    </p>
  );
}

function PersonRow({ candidate, exam, now }: { candidate: Candidate; exam: Exam; now: Instant }) {
  const booked = bookedDate(candidate, exam);
  const date = retakeDate(candidate, exam);
  const raised = flagsOf(candidate, exam, now);
  const { emailState } = candidate;
  const isToldByFlag = raised.some((flag) => flag.startsWith('email-'));
  return (
    <tr>
      <th scope="row">
        <a href={`/admin/candidates/${candidate.id}`}>{candidate.name}</a>
        <span class="quiet">{candidate.email}</span>
      </th>
      <td data-label="Status">
        {statusLabels[statusOf(candidate, exam, now)]}{' '}
        {raised.map((flag) => (
          <span class="tag">{flagLabel(flag, exam)}</span>
        ))}
        {emailState !== 'active' && !isToldByFlag && <span class="quiet">{emailStateLabels[emailState]}</span>}
      </td>
      <td data-label={booked ? '' : 'Retake from'} class={date ? 'date' : 'none'}>
        {booked ? `Exam ${formatShortDate(booked)}` : date ? formatShortDate(date) : '–'}
      </td>
      <td data-label="Attempts">
        {attemptsUsed(candidate)} of {exam.attemptsPerApplication}
      </td>
      <td data-label="Class" {...(!candidate.cohort && { class: 'none' })}>
        {candidate.cohort ?? '–'}
      </td>
    </tr>
  );
}
