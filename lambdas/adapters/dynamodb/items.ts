import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, type NativeAttributeValue, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from './stored-item.ts';
import { type IndexName, indexes, type Table } from './table.ts';

type Values = Record<string, NativeAttributeValue>;
export type Condition = { condition?: string; values?: Values };

export async function getItem({ client, tableName }: Table, pk: string): Promise<Item | undefined> {
  const read = new GetItemCommand({ TableName: tableName, Key: marshall({ pk }), ConsistentRead: true });
  return (await client.send(read)).Item;
}

/** Whether the condition was met, and the item written. */
export async function putItem({ client, tableName }: Table, item: Values, condition: Condition = {}): Promise<boolean> {
  const Item = marshall(item, { removeUndefinedValues: true });
  const write = new PutItemCommand({ TableName: tableName, Item, ...expressionsOf(condition) });
  return (await ifMet(client.send(write))) !== undefined;
}

export async function deleteItem(
  { client, tableName }: Table,
  pk: string,
  condition: Condition = {},
): Promise<boolean> {
  const write = new DeleteItemCommand({ TableName: tableName, Key: marshall({ pk }), ...expressionsOf(condition) });
  return (await ifMet(client.send(write))) !== undefined;
}

/** The attributes that the update changed; undefined if its condition was not met. */
export async function updateItem(
  { client, tableName }: Table,
  pk: string,
  update: string,
  condition: Condition,
): Promise<Item | undefined> {
  const write = new UpdateItemCommand({
    TableName: tableName,
    Key: marshall({ pk }),
    UpdateExpression: update,
    ReturnValues: 'UPDATED_NEW',
    ...expressionsOf(condition),
  });
  const answer = await ifMet(client.send(write));
  return answer && (answer.Attributes ?? {});
}

type IndexQuery = Condition & {
  partition: string;
  isForward?: boolean;
  /** Entries on the first page. Each further page is twice as large, as a filter may match only entries far down. */
  readAtOnce?: number | undefined;
};

/** The entries of one partition of an index in order, read a page at a time. May lag behind writes. */
export async function* queryIndex(
  { client, tableName }: Table,
  index: IndexName,
  { partition, condition, values, isForward = true, readAtOnce }: IndexQuery,
): AsyncGenerator<Values, undefined> {
  const input: QueryCommandInput = {
    TableName: tableName,
    IndexName: index,
    KeyConditionExpression: ['#partition = :partition', ...(condition ? [condition] : [])].join(' AND '),
    // One of the names is a reserved word.
    ExpressionAttributeNames: { '#partition': indexes[index].partition },
    ExpressionAttributeValues: marshall({ ':partition': partition, ...values }),
    ScanIndexForward: isForward,
  };
  let start: Item | undefined;
  let limit = readAtOnce;
  do {
    const page = await client.send(new QueryCommand({ ...input, Limit: limit, ExclusiveStartKey: start }));
    for (const item of page.Items ?? []) yield unmarshall(item);
    start = page.LastEvaluatedKey;
    if (limit !== undefined) limit *= 2;
  } while (start !== undefined);
}

function expressionsOf({ condition, values }: Condition) {
  return { ConditionExpression: condition, ExpressionAttributeValues: values && marshall(values) };
}

async function ifMet<Answer>(write: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
