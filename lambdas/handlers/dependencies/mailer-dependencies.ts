import * as z from 'zod/mini';
import { confirmationCounts } from '../../adapters/dynamodb/confirmation-counts.ts';
import { oldestDue } from '../../adapters/dynamodb/due-records.ts';
import { dynamoClient } from '../../adapters/dynamodb/dynamo-client.ts';
import { mailboxLimits } from '../../adapters/dynamodb/rate-limits.ts';
import { dynamoSendRate } from '../../adapters/dynamodb/send-rate.ts';
import type { Environment } from '../../adapters/lambda/secret-environment.ts';
import { type Quota, sesQuota } from '../../adapters/ses/send-quota.ts';
import { sesClient, sesSender } from '../../adapters/ses/ses-sender.ts';
import { emailLinks } from '../../services/email-links.ts';
import type { MailerDependencies } from '../../services/send-emails.ts';
import { exam, type Runtime, storeFrom, systemRuntime, tokensFrom } from './shared-dependencies.ts';
import { count, links, pages, settingsFrom, text } from './shared-settings.ts';

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

export function mailerFrom(
  environment: Environment,
  { clock, log, knownQuota }: Runtime & { knownQuota?: () => Promise<Quota> } = systemRuntime,
): MailerDependencies & { quota: () => Promise<Quota>; secondsOverdue: () => Promise<number> } {
  const settings = mailerSettings(environment);
  const client = dynamoClient();
  const ses = sesClient();
  const quota = knownQuota ?? sesQuota(ses, settings.SEND_RATE, Date.now, log);
  return {
    store: storeFrom(client, settings, { clock, log }),
    mailboxLimits: mailboxLimits(client, settings.TABLE_NAME, Date.now),
    confirmations: confirmationCounts(client, settings.TABLE_NAME),
    quota,
    secondsOverdue: async () => {
      const now = clock();
      const since = (await oldestDue({ client, tableName: settings.TABLE_NAME }, now)) ?? now;
      return Math.round((Date.parse(now) - Date.parse(since)) / 1000);
    },
    sendRate: dynamoSendRate(client, settings.TABLE_NAME, quota, Date.now),
    sender: sesSender(ses, {
      from: { name: settings.ORGANIZATION, address: settings.SENDER_EMAIL },
      replyTo: settings.STAFF_EMAIL,
      configurationSet: settings.CONFIGURATION_SET,
    }),
    links: emailLinks(tokensFrom(settings), settings.BASE_URL),
    rules: { exam, sendHour: settings.SEND_HOUR },
    from: { organization: settings.ORGANIZATION, postalAddress: settings.POSTAL_ADDRESS },
    staffEmail: settings.STAFF_EMAIL,
    clock,
    log,
  };
}
