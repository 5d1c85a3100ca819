import { addressIdOf } from '../../adapters/address-id.ts';
import { dynamoClient } from '../../adapters/dynamodb/dynamo-client.ts';
import { signUpLimits } from '../../adapters/dynamodb/rate-limits.ts';
import type { Environment } from '../../adapters/lambda/secret-environment.ts';
import { createSite } from '../../web/site/site-app.tsx';
import { exam, newId, storeFrom, tokensFrom, type WebRuntime } from './shared-dependencies.ts';
import { count, key, links, logoUrl, pages, settingsFrom } from './shared-settings.ts';

export const siteSettings = (environment: Environment) =>
  settingsFrom(environment, {
    ...pages(),
    LOGO_URL: logoUrl(),
    ...links(),
    ADDRESS_KEY: key(),
    SIGN_UPS_PER_SOURCE_PER_HOUR: count(),
    SIGN_UPS_PER_HOUR: count(),
  });

export function siteFrom(environment: Environment, { clock, log, sourceAddress }: WebRuntime) {
  const settings = siteSettings(environment);
  const client = dynamoClient();
  const limits = {
    perSourcePerHour: settings.SIGN_UPS_PER_SOURCE_PER_HOUR,
    perHour: settings.SIGN_UPS_PER_HOUR,
    key: settings.ADDRESS_KEY,
  };
  return createSite({
    store: storeFrom(client, settings, { clock, log }),
    tokens: tokensFrom(settings),
    rules: { exam, sendHour: settings.SEND_HOUR },
    organization: settings.ORGANIZATION,
    logoUrl: settings.LOGO_URL,
    baseUrl: settings.BASE_URL,
    retentionDays: settings.RETENTION_DAYS,
    limits: signUpLimits(client, settings.TABLE_NAME, limits, Date.now, log),
    sourceAddress,
    addressIdOf: addressIdOf(settings.ADDRESS_KEY),
    newId,
    clock,
    log,
  });
}
