import { dynamoCandidateLists } from '../../lambdas/adapters/dynamodb/candidate-lists.ts';
import { oldestDue } from '../../lambdas/adapters/dynamodb/due-records.ts';
import type { ListFilter } from '../../lambdas/core/list-filter.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { rules } from '../support/builders.ts';
import { scriptedSender } from '../support/mailer.ts';
import { serviceOnTable } from '../support/service-on-table.ts';
import { costOf } from './cost.ts';
import { journey, type Step } from './journey.ts';
import { bouncedCandidates, dueCandidates, putAll, waitingCandidates } from './people.ts';
import { settings, startTable } from './processes.ts';
import { atMost, markdownTable, type Question, sum, thousands } from './report.ts';
import { type Units, unitCounter } from './units.ts';

const due = 50;
const pages: { name: string; filter: ListFilter }[] = [
  { name: 'all', filter: {} },
  { name: 'waiting', filter: { status: 'waiting' } },
  { name: 'one class, waiting', filter: { status: 'waiting', cohort: 'Class 7' } },
  { name: 'flagged', filter: { flag: 'any' } },
];

/** Lists whose first page may have to read on, for the total or for those who match. */
const searches: { name: string; filter: ListFilter; withTotal?: boolean }[] = [
  { name: 'everyone', filter: {} },
  { name: 'everyone, with the total', filter: {}, withTotal: true },
  { name: 'part of a name that one in eight has, with the total', filter: { q: 'lopez' }, withTotal: true },
  { name: 'part of one address, with the total', filter: { q: '00000420@' }, withTotal: true },
  { name: 'part of one address, in one class', filter: { q: '00000420@', cohort: 'Class 20' } },
  { name: 'a name with one wrong letter', filter: { q: 'maria lopex' }, withTotal: true },
  { name: 'a name that nobody has', filter: { q: 'nobody' }, withTotal: true },
];
type Search = { reads: number; calls: number; ms: number };

/** Whether what the service reads and writes grows with the number of candidates, and what it costs. */
export const growth: Question = async ({ small }) => {
  const sizes = small ? [1000, 2000] : [1000, 10_000, 100_000];
  const measured: Awaited<ReturnType<typeof measure>>[] = [];
  for (const size of sizes) measured.push(await measure(size));
  const steps = await journey({ checkIns: false });
  const withCheckIns = await journey({ checkIns: true });
  const cost = costOf(steps);
  const unitsOf = (all: Step[], name: string) => {
    const step = all.find((one) => one.name === name);
    return step ? `${step.reads} + ${step.writes}` : '';
  };
  const total = (all: Step[]) => `${sum(all.map(({ reads }) => reads))} + ${sum(all.map(({ writes }) => writes))}`;

  const names = Object.keys(measured[0]?.units ?? {});
  const cell = ({ reads, writes }: Units = { reads: 0, writes: 0 }) =>
    writes > 0 ? `${reads} + ${writes}` : `${reads}`;
  const isFlat = names
    .filter((name) => !name.startsWith('the counts'))
    .every((name) => new Set(measured.map(({ units }) => cell(units[name]))).size === 1);
  const swept = measured[0]?.units[`a sweep, ${due} due`] ?? { reads: 0, writes: 0 };
  return {
    title: 'Growth',
    targets: [
      {
        what: `Units of a sweep with ${due} due, and of a page of the staff list, with ${sizes.map(thousands).join(', ')} candidates waiting`,
        reach: 'flat',
        measured: isFlat ? 'the same to the unit' : 'not the same, see the table',
        reached: isFlat,
      },
      atMost('Cost of a reminder on top of SES’s price', cost.percent, 6, '%'),
      atMost('Units read for a reminder from due to settled, in a sweep of 50', swept.reads / due, 1),
      atMost('Units written for it', swept.writes / due, 5),
    ],
    text: [
      `Units that DynamoDB charges for (reads, then writes after a plus sign), by the number of candidates waiting, with the same ${due} due each time:`,
      markdownTable(
        ['', ...sizes.map(thousands)],
        names.map((name) => [name, ...measured.map(({ units }) => cell(units[name]))]),
      ),
      'The counts above the staff list read the index of all candidates from end to end, at most once a minute while someone is looking at the list.',
      'The first page of 20 of a search, by the number of candidates: read units, calls, and the time relative to the first page of everyone (dynalite, median of three). A search reads the index by name, in larger and larger queries, until the page is full or, with a total, until it has counted a thousand. A search that matches few candidates or none reads the whole index, or, if the class is given, all of the class.',
      markdownTable(
        ['', ...sizes.map(thousands)],
        searches.map(({ name }) => [name, ...measured.map(({ found }) => searchCell(found, name))]),
      ),
      'One candidate’s whole way from sign-up to passing, without check-ins and with them (reads + writes):',
      markdownTable(
        ['step', 'without', 'with'],
        [
          ...withCheckIns.map(({ name }) => [name, unitsOf(steps, name), unitsOf(withCheckIns, name)]),
          ['**all**', total(steps), total(withCheckIns)],
        ],
      ),
      'Reads, and the table’s share of a write, are as the engine reports them. It leaves out what a write costs in the indexes, so that is calculated by AWS’s rules from the item before and after the write. Writing an item of one to two kilobytes takes two units, plus one for each index entry that it adds, removes, or changes.',
      cost.text,
    ].join('\n\n'),
  };
};

function searchCell(found: Record<string, Search>, name: string): string {
  const { reads, calls, ms } = found[name] ?? { reads: 0, calls: 0, ms: 0 };
  return `${reads}, ${calls}, ${(ms / (found.everyone?.ms ?? ms)).toFixed(1)}`;
}

async function measure(size: number) {
  const { table, client } = await startTable();
  const { TABLE_NAME: tableName } = settings;
  await putAll(client, tableName, waitingCandidates(size));
  await putAll(client, tableName, dueCandidates('due', due));
  await putAll(client, tableName, bouncedCandidates(20));

  const unitsOf = unitCounter(client);
  const units: Record<string, Units> = {};
  const clock = () => new Date().toISOString();
  const { sender, mails } = scriptedSender();
  // At one moment, so that no sweep takes turns in two seconds.
  const at = Date.now();
  const mailer = serviceOnTable(client, tableName, { clock, nowMs: () => at, newId: () => '' }).newMailer(sender);
  const run = () => sweep(mailer, { concurrency: 10, hasTime: () => true });
  units[`a sweep, ${due} due`] = await unitsOf(run);
  if (mails.length !== due) throw new Error(`Sent ${mails.length} of ${due}.`);
  units['a sweep, nothing due'] = await unitsOf(async () => {
    await run();
    await oldestDue({ client, tableName }, clock());
  });
  const lists = dynamoCandidateLists(client, { tableName, exam: rules.exam, log: () => undefined });
  for (const { name, filter } of pages)
    units[`a page of 20: ${name}`] = await unitsOf(() => lists.page(filter, { limit: 20, now: clock() }));
  units['the counts above the list'] = await unitsOf(() => lists.summary(clock()));
  const found: Record<string, Search> = {};
  for (const { name, filter, withTotal = false } of searches) {
    const options = { limit: 20, now: clock(), withTotal };
    const { reads, calls } = await unitsOf(() => lists.page(filter, options));
    found[name] = { reads, calls, ms: await medianMs(() => lists.page(filter, options)) };
  }
  client.destroy();
  await table.stop();
  return { units, found };
}

async function medianMs(act: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  while (times.length < 3) {
    const begun = performance.now();
    await act();
    times.push(performance.now() - begun);
  }
  return times.sort((one, other) => one - other)[1] ?? 0;
}
