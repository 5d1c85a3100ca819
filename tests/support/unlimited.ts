import type { Mailer } from '../../lambdas/core/mailing.ts';

/** No cap and no rate, where a test is about something else. */
export const unlimited: Pick<Mailer, 'addressCaps' | 'pace'> = {
  addressCaps: {
    takeConfirmationSlot: async () => 'granted',
    confirmationSlot: async () => 'granted',
    rememberComplaint: async () => undefined,
  },
  pace: { turn: async () => true },
};
