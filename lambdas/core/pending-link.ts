import * as z from 'zod/mini';
import { detailsSchema } from './candidate.ts';
import { emailSchema, queuedEmail, type Resend, resend } from './email.ts';
import { addDays24h, type Instant } from './time.ts';

export const daysToConfirm = 7;
const confirmationGraceDays = 1;

const answersSchema = z.object({
  details: detailsSchema,
  attempt: z.object({ number: z.int(), date: z.string(), lowestAreas: z.array(z.string()) }),
});
/** What was typed into the sign-up form, once it is found in order. */
export type SignUpAnswers = z.infer<typeof answersSchema>;

export const pendingLinkSchema = z.object({
  type: z.literal('sign-up'),
  /** Random; the confirmation link carries it. */
  id: z.string(),
  version: z.int(),
  createdAt: z.string(),
  expiresAt: z.string(),
  candidateId: z.string(),
  /** Gone once confirmed. */
  answers: z.optional(answersSchema),
  emails: z.array(emailSchema),
});
/** A sign-up that waits for its link to be opened, or was confirmed by it. */
export type PendingLink = z.infer<typeof pendingLinkSchema>;

export function newPendingLink(
  id: string,
  candidateId: string,
  answers: SignUpAnswers,
  now: Instant,
): PendingLink {
  return {
    type: 'sign-up',
    id,
    version: 0,
    createdAt: now,
    expiresAt: addDays24h(now, daysToConfirm),
    candidateId,
    answers,
    emails: [
      queuedEmail({ key: 'confirmation', kind: 'confirmation', dueAt: now }, confirmationGraceDays),
    ],
  };
}

/** Has the link go out again, working for seven days anew. */
export function withConfirmationAgain(
  signUp: PendingLink,
  key: string,
  now: Instant,
): { signUp: PendingLink } | Exclude<Resend, { again: unknown }> {
  const again = resend(signUp.emails, key, confirmationGraceDays, now);
  if ('refused' in again) return again;
  const expiresAt = addDays24h(now, daysToConfirm);
  return { signUp: { ...signUp, expiresAt, emails: [...signUp.emails, again.again] } };
}

export type LinkState = 'waiting' | 'confirmed' | 'expired';

export function linkState(signUp: PendingLink | undefined, now: Instant): LinkState {
  if (signUp === undefined || now >= signUp.expiresAt) return 'expired';
  return signUp.answers === undefined ? 'confirmed' : 'waiting';
}

/** The sign-up after its link was used: what was typed is the candidate's now, and kept here no longer. */
export function confirmedLink(signUp: PendingLink): PendingLink {
  return { ...signUp, answers: undefined, emails: [] };
}
