import type { Candidate } from './candidate.ts';
import type { AttemptRef, Email, SkipReason } from './email.ts';
import { hasReachedWeeklyLimit, reminderIsDue, reminderKey, wasReminded } from './reminder.ts';
import { originalKey } from './resend.ts';
import type { Rules } from './rules.ts';
import { hasPassed, latestAttempt } from './status.ts';
import type { Instant } from './time.ts';

/** Why this email must not be sent now; undefined if it may be. */
export function reasonToSkip(
  candidate: Candidate,
  email: Email,
  rules: Rules,
  now: Instant,
): SkipReason | undefined {
  if ('notAfter' in email && now > email.notAfter) return 'too-late';
  if (email.kind !== 'staff-notice' && candidate.emailState !== 'active')
    return candidate.emailState;
  const { application, number, recordedAt } = email.attempt ?? noAttempt;
  if (application < candidate.applications.length) return 'new-application';
  if (application > candidate.applications.length) return 'attempt-taken-back';
  if (hasPassed(candidate)) return 'passed';
  const attempt = latestAttempt(candidate);
  if (attempt === undefined || attempt.number < number) return 'attempt-taken-back';
  if (attempt.number > number) return 'newer-attempt';
  if (email.kind === 'reminder') {
    if (originalKey(email) !== reminderKey(candidate, rules.exam)) return 'date-corrected';
    if (email.resendOf === undefined && wasReminded(candidate, rules, email))
      return 'already-reminded';
    const others = candidate.emails.filter(({ key }) => key !== email.key);
    return hasReachedWeeklyLimit(others, 'reminder', now) ? 'sent-enough' : undefined;
  }
  if (attempt.recordedAt !== recordedAt) return 'attempt-taken-back';
  if (email.kind === 'study-plan' && reminderIsDue(candidate, rules, now)) return 'reminder-due';
  return undefined;
}

const noAttempt: AttemptRef = { application: 0, number: 0, recordedAt: '' };
