import type { CandidateEmailKind } from '../../core/email.ts';
import { nextEmail } from '../../core/email-schedule.ts';
import { areasOf, type Exam, formatList, ordinal } from '../../core/exam.ts';
import { confirmedStatusOf, numberedAttempts } from '../../core/status.ts';
import { dateIn, formatDate, formatTime } from '../../core/time.ts';
import type { MyPageProps } from './my-page.tsx';

/** The emails, as the subject of a sentence. */
export const emailNames: Record<Exclude<CandidateEmailKind, 'staff-notice'>, string> = {
  'study-plan': 'Your study plan',
  halfway: 'A short study email',
  'week-to-go': 'A short study email',
  reminder: 'Your reminder',
  'exam-eve': 'A short email for the day before your exam',
  'follow-up': 'An email that asks how it went',
  'attempts-used': 'An email about what comes next',
};

export function NextEmail(props: MyPageProps) {
  return (
    <section>
      <h2>Your next email</h2>
      <p>{nextEmailSentence(props)}</p>
    </section>
  );
}

function nextEmailSentence({ candidate, rules, exam, now }: MyPageProps): string {
  const next = nextEmail(candidate, rules, now);
  if (next === undefined || next.kind === 'staff-notice')
    return noEmailSentences[confirmedStatusOf(candidate, exam, now)];
  const { timeZone, email, emailState } = candidate;
  const what = emailNames[next.kind];
  const when = `${formatDate(dateIn(timeZone, next.at))}, at ${formatTime(next.at, timeZone)}`;
  if (emailState !== 'active')
    return `${what} is planned for ${when}. It won’t go out, because ${heldBackReasons[emailState]}.`;
  return next.at <= now ? `${what} is on its way to ${email}.` : `${what} goes out on ${when} your time.`;
}

const heldBackReasons = {
  unsubscribed: 'you stopped our emails',
  bounced: 'our last email to you came back',
  complained: 'one of our emails was reported as spam',
};

const noEmailSentences: Record<ReturnType<typeof confirmedStatusOf>, string> = {
  waiting: 'None is planned.',
  'can-retake': 'None is planned. Tell us here when there’s news.',
  'attempts-used': 'None is planned. Once you start a new application here, we’ll write again.',
  passed: 'None is planned: you passed, and we have nothing left to remind you of.',
  'no-attempt': 'None is planned until we know the date of your exam.',
};

/** Everything the candidate told us about the exam so far, and the address that we write to. */
export function MyRecord({ candidate, exam, token }: MyPageProps) {
  const attempts = numberedAttempts(candidate);
  const hasSeveral = candidate.applications.length > 1;
  return (
    <section>
      <h2>What we have on record</h2>
      {attempts.length === 0 ? (
        <p>No attempt so far.</p>
      ) : (
        <ul>
          {attempts.map(({ application, number, date, lowestAreas }) => (
            <li>
              <strong>{formatDate(date)}</strong>: {ordinal(number).toLowerCase()} attempt
              {hasSeveral && ` on application ${application}`}
              {lowestAreas.length > 0 && `. Lowest areas: ${areaNames(exam, lowestAreas)}`}
            </li>
          ))}
        </ul>
      )}
      <p>We write to {candidate.email}.</p>
      <p>
        <a href={`/my/data.json?token=${token}`}>Download everything we keep about you</a>. A new address is in it once
        you confirm it.
      </p>
    </section>
  );
}

/** "Clinical and General" */
export function areaNames(exam: Exam, keys: readonly string[]): string {
  return formatList(
    areasOf(exam, keys).map(({ name }) => name),
    'and',
  );
}
