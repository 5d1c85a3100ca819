import type * as z from 'zod/mini';
import { entryKey, lastEntry } from '../../core/attempts.ts';
import { bookedDate } from '../../core/booking.ts';
import type { Candidate } from '../../core/candidate.ts';
import type { Email } from '../../core/email.ts';
import { nextEmail } from '../../core/email-schedule.ts';
import { flagsOf } from '../../core/flags.ts';
import { lastNote } from '../../core/notes.ts';
import type { Rules } from '../../core/rules.ts';
import { attemptsUsed, currentApplication, numberedAttempts, retakeDate, statusOf } from '../../core/status.ts';
import type { Instant } from '../../core/time.ts';
import type { CandidateDetail } from '../../services/find-candidates.ts';
import type { Answers } from './answer-schemas.ts';

export function toSummary(candidate: Candidate, rules: Rules, now: Instant): z.infer<Answers['candidate']> {
  const { exam } = rules;
  const { id, email, name, cohort, membership, timeZone, emailState, createdAt } = candidate;
  const status = statusOf(candidate, exam, now);
  const used = attemptsUsed(candidate);
  // On an application without attempts, the date only ends the wait after an earlier one.
  const isWaitOver = status === 'can-retake' && used === 0;
  return {
    id,
    email,
    name,
    cohort: cohort ?? null,
    membership,
    timeZone,
    status,
    emailState,
    attemptsUsed: used,
    retakeOn: isWaitOver ? null : (retakeDate(candidate, exam) ?? null),
    examOn: bookedDate(candidate, exam) ?? null,
    flags: flagsOf(candidate, exam, now),
    createdAt,
    updatedAt: candidate.activeAt,
    nextEmail: candidate.enrollment ? null : (nextEmail(candidate, rules, now) ?? null),
    lastNote: lastNoteJson(candidate),
  };
}

export function toDetail(
  { candidate, emails, toBeConfirmed }: CandidateDetail,
  rules: Rules,
  now: Instant,
): z.infer<Answers['detail']> {
  const last = candidate.enrollment ? undefined : lastEntry(candidate);
  return {
    ...toSummary(candidate, rules, now),
    passedAt: currentApplication(candidate).passedAt ?? null,
    attempts: numberedAttempts(candidate),
    refusedAttempt: candidate.refusedAttempt ?? null,
    toBeConfirmed: toBeConfirmed ?? null,
    emails: emails.map(toEmailJson),
    history: candidate.history,
    undoable: last ? entryKey(last) : null,
  };
}

function lastNoteJson(candidate: Candidate): z.infer<Answers['candidate']>['lastNote'] {
  const entry = lastNote(candidate);
  return entry ? { text: entry.note, at: entry.at, by: entry.by } : null;
}

function toEmailJson(email: Email): z.infer<Answers['email']> {
  const { key, kind, state, dueAt, tries, attempt } = email;
  const sent = email.state === 'sent' ? email : undefined;
  return {
    key,
    kind,
    state,
    reason: 'reason' in email ? email.reason : null,
    dueAt,
    at: 'at' in email ? email.at : null,
    deliveryStatus: sent?.deliveryStatus ?? null,
    deliveryStatusAt: sent?.deliveryStatusAt ?? null,
    tries,
    attempt: attempt ? { application: attempt.application, number: attempt.number } : null,
  };
}
