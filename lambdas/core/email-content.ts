import type { Candidate } from './candidate.ts';
import type { Exam } from './exam.ts';
import type { CalendarDate, Instant } from './time.ts';

export type Inline = string | { text: string; href: string } | { strong: string };

export type Block =
  | { type: 'lead' | 'heading'; text: string }
  | { type: 'paragraph'; content: readonly Inline[] }
  | { type: 'list'; ordered: boolean; items: readonly (readonly Inline[])[] }
  | { type: 'button'; text: string; href: string }
  /** The days of the wait as a line, and how many of them are over. */
  | { type: 'day-line'; text: string; done: number; total: number };

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

export function lead(text: string): Block {
  return { type: 'lead', text };
}

export function paragraph(...content: Inline[]): Block {
  return { type: 'paragraph', content };
}

export function heading(text: string): Block {
  return { type: 'heading', text };
}

export function list(items: readonly Inline[], ordered = false): Block {
  return { type: 'list', ordered, items: items.map((item) => [item]) };
}

/** A list of sentences, each after a few words that stand out. */
export function listWithTitles(items: readonly (readonly [title: string, sentence: string])[], ordered = false): Block {
  return { type: 'list', ordered, items: items.map(([title, sentence]) => [{ strong: `${title} ` }, sentence]) };
}

export function button(text: string, href: string): Block {
  return { type: 'button', text, href };
}
