import { confirmationsWait } from '../core/confirmation-hold.ts';
import type { Email, SkipReason } from '../core/email.ts';
import { type Instant, minutesAfter, startOfNextHour } from '../core/time.ts';
import type { ConfirmationCounter, LatestNotice, StaffNotice, Store } from './ports.ts';

/** Why an email that is due stays queued, and until when. */
export type Hold = { reason: 'confirmations-wait' | 'notice-went-out'; until: Instant };

export type HoldDependencies = {
  store: Store;
  confirmations: ConfirmationCounter;
  latestNotice: LatestNotice;
};

const minutesBetweenNotices = 60;

/** Holds confirmations back while too many of them do harm; the totals change with the hour. */
export async function confirmationHold(
  { confirmations }: Pick<HoldDependencies, 'confirmations'>,
  now: Instant,
): Promise<Hold | undefined> {
  return confirmationsWait(await confirmations.lastDay(now))
    ? { reason: 'confirmations-wait', until: startOfNextHour(now) }
    : undefined;
}

/**
 * Lets one notice an hour go out. It counts every flagged candidate, so it stands for all notices that
 * were due by then; but only once it is sent, since until then it can still fail.
 */
export async function noticeObstacle(
  { store, latestNotice }: Pick<HoldDependencies, 'store' | 'latestNotice'>,
  candidateId: string,
  { key, dueAt }: Email,
  now: Instant,
): Promise<SkipReason | Hold | undefined> {
  for (;;) {
    const latest = await latestNotice.read();
    // One that lies in the future was written before the clock was set back.
    if (latest && latest.takenAt <= minutesAfter(now, minutesBetweenNotices)) {
      const until = minutesAfter(latest.takenAt, minutesBetweenNotices);
      const isItself = latest.candidateId === candidateId && latest.key === key;
      if (isItself && now < until) return undefined;
      if (dueAt <= latest.takenAt && (await wasSent(store, latest))) return 'in-another-notice';
      if (now < until) return { reason: 'notice-went-out', until };
    }
    if (await latestNotice.replace(latest, { candidateId, key, takenAt: now })) return undefined;
  }
}

async function wasSent(store: Store, { candidateId, key }: StaffNotice): Promise<boolean> {
  const candidate = await store.read('candidate', candidateId);
  return candidate?.emails.find((email) => email.key === key)?.state === 'sent';
}
