import type { Candidate, HistoryEntry } from '../core/candidate.ts';
import type { DeliveryEventType, Outcome, SkipReason } from '../core/email.ts';
import type { Hold } from './hold-emails.ts';

type EmailFields = { type: 'candidate' | 'pending-link'; id: string; key: string };

/** Ids and codes, never names, addresses or free text. Metrics and the restore command read these lines. */
export type LogEvents = {
  'sweep-completed': { sent: number; skipped: number; failed: number; secondsOverdue: number };
  'sweep-failed': { error: string };
  'email-handed-over': EmailFields & { tries: number; outcome: Outcome['type']; messageId?: string; code?: string };
  'email-skipped': EmailFields & { reason: SkipReason };
  'email-held': EmailFields & { reason: Hold['reason']; until: Hold['until'] };
  'email-failed': EmailFields & { reason: string };
  'record-unsendable': { type: 'candidate' | 'pending-link'; id: string; error: string };
  'quota-unknown': { error: string };
  'delivery-event': EmailFields & { report: DeliveryEventType };
  'candidate-written': { id: string; emailState: Candidate['emailState'] };
  'record-removed': { type: 'candidate' | 'pending-link'; id: string };
  'record-unlistable': { id: string; error: string };
  'sign-up-limited': { limit: 'source' | 'total' };
  'link-disowned': { id: string };
  'change-disputed': { id: string; change: 'erased' | 'moved' };
  /** `source` is the keyed hash of an IP address. */
  'request-refused': { code: string; source: string; by?: string | undefined };
  'staff-signed-in': { by: string };
  /** `filter` has the codes filtered by, or the list's name; of a cohort or an address only that there was one. */
  'list-viewed': { by: string; filter: string; rows: number };
  'candidate-viewed': { by: string; id: string };
  'staff-action': { id: string; action: HistoryEntry['action'] | 'erased'; by: string };
  'request-failed': { path: string; error: string };
};

export type Log = <Event extends keyof LogEvents>(event: Event, fields: LogEvents[Event]) => void;

/** The name of an error; its message may contain personal data and is never logged. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
