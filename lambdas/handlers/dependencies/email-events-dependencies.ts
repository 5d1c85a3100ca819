import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DeliveryEventDependencies } from '../../services/delivery-events.ts';
import type { EmailEventsSettings } from '../environment.ts';
import { type Runtime, storeFrom, systemRuntime } from './shared-dependencies.ts';

/** What writes down the reports of SES, over the real table. */
export function emailEventsDependencies(
  settings: EmailEventsSettings,
  { clock, log }: Runtime = systemRuntime,
): DeliveryEventDependencies {
  const client = new DynamoDBClient();
  return {
    store: storeFrom(client, settings, log),
    clock,
    log,
  };
}
