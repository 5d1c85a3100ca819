import { dynamoCandidateLists } from '../../lambdas/adapters/dynamodb/candidate-lists.ts';
import { oldestDue } from '../../lambdas/adapters/dynamodb/oldest-due.ts';
import { dynamoSendRate } from '../../lambdas/adapters/dynamodb/send-rate.ts';
import type { ListFilter } from '../../lambdas/core/list-filter.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { rules } from '../support/builders.ts';
import { aMailer, scriptedSender } from '../support/mailer.ts';
import { storeOn } from '../support/table.ts';
import { table as markdownTable, thousands } from './markdown.ts';
import { dueCandidate, idsOf, putAll, waitingCandidate } from './people.ts';
import { barPlot } from './plot.ts';
import type { Question } from './question.ts';
import { settings, startTable } from './service.ts';
import { sum } from './statistics.ts';
import { theWay } from './the-way.ts';
import { countUnits, type Units } from './units.ts';

const due = 50;
const plenty = { perSecond: 10_000, leftToday: 1_000_000 };
const pages: { name: string; filter: ListFilter }[] = [
  { name: 'all', filter: {} },
  { name: 'waiting', filter: { status: 'waiting' } },
  { name: 'one class, waiting', filter: { status: 'waiting', cohort: 'Class 7' } },
  { name: 'flagged', filter: { flag: 'any' } },
];

/** Whether what the service reads and writes grows with the number of those who wait. */
export const growth: Question = async ({ small }) => {
  const sizes = small ? [100, 1000] : [1000, 10_000, 100_000];
  const measured: { size: number; units: Record<string, Units> }[] = [];
  for (const size of sizes) measured.push({ size, units: await unitsWith(size) });
  const way = await theWay();

  const names = Object.keys(measured[0]?.units ?? {});
  const isFlat = names
    .filter((name) => !name.startsWith('the counts'))
    .every((name) => new Set(measured.map(({ units }) => totalOf(units[name]))).size === 1);
  const cell = ({ reads, writes }: Units = { reads: 0, writes: 0 }) =>
    writes > 0 ? `${reads} + ${writes}` : `${reads}`;
  return {
    title: 'Growth',
    targets: [
      {
        what: `Units of a sweep with ${due} due, and of a page of the staff’s list, with ${sizes.map(thousands).join(', ')} candidates waiting`,
        reach: 'flat',
        measured: isFlat ? 'the same to the unit' : 'not the same, see the table',
        reached: isFlat,
      },
    ],
    text: [
      `Units that DynamoDB charges for (reads, and after a plus writes), with so many candidates waiting and the same ${due} due:`,
      markdownTable(
        ['', ...sizes.map(thousands)],
        names.map((name) => [name, ...measured.map(({ units }) => cell(units[name]))]),
      ),
      'The counts above the staff’s list read the whole index of all candidates, once a minute at most while somebody looks.',
      'One candidate, from sign-up to the third attempt:',
      markdownTable(
        ['step', 'reads', 'writes'],
        [
          ...way.map(({ name, reads, writes }) => [name, reads, writes]),
          ['**all**', sum(way.map(({ reads }) => reads)), sum(way.map(({ writes }) => writes))],
        ],
      ),
      'Reads and the table’s part of a write are as the engine reports them. It leaves out what a write costs in the indexes: that is worked out from the item before and after, by AWS’s rules. Each write of an item of one to two kilobytes is two units, and each entry of an index that comes, goes or changes one more.',
    ].join('\n\n'),
    plot: barPlot({
      title: 'Reads and writes while the table grows',
      unit: 'units',
      groups: names
        .filter((name) => !name.startsWith('the counts'))
        .map((name) => ({
          label: name,
          bars: measured.map(({ size, units }) => ({
            name: `${thousands(size)} wait`,
            value: totalOf(units[name]),
          })),
        })),
    }),
  };
};

function totalOf({ reads, writes }: Units = { reads: 0, writes: 0 }): number {
  return reads + writes;
}

async function unitsWith(size: number): Promise<Record<string, Units>> {
  const { table, client } = await startTable();
  const { TABLE_NAME: tableName } = settings;
  await putAll(client, tableName, waiting(size));
  await putAll(
    client,
    tableName,
    idsOf('due', due).map((id) => dueCandidate(id)),
  );
  const flagged = idsOf('flagged', 20).map((id) => ({
    ...waitingCandidate(id, 1),
    bouncedAt: '2026-11-22T15:00:00.000Z',
  }));
  await putAll(client, tableName, flagged);

  const { units, reset } = countUnits(client);
  const found: Record<string, Units> = {};
  const measure = async (name: string, act: () => Promise<unknown>) => {
    reset();
    await act();
    found[name] = { ...units };
  };
  const clock = () => new Date().toISOString();
  const { sender, mails } = scriptedSender();
  const mailer = aMailer({
    store: storeOn(client, tableName),
    sender,
    clock,
    sendRate: dynamoSendRate(client, tableName, async () => plenty, Date.now),
  });
  const run = () => sweep(mailer, { concurrency: 10, hasTime: () => true });
  await measure(`a sweep, ${due} due`, run);
  if (mails.length !== due) throw new Error(`Sent ${mails.length} of ${due}.`);
  await measure('a sweep, nothing due', async () => {
    await run();
    await oldestDue(client, tableName, clock());
  });
  const lists = dynamoCandidateLists(client, { tableName, exam: rules.exam, log: () => undefined });
  for (const { name, filter } of pages)
    await measure(`a page of 20: ${name}`, () => lists.page(filter, { limit: 20, now: clock() }));
  await measure('the counts above the list', () => lists.summary(clock()));
  client.destroy();
  await table.stop();
  return found;
}

function* waiting(size: number) {
  for (const [index, id] of idsOf('waiting', size).entries()) yield waitingCandidate(id, index);
}
