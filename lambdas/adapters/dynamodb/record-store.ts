import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { renewalDays } from '../../core/address.ts';
import { nextDueAt } from '../../core/email.ts';
import type { Exam } from '../../core/exam.ts';
import { daysToConfirm } from '../../core/pending-link.ts';
import { daysKeptUnconfirmed, goneAt } from '../../core/status.ts';
import { addDays24h, type Instant } from '../../core/time.ts';
import type { Clock, Store, StoredRecord } from '../../services/ports.ts';
import { dueRecords } from './due-records.ts';
import { indexKeys } from './index-keys.ts';
import { type Condition, deleteItem, getItem, putItem, queryIndex } from './items.ts';
import { epochSeconds, isExpired, keyOf, recordIn, withoutPartsOfKey } from './stored-item.ts';
import { dueShards } from './table.ts';

/** Outlives any link that was resent shortly before erasing. */
const tombstoneDays = daysToConfirm + 1;

export type StoreSettings = {
  tableName: string;
  exam: Exam;
  /** A candidate expires this many days after the last activity. */
  retentionDays: number;
  /** DynamoDB deletes expired items days late; until then they count as deleted. */
  clock: Clock;
};

export function dynamoStore(client: DynamoDBClient, { tableName, exam, retentionDays, clock }: StoreSettings): Store {
  const table = { client, tableName };
  return {
    async read(type, id) {
      const item = await getItem(table, keyOf(type, id));
      return item && !isExpired(item, clock()) ? recordIn(type, item) : undefined;
    },

    async save(record, { wakeMailerAt } = {}) {
      const { type, id, ...rest } = record;
      const emails = 'emails' in record ? record.emails.map(withoutPartsOfKey) : undefined;
      const fields = { ...rest, ...(emails && { emails }) };
      const item = {
        ...withoutDefaults(fields),
        // The key names the type of all others.
        ...(type === 'tombstone' && { type }),
        pk: keyOf(type, id),
        version: record.version + 1,
        ...('emails' in record && dueKeys(record, wakeMailerAt)),
        ...(record.type === 'candidate' && indexKeys(record, exam)),
        expires: expiryOf(record, retentionDays),
      };
      return putItem(table, item, conditionFor(record, clock()));
    },

    remove: (record) => deleteItem(table, keyOf(record.type, record.id), conditionFor(record, clock())),

    due: (by) => dueRecords({ ...table, clock }, by),

    async countFlagged(flag) {
      let count = 0;
      for await (const { flags } of queryIndex(table, 'flagged', { partition: 'flagged' }))
        if (flag in flags) count += 1;
      return count;
    },
  };
}

/** An item of a kilobyte costs half as much to write as one that is slightly larger. */
function withoutDefaults<T>(value: T): T;
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (!(value instanceof Object)) return value;
  const stored = Object.entries(value).filter(([name, field]) => !isDefault(name, field));
  return Object.fromEntries(stored.map(([name, field]) => [name, withoutDefaults(field)]));
}

function isDefault(name: string, field: unknown): boolean {
  if (name === 'emailState') return field === 'active';
  return Array.isArray(field) && field.length === 0;
}

/** Compares `createdAt` too, because versions restart at one if a record is recreated under the same key. */
function conditionFor({ version, createdAt }: StoredRecord, now: Instant): Condition {
  return version === 0
    ? { condition: 'attribute_not_exists(pk) OR expires < :later', values: { ':later': epochSeconds(now) + 1 } }
    : {
        condition: 'version = :version AND createdAt = :createdAt',
        values: { ':version': version, ':createdAt': createdAt },
      };
}

function dueKeys({ id, emails }: Extract<StoredRecord, { emails: unknown }>, wakeMailerAt: Instant | undefined) {
  const dueAt = nextDueAt(emails);
  if (dueAt === undefined) return {};
  const isDueNow = wakeMailerAt !== undefined && dueAt <= wakeMailerAt;
  return { dueShard: shardOf(id), dueAt, ...(isDueNow && { wake: 'now' }) };
}

/** When DynamoDB may delete the item, in epoch seconds; undefined if it must stay. */
function expiryOf(record: StoredRecord, retentionDays: number): number | undefined {
  switch (record.type) {
    case 'candidate':
      return epochSeconds(record.enrollment ? goneAt(record.enrollment) : addDays24h(record.activeAt, retentionDays));
    case 'pending-link':
      return epochSeconds(record.keptUntil ?? record.expiresAt);
    case 'address': {
      if (record.complainedAt !== undefined) return undefined;
      // It must outlive its candidate, who may stay active for `renewalDays` before renewing the claim.
      const days = record.isProvisional ? daysToConfirm + daysKeptUnconfirmed : retentionDays;
      return epochSeconds(addDays24h(record.renewedAt, days + 2 * renewalDays));
    }
    case 'tombstone':
      return epochSeconds(addDays24h(record.erasedAt, tombstoneDays));
    case 'staff-notice':
      return undefined;
  }
}

function shardOf(id: string): string {
  let sum = 0;
  for (const character of id) sum += character.charCodeAt(0);
  return dueShards[sum % dueShards.length] ?? dueShards[0];
}
