import type { ActionResult, FieldErrors } from './action-result.ts';
import type { Application, Attempt, Candidate, undoableEntries } from './candidate.ts';
import { withEmailsForAttempt, withSchedule } from './email-schedule.ts';
import type { Exam } from './exam.ts';
import type { Rules } from './rules.ts';
import { allAttempts, currentApplication, firstDateAfter, hasPassed, isLast } from './status.ts';
import {
  addDays24h,
  type CalendarDate,
  dateIn,
  formatDate,
  type Instant,
  yearsBefore,
} from './time.ts';

export type AttemptAnswers = Pick<Attempt, 'number' | 'date' | 'lowestAreas'>;

const maxAgeYears = 3;
const undoDays = 7;
const maxApplications = 20;

/**
 * Records an attempt on the current application. Recording the same attempt (number and date) again
 * adds nothing. Numbers increase up to the exam's limit, and attempts are at least the exam's wait apart
 * (certilyst.com, "What happens if you fail the CMA exam?": three on one application, 30 days).
 */
export function recordAttempt(
  candidate: Candidate,
  answers: AttemptAnswers,
  rules: Rules,
  now: Instant,
): ActionResult {
  const application = currentApplication(candidate);
  const known = application.attempts.find(({ number }) => number === answers.number);
  if (known?.date === answers.date)
    return { candidate: withoutRefusedAttempt(withAreas(candidate, known, answers)) };

  const fieldErrors = attemptErrors(candidate, answers, rules.exam, now);
  if (fieldErrors) return { fieldErrors };
  const attempt: Attempt = { ...answers, recordedAt: now };
  const recorded = withCurrentApplication(candidate, {
    ...application,
    attempts: [...application.attempts, attempt],
  });
  return { candidate: withEmailsForAttempt(withoutRefusedAttempt(recorded), rules, now) };
}

/**
 * Corrects the date of the latest attempt, even on an earlier application, and reschedules the
 * reminder.
 */
export function correctDate(
  candidate: Candidate,
  date: CalendarDate,
  rules: Rules,
  now: Instant,
): ActionResult {
  const latest = allAttempts(candidate).at(-1);
  if (latest === undefined)
    return {
      fieldErrors: { attemptDate: 'There is no attempt to correct. Record one first.' },
    };
  const before = allAttempts(candidate).at(-2);
  const fieldError =
    dateError(date, candidate.timeZone, now) ?? spacingError(before, date, rules.exam);
  if (fieldError) return { fieldErrors: { attemptDate: fieldError } };
  const applications = candidate.applications.map((application) => ({
    ...application,
    attempts: application.attempts.map((attempt) =>
      attempt === latest ? { ...attempt, date } : attempt,
    ),
  }));
  return {
    candidate: withSchedule(withoutRefusedAttempt({ ...candidate, applications }), rules, now),
  };
}

export function markPassed(candidate: Candidate, now: Instant): ActionResult {
  if (hasPassed(candidate)) return { candidate };
  const passed = { ...currentApplication(candidate), passedAt: now };
  return { candidate: withoutRefusedAttempt(withCurrentApplication(candidate, passed)) };
}

/** The most recent exam entry: a pass, an attempt or a new application. */
export type LastEntry = { what: (typeof undoableEntries)[number]; at: Instant };

/** Identifies an entry in a form. */
export function entryKey({ what, at }: LastEntry): string {
  return `${what} ${at}`;
}

/** The entry that `undo` would remove: the last one, if it is at most seven days old. */
export function undoable(candidate: Candidate, now: Instant): LastEntry | undefined {
  const last = lastEntry(candidate);
  return last && now <= addDays24h(last.at, undoDays) ? last : undefined;
}

/** The last exam entry, regardless of its age. */
export function lastEntry(candidate: Candidate): LastEntry | undefined {
  const { passedAt, attempts, startedAt } = currentApplication(candidate);
  const attempt = attempts.at(-1);
  if (passedAt !== undefined) return { what: 'passed', at: passedAt };
  if (attempt !== undefined) return { what: 'attempt', at: attempt.recordedAt };
  return startedAt === undefined ? undefined : { what: 'new-application', at: startedAt };
}

/**
 * Removes an exam entry, a pass, an attempt or a new application, but only while it is the last one,
 * so that a second click on the button changes nothing.
 */
export function undo(
  candidate: Candidate,
  entry: string,
  rules: Rules,
  now: Instant,
): ActionResult {
  const application = currentApplication(candidate);
  const last = lastEntry(candidate);
  if (last === undefined || entryKey(last) !== entry) return { candidate };
  switch (undoable(candidate, now)?.what) {
    case undefined:
      return {
        fieldErrors: { undo: `There is nothing to take back from the last ${undoDays} days.` },
      };
    case 'passed':
      return replan(withCurrentApplication(candidate, { ...application, passedAt: undefined }));
    case 'attempt':
      return replan(
        withCurrentApplication(candidate, {
          ...application,
          attempts: application.attempts.slice(0, -1),
        }),
      );
    case 'new-application':
      return replan({ ...candidate, applications: candidate.applications.slice(0, -1) });
  }

  function replan(changed: Candidate): ActionResult {
    return { candidate: withSchedule(withoutRefusedAttempt(changed), rules, now) };
  }
}

/**
 * Starts a new application, with attempts counted from one. Does nothing if the current one has no
 * attempts yet.
 */
export function startNewApplication(candidate: Candidate, now: Instant): ActionResult {
  const application = currentApplication(candidate);
  if (application.attempts.length === 0 && !hasPassed(candidate)) return { candidate };
  if (candidate.applications.length >= maxApplications)
    return {
      fieldErrors: {
        'new-application': `We keep up to ${maxApplications} applications. Erase what we know to begin anew.`,
      },
    };
  return {
    candidate: withoutRefusedAttempt({
      ...candidate,
      applications: [...candidate.applications, { startedAt: now, attempts: [] }],
    }),
  };
}

/** Why the date can't be the date of an attempt; undefined if it can. */
export function dateError(date: CalendarDate, timeZone: string, now: Instant): string | undefined {
  const today = dateIn(timeZone, now);
  if (date > today) return 'This date lies in the future. Enter the day of the exam.';
  if (date < yearsBefore(today, maxAgeYears))
    return `This date is more than ${maxAgeYears} years ago. Check the year.`;
  return undefined;
}

function attemptErrors(
  candidate: Candidate,
  { number, date }: AttemptAnswers,
  exam: Exam,
  now: Instant,
): FieldErrors | undefined {
  const { attempts } = currentApplication(candidate);
  const latest = attempts.at(-1);
  if (hasPassed(candidate))
    return {
      attemptNumber:
        'The exam on this application was passed. Take that back first; a new application counts from one again.',
    };
  if (attempts.some((attempt) => attempt.number === number))
    return {
      attemptDate: `Attempt ${number} is recorded with another date. If that date is wrong, correct it instead of adding the attempt again.`,
    };
  if (latest && isLast(latest, exam))
    return {
      attemptNumber: `All ${exam.attemptsPerApplication} attempts on this application are used. A new application counts from one again.`,
    };
  if (latest && number < latest.number)
    return {
      attemptNumber: `Attempt ${latest.number} is recorded already, so the next one has a higher number. A new application counts from one again.`,
    };
  const fieldError =
    dateError(date, candidate.timeZone, now) ??
    spacingError(allAttempts(candidate).at(-1), date, exam);
  return fieldError ? { attemptDate: fieldError } : undefined;
}

function spacingError(
  before: Attempt | undefined,
  date: CalendarDate,
  exam: Exam,
): string | undefined {
  if (before === undefined) return undefined;
  const first = firstDateAfter(before, exam);
  if (date >= first) return undefined;
  return `Two attempts are at least ${exam.waitDays} days apart. After the attempt on ${formatDate(before.date)}, the first possible date is ${formatDate(first)}.`;
}

function withAreas(
  candidate: Candidate,
  known: Attempt,
  { lowestAreas }: AttemptAnswers,
): Candidate {
  if (lowestAreas.length === 0) return candidate;
  const application = currentApplication(candidate);
  return withCurrentApplication(candidate, {
    ...application,
    attempts: application.attempts.map((attempt) =>
      attempt === known ? { ...attempt, lowestAreas } : attempt,
    ),
  });
}

function withCurrentApplication(candidate: Candidate, application: Application): Candidate {
  return { ...candidate, applications: [...candidate.applications.slice(0, -1), application] };
}

function withoutRefusedAttempt(candidate: Candidate): Candidate {
  return { ...candidate, refusedAttempt: undefined };
}
