import type { Candidate } from './candidate.ts';
import type { Block, Inline } from './content.ts';
import type { Exam } from './exam.ts';
import type { CalendarDate, Instant } from './time.ts';

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

export type EmailContext = {
  candidate: Candidate;
  exam: Exam;
  links: CandidateLinks;
  sender: Sender;
  now: Instant;
  examOn?: CalendarDate | undefined;
};

export function candidateFooter({ links, sender }: Pick<EmailContext, 'links' | 'sender'>): Inline[][] {
  return [
    ['You’re getting this email because you confirmed your address with us.'],
    [{ text: 'See, change or erase your information', href: links.my }],
    [{ text: 'Stop all emails', href: links.unsubscribe }],
    ...senderFooter(sender),
  ];
}

export function senderFooter(sender: Sender): Inline[][] {
  return [[`Questions? Reply to this email to reach the staff at ${sender.organization}.`], signature(sender)];
}

export function signature({ organization, postalAddress }: Sender): Inline[] {
  return [`${organization}, ${postalAddress}`];
}
