import type { Candidate } from './candidate.ts';
import { countsForWeeklyLimit, type Email, isPending, withEmails } from './email.ts';
import type { Instant } from './time.ts';

const maxEmails = 50;
const maxSentKeys = 500;
const maxHistoryBytes = 24_000;
const maxAcknowledged = 100;

/**
 * The candidate without the oldest entries that are over and done with, so that nobody can make a record outgrow
 * DynamoDB's limit. Never drops an email that is queued, being sent, or counts for the weekly limit, and keeps the
 * keys of those that went out, so that none goes out a second time.
 */
export function trimmed(candidate: Candidate, now: Instant): Candidate {
  const { emails, history, dropped = { sentKeys: [], historyEntries: 0 } } = candidate;
  const surplus = surplusOf(emails, now);
  const kept = history.slice(-entriesWithin(history, maxHistoryBytes));
  const acknowledged = candidate.acknowledged.slice(-maxAcknowledged);
  if (surplus.length === 0 && kept.length === history.length) return { ...candidate, acknowledged };
  const sentKeys = surplus.filter(({ tries }) => tries > 0).map(({ key }) => key);
  const others = emails.filter((email) => !surplus.includes(email));
  return {
    ...withEmails(candidate, others),
    acknowledged,
    history: kept,
    dropped: {
      sentKeys: [...dropped.sentKeys, ...sentKeys].slice(-maxSentKeys),
      historyEntries: dropped.historyEntries + history.length - kept.length,
    },
  };
}

/** The emails to drop: those that never went out first, then the oldest. */
function surplusOf(emails: readonly Email[], now: Instant): Email[] {
  if (emails.length <= maxEmails) return [];
  return emails
    .filter((email) => !isPending(email) && !countsForWeeklyLimit(email, now))
    .sort((one, other) => Number(one.tries > 0) - Number(other.tries > 0))
    .slice(0, emails.length - maxEmails);
}

/** How many of the newest entries fit, at least one. */
function entriesWithin(entries: readonly object[], maxBytes: number): number {
  let bytes = 0;
  const tooMany = entries.toReversed().findIndex((entry) => {
    bytes += new TextEncoder().encode(JSON.stringify(entry)).length;
    return bytes > maxBytes;
  });
  return tooMany === -1 ? Math.max(entries.length, 1) : Math.max(tooMany, 1);
}
