import type { Attempt } from './candidate.ts';
import { type Block, list, paragraph } from './content.ts';
import { adviceFor, areasOf, type Exam, formatList, type Membership } from './exam.ts';
import { type PlanPhase, timedRuns } from './study-plan.ts';
import { type CalendarDate, formatDay } from './time.ts';

/** The fee for this reader first, then the other one, then what applies to both. */
export function feeSentences(membership: Membership, { body, retakeFee }: Exam): string[] {
  const isMember = membership === 'member';
  return [
    `As a ${isMember ? `member of ${body.name}` : 'nonmember'}, you pay $${retakeFee[membership]} to retake the exam.`,
    isMember ? `Nonmembers pay $${retakeFee['non-member']}.` : `${body.name} members pay $${retakeFee.member}.`,
    `These fees are as of ${retakeFee.asOf} and come on top of the application fees you’ve already paid. Check with ${body.name} before you pay.`,
  ];
}

export function attemptsSoFar(attempt: Attempt, { attemptsPerApplication: all }: Exam): string {
  return `You’ve used ${attempt.number} of ${all} attempts on this application, so you have ${all - attempt.number} left.`;
}

export function studyTips(lowestAreas: readonly string[], exam: Exam): Block[] {
  const start = whereToStart(lowestAreas, exam);
  const tips = exam.studyTips.map(({ title, advice }) => [
    { strong: `${title}. ` },
    adviceFor(exam, lowestAreas, advice),
  ]);
  return [...(start ? [paragraph({ strong: start })] : []), list(tips, true), contentOutline(exam)];
}

/** "Start with Clinical, your lowest score. It’s about 59% of the questions." for each of the lowest areas. */
export function whereToStart(lowestAreas: readonly string[], exam: Exam): string | undefined {
  const areas = areasOf(exam, lowestAreas);
  const [first] = areas;
  if (first === undefined) return undefined;
  const share = `about ${first.weight}% of the questions`;
  if (areas.length === 1) return `Start with ${first.name}, your lowest score. It’s ${share}.`;
  if (areas.length === exam.areas.length) return `Start with ${first.name}. It’s ${share}.`;
  const others = areas.slice(1).map(({ name, weight }) => `${name} (${weight}%)`);
  return `Start with ${formatList([`${first.name} (${share})`, ...others], 'and')}, your lowest scores.`;
}

/** The days for timed practice that are still ahead. */
export function timedPractice(plan: readonly PlanPhase[], today: CalendarDate, { format }: Exam): Block[] {
  const days = timedRuns(plan).filter((day) => day >= today);
  if (days.length === 0) return [];
  return [
    paragraph(
      `Take a full-length practice test on ${days.map(formatDay).join(' and another on ')}. Time yourself in ${format.timing}, as in the real exam.`,
    ),
  ];
}

export const planSource =
  'This plan is our suggestion. It’s built on two habits that work better than rereading: testing yourself and spreading your study over many days.';

export function contentOutline({ body, links }: Exam): Block {
  return paragraph({ text: `${body.name}’s content outline`, href: links.contentOutline });
}

export function applicationSteps({ body, links }: Exam): Block {
  return paragraph({ text: `${body.name}’s application steps`, href: links.application });
}

export function commonQuestions({ body, links }: Exam) {
  return { text: `${body.name}’s answers to common questions`, href: links.questions };
}

export function passingScore({ links }: Exam): Block {
  return paragraph({ text: 'What the passing score is', href: links.passingScore });
}
