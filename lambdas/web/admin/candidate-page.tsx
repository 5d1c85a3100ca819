import type { Child } from 'hono/jsx';
import type { FieldErrors } from '../../core/action-result.ts';
import { entryKey, type LastEntry, undoable } from '../../core/attempts.ts';
import type { Candidate } from '../../core/candidate.ts';
import type { Email } from '../../core/email.ts';
import { type Rules, reasonToSkip, resendEmail } from '../../core/email-schedule.ts';
import { areasOf, type Exam, feeFor, formatList } from '../../core/exam.ts';
import { raisedFlags } from '../../core/flags.ts';
import type { FormInput } from '../../core/forms.ts';
import {
  attemptsUsed,
  latestAttempt,
  numberedAttempts,
  retakeDate,
  statusOf,
  waitOfEarlierApplication,
} from '../../core/status.ts';
import { dateIn, daysBetween, formatDate, formatMoment, type Instant } from '../../core/time.ts';
import type { CandidateDetail } from '../../services/find-candidates.ts';
import {
  AttemptDateField,
  AttemptNumberField,
  type FormState,
  LowestAreasField,
} from '../components/fields.tsx';
import { ErrorSummary } from '../components/layout.tsx';
import { FlagToAcknowledge } from './flag-form.tsx';
import {
  emailKindLabels,
  emailLabel,
  emailStateLabels,
  historyLabel,
  statusLabels,
} from './labels.ts';
import { Notice, Refusal, StaffLayout, type StaffPageProps } from './staff-layout.tsx';

/** The deed that went wrong: its form on the page, what was typed, and what to change. */
export type InvalidForm = { action: string; input: FormInput; fieldErrors: FieldErrors };

type CandidatePageProps = StaffPageProps &
  CandidateDetail & {
    rules: Rules;
    now: Instant;
    notice?: string | undefined;
    /** Why the deed was not done. */
    conflict?: string | undefined;
    wrong?: InvalidForm | undefined;
  };

export function CandidatePage(props: CandidatePageProps) {
  const { candidate, rules, now, notice, conflict, wrong, organization, staff } = props;
  const raised = raisedFlags(candidate, rules.exam);
  return (
    <StaffLayout
      title={candidate.name}
      organization={organization}
      staff={staff}
      isError={wrong !== undefined || conflict !== undefined}
    >
      <p>
        <a href="/admin">All candidates</a>
      </p>
      {notice && <Notice>{notice}</Notice>}
      {conflict && <Refusal>{conflict}</Refusal>}
      {wrong && <ErrorSummary fieldErrors={wrong.fieldErrors} form={wrong.action} />}
      <ConfirmedStatus {...props} />
      {raised.length > 0 && (
        <section class="notice" aria-labelledby="attention">
          <h2 id="attention">Needs your attention</h2>
          {raised.map((one) => (
            <FlagToAcknowledge
              candidate={candidate}
              raised={one}
              exam={rules.exam}
              now={now}
              returnTo="candidate"
              wrong={wrong}
            />
          ))}
        </section>
      )}
      <Attempts {...props} />
      <Emails {...props} />
      <Actions {...props} />
      <WhoDidWhat {...props} />
    </StaffLayout>
  );
}

function ConfirmedStatus({
  candidate,
  emails,
  toBeConfirmed,
  rules: { exam },
  now,
}: CandidatePageProps) {
  const { refusedAttempt } = candidate;
  return (
    <section>
      <h1>{candidate.name}</h1>
      <p class="hero">{statusLabels[statusOf(candidate, exam, now)]}</p>
      <p>{statusSentence(candidate, emails, exam, now)}</p>
      {refusedAttempt && (
        <p>
          <strong>
            The candidate told us of attempt {refusedAttempt.number} on{' '}
            {formatDate(refusedAttempt.date)}, which we could not record.
          </strong>{' '}
          {Object.values(refusedAttempt.fieldErrors).join(' ')}
        </p>
      )}
      {toBeConfirmed && (
        <p>
          The link confirms attempt {toBeConfirmed.number} on {formatDate(toBeConfirmed.date)}.
        </p>
      )}
      <dl>
        <dt>Email address</dt>
        <dd>{candidate.email}</dd>
        <dt>Emails</dt>
        <dd>
          {candidate.enrolment && candidate.emailState === 'active'
            ? 'Gets the link to confirm, and nothing else before'
            : emailStateLabels[candidate.emailState]}
        </dd>
        <dt>Attempts used</dt>
        <dd>
          {attemptsUsed(candidate)} of {exam.attemptsPerApplication}
        </dd>
        <dt>Retake fee</dt>
        <dd>{feeFor(exam, candidate.membership)}</dd>
        <dt>Cohort</dt>
        <dd>{candidate.cohort ?? 'None'}</dd>
        <dt>Time zone</dt>
        <dd>{candidate.timeZone.replaceAll('_', ' ')}, as all times on this page</dd>
        <dt>{candidate.enrolment ? 'Enrolled' : 'Here since'}</dt>
        <dd>{formatMoment(candidate.createdAt, candidate.timeZone)}</dd>
      </dl>
    </section>
  );
}

function statusSentence(
  candidate: Candidate,
  emails: readonly Email[],
  exam: Exam,
  now: Instant,
): string {
  const date = retakeDate(candidate, exam);
  switch (statusOf(candidate, exam, now)) {
    case 'waiting': {
      const days = date ? daysBetween(dateIn(candidate.timeZone, now), date) : 0;
      return `Can retake from ${date && formatDate(date)}: ${days === 1 ? '1 day' : `${days} days`} to go.`;
    }
    case 'can-retake': {
      if (date) return `Can retake since ${formatDate(date)}.`;
      const notBefore = waitOfEarlierApplication(candidate, exam, now);
      const when = notBefore ? ` The first possible day is ${formatDate(notBefore)}.` : '';
      return `No attempt is recorded on this application yet.${when}`;
    }
    case 'attempts-used':
      return `All ${exam.attemptsPerApplication} attempts on this application are used. It takes a new application to try again.`;
    case 'passed':
      return 'Passed. No more reminders go out.';
    case 'unconfirmed': {
      const until = formatMoment(candidate.enrolment?.expiresAt ?? now, candidate.timeZone);
      const link = emails.some(({ state }) => state === 'sent')
        ? 'has not opened the link yet. It works'
        : 'the link has not gone out yet. It is kept';
      return `Was enrolled here, and ${link} until ${until}; after that, what was input is gone.`;
    }
  }
}

function Attempts({ candidate, rules: { exam } }: CandidatePageProps) {
  const rows = numberedAttempts(candidate);
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="attempts">
      <h2 id="attempts">Attempts</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Attempt</th>
            <th scope="col">Application</th>
            <th scope="col">Lowest areas</th>
            <th scope="col">Recorded on</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ application, number, date, lowestAreas, recordedAt }) => (
            <tr>
              <th scope="row">
                {number}: {formatDate(date)}
              </th>
              <td data-label="Application">{application}</td>
              <td data-label="Lowest areas">
                {formatList(
                  areasOf(exam, lowestAreas).map(({ name }) => name),
                  'and',
                ) || '–'}
              </td>
              <td data-label="Recorded on">{formatMoment(recordedAt, candidate.timeZone)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Emails({ candidate, emails, rules, now }: CandidatePageProps) {
  const newestFirst = emails.toSorted((one, other) => other.dueAt.localeCompare(one.dueAt));
  return (
    <section aria-labelledby="emails">
      <h2 id="emails">Emails</h2>
      {emails.length === 0 && <p>None so far.</p>}
      <ul class="cards">
        {newestFirst.map((email) => (
          <li>
            <h3>
              {emailKindLabels[email.kind]}
              {email.attempt && ` for attempt ${email.attempt.number}`}
              {email.resendOf && ', sent again'}
            </h3>
            <p>
              {emailLabel(
                email,
                candidate.timeZone,
                candidate.enrolment ? undefined : reasonToSkip(candidate, email, rules, now),
              )}
            </p>
            {canBeSentAgain(candidate, email, rules, now) && (
              <details>
                <summary>Send it again</summary>
                <p>
                  It goes out at once to{' '}
                  {email.kind === 'staff-notice' ? 'the staff’s address' : candidate.email}.
                </p>
                <ActionButton
                  candidate={candidate}
                  action={`emails/${email.key}/resend`}
                  look="second"
                >
                  Send it again
                </ActionButton>
              </details>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Whether the button makes sense. Of a link, only its deed can tell: the address may have had too many. */
function canBeSentAgain(candidate: Candidate, email: Email, rules: Rules, now: Instant): boolean {
  return candidate.enrolment
    ? email.state !== 'queued' && email.state !== 'sending'
    : 'candidate' in resendEmail(candidate, email.key, rules, now);
}

function Actions({ candidate, rules: { exam }, now, wrong }: CandidatePageProps) {
  const attempt = latestAttempt(candidate);
  const takeBack = undoable(candidate, now);
  const status = statusOf(candidate, exam, now);
  const isWrong = (action: string) => wrong?.action === action;
  const stateOf = (action: string, input: FormInput): FormState =>
    wrong?.action === action
      ? { form: action, input: wrong.input, fieldErrors: wrong.fieldErrors }
      : { form: action, input, fieldErrors: {} };
  return (
    <section aria-labelledby="actions">
      <h2 id="actions">What you can do</h2>
      {(status === 'waiting' || status === 'can-retake' || isWrong('attempts')) && (
        <details open={isWrong('attempts')}>
          <summary>Record an attempt</summary>
          <p>The candidate gets the email that fits: a new date, or what comes next.</p>
          <ActionForm candidate={candidate} action="attempts" button="Record this attempt">
            <AttemptDateField state={stateOf('attempts', {})} label="Date of the exam" />
            <AttemptNumberField
              state={stateOf('attempts', { attemptNumber: String(attemptsUsed(candidate) + 1) })}
              exam={exam}
            />
            <LowestAreasField state={stateOf('attempts', {})} exam={exam} />
          </ActionForm>
        </details>
      )}
      {attempt && status !== 'unconfirmed' && (
        <details open={isWrong('correct-date')}>
          <summary>Correct the date of attempt {attempt.number}</summary>
          <p>The reminder moves with it.</p>
          <ActionForm candidate={candidate} action="correct-date" button="Correct the date">
            <AttemptDateField
              state={stateOf('correct-date', { attemptDate: attempt.date })}
              label="The right date"
            />
          </ActionForm>
        </details>
      )}
      {status !== 'passed' && status !== 'unconfirmed' && (
        <details>
          <summary>Mark as passed</summary>
          <p>No reminder goes out any more.</p>
          <ActionButton candidate={candidate} action="passed">
            Mark as passed
          </ActionButton>
        </details>
      )}
      {isWrong('undo') && (
        <p class="error" id="undo-undo">
          {wrong?.fieldErrors.undo}
        </p>
      )}
      {takeBack && status !== 'unconfirmed' && (
        <details>
          <summary>{undoLabel(takeBack.what, attempt?.number)}</summary>
          <p>As if it had never been told. A corrected date goes with its attempt.</p>
          <ActionButton
            candidate={candidate}
            action="undo"
            look="second"
            fields={{ entry: entryKey(takeBack) }}
          >
            Take it back
          </ActionButton>
        </details>
      )}
      {candidate.bouncedAt !== undefined && (
        <details>
          <summary>Clear the bounce</summary>
          <p>Only when you know that {candidate.email} takes mail again. We then write to it.</p>
          <ActionButton candidate={candidate} action="clear-bounce" look="second">
            Clear the bounce
          </ActionButton>
        </details>
      )}
      <details open={isWrong('erase')}>
        <summary>Erase this candidate</summary>
        <p>
          Name, address, attempts and emails are deleted at once. That can’t be taken back. Do it
          when the candidate asks for it.
        </p>
        <form class="inline" method="post" action={`/admin/candidates/${candidate.id}/erase`}>
          {wrong?.action === 'erase' && <p class="error">{wrong.fieldErrors.sure}</p>}
          <label class="choice">
            <input id="erase-sure" type="checkbox" name="sure" value="yes" required />
            <span>Yes, erase everything about {candidate.name}</span>
          </label>
          <button type="submit" class="danger">
            Erase
          </button>
        </form>
      </details>
    </section>
  );
}

function undoLabel(what: LastEntry['what'], attemptNumber: number | undefined): string {
  switch (what) {
    case 'passed':
      return 'Take back “passed”';
    case 'attempt':
      return `Take back attempt ${attemptNumber}`;
    case 'new-application':
      return 'Take back the new application';
  }
}

function WhoDidWhat({ candidate, rules: { exam } }: CandidatePageProps) {
  const newestFirst = candidate.history.toReversed();
  return (
    <section aria-labelledby="history">
      <h2 id="history">Who did what</h2>
      {newestFirst.length === 0 && <p>Nobody of the staff has changed anything here.</p>}
      <ul class="cards">
        {newestFirst.map((entry) => (
          <li>
            <p>
              {historyLabel(entry, exam)}
              {'note' in entry && entry.note && ` “${entry.note}”`}
            </p>
            <p class="quiet">
              {entry.by}, {formatMoment(entry.at, candidate.timeZone)}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ActionForm({
  candidate,
  action,
  button,
  children,
}: {
  candidate: Candidate;
  action: string;
  button: string;
  children: Child;
}) {
  return (
    <form
      class="inline"
      method="post"
      action={`/admin/candidates/${candidate.id}/${action}`}
      novalidate
    >
      {children}
      <button type="submit">{button}</button>
    </form>
  );
}

function ActionButton({
  candidate,
  action,
  look,
  fields = {},
  children,
}: {
  candidate: Candidate;
  action: string;
  look?: 'second';
  fields?: Record<string, string>;
  children: Child;
}) {
  return (
    <form class="inline" method="post" action={`/admin/candidates/${candidate.id}/${action}`}>
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit" {...(look && { class: look })}>
        {children}
      </button>
    </form>
  );
}
