import type { Attempt, Candidate } from './candidate.ts';
import {
  type Block,
  button,
  type CandidateLinks,
  type EmailContext,
  heading,
  list,
  paragraph,
} from './email-content.ts';
import type { Exam } from './exam.ts';
import { feeSentences, timedRunsSentence, tipsFor, whereToStart } from './exam-sentences.ts';
import { allAttempts, firstDateAfter } from './status.ts';
import { planFrom, studyPlan, timedRuns } from './study-plan.ts';
import { type CalendarDate, dateIn, formatDate, formatPeriod } from './time.ts';

/** The latest attempt, even on an earlier application; every email to a candidate is about one. */
export function lastAttempt(candidate: Candidate): Attempt {
  const attempt = allAttempts(candidate).at(-1);
  if (attempt === undefined) throw new Error('The email is about an attempt, but the candidate has none.');
  return attempt;
}

/** The first day after the wait. */
export function earliestDate({ candidate, exam }: EmailContext): CalendarDate {
  return firstDateAfter(lastAttempt(candidate), exam);
}

export function isToday(date: CalendarDate, { candidate, now }: EmailContext): boolean {
  return dateIn(candidate.timeZone, now) === date;
}

/** What the plan says from today on, and the days for timed practice. */
export function planAhead({ candidate, exam, now }: EmailContext): Block[] {
  const today = dateIn(candidate.timeZone, now);
  const plan = studyPlan(candidate, exam);
  const runs = timedRuns(plan).filter((day) => day >= today);
  return [
    {
      type: 'list',
      ordered: false,
      items: planFrom(plan, today).map(({ from, to, task }) => [{ strong: `${formatPeriod(from, to)}: ` }, task]),
    },
    ...(runs.length > 0 ? [paragraph(timedRunsSentence(runs))] : []),
  ];
}

export function studyTips({ lowestAreas }: Attempt, exam: Exam): Block[] {
  const start = whereToStart(lowestAreas, exam);
  return [
    heading('What helps now'),
    ...(start ? [paragraph({ strong: start })] : []),
    {
      type: 'list',
      ordered: true,
      items: tipsFor(lowestAreas, exam).map(({ title, advice }) => [{ strong: `${title}. ` }, advice]),
    },
    contentOutline(exam),
  ];
}

export function howToBook(exam: Exam): Block[] {
  return [
    heading('How to book'),
    list(exam.booking, true),
    button(`Go to ${exam.body.name}’s application steps`, exam.links.application),
  ];
}

/** Instead of how to book, for those who have. */
export function booked(examOn: CalendarDate, links: CandidateLinks): Block[] {
  return [
    heading('Your booking'),
    paragraph(
      `You told us that your exam is on ${formatDate(examOn)}. If that changes, enter the new date on your page.`,
    ),
    openMyPage(links),
  ];
}

export function feeOfNewApplication({ newApplication }: Exam): Block[] {
  return [
    heading('What it costs'),
    paragraph('A new application has its own fee, which isn’t the retake fee. ', {
      strong: newApplication.advice,
    }),
  ];
}

export function contentOutline(exam: Exam): Block {
  return paragraph({
    text: `${exam.body.name}’s content outline`,
    href: exam.links.contentOutline,
  });
}

export function fee({ candidate, exam }: EmailContext): Block[] {
  const [yours = '', ...rest] = feeSentences(candidate.membership, exam);
  return [heading('What it costs'), paragraph({ strong: yours }, ` ${rest.join(' ')}`)];
}

export function passingScore(exam: Exam): Block {
  return paragraph({ text: 'What the passing score is', href: exam.links.passingScore });
}

/** Links to the forms on my page, each under the id of its form there. */
export function answers(
  { links, examOn }: EmailContext,
  forms: readonly ('booked' | 'passed' | 'new-result' | 'not-yet')[],
): Block {
  const texts = {
    booked: examOn ? 'My date has changed' : 'I booked a date',
    passed: 'I passed',
    'new-result': 'I took it and didn’t pass',
    'not-yet': 'Not yet',
  };
  return list(forms.map((form) => ({ text: texts[form], href: `${links.my}#${form}` })));
}

export function openMyPage(links: CandidateLinks): Block {
  return button('Open my page', links.my);
}

/** The way out of the emails during the wait. */
export function onlyTheReminder(links: CandidateLinks): Block[] {
  return [
    paragraph('Would you rather not hear from us until your date?'),
    paragraph({ text: 'Only the reminder, please', href: `${links.my}#only-reminder` }),
  ];
}
