import * as z from 'zod/mini';
import {
  attemptsUsed,
  type Candidate,
  currentApplication,
  emailStates,
  flags,
  flagsOf,
  numberedAttempts,
  retakeDate,
  staffDeedSchema,
  statuses,
  statusOf,
} from '../../core/candidate.ts';
import { toldKey, undoable } from '../../core/deeds.ts';
import { type Exam, memberships } from '../../core/exam.ts';
import { type Email, emailKinds, fates } from '../../core/mail-queue.ts';
import type { Story } from '../../core/office.ts';
import type { Instant } from '../../core/time.ts';

const instant = z.iso.datetime();
const date = z.iso.date();

/** A candidate as programs read it, in a list. */
export const candidateJson = z.object({
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

const attemptAnswersJson = z.object({
  number: z.int(),
  date,
  lowestAreas: z.array(z.string()),
});

const attemptJson = z.object({
  application: z.int(),
  ...attemptAnswersJson.shape,
  recordedAt: instant,
});

const emailJson = z.object({
  key: z.string(),
  kind: z.enum(emailKinds),
  state: z.enum(['queued', 'sending', 'sent', 'skipped', 'failed']),
  reason: z.nullable(z.string()),
  dueAt: instant,
  notAfter: instant,
  at: z.nullable(instant),
  fate: z.nullable(z.enum(fates)),
  fateAt: z.nullable(instant),
  tries: z.int(),
  messageId: z.nullable(z.string()),
});

/** A candidate as programs read it, alone. */
export const candidateStoryJson = z.object({
  ...candidateJson.shape,
  createdAt: instant,
  passedAt: z.nullable(instant),
  attempts: z.array(attemptJson),
  /** What the candidate confirmed and the rules refused. */
  refusedAttempt: z.nullable(
    z.object({ number: z.int(), date, mistakes: z.record(z.string(), z.string()) }),
  ),
  /** What an enrolled candidate has not confirmed yet. */
  toBeConfirmed: z.nullable(attemptAnswersJson),
  emails: z.array(emailJson),
  staffDeeds: z.array(staffDeedSchema),
  /** What `undo` would take back; sent with it as `told`. */
  undoable: z.nullable(z.string()),
});

export const summaryJson = z.object({
  countedAt: instant,
  all: countsJson(),
  cohorts: z.array(z.object({ cohort: z.string(), ...countsJson().shape })),
});

export const pageJson = z.object({
  candidates: z.array(candidateJson),
  nextCursor: z.nullable(z.string()),
});

export const errorJson = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    fields: z.optional(z.record(z.string(), z.string())),
  }),
});

export function inAList(
  candidate: Candidate,
  exam: Exam,
  now: Instant,
): z.infer<typeof candidateJson> {
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

export function asStory(
  { candidate, emails, toBeConfirmed }: Story,
  exam: Exam,
  now: Instant,
): z.infer<typeof candidateStoryJson> {
  const told = undoable(candidate, now);
  return {
    ...inAList(candidate, exam, now),
    createdAt: candidate.createdAt,
    passedAt: currentApplication(candidate).passedAt ?? null,
    attempts: numberedAttempts(candidate),
    refusedAttempt: candidate.refusedAttempt ?? null,
    toBeConfirmed: toBeConfirmed ?? null,
    emails: emails.map(emailAsJson),
    staffDeeds: candidate.staffDeeds,
    undoable: told ? toldKey(told) : null,
  };
}

function emailAsJson(email: Email): z.infer<typeof emailJson> {
  const { key, kind, state, dueAt, notAfter, tries } = email;
  const sent = email.state === 'sent' ? email : undefined;
  return {
    key,
    kind,
    state,
    reason: 'reason' in email ? email.reason : null,
    dueAt,
    notAfter,
    at: 'at' in email ? email.at : null,
    fate: sent?.fate ?? null,
    fateAt: sent?.fateAt ?? null,
    tries,
    messageId: sent?.messageId ?? null,
  };
}

function countsJson() {
  const count = z.int();
  return z.object({
    waiting: count,
    'can-retake': count,
    'attempts-used': count,
    passed: count,
    unconfirmed: count,
  });
}
