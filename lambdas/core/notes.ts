import type { Candidate, HistoryEntry } from './candidate.ts';

export function lastNote({ history }: Candidate): (HistoryEntry & { note: string }) | undefined {
  return history.findLast((entry): entry is HistoryEntry & { note: string } => 'note' in entry && Boolean(entry.note));
}
