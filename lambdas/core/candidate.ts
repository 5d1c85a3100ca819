import * as z from 'zod/mini';
import { emailSchema } from './email.ts';
import { memberships } from './exam.ts';
import { storedList } from './stored-list.ts';
import type { Instant } from './time.ts';

const attemptSchema = z.object({
  number: z.int(),
  date: z.string(),
  lowestAreas: storedList(z.string()),
  recordedAt: z.string(),
  /** When its date was last changed. */
  correctedAt: z.optional(z.string()),
});
export type Attempt = z.infer<typeof attemptSchema>;

const applicationSchema = z.object({
  /** Absent for the first one. */
  startedAt: z.optional(z.string()),
  attempts: storedList(attemptSchema),
  passedAt: z.optional(z.string()),
  /** What the candidate said about the next attempt, after the one recorded at that moment. */
  nextExam: z.optional(
    z.object({ saidAfter: z.string(), bookedFor: z.optional(z.string()), askAgainOn: z.optional(z.string()) }),
  ),
});
export type Application = z.infer<typeof applicationSchema>;

export const emailStates = ['active', 'unsubscribed', 'bounced', 'complained'] as const;

export const flags = [
  'third-attempt-used',
  'email-bounced',
  'email-complained',
  'email-failed',
  'attempt-refused',
  'not-confirmed',
] as const;
export type Flag = (typeof flags)[number];

const raisedFlagSchema = z.object({ flag: z.enum(flags), since: z.string() });
export type RaisedFlag = z.infer<typeof raisedFlagSchema>;

export const undoableEntries = ['passed', 'attempt', 'new-application'] as const;

const byStaff = { at: z.string(), by: z.string(), byId: z.string() };

const was = { from: z.optional(z.string()) };

function entry<Action extends string, Shape extends z.core.$ZodShape>(action: Action, shape: Shape) {
  return z.extend(z.object({ ...byStaff, action: z.literal(action) }), shape);
}

export const historyEntrySchema = z.discriminatedUnion('action', [
  entry('enrolled', {}),
  entry('attempt-recorded', { number: z.int(), date: z.string() }),
  entry('date-corrected', { ...was, date: z.string() }),
  entry('address-change-asked', { email: z.string() }),
  entry('passed-recorded', {}),
  entry('exam-booked', { ...was, date: z.optional(z.string()) }),
  entry('application-started', {}),
  entry('lowest-areas-set', { areas: z.array(z.string()) }),
  entry('details-changed', { changes: z.array(z.object({ field: z.string(), from: z.string(), to: z.string() })) }),
  entry('note-added', { note: z.string() }),
  entry('undone', { entry: z.enum(undoableEntries), number: z.optional(z.int()), date: z.optional(z.string()) }),
  entry('bounce-cleared', {}),
  entry('complaint-cleared', { note: z.string() }),
  entry('email-resent', { key: z.string() }),
  entry('flag-acknowledged', { flag: z.enum(flags), note: z.optional(z.string()) }),
]);
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

export const detailsSchema = z.object({
  name: z.string(),
  email: z.string(),
  membership: z.enum(memberships),
  timeZone: z.string(),
  cohort: z.optional(z.string()),
  checkIns: z.optional(z.boolean()),
});
export type Details = z.infer<typeof detailsSchema>;

const addressMoveSchema = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  /** The former address, if it is to be told; kept until the link is written whose email says so. */
  notify: z.optional(z.string()),
});
export type AddressMove = z.infer<typeof addressMoveSchema>;

export const candidateSchema = z.object({
  type: z.literal('candidate'),
  /** Random and never reused. */
  id: z.string(),
  /** The number of writes so far; 0 until first stored. */
  version: z.int(),
  createdAt: z.string(),
  activeAt: z.string(),
  ...detailsSchema.shape,
  /** The id of the address record that points here: the keyed hash of `email`. */
  addressId: z.string(),
  /** Links to the candidate's page work only if they carry this number; none counts as 0. */
  linkSeries: z.optional(z.int()),
  /** A change of address in progress, until the record of the previous address is released. */
  addressMove: z.optional(addressMoveSchema),
  emailState: z._default(z.enum(emailStates), 'active'),
  /** When the address hard-bounced; cleared when it proves to work again. */
  bouncedAt: z.optional(z.string()),
  complainedAt: z.optional(z.string()),
  /** Had stopped our emails before one was reported as spam, or has since. */
  hadUnsubscribed: z.optional(z.boolean()),
  /** Until it is confirmed. Void from `expiresAt` on, but kept a while, so that staff can send the link again. */
  enrollment: z.optional(z.object({ linkId: z.string(), expiresAt: z.string(), linkFailedAt: z.optional(z.string()) })),
  applications: z.array(applicationSchema).check(z.minLength(1)),
  emails: storedList(emailSchema),
  /** An attempt from a confirmed sign-up that the rules refused; cleared by the next change to an attempt. */
  refusedAttempt: z.optional(
    z.object({ number: z.int(), date: z.string(), fieldErrors: z.record(z.string(), z.string()), at: z.string() }),
  ),
  acknowledged: storedList(raisedFlagSchema),
  history: storedList(historyEntrySchema),
  dropped: z.optional(
    z.object({
      /** The keys of emails that went to SES, so that none goes out a second time. */
      sentKeys: storedList(z.string()),
      historyEntries: z.int(),
    }),
  ),
});
export type Candidate = z.infer<typeof candidateSchema>;

/** Whether the text could be an id of ours; anything else is nobody's, and may be longer than a key. */
export function isCandidateId(text: string): boolean {
  return /^[\w-]{1,64}$/.test(text);
}

export function newCandidate(id: string, addressId: string, details: Details, now: Instant): Candidate {
  return {
    type: 'candidate',
    id,
    version: 0,
    createdAt: now,
    activeAt: now,
    ...details,
    addressId,
    emailState: 'active',
    applications: [{ attempts: [] }],
    emails: [],
    acknowledged: [],
    history: [],
  };
}

export const tombstoneSchema = z.object({
  type: z.literal('tombstone'),
  id: z.string(),
  version: z.int(),
  createdAt: z.string(),
  /** The address records to release, in case erasing was interrupted. */
  addressIds: z.array(z.string()),
  erasedAt: z.string(),
  /** The login issuer's id of the staff member who erased the candidate. */
  erasedBy: z.optional(z.string()),
  /** Who is still to be told, until the link is written whose email says so. */
  notify: z.optional(z.object({ email: z.string(), addressId: z.string() })),
});
/** Takes an erased candidate's place until every link to its id has expired: no request in flight brings it back. */
export type Tombstone = z.infer<typeof tombstoneSchema>;

/** We notify only candidates who have confirmed their address, and only while our email reaches them. */
export function isTold({ enrollment, emailState }: Candidate): boolean {
  return !enrollment && emailState !== 'bounced' && emailState !== 'complained';
}

export function tombstoneOf(candidate: Candidate, now: Instant, erasedBy?: string | undefined): Tombstone {
  const { id, version, createdAt, email, addressId, addressMove } = candidate;
  const notify = isTold(candidate) ? { email, addressId } : undefined;
  const { from = addressId, to = addressId } = addressMove ?? {};
  const addressIds = [...new Set([addressId, from, to])];
  return { type: 'tombstone', id, version, createdAt, addressIds, erasedAt: now, erasedBy, notify };
}
