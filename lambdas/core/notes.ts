import type { Candidate, HistoryEntry } from './candidate.ts';

/** The latest note of staff, whatever it was about. */
export function lastNote({ history }: Candidate): (HistoryEntry & { note: string }) | undefined {
  return history.findLast((entry): entry is HistoryEntry & { note: string } => 'note' in entry && Boolean(entry.note));
}
