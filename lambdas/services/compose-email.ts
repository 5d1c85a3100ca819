import { bookedDate } from '../core/booking.ts';
import { retakeCalendar } from '../core/calendar.ts';
import { candidateEmails } from '../core/candidate-emails.ts';
import type { Email } from '../core/email.ts';
import {
  confirmationEmail,
  erasedEmail,
  type Sender,
  staffNoticeEmail,
} from '../core/email-content.ts';
import { isCandidateEmail } from '../core/email-rules.ts';
import type { Rules } from '../core/rules.ts';
import type { Instant } from '../core/time.ts';
import type { EmailLinks } from './email-links.ts';
import type { EmailRecord, MessageTags, OutgoingEmail, Store } from './ports.ts';

export type ComposeDependencies = {
  store: Pick<Store, 'countFlagged'>;
  links: EmailLinks;
  rules: Rules;
  from: Sender;
  staffEmail: string;
};

/** The email with its content, links and tags, ready to send. */
export async function composeEmail(
  dependencies: ComposeDependencies,
  record: EmailRecord,
  email: Email,
  now: Instant,
): Promise<OutgoingEmail> {
  const { links, rules, from, store, staffEmail } = dependencies;
  const tags: MessageTags = {
    type: record.type,
    id: record.id,
    key: email.key,
    tries: email.tries + 1,
    addressId: record.addressId,
  };
  if (record.type === 'pending-link') {
    if (record.state === 'erased') {
      const to = { name: '', address: record.email };
      return { to, content: erasedEmail(await links.notMe(record), from), tags, at: now };
    }
    if (!('answers' in record)) throw new Error('A used link has no email to send.');
    const [confirm, notMe] = await Promise.all([links.confirm(record), links.notMe(record)]);
    const content = confirmationEmail({ confirm, notMe }, rules.exam, from);
    const to = { name: '', address: record.answers.details.email };
    return { to, content, tags, at: now };
  }

  if (email.kind === 'staff-notice') {
    const flagged = Math.max(1, await store.countFlagged('third-attempt-used'));
    const content = staffNoticeEmail(flagged, links.flaggedList(), from);
    const { addressId, ...withoutAddress } = tags;
    return { to: { name: '', address: staffEmail }, content, tags: withoutAddress, at: now };
  }

  if (!isCandidateEmail(email.kind))
    throw new Error(`An email of kind ${email.kind} never goes to a candidate.`);
  const [my, unsubscribe] = await Promise.all([links.my(record, now), links.unsubscribe(record)]);
  const { exam } = rules;
  const context = {
    candidate: record,
    exam,
    links: { my, unsubscribe },
    sender: from,
    now,
    examOn: bookedDate(record, exam),
  };
  return {
    to: { name: record.name, address: record.email },
    content: candidateEmails[email.kind](context),
    tags,
    at: now,
    unsubscribeLink: unsubscribe,
    calendar:
      email.kind === 'study-plan'
        ? retakeCalendar(record, exam, from.organization, now)
        : undefined,
  };
}
