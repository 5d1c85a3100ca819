import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mailboxLimits } from '../../adapters/dynamodb/rate-limits.ts';
import type { DeliveryEventDependencies } from '../../services/delivery-events.ts';
import type { EmailEventsSettings } from '../environment.ts';
import { type Runtime, real, storeFrom } from './shared-dependencies.ts';

/** What writes down the reports of SES, over the real table. */
export function emailEventsDependencies(
  settings: EmailEventsSettings,
  { clock, log }: Runtime = real,
): DeliveryEventDependencies {
  const client = new DynamoDBClient();
  return {
    store: storeFrom(client, settings, log),
    mailboxLimits: mailboxLimits(client, settings.TABLE_NAME, Date.now),
    clock,
    log,
  };
}
