import * as z from 'zod/mini';
import { type AddressMove, type Candidate, detailsSchema, type Tombstone } from './candidate.ts';
import { emailSchema, nextDueEmail, type PendingEmail, queuedEmail, type Resend, resend, withEmails } from './email.ts';
import { goneAt } from './status.ts';
import { storedList } from './stored-list.ts';
import { addDays24h, type Instant, minutesAfter } from './time.ts';

/** By the kind of its email: how long a link works, and how late its email may go out. */
const daysToUse = { confirmation: 7, 'new-address': 7, 'page-link': 1, erased: 14, 'address-changed': 14 };
const daysOfGrace = { confirmation: 1, 'new-address': 1, 'page-link': 1 / 24, erased: 7, 'address-changed': 7 };
export const daysToConfirm = daysToUse.confirmation;
/** What is left to object, even if the email goes out as late as it may. */
export const daysToDispute = daysToUse.erased - daysOfGrace.erased;
const minutesToRepeat = 1;
const maxResendsKept = 10;

const answersSchema = z.object({
  details: detailsSchema,
  attempt: z.object({ number: z.int(), date: z.string(), lowestAreas: storedList(z.string()) }),
});
export type SignUpAnswers = z.infer<typeof answersSchema>;

const sent = {
  type: z.literal('pending-link'),
  /** Random; part of the link's token. */
  id: z.string(),
  version: z.int(),
  createdAt: z.string(),
  expiresAt: z.string(),
  /** How long it stays if staff can still send it again, although it is void since `expiresAt`. */
  keptUntil: z.optional(z.string()),
  /** The address record for the address that the link goes to. */
  addressId: z.string(),
  emails: storedList(emailSchema),
};
const counted = {
  ...sent,
  /** The hash of the mailbox that the address belongs to, under which links to it are counted. */
  mailboxId: z.string(),
};
/** The candidate that it is about, or the id for the one to be created. */
const candidateId = { candidateId: z.string() };
const open = { ...counted, ...candidateId, state: z.enum(['waiting', 'confirming']) };

export const pendingLinkSchema = z.discriminatedUnion('state', [
  z.discriminatedUnion('purpose', [
    z.object({ ...open, purpose: z.literal('sign-up'), answers: answersSchema }),
    z.object({
      ...open,
      purpose: z.literal('new-address'),
      newEmail: z.string(),
      /** As they were when the candidate asked; once either has changed, the link is void. */
      asked: z.object({ addressId: z.string(), linkSeries: z.optional(z.int()) }),
    }),
  ]),
  z.object({ ...counted, ...candidateId, state: z.literal('confirmed'), confirmedAt: z.string() }),
  z.object({ ...counted, ...candidateId, state: z.literal('disowned') }),
  z.object({ ...sent, ...candidateId, state: z.enum(['erased', 'moved']), email: z.string() }),
  z.object({ ...counted, state: z.literal('page-link') }),
]);
/**
 * A link sent to an address. One that confirms a sign-up or a new address only moves forward: from `waiting` to
 * `confirming` (written before the candidate) to `confirmed`, or to `disowned` ("this wasn't me"). The others keep
 * their state: `erased` and `moved` let someone object who was erased or whose address was changed, and `page-link`
 * leads to the page of whoever has the address once it is sent.
 */
export type PendingLink = z.infer<typeof pendingLinkSchema>;

export type OpenLink = Extract<PendingLink, { purpose: string }>;
export type SignUpLink = Extract<OpenLink, { purpose: 'sign-up' }>;
export type NewAddressLink = Extract<OpenLink, { purpose: 'new-address' }>;

export type LinkIds = Pick<OpenLink, 'id' | 'addressId' | 'mailboxId'>;

export function newPendingLink(
  ids: LinkIds & Pick<OpenLink, 'candidateId'>,
  answers: SignUpAnswers,
  now: Instant,
): SignUpLink {
  return { ...linkWith('confirmation', ids, now), state: 'waiting', purpose: 'sign-up', answers };
}

export function newAddressLink(
  ids: LinkIds,
  { id: candidateId, addressId, linkSeries }: Candidate,
  newEmail: string,
  now: Instant,
): NewAddressLink {
  return {
    ...linkWith('new-address', { ...ids, candidateId }, now),
    state: 'waiting',
    purpose: 'new-address',
    newEmail,
    asked: { addressId, linkSeries },
  };
}

/** A request for the link to one's page; whose page that is, if anyone's, is looked up when it is sent. */
export function pageLink(ids: LinkIds, now: Instant): PendingLink {
  return { ...linkWith('page-link', ids, now), state: 'page-link' };
}

/** For the last email to someone who was erased. It has the candidate's id, so that it is written only once. */
export function erasedLink(
  id: string,
  { email, addressId }: NonNullable<Tombstone['notify']>,
  now: Instant,
): PendingLink {
  return { ...linkWith('erased', { id, addressId, candidateId: id }, now), state: 'erased', email };
}

/** The link for the email to a candidate's former address. Its id is the move's: it is written only once. */
export function movedLink(
  candidateId: string,
  { id, from: addressId }: AddressMove,
  email: string,
  now: Instant,
): PendingLink {
  return { ...linkWith('address-changed', { id, addressId, candidateId }, now), state: 'moved', email };
}

function linkWith<Ids extends object>(kind: keyof typeof daysToUse, ids: Ids, now: Instant) {
  return {
    type: 'pending-link' as const,
    ...ids,
    version: 0,
    createdAt: now,
    expiresAt: addDays24h(now, daysToUse[kind]),
    emails: [firstEmail(kind, now)],
  };
}

function firstEmail(kind: keyof typeof daysOfGrace, now: Instant): PendingEmail {
  return queuedEmail({ key: kind, kind, dueAt: now }, daysOfGrace[kind]);
}

/** Queues the link again, valid for another seven days. */
export function resendLink<Link extends PendingLink>(
  link: Link,
  key: string,
  now: Instant,
): { link: Link } | Exclude<Resend, { again: unknown }> {
  const resent = resend(link.emails, key, daysOfGrace.confirmation, now);
  if ('refused' in resent) return resent;
  const expiresAt = addDays24h(now, daysToConfirm);
  const keptUntil = link.keptUntil && goneAt({ expiresAt });
  const [first, ...others] = link.emails;
  const emails = [...(first ? [first] : []), ...others.slice(-maxResendsKept), resent.again];
  return { link: { ...withEmails(link, emails), expiresAt, keptUntil } };
}

/** Whether the link no longer works, for any reason other than having been confirmed. */
export function isVoid(link: PendingLink | undefined, now: Instant): boolean {
  return link === undefined || link.state === 'disowned' || now >= link.expiresAt;
}

export function confirmingLink<Link extends OpenLink>(link: Link): Link {
  return { ...link, state: 'confirming' };
}

/** The link without what now is the candidate's. After a sign-up, it brings the page's link if no email does. */
export function confirmedLink(
  link: OpenLink,
  now: Instant,
  { id: candidateId, emails }: Pick<Candidate, 'id' | 'emails'>,
): PendingLink {
  const toCandidate = emails.filter(({ kind }) => kind !== 'staff-notice');
  const isAnswered = link.purpose === 'new-address' || nextDueEmail(toCandidate, now);
  const sending = isAnswered ? [] : [firstEmail('page-link', now)];
  return { ...usedLink(link), candidateId, state: 'confirmed', confirmedAt: now, emails: sending };
}

/** Whether the link was used just now, so that a second tap on its button answers like the first. */
export function wasJustConfirmed(link: PendingLink, now: Instant): boolean {
  return link.state === 'confirmed' && now < minutesAfter(link.confirmedAt, minutesToRepeat);
}

export function disownedLink(link: OpenLink): PendingLink {
  return { ...usedLink(link), state: 'disowned' };
}

function usedLink(link: OpenLink) {
  const { type, id, version, createdAt, expiresAt, addressId, mailboxId, candidateId } = link;
  return { type, id, version, createdAt, expiresAt, addressId, mailboxId, candidateId, emails: [] };
}
