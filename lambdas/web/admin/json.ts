import type * as z from 'zod/mini';
import { entryKey, undoable } from '../../core/attempts.ts';
import type { Candidate } from '../../core/candidate.ts';
import type { Email } from '../../core/email.ts';
import type { Exam } from '../../core/exam.ts';
import { flagsOf } from '../../core/flags.ts';
import {
  attemptsUsed,
  currentApplication,
  numberedAttempts,
  retakeDate,
  statusOf,
} from '../../core/status.ts';
import type { Instant } from '../../core/time.ts';
import type { CandidateDetail } from '../../services/find-candidates.ts';
import type { Answers } from './answer-schemas.ts';

export function toSummary(
  candidate: Candidate,
  exam: Exam,
  now: Instant,
): z.infer<Answers['candidate']> {
  const { id, email, name, cohort, membership, timeZone, emailState } = candidate;
  return {
    id,
    email,
    name,
    cohort: cohort ?? null,
    membership,
    timeZone,
    status: statusOf(candidate, exam, now),
    emailState,
    attemptsUsed: attemptsUsed(candidate),
    retakeOn: retakeDate(candidate, exam) ?? null,
    flags: flagsOf(candidate, exam, now),
  };
}

export function toDetail(
  { candidate, emails, toBeConfirmed }: CandidateDetail,
  exam: Exam,
  now: Instant,
): z.infer<Answers['detail']> {
  const last = undoable(candidate, now);
  return {
    ...toSummary(candidate, exam, now),
    createdAt: candidate.createdAt,
    passedAt: currentApplication(candidate).passedAt ?? null,
    attempts: numberedAttempts(candidate),
    refusedAttempt: candidate.refusedAttempt ?? null,
    toBeConfirmed: toBeConfirmed ?? null,
    emails: emails.map(toEmailJson),
    history: candidate.history,
    undoable: last ? entryKey(last) : null,
  };
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
