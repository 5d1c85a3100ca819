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

const common = {
  type: z.literal('pending-link'),
  /** Random; the link carries it. */
  id: z.string(),
  version: z.int(),
  createdAt: z.string(),
  expiresAt: z.string(),
  /** The address record of where the link was sent. */
  addressId: z.string(),
  /** Whom staff enrolled, or the id that a new candidate gets on confirming. */
  candidateId: z.string(),
  emails: z.array(emailSchema),
};
const open = { ...common, answers: answersSchema };

export const pendingLinkSchema = z.discriminatedUnion('state', [
  z.object({ ...open, state: z.literal('waiting') }),
  z.object({ ...open, state: z.literal('confirming') }),
  z.object({ ...common, state: z.literal('confirmed') }),
  z.object({ ...common, state: z.literal('disowned') }),
]);
/**
 * A link that was sent to an address and waits to be opened. Its state goes one way: `waiting`, then
 * `confirming` (written before the candidate is) and `confirmed`, or `disowned` ("this wasn't me").
 */
export type PendingLink = z.infer<typeof pendingLinkSchema>;

/** A link that still holds what was typed. */
export type OpenLink = Extract<PendingLink, { answers: SignUpAnswers }>;

export function newPendingLink(
  { id, addressId, candidateId }: Pick<PendingLink, 'id' | 'addressId' | 'candidateId'>,
  answers: SignUpAnswers,
  now: Instant,
): OpenLink {
  return {
    type: 'pending-link',
    id,
    version: 0,
    createdAt: now,
    expiresAt: addDays24h(now, daysToConfirm),
    addressId,
    candidateId,
    state: 'waiting',
    answers,
    emails: [
      queuedEmail({ key: 'confirmation', kind: 'confirmation', dueAt: now }, confirmationGraceDays),
    ],
  };
}

/** Sends the link again, good for another seven days. */
export function resendLink<Link extends PendingLink>(
  link: Link,
  key: string,
  now: Instant,
): { link: Link } | Exclude<Resend, { again: unknown }> {
  const resent = resend(link.emails, key, confirmationGraceDays, now);
  if ('refused' in resent) return resent;
  const expiresAt = addDays24h(now, daysToConfirm);
  return { link: { ...link, expiresAt, emails: [...link.emails, resent.again] } };
}

/** Whether the link leads nowhere any more, and not because it was confirmed. */
export function isVoid(link: PendingLink | undefined, now: Instant): boolean {
  return link === undefined || link.state === 'disowned' || now >= link.expiresAt;
}

/** The link once somebody has pressed its button; no longer anybody's to disown. */
export function confirmingLink(link: OpenLink): OpenLink {
  return { ...link, state: 'confirming' };
}

/** The link once it is used up: what was typed is the candidate's now, and kept here no longer. */
export function confirmedLink(link: OpenLink): PendingLink {
  const { answers, ...rest } = link;
  return { ...rest, state: 'confirmed', emails: [] };
}

/** The link of somebody who said "this wasn't me": forgets what was typed, and what was to be sent. */
export function disownedLink(link: OpenLink): PendingLink {
  const { answers, ...rest } = link;
  return { ...rest, state: 'disowned', emails: [] };
}
