import type { MailerDependencies } from '../../lambdas/services/send-emails.ts';

/** No cap and no rate, where a test is about something else. */
export const unlimited: Pick<MailerDependencies, 'mailboxLimits' | 'sendRate'> = {
  mailboxLimits: {
    takeSlot: async () => true,
    hasSlot: async () => true,
  },
  sendRate: { acquire: async () => true },
};
