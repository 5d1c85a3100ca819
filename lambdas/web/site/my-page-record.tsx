import { list, paragraph } from '../../core/content.ts';
import type { CandidateEmailKind } from '../../core/email.ts';
import { canResubscribe } from '../../core/email-preferences.ts';
import { nextEmail } from '../../core/email-schedule.ts';
import { areaNames, ordinal } from '../../core/exam.ts';
import { type ConfirmedStatus, numberedAttempts } from '../../core/status.ts';
import { dateIn, formatDate, formatTime } from '../../core/time.ts';
import { Content } from '../components/page-content.tsx';
import type { MyPageProps } from './my-page.tsx';

/** The emails, as the subject of a sentence. */
export const emailNames: Record<Exclude<CandidateEmailKind, 'staff-notice'>, string> = {
  'study-plan': 'Your study plan',
  halfway: 'A short study email',
  'week-to-go': 'A short study email',
  reminder: 'Your reminder that the wait is over',
  'exam-eve': 'A short email before your exam',
  'follow-up': 'An email asking how things are going',
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

function nextEmailSentence({ candidate, rules, status, booked, now }: MyPageProps): string {
  const next = nextEmail(candidate, rules, now);
  if (next === undefined) return noEmailSentences[status];
  const { timeZone, email, emailState } = candidate;
  const what = emailNames[next.kind];
  const when = `${formatDate(dateIn(timeZone, next.at))}, at ${formatTime(next.at, timeZone)}`;
  if (emailState !== 'active') {
    const isBounced = emailState === 'unsubscribed' && !canResubscribe(candidate);
    return next.at > now
      ? `${what} was scheduled for ${when}. To get it, ${waysToGetIt[isBounced ? 'bounced' : emailState]}.`
      : `${what} was scheduled for ${when}. It won’t go out.`;
  }
  if (next.at <= now) return `${what} is on its way to ${email}.`;
  return next.kind === 'follow-up'
    ? `On ${when} your time, we’ll email you to ask how ${booked ? 'it went' : 'things are going'}.`
    : `${what} goes out on ${when} your time.`;
}

const waysToGetIt = {
  unsubscribed: 'turn our emails back on before then',
  bounced: 'change your address or sign up again before then',
  complained: 'reply to one of our emails before then, and the staff will help',
};

const noEmailSentences: Record<ConfirmedStatus, string> = {
  waiting: 'We don’t have any emails scheduled for you.',
  'can-retake': 'We don’t have any emails scheduled for you. Let us know here when there’s news.',
  'attempts-used':
    'We don’t have any emails scheduled for you. Once you tell us here that you’ve applied again, we’ll start emailing you.',
  passed: 'We don’t have any more emails scheduled. You passed, so there’s nothing left to remind you of.',
  'no-attempt': 'We won’t email you until we know the date of your exam.',
};

/** Everything the candidate told us about the exam so far, and the email address. */
export function MyRecord({ candidate, exam, status, token }: MyPageProps) {
  const none =
    status === 'passed' ? 'You told us that you passed. We have no attempts on record.' : 'No attempts so far.';
  const hasSeveral = candidate.applications.length > 1;
  const attempts = numberedAttempts(candidate).map(({ application, number, date, lowestAreas }) => {
    const where = hasSeveral ? ` on application ${application}` : '';
    const areas = lowestAreas.length > 0 ? `. Lowest areas: ${areaNames(exam, lowestAreas)}` : '';
    return [{ strong: formatDate(date) }, `: ${ordinal(number).toLowerCase()} attempt${where}${areas}`];
  });
  const download = { text: 'Download your information', href: `/my/data.json?token=${token}` };
  const blocks = [
    attempts.length === 0 ? paragraph(none) : list(attempts),
    paragraph(`Your email address is ${candidate.email}.`),
    paragraph(download, '. If you’re changing your email address, the new one is included after you confirm it.'),
  ];
  return (
    <section>
      <h2>What we have on record</h2>
      <Content blocks={blocks} />
    </section>
  );
}
