import type { Candidate } from './candidate.ts';
import { applyEvent, type DeliveryEventType, type DeliveryStatus, type Email, withEmails } from './email.ts';
import { withComplaint } from './email-preferences.ts';
import type { Instant } from './time.ts';

export type DeliveryReport = { type: DeliveryEventType; key: string };

/**
 * The candidate after a report. Reports can be duplicated, late and out of order, so an email's state only moves
 * forward, and only its first bounce or complaint affects later emails, provided it is about the candidate's current
 * address.
 */
export function applyReport(
  candidate: Candidate,
  report: DeliveryReport,
  now: Instant,
  isAboutAddress: boolean,
): Candidate {
  const changed = withEmails(candidate, applyEvent(candidate.emails, report.key, report.type, now));
  return isAboutAddress && isNewStatus(candidate.emails, report, now)
    ? applyToAddress(changed, report.type, now)
    : changed;
}

export function isNewStatus(emails: readonly Email[], report: DeliveryReport, now: Instant): boolean {
  const after = applyEvent(emails, report.key, report.type, now);
  return statusIn(emails, report.key) !== statusIn(after, report.key);
}

export function applyToAddress(candidate: Candidate, type: DeliveryEventType, now: Instant): Candidate {
  if (type === 'complaint') return withComplaint(candidate, now);
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
