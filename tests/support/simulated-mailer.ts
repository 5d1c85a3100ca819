import type { Candidate } from '../../lambdas/core/candidate.ts';
import {
  claimed,
  type Email,
  emailInTurn,
  failed,
  maxTries,
  noAnswer,
  type Outcome,
  settled,
  skipped,
} from '../../lambdas/core/mail-queue.ts';
import { type Rules, reasonToSkip } from '../../lambdas/core/plan.ts';
import type { Instant } from '../../lambdas/core/time.ts';

/** The candidate after a mailer took every email that was due at that moment: sent it, or skipped it. */
export function mailed(
  candidate: Candidate,
  rules: Rules,
  now: Instant,
  handOver: (email: Email, candidate: Candidate) => Outcome = ({ key }) => ({
    type: 'accepted',
    messageId: `message-of-${key}`,
  }),
): Candidate {
  const email = emailInTurn(candidate.emails, now);
  if (email === undefined) return candidate;
  const reason = reasonToSkip(candidate, email, rules, now);
  if (reason) {
    const emails = skipped(candidate.emails, email.key, reason, now);
    return mailed({ ...candidate, emails }, rules, now, handOver);
  }
  if (email.tries >= maxTries) {
    const emails = failed(candidate.emails, email.key, noAnswer, now);
    return mailed({ ...candidate, emails }, rules, now, handOver);
  }
  const outcome = handOver(email, candidate);
  const tries = email.tries + 1;
  const claim = claimed(candidate.emails, email.key, now);
  const emails = settled(claim, email.key, tries, outcome, now);
  const settledCandidate = { ...candidate, emails };
  return outcome.type === 'deferred'
    ? settledCandidate
    : mailed(settledCandidate, rules, now, handOver);
}

/** What each email is, and what became of it. */
export function storyOf({ emails }: Candidate): string[] {
  return emails.map((email) => `${email.key} ${fateOf(email)}`);
}

function fateOf(email: Email): string {
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
