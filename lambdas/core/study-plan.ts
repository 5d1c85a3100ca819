import type { Candidate } from './candidate.ts';
import { adviceFor, type Exam, type StudyPhase } from './exam.ts';
import { latestAttempt, retakeDate } from './status.ts';
import { type CalendarDate, dateIn, daysAfter, daysBetween, later } from './time.ts';

export type PlanPhase = { from: CalendarDate; to: CalendarDate; task: string };

/** The phases, spread over the days from recording the latest attempt to the retake date; empty if there are none. */
export function studyPlan(candidate: Candidate, exam: Exam): PlanPhase[] {
  const attempt = latestAttempt(candidate);
  const retakeOn = retakeDate(candidate, exam);
  if (attempt === undefined || retakeOn === undefined) return [];
  let from = later(attempt.date, dateIn(candidate.timeZone, attempt.recordedAt));
  const days = daysPerPhase(exam.studyPhases, daysBetween(from, retakeOn));
  return exam.studyPhases.flatMap((phase) => {
    const length = days.get(phase);
    if (length === undefined) return [];
    const to = daysAfter(from, length - 1);
    const planned = { from, to, task: adviceFor(exam, attempt.lowestAreas, phase.task) };
    from = daysAfter(to, 1);
    return [planned];
  });
}

/** What is left of the plan: today's phase first, until the retake date, then those ahead. */
export function planFrom(plan: readonly PlanPhase[], today: CalendarDate): PlanPhase[] {
  return plan.filter(({ to }) => to >= today).map((phase) => ({ ...phase, from: later(phase.from, today) }));
}

/** Two days of the last phase, with a day to review after them, as far as it is long enough. */
export function timedRuns(plan: readonly PlanPhase[]): CalendarDate[] {
  const last = plan.at(-1);
  if (last === undefined) return [];
  const length = daysBetween(last.from, last.to) + 1;
  if (length === 1) return [last.from];
  return [last.from, daysAfter(last.from, Math.max(1, length - 2))];
}

/** Of the phases there is room for. Each gets a day, then its least, then its share of the rest. */
function daysPerPhase(phases: readonly StudyPhase[], total: number): Map<StudyPhase, number> {
  const kept = phases.toSorted((one, other) => one.priority - other.priority).slice(0, Math.max(0, total));
  const days = new Map(kept.map((phase) => [phase, 1]));
  const daysOf = (phase: StudyPhase) => days.get(phase) ?? 0;
  const claimOf = (phase: StudyPhase) =>
    daysOf(phase) < (phase.atLeast ?? 1) ? Infinity : phase.days / (daysOf(phase) + 1);
  for (let left = total - kept.length; left > 0; left -= 1) {
    const [next] = kept.toSorted((one, other) => claimOf(other) - claimOf(one));
    if (next) days.set(next, daysOf(next) + 1);
  }
  return days;
}
