import { addressIdOf } from '../../adapters/address-id.ts';
import { dynamoClient } from '../../adapters/dynamodb/dynamo-client.ts';
import { signUpLimits } from '../../adapters/dynamodb/rate-limits.ts';
import { createSite } from '../../web/site/site-app.tsx';
import { exam, newId, storeFrom, tokensFrom, type WebRuntime } from './shared-dependencies.ts';
import type { SiteSettings } from './site-settings.ts';

export function siteFrom(settings: SiteSettings, { clock, log, sourceAddress }: WebRuntime) {
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
