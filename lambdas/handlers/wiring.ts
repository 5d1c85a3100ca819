import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'hono';
import { addressCaps, signUpCaps } from '../adapters/dynamo-caps.ts';
import { dynamoRoster } from '../adapters/dynamo-roster.ts';
import { dynamoStore } from '../adapters/dynamo-store.ts';
import { discovered } from '../adapters/issuer.ts';
import { oldestDue } from '../adapters/oldest-due.ts';
import { dynamoPace, type Quota, sesQuota } from '../adapters/pace.ts';
import { sesClient, sesSender } from '../adapters/ses-sender.ts';
import { staffLogin } from '../adapters/staff-login.ts';
import { staffSessions } from '../adapters/staff-sessions.ts';
import { staffTokens } from '../adapters/staff-tokens.ts';
import { storeWithTrail } from '../adapters/store-with-trail.ts';
import { identify, linkTokens } from '../adapters/tokens.ts';
import { cmaAama } from '../core/exams/cma-aama.ts';
import { mailLinks } from '../core/links.ts';
import type { MailEventParts } from '../core/mail-events.ts';
import type { Log, Mailer } from '../core/mailing.ts';
import { createOffice } from '../core/office.ts';
import type { Clock } from '../core/time.ts';
import { createAdmin } from '../web/admin/admin.tsx';
import { createSite } from '../web/site.tsx';
import type {
  AdminSettings,
  EmailEventsSettings,
  MailerSettings,
  SiteSettings,
} from './settings.ts';

/** What a local run replaces: its clock can be set. */
export type Surroundings = { clock: Clock; log: Log };

/** The surroundings of a deployed function. */
export const real: Surroundings = {
  clock: () => new Date().toISOString(),
  // Not by the console: Lambda writes the time and more before each of its lines, which are no JSON then.
  log: (event, fields) => process.stdout.write(`${JSON.stringify({ ...fields, event })}\n`),
};

const exam = cmaAama;

/** The candidates' pages over the real table. */
export function siteFrom(
  settings: SiteSettings,
  { clock, log, sourceAddress }: Surroundings & { sourceAddress: (c: Context) => string },
) {
  const client = new DynamoDBClient();
  return createSite({
    store: storeFrom(client, settings, log),
    tokens: tokensFrom(settings),
    rules: { exam, sendHour: settings.SEND_HOUR },
    organization: settings.ORGANIZATION,
    retentionDays: settings.RETENTION_DAYS,
    caps: signUpCaps(
      client,
      settings.TABLE_NAME,
      {
        perSourcePerHour: settings.SIGN_UPS_PER_SOURCE_PER_HOUR,
        perHour: settings.SIGN_UPS_PER_HOUR,
        key: settings.CANDIDATE_ID_KEY,
      },
      Date.now,
      log,
    ),
    sourceAddress,
    identify: identify(settings.CANDIDATE_ID_KEY),
    newId,
    clock,
    log,
  });
}

/** The staff's pages and API over the real table and login issuer. */
export function adminFrom(settings: AdminSettings, { clock, log }: Surroundings = real) {
  const client = new DynamoDBClient();
  const { TABLE_NAME: tableName, BASE_URL: baseUrl, OIDC_ISSUER: issuer } = settings;
  const { STAFF_PAGE_CLIENT_ID: clientId, STAFF_SCOPE: scope, SESSION_KEY: key } = settings;
  const rules = { exam, sendHour: settings.SEND_HOUR };
  const server = discovered(issuer);
  return createAdmin({
    office: createOffice({
      store: storeFrom(client, settings, log),
      roster: dynamoRoster(client, { tableName, exam, log }),
      rules,
      addressCaps: addressCaps(client, tableName, Date.now),
      identify: identify(settings.CANDIDATE_ID_KEY),
      newId,
      clock,
      log,
    }),
    tokens: staffTokens(server, {
      issuer,
      clientIds: [clientId, ...settings.STAFF_PROGRAM_CLIENT_IDS],
      scope,
    }),
    login: staffLogin(server, {
      issuer,
      clientId,
      scope,
      callbackUrl: `${baseUrl}/admin/callback`,
      signedOutUrl: `${baseUrl}/admin/signed-out`,
      key,
    }),
    sessions: staffSessions(key),
    rules,
    organization: settings.ORGANIZATION,
    origin: new URL(baseUrl).origin,
    clock,
    log,
  });
}

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

/** What writes down the reports of SES, over the real table. */
export function emailEventsFrom(
  settings: EmailEventsSettings,
  { clock, log }: Surroundings = real,
): MailEventParts {
  const client = new DynamoDBClient();
  return {
    store: storeFrom(client, settings, log),
    addressCaps: addressCaps(client, settings.TABLE_NAME, Date.now),
    clock,
    log,
  };
}

function newId(): string {
  return randomBytes(16).toString('hex');
}

function storeFrom(
  client: DynamoDBClient,
  { TABLE_NAME: tableName, RETENTION_DAYS: retentionDays }: EmailEventsSettings,
  log: Log,
) {
  return storeWithTrail(dynamoStore(client, { tableName, exam, retentionDays }), log);
}

function tokensFrom(settings: Pick<SiteSettings, 'LINK_SIGNING_KEYS' | 'UNSUBSCRIBE_KEY'>) {
  return linkTokens({ signing: settings.LINK_SIGNING_KEYS, unsubscribe: settings.UNSUBSCRIBE_KEY });
}
