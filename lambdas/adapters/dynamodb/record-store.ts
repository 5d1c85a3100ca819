import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { type Candidate, candidateSchema } from '../../core/candidate.ts';
import { nextDue } from '../../core/email.ts';
import type { Exam } from '../../core/exam.ts';
import { type PendingLink, pendingLinkSchema } from '../../core/pending-link.ts';
import { addDays24h, type Instant } from '../../core/time.ts';
import type { RecordRef, Store, StoredRecord } from '../../services/update.ts';
import { conditionalWrite } from './conditional-write.ts';
import { flagKeys, flagSetsWith, listKeys } from './index-keys.ts';
import { mergeSorted } from './merge-sorted.ts';
import { dueIndex, dueShards, flaggedIndex } from './table.ts';

/** What is stored under this key does not look like a record of this version of the code. */
export class UnreadableItemError extends Error {
  override name = 'UnreadableItemError';
}

const dueKeySchema = z.object({ pk: z.string(), dueAt: z.string() });
type DueKey = z.infer<typeof dueKeySchema>;
const refSchema = z.object({ type: z.enum(['candidate', 'sign-up']), id: z.string() });

export type StoreSettings = {
  tableName: string;
  exam: Exam;
  /** A candidate is forgotten this many days after the last activity. */
  retentionDays: number;
};

export function dynamoStore(
  client: DynamoDBClient,
  { tableName, exam, retentionDays }: StoreSettings,
): Store {
  async function read<T>(schema: z.ZodMiniType<T>, ref: RecordRef): Promise<T | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: tableName,
        Key: marshall({ pk: keyOf(ref) }),
        ConsistentRead: true,
      }),
    );
    if (Item === undefined) return undefined;
    return recordIn(schema, Item);
  }

  async function* dueIn(shard: string, by: Instant): AsyncGenerator<DueKey, undefined> {
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

  async function countOf(flagSet: string): Promise<number> {
    const pages = paginateQuery(
      { client },
      {
        TableName: tableName,
        IndexName: flaggedIndex,
        KeyConditionExpression: 'flags = :flags',
        ExpressionAttributeValues: marshall({ ':flags': flagSet }),
        Select: 'COUNT',
      },
    );
    let count = 0;
    for await (const page of pages) count += page.Count ?? 0;
    return count;
  }

  function expiryOf(record: StoredRecord): Instant {
    return record.type === 'sign-up'
      ? record.expiresAt
      : (record.enrolment?.expiresAt ?? addDays24h(record.activeAt, retentionDays));
  }

  return {
    candidate: (id) => read<Candidate>(candidateSchema, { type: 'candidate', id }),
    signUp: (id) => read<PendingLink>(pendingLinkSchema, { type: 'sign-up', id }),

    async save(record, { wakeMailerAt } = {}) {
      const dueAt = nextDue(record.emails);
      const item = {
        ...record,
        pk: keyOf(record),
        version: record.version + 1,
        ...(dueAt && { dueShard: shardOf(record.id), dueAt }),
        ...(dueAt && wakeMailerAt && dueAt <= wakeMailerAt && { wake: 'now' }),
        ...(record.type === 'candidate' && {
          ...listKeys(record, exam),
          ...flagKeys(record, exam),
        }),
        expires: epochSeconds(expiryOf(record)),
      };
      return conditionalWrite(
        client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: marshall(item, { removeUndefinedValues: true }),
            ...conditionFor(record),
          }),
        ),
      );
    },

    async remove(ref) {
      await client.send(
        new DeleteItemCommand({ TableName: tableName, Key: marshall({ pk: keyOf(ref) }) }),
      );
    },

    removeUnchanged: (record) =>
      conditionalWrite(
        client.send(
          new DeleteItemCommand({
            TableName: tableName,
            Key: marshall({ pk: keyOf(record) }),
            ...conditionFor(record),
          }),
        ),
      ),

    async *due(by) {
      const shards = dueShards.map((shard) => dueIn(shard, by));
      for await (const { pk } of mergeSorted(shards, (one, other) => one.dueAt < other.dueAt))
        yield refFrom(pk);
    },

    async countThirdAttemptUsed() {
      const counts = await Promise.all(flagSetsWith('third-attempt-used').map(countOf));
      return counts.reduce((sum, count) => sum + count);
    },
  };
}

/** The record that an item holds. */
export function recordIn<T>(schema: z.ZodMiniType<T>, item: Record<string, AttributeValue>): T {
  const fields = unmarshall(item);
  const parsed = schema.safeParse(fields);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new UnreadableItemError(`${fields.pk}: ${wrong}`);
}

/** The record that a table key stands for. */
export function refFrom(key: string): RecordRef {
  const [type, id] = key.split('#');
  return refSchema.parse({ type, id });
}

function keyOf({ type, id }: RecordRef): string {
  return `${type}#${id}`;
}

/** The moment of creation tells a record from a later one under the same key, whose versions begin anew. */
function conditionFor({ version, createdAt }: StoredRecord) {
  return version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: 'version = :version AND createdAt = :createdAt',
        ExpressionAttributeValues: marshall({ ':version': version, ':createdAt': createdAt }),
      };
}

function shardOf(id: string): string {
  let sum = 0;
  for (const character of id) sum += character.charCodeAt(0);
  return dueShards[sum % dueShards.length] ?? dueShards[0];
}

function epochSeconds(at: string): number {
  return Math.floor(Date.parse(at) / 1000);
}
