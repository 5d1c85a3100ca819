import * as z from 'zod/mini';
import { entryKey, undoable } from '../../core/attempts.ts';
import { type Candidate, emailStates, flags, historyEntrySchema } from '../../core/candidate.ts';
import { deliveryStatuses, type Email, emailKinds } from '../../core/email.ts';
import { type Exam, memberships } from '../../core/exam.ts';
import { flagsOf } from '../../core/flags.ts';
import {
  attemptsUsed,
  currentApplication,
  numberedAttempts,
  retakeDate,
  statuses,
  statusOf,
} from '../../core/status.ts';
import type { Instant } from '../../core/time.ts';
import type { CandidateDetail } from '../../services/find-candidates.ts';
import { errorCodes } from '../http-error.ts';

/** What the API answers. Only its description and the table's header need it, so it is not made before. */
export function answerSchemas() {
  const instant = z.iso.datetime();
  const date = z.iso.date();

  /** A candidate as programs read it, in a list. */
  const candidate = z.object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    cohort: z.nullable(z.string()),
    membership: z.enum(memberships),
    timeZone: z.string(),
    status: z.enum(statuses),
    emailState: z.enum(emailStates),
    attemptsUsed: z.int(),
    retakeOn: z.nullable(date),
    flags: z.array(z.enum(flags)),
  });

  const attemptAnswers = z.object({
    number: z.int(),
    date,
    lowestAreas: z.array(z.string()),
  });

  const attempt = z.object({
    application: z.int(),
    ...attemptAnswers.shape,
    recordedAt: instant,
  });

  const email = z.object({
    key: z.string(),
    kind: z.enum(emailKinds),
    state: z.enum(['queued', 'sending', 'sent', 'skipped', 'failed']),
    reason: z.nullable(z.string()),
    dueAt: instant,
    notAfter: instant,
    at: z.nullable(instant),
    deliveryStatus: z.nullable(z.enum(deliveryStatuses)),
    deliveryStatusAt: z.nullable(instant),
    tries: z.int(),
    messageId: z.nullable(z.string()),
    /** The attempt that the email speaks of. */
    attempt: z.nullable(z.object({ application: z.int(), number: z.int() })),
  });

  /** A candidate as programs read it, alone. */
  const detail = z.object({
    ...candidate.shape,
    createdAt: instant,
    passedAt: z.nullable(instant),
    attempts: z.array(attempt),
    /** What the candidate confirmed and the rules refused. */
    refusedAttempt: z.nullable(
      z.object({ number: z.int(), date, fieldErrors: z.record(z.string(), z.string()) }),
    ),
    /** What an enrolled candidate has not confirmed yet. */
    toBeConfirmed: z.nullable(attemptAnswers),
    emails: z.array(email),
    history: z.array(historyEntrySchema),
    /** What `undo` would take back; sent with it as `entry`. */
    undoable: z.nullable(z.string()),
  });

  const count = z.int();
  const counts = z.object({
    waiting: count,
    'can-retake': count,
    'attempts-used': count,
    passed: count,
    unconfirmed: count,
  });

  const summary = z.object({
    countedAt: instant,
    all: counts,
    cohorts: z.array(z.object({ cohort: z.string(), ...counts.shape })),
  });

  const page = z.object({
    candidates: z.array(candidate),
    nextCursor: z.nullable(z.string()),
  });

  const error = z.object({
    error: z.object({
      code: z.enum(errorCodes),
      message: z.string(),
      fields: z.optional(z.record(z.string(), z.string())),
    }),
  });

  return { candidate, detail, email, summary, page, error };
}
type Answers = ReturnType<typeof answerSchemas>;

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
    flags: flagsOf(candidate, exam),
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
  const { key, kind, state, dueAt, notAfter, tries, attempt } = email;
  const sent = email.state === 'sent' ? email : undefined;
  return {
    key,
    kind,
    state,
    reason: 'reason' in email ? email.reason : null,
    dueAt,
    notAfter,
    at: 'at' in email ? email.at : null,
    deliveryStatus: sent?.deliveryStatus ?? null,
    deliveryStatusAt: sent?.deliveryStatusAt ?? null,
    tries,
    messageId: sent?.messageId ?? null,
    attempt: attempt ? { application: attempt.application, number: attempt.number } : null,
  };
}
