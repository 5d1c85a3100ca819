import type { Attempt, Candidate } from './candidate.ts';
import { type Block, button, heading, list, paragraph, waitLine } from './content.ts';
import type { CandidateLinks, EmailContext } from './email-content.ts';
import type { Exam } from './exam.ts';
import { feeSentences, timedPractice } from './exam-content.ts';
import { allAttempts, firstDateAfter } from './status.ts';
import { planFrom, studyPlan } from './study-plan.ts';
import { type CalendarDate, dateIn, daysBetween, formatNearDate, formatPeriod } from './time.ts';

/** The latest attempt, even on an earlier application; every email to a candidate is about one. */
export function lastAttempt(candidate: Candidate): Attempt {
  const attempt = allAttempts(candidate).at(-1);
  if (attempt === undefined) throw new Error('The email is about an attempt, but the candidate has none.');
  return attempt;
}

export function earliestDate({ candidate, exam }: EmailContext): CalendarDate {
  return firstDateAfter(lastAttempt(candidate), exam);
}

export function todayOf({ candidate, now }: EmailContext): CalendarDate {
  return dateIn(candidate.timeZone, now);
}

export function dateFor(date: CalendarDate, context: EmailContext): string {
  return formatNearDate(date, todayOf(context));
}

export function hello({ candidate }: EmailContext, sentences: string): Block {
  return paragraph(`Hello ${candidate.name}, ${sentences}`);
}

/** How much of the wait is over; nothing once its last day is past. */
export function dayLine(context: EmailContext): Block[] {
  const left = daysBetween(todayOf(context), earliestDate(context));
  return left < 0 ? [] : [waitLine(context.exam.waitDays, left)];
}

export function planAhead(context: EmailContext): Block[] {
  const { candidate, exam } = context;
  const today = todayOf(context);
  const plan = studyPlan(candidate, exam);
  return [
    list(planFrom(plan, today).map(({ from, to, task }) => [{ strong: `${formatPeriod(from, to)}: ` }, task])),
    ...timedPractice(plan, today, exam),
  ];
}

export function examFormat({ format }: Exam): Block[] {
  return [heading('What the exam looks like'), paragraph(`The exam has ${format.questions} in ${format.timing}.`)];
}

export function howToBook({ body, links }: Exam, steps: readonly string[]): Block[] {
  return [
    heading('How to book'),
    list(steps, true),
    button(`Go to ${body.name}’s application steps`, links.application),
  ];
}

export function fee({ candidate, exam }: EmailContext): Block[] {
  const [yours = '', ...rest] = feeSentences(candidate.membership, exam);
  return [heading('What it costs'), paragraph({ strong: yours }, ` ${rest.join(' ')}`)];
}

export function feeOfNewApplication({ newApplication }: Exam): Block[] {
  return [
    heading('What it costs'),
    paragraph('A new application has its own fee, separate from the retake fee. ', { strong: newApplication.advice }),
  ];
}

export function workingMeanwhile(exam: Exam): Block[] {
  return [heading('Working in the meantime'), paragraph(exam.workingWithout)];
}

/** Links to the forms on my page, each under the id of its form there. */
export function answers(
  { links, examOn }: EmailContext,
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
