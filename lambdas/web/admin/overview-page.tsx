import { intlFormatDistance } from 'date-fns';
import { type Candidate, flags } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { flagsOf } from '../../core/flags.ts';
import type { ListPage, Summary } from '../../core/list-filter.ts';
import { attemptsUsed, retakeDate, statuses, statusOf } from '../../core/status.ts';
import { formatShortDate, type Instant } from '../../core/time.ts';
import { Flags, NeedsAttention } from './flag-form.tsx';
import { emailStateLabels, flagLabel, statusLabels } from './labels.ts';
import { Notice, StaffLayout, type StaffPageProps } from './staff-layout.tsx';

/** The filters as entered, for the form and the links that keep them. */
export type FilterFields = { status?: string; flag?: string; cohort?: string; email?: string };

type OverviewProps = StaffPageProps & {
  exam: Exam;
  now: Instant;
  notice: string | undefined;
  summary: Summary;
  confirmationsWait: boolean;
  attention: ListPage;
  list: { candidates: Candidate[]; nextCursor: string | undefined };
  filter: FilterFields;
};

export function OverviewPage(props: OverviewProps) {
  const { organization, staff, notice, confirmationsWait } = props;
  return (
    <StaffLayout title="Candidates" organization={organization} staff={staff}>
      <h1>Candidates</h1>
      {notice && <Notice>{notice}</Notice>}
      {confirmationsWait && (
        <Notice>
          Links to confirm are waiting because too many of the last day’s came back or were reported
          as spam; they go out by themselves once that is over, and all other emails go out as
          usual.
        </Notice>
      )}
      <Numbers {...props} />
      <Attention {...props} />
      <Everyone {...props} />
    </StaffLayout>
  );
}

function Numbers({ summary, now }: OverviewProps) {
  const { all, cohorts, countedAt } = summary;
  return (
    <section aria-labelledby="numbers">
      <h2 id="numbers">Where they stand</h2>
      <ul class="numbers">
        {statuses.map((status) => (
          <li>
            <a href={linkTo({ status })}>
              <strong>{all[status]}</strong> {statusLabels[status]}
            </a>
          </li>
        ))}
      </ul>
      {cohorts.length > 0 && (
        <details>
          <summary>By cohort</summary>
          <table>
            <thead>
              <tr>
                <th scope="col">Cohort</th>
                {statuses.map((status) => (
                  <th scope="col">{statusLabels[status]}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {cohorts.map((counts) => (
                <tr>
                  <th scope="row">
                    {counts.cohort ? (
                      <a href={linkTo({ cohort: counts.cohort })}>{counts.cohort}</a>
                    ) : counts.rest ? (
                      'All other cohorts'
                    ) : (
                      'No cohort'
                    )}
                  </th>
                  {statuses.map((status) => (
                    <td data-label={statusLabels[status]}>{counts[status]}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
      <p class="quiet">
        Counted {intlFormatDistance(countedAt, now, { locale: 'en-US' })}; once a minute at most.
      </p>
    </section>
  );
}

function Attention({ attention, exam, now }: OverviewProps) {
  return (
    <NeedsAttention isEmpty={attention.candidates.length === 0}>
      {attention.candidates.length === 0 && <p>Nobody. All is looked at.</p>}
      <ul class="cards">
        {attention.candidates.map((candidate) => (
          <li>
            <h3>
              <a href={`/admin/candidates/${candidate.id}`}>{candidate.name}</a>
            </h3>
            <p class="quiet">
              {candidate.email}
              {candidate.cohort && `, ${candidate.cohort}`}
            </p>
            <Flags candidate={candidate} exam={exam} now={now} returnTo="overview" />
          </li>
        ))}
      </ul>
      {attention.next && (
        <p>
          <a href={linkTo({ flag: 'any' })}>Show all who need attention</a>
        </p>
      )}
    </NeedsAttention>
  );
}

function Everyone({ list, filter, exam, now, summary }: OverviewProps) {
  const { candidates, nextCursor } = list;
  const cohorts = new Set([...summary.cohorts, filter].flatMap(({ cohort }) => cohort ?? []));
  return (
    <section aria-labelledby="everyone" id="list">
      <h2 id="everyone">{Object.keys(filter).length > 0 ? 'Found' : 'Everyone'}</h2>
      <form class="inline filters" method="get" action="/admin#list">
        <div class="field">
          <label for="filter-email">Email address</label>
          <input
            id="filter-email"
            name="email"
            type="text"
            inputmode="email"
            autocomplete="off"
            value={filter.email}
          />
        </div>
        <Select name="status" label="Status" chosen={filter.status}>
          {statuses.map((status) => [status, statusLabels[status]])}
        </Select>
        <Select name="flag" label="Attention" chosen={filter.flag}>
          {[['any', 'Any'], ...flags.map((flag) => [flag, flagLabel(flag, exam)])]}
        </Select>
        <Select name="cohort" label="Cohort" chosen={filter.cohort}>
          {[...cohorts].map((cohort) => [cohort, cohort])}
        </Select>
        <button type="submit">Show</button>
        {Object.keys(filter).length > 0 && <a href="/admin#list">Show everyone</a>}
      </form>
      {candidates.length === 0 ? (
        <p>Nobody is here.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Status</th>
              <th scope="col">Retake from</th>
              <th scope="col">Attempts</th>
              <th scope="col">Cohort</th>
            </tr>
          </thead>
          <tbody>
            {candidates.map((candidate) => (
              <Row candidate={candidate} exam={exam} now={now} />
            ))}
          </tbody>
        </table>
      )}
      <p class="row">
        {nextCursor && <a href={`${linkTo({ ...filter, cursor: nextCursor })}#list`}>Next page</a>}
        <a href={linkTo(filter, '/admin/candidates.csv')}>Download as CSV</a>
        <a href="/admin/enroll">Enroll a candidate</a>
        <a href="/embed">Put the form on your own page</a>
      </p>
    </section>
  );
}

function Row({ candidate, exam, now }: { candidate: Candidate; exam: Exam; now: Instant }) {
  const date = retakeDate(candidate, exam);
  const raised = flagsOf(candidate, exam, now);
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
        {candidate.emailState !== 'active' && raised.length === 0 && (
          <span class="quiet">{emailStateLabels[candidate.emailState]}</span>
        )}
      </td>
      <td data-label="Retake from" class={date ? 'date' : 'none'}>
        {date ? formatShortDate(date) : '–'}
      </td>
      <td data-label="Attempts">
        {attemptsUsed(candidate)} of {exam.attemptsPerApplication}
      </td>
      <td data-label="Cohort" {...(!candidate.cohort && { class: 'none' })}>
        {candidate.cohort ?? '–'}
      </td>
    </tr>
  );
}

function Select({
  name,
  label,
  chosen,
  children,
}: {
  name: string;
  label: string;
  chosen: string | undefined;
  children: string[][];
}) {
  return (
    <div class="field">
      <label for={`filter-${name}`}>{label}</label>
      <select id={`filter-${name}`} name={name}>
        <option value="">All</option>
        {children.map(([value, text]) => (
          <option value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

function linkTo(filter: FilterFields & { cursor?: string }, path = '/admin'): string {
  const query = new URLSearchParams(filter).toString();
  return query ? `${path}?${query}` : path;
}
