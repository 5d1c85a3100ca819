import { calendarLinks } from './calendar.ts';
import type { Attempt, Candidate } from './candidate.ts';
import { areasOf, type Exam, feeFor, formatList, type Membership } from './exam.ts';
import { daysToConfirm, daysToDispute } from './pending-link.ts';
import { firstDateAfter, isLast } from './status.ts';
import { dateIn, formatDate, type Instant } from './time.ts';

type Inline = string | { text: string; href: string } | { strong: string };

export type Block =
  | { type: 'lead'; text: string }
  | { type: 'heading'; text: string }
  | { type: 'paragraph'; content: readonly Inline[] }
  | { type: 'list'; ordered: boolean; items: readonly (readonly Inline[])[] }
  | { type: 'button'; text: string; href: string };

/** An email's content; both its HTML and its plain text are rendered from the same blocks. */
export type EmailContent = {
  subject: string;
  preheader: string;
  blocks: readonly Block[];
  footer: readonly (readonly Inline[])[];
};

/** Who sends the emails; the law requires the postal address. */
export type Sender = { organization: string; postalAddress: string };

export type CandidateLinks = { my: string; unsubscribe: string };

export function confirmationEmail(
  links: { confirm: string; notMe: string },
  exam: Exam,
  sender: Sender,
): EmailContent {
  return {
    subject: 'Please confirm your email address',
    preheader: 'Then we can write to you.',
    blocks: [
      { type: 'lead', text: 'Please confirm that this is your email address.' },
      paragraph(
        `This address was entered at ${sender.organization} to get emails about the ${exam.name} exam. That was you, we hope, or the staff for you. You get no other email until you confirm.`,
      ),
      { type: 'button', text: 'Confirm my address', href: links.confirm },
      paragraph(`The link works for ${daysToConfirm} days.`),
      paragraph(
        'If you know nothing of it, you need not do anything: the request goes away by itself. Or delete it now:',
      ),
      paragraph({ text: 'This wasn’t me', href: links.notMe }),
    ],
    footer: [replies(sender), signature(sender)],
  };
}

/** Sent as soon as an attempt is recorded while the wait is still running. */
export function studyPlanEmail(
  candidate: Candidate,
  attempt: Attempt,
  exam: Exam,
  links: CandidateLinks,
  sender: Sender,
): EmailContent {
  const first = firstDateAfter(attempt, exam);
  return {
    subject: 'Your date and your study plan',
    preheader: 'The day to remember, and how to use the time until then.',
    blocks: [
      {
        type: 'lead',
        text: `You can retake the ${exam.name} exam on or after ${formatDate(first)}.`,
      },
      paragraph(
        `Hello ${candidate.name}, that is ${exam.waitDays} days after your attempt on ${formatDate(attempt.date)}. The attached file puts the day into your calendar. We will write to you on that morning.`,
      ),
      ...calendarLinks(first, exam).map((link) => paragraph(link)),
      ...studyTips(attempt, exam),
      { type: 'heading', text: `Your ${exam.waitDays} days` },
      {
        type: 'list',
        ordered: false,
        items: exam.studyDays.map(({ from, to, task }) => [
          { strong: `Days ${from} to ${to}: ` },
          task,
        ]),
      },
      paragraph(
        'This plan is our suggestion. Practice tests and study in short, spaced sessions help most.',
      ),
      ...fee(candidate.membership, exam),
      { type: 'heading', text: 'Your attempts' },
      paragraph(attemptsSoFar(attempt, exam)),
      passingScore(exam),
      { type: 'heading', text: 'Your work' },
      paragraph(exam.workingWithout),
      { type: 'button', text: 'Open my page', href: links.my },
    ],
    footer: candidateFooter(links, sender),
  };
}

/** Sent on the morning of the retake date, or immediately if that moment has passed. */
export function reminderEmail(
  candidate: Candidate,
  attempt: Attempt,
  exam: Exam,
  links: CandidateLinks,
  sender: Sender,
  now: Instant,
): EmailContent {
  const first = firstDateAfter(attempt, exam);
  const date = formatDate(first);
  const isToday = dateIn(candidate.timeZone, now) === first;
  return {
    subject: 'Your date is here',
    preheader: 'What you can do from now on, and what it costs.',
    blocks: [
      {
        type: 'lead',
        text: isToday
          ? `From today, ${date}, you can retake the ${exam.name} exam.`
          : `Since ${date}, you can retake the ${exam.name} exam.`,
      },
      paragraph(
        `Hello ${candidate.name}, the ${exam.waitDays} days are over. There is no rush: book when you feel ready.`,
      ),
      ...fee(candidate.membership, exam),
      { type: 'heading', text: 'How to book' },
      { type: 'list', ordered: true, items: exam.booking.map((step) => [step]) },
      paragraph({ text: `${exam.body.name}’s application steps`, href: exam.links.application }),
      ...studyTips(attempt, exam),
      { type: 'heading', text: 'Your attempts' },
      paragraph(attemptsSoFar(attempt, exam)),
      passingScore(exam),
      { type: 'heading', text: 'Tell us how it went' },
      paragraph('So that we write only what helps you:'),
      { type: 'button', text: 'I passed', href: `${links.my}#passed` },
      { type: 'button', text: 'I have a new result', href: `${links.my}#new-result` },
    ],
    footer: candidateFooter(links, sender),
  };
}

/** Sent as soon as the last attempt on an application is recorded. */
export function attemptsUsedEmail(
  candidate: Candidate,
  attempt: Attempt,
  exam: Exam,
  links: CandidateLinks,
  sender: Sender,
): EmailContent {
  const { ends, needs, advice } = exam.newApplication;
  return {
    subject: 'What comes next for you',
    preheader: 'Where you stand, and the ways that stay open.',
    blocks: [
      {
        type: 'lead',
        text: `With the exam on ${formatDate(attempt.date)}, all ${exam.attemptsPerApplication} attempts on your application are used.`,
      },
      paragraph(
        `Hello ${candidate.name}, we are sorry. ${ends} This is not the end of the way: you can apply again.`,
      ),
      { type: 'heading', text: `To take the ${exam.name} exam again, you need` },
      { type: 'list', ordered: false, items: needs.map((need) => [need]) },
      paragraph({ strong: advice }),
      paragraph({
        text: `${exam.body.name}’s answers to common questions`,
        href: exam.links.questions,
      }),
      { type: 'heading', text: 'Your work' },
      paragraph(exam.workingWithout),
      { type: 'heading', text: 'When you have applied again' },
      paragraph('Start a new application on your page. We then count from one again.'),
      { type: 'button', text: 'Open my page', href: links.my },
    ],
    footer: candidateFooter(links, sender),
  };
}

/** Sent once a candidate is erased, because whoever has a link to their page can do it. */
export function erasedEmail(notMe: string, sender: Sender): EmailContent {
  return {
    subject: 'Your record is erased',
    preheader: 'If you didn’t ask for this, please let us know.',
    blocks: [
      { type: 'lead', text: 'We’ve erased what we knew about you.' },
      paragraph(
        `You asked for this on your page, or the staff of ${sender.organization} did it for you. Your name and your dates are gone, and you won’t get any more reminders.`,
      ),
      paragraph(
        'We can’t just bring your record back. If you’d like to hear from us again, sign up again.',
      ),
      { type: 'heading', text: 'You didn’t want this?' },
      paragraph(
        `Then tell the staff within ${daysToDispute} days, and they will look into it. Until then we keep this email address, so that they know who you are.`,
      ),
      { type: 'button', text: 'Tell the staff it wasn’t me', href: notMe },
    ],
    footer: [replies(sender), signature(sender)],
  };
}

/** Notifies staff that candidates need attention, without naming them. */
export function staffNoticeEmail(flagged: number, adminLink: string, sender: Sender): EmailContent {
  const whom =
    flagged === 1
      ? '1 candidate needs your attention'
      : `${flagged} candidates need your attention`;
  return {
    subject: whom,
    preheader: 'The list is on your staff page.',
    blocks: [
      { type: 'lead', text: `${whom}.` },
      paragraph(
        'All attempts on an application are used there. The staff page says whose; this email names nobody.',
      ),
      { type: 'button', text: 'Open the staff page', href: adminLink },
    ],
    footer: [signature(sender)],
  };
}

/** The fee for this reader first, then the other one, then what applies to both. */
export function feeSentences(membership: Membership, exam: Exam): string[] {
  const other: Membership = membership === 'member' ? 'non-member' : 'member';
  return [
    `Your retake fee: ${feeFor(exam, membership)}.`,
    `The other fee: ${feeFor(exam, other)}.`,
    `These fees are as of ${exam.retakeFee.asOf}, and come on top of application fees already paid. Check with ${exam.body.name} before you pay.`,
  ];
}

/** "You have used 1 of 3 attempts on this application. 2 are left." */
export function attemptsSoFar(attempt: Attempt, exam: Exam): string {
  const left = exam.attemptsPerApplication - attempt.number;
  const used = `You have used ${attempt.number} of ${exam.attemptsPerApplication} attempts on this application.`;
  if (isLast(attempt, exam)) return `${used} None is left.`;
  return `${used} ${left === 1 ? '1 attempt is' : `${left} attempts are`} left.`;
}

/** The exam's study tips, tailored to the areas with the lowest scores. */
export function tipsFor(lowestAreas: readonly string[], exam: Exam) {
  const areas = formatList(
    areasOf(exam, lowestAreas).map((area) => area.name),
    'and',
  );
  return exam.studyTips.map(({ title, advice, adviceForAreas }) => ({
    title,
    advice: (areas && adviceForAreas?.replace('{areas}', areas)) || advice,
  }));
}

/** "Start with Clinical: about 59% of the questions." for each of the lowest areas. */
export function whereToStart(lowestAreas: readonly string[], exam: Exam): string | undefined {
  const areas = areasOf(exam, lowestAreas);
  if (areas.length === 0) return undefined;
  const [heaviest] = areas;
  if (heaviest && areas.length === exam.areas.length)
    return `Start with ${heaviest.name}: about ${heaviest.weight}% of the questions.`;
  const parts = areas.map(({ name, weight }) => `${name} (about ${weight}% of the questions)`);
  return `Start with ${formatList(parts, 'and')}: your lowest scores.`;
}

function studyTips({ lowestAreas }: Attempt, exam: Exam): Block[] {
  const start = whereToStart(lowestAreas, exam);
  return [
    { type: 'heading', text: 'What helps now' },
    ...(start ? [paragraph({ strong: start })] : []),
    {
      type: 'list',
      ordered: true,
      items: tipsFor(lowestAreas, exam).map(({ title, advice }) => [
        { strong: `${title}. ` },
        advice,
      ]),
    },
    paragraph({ text: `${exam.body.name}’s content outline`, href: exam.links.contentOutline }),
  ];
}

function fee(membership: Membership, exam: Exam): Block[] {
  const [yours = '', ...rest] = feeSentences(membership, exam);
  return [
    { type: 'heading', text: 'What it costs' },
    paragraph({ strong: yours }, ` ${rest.join(' ')}`),
  ];
}

function passingScore(exam: Exam): Block {
  return paragraph({ text: 'What the passing score is', href: exam.links.passingScore });
}

function candidateFooter(links: CandidateLinks, sender: Sender): Inline[][] {
  return [
    ['You get this email because you confirmed your address with us.'],
    [{ text: 'Change or erase what we know', href: links.my }],
    [{ text: 'Stop all emails', href: links.unsubscribe }],
    replies(sender),
    signature(sender),
  ];
}

function replies({ organization }: Sender): Inline[] {
  return [`Questions? Reply to this email, and it reaches the staff of ${organization}.`];
}

function signature({ organization, postalAddress }: Sender): Inline[] {
  return [`${organization}, ${postalAddress}`];
}

function paragraph(...content: Inline[]): Block {
  return { type: 'paragraph', content };
}
