import type { MailerDependencies } from '../../lambdas/services/send-emails.ts';

/** No cap and no rate, where a test is about something else. */
export const unlimited: Pick<MailerDependencies, 'mailboxLimits' | 'sendRate'> = {
  mailboxLimits: {
    takeConfirmationSlot: async () => 'granted',
    confirmationSlot: async () => 'granted',
    rememberComplaint: async () => undefined,
  },
  sendRate: { turn: async () => true },
};
