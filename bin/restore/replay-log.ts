import * as z from 'zod/mini';
import { candidateSchema } from '../../lambdas/core/candidate.ts';
import { applyEvent, claim } from '../../lambdas/core/email.ts';
import type { Instant } from '../../lambdas/core/time.ts';
import type { LogEvents } from '../../lambdas/services/log-events.ts';
import type { EmailRecord } from '../../lambdas/services/ports.ts';

type LoggedEvent = 'record-removed' | 'candidate-written' | 'email-handed-over';
export type Line = { [Event in LoggedEvent]: { event: Event } & LogEvents[Event] }[LoggedEvent];

const recordRef = { type: z.enum(['candidate', 'pending-link']), id: z.string() };
const lineSchema: z.ZodMiniType<Line> = z.discriminatedUnion('event', [
  z.object({ event: z.literal('record-removed'), ...recordRef }),
  z.object({ event: z.literal('candidate-written'), id: z.string(), emailState: candidateSchema.shape.emailState }),
  z.object({
    event: z.literal('email-handed-over'),
    ...recordRef,
    key: z.string(),
    tries: z.int(),
    outcome: z.enum(['accepted', 'unknown']),
  }),
]);

/** The log events that matter after a backup, in order of time, from lines of milliseconds, a tab and JSON. */
export function linesFrom(text: string): Line[] {
  return text
    .split('\n')
    .flatMap((row) => {
      const [, at, json] = /^(\d+)\t(\{.*\})\s*$/.exec(row) ?? [];
      const parsed = json === undefined ? undefined : lineSchema.safeParse(parsedJson(json));
      return parsed?.success ? [{ at: Number(at), line: parsed.data }] : [];
    })
    .toSorted((one, other) => one.at - other.at)
    .map(({ line }) => line);
}

/** The record with its last logged email state and its logged sends; undefined if it was erased since. */
export function replayOnto(record: EmailRecord, lines: readonly Line[], now: Instant): EmailRecord | undefined {
  const own = lines.filter((line) => line.id === record.id && typeOf(line) === record.type);
  if (own.some(({ event }) => event === 'record-removed')) return undefined;
  return own.reduce((known, line) => applyLine(known, line, now), record);
}

function applyLine(record: EmailRecord, line: Line, now: Instant): EmailRecord {
  if (line.event === 'candidate-written' && record.type === 'candidate')
    return { ...record, emailState: line.emailState };
  if (line.event !== 'email-handed-over') return record;
  const email = record.emails.find(({ key }) => key === line.key);
  if (email === undefined || email.state === 'sent') return record;
  return { ...record, emails: applyEvent(claim(record.emails, line.key, now), line.key, 'send', now) };
}

function typeOf(line: Line): EmailRecord['type'] {
  return line.event === 'candidate-written' ? 'candidate' : line.type;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
