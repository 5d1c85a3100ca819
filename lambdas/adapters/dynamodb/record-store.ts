import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { addressSchema, renewalDays } from '../../core/address.ts';
import { candidateSchema, tombstoneSchema } from '../../core/candidate.ts';
import { nextDueAt } from '../../core/email.ts';
import type { Exam } from '../../core/exam.ts';
import { daysToConfirm, pendingLinkSchema } from '../../core/pending-link.ts';
import { staffNoticeSchema } from '../../core/staff-notice.ts';
import { addDays24h, type Instant } from '../../core/time.ts';
import type {
  Clock,
  DueRecord,
  EmailRecordRef,
  Records,
  RecordType,
  Store,
  StoredRecord,
} from '../../services/ports.ts';
import { batchRead, type Item } from './batch-read.ts';
import { conditionalWrite } from './conditional-write.ts';
import { indexKeys } from './index-keys.ts';
import { mergeSorted } from './merge-sorted.ts';
import { dueIndex, dueShards, flaggedIndex } from './table.ts';

/** The stored item doesn't match the record schema of this version of the code. */
export class UnreadableItemError extends Error {
  override name = 'UnreadableItemError';
}

const dueKeySchema = z.object({ pk: z.string(), dueAt: z.string() });
type DueKey = z.infer<typeof dueKeySchema>;
const refSchema = z.object({ type: z.enum(['candidate', 'pending-link']), id: z.string() });

const schemas: { [Type in RecordType]: z.ZodMiniType<Records[Type]> } = {
  candidate: candidateSchema,
  'pending-link': pendingLinkSchema,
  address: addressSchema,
  tombstone: tombstoneSchema,
  'staff-notice': staffNoticeSchema,
};

/**
 * Due records read at a time: few enough that most are still as read when their turn comes, even with
 * several mailers at work.
 */
const duePageSize = 25;

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

export function dynamoStore(
  client: DynamoDBClient,
  { tableName, exam, retentionDays, clock }: StoreSettings,
): Store {
  return {
    async read(type, id) {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: tableName,
          Key: marshall({ pk: keyOf(type, id) }),
          ConsistentRead: true,
        }),
      );
      return Item && !isExpired(Item, clock()) ? recordIn(type, Item) : undefined;
    },

    async save(record, { wakeMailerAt } = {}) {
      const { type, id, ...fields } = record;
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
      return conditionalWrite(
        client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: marshall(item, { removeUndefinedValues: true }),
            ...conditionFor(record, clock()),
          }),
        ),
      );
    },

    remove: (record) =>
      conditionalWrite(
        client.send(
          new DeleteItemCommand({
            TableName: tableName,
            Key: marshall({ pk: keyOf(record.type, record.id) }),
            ...conditionFor(record, clock()),
          }),
        ),
      ),

    async *due(by) {
      const shards = dueShards.map((shard) => dueIn({ client, tableName }, shard, by));
      let refs: EmailRecordRef[] = [];
      for await (const { pk } of mergeSorted(shards, (one, other) => one.dueAt < other.dueAt)) {
        refs.push(refFrom(pk));
        if (refs.length < duePageSize) continue;
        yield* await readDue(refs);
        refs = [];
      }
      yield* await readDue(refs);
    },

    async countFlagged(flag) {
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          IndexName: flaggedIndex,
          KeyConditionExpression: 'flagged = :flagged',
          FilterExpression: 'contains(flags, :flag)',
          ExpressionAttributeValues: marshall({ ':flagged': 'flagged', ':flag': flag }),
          Select: 'COUNT',
        },
      );
      let count = 0;
      for await (const page of pages) count += page.Count ?? 0;
      return count;
    },
  };

  async function readDue(refs: readonly EmailRecordRef[]): Promise<DueRecord[]> {
    const items = await batchRead(
      client,
      tableName,
      refs.map(({ type, id }) => keyOf(type, id)),
    );
    const now = clock();
    return refs.map((ref, index) => {
      const item = items[index];
      if (item === undefined || isExpired(item, now)) return { ref };
      try {
        return { ref, record: recordIn(ref.type, item) };
      } catch (error) {
        return { ref, error };
      }
    });
  }
}

async function* dueIn(
  { client, tableName }: { client: DynamoDBClient; tableName: string },
  shard: string,
  by: Instant,
): AsyncGenerator<DueKey, undefined> {
  const pages = paginateQuery(
    { client },
    {
      TableName: tableName,
      IndexName: dueIndex,
      KeyConditionExpression: 'dueShard = :shard AND dueAt <= :by',
      ExpressionAttributeValues: marshall({ ':shard': shard, ':by': by }),
    },
  );
  for await (const page of pages) {
    for (const item of page.Items ?? []) yield dueKeySchema.parse(unmarshall(item));
  }
}

/** The record in an item; undefined if it is of another type. */
export function recordIn<Type extends RecordType>(
  type: Type,
  item: Item,
): Records[Type] | undefined {
  const [keyType, id] = splitKey(item.pk?.S);
  const fields = { type: keyType, ...unmarshall(item), id };
  if (fields.type !== type && Object.hasOwn(schemas, String(fields.type))) return undefined;
  const parsed = schemas[type].safeParse(fields);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new UnreadableItemError(`${item.pk?.S}: ${wrong}`);
}

export function idIn(item: Item): string {
  return splitKey(item.pk?.S)[1];
}

/** The email record that a table key stands for. */
export function refFrom(key: string): EmailRecordRef {
  const [type, id] = splitKey(key);
  return refSchema.parse({ type, id });
}

function splitKey(key = ''): [type: string, id: string] {
  const [type = '', id = ''] = key.split('#');
  return [type, id];
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

/** A tombstone is stored under its candidate's key. */
function keyOf(type: RecordType, id: string): string {
  return `${type === 'tombstone' ? 'candidate' : type}#${id}`;
}

/**
 * Compares `createdAt` too, because versions restart at one if a record is recreated under the same
 * key.
 */
function conditionFor({ version, createdAt }: StoredRecord, now: Instant) {
  return version === 0
    ? {
        ConditionExpression: 'attribute_not_exists(pk) OR expires < :later',
        ExpressionAttributeValues: marshall({ ':later': epochSeconds(now) + 1 }),
      }
    : {
        ConditionExpression: 'version = :version AND createdAt = :createdAt',
        ExpressionAttributeValues: marshall({ ':version': version, ':createdAt': createdAt }),
      };
}

function dueKeys(
  { id, emails }: Extract<StoredRecord, { emails: unknown }>,
  wakeMailerAt: Instant | undefined,
) {
  const dueAt = nextDueAt(emails);
  if (dueAt === undefined) return {};
  const isDueNow = wakeMailerAt !== undefined && dueAt <= wakeMailerAt;
  return { dueShard: shardOf(id), dueAt, ...(isDueNow && { wake: 'now' }) };
}

/** When DynamoDB may delete the item, in epoch seconds; undefined if it must stay. */
function expiryOf(record: StoredRecord, retentionDays: number): number | undefined {
  switch (record.type) {
    case 'candidate':
      return epochSeconds(
        record.enrollment?.expiresAt ?? addDays24h(record.activeAt, retentionDays),
      );
    case 'pending-link':
      return epochSeconds(record.expiresAt);
    case 'address': {
      if (record.complainedAt !== undefined) return undefined;
      // It must outlive its candidate, who may stay active for `renewalDays` before renewing the claim.
      const days = (record.isProvisional ? 0 : retentionDays) + 2 * renewalDays;
      return epochSeconds(addDays24h(record.renewedAt, days));
    }
    case 'tombstone':
      return epochSeconds(addDays24h(record.erasedAt, tombstoneDays));
    case 'staff-notice':
      return undefined;
  }
}

export function isExpired({ expires }: Item, now: Instant): boolean {
  return expires?.N !== undefined && Number(expires.N) <= epochSeconds(now);
}

function shardOf(id: string): string {
  let sum = 0;
  for (const character of id) sum += character.charCodeAt(0);
  return dueShards[sum % dueShards.length] ?? dueShards[0];
}

function epochSeconds(at: string): number {
  return Math.floor(Date.parse(at) / 1000);
}
