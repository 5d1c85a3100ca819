import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { type Candidate, candidateSchema, flagsOf, latestAttempt } from '../core/candidate.ts';
import type { Exam } from '../core/exam.ts';
import { nextDue } from '../core/mail-queue.ts';
import { type SignUp, signUpSchema } from '../core/sign-up.ts';
import type { RecordRef, Store, StoredRecord } from '../core/store.ts';
import { dueIndex, dueShards, flaggedIndex } from './table.ts';

/** What is stored under this key does not look like a record of this version of the code. */
export class UnreadableItemError extends Error {
  override name = 'UnreadableItemError';
}

const keySchema = z.object({ pk: z.string() });
const refSchema = z.object({ type: z.enum(['candidate', 'sign-up']), id: z.string() });

export function dynamoStore(client: DynamoDBClient, tableName: string, exam: Exam): Store {
  async function read<T>(schema: z.ZodMiniType<T>, ref: RecordRef): Promise<T | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: tableName,
        Key: marshall({ pk: keyOf(ref) }),
        ConsistentRead: true,
      }),
    );
    if (Item === undefined) return undefined;
    const parsed = schema.safeParse(unmarshall(Item));
    if (parsed.success) return parsed.data;
    const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new UnreadableItemError(`${keyOf(ref)}: ${fields}`);
  }

  return {
    candidate: (id) => read<Candidate>(candidateSchema, { type: 'candidate', id }),
    signUp: (id) => read<SignUp>(signUpSchema, { type: 'sign-up', id }),

    async save(record, { wakeMailerAt } = {}) {
      const dueAt = nextDue(record.emails);
      const item = {
        ...record,
        pk: keyOf(record),
        version: record.version + 1,
        ...(dueAt && { dueShard: shardOf(record.id), dueAt }),
        ...(dueAt && wakeMailerAt && dueAt <= wakeMailerAt && { wake: 'now' }),
        ...flagKeys(record, exam),
        ...(record.type === 'sign-up' && { expires: epochSeconds(record.expiresAt) }),
      };
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: marshall(item, { removeUndefinedValues: true }),
            ...conditionFor(record),
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    async remove(ref) {
      await client.send(
        new DeleteItemCommand({ TableName: tableName, Key: marshall({ pk: keyOf(ref) }) }),
      );
    },

    async *due(by) {
      for (const shard of dueShards) {
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
          for (const item of page.Items ?? []) yield refFrom(keySchema.parse(unmarshall(item)).pk);
        }
      }
    },

    async countFlagged(flag) {
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          IndexName: flaggedIndex,
          KeyConditionExpression: 'flag = :flag',
          ExpressionAttributeValues: marshall({ ':flag': flag }),
          Select: 'COUNT',
        },
      );
      let count = 0;
      for await (const page of pages) count += page.Count ?? 0;
      return count;
    },
  };
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

function flagKeys(record: StoredRecord, exam: Exam) {
  if (record.type !== 'candidate' || !flagsOf(record, exam).includes('third-attempt-used'))
    return {};
  return { flag: 'third-attempt-used', flaggedAt: latestAttempt(record)?.recordedAt };
}

function shardOf(id: string): string {
  let sum = 0;
  for (const character of id) sum += character.charCodeAt(0);
  return dueShards[sum % dueShards.length] ?? dueShards[0];
}

function epochSeconds(at: string): number {
  return Math.floor(Date.parse(at) / 1000);
}
