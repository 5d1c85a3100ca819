import type { Candidate } from '../../core/candidate.ts';

/** All that is kept about a candidate, for their own use: without our keys, hashes and counters. */
export function myData(candidate: Candidate) {
  const { type, id, version, addressId, addressMove, linkSeries, enrollment, ...theirs } = candidate;
  const { emails, history, dropped, ...kept } = theirs;
  return {
    ...kept,
    emails: emails.map(({ key, resendOf, tries, ...email }) => email),
    history: history.map(({ byId, ...entry }) => entry),
    olderHistoryEntriesDropped: dropped?.historyEntries ?? 0,
  };
}
