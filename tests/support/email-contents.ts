import { newCandidate } from '../../lambdas/core/candidate.ts';
import { candidateEmail, type MessageKind } from '../../lambdas/core/candidate-emails.ts';
import type { Block, Inline } from '../../lambdas/core/content.ts';
import type { EmailContent, Sender } from '../../lambdas/core/email-content.ts';
import type { Exam, Membership } from '../../lambdas/core/exam.ts';
import { linkEmails } from '../../lambdas/core/link-emails.ts';
import type { CalendarDate, Instant } from '../../lambdas/core/time.ts';
import { someDetails } from './builders.ts';

export const from: Sender = {
  organization: 'North Prep School',
  postalAddress: '12 Elm Street, Springfield, IL 62701',
};

export const links = {
  my: 'https://reminders.example.org/my?token=abc',
  unsubscribe: 'https://reminders.example.org/unsubscribe?token=def',
  confirm: 'https://reminders.example.org/confirm?token=ghi',
  notMe: 'https://reminders.example.org/not-me?token=ghi',
  flaggedList: 'https://reminders.example.org/admin?flag=third-attempt-used',
};

export type Reader = {
  name?: string;
  membership?: Membership;
  timeZone?: string;
  number?: number;
  date?: CalendarDate;
  lowestAreas?: string[];
  recordedAt?: Instant;
  /** When the email goes out. */
  at?: Instant;
  examOn?: CalendarDate;
  onNewApplication?: boolean;
  /** How many follow-ups went out before. */
  asked?: number;
};

/** Emails about an exam, to the reader and about the attempt that a test names. */
export function emailsAbout(exam: Exam) {
  function toReader(
    kind: MessageKind,
    {
      number = 1,
      date = '2026-01-31',
      lowestAreas = [],
      recordedAt = `${date}T12:00:00.000Z`,
      at = recordedAt,
      examOn,
      onNewApplication = false,
      asked = 0,
      ...details
    }: Reader,
  ): EmailContent {
    const attempts = [{ number, date, lowestAreas, recordedAt }];
    const candidate = {
      ...newCandidate('a1b2c3', 'address', { ...someDetails, ...details }, recordedAt),
      applications: [{ attempts }, ...(onNewApplication ? [{ attempts: [] }] : [])],
      dropped: {
        historyEntries: 0,
        sentKeys: Array.from({ length: asked }, (_, index) => `follow-up-1-${number}-${index}`),
      },
    };
    return candidateEmail(kind, { candidate, exam, links, sender: from, now: at, examOn });
  }

  return {
    toReader,
    confirmation: () => linkEmails.confirmation(links, exam, from),
    erased: () => linkEmails.erased(links.notMe, from),
    pageLink: () => linkEmails.pageLink(links, from),
    newAddress: () => linkEmails.newAddress(links, from),
    addressChanged: () => linkEmails.addressChanged(links.notMe, from),
    staffNotice: (flagged: number) => linkEmails.staffNotice(flagged, links.flaggedList, from),
  };
}

/** What an email says from its first line to its last, without the addresses of its links. */
export function linesOf({ blocks, footer }: EmailContent): string[] {
  return [...blocks.flatMap(linesOfBlock), ...footer.map((line) => wordsOf(line))];
}

/** The subject, the preheader and each line of an email, each link with its address. */
export function everythingIn({ subject, preheader, blocks, footer }: EmailContent): string[] {
  const withLinks = (content: readonly Inline[]) => wordsOf(content, ({ text, href }) => `${text} -> ${href}`);
  const lines = blocks.flatMap((block) =>
    'text' in block && !('href' in block) ? [block.text] : inlinesOf(block).map(withLinks),
  );
  return [subject, preheader, ...lines, ...footer.map(withLinks)];
}

/** The addresses of an email's links, in their order. */
export function linksIn({ blocks, footer }: EmailContent): string[] {
  const inlines = [...blocks.flatMap(inlinesOf), ...footer];
  return inlines.flat().flatMap((part) => (typeof part === 'object' && 'href' in part ? part.href : []));
}

function linesOfBlock(block: Block): string[] {
  return block.type === 'paragraph' || block.type === 'list'
    ? inlinesOf(block).map((line) => wordsOf(line))
    : [block.text];
}

function inlinesOf(block: Block): (readonly Inline[])[] {
  switch (block.type) {
    case 'lead':
    case 'heading':
    case 'day-line':
      return [];
    case 'paragraph':
      return [block.content];
    case 'list':
      return [...block.items];
    case 'button':
      return [[block]];
  }
}

function wordsOf(content: readonly Inline[], wordsOfLink = ({ text }: { text: string; href: string }) => text): string {
  return content
    .map((part) => {
      if (typeof part === 'string') return part;
      return 'strong' in part ? part.strong : wordsOfLink(part);
    })
    .join('');
}
