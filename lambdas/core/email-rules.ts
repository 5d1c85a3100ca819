import { bookedDate, followUpDate } from './booking.ts';
import type { Candidate } from './candidate.ts';
import {
  type AttemptRef,
  type CandidateEmailKind,
  type Email,
  type EmailKind,
  emailKey,
  isPending,
  type SkipReason,
} from './email.ts';
import type { Exam } from './exam.ts';
import { flagsOf } from './flags.ts';
import type { Rules } from './rules.ts';
import { attemptsUsed, hasPassed, isLast, latestAttempt, retakeDate } from './status.ts';
import { type CalendarDate, dateIn, daysAfter, earliestInstant, type Instant, momentAt } from './time.ts';

type Plan = {
  /** Tells it from the others of its kind about the same attempt. */
  date: CalendarDate;
  /** Goes out at the send hour of this day; at once if absent. */
  sendOn?: CalendarDate;
  /** When this day begins, it no longer makes sense, even if its days of grace are not over. */
  endsOn?: CalendarDate;
};

type EmailRule = {
  planned(candidate: Candidate, exam: Exam): Plan | undefined;
  daysOfGrace: number;
  /** When to send it if its moment is past, queued or in place of another; undefined for not at all. */
  whenPast(candidate: Candidate, rules: Rules, now: Instant, queued?: 'itself' | 'another'): Instant | undefined;
  /** Why an email of this kind isn't sent if the record calls for another one, or for none. */
  superseded(candidate: Candidate): SkipReason;
  obstacle?(candidate: Candidate, email: Email, rules: Rules, now: Instant): SkipReason | undefined;
};

const weekToGoDays = 7;

export const emailRules: Record<CandidateEmailKind, EmailRule> = {
  'study-plan': {
    planned(candidate, exam) {
      const attempt = latestAttempt(candidate);
      return attempt && retakeDate(candidate, exam) ? { date: attempt.date } : undefined;
    },
    daysOfGrace: 7,
    whenPast: (candidate, rules, now, queued) =>
      queued === 'itself' || !waitIsOver(candidate, rules, now) ? now : undefined,
    superseded: () => 'date-corrected',
    obstacle(candidate, _email, rules, now) {
      if (waitIsOver(candidate, rules, now)) return 'reminder-due';
      return hasExamEve(candidate, rules) ? examAtHand(candidate, rules, now) : undefined;
    },
  },
  halfway: checkIn((first, exam) => daysAfter(first, -Math.ceil(exam.waitDays / 2))),
  'week-to-go': checkIn((first) => daysAfter(first, -weekToGoDays)),
  reminder: {
    planned: (candidate, exam) => onDay(retakeDate(candidate, exam)),
    daysOfGrace: 14,
    whenPast(candidate, _rules, now, queued) {
      const isFirst = latestAttempt(candidate) && !wasEverSent(candidate, 'reminder');
      return queued || isFirst ? now : undefined;
    },
    superseded: () => 'date-corrected',
    obstacle: (candidate, _email, rules, now) => examAtHand(candidate, rules, now),
  },
  'exam-eve': {
    planned(candidate, exam) {
      const date = bookedDate(candidate, exam);
      return date === undefined ? undefined : { date, sendOn: daysAfter(date, -1), endsOn: date };
    },
    daysOfGrace: 1,
    whenPast: (_candidate, _rules, now, queued) => (queued === 'itself' ? now : undefined),
    superseded: () => 'booking-changed',
  },
  'follow-up': {
    planned: (candidate, exam) => onDay(followUpDate(candidate, exam)),
    daysOfGrace: 14,
    whenPast(candidate, { sendHour }, now, queued) {
      if (!queued && wasEverSent(candidate, 'follow-up')) return undefined;
      const tomorrow = daysAfter(dateIn(candidate.timeZone, now), 1);
      return momentAt(tomorrow, sendHour, candidate.timeZone);
    },
    superseded: () => 'booking-changed',
    obstacle: (candidate, { key }) => (followUpsBefore(candidate, key) >= maxFollowUps ? 'asked-enough' : undefined),
  },
  'attempts-used': onLastAttempt(7),
  'staff-notice': {
    ...onLastAttempt(1),
    obstacle: (candidate, _email, { exam }, now) =>
      flagsOf(candidate, exam, now).includes('third-attempt-used') ? undefined : 'acknowledged',
  },
};

const maxFollowUps = 3;

function followUpsBefore(candidate: Candidate, key?: string): number {
  return sentKeys(candidate, 'follow-up').filter((sent) => sent !== key).length;
}

/** Whether the follow-up that the record calls for is the last one about the attempt. */
export function isLastFollowUp(candidate: Candidate, exam: Exam): boolean {
  const date = followUpDate(candidate, exam);
  const key = date && emailKey('follow-up', refToCurrent(candidate), date);
  return followUpsBefore(candidate, key) >= maxFollowUps - 1;
}

/** Whether another follow-up goes out to those who ask to be asked later. */
export function asksAgain(candidate: Candidate): boolean {
  return candidate.emailState === 'active' && followUpsBefore(candidate) < maxFollowUps;
}

/** From the day before a booked exam on, when the email of that day says all that matters. */
function examAtHand(candidate: Candidate, { exam }: Rules, now: Instant): SkipReason | undefined {
  const booked = bookedDate(candidate, exam);
  return booked && dateIn(candidate.timeZone, now) >= daysAfter(booked, -1) ? 'exam-ahead' : undefined;
}

function hasExamEve(candidate: Candidate, rules: Rules): boolean {
  const planned = plannedEmail(candidate, 'exam-eve', rules);
  return candidate.emails.some((email) => email.key === planned?.key && (isPending(email) || email.state === 'sent'));
}

/** A short study email on a day of the wait, for those who asked for it; never sent after its moment. */
function checkIn(dayOf: (retakeOn: CalendarDate, exam: Exam) => CalendarDate): EmailRule {
  return {
    planned(candidate, exam) {
      const attempt = latestAttempt(candidate);
      const first = retakeDate(candidate, exam);
      if (!candidate.checkIns || attempt === undefined || first === undefined) return undefined;
      return { date: attempt.date, sendOn: dayOf(first, exam), endsOn: first };
    },
    daysOfGrace: 3,
    whenPast: () => undefined,
    superseded: ({ checkIns }) => (checkIns ? 'date-corrected' : 'check-ins-off'),
    obstacle: (candidate, email, _rules, now) =>
      email.resendOf === undefined && hasWrittenToday(candidate, email, now) ? 'wrote-today' : undefined,
  };
}

/** An email at once when the last attempt on an application is recorded; correcting its date brings no other. */
function onLastAttempt(daysOfGrace: number): EmailRule {
  return {
    planned(candidate, exam) {
      const attempt = latestAttempt(candidate);
      const isUsedUp = attempt && isLast(attempt, exam) && !hasPassed(candidate);
      return isUsedUp ? { date: attempt.recordedAt.slice(0, 10) } : undefined;
    },
    daysOfGrace,
    whenPast: (_candidate, _rules, now) => now,
    superseded: () => 'attempt-taken-back',
  };
}

export function isCandidateEmail(kind: EmailKind): kind is CandidateEmailKind {
  return Object.hasOwn(emailRules, kind);
}

function onDay(date: CalendarDate | undefined): Plan | undefined {
  return date === undefined ? undefined : { date, sendOn: date };
}

/** The email of a kind that the record calls for; `notAfter` only if it ends before its days of grace are over. */
export function plannedEmail(candidate: Candidate, kind: CandidateEmailKind, { exam, sendHour }: Rules) {
  const plan = emailRules[kind].planned(candidate, exam);
  if (plan === undefined) return undefined;
  const { date, sendOn, endsOn } = plan;
  const { timeZone } = candidate;
  const attempt = refToCurrent(candidate);
  return {
    // With the date, so that a corrected one gets an email of its own.
    key: emailKey(kind, attempt, date),
    attempt,
    dueAt: sendOn ? momentAt(sendOn, sendHour, timeZone) : earliestInstant,
    notAfter: endsOn && momentAt(endsOn, 0, timeZone),
  };
}

/** Whether the retake date has begun; its reminder says all that a study plan would. */
function waitIsOver(candidate: Candidate, { exam }: Rules, now: Instant): boolean {
  const first = retakeDate(candidate, exam);
  return first !== undefined && dateIn(candidate.timeZone, now) >= first;
}

export function aboutTheSame(candidate: Candidate, kind: EmailKind): Email[] {
  const { application, number } = refToCurrent(candidate);
  return candidate.emails.filter(
    (email) => email.kind === kind && email.attempt?.application === application && email.attempt.number === number,
  );
}

function refToCurrent(candidate: Candidate): AttemptRef {
  return { application: candidate.applications.length, number: attemptsUsed(candidate) };
}

function wasEverSent(candidate: Candidate, kind: EmailKind): boolean {
  return sentKeys(candidate, kind).length > 0;
}

/** The keys of the emails of a kind about the latest attempt that went out, including dropped ones. */
function sentKeys(candidate: Candidate, kind: EmailKind): string[] {
  const { application, number } = refToCurrent(candidate);
  const prefix = `${kind}-${application}-${number}-`;
  const sent = aboutTheSame(candidate, kind).filter(({ state }) => state === 'sent');
  const dropped = candidate.dropped?.sentKeys.filter((key) => key.startsWith(prefix)) ?? [];
  return [...sent.filter(({ resendOf }) => !resendOf).map(({ key }) => key), ...dropped];
}

/** Whether another email went to the candidate today, by their own calendar. */
function hasWrittenToday({ emails, timeZone }: Candidate, { key }: Email, now: Instant): boolean {
  const today = dateIn(timeZone, now);
  return emails.some((other) => {
    if (other.key === key || other.kind === 'staff-notice') return false;
    if (other.state === 'sending') return dateIn(timeZone, other.leaseUntil) >= today;
    return other.state === 'sent' && dateIn(timeZone, other.at) === today;
  });
}
