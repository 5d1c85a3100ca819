import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { addressCaps } from '../../adapters/dynamo-caps.ts';
import type { MailEventParts } from '../../core/mail-events.ts';
import type { EmailEventsSettings } from '../settings.ts';
import { real, type Surroundings, storeFrom } from './parts.ts';

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
