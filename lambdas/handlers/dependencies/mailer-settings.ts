import * as z from 'zod/mini';
import type { Environment } from '../../adapters/lambda/secret-environment.ts';
import { count, links, pages, settingsFrom, text } from './shared-settings.ts';

export type MailerSettings = ReturnType<typeof mailerSettings>;

export const mailerSettings = (environment: Environment) =>
  settingsFrom(environment, {
    ...pages(),
    ...links(),
    POSTAL_ADDRESS: text(),
    SENDER_EMAIL: z.email(),
    STAFF_EMAIL: z.email(),
    CONFIGURATION_SET: z.optional(text()),
    /** Emails per second, used if SES doesn't report the account's rate. */
    SEND_RATE: z._default(count(), 1),
  });
