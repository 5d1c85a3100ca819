import { type AttemptAnswers, recordAttempt } from './attempts.ts';
import type { Candidate, Details } from './candidate.ts';
import { nextDueEmail } from './email.ts';
import { resendEmail, withSchedule } from './email-schedule.ts';
import type { Rules } from './rules.ts';
import type { Instant } from './time.ts';

/**
 * Applies a confirmed sign-up: takes over the details, turns email on again (except after a complaint)
 * and records the attempt. An attempt that the rules refuse is stored separately, to be shown with the
 * reason.
 */
export function confirmSignUp(
  candidate: Candidate,
  { details, attempt }: { details: Details; attempt: AttemptAnswers },
  rules: Rules,
  now: Instant,
): Candidate {
  const confirmed: Candidate = withSchedule(
    {
      ...candidate,
      ...details,
      cohort: details.cohort ?? candidate.cohort,
      bouncedAt: undefined,
      enrollment: undefined,
      emailState: candidate.emailState === 'complained' ? 'complained' : 'active',
    },
    rules,
    now,
  );
  const recorded = recordAttempt(confirmed, attempt, rules, now);
  if ('candidate' in recorded) return withSomeEmail(recorded.candidate, rules, now);
  const { number, date } = attempt;
  const refusedAttempt = { number, date, fieldErrors: recorded.fieldErrors, at: now };
  return withSomeEmail({ ...confirmed, refusedAttempt }, rules, now);
}

/** Whoever confirms gets an email that leads to their page: if none is due, the last one again. */
function withSomeEmail(candidate: Candidate, rules: Rules, now: Instant): Candidate {
  const toCandidate = candidate.emails.filter(({ kind }) => kind !== 'staff-notice');
  if (nextDueEmail(toCandidate, now)) return candidate;
  for (const { state, key } of toCandidate.toReversed()) {
    if (state !== 'sent') continue;
    const resent = resendEmail(candidate, key, rules, now);
    if ('candidate' in resent) return resent.candidate;
  }
  return candidate;
}
