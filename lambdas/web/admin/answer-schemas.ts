import * as z from 'zod/mini';
import { emailStates, flags, historyEntrySchema } from '../../core/candidate.ts';
import { deliveryStatuses, emailKinds } from '../../core/email.ts';
import { memberships } from '../../core/exam.ts';
import { statuses } from '../../core/status.ts';
import { importOutcomes } from '../../services/import.ts';
import { errorCodes } from '../http-error.ts';

export type Answers = ReturnType<typeof buildAnswers>;
let answers: Answers | undefined;

/** The schemas of the API's answers, which pick what an answer has. Built on demand: the pages don't need them. */
export function answerSchemas(): Answers {
  answers ??= buildAnswers();
  return answers;
}

function buildAnswers() {
  const candidate = candidateSchema();
  const counts = Object.fromEntries(statuses.map((status) => [status, z.int()]));
  return {
    candidate,
    detail: detailSchema(candidate),
    summary: z.object({
      countedAt: instant(),
      all: z.object(counts),
      cohorts: z.array(z.object({ cohort: z.nullable(z.string()), rest: z.boolean(), ...counts })),
    }),
    page: z.object({
      candidates: z.array(candidate),
      /** Of all pages; null above 1,000. */
      total: z.nullable(z.int()),
      nextCursor: z.nullable(z.string()),
    }),
    imported: z.object({
      rows: z.array(
        z.object({
          row: z.int(),
          outcome: z.enum(importOutcomes),
          /** Null where there is no candidate, also where a dry run would make one. */
          id: z.nullable(z.string()),
          errors: byField,
        }),
      ),
    }),
    error: z.object({
      error: z.object({ code: z.enum(errorCodes), message: z.string(), fields: z.optional(byField) }),
    }),
  };
}

const instant = () => z.iso.datetime();
const date = () => z.iso.date();
const byField = z.record(z.string(), z.string());

/** What is absent is null in the answer. */
function orNull<Schema extends z.ZodMiniType>(schema: Schema) {
  return z._default(z.nullable(schema), null);
}

function candidateSchema() {
  return z.object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    cohort: orNull(z.string()),
    membership: z.enum(memberships),
    timeZone: z.string(),
    status: z.enum(statuses),
    emailState: z.enum(emailStates),
    attemptsUsed: z.int(),
    retakeOn: orNull(date()),
    /** The day booked for the exam. */
    examOn: orNull(date()),
    flags: z.array(z.enum(flags)),
    createdAt: instant(),
    /** When the candidate, or staff on their behalf, last did something. */
    updatedAt: instant(),
    /** The next email; `heldBack` if the address gets none as things are. */
    nextEmail: orNull(z.object({ kind: z.enum(emailKinds), at: instant(), heldBack: z.boolean() })),
    /** The newest note of staff, with whichever action it came. */
    lastNote: orNull(z.object({ text: z.string(), at: instant(), by: z.string() })),
  });
}

function emailSchema() {
  return z.object({
    key: z.string(),
    kind: z.enum(emailKinds),
    state: z.enum(['queued', 'sending', 'sent', 'skipped', 'failed']),
    reason: orNull(z.string()),
    dueAt: instant(),
    at: orNull(instant()),
    deliveryStatus: orNull(z.enum(deliveryStatuses)),
    deliveryStatusAt: orNull(instant()),
    tries: z.int(),
    /** The attempt that the email is about. */
    attempt: orNull(z.object({ application: z.int(), number: z.int() })),
  });
}

function detailSchema(candidate: ReturnType<typeof candidateSchema>) {
  const answers = z.object({ number: z.int(), date: date(), lowestAreas: z.array(z.string()) });
  const refused = z.object({ number: z.int(), date: date(), fieldErrors: byField, at: instant() });
  return z.object({
    ...candidate.shape,
    passedAt: orNull(instant()),
    attempts: z.array(
      z.object({ application: z.int(), ...answers.shape, recordedAt: instant(), correctedAt: z.optional(instant()) }),
    ),
    /** An attempt that the candidate confirmed but the rules refused. */
    refusedAttempt: orNull(refused),
    /** The attempt that an enrolled candidate hasn't confirmed yet. */
    toBeConfirmed: orNull(answers),
    emails: z.array(emailSchema()),
    history: z.array(historyEntrySchema),
    /** The entry that `undo` would remove; send it back as `entry`. */
    undoable: orNull(z.string()),
  });
}
