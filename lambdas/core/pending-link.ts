import * as z from 'zod/mini';
import { detailsSchema, type Tombstone } from './candidate.ts';
import { emailSchema, queuedEmail } from './email.ts';
import { type Resend, resend } from './resend.ts';
import { storedList } from './stored-list.ts';
import { addDays24h, type Instant } from './time.ts';

export const daysToConfirm = 7;
export const daysToDispute = 7;
const graceDays = 1;
const maxResendsKept = 10;

const answersSchema = z.object({
  details: detailsSchema,
  attempt: z.object({ number: z.int(), date: z.string(), lowestAreas: storedList(z.string()) }),
});
/** The validated answers of the sign-up form. */
export type SignUpAnswers = z.infer<typeof answersSchema>;

const sent = {
  type: z.literal('pending-link'),
  /** Random; part of the link's token. */
  id: z.string(),
  version: z.int(),
  createdAt: z.string(),
  expiresAt: z.string(),
  /** The address record for the address that the link goes to. */
  addressId: z.string(),
  /** The candidate that staff enrolled or that was erased, or the id for the one to be created. */
  candidateId: z.string(),
  emails: storedList(emailSchema),
};
const common = {
  ...sent,
  /** The hash of the mailbox that the address belongs to, under which links to it are counted. */
  mailboxId: z.string(),
};
const open = { ...common, answers: answersSchema };

export const pendingLinkSchema = z.discriminatedUnion('state', [
  z.object({ ...open, state: z.literal('waiting') }),
  z.object({ ...open, state: z.literal('confirming') }),
  z.object({ ...common, state: z.literal('confirmed') }),
  z.object({ ...common, state: z.literal('disowned') }),
  z.object({ ...sent, state: z.literal('erased'), email: z.string() }),
]);
/**
 * A confirmation link sent to an address. Its state only moves forward: from `waiting` to `confirming`
 * (written before the candidate) to `confirmed`, or to `disowned` ("this wasn't me"). Or, always
 * `erased`, the link by which someone who was erased can object.
 */
export type PendingLink = z.infer<typeof pendingLinkSchema>;

/** A link that still holds the answers. */
export type OpenLink = Extract<PendingLink, { answers: SignUpAnswers }>;

export function newPendingLink(
  ids: Pick<OpenLink, 'id' | 'addressId' | 'mailboxId' | 'candidateId'>,
  answers: SignUpAnswers,
  now: Instant,
): OpenLink {
  return {
    type: 'pending-link',
    ...ids,
    version: 0,
    createdAt: now,
    expiresAt: addDays24h(now, daysToConfirm),
    state: 'waiting',
    answers,
    emails: [queuedEmail({ key: 'confirmation', kind: 'confirmation', dueAt: now }, graceDays)],
  };
}

/**
 * The link for the last email to someone who was erased. It has the candidate's id, so that it is
 * written only once.
 */
export function erasedLink(
  id: string,
  { email, addressId }: NonNullable<Tombstone['notify']>,
  now: Instant,
): PendingLink {
  return {
    type: 'pending-link',
    id,
    version: 0,
    createdAt: now,
    expiresAt: addDays24h(now, daysToDispute),
    addressId,
    candidateId: id,
    state: 'erased',
    email,
    emails: [queuedEmail({ key: 'erased', kind: 'erased', dueAt: now }, graceDays)],
  };
}

/** Queues the link again, valid for another seven days. */
export function resendLink<Link extends PendingLink>(
  link: Link,
  key: string,
  now: Instant,
): { link: Link } | Exclude<Resend, { again: unknown }> {
  const resent = resend(link.emails, key, graceDays, now);
  if ('refused' in resent) return resent;
  const expiresAt = addDays24h(now, daysToConfirm);
  const [first, ...others] = link.emails;
  const emails = [...(first ? [first] : []), ...others.slice(-maxResendsKept), resent.again];
  return { link: { ...link, expiresAt, emails } };
}

/** Whether the link no longer works, for any reason other than having been confirmed. */
export function isVoid(link: PendingLink | undefined, now: Instant): boolean {
  return link === undefined || link.state === 'disowned' || now >= link.expiresAt;
}

/** The link once its button is clicked; it can no longer be disowned. */
export function confirmingLink(link: OpenLink): OpenLink {
  return { ...link, state: 'confirming' };
}

/** The link once it is used; the answers now belong to the candidate and are dropped here. */
export function confirmedLink(link: OpenLink): PendingLink {
  const { answers, ...rest } = link;
  return { ...rest, state: 'confirmed', emails: [] };
}

/** The link after "this wasn't me", without its answers and emails. */
export function disownedLink(link: OpenLink): PendingLink {
  const { answers, ...rest } = link;
  return { ...rest, state: 'disowned', emails: [] };
}
