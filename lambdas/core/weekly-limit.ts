import type { Email, EmailKind } from './email.ts';
import { addDays24h, type Instant } from './time.ts';

const maxPerWeek = 3;

export function countsForWeeklyLimit(email: Email, now: Instant): boolean {
  return email.tries > 0 && now <= addDays24h('at' in email ? email.at : email.dueAt, 7);
}

/** Prevents a flood of emails from repeated recording and undoing, even across applications. */
export function hasReachedWeeklyLimit(emails: readonly Email[], kind: EmailKind, now: Instant): boolean {
  const recent = emails.filter((email) => email.kind === kind && countsForWeeklyLimit(email, now));
  return recent.length >= maxPerWeek;
}
