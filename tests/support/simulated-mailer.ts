import type { Candidate } from '../../lambdas/core/candidate.ts';
import {
  claim,
  type Email,
  fail,
  maxTries,
  nextDueEmail,
  noAnswer,
  type Outcome,
  settle,
  skip,
} from '../../lambdas/core/email.ts';
import { isTooEarly, reasonToSkip, withSchedule } from '../../lambdas/core/email-schedule.ts';
import type { Rules } from '../../lambdas/core/rules.ts';
import type { Instant } from '../../lambdas/core/time.ts';

/** The candidate after a mailer took every email that was due at that moment: sent it, or skipped it. */
export function mailed(
  candidate: Candidate,
  rules: Rules,
  now: Instant,
  tags: (email: Email, candidate: Candidate) => Outcome = ({ key }) => ({
    type: 'accepted',
    messageId: `message-of-${key}`,
  }),
): Candidate {
  const email = nextDueEmail(candidate.emails, now);
  if (email === undefined) return candidate;
  if (isTooEarly(candidate, email, rules, now)) return mailed(withSchedule(candidate, rules, now), rules, now, tags);
  const reason = reasonToSkip(candidate, email, rules, now);
  if (reason) {
    const emails = skip(candidate.emails, email.key, reason, now);
    return mailed({ ...candidate, emails }, rules, now, tags);
  }
  if (email.tries >= maxTries) {
    const emails = fail(candidate.emails, email.key, noAnswer, now);
    return mailed({ ...candidate, emails }, rules, now, tags);
  }
  const outcome = tags(email, candidate);
  const tries = email.tries + 1;
  const claimedEmails = claim(candidate.emails, email.key, now);
  const emails = settle(claimedEmails, email.key, tries, outcome, now);
  const settledCandidate = { ...candidate, emails };
  return outcome.type === 'deferred' ? settledCandidate : mailed(settledCandidate, rules, now, tags);
}

/** What each email is, and what became of it. */
export function detailOf({ emails }: Candidate): string[] {
  return emails.map((email) => `${email.key} ${deliveryStatusOf(email)}`);
}

function deliveryStatusOf(email: Email): string {
  switch (email.state) {
    case 'queued':
      return `queued for ${email.dueAt}`;
    case 'sending':
      return `sending until ${email.leaseUntil}`;
    case 'sent':
      return `sent at ${email.at}`;
    case 'skipped':
      return `skipped: ${email.reason}`;
    case 'failed':
      return `failed: ${email.reason}`;
  }
}
