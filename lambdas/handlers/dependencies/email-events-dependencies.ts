import { confirmationCounts } from '../../adapters/dynamodb/confirmation-counts.ts';
import { dynamoClient } from '../../adapters/dynamodb/dynamo-client.ts';
import type { DeliveryEventDependencies } from '../../services/delivery-events.ts';
import type { EmailEventsSettings } from './email-events-settings.ts';
import { type Runtime, storeFrom, systemRuntime } from './shared-dependencies.ts';

export function emailEventsDependencies(
  settings: EmailEventsSettings,
  { clock, log }: Runtime = systemRuntime,
): DeliveryEventDependencies {
  const client = dynamoClient();
  return {
    store: storeFrom(client, settings, { clock, log }),
    confirmations: confirmationCounts(client, settings.TABLE_NAME),
    clock,
    log,
  };
}
