import type { Attempt } from './candidate.ts';
import { adviceFor, areasOf, type Exam, formatList, type Membership } from './exam.ts';
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

export function tipsFor(lowestAreas: readonly string[], exam: Exam) {
  return exam.studyTips.map(({ title, advice }) => ({ title, advice: adviceFor(exam, lowestAreas, advice) }));
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

export function timedRunsSentence(days: readonly CalendarDate[], { format }: Exam): string {
  return `Take a full-length practice test on ${days.map(formatDay).join(' and another on ')}. Time yourself in ${format.timing}, as in the real exam.`;
}

export const planSource =
  'This plan is our suggestion. It’s built on two habits that work better than rereading: testing yourself and spreading your study over many days.';

export function formatSentence({ format }: Exam): string {
  return `The exam has ${format.questions} in ${format.timing}.`;
}
