import { type Action, applyAction } from '../../lambdas/core/actions.ts';
import {
  correctDate,
  entryKey,
  lastEntry,
  markPassed,
  recordAttempt,
  startNewApplication,
  undo,
} from '../../lambdas/core/attempts.ts';
import type { Candidate, Details } from '../../lambdas/core/candidate.ts';
import { resubscribe, unsubscribe } from '../../lambdas/core/email-preferences.ts';
import type { CalendarDate, Instant } from '../../lambdas/core/time.ts';
import { changedBy, rules } from './builders.ts';
import { mailed } from './simulated-mailer.ts';

/** 10:00 in New York; the moment of every step that names no other. */
export const now = '2026-11-23T15:00:00.000Z';

// Each step gives the candidate after an action that the rules allow.

export function record(
  candidate: Candidate,
  number: number,
  date: CalendarDate,
  at: Instant = now,
  lowestAreas: string[] = [],
): Candidate {
  return changedBy(recordAttempt(candidate, { number, date, lowestAreas }, rules, at));
}

export function correct(candidate: Candidate, date: CalendarDate, at: Instant = now): Candidate {
  return changedBy(correctDate(candidate, date, rules, at));
}

export function takeBack(candidate: Candidate, at: Instant = now, entry: string = lastEntryKey(candidate)): Candidate {
  return changedBy(undo(candidate, entry, rules, at));
}

/** What names the last entry in a form; nothing where there is none. */
export function lastEntryKey(candidate: Candidate): string {
  const last = lastEntry(candidate);
  return last ? entryKey(last) : '';
}

export function pass(candidate: Candidate, at: Instant = now): Candidate {
  return changedBy(markPassed(candidate, at));
}

export function applyAgain(candidate: Candidate, at: Instant = now): Candidate {
  return changedBy(startNewApplication(candidate, rules, at));
}

export function stop(candidate: Candidate): Candidate {
  return changedBy(unsubscribe(candidate));
}

export function restart(candidate: Candidate, at: Instant = now): Candidate {
  return changedBy(resubscribe(candidate, rules, at));
}

export function did(candidate: Candidate, action: Action, at: Instant = now): Candidate {
  const applied = applyAction(candidate, action, rules, at);
  if (applied === 'not-found' || 'conflict' in applied) throw new Error('Refused.');
  return changedBy(applied);
}

export function change(candidate: Candidate, details: Partial<Details>, at: Instant = now): Candidate {
  return did(candidate, { type: 'change-details', details }, at);
}

export function book(candidate: Candidate, examDate: CalendarDate | undefined, at: Instant = now): Candidate {
  return did(candidate, { type: 'book-exam', examDate }, at);
}

/** After a mailer sent or skipped all that was due by then. */
export function mail(candidate: Candidate, at: Instant = now): Candidate {
  return mailed(candidate, rules, at);
}
