import { parseAcknowledgement, parseAction, type StaffForm, staffForms } from '../../core/action-forms.ts';
import { skipReasons } from '../../core/email.ts';
import { isFlag } from '../../core/flags.ts';
import type { FormInput, Forms } from '../../core/forms.ts';
import type { Staff } from '../../core/staff.ts';
import { resendEmailOrLink } from '../../services/enrollment.ts';
import { type ActionOutcome, perform } from '../../services/perform.ts';
import { requestNewAddressFor } from '../../services/request-links.ts';
import { type ErrorCode, notFound } from '../http-error.ts';
import type { AdminContext } from './admin-context.ts';

type Description = { summary: string; body?: keyof Forms; codes?: readonly ErrorCode[] };

/** What staff do to a candidate, on the pages and through the API alike. */
type StaffAction = Description & {
  /** Below the candidate’s own. */
  path: string;
  /** What the API’s description calls it. */
  id: string;
  /** The status of an answer that it is done. */
  done?: 202;
  act: (
    context: AdminContext,
    staff: Staff,
    at: Readonly<Record<string, string | undefined>>,
    input: FormInput,
  ) => Promise<ActionOutcome>;
};

const ofExam: readonly ErrorCode[] = ['unconfirmed', 'does-not-fit'];

const formActions: Record<StaffForm, Description> = {
  attempts: { summary: 'Record an attempt', body: 'attempt', codes: ofExam },
  'correct-date': { summary: 'Correct the date of the latest attempt', body: 'date', codes: ofExam },
  booked: {
    summary: 'Record the exam date the candidate booked; an empty `examDate` removes it',
    body: 'booking',
    codes: ofExam,
  },
  passed: { summary: 'Mark as passed', codes: ofExam },
  'new-application': { summary: 'Record a new application', codes: ofExam },
  undo: {
    summary: 'Undo the last entry about the exam (see `undoable`), no matter how long ago it was made',
    body: 'undo',
    codes: ofExam,
  },
  'clear-bounce': { summary: 'Resume email to an address that bounced' },
  'clear-complaint': { summary: 'Resume email after a spam report that was a mistake', body: 'mistakenReport' },
  notes: {
    summary: 'Add a note; the same note by the same person within ten minutes counts as a repeat',
    body: 'note',
  },
};

export const staffActions: readonly StaffAction[] = [
  ...staffForms.map(
    (path): StaffAction => ({
      path,
      id: path.replaceAll(/-(.)/g, (_dash, letter: string) => letter.toUpperCase()),
      ...formActions[path],
      act: (context, staff, { id = '' }, input) => perform(context, staff, id, parseAction(path, context.forms, input)),
    }),
  ),
  {
    path: 'change-email',
    id: 'changeEmail',
    summary: 'Send a link to a new address; once the candidate confirms, email goes there',
    body: 'email',
    codes: ['unconfirmed', 'mailbox-limited'],
    done: 202,
    act: (context, staff, { id = '' }, input) => requestNewAddressFor(context, staff, id, context.forms, input),
  },
  {
    path: 'emails/{key}/resend',
    id: 'resendEmail',
    summary: 'Resend an email; before the candidate has confirmed, the link, which is then good for seven more days',
    codes: ['unconfirmed', 'on-its-way', 'too-early', ...skipReasons],
    act: (context, staff, { id = '', key = '' }) => resendEmailOrLink(context, staff, id, key),
  },
  {
    path: 'flags/{flag}/acknowledge',
    id: 'acknowledgeFlag',
    summary: 'Acknowledge a flag; a note is kept even if a colleague acknowledged the flag first',
    body: 'acknowledgement',
    act: async (context, staff, { id = '', flag = '' }, input) => {
      if (!isFlag(flag)) throw notFound();
      return perform(context, staff, id, parseAcknowledgement(flag, context.forms, input));
    },
  },
];

/** A path with its variables in braces, as Hono writes it. */
export function routePath(path: string): string {
  return path.replaceAll(/{(\w+)}/g, ':$1');
}
