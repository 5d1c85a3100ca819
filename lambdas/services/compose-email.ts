import { bookedDate } from '../core/booking.ts';
import { retakeCalendar } from '../core/calendar.ts';
import { candidateEmail } from '../core/candidate-emails.ts';
import type { Email } from '../core/email.ts';
import type { Sender } from '../core/email-content.ts';
import { isCandidateEmail } from '../core/email-rules.ts';
import { linkEmails } from '../core/link-emails.ts';
import type { PendingLink } from '../core/pending-link.ts';
import type { Rules } from '../core/rules.ts';
import type { Instant } from '../core/time.ts';
import { confirmedCandidateAt } from './addresses.ts';
import type { EmailLinks } from './email-links.ts';
import type { EmailRecord, OutgoingEmail, Store } from './ports.ts';

export type ComposeDependencies = { store: Store; links: EmailLinks; rules: Rules; from: Sender; staffEmail: string };

export async function composeEmail(
  dependencies: ComposeDependencies,
  record: EmailRecord,
  email: Email,
  now: Instant,
): Promise<OutgoingEmail> {
  const { links, rules, from, store, staffEmail } = dependencies;
  const { type, id, addressId } = record;
  const tags = { type, id, key: email.key, tries: email.tries + 1 };
  if (record.type === 'pending-link') {
    const { address, ...composed } = await composeLinkEmail(dependencies, record, now);
    // A stranger may have typed the name.
    return { ...composed, to: { name: '', address }, tags: { ...tags, addressId }, at: now };
  }

  if (email.kind === 'staff-notice') {
    const flagged = Math.max(1, await store.countFlagged('third-attempt-used'));
    const content = linkEmails.staffNotice(flagged, links.flaggedList(), from);
    return { to: { name: '', address: staffEmail }, content, tags, at: now };
  }

  if (!isCandidateEmail(email.kind)) throw new Error(`An email of kind ${email.kind} never goes to a candidate.`);
  const [my, unsubscribe] = await Promise.all([links.my(record, now), links.unsubscribe(record)]);
  const { exam } = rules;
  const examOn = bookedDate(record, exam);
  const context = { candidate: record, exam, links: { my, unsubscribe }, sender: from, now, examOn };
  return {
    to: { name: record.name, address: record.email },
    content: candidateEmail(email.kind, context),
    tags: { ...tags, addressId },
    at: now,
    unsubscribeLink: unsubscribe,
    calendar: email.kind === 'study-plan' ? retakeCalendar({ ...context, organization: from.organization }) : undefined,
  };
}

/** The email of a link, and the address it goes to. */
async function composeLinkEmail(
  { links, rules, from, store }: ComposeDependencies,
  link: PendingLink,
  now: Instant,
): Promise<Pick<OutgoingEmail, 'content' | 'unsubscribeLink'> & { address: string }> {
  switch (link.state) {
    case 'erased':
    case 'moved': {
      const about = link.state === 'erased' ? linkEmails.erased : linkEmails.addressChanged;
      return { address: link.email, content: about(await links.notMe(link), from) };
    }
    case 'page-link':
    case 'confirmed': {
      const candidate = await confirmedCandidateAt(store, link.addressId, now);
      if (candidate === undefined) throw new Error('The candidate is gone.');
      const my = await links.my(candidate, now);
      const unsubscribe = await links.unsubscribe(candidate);
      const content = linkEmails.pageLink({ my, unsubscribe }, from);
      return { address: candidate.email, content, unsubscribeLink: unsubscribe };
    }
    case 'waiting':
    case 'confirming': {
      const answer = { confirm: await links.confirm(link), notMe: await links.notMe(link) };
      return link.purpose === 'sign-up'
        ? { address: link.answers.details.email, content: linkEmails.confirmation(answer, rules.exam, from) }
        : { address: link.newEmail, content: linkEmails.newAddress(answer, from) };
    }
    case 'disowned':
      throw new Error('A used link has no email to send.');
  }
}
