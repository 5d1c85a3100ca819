import type { Candidate, HistoryEntry } from '../core/candidate.ts';
import type { DeliveryEventType, Outcome, SkipReason } from '../core/email.ts';


/** The email of a record that a log line is about. */
type EmailFields = { type: 'candidate' | 'pending-link'; id: string; key: string };

/**
 * Every event that the service logs, with its fields: ids and codes, never a name, an address or a
 * text. Metric filters, alarms and the restore command read these lines, and are typed by this.
 */
export type LogEvents = {
  'sweep-completed': { sent: number; skipped: number; failed: number; secondsOverdue: number };
  'sweep-failed': { error: string };
  'email-handed-over': EmailFields & { tries: number; outcome: Outcome['type']; code?: string };
  'email-skipped': EmailFields & { reason: SkipReason };
  'email-failed': EmailFields & { reason: string };
  'record-unsendable': { type: 'candidate' | 'pending-link'; id: string; error: string };
  'quota-unknown': { error: string };
  'delivery-event': EmailFields & { report: DeliveryEventType };
  'candidate-written': { id: string; emailState: Candidate['emailState'] };
  'record-removed': { type: 'candidate' | 'pending-link'; id: string };
  'record-unlistable': { id: string; error: string };
  'sign-up-limited': { limit: 'source' | 'total' };
  'link-disowned': { id: string };
  'staff-signed-in': { by: string };
  'staff-action': { id: string; action: HistoryEntry['action'] | 'erased'; by: string };
  'request-failed': { path: string; error: string };
};

/** Writes one line for an event. */
export type Log = <Event extends keyof LogEvents>(event: Event, fields: LogEvents[Event]) => void;

/** The kind of an error: what its message says may name somebody. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
