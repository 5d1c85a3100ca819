/** How many confirmations of the last 24 hours were sent, and how many of them did harm. */
export type ConfirmationTotals = Record<'sent' | 'bounced' | 'complained', number>;

const toleratedBounces = 9;
const toleratedBounceRate = 0.1;
const toleratedComplaints = 2;

/** Anyone can have them sent to any address, and Amazon stops all mail of an account whose mail bounces. */
export function confirmationsWait({ sent, bounced, complained }: ConfirmationTotals): boolean {
  return (bounced > toleratedBounces && bounced > toleratedBounceRate * sent) || complained > toleratedComplaints;
}
