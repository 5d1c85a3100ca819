import { type AttemptAnswers, recordAttempt } from '../../lambdas/core/attempts.ts';
import { type Attempt, type Candidate, newCandidate } from '../../lambdas/core/candidate.ts';
import { type EmailKind, emailKinds } from '../../lambdas/core/email.ts';
import {
  attemptsUsedEmail,
  confirmationEmail,
  type EmailContent,
  erasedEmail,
  reminderEmail,
  staffNoticeEmail,
  studyPlanEmail,
} from '../../lambdas/core/email-content.ts';
import type { Exam, Membership } from '../../lambdas/core/exam.ts';
import type { Rules } from '../../lambdas/core/rules.ts';
import { latestAttempt } from '../../lambdas/core/status.ts';
import { dateIn, daysAfter, type Instant } from '../../lambdas/core/time.ts';
import type { MailerDependencies } from '../../lambdas/services/send-emails.ts';

export type Preview = { name: string; title: string; content: EmailContent };

const timeZone = 'America/New_York';

/** Every email in every variant, for a made-up candidate. */
export function previews(
  { rules, from }: Pick<MailerDependencies, 'rules' | 'from'>,
  baseUrl: string,
  now: Instant,
): Preview[] {
  const { exam } = rules;
  const today = dateIn(timeZone, now);
  const links = {
    my: `${baseUrl}/my?token=sample`,
    unsubscribe: `${baseUrl}/unsubscribe?token=sample`,
  };

  const attemptOf = (
    number: number,
    daysAgo: number,
    membership: Membership,
    lowestAreas: string[],
  ) =>
    sampleAttempt(
      { number, date: daysAfter(today, -daysAgo), lowestAreas },
      membership,
      rules,
      now,
    );

  const notMe = `${baseUrl}/not-me?token=sample`;
  const confirm = `${baseUrl}/confirm?token=sample`;
  const confirmation = confirmationEmail({ confirm, notMe }, exam, from);
  const readers = everyReader(exam);
  const last = attemptOf(exam.attemptsPerApplication, 1, 'member', []);
  const previewsOf: Record<EmailKind, { title: string; content: EmailContent }[]> = {
    confirmation: [{ title: 'Confirmation', content: confirmation }],
    'study-plan': readers.map(({ number, membership, lowestAreas, variant }) => {
      const { candidate, attempt } = attemptOf(number, 1, membership, lowestAreas);
      return {
        title: `Study plan: ${variant}`,
        content: studyPlanEmail(candidate, attempt, exam, links, from),
      };
    }),
    reminder: [
      { when: 'Reminder', daysAgo: exam.waitDays },
      { when: 'Reminder, past the day', daysAgo: exam.waitDays + 9 },
    ].flatMap(({ when, daysAgo }) =>
      readers.map(({ number, membership, lowestAreas, variant }) => {
        const { candidate, attempt } = attemptOf(number, daysAgo, membership, lowestAreas);
        return {
          title: `${when}: ${variant}`,
          content: reminderEmail(candidate, attempt, exam, links, from, now),
        };
      }),
    ),
    'attempts-used': [
      {
        title: 'Attempts used',
        content: attemptsUsedEmail(last.candidate, last.attempt, exam, links, from),
      },
    ],
    'staff-notice': [
      { title: 'Notice to staff: one', content: staffNoticeEmail(1, `${baseUrl}/admin`, from) },
      { title: 'Notice to staff: several', content: staffNoticeEmail(4, `${baseUrl}/admin`, from) },
    ],
    halfway: [],
    'week-to-go': [],
    'exam-eve': [],
    'follow-up': [],
    erased: [{ title: 'Erased', content: erasedEmail(notMe, from) }],
  };
  const all = emailKinds.flatMap((kind) => previewsOf[kind]);
  return all.map(({ title, content }) => ({
    name: title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    title,
    content,
  }));
}

/** Both memberships, every attempt that is not the last, and several choices of lowest areas. */
function everyReader(exam: Exam) {
  const memberships: Membership[] = ['member', 'non-member'];
  const keys = exam.areas.map(({ key }) => key);
  const areas = [[], keys.slice(-1), keys.slice(0, -1), keys];
  return memberships.flatMap((membership) =>
    areas.flatMap((lowestAreas) =>
      Array.from({ length: exam.attemptsPerApplication - 1 }, (_, index) => ({
        membership,
        lowestAreas,
        number: index + 1,
        variant: [membership, `attempt ${index + 1}`, lowestAreas.join(' and ') || 'no areas'].join(
          ', ',
        ),
      })),
    ),
  );
}

function sampleAttempt(
  answers: AttemptAnswers,
  membership: Membership,
  rules: Rules,
  now: Instant,
): { candidate: Candidate; attempt: Attempt } {
  const cohort = undefined;
  const details = { name: 'Ana', email: 'ana@example.com', membership, timeZone, cohort };
  const nobody = newCandidate('sample', 'sample', details, now);
  const recorded = recordAttempt(nobody, answers, rules, now);
  const candidate = 'candidate' in recorded ? recorded.candidate : undefined;
  const attempt = candidate && latestAttempt(candidate);
  if (!attempt) throw new Error('The rules refuse the sample attempt.');
  return { candidate, attempt };
}
