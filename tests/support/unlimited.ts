import type { MailerDependencies } from '../../lambdas/services/send-emails.ts';

/** No cap, no rate and no hold, where a test is about something else. */
export const unlimited: Pick<MailerDependencies, 'mailboxLimits' | 'sendRate' | 'confirmations'> = {
  mailboxLimits: { takeSlot: async () => true, hasSlot: async () => true, linksTo: async () => [] },
  sendRate: { acquire: async () => true },
  confirmations: { count: async () => {}, lastDay: async () => ({ sent: 0, bounced: 0, complained: 0 }) },
};
