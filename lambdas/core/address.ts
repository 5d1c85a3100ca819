import * as z from 'zod/mini';
import { addDays24h, type Instant } from './time.ts';

export const addressSchema = z.object({
  type: z.literal('address'),
  /** The keyed hash of the address, in lower case. */
  id: z.string(),
  version: z.int(),
  createdAt: z.string(),
  /** Who has this address; a candidate that is gone, or has another address now, has it no more. */
  candidateId: z.optional(z.string()),
  /** When a candidate took the address, or was last active with it. */
  renewedAt: z.string(),
  /** When somebody reported our email as spam there: no link is sent there any more. */
  complainedAt: z.optional(z.string()),
});
/** What belongs to an email address rather than to a person. */
export type Address = z.infer<typeof addressSchema>;

/** An active candidate's address is told to stay this often, in days. */
export const renewalDays = 30;

export function newAddress(id: string, now: Instant): Address {
  return { type: 'address', id, version: 0, createdAt: now, renewedAt: now };
}

/** Whether the address has to be told again that its candidate is active. */
export function isRenewalDue(
  { addressRenewedAt }: { addressRenewedAt: Instant },
  now: Instant,
): boolean {
  return now > addDays24h(addressRenewedAt, renewalDays);
}
