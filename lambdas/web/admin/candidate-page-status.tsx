import { bookedDate } from '../../core/booking.ts';
import type { Candidate } from '../../core/candidate.ts';
import type { Email } from '../../core/email.ts';
import { nextEmail } from '../../core/email-schedule.ts';
import { areasOf, type Exam, formatList } from '../../core/exam.ts';
import type { Rules } from '../../core/rules.ts';
import { attemptsUsed, goneAt, numberedAttempts, retakeDate, statusOf } from '../../core/status.ts';
import { dateIn, daysBetween, formatDate, formatMoment, type Instant } from '../../core/time.ts';
import { zoneName } from '../components/fields.tsx';
import type { CandidatePageProps } from './candidate-page.tsx';
import { emailKindLabels, emailStateLabels, statusLabels } from './labels.ts';

export function CandidateStatus({ candidate, emails, toBeConfirmed, rules, now }: CandidatePageProps) {
  const { exam } = rules;
  const { refusedAttempt } = candidate;
  const booked = bookedDate(candidate, exam);
  return (
    <section>
      <h1>{candidate.name}</h1>
      <p class="hero">{statusLabels[statusOf(candidate, exam, now)]}</p>
      <p>{statusSentence(candidate, emails, exam, now)}</p>
      {refusedAttempt && (
        <p>
          <strong>
            Attempt {refusedAttempt.number} on {formatDate(refusedAttempt.date)} was reported but could not be recorded.
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
        <dt>Our emails</dt>
        <dd>
          {candidate.enrollment && candidate.emailState === 'active'
            ? 'Gets the link to confirm, and nothing else before'
            : emailStateLabels[candidate.emailState]}
        </dd>
        <dt>Next email</dt>
        <dd>{nextEmailLabel(candidate, rules, now)}</dd>
        {booked && (
          <>
            <dt>Exam booked</dt>
            <dd>{formatDate(booked)}</dd>
          </>
        )}
        <dt>Attempts</dt>
        <dd>
          {attemptsUsed(candidate)} of {exam.attemptsPerApplication} used
          <Attempts candidate={candidate} exam={exam} />
        </dd>
        <dt>Membership</dt>
        <dd>
          {candidate.membership === 'member' ? 'Member' : 'Not a member'} of {exam.body.name}: the retake fee is $
          {exam.retakeFee[candidate.membership]}
        </dd>
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

/** Every attempt, newest first, with the areas of its lowest scores. */
function Attempts({ candidate, exam }: { candidate: Candidate; exam: Exam }) {
  const attempts = numberedAttempts(candidate).toReversed();
  const isFirstApplication = candidate.applications.length === 1;
  if (attempts.length === 0) return null;
  return (
    <ul class="plain">
      {attempts.map(({ application, number, date, lowestAreas }) => {
        const areas = areasOf(exam, lowestAreas).map(({ name }) => name);
        return (
          <li>
            Attempt {number}: {formatDate(date)}
            {!isFirstApplication && `, application ${application}`}
            {areas.length > 0 && `, lowest in ${formatList(areas, 'and')}`}
          </li>
        );
      })}
    </ul>
  );
}

function nextEmailLabel(candidate: Candidate, rules: Rules, now: Instant): string {
  const next = candidate.enrollment ? undefined : nextEmail(candidate, rules, now);
  if (next === undefined) return 'None is planned';
  const at = formatMoment(next.at, candidate.timeZone);
  return `${emailKindLabels[next.kind]}, ${at}${next.heldBack ? ' (held back)' : ''}`;
}

function statusSentence(candidate: Candidate, emails: readonly Email[], exam: Exam, now: Instant): string {
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
    case 'unconfirmed':
      return unconfirmedSentence(candidate, emails, now);
  }
}

function unconfirmedSentence({ enrollment, timeZone }: Candidate, emails: readonly Email[], now: Instant): string {
  const { expiresAt } = enrollment ?? { expiresAt: now };
  const until = formatMoment(expiresAt, timeZone);
  const gone = formatMoment(goneAt({ expiresAt }), timeZone);
  if (!emails.some(({ state }) => state === 'sent'))
    return `Enrolled here. The link has not gone out yet. This record is kept until ${gone}.`;
  return now < expiresAt
    ? `Enrolled here, but has not opened the link yet. It works until ${until}.`
    : `Enrolled here, but never opened the link. It ran out on ${until}. Unless you send it again, this record is gone on ${gone}.`;
}
