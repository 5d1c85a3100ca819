import type { Child } from 'hono/jsx';
import type { Exam } from '../../core/exam.ts';
import { matches } from '../../core/list-filter.ts';
import type { SignUpLink } from '../../core/pending-link.ts';
import { formatMoment } from '../../core/time.ts';
import { Attention, countOf, type Flagged, FlaggedRows } from './attention.tsx';
import { EmailRow } from './candidate-page-emails.tsx';
import { flagLabel, shortEmailStates, statusLabels } from './labels.ts';
import { type FilterFields, noCohort } from './list-query.ts';
import { Counts, Filters, PageLinks, People, type PeopleProps, SearchForm } from './people-list.tsx';
import { Notice, StaffLayout, type StaffPageProps } from './staff-layout.tsx';

type Props = StaffPageProps & PeopleProps & { notice: Child };

/** Where staff start: the search, who needs attention, and everybody. */
export function OverviewPage(props: Props & { kinds: readonly Flagged[]; confirmationsWait: boolean }) {
  const { organization, staff, notice, confirmationsWait, exam, now, kinds } = props;
  return (
    <StaffLayout title="Candidates" organization={organization} staff={staff}>
      <h1 class="unseen">Candidates</h1>
      <SearchForm />
      {notice && <Notice>{notice}</Notice>}
      {confirmationsWait && (
        <Notice>
          Links to confirm are waiting because too many of the last day’s came back or were reported as spam. They go
          out by themselves once that is over; all other emails go out as usual.
        </Notice>
      )}
      <Attention kinds={kinds} exam={exam} now={now} />
      <section aria-labelledby="everyone">
        <h2 id="everyone">Everyone</h2>
        <Counts {...props} />
        <Filters {...props} />
        <People {...props} />
      </section>
    </StaffLayout>
  );
}

/** What was asked for, and nothing before it. */
export function FoundPage(props: Props & { signUp: SignUpLink | undefined }) {
  const { signUp, organization, staff, notice, list, filter, exam, now } = props;
  const title = `${describe(filter, exam) || 'Everyone'}: ${countOf(list)} found`;
  const flag = filter.flag === 'any' ? undefined : filter.flag;
  const isNear =
    filter.q !== undefined && !list.candidates.some((candidate) => matches(candidate, { q: filter.q }, exam, now));
  return (
    <StaffLayout title={title} organization={organization} staff={staff}>
      <SearchForm {...filter} />
      {notice && <Notice>{notice}</Notice>}
      <section aria-labelledby="found">
        <h1 id="found">{title}</h1>
        <Filters {...props} />
        <SendLinksAgain {...props} />
        {signUp && <WaitingSignUp signUp={signUp} />}
        {isNear && list.candidates.length > 0 && <p>{!signUp && 'No exact match. '}These are close.</p>}
        {flag && list.candidates.length > 0 ? (
          <>
            <FlaggedRows flag={flag} candidates={list.candidates} now={now} returnTo="list" />
            <PageLinks list={list} filter={filter} />
          </>
        ) : (
          !(signUp && list.candidates.length === 0) && <People {...props} />
        )}
      </section>
    </StaffLayout>
  );
}

/** Someone who signed up and has not confirmed yet, with what became of the link. */
function WaitingSignUp({ signUp: { answers, emails, expiresAt } }: { signUp: SignUpLink }) {
  const { email, timeZone } = answers.details;
  return (
    <>
      <p>
        <strong>{email} has not confirmed yet.</strong> The sign-up is kept until {formatMoment(expiresAt, timeZone)}.
      </p>
      <ul class="rows">
        {emails.map((sent) => (
          <EmailRow email={sent} timeZone={timeZone} />
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
    <form class="inline" method="post" action="/admin/links">
      {cohort && <input type="hidden" name="cohort" value={cohort} />}
      <button type="submit">Send the link again to all {countOf(list)}</button>
    </form>
  );
}

/** The filter in words. */
function describe({ q, status, flag, cohort, emailState, email }: FilterFields, exam: Exam): string {
  const parts = [
    (q ?? email) && `“${q ?? email}”`,
    status && statusLabels[status],
    flag && (flag === 'any' ? 'Needs attention' : flagLabel(flag, exam)),
    emailState && shortEmailStates[emailState],
    cohort === noCohort ? 'Without a cohort' : cohort,
  ];
  return parts.filter(Boolean).join(', ');
}
