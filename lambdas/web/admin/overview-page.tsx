import type { Child } from 'hono/jsx';
import { bookedDate } from '../../core/booking.ts';
import { type Candidate, emailStates, flags } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { flagsOf } from '../../core/flags.ts';
import { type ListPage, matches, type Summary } from '../../core/list-filter.ts';
import type { SignUpLink } from '../../core/pending-link.ts';
import { attemptsUsed, retakeDate, statuses, statusOf } from '../../core/status.ts';
import { formatMoment, formatShortDate, type Instant } from '../../core/time.ts';
import { ActionButton } from '../components/candidate-actions.tsx';
import { Attention, countOf, type Flagged, FlaggedRows } from './attention.tsx';
import { EmailRow } from './candidate-page-story.tsx';
import { emailStateLabels, shortEmailStates } from './email-labels.ts';
import { flagLabel, noClass, statusLabels } from './labels.ts';
import { type FilterFields, linkTo, noCohort } from './list-query.ts';
import { ColumnHeads, Notice, type StaffPage } from './staff-layout.tsx';

type Props = {
  exam: Exam;
  now: Instant;
  summary: Summary;
  list: ListPage & { nextCursor: string | undefined };
  filter: FilterFields;
  notice: Child;
};

/** Where staff start: the search, who needs attention, and everybody. */
export function overviewPage(props: Props & { kinds: readonly Flagged[]; confirmationsWait: boolean }): StaffPage {
  const { notice, confirmationsWait, exam, kinds } = props;
  const title = 'Students';
  const content = (
    <>
      <h1 class="unseen">{title}</h1>
      <SearchForm />
      {notice && <Notice>{notice}</Notice>}
      {confirmationsWait && (
        <Notice>
          Confirmation links are on hold because too many from the last day bounced or were reported as spam. They’ll go
          out on their own once that clears up. All other email goes out as usual.
        </Notice>
      )}
      <Attention kinds={kinds} exam={exam} />
      <section aria-labelledby="everyone">
        <h2 id="everyone">Everyone</h2>
        <Counts {...props} />
        <Filters {...props} />
        <People {...props} />
      </section>
    </>
  );
  return { title, content };
}

/** What was asked for, and nothing before it. */
export function foundPage(props: Props & { signUp: SignUpLink | undefined }): StaffPage {
  const { signUp, notice, list, filter, exam, now } = props;
  const { q } = filter;
  const title = `${describe(filter, exam) || 'Everyone'}: ${countOf(list)} found`;
  const flag = filter.flag === 'any' ? undefined : filter.flag;
  const isEmpty = list.candidates.length === 0;
  const isNear = q !== undefined && !isEmpty && !list.candidates.some((one) => matches(one, { q }, exam, now));
  const content = (
    <>
      <SearchForm {...filter} />
      {notice && <Notice>{notice}</Notice>}
      <section aria-labelledby="found">
        <h1 id="found">{title}</h1>
        <Filters {...props} />
        <SendLinksAgain {...props} />
        {signUp && <WaitingSignUp signUp={signUp} exam={exam} />}
        {isNear && <p>{!signUp && 'No exact match. '}These are close.</p>}
        {flag && !isEmpty ? (
          <>
            <FlaggedRows flag={flag} candidates={list.candidates} exam={exam} returnTo="list" />
            <PageLinks {...props} />
          </>
        ) : (
          !(signUp && isEmpty) && <People {...props} />
        )}
      </section>
    </>
  );
  return { title, content };
}

/** Someone who signed up and has not confirmed yet, with what became of the link. */
function WaitingSignUp({ signUp: { answers, emails, expiresAt }, exam }: { signUp: SignUpLink; exam: Exam }) {
  const { email, timeZone } = answers.details;
  return (
    <>
      <p>
        <strong>{email} hasn’t confirmed yet.</strong> If they don’t, the sign-up will be deleted on{' '}
        {formatMoment(expiresAt, timeZone)}.
      </p>
      <ul class="rows">
        {emails.map((sent) => (
          <EmailRow email={sent} timeZone={timeZone} exam={exam} />
        ))}
      </ul>
    </>
  );
}

/** One button for all who have not confirmed, as far as they are filtered by nothing but the cohort. */
function SendLinksAgain({ list, filter }: Props) {
  const { status, cohort, ...others } = filter;
  const isOffered = status === 'unconfirmed' && Object.keys(others).length === 0;
  if (!isOffered || list.candidates.length === 0) return null;
  return (
    <ActionButton target={{ form: 'links', url: '/admin/links', ...(cohort && { hidden: { cohort } }) }}>
      Send the link to {countOf(list)} {list.total === 1 ? 'student' : 'students'} again
    </ActionButton>
  );
}

/** The filter in words. */
function describe({ q, status, flag, cohort, emailState, email }: FilterFields, exam: Exam): string {
  const parts = [
    (q ?? email) && `“${q ?? email}”`,
    status && statusLabels[status],
    flag && (flag === 'any' ? 'Needs attention' : flagLabel(flag, exam)),
    emailState && shortEmailStates[emailState],
    cohort === noCohort ? noClass : cohort,
  ];
  return parts.filter(Boolean).join(', ');
}

/** The search for one person, on top of the overview. */
function SearchForm({ q }: FilterFields) {
  return (
    <search>
      <form class="search" method="get" action="/admin">
        <label for="q">Name or email address</label>
        <input id="q" name="q" type="search" autocomplete="off" spellcheck={false} value={q} />
        <button type="submit">Find</button>
      </form>
    </search>
  );
}

/** The filters in one row; a search stays with them. */
function Filters({ filter, summary, exam }: Props) {
  const listed = summary.cohorts.flatMap(({ cohort }) => cohort ?? []);
  const { cohort: chosen } = filter;
  const cohorts = new Set(chosen && chosen !== noCohort ? [...listed, chosen] : listed);
  const selects: [name: keyof FilterFields, label: string, options: [value: string, text: string][]][] = [
    ['status', 'Status', statuses.map((status) => [status, statusLabels[status]])],
    ['cohort', 'Class', [...[...cohorts].map((cohort): [string, string] => [cohort, cohort]), [noCohort, noClass]]],
    [
      'flag',
      'Attention',
      [['any', 'Needs attention'], ...flags.map((flag): [string, string] => [flag, flagLabel(flag, exam)])],
    ],
    ['emailState', 'Email', emailStates.map((state) => [state, shortEmailStates[state]])],
  ];
  return (
    <form class="filters" method="get" action="/admin">
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
function Counts({ summary: { all } }: Props) {
  const total = statuses.reduce((sum, status) => sum + all[status], 0);
  return (
    <p class="counts">
      <span>{total === 1 ? '1 student:' : `${total} students:`}</span>
      {statuses.map((status) => (
        <a href={linkTo({ status })}>
          {all[status]} {status === 'no-attempt' && 'with '}
          {statusLabels[status].toLowerCase()}
        </a>
      ))}
    </p>
  );
}

function People(props: Props) {
  const { list, filter } = props;
  if (list.candidates.length === 0)
    return (
      <>
        <p>{Object.keys(filter).length > 0 ? 'No students match.' : 'No students yet.'}</p>
        <PageLinks {...props} />
      </>
    );
  return (
    <>
      <table class="people">
        <ColumnHeads names={['Name', 'Status', 'Retake or exam', 'Attempts', 'Class']} />
        <tbody>
          {list.candidates.map((candidate) => (
            <PersonRow {...props} candidate={candidate} />
          ))}
        </tbody>
      </table>
      <PageLinks
        {...props}
        order={filter.status ? 'Sorted by date' : 'Sorted A to Z; choose a status to sort by date'}
      />
    </>
  );
}

/** Below a list: what follows it, and all of it as a file. */
function PageLinks({ list: { nextCursor }, filter, order }: Pick<Props, 'list' | 'filter'> & { order?: string }) {
  return (
    <p class="row">
      {nextCursor && <a href={linkTo({ ...filter, cursor: nextCursor })}>Next page</a>}
      <a href={linkTo(filter, '/admin/candidates.csv')}>Download as CSV</a>
      {order && <span class="quiet">{order}</span>}
    </p>
  );
}

function PersonRow({ candidate, exam, now }: Pick<Props, 'exam' | 'now'> & { candidate: Candidate }) {
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
      <td data-label={booked ? '' : 'Retake date'} class={date ? 'date' : 'none'}>
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
