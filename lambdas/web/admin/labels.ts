import type { Conflict } from '../../core/actions.ts';
import type { LastEntry } from '../../core/attempts.ts';
import type { Candidate, Flag, HistoryEntry } from '../../core/candidate.ts';
import {
  type DeliveryStatus,
  type Email,
  type EmailKind,
  noAnswer,
  rejected,
  type SkipReason,
} from '../../core/email.ts';
import { partsOfKey } from '../../core/email-key.ts';
import { type Exam, ordinal } from '../../core/exam.ts';
import { lastAttempts } from '../../core/flags.ts';
import { allAttempts, attemptsUsed, daysKeptUnconfirmed, type Status } from '../../core/status.ts';
import { dateIn, formatDate, formatMoment, formatShortDate } from '../../core/time.ts';
import { zoneName } from '../components/fields.tsx';

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

export const emailStateLabels: Record<Candidate['emailState'], string> = {
  active: 'Gets our emails',
  unsubscribed: 'Unsubscribed from all emails',
  bounced: 'Stopped: email to this address is bouncing',
  complained: 'Stopped: the student reported us as spam',
};

export const shortEmailStates: Record<Candidate['emailState'], string> = {
  active: 'Gets our emails',
  unsubscribed: 'Unsubscribed',
  bounced: 'Bounced',
  complained: 'Reported as spam',
};

export const emailKindLabels: Record<EmailKind, string> = {
  confirmation: 'Confirmation link',
  'study-plan': 'Date and study plan',
  halfway: 'Halfway check-in',
  'week-to-go': 'One-week check-in',
  reminder: 'Reminder',
  'exam-eve': 'Day before the exam',
  'follow-up': 'Follow-up',
  'attempts-used': 'What comes next',
  'staff-notice': 'Notice to staff',
  erased: 'Notice that the record was erased',
  'page-link': 'Link to the student’s page',
  'new-address': 'Confirmation link for a new address',
  'address-changed': 'Notice to the old address',
};

/** What an inbox shows of it; `tests/web/admin-pages.test.ts` compares them with what goes out. */
export const emailSubjects: Record<Exclude<EmailKind, 'staff-notice'>, string> = {
  confirmation: 'Please confirm your email address',
  'study-plan': 'Your date and your study plan',
  halfway: 'Your plan for the days ahead',
  'week-to-go': 'Your date is coming up',
  reminder: 'Your wait is over',
  'exam-eve': 'Tomorrow’s the day',
  'follow-up': 'How are things going?',
  'attempts-used': 'What comes next for you',
  erased: 'Your record has been erased',
  'page-link': 'The link to your page',
  'new-address': 'Confirm your new address',
  'address-changed': 'Your email address was changed',
};

export const skipReasonLabels: Record<SkipReason, string> = {
  'too-late': 'it would have gone out too late',
  unsubscribed: 'the student unsubscribed',
  bounced: 'email to this address is bouncing',
  complained: 'the student reported us as spam',
  passed: 'the student passed',
  'newer-attempt': 'a newer attempt is on record',
  'new-application': 'the student started a new application',
  'attempt-taken-back': 'the update that scheduled it was undone',
  'date-corrected': 'the exam date was corrected',
  'booking-changed': 'the email was rescheduled',
  'check-ins-off': 'the student doesn’t want study emails during the wait',
  'exam-ahead': 'the exam is booked for that day or the next',
  'wrote-today': 'another email went out that day',
  'reminder-due': 'the reminder was due right away',
  'mailbox-limited': 'this mailbox has reached its limit of one link every ten minutes and three a day',
  'unknown-address': 'no student has this address',
  'sent-enough': 'this kind of email went out three times within a week',
  acknowledged: 'you had already taken care of it',
  'in-another-notice': 'another notice to you included this student',
};

/** Why an action was not done, as a sentence. */
export function conflictSentence(conflict: Conflict): string {
  switch (conflict) {
    case 'unconfirmed':
      return 'The student hasn’t confirmed the address yet. You can do this once they have.';
    case 'known':
      return 'This address is already on record.';
    case 'on-its-way':
      return 'This email hasn’t gone out yet. It will go out on its own.';
    case 'too-early':
      return 'It’s too early to send this email again: its day hasn’t begun in the student’s time zone.';
    case 'mailbox-limited':
      return 'We can’t send this link yet. We send an address one link every ten minutes at most, and no more than three a day. Try again later.';
    default:
      return `We can’t send this email again: ${skipReasonLabels[conflict]}.`;
  }
}

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

/** An email's state as a sentence, with times in the candidate's time zone. */
export function emailLabel(
  email: Email,
  timeZone: string,
  /** Why it would be skipped if it were due now. */
  skipReason: SkipReason | undefined,
): string {
  const moment = (at: string) => formatMoment(at, timeZone);
  switch (email.state) {
    case 'queued':
      return skipReason
        ? `Due on ${moment(email.dueAt)}, but as things stand it won’t go out: ${skipReasonLabels[skipReason]}.`
        : `Goes out on ${moment(email.heldUntil ?? email.dueAt)}.`;
    case 'sending':
      return 'Going out right now.';
    case 'skipped':
      return `Canceled on ${moment(email.at)}: ${skipReasonLabels[email.reason]}.`;
    case 'failed':
      return `Failed on ${moment(email.at)}: ${failureLabels[email.reason] ?? `Amazon SES refused it (${email.reason})`}.`;
    case 'sent': {
      const { at, deliveryStatus, deliveryStatusAt } = email;
      if (deliveryStatus === 'delivered') return `Sent on ${moment(at)}, and delivered.`;
      if (deliveryStatus === undefined) return `Sent on ${moment(at)}. No word yet on whether it was delivered.`;
      const when = deliveryStatusAt ? ` on ${moment(deliveryStatusAt)}` : '';
      return `Sent on ${moment(at)}. ${deliveryLabels[deliveryStatus](when)}.`;
    }
  }
}

const failureLabels: Record<string, string> = {
  [noAnswer]: 'Amazon SES gave no clear answer in five tries',
  [rejected]: 'Amazon, which sends our email, rejected it as possibly harmful',
};

const deliveryLabels: Record<Exclude<DeliveryStatus, 'delivered'>, (when: string) => string> = {
  delayed: (when) => `The mailbox didn’t accept it${when}; Amazon SES keeps trying`,
  'soft-bounced': (when) => `The mailbox couldn’t accept it${when}`,
  'hard-bounced': (when) => `It bounced${when}: the address doesn’t accept email`,
  complained: (when) => `It was reported as spam${when}`,
};

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
      return 'Started a new application.';
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
