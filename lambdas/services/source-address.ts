/** Whether a sign-up may come in; where not, how long to wait. */
type Admission = { admitted: true } | { admitted: false; retryAfterSeconds: number };

export type ConfirmationSlot = 'granted' | 'mailbox-limited' | 'complained';

/** Keeps strangers from flooding the service. */
export interface SignUpLimits {
  /** Counts one sign-up from this source address, and one in total, for this hour. */
  admit(source: string): Promise<Admission>;
}

/** Keeps strangers from flooding a mailbox. */
export interface MailboxLimits {
  /** One confirmation in ten minutes and three in a day to one address. The same link asking again has its slot. */
  takeConfirmationSlot(candidateId: string, link: string): Promise<ConfirmationSlot>;
  /** What `takeConfirmationSlot` would answer for one more link now. */
  confirmationSlot(candidateId: string): Promise<ConfirmationSlot>;
  /** No confirmation goes to this address any more, whether or not it belongs to a candidate. */
  rememberComplaint(candidateId: string): Promise<void>;
}

/** IPv4 as it is, IPv6 by its /64: that is what one household or one machine has. */
export function sourceOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  const missing = 8 - groups.length - (tail ? tail.split(':').length : 0);
  const full = tail === undefined ? groups : [...groups, ...Array(Math.max(missing, 0)).fill('0')];
  const network = [...full, ...(tail ? tail.split(':') : [])].slice(0, 4);
  return `${network.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
