import type { Child } from 'hono/jsx';
import { bookedDate } from '../../core/booking.ts';
import type { Candidate } from '../../core/candidate.ts';
import { type Email, isPending } from '../../core/email.ts';
import { nextEmail } from '../../core/email-schedule.ts';
import { areaNames, type Exam } from '../../core/exam.ts';
import type { Rules } from '../../core/rules.ts';
import { attemptsUsed, goneAt, latestAttempt, numberedAttempts, retakeDate, statusOf } from '../../core/status.ts';
import { dateIn, daysBetween, formatDate, formatMoment, type Instant } from '../../core/time.ts';
import type { CandidateDetail } from '../../services/find-candidates.ts';
import { WithErrorSummary } from '../components/error-summary.tsx';
import { zoneName } from '../components/fields.tsx';
import type { FormState } from '../components/form-state.ts';
import { OwnFlags } from './attention.tsx';
import { Actions, Corrections } from './candidate-page-actions.tsx';
import { Emails, StaffHistory } from './candidate-page-story.tsx';
import { emailKindLabels, emailStateLabels, skipReasonLabels } from './email-labels.ts';
import { statusLabels } from './labels.ts';
import { Notice, Refusal, type StaffPage } from './staff-layout.tsx';

export type CandidatePageProps = CandidateDetail & {
  rules: Rules;
  now: Instant;
  notice?: Child;
  /** Why the action was not done. */
  conflict?: string | undefined;
  /** The form that was submitted with errors. */
  invalid?: FormState | undefined;
};

export function candidatePage(props: CandidatePageProps): StaffPage {
  const { candidate, notice, conflict, invalid } = props;
  const content = (
    <>
      {notice && <Notice>{notice}</Notice>}
      {conflict && <Refusal>{conflict}</Refusal>}
      <WithErrorSummary invalid={invalid}>
        <div class="person">
          <div>
            <CandidateStatus {...props} />
            <OwnFlags {...props} exam={props.rules.exam} />
          </div>
          <div class="deeds">
            <Actions {...props} />
            <Corrections {...props} />
          </div>
          <div>
            <Emails {...props} />
            <StaffHistory {...props} />
          </div>
        </div>
      </WithErrorSummary>
    </>
  );
  return { title: candidate.name, isError: invalid !== undefined || conflict !== undefined, content };
}

function CandidateStatus(props: CandidatePageProps) {
  const { candidate, emails, toBeConfirmed, rules, now } = props;
  const { refusedAttempt } = candidate;
  return (
    <section>
      <h1>{candidate.name}</h1>
      <p class="hero">{statusLabels[statusOf(candidate, rules.exam, now)]}</p>
      <p>{statusSentence(candidate, emails, rules.exam, now)}</p>
      {refusedAttempt && (
        <p>
          <strong>
            The student reported attempt {refusedAttempt.number} with an exam date of {formatDate(refusedAttempt.date)},
            but we couldn’t record it.
          </strong>{' '}
          Their page said: “{Object.values(refusedAttempt.fieldErrors).join(' ')}”
        </p>
      )}
      {toBeConfirmed && (
        <p>
          Attempt {toBeConfirmed.number}, taken on {formatDate(toBeConfirmed.date)}, will count once the student
          confirms.
        </p>
      )}
      <dl>
        {factsOf(props).map(([term, fact]) => (
          <>
            <dt>{term}</dt>
            <dd>{fact}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function factsOf({ candidate, rules, now }: CandidatePageProps): [term: string, fact: Child][] {
  const { exam } = rules;
  const { email, emailState, enrollment, membership, cohort, timeZone, createdAt } = candidate;
  const isOnlyEnrolled = enrollment && emailState === 'active';
  const booked = bookedDate(candidate, exam);
  // A new application has a fee of its own.
  const paysRetakeFee = retakeDate(candidate, exam) !== undefined && attemptsUsed(candidate) > 0;
  const { asOf, [membership]: amount } = exam.retakeFee;
  const fee = paysRetakeFee ? `; the retake fee was $${amount} as of ${asOf}, so check with ${exam.body.name}` : '';
  const attempts = (
    <>
      {attemptsUsed(candidate)} of {exam.attemptsPerApplication} used
      <Attempts candidate={candidate} exam={exam} />
    </>
  );
  return [
    ['Email address', email],
    ['Our emails', isOnlyEnrolled ? 'Gets only the confirmation link for now' : emailStateLabels[emailState]],
    ...(enrollment ? [] : [['Next email', nextEmailLabel(candidate, rules, now)] satisfies [string, Child]]),
    ...(booked ? [['Exam booked', formatDate(booked)] satisfies [string, Child]] : []),
    ['Attempts', attempts],
    ['Membership', `${membership === 'member' ? '' : `Not ${exam.body.article} `}${exam.body.name} member${fee}`],
    ['Class', cohort ?? 'None'],
    ['Time zone', `${zoneName(timeZone)}; all times on this page are in this zone`],
    [enrollment ? 'Enrolled' : 'On record since', formatMoment(createdAt, timeZone)],
  ];
}

/** Every attempt, newest first, with the areas of its lowest scores. */
function Attempts({ candidate, exam }: { candidate: Candidate; exam: Exam }) {
  const attempts = numberedAttempts(candidate).toReversed();
  const isFirstApplication = candidate.applications.length === 1;
  if (attempts.length === 0) return null;
  return (
    <ul class="plain">
      {attempts.map(({ application, number, date, lowestAreas }) => {
        const areas = areaNames(exam, lowestAreas);
        return (
          <li>
            Attempt {number}: {formatDate(date)}
            {!isFirstApplication && `, application ${application}`}
            {areas && `, lowest in ${areas}`}
          </li>
        );
      })}
    </ul>
  );
}

function nextEmailLabel(candidate: Candidate, rules: Rules, now: Instant): string {
  const next = nextEmail(candidate, rules, now);
  if (next === undefined) return 'None scheduled';
  const at = formatMoment(next.at, candidate.timeZone);
  if (candidate.emailState !== 'active') return `None: ${skipReasonLabels[candidate.emailState]}`;
  return `${emailKindLabels[next.kind]}, ${at}`;
}

function statusSentence(candidate: Candidate, emails: readonly Email[], exam: Exam, now: Instant): string {
  const date = retakeDate(candidate, exam);
  switch (statusOf(candidate, exam, now)) {
    case 'waiting': {
      const days = date ? daysBetween(dateIn(candidate.timeZone, now), date) : 0;
      const toGo = days === 1 ? '1 day' : `${days} days`;
      const condition = latestAttempt(candidate) ? '' : `, once ${exam.body.name} approves the new application`;
      return `Can retake on or after ${date && formatDate(date)} (${toGo} to go)${condition}.`;
    }
    case 'can-retake':
      return `Has been able to retake since ${date && formatDate(date)}.`;
    case 'no-attempt':
      return candidate.applications.length > 1
        ? 'No attempt is on record for the new application. Once the student has taken the exam, record the attempt.'
        : 'No attempt is on record. Ask for the exam date and record it.';
    case 'attempts-used':
      return 'To take the exam again, the student needs a new application.';
    case 'passed':
      return 'No more reminders will go out.';
    case 'unconfirmed':
      return unconfirmedSentence(candidate, emails, now);
  }
}

function unconfirmedSentence({ enrollment, timeZone }: Candidate, emails: readonly Email[], now: Instant): string {
  const { expiresAt } = enrollment ?? { expiresAt: now };
  const until = formatMoment(expiresAt, timeZone);
  const gone = formatMoment(goneAt({ expiresAt }), timeZone);
  if (!emails.some(({ state }) => state === 'sent')) {
    const isWaiting = emails.some(isPending);
    const link = isWaiting ? 'The link hasn’t gone out yet.' : 'The link didn’t go out. Send it again under “Emails.”';
    return `Enrolled by staff. ${link} Unless the student confirms, this record will be deleted on ${gone}.`;
  }
  return now < expiresAt
    ? `Enrolled by staff, but not confirmed yet. The link works until ${until}.`
    : `Enrolled by staff, but never confirmed. The link expired on ${until}. Unless you send it again, this record will be deleted on ${gone}.`;
}
