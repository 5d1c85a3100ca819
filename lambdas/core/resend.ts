import { type Email, isPending, type PendingEmail, queuedEmail } from './email.ts';
import { type Instant, minutesAfter } from './time.ts';

export function originalKey({ key, resendOf }: Email): string {
  return resendOf ?? key;
}

/** Whether staff resent this email, so that the outcome of the resend is the one that counts. */
export function wasResent(emails: readonly Email[], email: Email): boolean {
  return emails.slice(emails.indexOf(email) + 1).some(({ resendOf }) => resendOf === originalKey(email));
}

export type Resend = { again: PendingEmail } | { refused: 'unknown' | 'on-its-way' | 'just-now' };

const minutesBetweenResends = 10;

/** Queues an email again under a new key, so that SES reports about one sending are never attributed to another. */
export function resend(emails: readonly Email[], key: string, daysOfGrace: number, now: Instant): Resend {
  const email = emails.find((one) => one.key === key);
  if (email === undefined) return { refused: 'unknown' };
  const first = originalKey(email);
  const resends = emails.filter((one) => one.resendOf === first);
  const justNow = resends.some(
    ({ dueAt }) =>
      dueAt > minutesAfter(now, -minutesBetweenResends) && dueAt < minutesAfter(now, minutesBetweenResends),
  );
  if (justNow) return { refused: 'just-now' };
  if (emails.some((one) => originalKey(one) === first && isPending(one))) return { refused: 'on-its-way' };
  // Not the number of resends, because the record may have dropped some of them.
  const last = Number(/\d+$/.exec(resends.at(-1)?.key ?? '0')?.[0]);
  const again = queuedEmail(
    { key: `${first}-again-${last + 1}`, kind: email.kind, resendOf: first, attempt: email.attempt, dueAt: now },
    daysOfGrace,
  );
  return { again };
}
