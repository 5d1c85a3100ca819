import { type Block, button, heading, lead, list, paragraph, waitLine } from './content.ts';
import type { CandidateLinks, EmailContext } from './email-content.ts';
import type { Exam } from './exam.ts';
import { feeSentences, timedPractice } from './exam-content.ts';
import { allAttempts, firstDateAfter, latestAttempt } from './status.ts';
import { planFrom, studyPlan } from './study-plan.ts';
import { type CalendarDate, dateIn, daysBetween, formatNearDate, formatPeriod } from './time.ts';

/** What the emails say depends on the latest attempt, even if it is on an earlier application, and on today. */
export function readerOf(context: EmailContext) {
  const { candidate, exam, now } = context;
  const attempt = allAttempts(candidate).at(-1);
  if (attempt === undefined) throw new Error('The email is about an attempt, but the candidate has none.');
  const today = dateIn(candidate.timeZone, now);
  return {
    ...context,
    attempt,
    isOnNewApplication: latestAttempt(candidate) === undefined,
    today,
    first: firstDateAfter(attempt, exam),
    dated: (date: CalendarDate) => formatNearDate(date, today),
  };
}

export type Reader = ReturnType<typeof readerOf>;

export function hello({ candidate }: Reader, sentences: string): Block {
  return paragraph(`Hello ${candidate.name}, ${sentences}`);
}

/** The date first and what it means; the line of days, until the last one is past; then the greeting. */
export function opening(reader: Reader, date: string, greeting: string): Block[] {
  const { exam, today, first } = reader;
  const left = daysBetween(today, first);
  return [lead(date), ...(left < 0 ? [] : [waitLine(exam.waitDays, left)]), hello(reader, greeting)];
}

export function planAhead({ candidate, exam, today }: Reader): Block[] {
  const plan = studyPlan(candidate, exam);
  return [
    list(planFrom(plan, today).map(({ from, to, task }) => [{ strong: `${formatPeriod(from, to)}: ` }, task])),
    ...timedPractice(plan, today, exam),
  ];
}

export function examFormat({ format }: Exam): Block[] {
  return [heading('What the exam looks like'), paragraph(`The exam has ${format.questions} in ${format.timing}.`)];
}

export function fee({ candidate, exam }: Reader): Block[] {
  const [yours = '', ...rest] = feeSentences(candidate.membership, exam);
  return [heading('What it costs'), paragraph({ strong: yours }, ` ${rest.join(' ')}`)];
}

export function feeOfNewApplication({ exam }: Reader): Block[] {
  return [
    heading('What it costs'),
    paragraph(
      `Your new application has its own fee, separate from the retake fee. If you haven’t paid it yet, ask ${exam.body.name} for the amount first.`,
    ),
  ];
}

export function workingMeanwhile(exam: Exam): Block[] {
  return [heading('Working in the meantime'), paragraph(exam.workingWithout)];
}

/** Links to the forms on my page, each under the id of its form there. */
export function answers(
  { links, examOn }: Reader,
  forms: readonly ('booked' | 'passed' | 'new-result' | 'not-yet')[],
): Block {
  const texts = {
    booked: examOn ? 'My exam date changed' : 'I booked a date',
    passed: 'I passed',
    'new-result': 'I took it and didn’t pass',
    'not-yet': 'I haven’t taken it yet',
  };
  return list(forms.map((form) => ({ text: texts[form], href: `${links.my}#${form}` })));
}

export function openMyPage(links: CandidateLinks): Block {
  return button('Open my page', links.my);
}

export function onlyTheReminder(links: CandidateLinks, sentence: string): Block[] {
  return [paragraph(sentence), paragraph({ text: 'Only the reminder, please', href: `${links.my}#only-reminder` })];
}
