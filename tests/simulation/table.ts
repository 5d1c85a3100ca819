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
  /** The entries of the due and the flagged index. */
  const index = new Map<string, Item>();
  const lateEntries: { pk: string; entry: Item | undefined }[] = [];

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
    if (isRecord) indexLater(pk, item && entryOf(item));
    onWrite({ pk, before, after: record, item });
  }

  /** Entries of one item change in the order of its writes. */
  function indexLater(pk: string, entry: Item | undefined) {
    if (isIndexLate() || lateEntries.some((late) => late.pk === pk)) lateEntries.push({ pk, entry });
    else setEntry(pk, entry);
  }

  function setEntry(pk: string, entry: Item | undefined) {
    if (entry) index.set(pk, entry);
    else index.delete(pk);
  }

  function checked(pk: string, condition: string | undefined, values: Values) {
    if (condition === undefined || holds(condition, items.get(pk)?.item, values)) return;
    onConflict();
    throw conflict();
  }

  function query(values: Values, start: Item | undefined) {
    const partition = values?.[':partition']?.S;
    const by = values?.[':by']?.S ?? '';
    const placeOf = ({ dueAt, pk }: Item) => `${dueAt?.S ?? ''} ${pk?.S}`;
    const rest = [...index.values()]
      .filter(({ dueShard, dueAt, flagged }) =>
        partition === 'flagged' ? flagged : dueShard?.S === partition && dueAt?.S !== undefined && dueAt.S <= by,
      )
      .filter((entry) => start === undefined || placeOf(entry) > placeOf(start))
      .sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
    const Items = rest.slice(0, pageSize);
    return { Items, ...(rest.length > pageSize && { LastEvaluatedKey: Items.at(-1) }) };
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
    if (isWrite(command)) {
      const { ConditionExpression, ExpressionAttributeValues } = command.input;
      const pk = keyOf('Item' in command.input ? command.input.Item : command.input.Key);
      checked(pk, ConditionExpression, ExpressionAttributeValues);
      const Attributes = itemAfter(command, items.get(pk)?.item);
      write(pk, Attributes);
      return { Attributes };
    }
    if (command instanceof QueryCommand) {
      return query(command.input.ExpressionAttributeValues, command.input.ExclusiveStartKey);
    }
    throw new Error('The simulated table does not know this operation.');
  }

  const client: DynamoDBClient = Object.create(DynamoDBClient.prototype);
  Object.defineProperty(client, 'send', {
    value: async (command: object) => {
      const operation = command.constructor.name.replace('Command', '');
      await arrive(operation, isWrite(command));
      const result = take(command);
      const verdict = await answer(operation, isWrite(command));
      // The first post took effect and went unanswered; the second finds the condition not met.
      const isRecord = isWrite(command) && !(command instanceof UpdateItemCommand);
      if (verdict === 'conflict' && isRecord && command.input.ConditionExpression) throw conflict();
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
      for (const { pk, entry } of lateEntries.splice(0, writes)) setEntry(pk, entry);
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

function entryOf({ pk, dueShard, dueAt, flagged, flags }: Item): Item {
  const attributes = Object.entries({ pk, dueShard, dueAt, flagged, flags });
  return Object.fromEntries(attributes.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

type WriteCommand = PutItemCommand | UpdateItemCommand | DeleteItemCommand;

function isWrite(command: unknown): command is WriteCommand {
  return [PutItemCommand, UpdateItemCommand, DeleteItemCommand].some((kind) => command instanceof kind);
}

function itemAfter(command: WriteCommand, before: Item | undefined): Item | undefined {
  if (command instanceof PutItemCommand) return command.input.Item;
  if (command instanceof DeleteItemCommand) return undefined;
  const { Key, UpdateExpression, ExpressionAttributeValues } = command.input;
  return updated(before ?? { ...Key }, UpdateExpression, ExpressionAttributeValues);
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
