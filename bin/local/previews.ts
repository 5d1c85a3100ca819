import type { ActionResult } from '../../lambdas/core/action-result.ts';
import { recordAttempt, startNewApplication } from '../../lambdas/core/attempts.ts';
import { type Candidate, newCandidate } from '../../lambdas/core/candidate.ts';
import { candidateEmail, type MessageKind } from '../../lambdas/core/candidate-emails.ts';
import { type EmailKind, emailKinds } from '../../lambdas/core/email.ts';
import type { EmailContent, EmailContext } from '../../lambdas/core/email-content.ts';
import { type Exam, formatList, type Membership } from '../../lambdas/core/exam.ts';
import { linkEmails } from '../../lambdas/core/link-emails.ts';
import type { Rules } from '../../lambdas/core/rules.ts';
import { type CalendarDate, dateIn, daysAfter, type Instant, momentAt } from '../../lambdas/core/time.ts';
import type { MailerDependencies } from '../../lambdas/services/send-emails.ts';

export type Preview = { name: string; title: string; content: EmailContent };
type Reader = { number: number; membership: Membership; lowestAreas: string[]; variant: string };

const timeZone = 'America/New_York';

export function previews(
  { rules, from }: Pick<MailerDependencies, 'rules' | 'from'>,
  baseUrl: string,
  now: Instant,
): Preview[] {
  const { exam } = rules;
  const today = dateIn(timeZone, now);
  const [my = '', unsubscribe = '', notMe = '', confirm = ''] = ['my', 'unsubscribe', 'not-me', 'confirm'].map(
    (path) => `${baseUrl}/${path}?token=sample`,
  );
  const links = { my, unsubscribe };

  /** To someone whose attempt was that many days ago, and whose booked exam is as far ahead. */
  const toReader = (reader: Reader, daysAgo: number, booking?: number): EmailContext => ({
    candidate: sampleCandidate(reader, daysAfter(today, -daysAgo), rules),
    exam,
    links,
    sender: from,
    now,
    examOn: booking === undefined ? undefined : daysAfter(today, booking),
  });
  const email = (kind: MessageKind, title: string, ...reader: Parameters<typeof toReader>) =>
    preview(title, () => candidateEmail(kind, toReader(...reader)));
  const toEach = (kind: MessageKind, title: string, daysAgo: number) =>
    everyReader(exam).map((reader) => email(kind, `${title}: ${reader.variant}`, reader, daysAgo));
  const ana: Reader = { number: 1, membership: 'member', lowestAreas: [], variant: '' };
  const last = { ...ana, number: exam.attemptsPerApplication };
  const asked = toReader(ana, exam.waitDays + 81);
  asked.candidate.dropped = { historyEntries: 0, sentKeys: ['follow-up-1-1-first', 'follow-up-1-1-second'] };
  const again = toReader(last, exam.waitDays);
  again.candidate = changed(startNewApplication(again.candidate, rules, now));

  const previewsOf: Record<EmailKind, Preview[]> = {
    confirmation: [preview('Confirmation', () => linkEmails.confirmation({ confirm, notMe }, exam, from))],
    'study-plan': toEach('study-plan', 'Study plan', 1),
    halfway: toEach('halfway', 'Halfway', Math.floor(exam.waitDays / 2)),
    'week-to-go': toEach('week-to-go', 'Week to go', exam.waitDays - 7),
    reminder: [
      ...toEach('reminder', 'Reminder', exam.waitDays),
      ...toEach('reminder', 'Late reminder', exam.waitDays + 9),
      email('reminder', 'Reminder, with a booked date', ana, exam.waitDays, 3),
      preview('Reminder, on a new application', () => candidateEmail('reminder', again)),
    ],
    'attempts-used': [email('attempts-used', 'Attempts used', last, 1)],
    'exam-eve': [email('exam-eve', 'Day before the exam', ana, exam.waitDays + 9, 1)],
    'follow-up': [
      email('follow-up', 'Follow-up', ana, exam.waitDays + 21),
      email('follow-up', 'Follow-up, after a booked date', ana, exam.waitDays + 9, -1),
      preview('Follow-up, the last one', () => candidateEmail('follow-up', asked)),
    ],
    'staff-notice': [1, 4].map((count) =>
      preview(`Notice to staff: ${count === 1 ? 'one' : 'several'}`, () =>
        linkEmails.staffNotice(count, `${baseUrl}/admin`, from),
      ),
    ),
    erased: [preview('Erased', () => linkEmails.erased(notMe, from))],
    'page-link': [preview('Link to my page', () => linkEmails.pageLink(links, from))],
    'new-address': [preview('New address', () => linkEmails.newAddress({ confirm, notMe }, from))],
    'address-changed': [preview('Address changed', () => linkEmails.addressChanged(notMe, from))],
  };
  return emailKinds.flatMap((kind) => previewsOf[kind]);
}

/** Written only where it is read: most of the many are merely listed. */
function preview(title: string, written: () => EmailContent): Preview {
  return {
    name: title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    title,
    get content() {
      return written();
    },
  };
}

function everyReader(exam: Exam): Reader[] {
  const memberships: Membership[] = ['member', 'non-member'];
  const keys = exam.areas.map(({ key }) => key);
  const areas = [[], keys.slice(-1), keys.slice(0, -1), keys];
  return memberships.flatMap((membership) =>
    areas.flatMap((lowestAreas) =>
      Array.from({ length: exam.attemptsPerApplication - 1 }, (_, index) => ({
        membership,
        lowestAreas,
        number: index + 1,
        variant: [
          membership.replace('-', ''),
          `attempt ${index + 1}`,
          formatList(lowestAreas, 'and') || 'no areas',
        ].join(', '),
      })),
    ),
  );
}

function sampleCandidate({ number, membership, lowestAreas }: Reader, date: CalendarDate, rules: Rules): Candidate {
  const at = momentAt(date, 12, timeZone);
  const cohort = undefined;
  const details = { name: 'Ana', email: 'ana@example.com', membership, timeZone, cohort };
  const nobody = newCandidate('sample', 'sample', details, at);
  return changed(recordAttempt(nobody, { number, date, lowestAreas }, rules, at));
}

function changed(result: ActionResult): Candidate {
  if ('candidate' in result) return result.candidate;
  throw new Error('The rules refuse what the sample candidate does.');
}
