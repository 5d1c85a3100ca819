import { createHmac } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { daysToConfirm } from '../../core/pending-link.ts';
import type { Log } from '../../services/log-events.ts';
import type { MailboxLimits, SignUpLimits } from '../../services/ports.ts';
import { getItem, putItem, updateItem } from './items.ts';

export type LimitSettings = {
  perSourcePerHour: number;
  perHour: number;
  /** For hashing source addresses, which are never stored in plain text. */
  key: string;
};

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
const betweenLinksMs = 10 * 60 * 1000;
const linksPerDay = 3;
const keptMs = (daysToConfirm + 1) * dayMs;

const mailboxSchema = z.object({ version: z.int(), slots: z.array(z.object({ link: z.string(), atMs: z.int() })) });
type Mailbox = z.infer<typeof mailboxSchema>;

/** Counters in the table, one per hour. `nowMs` is the real time, even if the service's clock is set. */
export function signUpLimits(
  client: DynamoDBClient,
  tableName: string,
  { perSourcePerHour, perHour, key }: LimitSettings,
  nowMs: () => number,
  log: Log,
): SignUpLimits {
  const table = { client, tableName };
  return {
    async admit(source) {
      const now = nowMs();
      const hour = Math.floor(now / hourMs);
      const hash = createHmac('sha256', key).update(source).digest('hex').slice(0, 32);
      const limit = await limitReached(`limit#source#${hash}#${hour}`, hour, now);
      if (limit === undefined) return { admitted: true };
      log('sign-up-limited', { limit });
      return { admitted: false, retryAfterSeconds: Math.ceil(((hour + 1) * hourMs - now) / 1000) };
    },
  };

  /** A source above its own limit uses up nothing of what all sources share. */
  async function limitReached(source: string, hour: number, now: number) {
    const hits = await countBelow(source, perSourcePerHour, now);
    if (hits === undefined) return 'source';
    if (hits === 1 && (await countBelow(`limit#first#${hour}`, perHour, now))) return undefined;
    return (await countBelow(`limit#total#${hour}`, perHour, now)) ? undefined : 'total';
  }

  /** The count including this one; undefined if the limit is reached. */
  async function countBelow(pk: string, limit: number, now: number): Promise<number | undefined> {
    const counted = await updateItem(table, pk, 'SET expires = :expires ADD hits :one', {
      condition: 'attribute_not_exists(hits) OR hits < :limit',
      values: { ':one': 1, ':limit': limit, ':expires': Math.floor((now + 2 * hourMs) / 1000) },
    });
    return counted && Number(counted.hits?.N);
  }
}

/** One item per mailbox, with the links sent to it while they are valid. */
export function mailboxLimits(client: DynamoDBClient, tableName: string, nowMs: () => number): MailboxLimits {
  const table = { client, tableName };
  return {
    async takeSlot(mailboxId, link) {
      const pk = `mailbox#${mailboxId}`;
      for (;;) {
        const mailbox = await read(pk);
        if (mailbox.slots.some((slot) => slot.link === link)) return true;
        const now = nowMs();
        if (!hasRoom(mailbox, now)) return false;
        const kept = mailbox.slots.filter(({ atMs }) => atMs > now - keptMs);
        if (await put(pk, { ...mailbox, slots: [...kept, { link, atMs: now }] })) return true;
      }
    },

    async hasSlot(mailboxId) {
      return hasRoom(await read(`mailbox#${mailboxId}`), nowMs());
    },

    async linksTo(mailboxId) {
      const { slots } = await read(`mailbox#${mailboxId}`);
      const ids = slots.toReversed().map(({ link }) => link.split(' ')[0] ?? link);
      return [...new Set(ids)];
    },
  };

  async function read(pk: string): Promise<Mailbox> {
    const item = await getItem(table, pk);
    return item ? mailboxSchema.parse(unmarshall(item)) : { version: 0, slots: [] };
  }

  function put(pk: string, { version, slots }: Mailbox): Promise<boolean> {
    const item = { pk, version: version + 1, slots, expires: Math.floor((nowMs() + keptMs) / 1000) };
    const condition = 'attribute_not_exists(pk) OR version = :version';
    return putItem(table, item, { condition, values: { ':version': version } });
  }
}

function hasRoom({ slots }: Mailbox, now: number): boolean {
  const recent = slots.filter(({ atMs }) => atMs > now - dayMs);
  const isTooSoon = recent.some(({ atMs }) => atMs > now - betweenLinksMs);
  return !isTooSoon && recent.length < linksPerDay;
}
