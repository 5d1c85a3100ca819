import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoStore } from '../adapters/dynamo-store.ts';
import { sesClient, sesSender } from '../adapters/ses-sender.ts';
import { identify, linkTokens } from '../adapters/tokens.ts';
import { cmaAama } from '../core/exams/cma-aama.ts';
import { mailLinks } from '../core/links.ts';
import type { Log, Mailer } from '../core/mailing.ts';
import type { Clock } from '../core/time.ts';
import { createSite } from '../web/site.tsx';
import type { MailerSettings, SiteSettings } from './settings.ts';

/** What a local run replaces: its clock can be set. */
export type Surroundings = { clock: Clock; log: Log };

const real: Surroundings = {
  clock: () => new Date().toISOString(),
  log: (event, fields) => console.log(JSON.stringify({ event, ...fields })),
};

const exam = cmaAama;

/** The candidates' pages over the real table. */
export function siteFrom(settings: SiteSettings, { clock, log }: Surroundings = real) {
  return createSite({
    store: dynamoStore(new DynamoDBClient(), settings.TABLE_NAME, exam),
    tokens: tokensFrom(settings),
    rules: { exam, sendHour: settings.SEND_HOUR },
    organization: settings.ORGANIZATION,
    identify: identify(settings.CANDIDATE_ID_KEY),
    newId: () => randomBytes(16).toString('hex'),
    clock,
    log,
  });
}

/** The mailer over the real table and SES. */
export function mailerFrom(settings: MailerSettings, { clock, log }: Surroundings = real): Mailer {
  return {
    store: dynamoStore(new DynamoDBClient(), settings.TABLE_NAME, exam),
    sender: sesSender(sesClient(), {
      from: { name: settings.ORGANIZATION, address: settings.SENDER_EMAIL },
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

function tokensFrom(settings: Pick<SiteSettings, 'LINK_SIGNING_KEYS' | 'UNSUBSCRIBE_KEY'>) {
  return linkTokens({ signing: settings.LINK_SIGNING_KEYS, unsubscribe: settings.UNSUBSCRIBE_KEY });
}
