import type { Candidate } from '../../core/candidate.ts';
import type { Email } from '../../core/email.ts';
import { type Exam, feeFor } from '../../core/exam.ts';
import { attemptsUsed, retakeDate, statusOf } from '../../core/status.ts';
import { dateIn, daysBetween, formatDate, formatMoment, type Instant } from '../../core/time.ts';
import { zoneName } from '../components/fields.tsx';
import type { CandidatePageProps } from './candidate-page.tsx';
import { emailStateLabels, statusLabels } from './labels.ts';

export function CandidateStatus({
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
          {candidate.enrollment && candidate.emailState === 'active'
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
        <dd>{zoneName(candidate.timeZone)}, as all times on this page</dd>
        <dt>{candidate.enrollment ? 'Enrolled' : 'Here since'}</dt>
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
    case 'can-retake':
      return `Can retake since ${date && formatDate(date)}.`;
    case 'no-attempt':
      return 'No attempt is on record. Ask for the date of the exam and record it.';
    case 'attempts-used':
      return `All ${exam.attemptsPerApplication} attempts on this application are used. It takes a new application to try again.`;
    case 'passed':
      return 'Passed. No more reminders go out.';
    case 'unconfirmed': {
      const until = formatMoment(candidate.enrollment?.expiresAt ?? now, candidate.timeZone);
      const link = emails.some(({ state }) => state === 'sent')
        ? 'has not opened the link yet. It works'
        : 'the link has not gone out yet. It is kept';
      return `Was enrolled here, and ${link} until ${until}; after that, what was input is gone.`;
    }
  }
}
