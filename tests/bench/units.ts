import { type AttributeValue, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { tableDefinition } from '../../lambdas/adapters/dynamodb/table.ts';
import { sum } from './report.ts';

export type Units = { reads: number; writes: number };
type Counted = Units & { calls: number };

type Item = Record<string, AttributeValue>;
type Consumed = { CapacityUnits: number };

/** Finding nothing costs as much as the smallest read; the engine calls it free. */
const leastUnits = 0.5;

/** The reads that only look at an item before and after a write; they are not counted. */
const looking = new WeakSet<object>();

/**
 * Counts what DynamoDB charges for. The units of the table and of reading come from its answers. The
 * engine leaves out what a write costs in the indexes, so that is worked out from the item before and
 * after by AWS's rules ("Provisioned throughput considerations for global secondary indexes").
 */
export function unitCounter(client: DynamoDBClient): (act: () => Promise<unknown>) => Promise<Counted> {
  let units = { reads: 0, writes: 0, calls: 0 };

  async function itemAt(table: string, pk: AttributeValue | undefined): Promise<Item | undefined> {
    if (pk === undefined) return undefined;
    const input = { TableName: table, Key: { pk }, ConsistentRead: true };
    looking.add(input);
    return (await client.send(new GetItemCommand(input))).Item;
  }

  client.middlewareStack.add(
    (next, context) => async (args) => {
      const input = args.input as { TableName: string; Key?: Item; Item?: Item };
      if (looking.has(input)) return next(args);
      units.calls += 1;
      const isWrite = /^(Put|Update|Delete)/.test(String(context.commandName));
      const pk = (input.Key ?? input.Item)?.pk;
      const before = isWrite ? await itemAt(input.TableName, pk) : undefined;
      const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
      const { ConsumedCapacity } = answer.output as unknown as { ConsumedCapacity: Consumed | Consumed[] };
      for (const { CapacityUnits } of [ConsumedCapacity].flat())
        units[isWrite ? 'writes' : 'reads'] += Math.max(leastUnits, CapacityUnits);
      const after = isWrite ? await itemAt(input.TableName, pk) : undefined;
      units.writes += indexWrites(before, after);
      return answer;
    },
    { step: 'initialize', name: 'units' },
  );
  return async (act) => {
    units = { reads: 0, writes: 0, calls: 0 };
    await act();
    return units;
  };
}

const indexes = tableDefinition('').GlobalSecondaryIndexes ?? [];

/** Each entry is smaller than a kilobyte, so each change of one is a unit. */
function indexWrites(before: Item | undefined, after: Item | undefined): number {
  return sum(
    indexes.map(({ KeySchema = [], Projection }) => {
      const keys = KeySchema.map(({ AttributeName = '' }) => AttributeName);
      const also = Projection?.NonKeyAttributes ?? [];
      const [had, has] = [entry(before, keys), entry(after, keys)];
      if (had !== has) return (had === undefined ? 0 : 1) + (has === undefined ? 0 : 1);
      return has !== undefined && written(before, also) !== written(after, also) ? 1 : 0;
    }),
  );
}

function entry(item: Item | undefined, keys: string[]): string | undefined {
  return item && keys.every((key) => item[key] !== undefined) ? written(item, keys) : undefined;
}

function written(item: Item | undefined, names: string[]): string {
  return JSON.stringify(names.map((name) => item?.[name]));
}
