import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'hono';
import { withAuditLog } from '../../adapters/dynamodb/audit-log.ts';
import { dynamoStore } from '../../adapters/dynamodb/record-store.ts';
import { linkTokens } from '../../adapters/link-tokens.ts';
import { cmaAama } from '../../core/exam-facts/cma-aama.ts';
import type { Log } from '../../services/log-events.ts';
import type { Clock } from '../../services/ports.ts';

/** What a local run replaces, because its clock can be set. */
export type Runtime = { clock: Clock; log: Log };

export type WebRuntime = Runtime & { sourceAddress: (c: Context) => string };

export const systemRuntime: Runtime = {
  clock: () => new Date().toISOString(),
  // Not `console.log`: Lambda would prefix the line with a timestamp and more, so it would no longer be JSON.
  log: (event, fields) => process.stdout.write(`${JSON.stringify({ ...fields, event })}\n`),
};

export const exam = cmaAama;

export function newId(): string {
  return randomBytes(16).toString('base64url');
}

export function storeFrom(
  client: DynamoDBClient,
  { TABLE_NAME: tableName, RETENTION_DAYS: retentionDays }: { TABLE_NAME: string; RETENTION_DAYS: number },
  { clock, log }: Runtime,
) {
  return withAuditLog(dynamoStore(client, { tableName, exam, retentionDays, clock }), log);
}

export function tokensFrom(settings: { LINK_SIGNING_KEYS: string[]; UNSUBSCRIBE_KEY: string }) {
  return linkTokens({ signing: settings.LINK_SIGNING_KEYS, unsubscribe: settings.UNSUBSCRIBE_KEY });
}
