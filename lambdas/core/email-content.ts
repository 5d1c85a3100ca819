import type { Candidate } from './candidate.ts';
import type { Exam } from './exam.ts';
import { daysToConfirm, daysToDispute } from './pending-link.ts';
import type { CalendarDate, Instant } from './time.ts';

export type Inline = string | { text: string; href: string } | { strong: string };

export type Block =
  | { type: 'lead'; text: string }
  | { type: 'heading'; text: string }
  | { type: 'paragraph'; content: readonly Inline[] }
  | { type: 'list'; ordered: boolean; items: readonly (readonly Inline[])[] }
  | { type: 'button'; text: string; href: string };

/** An email's content; both its HTML and its plain text are rendered from the same blocks. */
export type EmailContent = {
  subject: string;
  preheader: string;
  blocks: readonly Block[];
  footer: readonly (readonly Inline[])[];
};

/** Who sends the emails; the law requires the postal address. */
export type Sender = { organization: string; postalAddress: string };

export type CandidateLinks = { my: string; unsubscribe: string };

/** What an email to a candidate is made of. */
export type EmailContext = {
  candidate: Candidate;
  exam: Exam;
  links: CandidateLinks;
  sender: Sender;
  now: Instant;
  /** The day of the exam that the candidate has booked. */
  examOn?: CalendarDate | undefined;
};

export function confirmationEmail(links: { confirm: string; notMe: string }, exam: Exam, sender: Sender): EmailContent {
  return {
    subject: 'Please confirm your email address',
    preheader: 'We’ll write to you once you have.',
    blocks: [
      lead('Please confirm that this is your email address.'),
      paragraph(
        `Someone entered it at ${sender.organization} to get emails about the ${exam.name} exam: you, we hope, or the staff on your behalf. We won’t send you anything else until you confirm.`,
      ),
      button('Confirm my address', links.confirm),
      paragraph(`The link works for ${daysToConfirm} days.`),
      paragraph(
        'If you weren’t expecting this, you don’t have to do anything: the request expires on its own. You can also delete it now:',
      ),
      paragraph({ text: 'This wasn’t me', href: links.notMe }),
    ],
    footer: [replies(sender), signature(sender)],
  };
}

/** Sent once a candidate is erased, because whoever has a link to their page can do it. */
export function erasedEmail(notMe: string, sender: Sender): EmailContent {
  return {
    subject: 'Your record is erased',
    preheader: 'If you didn’t ask for this, please let us know.',
    blocks: [
      lead('We’ve erased what we knew about you.'),
      paragraph(
        `You asked for this on your page, or the staff of ${sender.organization} did it for you. Your name and your dates are gone, and you won’t get any more reminders.`,
      ),
      paragraph('We can’t just bring your record back. If you’d like to hear from us again, sign up again.'),
      heading('You didn’t want this?'),
      paragraph(
        `Then tell the staff within ${daysToDispute} days, and they will look into it. Until then we keep this email address, so that they know who you are.`,
      ),
      button('Tell the staff it wasn’t me', notMe),
    ],
    footer: [replies(sender), signature(sender)],
  };
}

/** Notifies staff that candidates need attention, without naming them. */
export function staffNoticeEmail(flagged: number, adminLink: string, sender: Sender): EmailContent {
  const whom = flagged === 1 ? '1 candidate needs your attention' : `${flagged} candidates need your attention`;
  return {
    subject: whom,
    preheader: 'The list is on your staff page.',
    blocks: [
      lead(`${whom}.`),
      paragraph(
        'They have used all attempts on their application. The staff page says who they are; this email names nobody.',
      ),
      button('Open the staff page', adminLink),
    ],
    footer: [signature(sender)],
  };
}

/** Why the email came, and how to stop more of them. */
export function candidateFooter({ links, sender }: Pick<EmailContext, 'links' | 'sender'>): Inline[][] {
  return [
    ['You’re getting this email because you confirmed your address with us.'],
    [{ text: 'See, change or erase what we know about you', href: links.my }],
    [{ text: 'Stop all emails', href: links.unsubscribe }],
    replies(sender),
    signature(sender),
  ];
}

export function lead(text: string): Block {
  return { type: 'lead', text };
}

export function paragraph(...content: Inline[]): Block {
  return { type: 'paragraph', content };
}

export function heading(text: string): Block {
  return { type: 'heading', text };
}

/** A list of sentences, links or both. */
export function list(items: readonly Inline[], ordered = false): Block {
  return { type: 'list', ordered, items: items.map((item) => [item]) };
}

export function button(text: string, href: string): Block {
  return { type: 'button', text, href };
}

export function replies({ organization }: Sender): Inline[] {
  return [`Questions? Reply to this email, and it reaches the staff of ${organization}.`];
}

export function signature({ organization, postalAddress }: Sender): Inline[] {
  return [`${organization}, ${postalAddress}`];
}
