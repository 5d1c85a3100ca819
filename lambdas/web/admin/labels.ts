import type { Conflict } from '../../core/actions.ts';
import type { Candidate, Flag, HistoryEntry } from '../../core/candidate.ts';
import { type Email, type EmailKind, noAnswer, rejected, type SkipReason } from '../../core/email.ts';
import { partsOfKey } from '../../core/email-key.ts';
import type { Exam } from '../../core/exam.ts';
import { daysKeptUnconfirmed, type Status } from '../../core/status.ts';
import { formatDate, formatMoment } from '../../core/time.ts';
import { ordinal, zoneName } from '../components/fields.tsx';

export const statusLabels: Record<Status, string> = {
  waiting: 'Waiting',
  'can-retake': 'Can retake',
  'attempts-used': 'Attempts used',
  passed: 'Passed',
  'no-attempt': 'No attempt',
  unconfirmed: 'Not confirmed',
};

export const emailStateLabels: Record<Candidate['emailState'], string> = {
  active: 'Gets our emails',
  unsubscribed: 'Stopped all emails',
  bounced: 'Gets none: the address does not take mail',
  complained: 'Gets none: reported us as spam',
};

export const shortEmailStates: Record<Candidate['emailState'], string> = {
  active: 'Gets our emails',
  unsubscribed: 'Stopped',
  bounced: 'Came back',
  complained: 'Reported as spam',
};

export const emailKindLabels: Record<EmailKind, string> = {
  confirmation: 'Link to confirm',
  'study-plan': 'Date and study plan',
  halfway: 'Halfway check-in',
  'week-to-go': 'Check-in a week before',
  reminder: 'Reminder',
  'exam-eve': 'Day before the exam',
  'follow-up': 'How did it go',
  'attempts-used': 'What comes next',
  'staff-notice': 'Notice to staff',
  erased: 'Last email, about erasing',
  'page-link': 'Link to the candidate’s page',
  'new-address': 'Link to confirm a new address',
  'address-changed': 'Last email to the old address',
};

/** What an inbox shows of it; `tests/web/admin-pages.test.ts` compares them with what goes out. */
export const emailSubjects: Record<Exclude<EmailKind, 'staff-notice'>, string> = {
  confirmation: 'Please confirm your email address',
  'study-plan': 'Your date and your study plan',
  halfway: 'Your plan for the days ahead',
  'week-to-go': 'Your date is coming up',
  reminder: 'Your date is here',
  'exam-eve': 'Tomorrow’s the day',
  'follow-up': 'How are things going?',
  'attempts-used': 'What comes next for you',
  erased: 'Your record has been erased',
  'page-link': 'The link to your page',
  'new-address': 'Confirm your new address',
  'address-changed': 'Your email address was changed',
};

const skipReasonLabels: Record<SkipReason, string> = {
  'too-late': 'it was too late for it',
  unsubscribed: 'the candidate stopped all emails',
  bounced: 'the address does not take mail',
  complained: 'the candidate reported us as spam',
  passed: 'the candidate passed',
  'newer-attempt': 'there is a newer attempt',
  'new-application': 'there is a new application',
  'attempt-taken-back': 'the attempt was taken back',
  'date-corrected': 'the date was corrected',
  'booking-changed': 'the day to write has changed',
  'check-ins-off': 'the candidate wants no study emails during the wait',
  'exam-ahead': 'the exam is booked for that day or the day after',
  'wrote-today': 'another email went out that day',
  'reminder-due': 'the reminder was due at once',
  'mailbox-limited': 'too many links went to this address: one in ten minutes, three in a day',
  'unknown-address': 'no candidate has this address',
  'sent-enough': 'emails of this kind went out three times within a week',
  acknowledged: 'you had seen to it by then',
  'in-another-notice': 'another notice to you counted this candidate',
};

/** Why an action was not done, as a sentence. */
export function conflictSentence(conflict: Conflict): string {
  switch (conflict) {
    case 'unconfirmed':
      return 'The candidate has not confirmed the address yet. This can be done once they have.';
    case 'known':
      return 'This address is known already.';
    case 'on-its-way':
      return 'This email has not gone out yet. It goes by itself.';
    case 'too-early':
      return 'This email can’t go out again yet: its day hasn’t begun where the candidate is now.';
    default:
      return `This email is not sent again: ${skipReasonLabels[conflict]}.`;
  }
}

export function flagLabel(flag: Flag, exam: Exam): string {
  switch (flag) {
    case 'third-attempt-used':
      return `${ordinal(exam.attemptsPerApplication)} attempt used`;
    case 'email-bounced':
      return 'Email came back';
    case 'email-complained':
      return 'Reported as spam';
    case 'email-failed':
      return 'Email failed';
    case 'attempt-refused':
      return 'Attempt not recorded';
    case 'not-confirmed':
      return 'Never confirmed';
  }
}

/** The button that puts a flag aside. */
export function flagButton(flag: Flag): string {
  return flag === 'third-attempt-used' ? 'Mark as called' : 'Mark as done';
}

/** What staff may do about a flag. */
export function flagAdvice(flag: Flag, candidate: Candidate, exam: Exam): string {
  const { emails, enrollment, refusedAttempt } = candidate;
  switch (flag) {
    case 'third-attempt-used': {
      const wasSent = emails.some(({ kind, state }) => kind === 'attempts-used' && state === 'sent');
      const email = wasSent ? 'We wrote what comes next. ' : 'Our email about it has not gone out. ';
      return `All ${exam.attemptsPerApplication} attempts on the application are used. ${email}A call from you helps.`;
    }
    case 'email-bounced':
      return enrollment
        ? 'The address does not take mail, so the link can’t arrive. Ask for the right address, enroll the candidate with it, and erase this record.'
        : 'The address does not take mail, so no reminder arrives. Ask for the right one and put it in under “Email address”, or clear the bounce once this one works again.';
    case 'email-complained':
      return 'Our email was reported as spam from this address, so we no longer write there. Tell the candidate the dates in another way, or clear the report if it was a mistake.';
    case 'email-failed': {
      const isStaffNotice = emails.some(({ kind, state }) => kind === 'staff-notice' && state === 'failed');
      if (isStaffNotice) return 'A notice to your own address could not be sent. Check that address.';
      return enrollment
        ? 'The link to confirm could not be sent. Send it again below.'
        : 'An email could not be sent. Send it again below, or tell the candidate yourself.';
    }
    case 'attempt-refused':
      return `The candidate reported attempt ${refusedAttempt?.number}, but it could not be recorded. Ask what is right, then record the attempt or correct the date.`;
    case 'not-confirmed':
      return `The link to confirm ran out. Check the address, and send it again within ${daysKeptUnconfirmed} days; after that, the candidate is gone.`;
  }
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
        ? `Due on ${moment(email.dueAt)}, but as things are it won’t be sent: ${skipReasonLabels[skipReason]}.`
        : `Goes out on ${moment(email.heldUntil ?? email.dueAt)}.`;
    case 'sending':
      return 'Being sent right now.';
    case 'skipped':
      return `Not sent: ${skipReasonLabels[email.reason]} (${moment(email.at)}).`;
    case 'failed':
      return `Failed on ${moment(email.at)}: ${failureLabel(email.reason)}.`;
    case 'sent': {
      const sent = `Sent on ${moment(email.at)}.`;
      const when = email.deliveryStatusAt ? ` (${moment(email.deliveryStatusAt)})` : '';
      switch (email.deliveryStatus) {
        case undefined:
          return `${sent} No word yet whether it arrived.`;
        case 'delivered':
          return `Sent on ${moment(email.at)}, and arrived.`;
        case 'delayed':
          return `${sent} The mailbox is slow, and is tried again${when}.`;
        case 'soft-bounced':
          return `${sent} The mailbox could not take it${when}.`;
        case 'hard-bounced':
          return `${sent} It came back: the address does not take mail${when}.`;
        case 'complained':
          return `${sent} It was reported as spam${when}.`;
      }
    }
  }
}

function failureLabel(reason: string): string {
  switch (reason) {
    case noAnswer:
      return 'Amazon SES gave no clear answer, five times';
    case rejected:
      return 'Amazon SES took it for harmful and threw it away';
    default:
      return `Amazon SES refused it (${reason})`;
  }
}

/** A staff action as a sentence, without who did it and when. */
export function historyLabel(entry: HistoryEntry, exam: Exam): string {
  switch (entry.action) {
    case 'enrolled':
      return 'Enrolled the candidate.';
    case 'attempt-recorded':
      return `Recorded attempt ${entry.number} on ${formatDate(entry.date)}.`;
    case 'date-corrected':
      return entry.from
        ? `Corrected the date from ${formatDate(entry.from)}, to ${formatDate(entry.date)}.`
        : `Corrected the date to ${formatDate(entry.date)}.`;
    case 'address-change-asked':
      return `Sent a link to the new address ${entry.email}.`;
    case 'passed-recorded':
      return 'Marked as passed.';
    case 'exam-booked':
      return bookingLabel(entry);
    case 'application-started':
      return 'Started a new application.';
    case 'lowest-areas-set':
      return `Set the lowest areas: ${entry.areas.join(', ') || 'none'}.`;
    case 'details-changed':
      return entry.changes
        .map(
          ({ field, from, to }) =>
            `Changed the ${detailLabels[field] ?? field} from “${detailText(field, from)}” to “${detailText(field, to)}”.`,
        )
        .join(' ');
    case 'note-added':
      return 'Added a note.';
    case 'undone':
      return entry.number && entry.date
        ? `Took back: attempt ${entry.number} on ${formatDate(entry.date)}.`
        : `Took back: ${undoneLabels[entry.entry]}.`;
    case 'bounce-cleared':
      return 'Cleared the bounce.';
    case 'complaint-cleared':
      return 'Cleared the spam report.';
    case 'email-resent':
      return `Sent again: ${emailKindLabels[partsOfKey(entry.key).kind ?? 'reminder']}.`;
    case 'flag-acknowledged':
      return entry.flag === 'third-attempt-used'
        ? 'Marked as called about the third attempt.'
        : `Marked as done: ${flagLabel(entry.flag, exam).toLowerCase()}.`;
  }
}

function bookingLabel({ from, date }: { from?: string | undefined; date?: string | undefined }) {
  if (date === undefined)
    return from ? `Took back the exam booked for ${formatDate(from)}.` : 'Took back the booked exam.';
  return from
    ? `Moved the booked exam from ${formatDate(from)}, to ${formatDate(date)}.`
    : `Recorded the exam booked for ${formatDate(date)}.`;
}

const detailLabels: Record<string, string> = {
  name: 'name',
  cohort: 'cohort',
  membership: 'membership',
  timeZone: 'time zone',
};

function detailText(field: string, value: string): string {
  return (field === 'timeZone' ? zoneName(value) : value) || 'none';
}

const undoneLabels = {
  passed: 'passed',
  attempt: 'the last attempt',
  'new-application': 'the new application',
};

/** What a page says after what the history does not tell, by the `done` parameter. */
export const notices: Record<string, string> = {
  nothing: 'Nothing had to be changed: it was done already.',
  'was-done': 'A colleague was faster, as the history below shows. Your note is kept with theirs.',
  erase: 'The candidate is erased.',
  enroll: 'Enrolled. The link to confirm goes out now.',
  'enroll-changed': 'Changed. The link confirms what stands here now.',
  'enroll-renewed': 'Changed. The old link had run out, so a new one goes out now.',
  known: 'This address is known already. Here is the candidate.',
};
