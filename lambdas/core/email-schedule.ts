import { type Candidate, emailStates } from './candidate.ts';
import {
  type CandidateEmailKind,
  candidateEmailKinds,
  type Email,
  hasReachedWeeklyLimit,
  nextDueAt,
  originalKey,
  type PendingEmail,
  queuedEmail,
  requeue,
  resend,
  type SkipReason,
  skip,
  withEmails,
} from './email.ts';
import { aboutTheSame, emailRules, isCandidateEmail, plannedEmail } from './email-rules.ts';
import type { Rules } from './rules.ts';
import { attemptsUsed, hasPassed, latestAttempt } from './status.ts';
import { earlier, earliestInstant, type Instant, later } from './time.ts';

const finalReasons: readonly SkipReason[] = ['in-another-notice', 'wrote-today'];

const replacedReasons: readonly SkipReason[] = ['date-corrected', 'booking-changed', 'check-ins-off'];

/**
 * The candidate with the emails that the record calls for: each is queued for its moment, or moved there; one that
 * another takes the place of is skipped; and what was skipped for a reason that no longer holds is queued again
 * unless it is too late. No queued email leaves the record without an end.
 */
export function withSchedule(candidate: Candidate, rules: Rules, now: Instant): Candidate {
  const emails = candidate.emails.map((email) =>
    email.state === 'skipped' && isWantedAgain(candidate, email, rules, now) ? requeue(email) : email,
  );
  return candidateEmailKinds.reduce<Candidate>(
    (soFar, kind) => withKind(soFar, kind, rules, now),
    withEmails(candidate, emails),
  );
}

function isWantedAgain(
  candidate: Candidate,
  email: Extract<Email, { state: 'skipped' }>,
  rules: Rules,
  now: Instant,
): boolean {
  const { kind, reason } = email;
  if (finalReasons.includes(reason) || !isCandidateEmail(kind)) return false;
  // Its moment may have moved since it was skipped.
  const { dueAt = email.dueAt } = plannedEmail(candidate, kind, rules) ?? {};
  const mayBeLate = dueAt > now || emailRules[kind].whenPast(candidate, rules, now, 'itself') !== undefined;
  return mayBeLate && reasonToSkip(candidate, email, rules, later(now, dueAt)) === undefined;
}

function withKind(candidate: Candidate, kind: CandidateEmailKind, rules: Rules, now: Instant): Candidate {
  const planned = plannedEmail(candidate, kind, rules);
  if (planned === undefined) return candidate;
  const { key, attempt } = planned;
  const others = aboutTheSame(candidate, kind).filter((email) => originalKey(email) !== key);
  const replaced = others.filter(({ state }) => state === 'queued');
  const reason = emailRules[kind].superseded(candidate);
  const emails = replaced.reduce<Email[]>((soFar, email) => skip(soFar, email.key, reason, now), candidate.emails);
  const known = emails.find((email) => email.key === key);
  const existing = known && isOverlooked(candidate, known, now) ? undefined : known;
  const isAhead = planned.dueAt > now;
  if (existing ? !canMove(existing, isAhead, now) : candidate.dropped?.sentKeys.includes(key))
    return withEmails(candidate, emails);

  const another = others.some((email) => email.state === 'queued' || isHeldBack(email, now)) ? 'another' : undefined;
  const queued = existing ? 'itself' : another;
  const wanted = isAhead ? planned.dueAt : emailRules[kind].whenPast(candidate, rules, now, queued);
  if (wanted === undefined) return withEmails(candidate, existing ? skip(emails, key, 'too-late', now) : emails);
  // One for another date that is being sent may yet go out.
  const lease = others.find((email) => email.state === 'sending')?.leaseUntil ?? wanted;
  const dueAt = later(wanted, lease);
  if (existing?.dueAt === dueAt && existing.state === 'queued') return withEmails(candidate, emails);
  const queuedNow = queuedEmail({ key, kind, attempt, dueAt }, emailRules[kind].daysOfGrace);
  const email: PendingEmail = {
    ...queuedNow,
    notAfter: earlier(queuedNow.notAfter, planned.notAfter ?? queuedNow.notAfter),
    tries: known?.tries ?? 0,
  };
  const next = known ? emails.map((other) => (other === known ? email : other)) : [...emails, email];
  return withEmails(candidate, next);
}

/** Whether it became too late while another email replaced it, or while its attempt was off the record. */
function isOverlooked(candidate: Candidate, email: Email, now: Instant): boolean {
  if (email.state !== 'skipped' || now <= email.notAfter) return false;
  const { recordedAt = earliestInstant } = latestAttempt(candidate) ?? {};
  return replacedReasons.includes(email.reason) || recordedAt > email.at;
}

/** Whether it was skipped for the address alone, and would go out if that could be written to again. */
function isHeldBack(email: Email, now: Instant): boolean {
  return email.state === 'skipped' && now <= email.notAfter && emailStates.some((state) => state === email.reason);
}

/** One that isn't due yet, or whose lease expired without an answer before its moment, which has moved later. */
function canMove(email: Email, isAhead: boolean, now: Instant): email is PendingEmail {
  if (email.state === 'sending') return isAhead && email.leaseUntil <= now;
  return email.state === 'queued' && (isAhead || email.dueAt > now);
}

/** Whether the email's moment has moved later since it was queued, such as when the candidate moves west. */
export function isTooEarly(candidate: Candidate, { key, kind }: Email, rules: Rules, now: Instant): boolean {
  const planned = isCandidateEmail(kind) ? plannedEmail(candidate, kind, rules) : undefined;
  return planned?.key === key && planned.dueAt > now;
}

export function reasonToSkip(candidate: Candidate, email: Email, rules: Rules, now: Instant): SkipReason | undefined {
  const { kind } = email;
  if (!isCandidateEmail(kind)) return undefined;
  if ('notAfter' in email && now > email.notAfter) return 'too-late';
  if (kind !== 'staff-notice' && candidate.emailState !== 'active') return candidate.emailState;
  const planned = plannedEmail(candidate, kind, rules);
  if (planned?.key !== originalKey(email)) return staleness(candidate, email) ?? emailRules[kind].superseded(candidate);
  // By the present time zone, which may not be the one it was queued in. The only such end of one sent again.
  if (planned.notAfter !== undefined && now > planned.notAfter) return 'too-late';
  const others = candidate.emails.filter(({ key }) => key !== email.key);
  return (
    emailRules[kind].obstacle?.(candidate, email, rules, now) ??
    (hasReachedWeeklyLimit(others, kind, now) ? 'sent-enough' : undefined)
  );
}

/** Why the email is about an attempt that is no longer the current one; undefined if it still is. */
function staleness(candidate: Candidate, { attempt }: Email): SkipReason | undefined {
  const { application, number } = attempt ?? { application: 0, number: 0 };
  const used = attemptsUsed(candidate);
  if (application < candidate.applications.length) return 'new-application';
  if (application > candidate.applications.length || number > used) return 'attempt-taken-back';
  if (hasPassed(candidate)) return 'passed';
  return number < used ? 'newer-attempt' : undefined;
}

/** Why an email that waits won't go out when its moment comes, as far as that is known by now. */
export function foreseenSkip(candidate: Candidate, email: Email, rules: Rules, now: Instant): SkipReason | undefined {
  return reasonToSkip(candidate, email, rules, later(now, nextDueAt([email]) ?? email.dueAt));
}

/** The emails to the candidate that would go out if their address gets any, by the moment of each. */
export function upcomingEmails(candidate: Candidate, rules: Rules, now: Instant) {
  const reachable: Candidate = { ...candidate, emailState: 'active' };
  return candidate.emails
    .flatMap((email) => {
      const [at, { kind }] = [nextDueAt([email]), email];
      if (at === undefined || !isCandidateEmail(kind) || kind === 'staff-notice') return [];
      return foreseenSkip(reachable, email, rules, now) ? [] : [{ email, kind, at }];
    })
    .sort((one, other) => (one.at < other.at ? -1 : 1));
}

/** The next email to the candidate, and whether it is held back because their address gets none. */
export function nextEmail(candidate: Candidate, rules: Rules, now: Instant) {
  const next = upcomingEmails(candidate, rules, now).find(({ email }) => email.state === 'queued');
  return next && { kind: next.kind, at: next.at, heldBack: candidate.emailState !== 'active' };
}

export type ResendRefusal = 'unknown' | 'on-its-way' | 'just-now' | 'too-early' | SkipReason;

/**
 * Queues an email to go out again immediately. Refused if it would be skipped, is still queued or being sent, speaks
 * of a moment that has moved later since, was resent within the last ten minutes, or if three of its kind went out
 * within a week.
 */
export function resendEmail(
  candidate: Candidate,
  key: string,
  rules: Rules,
  now: Instant,
): { candidate: Candidate } | { refused: ResendRefusal } {
  const email = candidate.emails.find((one) => one.key === key);
  if (email === undefined || !isCandidateEmail(email.kind)) return { refused: 'unknown' };
  const { daysOfGrace } = emailRules[email.kind];
  const outcome = resend(candidate.emails, key, daysOfGrace, now);
  const { kind, attempt } = email;
  const again =
    'again' in outcome
      ? outcome.again
      : queuedEmail({ key, kind, attempt, resendOf: originalKey(email), dueAt: now }, daysOfGrace);
  const planned = plannedEmail(candidate, kind, rules);
  const resent = { ...again, notAfter: earlier(again.notAfter, planned?.notAfter ?? again.notAfter) };
  const reason = reasonToSkip(candidate, resent, rules, now);
  if (reason) return { refused: reason };
  if ('refused' in outcome) return outcome;
  if (planned && planned.dueAt > now) return { refused: 'too-early' };
  return { candidate: withEmails(candidate, [...candidate.emails, resent]) };
}

/** After a date is corrected and then back, the plan in the mailbox is wrong: the right one goes out again. */
export function withCurrentPlan(candidate: Candidate, rules: Rules, now: Instant): Candidate {
  const key = plannedEmail(candidate, 'study-plan', rules)?.key;
  const sent = aboutTheSame(candidate, 'study-plan').filter(({ state }) => state === 'sent');
  const [latest] = sent.sort((one, other) => (one.dueAt < other.dueAt ? 1 : -1));
  if (key === undefined || latest === undefined || originalKey(latest) === key) return candidate;
  const resent = resendEmail(candidate, key, rules, now);
  return 'candidate' in resent ? resent.candidate : candidate;
}
