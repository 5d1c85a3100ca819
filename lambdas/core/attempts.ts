import { type ActionResult, misfit, mistake, type Refusal } from './action-result.ts';
import { type Application, type Attempt, type Candidate, undoableEntries } from './candidate.ts';
import { withCurrentPlan, withSchedule } from './email-schedule.ts';
import { type Exam, ordinal } from './exam.ts';
import type { Rules } from './rules.ts';
import {
  allAttempts,
  currentApplication,
  firstDateAfter,
  hasPassed,
  isLast,
  withCurrentApplication,
} from './status.ts';
import { addDays24h, type CalendarDate, dateIn, formatDate, type Instant, yearsBefore } from './time.ts';

export type AttemptAnswers = Pick<Attempt, 'number' | 'date' | 'lowestAreas'>;

const maxAgeYears = 3;
const undoDays = 7;
const maxApplications = 20;

/**
 * Records an attempt on the current application. Recording the same attempt (number and date) again adds nothing.
 * Numbers increase up to the exam's limit, and attempts are at least the exam's wait apart (certilyst.com, "What
 * happens if you fail the CMA exam?": three on one application, 30 days).
 */
export function recordAttempt(
  candidate: Candidate,
  answers: AttemptAnswers,
  rules: Rules,
  now: Instant,
  typedAt = now,
): ActionResult {
  const { attempts } = currentApplication(candidate);
  const known = attempts.find(({ number }) => number === answers.number);
  if (known?.date === answers.date) {
    const { lowestAreas } = answers;
    const repeated = lowestAreas.length > 0 ? withChanged(candidate, known, { lowestAreas }) : candidate;
    return { candidate: withoutRefusedAttempt(repeated) };
  }

  const refusal = attemptErrors(candidate, answers, rules.exam, now, typedAt);
  if (refusal) return refusal;
  const recorded = withCurrentApplication(candidate, { attempts: [...attempts, { ...answers, recordedAt: now }] });
  return { candidate: withSchedule(withoutRefusedAttempt(recorded), rules, now) };
}

/** Corrects the date of the latest attempt, even on an earlier application, and reschedules its emails. */
export function correctDate(candidate: Candidate, date: CalendarDate, rules: Rules, now: Instant): ActionResult {
  const latest = allAttempts(candidate).at(-1);
  if (latest === undefined) return misfit('attemptDate', 'There’s no attempt to correct yet. Add one first.');
  const before = allAttempts(candidate).at(-2);
  const fieldError = dateError(date, candidate.timeZone, now) ?? spacingError(before, date, rules.exam);
  if (fieldError) return mistake('attemptDate', fieldError);
  const corrected = date === latest.date ? candidate : withChanged(candidate, latest, { date, correctedAt: now });
  return { candidate: withCurrentPlan(withSchedule(withoutRefusedAttempt(corrected), rules, now), rules, now) };
}

export function setLowestAreas(candidate: Candidate, lowestAreas: string[]): ActionResult {
  const latest = allAttempts(candidate).at(-1);
  if (latest === undefined) return misfit('lowestAreas', 'There’s no attempt on record yet. Add one first.');
  return { candidate: withChanged(candidate, latest, { lowestAreas }) };
}

export function markPassed(candidate: Candidate, now: Instant): ActionResult {
  if (hasPassed(candidate)) return { candidate };
  return { candidate: withoutRefusedAttempt(withCurrentApplication(candidate, { passedAt: now })) };
}

export type LastEntry = { what: (typeof undoableEntries)[number]; at: Instant };

export function entryKey({ what, at }: LastEntry): string {
  return `${what} ${at}`;
}

export function undoable(candidate: Candidate, now: Instant): LastEntry | undefined {
  const last = lastEntry(candidate);
  return last && now <= addDays24h(last.at, undoDays) ? last : undefined;
}

export function lastEntry(candidate: Candidate): LastEntry | undefined {
  return entriesOf(currentApplication(candidate)).at(-1);
}

function entriesOf({ startedAt, attempts, passedAt }: Application): LastEntry[] {
  return [
    ...(startedAt ? [{ what: 'new-application' as const, at: startedAt }] : []),
    ...attempts.map(({ recordedAt }) => ({ what: 'attempt' as const, at: recordedAt })),
    ...(passedAt ? [{ what: 'passed' as const, at: passedAt }] : []),
  ];
}

/** Removes an exam entry if it is the last one; a second click finds it gone. Staff may do so at any time. */
export function undo(candidate: Candidate, entry: string, rules: Rules, now: Instant, isStaff = false): ActionResult {
  const application = currentApplication(candidate);
  const last = lastEntry(candidate);
  if (last === undefined || entryKey(last) !== entry)
    return isGone(entry, candidate, now)
      ? { candidate }
      : misfit('undo', 'Only the latest update can be undone. Reload the page to see which one that is.');
  if (!isStaff && undoable(candidate, now) === undefined)
    return misfit('undo', `You can undo an update for ${undoDays} days. After that, ask the staff to do it.`);
  const without = {
    passed: [{ ...application, passedAt: undefined }],
    attempt: [{ ...application, attempts: application.attempts.slice(0, -1) }],
    'new-application': [],
  };
  const applications = [...candidate.applications.slice(0, -1), ...without[last.what]];
  return { candidate: withSchedule(withoutRefusedAttempt({ ...candidate, applications }), rules, now) };
}

/** Whether it can have been the last entry, and has been taken back since. */
function isGone(entry: string, { applications, createdAt }: Candidate, now: Instant): boolean {
  const what = undoableEntries.find((kind) => entry.startsWith(`${kind} `));
  const at = entry.slice((what?.length ?? 0) + 1);
  const isPast = what !== undefined && at >= createdAt && at <= now && !Number.isNaN(Date.parse(at));
  return isPast && !applications.flatMap(entriesOf).map(entryKey).includes(entry);
}

/** Starts a new application, unless the current one has no attempts yet. */
export function startNewApplication(candidate: Candidate, rules: Rules, now: Instant): ActionResult {
  const application = currentApplication(candidate);
  if (application.attempts.length === 0 && !hasPassed(candidate)) return { candidate };
  if (candidate.applications.length >= maxApplications)
    return misfit(
      'new-application',
      `We can keep up to ${maxApplications} applications. To start over, erase the record first.`,
    );
  const applications = [...candidate.applications, { startedAt: now, attempts: [] }];
  return { candidate: withSchedule(withoutRefusedAttempt({ ...candidate, applications }), rules, now) };
}

/** Why the date can't be the date of an attempt, typed earlier perhaps; undefined if it can. */
export function dateError(date: CalendarDate, timeZone: string, now: Instant, typedAt = now): string | undefined {
  const earliest = yearsBefore(dateIn(timeZone, typedAt), maxAgeYears);
  if (date > dateIn(timeZone, now)) return 'Enter the date of the attempt. It can’t be later than today.';
  if (date < earliest) return `Check the year. This date is more than ${maxAgeYears} years ago.`;
  return undefined;
}

function attemptErrors(
  candidate: Candidate,
  { number, date }: AttemptAnswers,
  exam: Exam,
  now: Instant,
  typedAt: Instant,
): Refusal | undefined {
  const { attempts } = currentApplication(candidate);
  const latest = attempts.at(-1);
  if (hasPassed(candidate))
    return misfit('attemptNumber', 'This application already has a pass. Undo that first or record a new application.');
  if (attempts.some((attempt) => attempt.number === number))
    return mistake(
      'attemptDate',
      `The ${ordinal(number).toLowerCase()} attempt is already on record with another date. If that date is wrong, correct it instead.`,
    );
  if (latest && isLast(latest, exam))
    return misfit(
      'attemptNumber',
      `All ${exam.attemptsPerApplication} attempts on this application are used. Record a new application to add another.`,
    );
  if (latest && number < latest.number)
    return mistake(
      'attemptNumber',
      `The ${ordinal(latest.number).toLowerCase()} attempt is already on record, so choose a later one. If this one belongs to a new application, record that first.`,
    );
  const dateProblem =
    dateError(date, candidate.timeZone, now, typedAt) ?? spacingError(allAttempts(candidate).at(-1), date, exam);
  return dateProblem ? mistake('attemptDate', dateProblem) : undefined;
}

function spacingError(before: Attempt | undefined, date: CalendarDate, exam: Exam): string | undefined {
  if (before === undefined) return undefined;
  const first = firstDateAfter(before, exam);
  if (date >= first) return undefined;
  return `Enter ${formatDate(first)}, or a later date. Attempts have to be at least ${exam.waitDays} days apart, and the previous one was on ${formatDate(before.date)}.`;
}

function withChanged(candidate: Candidate, changed: Attempt, change: Partial<Attempt>): Candidate {
  const applications = candidate.applications.map((application) => ({
    ...application,
    attempts: application.attempts.map((attempt) => (attempt === changed ? { ...attempt, ...change } : attempt)),
  }));
  return { ...candidate, applications };
}

function withoutRefusedAttempt(candidate: Candidate): Candidate {
  return { ...candidate, refusedAttempt: undefined };
}
