import { linkTokens } from '../../lambdas/adapters/link-tokens.ts';
import type { Outcome } from '../../lambdas/core/email.ts';
import { emailLinks } from '../../lambdas/services/email-links.ts';
import type { EmailSender, OutgoingEmail } from '../../lambdas/services/ports.ts';
import type { MailerDependencies } from '../../lambdas/services/send-emails.ts';
import { rules } from './builders.ts';
import { unlimited } from './unlimited.ts';

const tokens = linkTokens({ signing: ['k'.repeat(32)], unsubscribe: 'u'.repeat(32) });

/** A mailer over this store and sender. */
export function aMailer(
  parts: Pick<MailerDependencies, 'store' | 'sender' | 'clock'> & Partial<MailerDependencies>,
): MailerDependencies {
  return {
    links: emailLinks(tokens, 'https://retakes.example.org'),
    rules,
    ...unlimited,
    from: { organization: 'Maple Street School', postalAddress: '12 Maple Street, Springfield' },
    staffEmail: 'office@school.example.org',
    log: () => {},
    ...parts,
  };
}

/** A sender that keeps what it is handed, and answers as the test says. */
export function scriptedSender() {
  const mails: OutgoingEmail[] = [];
  const accept = async (): Promise<Outcome> => ({ type: 'accepted', messageId: `message-${mails.length}` });
  let answer: (mail: OutgoingEmail) => Promise<Outcome> = accept;
  const sender: EmailSender = {
    send(mail) {
      mails.push(mail);
      return answer(mail);
    },
  };
  return {
    sender,
    /** All that was handed over, oldest first. */
    mails,
    accept,
    /** What becomes of each mail from now on. */
    answerWith(next: (mail: OutgoingEmail) => Promise<Outcome>) {
      answer = next;
    },
  };
}
