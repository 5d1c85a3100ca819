import ical, { ICalAlarmRelatesTo, ICalAlarmType, ICalCalendarMethod, ICalEventTransparency } from 'ical-generator';
import type { Candidate } from './candidate.ts';
import type { Exam } from './exam.ts';
import { latestAttempt, retakeDate } from './status.ts';
import { studyPlan, timedRuns } from './study-plan.ts';
import { type CalendarDate, daysAfter, type Instant } from './time.ts';

type CalendarContext = { candidate: Candidate; exam: Exam; organization: string; now: Instant };

/** An all-day event, and how many hours after its start the alarm goes off. */
type Day = { uid: string; date: CalendarDate; title: string; description: string; alarm: number };

/**
 * The retake date and the days for timed practice as a calendar file (RFC 5545). The UIDs stay the same
 * when the date is corrected, and are new for an attempt that was taken back and recorded again.
 * Undefined if there is no retake date. Contains nothing that a shared calendar shouldn't show.
 */
export function retakeCalendar(context: CalendarContext): string | undefined {
  const { candidate, exam } = context;
  const date = retakeDate(candidate, exam);
  if (date === undefined) return undefined;
  const uid = uidOf(candidate);
  const runs = timedRuns(studyPlan(candidate, exam)).map((day, index) => ({
    uid: `${uid}-practice-${index + 1}`,
    date: day,
    title: 'Timed practice test',
    description: `At full length, in ${exam.format.timing}.`,
    alarm: 9,
  }));
  return calendarOf([{ uid, date, ...retakeEvent(exam), alarm: 9 }, ...runs], context);
}

/** The day of a booked exam as a calendar file, with an alarm on the morning before. */
export function examCalendar(examOn: CalendarDate, context: CalendarContext): string {
  const day = {
    uid: `${uidOf(context.candidate)}-exam`,
    date: examOn,
    title: `${context.exam.name} exam`,
    description: 'Check the time and place and what to bring.',
    alarm: 9 - 24,
  };
  return calendarOf([day], context);
}

function calendarOf(days: Day[], { candidate, exam, organization, now }: CalendarContext): string {
  // Counts the time, because the record's version is lower again in a restored backup.
  const sequence = Math.floor((Date.parse(now) - Date.parse(candidate.createdAt)) / 1000);
  // The library escapes everything but this.
  const company = organization.replaceAll(/[/\\;,\s]+/g, ' ');
  const prodId = { company, product: 'Retake Reminders' };
  const calendar = ical({ prodId, method: ICalCalendarMethod.PUBLISH });
  for (const { uid, date, title, description, alarm } of days)
    calendar
      .createEvent({
        id: uid,
        sequence,
        stamp: now,
        start: date,
        allDay: true,
        transparency: ICalEventTransparency.TRANSPARENT,
        summary: title,
        description,
        url: exam.links.application,
      })
      // In local time, wherever the calendar is.
      .createAlarm({ type: ICalAlarmType.display, triggerAfter: alarm * 60 * 60 })
      .relatesTo(ICalAlarmRelatesTo.start);
  return `${calendar.toString()}\r\n`;
}

/** Made of the latest attempt, or of its application before the first one. */
function uidOf(candidate: Candidate): string {
  const { number = 0, recordedAt = '' } = latestAttempt(candidate) ?? {};
  return `${candidate.id}-${candidate.applications.length}-${number}-${digits(recordedAt)}`;
}

export function calendarLinks(date: CalendarDate, exam: Exam): { text: string; href: string }[] {
  const { title, description } = retakeEvent(exam);
  const dayAfter = daysAfter(date, 1);
  return [
    {
      text: 'Add the date to Google Calendar',
      href: link('https://calendar.google.com/calendar/render', {
        action: 'TEMPLATE',
        text: title,
        details: description,
        dates: `${digits(date)}/${digits(dayAfter)}`,
      }),
    },
    {
      text: 'Add the date to Outlook',
      href: link('https://outlook.live.com/calendar/0/deeplink/compose', {
        path: '/calendar/action/compose',
        rru: 'addevent',
        subject: title,
        body: description,
        startdt: date,
        enddt: dayAfter,
        allday: 'true',
      }),
    },
  ];
}

function retakeEvent(exam: Exam) {
  return {
    title: `${exam.name} exam: earliest day, nothing booked yet`,
    description: `You can take the exam on or after this day. Check the fee with ${exam.body.name} first.`,
  };
}

function link(url: string, query: Record<string, string>): string {
  // Outlook would show a plus for each space.
  return `${url}?${String(new URLSearchParams(query)).replaceAll('+', '%20')}`;
}

function digits(dateOrInstant: string): string {
  return dateOrInstant.replaceAll(/\D/g, '');
}
