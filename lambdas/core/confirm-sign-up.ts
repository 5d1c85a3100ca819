import { recordAttempt } from './attempts.ts';
import type { Candidate } from './candidate.ts';
import { withSchedule } from './email-schedule.ts';
import type { SignUpAnswers } from './pending-link.ts';
import type { Rules } from './rules.ts';
import type { Instant } from './time.ts';

/**
 * Applies a confirmed sign-up: takes over the details, turns email on again (except after a complaint) and records
 * the attempt, whose age counts on the day it was typed. An attempt that the rules refuse is stored separately, to be
 * shown with the reason.
 */
export function confirmSignUp(
  candidate: Candidate,
  { details, attempt }: SignUpAnswers,
  rules: Rules,
  now: Instant,
  typedAt = now,
): Candidate {
  const confirmed: Candidate = withSchedule(
    {
      ...candidate,
      ...details,
      cohort: details.cohort ?? candidate.cohort,
      bouncedAt: undefined,
      enrollment: undefined,
      emailState: candidate.emailState === 'complained' ? 'complained' : 'active',
      hadUnsubscribed: undefined,
    },
    rules,
    now,
  );
  const recorded = recordAttempt(confirmed, attempt, rules, now, typedAt);
  if ('candidate' in recorded) return recorded.candidate;
  const { number, date } = attempt;
  const refusedAttempt = { number, date, fieldErrors: recorded.fieldErrors, at: now };
  return { ...confirmed, refusedAttempt };
}
