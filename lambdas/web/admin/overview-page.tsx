import type { Child } from 'hono/jsx';
import type { Exam } from '../../core/exam.ts';
import { matches } from '../../core/list-filter.ts';
import type { SignUpLink } from '../../core/pending-link.ts';
import { formatMoment } from '../../core/time.ts';
import { EmailRow } from './candidate-page-story.tsx';
import { Attention, countOf, type Flagged, FlaggedRows } from './flags.tsx';
import { flagLabel, noClass, shortEmailStates, statusLabels } from './labels.ts';
import { type FilterFields, noCohort } from './list-query.ts';
import { Counts, Filters, PageLinks, People, type PeopleProps, SearchForm } from './people-list.tsx';
import { Notice, type StaffPage } from './staff-layout.tsx';

type Props = PeopleProps & { notice: Child };

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
        {signUp && <WaitingSignUp signUp={signUp} />}
        {isNear && <p>{!signUp && 'No exact match. '}These are close.</p>}
        {flag && !isEmpty ? (
          <>
            <FlaggedRows flag={flag} candidates={list.candidates} exam={exam} returnTo="list" />
            <PageLinks list={list} filter={filter} />
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
function WaitingSignUp({ signUp: { answers, emails, expiresAt } }: { signUp: SignUpLink }) {
  const { email, timeZone } = answers.details;
  return (
    <>
      <p>
        <strong>{email} hasn’t confirmed yet.</strong> The sign-up is kept until {formatMoment(expiresAt, timeZone)}.
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
    cohort === noCohort ? noClass : cohort,
  ];
  return parts.filter(Boolean).join(', ');
}
