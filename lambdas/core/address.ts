import * as z from 'zod/mini';
import { addDays24h, type Instant } from './time.ts';

export const addressSchema = z.object({
  type: z.literal('address'),
  /** The keyed hash of the lowercase email address. */
  id: z.string(),
  version: z.int(),
  createdAt: z.string(),
  /**
   * The candidate at this address; stale if that candidate is gone or has since moved to another
   * address.
   */
  candidateId: z.optional(z.string()),
  /** When a candidate claimed the address or last renewed the claim. */
  renewedAt: z.string(),
  /** Claimed for an enrollment that has not been confirmed: kept for weeks, not for years. */
  isProvisional: z.optional(z.boolean()),
  /** When our email was reported as spam from this address; no more links are sent to it. */
  complainedAt: z.optional(z.string()),
});
/** What we know about an email address, as opposed to the person using it. */
export type Address = z.infer<typeof addressSchema>;

/** How often, in days, an active candidate renews the claim on their address. */
export const renewalDays = 30;

export function newAddress(id: string, now: Instant): Address {
  return { type: 'address', id, version: 0, createdAt: now, renewedAt: now };
}

export function isRenewalDue(
  { addressRenewedAt }: { addressRenewedAt: Instant },
  now: Instant,
): boolean {
  return now > addDays24h(addressRenewedAt, renewalDays);
}
