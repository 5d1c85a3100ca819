import { createHmac } from 'node:crypto';
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Log } from '../../services/send-emails.ts';
import type {
  ConfirmationSlot,
  MailboxLimits,
  SignUpLimits,
} from '../../services/source-address.ts';
import { conditionalWrite } from './conditional-write.ts';

export type LimitSettings = {
  perSourcePerHour: number;
  perHour: number;
  /** Source addresses are kept only as a keyed hash. */
  key: string;
};

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
const betweenConfirmationsMs = 10 * 60 * 1000;
const confirmationsPerDay = 3;

const addressSchema = z.object({
  version: z.int(),
  slots: z.array(z.object({ link: z.string(), atMs: z.int() })),
  complained: z.boolean(),
});
type AddressRecord = z.infer<typeof addressSchema>;

/** Counters in the table, one for each hour. `nowMs` is the time of day of the machine. */
export function signUpLimits(
  client: DynamoDBClient,
  tableName: string,
  { perSourcePerHour, perHour, key }: LimitSettings,
  nowMs: () => number,
  log: Log,
): SignUpLimits {
  return {
    async admit(source) {
      const now = nowMs();
      const hour = Math.floor(now / hourMs);
      const hash = createHmac('sha256', key).update(source).digest('hex').slice(0, 32);
      const cap = !(await counted(`cap#source#${hash}#${hour}`, perSourcePerHour, now))
        ? 'source'
        : !(await counted(`cap#total#${hour}`, perHour, now))
          ? 'total'
          : undefined;
      if (cap === undefined) return { admitted: true };
      log('sign-up-limited', { cap });
      return { admitted: false, retryAfterSeconds: Math.ceil(((hour + 1) * hourMs - now) / 1000) };
    },
  };

  function counted(pk: string, limit: number, now: number): Promise<boolean> {
    return conditionalWrite(
      client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: marshall({ pk }),
          UpdateExpression: 'SET expires = :expires ADD hits :one',
          ConditionExpression: 'attribute_not_exists(hits) OR hits < :limit',
          ExpressionAttributeValues: marshall({
            ':one': 1,
            ':limit': limit,
            ':expires': Math.floor((now + 2 * hourMs) / 1000),
          }),
        }),
      ),
    );
  }
}

/** An item for each address that confirmations went to, by its candidate's id. */
export function mailboxLimits(
  client: DynamoDBClient,
  tableName: string,
  nowMs: () => number,
): MailboxLimits {
  return {
    takeConfirmationSlot: (candidateId, link) =>
      changingAddress(candidateId, (address) => takeSlot(address, link, nowMs())),

    async confirmationSlot(candidateId) {
      return takeSlot(await read(`address#${candidateId}`), 'one more', nowMs()).result;
    },

    rememberComplaint: (candidateId) =>
      changingAddress(candidateId, (address) => ({
        address: { ...address, complained: true },
        result: undefined,
      })),
  };

  async function changingAddress<R>(
    candidateId: string,
    change: (address: AddressRecord) => { address: AddressRecord | undefined; result: R },
  ): Promise<R> {
    const pk = `address#${candidateId}`;
    for (;;) {
      const { address, result } = change(await read(pk));
      if (address === undefined || (await put(pk, address))) return result;
    }
  }

  async function read(pk: string): Promise<AddressRecord> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: marshall({ pk }), ConsistentRead: true }),
    );
    return Item
      ? addressSchema.parse(unmarshall(Item))
      : { version: 0, slots: [], complained: false };
  }

  function put(pk: string, { version, slots, complained }: AddressRecord): Promise<boolean> {
    const expires = complained ? {} : { expires: Math.floor((nowMs() + dayMs) / 1000) };
    return conditionalWrite(
      client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: marshall({ pk, version: version + 1, slots, complained, ...expires }),
          ConditionExpression: 'attribute_not_exists(pk) OR version = :version',
          ExpressionAttributeValues: marshall({ ':version': version }),
        }),
      ),
    );
  }
}

function takeSlot(
  address: AddressRecord,
  link: string,
  now: number,
): { address: AddressRecord | undefined; result: ConfirmationSlot } {
  if (address.complained) return { address: undefined, result: 'complained' };
  if (address.slots.some((slot) => slot.link === link))
    return { address: undefined, result: 'granted' };
  const slots = address.slots.filter(({ atMs }) => atMs > now - dayMs);
  const tooSoon = slots.some(({ atMs }) => atMs > now - betweenConfirmationsMs);
  if (tooSoon || slots.length >= confirmationsPerDay)
    return { address: undefined, result: 'mailbox-limited' };
  return { address: { ...address, slots: [...slots, { link, atMs: now }] }, result: 'granted' };
}
