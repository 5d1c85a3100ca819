import type { Candidate } from './candidate.ts';
import { applyEvent, type DeliveryEventType, type DeliveryStatus, type Email } from './email.ts';
import type { Instant } from './time.ts';

/** What SES reports of the message of one email. */
export type DeliveryReport = { type: DeliveryEventType; key: string; messageId: string };

/**
 * The candidate after a report. Reports come twice, late and out of order: an email's state only goes
 * forward, and only its first bounce or complaint, where it is about the address that the candidate
 * has now, changes what the candidate gets from then on.
 */
export function applyReport(
  candidate: Candidate,
  report: DeliveryReport,
  now: Instant,
  isAboutAddress: boolean,
): Candidate {
  const emails = applyEvent(candidate.emails, report.key, report, now);
  const changed = { ...candidate, emails };
  return isAboutAddress && isNewStatus(candidate.emails, report, now)
    ? applyToAddress(changed, report.type, now)
    : changed;
}

/** Whether the report says of its email what was not known before. */
export function isNewStatus(
  emails: readonly Email[],
  report: DeliveryReport,
  now: Instant,
): boolean {
  const after = applyEvent(emails, report.key, report, now);
  return statusIn(emails, report.key) !== statusIn(after, report.key);
}

/** What a bounce or a complaint says of the candidate's address. */
export function applyToAddress(
  candidate: Candidate,
  type: DeliveryEventType,
  now: Instant,
): Candidate {
  if (type === 'complaint')
    return { ...candidate, emailState: 'complained', complainedAt: candidate.complainedAt ?? now };
  if (type !== 'hard-bounce' || candidate.emailState === 'complained') return candidate;
  return {
    ...candidate,
    bouncedAt: now,
    emailState: candidate.emailState === 'active' ? 'bounced' : candidate.emailState,
  };
}

function statusIn(emails: readonly Email[], key: string): DeliveryStatus | undefined {
  const email = emails.find((one) => one.key === key);
  return email?.state === 'sent' ? email.deliveryStatus : undefined;
}
