import { confirmationsWait } from '../core/confirmation-hold.ts';
import { type Email, goesToUnprovenAddress, type PendingEmail, type SkipReason } from '../core/email.ts';
import type { PendingLink } from '../core/pending-link.ts';
import type { StaffNotice } from '../core/staff-notice.ts';
import { type Instant, minutesAfter, startOfNextHour } from '../core/time.ts';
import { confirmedCandidateAt } from './addresses.ts';
import type { ConfirmationCounter, MailboxLimits, Store } from './ports.ts';
import { update } from './update.ts';

export type Hold = { reason: 'confirmations-wait' | 'notice-went-out'; until: Instant };

const minutesBetweenNotices = 60;

type LinkDependencies = { store: Store; mailboxLimits: MailboxLimits; confirmations: ConfirmationCounter };

/** Whether a link may go out now, within the limits of its mailbox and of what strangers may cause. */
export async function linkObstacle(
  { store, mailboxLimits, confirmations }: LinkDependencies,
  link: PendingLink,
  { key, notAfter }: PendingEmail,
  now: Instant,
): Promise<SkipReason | Hold | undefined> {
  if (now > notAfter) return 'too-late';
  const address = await store.read('address', link.addressId);
  if (address?.complainedAt !== undefined) return 'complained';
  if (key.startsWith('page-link')) {
    const candidate = await confirmedCandidateAt(store, link.addressId, now);
    if (candidate === undefined) return 'unknown-address';
    if (candidate.emailState === 'complained') return 'complained';
  }
  // Whoever has just confirmed a link has proved that the mailbox is theirs.
  if (!('mailboxId' in link) || link.state === 'confirmed') return undefined;
  if (goesToUnprovenAddress(key) && confirmationsWait(await confirmations.lastDay(now)))
    return { reason: 'confirmations-wait', until: startOfNextHour(now) };
  const hasSlot = await mailboxLimits.takeSlot(link.mailboxId, `${link.id} ${key}`);
  return hasSlot ? undefined : 'mailbox-limited';
}

/** One notice an hour, for all flagged candidates; but only once it is sent, since until then it can still fail. */
export function noticeObstacle(
  store: Store,
  candidateId: string,
  { key, dueAt }: Email,
  now: Instant,
): Promise<SkipReason | Hold | undefined> {
  return update<'staff-notice', SkipReason | Hold | undefined>(store, 'staff-notice', 'latest', async (latest) => {
    // One that lies in the future was written before the clock was set back.
    if (latest && latest.takenAt <= minutesAfter(now, minutesBetweenNotices)) {
      const until = minutesAfter(latest.takenAt, minutesBetweenNotices);
      const isItself = latest.candidateId === candidateId && latest.key === key;
      if (isItself && now < until) return { result: undefined };
      if (dueAt <= latest.takenAt && (await wasSent(store, latest))) return { result: 'in-another-notice' };
      if (now < until) return { result: { reason: 'notice-went-out', until } };
    }
    const first = { type: 'staff-notice', id: 'latest', version: 0, createdAt: now } as const;
    return { save: { ...first, ...latest, candidateId, key, takenAt: now }, result: undefined };
  });
}

async function wasSent(store: Store, { candidateId, key }: StaffNotice): Promise<boolean> {
  const candidate = await store.read('candidate', candidateId);
  return candidate?.emails.find((email) => email.key === key)?.state === 'sent';
}
