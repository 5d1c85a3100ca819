import type { ActionResult, Refusal } from './action-result.ts';
import {
  type AttemptAnswers,
  correctDate,
  lastEntry,
  markPassed,
  recordAttempt,
  setLowestAreas,
  startNewApplication,
  undo,
} from './attempts.ts';
import { askLater, bookExam, bookedDate } from './booking.ts';
import type { Candidate, Details, Flag, HistoryEntry } from './candidate.ts';
import { clearBounce, clearComplaint, resubscribe, unsubscribe } from './email-preferences.ts';
import { type ResendRefusal, resendEmail, withSchedule } from './email-schedule.ts';
import { unacknowledged } from './flags.ts';
import type { Rules } from './rules.ts';
import type { Staff } from './staff.ts';
import { allAttempts, latestAttempt } from './status.ts';
import { earliestInstant, type Instant, minutesAfter } from './time.ts';

const minutesBetweenNotes = 10;

export type Action =
  | ({ type: 'record-attempt' } & AttemptAnswers)
  | { type: 'correct-date'; date: string }
  | { type: 'set-lowest-areas'; areas: string[] }
  | { type: 'change-details'; details: Partial<Details> }
  | { type: 'book-exam'; examDate: string | undefined }
  | { type: 'ask-later' }
  | { type: 'mark-passed' }
  | { type: 'undo'; entry: string }
  | { type: 'start-application' }
  | { type: 'unsubscribe' }
  | { type: 'end-old-links' }
  | { type: 'resubscribe' }
  | { type: 'clear-bounce' }
  | { type: 'clear-complaint'; note: string }
  | { type: 'acknowledge-flag'; flag: Flag; note: string | undefined }
  | { type: 'add-note'; note: string }
  | { type: 'resend-email'; key: string }
  | { type: 'extend-enrollment'; linkId: string; expiresAt: string; key: string };

export type Conflict = 'unconfirmed' | 'known' | Exclude<ResendRefusal, 'unknown' | 'just-now'>;

type WithoutActor<Entry> = Entry extends unknown ? Omit<Entry, 'at' | 'by' | 'byId'> : never;
export type HistoryContent = WithoutActor<HistoryEntry>;

export type Applied = { candidate: Candidate } | Refusal | { conflict: Conflict } | 'not-found';

/** The candidate after an action, or why nothing changes. A repeat returns the candidate unchanged. */
export function applyAction(
  candidate: Candidate,
  action: Action,
  rules: Rules,
  now: Instant,
  isStaff = false,
): Applied {
  switch (action.type) {
    case 'record-attempt': {
      const { type, ...attempt } = action;
      return recordAttempt(candidate, attempt, rules, now);
    }
    case 'correct-date':
      return correctDate(candidate, action.date, rules, now);
    case 'set-lowest-areas':
      return setLowestAreas(candidate, action.areas);
    case 'change-details':
      return { candidate: withSchedule({ ...candidate, ...action.details }, rules, now) };
    case 'book-exam':
      return scheduled(bookExam(candidate, action.examDate, rules, now));
    case 'ask-later':
      return scheduled(askLater(candidate, rules, now));
    case 'mark-passed':
      return markPassed(candidate, now);
    case 'undo':
      return undo(candidate, action.entry, rules, now, isStaff);
    case 'start-application':
      return startNewApplication(candidate, rules, now);
    case 'end-old-links':
      return { candidate: { ...candidate, linkSeries: (candidate.linkSeries ?? 0) + 1 } };
    case 'unsubscribe':
      return unsubscribe(candidate);
    case 'resubscribe':
      return resubscribe(candidate, rules, now);
    case 'clear-bounce':
      return clearBounce(candidate, rules, now);
    case 'clear-complaint':
      return clearComplaint(candidate, rules, now);
    case 'acknowledge-flag':
      return acknowledgeFlag(candidate, action.flag, rules, now);
    case 'add-note':
      return { candidate };
    case 'resend-email': {
      const resent = resendEmail(candidate, action.key, rules, now);
      if ('candidate' in resent) return resent;
      if (resent.refused === 'just-now') return { candidate };
      return resent.refused === 'unknown' ? 'not-found' : { conflict: resent.refused };
    }
    case 'extend-enrollment': {
      const { linkId, expiresAt } = action;
      const { enrollment } = candidate;
      const isNews = enrollment && enrollment.expiresAt !== expiresAt;
      return { candidate: isNews ? { ...candidate, enrollment: { linkId, expiresAt } } : candidate };
    }
  }

  function scheduled(result: ActionResult): ActionResult {
    return 'candidate' in result ? { candidate: withSchedule(result.candidate, rules, now) } : result;
  }
}

export function historyContent(before: Candidate, action: Action, { exam }: Rules): HistoryContent | undefined {
  switch (action.type) {
    case 'record-attempt':
      return { action: 'attempt-recorded', number: action.number, date: action.date };
    case 'correct-date': {
      const { date } = action;
      const from = allAttempts(before).at(-1)?.date;
      return from === date ? undefined : { action: 'date-corrected', from, date };
    }
    case 'set-lowest-areas':
      return { action: 'lowest-areas-set', areas: action.areas };
    case 'book-exam':
      return { action: 'exam-booked', from: bookedDate(before, exam), date: action.examDate };
    case 'start-application':
      return { action: 'application-started' };
    case 'change-details': {
      const changes = changesOf(before, action.details);
      return changes.length > 0 ? { action: 'details-changed', changes } : undefined;
    }
    case 'mark-passed':
      return { action: 'passed-recorded' };
    case 'undo': {
      const last = lastEntry(before);
      const { number, date } = (last?.what === 'attempt' && latestAttempt(before)) || {};
      return last && { action: 'undone', entry: last.what, number, date };
    }
    case 'clear-bounce':
      return { action: 'bounce-cleared' };
    case 'clear-complaint':
      return { action: 'complaint-cleared', note: action.note };
    case 'acknowledge-flag':
      return { action: 'flag-acknowledged', flag: action.flag, note: action.note };
    case 'add-note':
      return { action: 'note-added', note: action.note };
    case 'resend-email':
    case 'extend-enrollment':
      return { action: 'email-resent', key: action.key };
    case 'ask-later':
    case 'end-old-links':
    case 'unsubscribe':
    case 'resubscribe':
      return undefined;
  }
}

/** The note of a staff action that changed nothing else, as when a colleague was faster; undefined for a repeat. */
export function noteOf(
  { history }: Candidate,
  action: Action,
  { id }: Staff,
  now: Instant,
): HistoryContent | undefined {
  if (!('note' in action) || action.note === undefined) return undefined;
  const { note } = action;
  const since = action.type === 'add-note' ? minutesAfter(now, -minutesBetweenNotes) : earliestInstant;
  const isRepeat = history.some(
    (entry) => 'note' in entry && entry.note === note && entry.byId === id && entry.at > since,
  );
  return isRepeat ? undefined : { action: 'note-added', note };
}

function changesOf(before: Candidate, details: Partial<Details>) {
  const was = new Map<string, unknown>(Object.entries(before));
  return Object.entries(details).flatMap(([field, value]) => {
    const [from, to] = [String(was.get(field) ?? ''), String(value ?? '')];
    return from === to ? [] : [{ field, from, to }];
  });
}

/** Acknowledges every current cause of the flag; a new cause raises it again. */
function acknowledgeFlag(candidate: Candidate, flag: Flag, { exam }: Rules, now: Instant): ActionResult {
  const causes = unacknowledged(candidate, exam).filter((cause) => cause.flag === flag && cause.since <= now);
  return { candidate: { ...candidate, acknowledged: [...candidate.acknowledged, ...causes] } };
}
