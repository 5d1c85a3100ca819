import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { recordIn } from '../../lambdas/adapters/dynamodb/stored-item.ts';
import type { RecordType, StoredRecord } from '../../lambdas/services/ports.ts';

type Item = Record<string, AttributeValue>;
type Values = Record<string, AttributeValue> | undefined;

/** An entry of the due or the flagged index. */
type Entry = { pk: string; dueShard?: string; dueAt?: string; flags?: AttributeValue };

/** A write as it takes effect: what stood there, and what stands there now. */
export type Write = {
  pk: string;
  before: StoredRecord | undefined;
  after: StoredRecord | undefined;
  item: Item | undefined;
};

export type TableParts = {
  /** Takes the request to the table: waits, or throws where it never arrives. */
  arrive: (operation: string, isWrite: boolean) => Promise<void>;
  /** Takes the answer back: waits, throws where it never arrives, or tells that the client posted twice. */
  answer: (operation: string, isWrite: boolean) => Promise<'fine' | 'conflict'>;
  onWrite: (write: Write) => void;
  onConflict: () => void;
  /** Whether the indexes learn of this write only later. */
  isIndexLate: () => boolean;
  epochSeconds: () => number;
};

const pageSize = 2;

/** As much of DynamoDB as the adapters use, in memory: conditions, pages, and indexes that lag behind. */
export function createTable({ arrive, answer, onWrite, onConflict, isIndexLate, epochSeconds }: TableParts) {
  const items = new Map<string, { item: Item; record: StoredRecord | undefined }>();
  const index = new Map<string, Entry>();
  let lateEntries: { pk: string; entry: Entry | undefined }[] = [];

  function write(pk: string, item: Item | undefined) {
    const stood = items.get(pk);
    // Who read a record before it expired may still write it, as long as it stands there.
    const isSame = item?.createdAt?.S === stood?.item.createdAt?.S;
    const isGone = stood && isExpired(stood.item, epochSeconds()) && !isSame;
    const before = isGone ? undefined : stood?.record;
    const isRecord = /^(candidate|pending-link|address)#/.test(pk);
    const record = item && isRecord && item.version ? recordOf(pk, item) : undefined;
    if (item) items.set(pk, { item, record });
    else items.delete(pk);
    if (isRecord) indexLater(pk, item && entryOf(pk, item));
    onWrite({ pk, before, after: record, item });
  }

  /** Entries of one item change in the order of its writes. */
  function indexLater(pk: string, entry: Entry | undefined) {
    if (isIndexLate() || lateEntries.some((late) => late.pk === pk)) lateEntries.push({ pk, entry });
    else setEntry(pk, entry);
  }

  function setEntry(pk: string, entry: Entry | undefined) {
    if (entry) index.set(pk, entry);
    else index.delete(pk);
  }

  function checked(pk: string, condition: string | undefined, values: Values) {
    if (condition === undefined || holds(condition, items.get(pk)?.item, values)) return;
    onConflict();
    throw conflict();
  }

  function query(name: string | undefined, values: Values, start: Item | undefined) {
    const by = values?.[':by']?.S;
    const found = [...index.values()]
      .filter((entry) =>
        by === undefined
          ? entry.flags !== undefined
          : entry.dueShard === values?.[':partition']?.S && entry.dueAt !== undefined && entry.dueAt <= by,
      )
      .map((entry) => ({ entry, place: `${entry.dueAt ?? ''} ${entry.pk}` }))
      .sort((one, other) => (one.place < other.place ? -1 : 1));
    const from = start ? `${start.dueAt?.S ?? ''} ${start.pk?.S}` : '';
    const rest = found.filter(({ place }) => place > from).map(({ entry }) => entry);
    const page = rest
      .slice(0, pageSize)
      .map((entry) => ({
        pk: { S: entry.pk },
        ...(entry.dueShard && { dueShard: { S: entry.dueShard } }),
        ...(entry.dueAt && { dueAt: { S: entry.dueAt } }),
        ...(entry.flags && { flags: entry.flags }),
      }));
    return { name, Items: page, Count: page.length, ...(rest.length > pageSize && { LastEvaluatedKey: page.at(-1) }) };
  }

  function take(command: unknown): object {
    if (command instanceof GetItemCommand) {
      const stored = items.get(keyOf(command.input.Key));
      return stored ? { Item: stored.item } : {};
    }
    if (command instanceof BatchGetItemCommand) {
      const [[name, { Keys = [] }] = ['', {}]] = Object.entries(command.input.RequestItems ?? {});
      const found = Keys.slice(0, pageSize).flatMap((key) => {
        const stored = items.get(keyOf(key));
        return stored ? [stored.item] : [];
      });
      const rest = Keys.slice(pageSize);
      return { Responses: { [name]: found }, UnprocessedKeys: rest.length > 0 ? { [name]: { Keys: rest } } : {} };
    }
    if (command instanceof PutItemCommand) {
      const { Item, ConditionExpression, ExpressionAttributeValues } = command.input;
      const pk = keyOf(Item);
      checked(pk, ConditionExpression, ExpressionAttributeValues);
      write(pk, Item);
      return {};
    }
    if (command instanceof UpdateItemCommand) {
      const { Key, UpdateExpression, ConditionExpression, ExpressionAttributeValues } = command.input;
      const pk = keyOf(Key);
      checked(pk, ConditionExpression, ExpressionAttributeValues);
      const Attributes = updated(items.get(pk)?.item ?? { ...Key }, UpdateExpression, ExpressionAttributeValues);
      write(pk, Attributes);
      return { Attributes };
    }
    if (command instanceof DeleteItemCommand) {
      const { Key, ConditionExpression, ExpressionAttributeValues } = command.input;
      checked(keyOf(Key), ConditionExpression, ExpressionAttributeValues);
      write(keyOf(Key), undefined);
      return {};
    }
    if (command instanceof QueryCommand) {
      const { IndexName, ExpressionAttributeValues, ExclusiveStartKey } = command.input;
      return query(IndexName, ExpressionAttributeValues, ExclusiveStartKey);
    }
    throw new Error('The simulated table does not know this operation.');
  }

  const client: DynamoDBClient = Object.create(DynamoDBClient.prototype);
  Object.defineProperty(client, 'send', {
    value: async (command: object) => {
      const operation = command.constructor.name.replace('Command', '');
      const isWrite = /Put|Update|Delete/.test(operation);
      await arrive(operation, isWrite);
      const result = take(command);
      const verdict = await answer(operation, isWrite);
      // The first post took effect and went unanswered; the second finds the condition not met.
      const isConditional =
        (command instanceof PutItemCommand || command instanceof DeleteItemCommand) &&
        command.input.ConditionExpression;
      if (verdict === 'conflict' && isConditional) throw conflict();
      return result;
    },
  });

  return {
    client,
    /** Those that have not expired. */
    records: () =>
      [...items.values()].flatMap(({ item, record }) => (record && !isExpired(item, epochSeconds()) ? [record] : [])),
    recordAt: (pk: string) => items.get(pk)?.record,
    /** Puts an item there that no code of ours wrote. */
    plant: (pk: string, item: Item) => write(pk, item),
    hasLateEntries: () => lateEntries.length > 0,
    /** The indexes learn of the oldest so many writes that they don't know yet. */
    catchUp(writes: number) {
      for (const { pk, entry } of lateEntries.slice(0, writes)) setEntry(pk, entry);
      lateEntries = lateEntries.slice(writes);
    },
    /** What has its time to live behind it, as DynamoDB removes it: at some moment after. */
    expired: () => [...items].flatMap(([pk, { item }]) => (isExpired(item, epochSeconds()) ? pk : [])),
    expire: (pk: string) => write(pk, undefined),
  };
}

function isExpired({ expires }: Item, epochSeconds: number): boolean {
  return Number(expires?.N ?? Number.POSITIVE_INFINITY) <= epochSeconds;
}

function recordOf(pk: string, item: Item): StoredRecord | undefined {
  return recordIn((item.type?.S ?? pk.split('#')[0]) as RecordType, item);
}

function conflict() {
  return new ConditionalCheckFailedException({ message: 'conflict', $metadata: {} });
}

function keyOf(item: Item | undefined): string {
  const pk = item?.pk?.S;
  if (pk === undefined) throw new Error('An item without a key.');
  return pk;
}

function entryOf(pk: string, item: Item): Entry {
  const entry: Entry = { pk };
  if (item.dueShard?.S) entry.dueShard = item.dueShard.S;
  if (item.dueAt?.S) entry.dueAt = item.dueAt.S;
  if (item.flagged && item.flags) entry.flags = item.flags;
  return entry;
}

function holds(condition: string, item: Item | undefined, values: Values): boolean {
  return condition.split(' OR ').some((part) => part.split(' AND ').every((term) => termHolds(term, item, values)));
}

function termHolds(term: string, item: Item | undefined, values: Values): boolean {
  const [, missing] = /^attribute_not_exists\((\w+)\)$/.exec(term) ?? [];
  if (missing) return item?.[missing] === undefined;
  const [, name = '', operator, value = ''] = /^(\w+) (=|<|<>) (:\w+)$/.exec(term) ?? [];
  const is = item?.[name];
  const wanted = values?.[value];
  if (operator === '=') return is?.S === wanted?.S && is?.N === wanted?.N && is !== undefined;
  if (operator === '<>') return is?.S !== wanted?.S || is?.N !== wanted?.N;
  if (operator === '<') return is !== undefined && Number(is.N) < Number(wanted?.N);
  throw new Error(`The simulated table does not know the condition ${term}.`);
}

function updated(item: Item, expression = '', values: Values): Item {
  const [, sets, add = '', addend = ''] =
    /^(?:SET (\w+ = :\w+(?:, \w+ = :\w+)*))? ?(?:ADD (\w+) (:\w+))?$/.exec(expression) ?? [];
  if (!sets && !add) throw new Error(`The simulated table does not know the update ${expression}.`);
  const after = { ...item };
  for (const set of sets?.split(', ') ?? []) {
    const [name = '', value = ''] = set.split(' = ');
    const to = values?.[value];
    if (to) after[name] = to;
  }
  if (add) after[add] = { N: String(Number(item[add]?.N ?? 0) + Number(values?.[addend]?.N)) };
  return after;
}
