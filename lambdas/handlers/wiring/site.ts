import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'hono';
import { signUpCaps } from '../../adapters/dynamo-caps.ts';
import { identify } from '../../adapters/tokens.ts';
import { createSite } from '../../web/site.tsx';
import type { SiteSettings } from '../settings.ts';
import { exam, newId, type Surroundings, storeFrom, tokensFrom } from './parts.ts';

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
