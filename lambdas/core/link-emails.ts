import { type Block, button, heading, lead, paragraph } from './content.ts';
import {
  type CandidateLinks,
  candidateFooter,
  type EmailContent,
  type Sender,
  senderFooter,
  signature,
} from './email-content.ts';
import type { Exam } from './exam.ts';
import { daysToConfirm, daysToDispute } from './pending-link.ts';

type ConfirmLinks = { confirm: string; notMe: string };

export const linkEmails = {
  confirmation({ confirm, notMe }: ConfirmLinks, exam: Exam, sender: Sender): EmailContent {
    return {
      subject: 'Please confirm your email address',
      preheader: 'One click is all it takes.',
      blocks: [
        lead('Please confirm your email address.'),
        paragraph(
          `Someone asked ${sender.organization} to send emails about the ${exam.name} exam to this address. ${ifItWasYou} Until you do, we won’t send you anything else.`,
        ),
        button('Confirm my address', confirm),
        paragraph(`This link works for ${daysToConfirm} days.`),
        ...wasntMe(notMe),
      ],
      footer: senderFooter(sender),
    };
  },

  /** Sent to the address that a candidate wants to move to; it knows nothing about whose address that is. */
  newAddress({ confirm, notMe }: ConfirmLinks, sender: Sender): EmailContent {
    return {
      subject: 'Confirm your new address',
      preheader: 'Once you do, we’ll email you here.',
      blocks: [
        lead('Please confirm your new email address.'),
        paragraph(
          `Someone who gets emails from ${sender.organization} asked us to send them to this address instead. ${ifItWasYou}`,
        ),
        button('Confirm my new address', confirm),
        paragraph(
          `This link works for ${daysToConfirm} days. Until you confirm, our emails will keep going to your old address.`,
        ),
        ...wasntMe(notMe),
      ],
      footer: senderFooter(sender),
    };
  },

  /** Sent to the former address, because whoever has a link to someone's page can change the address. */
  addressChanged(notMe: string, sender: Sender): EmailContent {
    return {
      subject: 'Your email address was changed',
      preheader: 'If you didn’t ask for this, please let us know.',
      blocks: [
        lead('From now on, our emails will go to your new address.'),
        paragraph(
          `The change was made on your page or by the staff at ${sender.organization}, and the new address has been confirmed. This is our last email to this address.`,
        ),
        ...objection(notMe),
      ],
      footer: senderFooter(sender),
    };
  },

  /** Sent once a candidate is erased, because whoever has a link to their page can do it. */
  erased(notMe: string, sender: Sender): EmailContent {
    return {
      subject: 'Your record has been erased',
      preheader: 'If you didn’t ask for this, please let us know.',
      blocks: [
        lead('We’ve erased your record.'),
        paragraph(
          `This was done on your page or by the staff at ${sender.organization}. Your name and dates are gone, and you won’t get any more reminders.`,
        ),
        paragraph('We can’t bring your record back, but you’re welcome to sign up again.'),
        ...objection(notMe),
      ],
      footer: senderFooter(sender),
    };
  },

  pageLink(links: CandidateLinks, sender: Sender): EmailContent {
    return {
      subject: 'The link to your page',
      preheader: 'It opens your page. No password needed.',
      blocks: [
        lead('Here’s the link to your page.'),
        button('Open my page', links.my),
        paragraph('Please keep this email to yourself, because anyone who has the link can open your page.'),
        paragraph(
          'If you didn’t ask for this, someone else entered your address on our site. They can’t see your page, and there’s nothing you need to do.',
        ),
      ],
      footer: candidateFooter({ links, sender }),
    };
  },

  /** Notifies staff that candidates need attention, without naming them. */
  staffNotice(flagged: number, adminLink: string, sender: Sender): EmailContent {
    const whom = flagged === 1 ? '1 student needs your attention' : `${flagged} students need your attention`;
    return {
      subject: whom,
      preheader: 'The list is on the staff page.',
      blocks: [
        lead(`${whom}.`),
        paragraph(
          'They’ve used every attempt on their application. To keep names out of email, we list them only on the staff page.',
        ),
        button('Open the staff page', adminLink),
      ],
      footer: [signature(sender)],
    };
  },
};

const ifItWasYou = 'If that was you, or if the staff did it for you, please confirm the address.';

function wasntMe(notMe: string): Block[] {
  return [
    paragraph('If it wasn’t you, you can ignore this email, and the request will expire. You can also cancel it now:'),
    paragraph({ text: 'This wasn’t me', href: notMe }),
  ];
}

function objection(notMe: string): Block[] {
  return [
    heading('If this wasn’t you'),
    paragraph(
      `Let the staff know within ${daysToDispute} days, and they’ll look into it. We’ll keep this email address for two weeks so that they know who you are.`,
    ),
    button('Tell the staff it wasn’t me', notMe),
  ];
}
