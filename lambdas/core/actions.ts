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
  | { type: 'undo'; entry: string }
  | { type: 'mark-passed' | 'ask-later' | 'start-application' | 'end-old-links' }
  | { type: 'unsubscribe' | 'resubscribe' | 'clear-bounce' }
  | { type: 'clear-complaint'; note: string }
  | { type: 'acknowledge-flag'; flag: Flag; note: string | undefined }
  | { type: 'add-note'; note: string }
  | { type: 'ask-new-address'; email: string }
  | { type: 'resend-email'; key: string }
  | { type: 'extend-enrollment'; linkId: string; expiresAt: string; key: string };

export type Conflict = 'unconfirmed' | 'known' | Exclude<ResendRefusal, 'unknown' | 'just-now'>;

type WithoutActor<Entry> = Entry extends unknown ? Omit<Entry, 'at' | 'by' | 'byId'> : never;
export type HistoryContent = WithoutActor<HistoryEntry>;

/** The entry is for the history if it was staff who changed something. */
type Changed = { candidate: Candidate; entry?: HistoryContent | undefined };

export type Applied = Changed | Refusal | { conflict: Conflict } | 'not-found';

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
      const { number, date } = attempt;
      return noted(recordAttempt(candidate, attempt, rules, now), { action: 'attempt-recorded', number, date });
    }
    case 'correct-date': {
      const { date } = action;
      const from = allAttempts(candidate).at(-1)?.date;
      const corrected = correctDate(candidate, date, rules, now);
      return from === date ? corrected : noted(corrected, { action: 'date-corrected', from, date });
    }
    case 'set-lowest-areas': {
      const { areas } = action;
      return noted(setLowestAreas(candidate, areas), { action: 'lowest-areas-set', areas });
    }
    case 'change-details': {
      const changed = { candidate: withSchedule({ ...candidate, ...action.details }, rules, now) };
      const changes = changesOf(candidate, action.details);
      return changes.length > 0 ? noted(changed, { action: 'details-changed', changes }) : changed;
    }
    case 'book-exam': {
      const { examDate: date } = action;
      const from = bookedDate(candidate, rules.exam);
      const booked = scheduled(bookExam(candidate, date, rules, now), rules, now);
      return noted(booked, { action: 'exam-booked', from, date });
    }
    case 'ask-later':
      return scheduled(askLater(candidate, rules, now), rules, now);
    case 'mark-passed':
      return noted(markPassed(candidate, now), { action: 'passed-recorded' });
    case 'undo': {
      const last = lastEntry(candidate);
      const { number, date } = (last?.what === 'attempt' && latestAttempt(candidate)) || {};
      const undone = undo(candidate, action.entry, rules, now, isStaff);
      return last ? noted(undone, { action: 'undone', entry: last.what, number, date }) : undone;
    }
    case 'start-application':
      return noted(startNewApplication(candidate, rules, now), { action: 'application-started' });
    case 'end-old-links':
      return { candidate: { ...candidate, linkSeries: (candidate.linkSeries ?? 0) + 1 } };
    case 'unsubscribe':
      return unsubscribe(candidate);
    case 'resubscribe':
      return resubscribe(candidate, rules, now);
    case 'clear-bounce':
      return noted(clearBounce(candidate, rules, now), { action: 'bounce-cleared' });
    case 'clear-complaint':
      return noted(clearComplaint(candidate, rules, now), { action: 'complaint-cleared', note: action.note });
    case 'acknowledge-flag': {
      const { flag, note } = action;
      return noted(acknowledgeFlag(candidate, flag, rules, now), { action: 'flag-acknowledged', flag, note });
    }
    case 'add-note':
    case 'ask-new-address':
      return { candidate };
    case 'resend-email': {
      const { key } = action;
      const resent = resendEmail(candidate, key, rules, now);
      if ('candidate' in resent) return { ...resent, entry: { action: 'email-resent', key } };
      if (resent.refused === 'just-now') return { candidate };
      return resent.refused === 'unknown' ? 'not-found' : { conflict: resent.refused };
    }
    case 'extend-enrollment': {
      const { linkId, expiresAt, key } = action;
      const isNews = candidate.enrollment && candidate.enrollment.expiresAt !== expiresAt;
      return isNews
        ? { candidate: { ...candidate, enrollment: { linkId, expiresAt } }, entry: { action: 'email-resent', key } }
        : { candidate };
    }
  }
}

function scheduled(result: ActionResult, rules: Rules, now: Instant): ActionResult {
  return 'candidate' in result ? { candidate: withSchedule(result.candidate, rules, now) } : result;
}

function noted(result: ActionResult, entry: HistoryContent | undefined): Applied {
  return 'candidate' in result ? { ...result, entry } : result;
}

/** The history of a staff action that changed nothing else: a new note, also where a colleague was faster. */
export function entryOfRepeat(
  { history }: Candidate,
  action: Action,
  { id }: Staff,
  now: Instant,
): HistoryContent | undefined {
  if (action.type === 'ask-new-address') return { action: 'address-change-asked', email: action.email };
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
