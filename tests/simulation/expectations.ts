import type { Candidate } from '../../lambdas/core/candidate.ts';
import type { Email, EmailKind } from '../../lambdas/core/email.ts';

/*
 * Which emails a record calls for, and when one may go out: said a second time, by other means than
 * those of the core.
 */

/** The date in its key, and the day at nine o'clock of which it is due; none where it goes at once. */
type Call = { date: string; day?: string };

export const isCheckIn = (kind: EmailKind) => kind === 'halfway' || kind === 'week-to-go';

export function calledFor(candidate: Candidate): Partial<Record<EmailKind, Call>> {
  const { application, attempt, number } = currentOf(candidate);
  const last = attempt ?? candidate.applications.flatMap(({ attempts }) => attempts).at(-1);
  if (application?.passedAt || last === undefined) return {};
  if (attempt && number > 2) {
    const date = attempt.recordedAt.slice(0, 10);
    return { 'attempts-used': { date }, 'staff-notice': { date } };
  }
  const retake = plusDays(last.date, 30);
  const told = attempt?.recordedAt ?? application?.startedAt ?? candidate.createdAt;
  const next = application?.nextExam;
  const { bookedFor = '', askAgainOn = '' } = next?.saidAfter === told ? next : {};
  const booked = bookedFor >= retake ? bookedFor : undefined;
  const days = [plusDays(retake, 21), plusDays(told.slice(0, 10), 16), askAgainOn];
  const asked = booked ? plusDays(booked, 1) : (days.sort().at(-1) ?? '');
  return {
    ...(attempt && { 'study-plan': { date: attempt.date } }),
    ...(attempt &&
      candidate.checkIns && {
        halfway: { date: attempt.date, day: plusDays(retake, -15) },
        'week-to-go': { date: attempt.date, day: plusDays(retake, -7) },
      }),
    reminder: { date: retake, day: retake },
    ...(booked && { 'exam-eve': { date: booked, day: plusDays(booked, -1) } }),
    'follow-up': { date: asked, day: asked },
  };
}

/**
 * Why an email must not go out at that moment; undefined where it may. It is early only where it was
 * before its time by the latest that any clock has shown.
 */
export function objection(candidate: Candidate, email: Email, at: string, latest = at): string | undefined {
  const { kind } = email;
  const { emailState, timeZone, applications } = candidate;
  const { application, number } = currentOf(candidate);
  const calls = calledFor(candidate);
  const call = calls[kind];
  if (kind !== 'staff-notice' && emailState !== 'active') return `mail to somebody ${emailState}`;
  if (application?.passedAt) return 'mail to somebody who passed';
  if (email.attempt?.application !== applications.length)
    return 'mail about an application that is not the current one';
  if (email.attempt.number !== number) return 'mail about an attempt that is not the latest';
  if (call === undefined) return `a ${kind} that nothing calls for`;
  if (!(email.resendOf ?? email.key).endsWith(call.date)) return `a ${kind} of another date`;
  if (call.day && !email.resendOf && localTime(timeZone, latest) < nineOf(call.day))
    return `a ${kind} before nine o’clock of its day`;

  const today = localTime(timeZone, at).slice(0, 10);
  const retake = calls.reminder?.date ?? '';
  if (kind === 'study-plan' && today >= retake) return 'a study plan though the wait is over';
  if (isCheckIn(kind) && today >= retake) return 'a check-in after the wait';
  if (isCheckIn(kind) && !email.resendOf && today > plusDays(call.day ?? '', 3))
    return 'a check-in long after its moment';
  if (kind === 'reminder' && today >= (calls['exam-eve']?.day ?? '9999'))
    return 'a reminder though the exam is at hand';
  const momentBefore = new Date(Date.parse(at) - 1).toISOString();
  if (kind === 'exam-eve' && localTime(timeZone, momentBefore).slice(0, 10) > (call.day ?? ''))
    return 'an exam-eve that is no eve';
  const isFourth = sentOthers(candidate, email).length > 2;
  return kind === 'follow-up' && isFourth ? 'a fourth follow-up' : undefined;
}

/** The others of its kind about the same attempt that went out. */
export function sentOthers({ emails }: Candidate, email: Email): Email[] {
  return emails.filter(
    (other) =>
      other.key !== email.key &&
      other.kind === email.kind &&
      other.state === 'sent' &&
      other.resendOf === undefined &&
      isAbout(other, email.attempt),
  );
}

/** The email, in whatever state, that a call stands for. */
export function emailFor(candidate: Candidate, kind: EmailKind, call: Call): Email | undefined {
  const { number } = currentOf(candidate);
  const about = { application: candidate.applications.length, number };
  return candidate.emails.find(
    (email) =>
      email.kind === kind && email.resendOf === undefined && isAbout(email, about) && email.key.endsWith(call.date),
  );
}

export function isAbout({ attempt }: Email, about: Email['attempt']): boolean {
  return attempt?.application === about?.application && attempt?.number === about?.number;
}

export function currentOf({ applications }: Candidate) {
  const application = applications.at(-1);
  const attempt = application?.attempts.at(-1);
  return { application, attempt, number: attempt?.number ?? 0 };
}

export const nineOf = (day: string) => `${day} 09:00`;

function plusDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 24 * 60 * 60_000).toISOString().slice(0, 10);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** "2026-12-20 09:00", by the clocks of the zone. */
export function localTime(timeZone: string, at: string): string {
  let zoned = formats.get(timeZone);
  if (zoned === undefined) {
    zoned = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
    formats.set(timeZone, zoned);
  }
  return zoned.format(new Date(at));
}

/** Whether both moments are on one day of that zone. */
export function isSameDay(timeZone: string, at: string, other: string): boolean {
  return localTime(timeZone, at).slice(0, 10) === localTime(timeZone, other).slice(0, 10);
}
