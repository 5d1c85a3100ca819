import { linkTokens } from '../../lambdas/adapters/tokens.ts';
import { mailLinks } from '../../lambdas/core/links.ts';
import type { Outcome } from '../../lambdas/core/mail-queue.ts';
import type { Mail, Mailer, MailSender } from '../../lambdas/core/mailing.ts';
import { rules } from './builders.ts';
import { unlimited } from './unlimited.ts';

const tokens = linkTokens({ signing: ['k'.repeat(32)], unsubscribe: 'u'.repeat(32) });

/** A mailer over this store and sender. */
export function aMailer(
  parts: Pick<Mailer, 'store' | 'sender' | 'clock'> & Partial<Mailer>,
): Mailer {
  return {
    links: mailLinks(tokens, 'https://retakes.example.org'),
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
  const mails: Mail[] = [];
  const accept = async (): Promise<Outcome> => ({
    type: 'accepted',
    messageId: `message-${mails.length}`,
  });
  let answer: (mail: Mail) => Promise<Outcome> = accept;
  const sender: MailSender = {
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
    answerWith(next: (mail: Mail) => Promise<Outcome>) {
      answer = next;
    },
  };
}
