import type { Conflict } from '../../core/actions.ts';
import type { Candidate } from '../../core/candidate.ts';
import {
  type DeliveryStatus,
  type Email,
  type EmailKind,
  noAnswer,
  rejected,
  type SkipReason,
} from '../../core/email.ts';
import type { Exam } from '../../core/exam.ts';
import { formatMoment } from '../../core/time.ts';

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
  halfway: 'Study email, halfway',
  'week-to-go': 'Study email, one week to go',
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
export const emailSubjects = ({ waitDays }: Exam): Record<Exclude<EmailKind, 'staff-notice'>, string> => ({
  confirmation: 'Please confirm your email address',
  'study-plan': 'Your date and your study plan',
  halfway: 'Your plan for the days ahead',
  'week-to-go': 'Your date is coming up',
  reminder: `Your ${waitDays}-day wait is over`,
  'exam-eve': 'Tomorrow’s the day',
  'follow-up': 'How are things going?',
  'attempts-used': 'What comes next for you',
  erased: 'Your record has been erased',
  'page-link': 'The link to your page',
  'new-address': 'Confirm your new address',
  'address-changed': 'Your email address was changed',
});

export const skipReasonLabels: Record<SkipReason, string> = {
  'too-late': 'it would have gone out too late',
  unsubscribed: 'the student unsubscribed',
  bounced: 'email to this address is bouncing',
  complained: 'our email was reported as spam',
  passed: 'the student passed',
  'newer-attempt': 'a newer attempt is on record',
  'new-application': 'the student has a new application',
  'attempt-taken-back': 'the update that scheduled it was undone',
  'date-corrected': 'the exam date was corrected',
  'booking-changed': 'the email was rescheduled',
  'check-ins-off': 'the student doesn’t want study emails during the wait',
  'exam-ahead': 'the exam is booked for that day or the next',
  'wrote-today': 'another email went out that day',
  'reminder-due': 'the reminder was due right away',
  'mailbox-limited': 'an address can get one link every ten minutes, and no more than three a day',
  'unknown-address': 'no student has this address',
  'sent-enough': 'this kind of email went out three times within a week',
  'asked-enough': 'we’ve asked three times since the last attempt',
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
      return 'We can’t send this link yet. An address can get one link every ten minutes, and no more than three a day. Try again later.';
    default:
      return `We can’t send this email again: ${skipReasonLabels[conflict]}.`;
  }
}

/** An email's state as a sentence, with times in the candidate's time zone. */
export function emailLabel(
  email: Email,
  timeZone: string,
  /** Why it won’t go out when its moment comes. */
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
