import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DeliveryEventDependencies } from '../../services/delivery-events.ts';
import type { EmailEventsSettings } from '../environment.ts';
import { type Runtime, storeFrom, systemRuntime } from './shared-dependencies.ts';

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
