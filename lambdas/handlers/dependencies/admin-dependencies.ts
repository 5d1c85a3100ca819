import * as z from 'zod/mini';
import { addressIdOf } from '../../adapters/address-id.ts';
import { dynamoCandidateLists } from '../../adapters/dynamodb/candidate-lists.ts';
import { confirmationCounts } from '../../adapters/dynamodb/confirmation-counts.ts';
import { dynamoClient } from '../../adapters/dynamodb/dynamo-client.ts';
import { mailboxLimits } from '../../adapters/dynamodb/rate-limits.ts';
import { sessionItems } from '../../adapters/dynamodb/session-items.ts';
import type { Environment } from '../../adapters/lambda/secret-environment.ts';
import { discoverIssuer } from '../../adapters/oidc/issuer-discovery.ts';
import { staffLogin } from '../../adapters/oidc/staff-login.ts';
import { staffTokens } from '../../adapters/oidc/staff-tokens.ts';
import { createAdmin } from '../../web/admin/admin-app.tsx';
import { exam, newId, storeFrom, type WebRuntime } from './shared-dependencies.ts';
import { key, list, logoUrl, pages, settingsFrom, text } from './shared-settings.ts';

export const adminSettings = (environment: Environment) =>
  settingsFrom(environment, {
    ...pages(),
    LOGO_URL: logoUrl(),
    ADDRESS_KEY: key(),
    /** Changing it ends all staff sessions. */
    SESSION_KEY: key(),
    OIDC_ISSUER: z.url().check(z.regex(/^(https:\/\/|http:\/\/localhost:)/)),
    STAFF_PAGE_CLIENT_ID: text(),
    /** Other clients whose tokens the API accepts. */
    STAFF_PROGRAM_CLIENT_IDS: list(/.*/),
    STAFF_SCOPE: text(),
  });

export function adminFrom(environment: Environment, { clock, log, sourceAddress }: WebRuntime) {
  const settings = adminSettings(environment);
  const client = dynamoClient();
  const { TABLE_NAME: tableName, BASE_URL: baseUrl, SESSION_KEY: key, STAFF_PAGE_CLIENT_ID: clientId } = settings;
  const staff = { issuer: settings.OIDC_ISSUER, scope: settings.STAFF_SCOPE };
  const server = discoverIssuer(staff.issuer);
  return createAdmin({
    store: storeFrom(client, settings, { clock, log }),
    lists: dynamoCandidateLists(client, { tableName, exam, log }),
    rules: { exam, sendHour: settings.SEND_HOUR },
    mailboxLimits: mailboxLimits(client, tableName, Date.now),
    confirmations: confirmationCounts(client, tableName),
    addressIdOf: addressIdOf(settings.ADDRESS_KEY),
    newId,
    tokens: staffTokens(server, { ...staff, clientIds: [clientId, ...settings.STAFF_PROGRAM_CLIENT_IDS] }),
    login: staffLogin(server, {
      ...staff,
      clientId,
      callbackUrl: `${baseUrl}/admin/callback`,
      signedOutUrl: `${baseUrl}/admin/signed-out`,
      key,
    }),
    sessions: sessionItems(client, tableName, key),
    organization: settings.ORGANIZATION,
    logoUrl: settings.LOGO_URL,
    sourceAddress,
    origin: new URL(baseUrl).origin,
    clock,
    log,
  });
}
