import { type AttemptRef, type EmailKind, emailKinds } from './email.ts';
import type { CalendarDate } from './time.ts';

/** Names one email of a candidate; the date tells it from the others about the same attempt. */
export function emailKey(kind: EmailKind, { application, number }: AttemptRef, date: CalendarDate): string {
  return `${kind}-${application}-${number}-${date}`;
}

/** What the key of an email says about it, also one with a suffix for a resend. */
export function partsOfKey(key: string): { kind?: EmailKind; attempt?: AttemptRef } {
  const kind = emailKinds.find((one) => key === one || key.startsWith(`${one}-`));
  if (kind === undefined) return {};
  const [, application, number] = /^-(\d+)-(\d+)-/.exec(key.slice(kind.length)) ?? [];
  const attempt = { application: Number(application), number: Number(number) };
  return application === undefined ? { kind } : { kind, attempt };
}
