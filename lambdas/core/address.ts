import * as z from 'zod/mini';
import type { Instant } from './time.ts';

export const addressSchema = z.object({
  type: z.literal('address'),
  id: z.string(),
  version: z.int(),
  createdAt: z.string(),
  /** The candidate at this address; stale if that candidate is gone or has since moved to another address. */
  candidateId: z.optional(z.string()),
  renewedAt: z.string(),
  /** Claimed for an enrollment that has not been confirmed: kept for weeks, not for years. */
  isProvisional: z.optional(z.boolean()),
  complainedAt: z.optional(z.string()),
});
/** What we know about an email address, as opposed to the person using it. */
export type Address = z.infer<typeof addressSchema>;

const dayMs = 24 * 60 * 60 * 1000;

/** The address that stands for all spellings of one mailbox: without a `+tag` and, at Gmail, without dots. */
export function mailboxOf(email: string): string {
  const [local = '', domain = ''] = email.toLowerCase().split('@');
  const name = local.replace(/(?<=.)\+.*/, '');
  return ['gmail.com', 'googlemail.com'].includes(domain)
    ? `${name.replaceAll('.', '')}@gmail.com`
    : `${name}@${domain}`;
}

export const renewalDays = 30;

/** Invisible characters, which come along when an address is copied from a page or a document. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u00a0\u202f]/gu;

/** The email address as typed or pasted, without invisible characters, its domain in ASCII. */
export function normalizeAddress(text: string): string {
  const address = text.replace(invisible, '').replace(/^ +| +$/g, '');
  const [, name, domain = ''] = /^(.*@)([^@/?#:\\%\s]+)$/u.exec(address) ?? [];
  if (name === undefined || /^\p{ASCII}*$/u.test(domain)) return address;
  return `${name}${URL.parse(`http://${domain}`)?.hostname ?? domain}`;
}

export function newAddress(id: string, now: Instant): Address {
  return { type: 'address', id, version: 0, createdAt: now, renewedAt: now };
}

/** Once in each period of `renewalDays`, so that the claim is never older than the last activity by more than that. */
export function isRenewalDue(lastActiveAt: Instant, now: Instant): boolean {
  const periodOf = (at: Instant) => Math.floor(Date.parse(at) / (renewalDays * dayMs));
  return periodOf(now) !== periodOf(lastActiveAt);
}
