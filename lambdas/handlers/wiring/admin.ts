import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { addressCaps } from '../../adapters/dynamo-caps.ts';
import { dynamoRoster } from '../../adapters/dynamo-roster.ts';
import { discovered } from '../../adapters/issuer.ts';
import { staffLogin } from '../../adapters/staff-login.ts';
import { staffSessions } from '../../adapters/staff-sessions.ts';
import { staffTokens } from '../../adapters/staff-tokens.ts';
import { identify } from '../../adapters/tokens.ts';
import { createOffice } from '../../core/office.ts';
import { createAdmin } from '../../web/admin/admin.tsx';
import type { AdminSettings } from '../settings.ts';
import { exam, newId, real, type Surroundings, storeFrom } from './parts.ts';

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
