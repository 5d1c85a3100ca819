import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { addressCaps } from '../../adapters/dynamo-caps.ts';
import { oldestDue } from '../../adapters/oldest-due.ts';
import { dynamoPace, type Quota, sesQuota } from '../../adapters/pace.ts';
import { sesClient, sesSender } from '../../adapters/ses-sender.ts';
import { mailLinks } from '../../core/links.ts';
import type { Mailer } from '../../core/mailing.ts';
import type { MailerSettings } from '../settings.ts';
import { exam, real, type Surroundings, storeFrom, tokensFrom } from './parts.ts';

/** The mailer over the real table and SES. */
export function mailerFrom(
  settings: MailerSettings,
  { clock, log, knownQuota }: Surroundings & { knownQuota?: () => Promise<Quota> } = real,
): Mailer & { quota: () => Promise<Quota>; secondsOverdue: () => Promise<number> } {
  const client = new DynamoDBClient();
  const ses = sesClient();
  const quota = knownQuota ?? sesQuota(ses, settings.SEND_RATE, Date.now, log);
  return {
    store: storeFrom(client, settings, log),
    addressCaps: addressCaps(client, settings.TABLE_NAME, Date.now),
    quota,
    secondsOverdue: async () => {
      const now = clock();
      const since = (await oldestDue(client, settings.TABLE_NAME, now)) ?? now;
      return Math.round((Date.parse(now) - Date.parse(since)) / 1000);
    },
    pace: dynamoPace(client, settings.TABLE_NAME, quota, Date.now),
    sender: sesSender(ses, {
      from: { name: settings.ORGANIZATION, address: settings.SENDER_EMAIL },
      replyTo: settings.STAFF_EMAIL,
      configurationSet: settings.CONFIGURATION_SET,
    }),
    links: mailLinks(tokensFrom(settings), settings.BASE_URL),
    rules: { exam, sendHour: settings.SEND_HOUR },
    from: { organization: settings.ORGANIZATION, postalAddress: settings.POSTAL_ADDRESS },
    staffEmail: settings.STAFF_EMAIL,
    clock,
    log,
  };
}
