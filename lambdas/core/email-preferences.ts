import { type ActionResult, mistake } from './action-result.ts';
import type { Candidate } from './candidate.ts';
import { withSchedule } from './email-schedule.ts';
import type { Rules } from './rules.ts';
import type { Instant } from './time.ts';

/** Never downgrades a complaint, which is stronger than an unsubscribe. */
export function unsubscribe(candidate: Candidate): ActionResult {
  return candidate.emailState === 'complained'
    ? { candidate: { ...candidate, hadUnsubscribed: true } }
    : { candidate: { ...candidate, emailState: 'unsubscribed' } };
}

/** Once staff know that the address works again. Skipped emails go out unless it is too late. */
export function clearBounce(candidate: Candidate, rules: Rules, now: Instant): ActionResult {
  if (candidate.bouncedAt === undefined) return { candidate };
  const emailState = candidate.emailState === 'bounced' ? 'active' : candidate.emailState;
  return { candidate: withSchedule({ ...candidate, bouncedAt: undefined, emailState }, rules, now) };
}

/** The candidate, unless someone reported our email from their address as spam: then no email goes there. */
export function withComplaint(candidate: Candidate, complainedAt: Instant | undefined): Candidate {
  if (complainedAt === undefined) return candidate;
  return {
    ...candidate,
    emailState: 'complained',
    complainedAt: candidate.complainedAt ?? complainedAt,
    hadUnsubscribed: candidate.emailState === 'unsubscribed' || candidate.hadUnsubscribed,
  };
}

/** Clears a spam report that was a mistake; emails skipped because of it go out unless it is too late. */
export function clearComplaint(candidate: Candidate, rules: Rules, now: Instant): ActionResult {
  if (candidate.complainedAt === undefined) return { candidate };
  const { hadUnsubscribed, bouncedAt } = candidate;
  const emailState = hadUnsubscribed ? 'unsubscribed' : bouncedAt === undefined ? 'active' : 'bounced';
  const cleared: Candidate = { ...candidate, complainedAt: undefined, hadUnsubscribed: undefined, emailState };
  return { candidate: withSchedule(cleared, rules, now) };
}

/** Whether a mere wish is enough to have emails again. */
export function canResubscribe({ emailState, bouncedAt }: Candidate): boolean {
  return emailState !== 'complained' && bouncedAt === undefined;
}

export function resubscribe(candidate: Candidate, rules: Rules, now: Instant): ActionResult {
  if (candidate.emailState === 'complained')
    return mistake(
      'resubscribe',
      'One of the emails we sent to your address was reported as spam, so we’ve stopped emailing it. Ask the staff if you’d like our emails again.',
    );
  if (candidate.bouncedAt !== undefined)
    return mistake(
      'resubscribe',
      'Our last email to your address bounced. Sign up again to show us that the address works.',
    );
  return { candidate: withSchedule({ ...candidate, emailState: 'active' }, rules, now) };
}
