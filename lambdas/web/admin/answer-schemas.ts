import * as z from 'zod/mini';
import { emailStates, flags, historyEntrySchema } from '../../core/candidate.ts';
import { deliveryStatuses, emailKinds } from '../../core/email.ts';
import { memberships } from '../../core/exam.ts';
import { statuses } from '../../core/status.ts';
import { importOutcomes } from '../../services/import.ts';
import { errorCodes } from '../http-error.ts';

/**
 * The schemas of API responses. Built on demand, because only the OpenAPI document and the CSV
 * header need them.
 */
export function answerSchemas() {
  const candidate = candidateSchema();
  const email = emailSchema();
  const counts = Object.fromEntries(statuses.map((status) => [status, z.int()]));
  const byField = z.record(z.string(), z.string());
  return {
    candidate,
    email,
    detail: detailSchema(candidate, email),
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

export type Answers = ReturnType<typeof answerSchemas>;

const instant = () => z.iso.datetime();
const date = () => z.iso.date();

function candidateSchema() {
  return z.object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    cohort: z.nullable(z.string()),
    membership: z.enum(memberships),
    timeZone: z.string(),
    status: z.enum(statuses),
    emailState: z.enum(emailStates),
    attemptsUsed: z.int(),
    retakeOn: z.nullable(date()),
    /** The day booked for the exam. */
    examOn: z.nullable(date()),
    flags: z.array(z.enum(flags)),
    createdAt: instant(),
    /** When the candidate, or staff on their behalf, last did something. */
    updatedAt: instant(),
    /** The next email; `heldBack` if the address gets none as things are. */
    nextEmail: z.nullable(z.object({ kind: z.enum(emailKinds), at: instant(), heldBack: z.boolean() })),
    /** The newest note of staff, with whichever action it came. */
    lastNote: z.nullable(z.object({ text: z.string(), at: instant(), by: z.string() })),
  });
}

function emailSchema() {
  return z.object({
    key: z.string(),
    kind: z.enum(emailKinds),
    state: z.enum(['queued', 'sending', 'sent', 'skipped', 'failed']),
    reason: z.nullable(z.string()),
    dueAt: instant(),
    at: z.nullable(instant()),
    deliveryStatus: z.nullable(z.enum(deliveryStatuses)),
    deliveryStatusAt: z.nullable(instant()),
    tries: z.int(),
    /** The attempt that the email is about. */
    attempt: z.nullable(z.object({ application: z.int(), number: z.int() })),
  });
}

function detailSchema(candidate: ReturnType<typeof candidateSchema>, email: ReturnType<typeof emailSchema>) {
  const answers = z.object({ number: z.int(), date: date(), lowestAreas: z.array(z.string()) });
  const refused = z.object({ number: z.int(), date: date(), fieldErrors: z.record(z.string(), z.string()) });
  return z.object({
    ...candidate.shape,
    passedAt: z.nullable(instant()),
    attempts: z.array(z.object({ application: z.int(), ...answers.shape, recordedAt: instant() })),
    /** An attempt that the candidate confirmed but the rules refused. */
    refusedAttempt: z.nullable(refused),
    /** The attempt that an enrolled candidate hasn't confirmed yet. */
    toBeConfirmed: z.nullable(answers),
    emails: z.array(email),
    history: z.array(historyEntrySchema),
    /** The entry that `undo` would remove; send it back as `entry`. */
    undoable: z.nullable(z.string()),
  });
}
