import type { LastEntry } from '../../core/attempts.ts';
import type { Candidate, Flag, HistoryEntry } from '../../core/candidate.ts';
import { partsOfKey } from '../../core/email.ts';
import { type Exam, ordinal } from '../../core/exam.ts';
import { lastAttempts } from '../../core/flags.ts';
import { allAttempts, attemptsUsed, daysKeptUnconfirmed, type Status } from '../../core/status.ts';
import { dateIn, formatDate, formatShortDate } from '../../core/time.ts';
import { zoneName } from '../components/fields.tsx';
import { emailKindLabels } from './email-labels.ts';

/** The labels of the form to enroll someone, and of what can be corrected. */
export function staffLabels(exam: Exam) {
  return {
    name: 'Name',
    email: 'Email address',
    attemptDate: 'Exam date',
    membership: `Is the student ${exam.body.article} ${exam.body.name} member?`,
    timeZone: 'Student’s time zone',
    cohort: 'Class (optional)',
  };
}

export const noClass = 'No class';

export const statusLabels: Record<Status, string> = {
  waiting: 'Waiting',
  'can-retake': 'Can retake',
  'attempts-used': 'Out of attempts',
  passed: 'Passed',
  'no-attempt': 'No attempt',
  unconfirmed: 'Not confirmed',
};

const flagLabels: Record<Exclude<Flag, 'third-attempt-used'>, string> = {
  'email-bounced': 'Email bounced',
  'email-complained': 'Reported as spam',
  'email-failed': 'Email failed',
  'attempt-refused': 'Attempt not recorded',
  'not-confirmed': 'Never confirmed',
};

export function flagLabel(flag: Flag, exam: Exam): string {
  return flag === 'third-attempt-used' ? `${ordinal(exam.attemptsPerApplication)} attempt used` : flagLabels[flag];
}

/** The button that puts a flag aside. */
export function flagButton(flag: Flag): string {
  return flag === 'third-attempt-used' ? 'Mark as called' : 'Mark as done';
}

type FlagText = { fact: string; advice: string };

/** What a row says about a flag, and what staff may do about it. */
export const flagTexts: Record<Flag, (candidate: Candidate, exam: Exam) => FlagText> = {
  'third-attempt-used': (candidate, exam) => {
    const wasSent = candidate.emails.some(({ kind, state }) => kind === 'attempts-used' && state === 'sent');
    const isEarlier = attemptsUsed(candidate) < exam.attemptsPerApplication;
    const which = isEarlier ? ' on an earlier application' : '';
    const email = wasSent ? 'and our email about what comes next has' : 'but our email about what comes next hasn’t';
    return {
      fact: `exam on ${shortDate(lastAttempts(candidate, exam).at(-1)?.date)}`,
      advice: `The student has used all ${exam.attemptsPerApplication} attempts${which}, ${email} gone out. A call from you would help.`,
    };
  },
  'email-bounced': ({ email, enrollment }) => ({
    fact: email,
    advice: enrollment
      ? 'Email to this address is bouncing, so the confirmation link can’t arrive. Ask for the right address, enroll the student with it, and erase this record.'
      : 'Email to this address is bouncing, so the student isn’t getting our reminders. Ask for the right address and enter it under “Email address,” or clear the bounce once this one works again.',
  }),
  'email-complained': ({ email }) => ({
    fact: email,
    advice:
      'Someone at this address reported our email as spam, so we’ve stopped emailing it. Give the student the dates another way, or clear the report if it was a mistake.',
  }),
  'email-failed': ({ email, emails, enrollment }) => {
    const isStaffNotice = emails.some(({ kind, state }) => kind === 'staff-notice' && state === 'failed');
    if (isStaffNotice)
      return {
        fact: 'notice to your own address',
        advice: 'We couldn’t send a notice to your own address. Check that address.',
      };
    return {
      fact: `to ${email}`,
      advice: enrollment
        ? 'We couldn’t send the confirmation link. Send it again below.'
        : 'One of our emails couldn’t be sent. Find it under “Emails” and send it again, or contact the student yourself.',
    };
  },
  'attempt-refused': (candidate) => ({
    fact: `attempt ${candidate.refusedAttempt?.number} on ${shortDate(candidate.refusedAttempt?.date)}`,
    advice: `Ask the student for the exam date and the attempt number, then record the attempt${allAttempts(candidate).length > 0 ? ' or correct the date' : ''}.`,
  }),
  'not-confirmed': ({ createdAt, timeZone }) => ({
    fact: `enrolled ${shortDate(dateIn(timeZone, createdAt))}`,
    advice: `The confirmation link has expired. Check the address and send the link again within ${daysKeptUnconfirmed} days; after that, this record will be deleted.`,
  }),
};

function shortDate(date: string | undefined): string {
  return date ? formatShortDate(date) : 'an unknown date';
}

/** A staff action as a sentence, without who did it and when. */
export function historyLabel(entry: HistoryEntry, exam: Exam): string {
  switch (entry.action) {
    case 'enrolled':
      return 'Enrolled the student.';
    case 'attempt-recorded':
      return `Recorded attempt ${entry.number}, taken on ${formatDate(entry.date)}.`;
    case 'date-corrected':
      return `Corrected the exam date ${entry.from ? `from ${formatDate(entry.from)}, ` : ''}to ${formatDate(entry.date)}.`;
    case 'address-change-asked':
      return `Sent a confirmation link to the new address ${entry.email}.`;
    case 'passed-recorded':
      return 'Marked as passed.';
    case 'exam-booked':
      return bookingLabel(entry);
    case 'application-started':
      return 'Recorded a new application.';
    case 'lowest-areas-set':
      return `Set the lowest areas to ${entry.areas.join(', ') || 'none'}.`;
    case 'details-changed':
      return entry.changes.map(changeLabel).join(' ');
    case 'note-added':
      return 'Added a note.';
    case 'undone':
      return entry.number && entry.date
        ? `Undid attempt ${entry.number}, taken on ${formatDate(entry.date)}.`
        : `Undid ${undoneLabels[entry.entry]}.`;
    case 'bounce-cleared':
      return 'Cleared the bounce.';
    case 'complaint-cleared':
      return 'Cleared the spam report.';
    case 'email-resent':
      return `Resent “${resentLabel(entry.key)}.”`;
    case 'flag-acknowledged':
      return entry.flag === 'third-attempt-used'
        ? 'Recorded a call about the third attempt.'
        : `Marked as done: ${flagLabel(entry.flag, exam).toLowerCase()}.`;
  }
}

function resentLabel(key: string): string {
  return emailKindLabels[partsOfKey(key).kind ?? 'reminder'];
}

/** What the page says right after an action, to whoever did it; an email that is resent has yet to go out. */
export function doneLabel(entry: HistoryEntry, exam: Exam): string {
  if (entry.action === 'email-resent') return `“${resentLabel(entry.key)}” will go out again shortly.`;
  if (entry.action === 'flag-acknowledged' && entry.flag === 'third-attempt-used')
    return 'Recorded your call about the third attempt.';
  return historyLabel(entry, exam);
}

function bookingLabel({ from, date }: { from?: string | undefined; date?: string | undefined }): string {
  if (date === undefined) return `Removed the booked exam${from ? ` of ${formatDate(from)}` : ''}.`;
  return from
    ? `Moved the booked exam from ${formatDate(from)}, to ${formatDate(date)}.`
    : `Recorded the exam booked for ${formatDate(date)}.`;
}

/** What staff call the details that they may correct. */
export const detailLabels = { name: 'Name', cohort: 'Class', membership: 'Membership', timeZone: 'Time zone' };

function changeLabel({ field, from, to }: { field: string; from: string; to: string }): string {
  const label = new Map(Object.entries(detailLabels)).get(field) ?? field;
  const text = (value: string) => (value ? `“${field === 'timeZone' ? zoneName(value) : value}”` : 'none');
  return `Changed the ${label.toLowerCase()} from ${text(from)} to ${text(to)}.`;
}

const undoneLabels: Record<LastEntry['what'], string> = {
  passed: '“passed”',
  attempt: 'the last attempt',
  'new-application': 'the new application',
};

/** The button that takes back the last entry. */
export function undoButton({ what }: LastEntry, attemptNumber: number | undefined): string {
  return what === 'attempt' ? `Undo attempt ${attemptNumber}` : `Undo ${undoneLabels[what]}`;
}

/** What a page says after what the history does not tell, by the `done` parameter. */
export const notices: Record<string, string> = {
  nothing: 'Nothing changed: this is already on record.',
  'nothing-undone': 'Nothing changed: this had already been undone.',
  'nothing-resent': 'Nothing changed: this was sent again less than ten minutes ago.',
  'was-done': 'A colleague got there first, as the history below shows. Your note is kept with theirs.',
  erase: 'The student’s record has been erased.',
  enroll: 'The student is enrolled, and the confirmation link will go out shortly.',
  'enroll-changed': 'The corrections are saved, and the student’s link now confirms what you see here.',
  'enroll-renewed': 'The corrections are saved. The old link had expired, so a new one will go out shortly.',
  known: 'A student with this address is already on record, so nothing was changed. Here’s that student’s page.',
};
