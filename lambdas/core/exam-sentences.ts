import type { Attempt } from './candidate.ts';
import { adviceFor, areasOf, type Exam, feeFor, formatList, type Membership } from './exam.ts';
import { type CalendarDate, formatDay } from './time.ts';

/** The fee for this reader first, then the other one, then what applies to both. */
export function feeSentences(membership: Membership, exam: Exam): string[] {
  const other: Membership = membership === 'member' ? 'non-member' : 'member';
  return [
    `Your retake fee: ${feeFor(exam, membership)}.`,
    `${exam.body.name} ${other}s pay $${exam.retakeFee[other]}.`,
    `These fees are as of ${exam.retakeFee.asOf} and come on top of the application fees you already paid. Check with ${exam.body.name} before you pay.`,
  ];
}

/** "You have used 1 of 3 attempts on this application. 2 attempts are left." */
export function attemptsSoFar(attempt: Attempt, exam: Exam): string {
  const left = exam.attemptsPerApplication - attempt.number;
  const used = `You have used ${attempt.number} of ${exam.attemptsPerApplication} attempts on this application.`;
  return `${used} ${left === 1 ? '1 attempt is' : `${left} attempts are`} left.`;
}

/** The exam's study tips, tailored to the areas with the lowest scores. */
export function tipsFor(lowestAreas: readonly string[], exam: Exam) {
  return exam.studyTips.map(({ title, advice }) => ({
    title,
    advice: adviceFor(exam, lowestAreas, advice),
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
  return `Start with ${formatList(parts, 'and')}: your lowest ${areas.length === 1 ? 'score' : 'scores'}.`;
}

/** Which days of the study plan are for the full-length practice tests. */
export function timedRunsSentence(days: readonly CalendarDate[]): string {
  return `Take a full-length, timed practice test on ${days.map(formatDay).join(' and another on ')}.`;
}

/** What the study plan rests on. */
export const planSource =
  'This plan is our suggestion. Testing yourself and spreading your study over many days help more than rereading.';

/** "The exam has 200 multiple-choice questions (180 scored) in four segments of 40 minutes." */
export function formatSentence({ format }: Exam): string {
  return `The exam has ${format.questions} in ${format.timing}.`;
}
