import type { Context } from 'hono';
import { addressIdOf } from '../../adapters/address-id.ts';
import { dynamoCandidateLists } from '../../adapters/dynamodb/candidate-lists.ts';
import { confirmationCounts } from '../../adapters/dynamodb/confirmation-counts.ts';
import { dynamoClient } from '../../adapters/dynamodb/dynamo-client.ts';
import { mailboxLimits } from '../../adapters/dynamodb/rate-limits.ts';
import { sessionItems } from '../../adapters/dynamodb/session-items.ts';
import { discoverIssuer } from '../../adapters/oidc/issuer-discovery.ts';
import { staffLogin } from '../../adapters/oidc/staff-login.ts';
import { staffTokens } from '../../adapters/oidc/staff-tokens.ts';
import { createAdmin } from '../../web/admin/admin-app.tsx';
import type { AdminSettings } from '../environment.ts';
import { exam, newId, type Runtime, storeFrom } from './shared-dependencies.ts';

/** The staff pages and API on the real table and login issuer. */
export function adminFrom(
  settings: AdminSettings,
  { clock, log, sourceAddress }: Runtime & { sourceAddress: (c: Context) => string },
) {
  const client = dynamoClient();
  const { TABLE_NAME: tableName, BASE_URL: baseUrl, OIDC_ISSUER: issuer } = settings;
  const { STAFF_PAGE_CLIENT_ID: clientId, STAFF_SCOPE: scope, SESSION_KEY: key } = settings;
  const server = discoverIssuer(issuer);
  return createAdmin({
    store: storeFrom(client, settings, { clock, log }),
    lists: dynamoCandidateLists(client, { tableName, exam, log }),
    rules: { exam, sendHour: settings.SEND_HOUR },
    mailboxLimits: mailboxLimits(client, tableName, Date.now),
    confirmations: confirmationCounts(client, tableName),
    addressIdOf: addressIdOf(settings.ADDRESS_KEY),
    newId,
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
    sessions: sessionItems(client, tableName, key),
    organization: settings.ORGANIZATION,
    sourceAddress,
    origin: new URL(baseUrl).origin,
    clock,
    log,
  });
}
