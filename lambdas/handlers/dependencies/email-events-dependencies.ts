import { confirmationCounts } from '../../adapters/dynamodb/confirmation-counts.ts';
import { dynamoClient } from '../../adapters/dynamodb/dynamo-client.ts';
import type { Environment } from '../../adapters/lambda/secret-environment.ts';
import { type Runtime, storeFrom, systemRuntime } from './shared-dependencies.ts';
import { settingsFrom, table } from './shared-settings.ts';

export function emailEventsDependencies(environment: Environment, { clock, log }: Runtime = systemRuntime) {
  const settings = settingsFrom(environment, table());
  const client = dynamoClient();
  return {
    store: storeFrom(client, settings, { clock, log }),
    confirmations: confirmationCounts(client, settings.TABLE_NAME),
    clock,
    log,
  };
}
