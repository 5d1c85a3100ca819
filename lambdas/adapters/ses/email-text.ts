import type { Block } from '../../core/content.ts';
import type { EmailContent } from '../../core/email-content.ts';

/** More than an inbox shows; nothing after it can be read on a lock screen. */
const previewLength = 200;
/** Takes up room without being seen; the joiners keep the spaces from collapsing into one. */
const filler = '\u034f\u200c\u00a0';

/** What an inbox shows of the email beside its subject: the preheader, and nothing else. */
export function previewText({ preheader }: EmailContent): string {
  return preheader.padEnd(previewLength, filler);
}

export function emailText(content: EmailContent): string {
  const parts = [previewText(content), ...content.blocks.map(blockText)];
  const footer = content.footer.map(inlineText).join('\n');
  return `${parts.join('\n\n')}\n\n--\n${footer}\n`;
}

function blockText(block: Block): string {
  switch (block.type) {
    case 'lead':
    case 'day-line':
      return block.text;
    case 'heading':
      return block.text.toUpperCase();
    case 'paragraph':
      return inlineText(block.content);
    case 'list':
      return block.items
        .map((item, index) => `${block.ordered ? `${index + 1}.` : '-'} ${inlineText(item)}`)
        .join('\n');
    case 'button':
      return `${block.text}:\n${block.href}`;
  }
}

function inlineText(content: EmailContent['footer'][number]): string {
  return content
    .map((part) => {
      if (typeof part === 'string') return part;
      return 'strong' in part ? part.strong : `${part.text}: ${part.href}`;
    })
    .join('');
}
