import {
  type CandidateLinks,
  candidateFooter,
  type EmailContent,
  paragraph,
  replies,
  type Sender,
  signature,
} from './email-content.ts';
import { daysToConfirm, daysToDispute } from './pending-link.ts';

/** Sent to candidates who asked for the link to their page. */
export function pageLinkEmail(links: CandidateLinks, sender: Sender): EmailContent {
  return {
    subject: 'The link to your page',
    preheader: 'It opens your page, no password needed.',
    blocks: [
      { type: 'lead', text: 'Here’s the link to your page.' },
      { type: 'button', text: 'Open my page', href: links.my },
      paragraph('Please keep this email to yourself: anyone with the link can open your page.'),
      paragraph(
        'You didn’t ask for this? Someone entered your address on our site. They can’t see your page, and there’s nothing you need to do.',
      ),
    ],
    footer: candidateFooter({ links, sender }),
  };
}

/** Sent to the address that a candidate wants to move to; it knows nothing about whose address that is. */
export function newAddressEmail(links: { confirm: string; notMe: string }, sender: Sender): EmailContent {
  return {
    subject: 'Confirm your new address',
    preheader: 'Once you do, we’ll write to you here.',
    blocks: [
      { type: 'lead', text: 'Please confirm that this is your new email address.' },
      paragraph(
        `Someone who gets emails from ${sender.organization} asked us to send them to this address from now on. Was that you, or did the staff do it for you? Then confirm it.`,
      ),
      { type: 'button', text: 'Confirm my new address', href: links.confirm },
      paragraph(
        `The link works for ${daysToConfirm} days. Until you use it, nothing changes, and our emails go to your old address.`,
      ),
      paragraph('It wasn’t you? Then you can ignore this email, or end the request now:'),
      paragraph({ text: 'This wasn’t me', href: links.notMe }),
    ],
    footer: [replies(sender), signature(sender)],
  };
}

/** Sent to the former address, because whoever has a link to someone's page can change the address. */
export function addressChangedEmail(notMe: string, sender: Sender): EmailContent {
  return {
    subject: 'Your email address was changed',
    preheader: 'If you didn’t ask for this, please let us know.',
    blocks: [
      { type: 'lead', text: 'From now on, we write to your new email address.' },
      paragraph(
        `You asked for this on your page, or the staff of ${sender.organization} did it for you, and the new address was confirmed. This is our last email to this one.`,
      ),
      { type: 'heading', text: 'You didn’t want this?' },
      paragraph(
        `Reply to this email, or tell the staff with the button within ${daysToDispute} days. They’ll look into it. Until then we keep this email address, so that they know who you are.`,
      ),
      { type: 'button', text: 'Tell the staff it wasn’t me', href: notMe },
    ],
    footer: [replies(sender), signature(sender)],
  };
}
