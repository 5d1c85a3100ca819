import ical, { ICalCalendarMethod, ICalEventTransparency } from 'ical-generator';
import { type Candidate, latestAttempt, retakeDate } from './candidate.ts';
import type { Exam } from './exam.ts';
import type { Instant } from './time.ts';

/**
 * The retake date as a calendar file (RFC 5545): one day, no hour, and an id that stays when the
 * date is corrected. Undefined where there is no retake date. It says nothing that a shared
 * calendar should not show.
 */
export function retakeCalendar(
  candidate: Candidate,
  exam: Exam,
  organization: string,
  now: Instant,
): string | undefined {
  const date = retakeDate(candidate, exam);
  if (date === undefined) return undefined;
  const calendar = ical({
    prodId: { company: organization.replaceAll('/', ' '), product: 'Retake Reminders' },
    method: ICalCalendarMethod.PUBLISH,
  });
  calendar.createEvent({
    id: `${candidate.id}-${candidate.applications.length}-${latestAttempt(candidate)?.number}`,
    sequence: candidate.version,
    stamp: now,
    start: date,
    allDay: true,
    transparency: ICalEventTransparency.TRANSPARENT,
    summary: `Your date: ${exam.name} exam`,
    description: `You can take the exam on or after this day. Check the fee with ${exam.body.name} first.`,
    url: exam.links.application,
  });
  return calendar.toString();
}
