import { type ActionResult, misfit, mistake } from './action-result.ts';
import type { Application, Candidate } from './candidate.ts';
import type { Exam } from './exam.ts';
import type { Rules } from './rules.ts';
import {
  allAttempts,
  confirmedStatusOf,
  currentApplication,
  latestAttempt,
  retakeDate,
  withCurrentApplication,
} from './status.ts';
import { type CalendarDate, dateIn, daysAfter, earliestInstant, formatDate, type Instant, later } from './time.ts';

const maxDaysAhead = 365;
const daysToFollowUp = 21;
/**
 * Someone who told us late, or corrected the date, is asked neither right away nor on the day of a reminder that is as
 * late as it may be.
 */
const leastDaysToFollowUp = 16;
const daysToAskAgain = 30;

/** The day the candidate has booked; undefined if a corrected date has moved the retake date past it. */
export function bookedDate(candidate: Candidate, exam: Exam): CalendarDate | undefined {
  const date = nextExamOf(candidate)?.bookedFor;
  const first = retakeDate(candidate, exam);
  return date !== undefined && first !== undefined && date >= first ? date : undefined;
}

/** The day on which to ask how it went; undefined if no attempt is ahead. */
export function followUpDate(candidate: Candidate, exam: Exam): CalendarDate | undefined {
  const first = retakeDate(candidate, exam);
  if (first === undefined) return undefined;
  const booked = bookedDate(candidate, exam);
  if (booked !== undefined) return daysAfter(booked, 1);
  const correctedAt = allAttempts(candidate).at(-1)?.correctedAt ?? earliestInstant;
  const toldOn = later(latestEntryAt(candidate), correctedAt).slice(0, 10);
  const soonest = later(daysAfter(first, daysToFollowUp), daysAfter(toldOn, leastDaysToFollowUp));
  // A date corrected after they asked to be asked later may have moved the retake date past that day.
  return later(nextExamOf(candidate)?.askAgainOn ?? soonest, soonest);
}

/** Notes the booked day. No date takes it back; if we would ask by now how it went, we do in 30 days instead. */
export function bookExam(
  candidate: Candidate,
  examDate: CalendarDate | undefined,
  { exam }: Rules,
  now: Instant,
): ActionResult {
  const first = retakeDate(candidate, exam);
  const today = dateIn(candidate.timeZone, now);
  if (examDate === undefined) {
    if (nextExamOf(candidate)?.bookedFor === undefined) return { candidate };
    const unbooked = withNextExam(candidate, { bookedFor: undefined });
    const asksOn = followUpDate(unbooked, exam);
    return asksOn !== undefined && asksOn <= today
      ? { candidate: withNextExam(unbooked, { askAgainOn: daysAfter(today, daysToAskAgain) }) }
      : { candidate: unbooked };
  }
  if (first === undefined) return misfit('examDate', 'There’s no exam to book right now.');
  const earliest = later(first, today);
  const latest = daysAfter(today, maxDaysAhead);
  if (examDate < earliest) return mistake('examDate', `Enter ${formatDate(earliest)}, or a later date.`);
  if (examDate > latest)
    return mistake('examDate', `Check the year. The latest date you can enter is ${formatDate(latest)}.`);
  return { candidate: withNextExam(candidate, { bookedFor: examDate }) };
}

/** "Not yet": asks again 30 days from today instead. */
export function askLater(candidate: Candidate, { exam }: Rules, now: Instant): ActionResult {
  if (confirmedStatusOf(candidate, exam, now) !== 'can-retake')
    return misfit('ask-later', 'There’s nothing to ask you about right now.');
  const askAgainOn = daysAfter(dateIn(candidate.timeZone, now), daysToAskAgain);
  return { candidate: withNextExam(candidate, { bookedFor: undefined, askAgainOn }) };
}

/** What was said about the attempt after the latest one; what was said before that one no longer counts. */
function nextExamOf(candidate: Candidate): Application['nextExam'] {
  const { nextExam } = currentApplication(candidate);
  return nextExam?.saidAfter === latestEntryAt(candidate) ? nextExam : undefined;
}

function withNextExam(candidate: Candidate, change: Partial<Application['nextExam']>): Candidate {
  const nextExam = { ...nextExamOf(candidate), saidAfter: latestEntryAt(candidate), ...change };
  return withCurrentApplication(candidate, { nextExam });
}

function latestEntryAt(candidate: Candidate): Instant {
  const { recordedAt } = latestAttempt(candidate) ?? {};
  return recordedAt ?? currentApplication(candidate).startedAt ?? candidate.createdAt;
}
