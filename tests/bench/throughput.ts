import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { table as markdownTable, thousands } from './markdown.ts';
import { dueCandidate, idsOf, putAll, waitingCandidate } from './people.ts';
import { barPlot } from './plot.ts';
import { type Process, type Spent, startProcess } from './processes.ts';
import type { Question } from './question.ts';
import { settings, startTable } from './service.ts';
import { sum } from './statistics.ts';

const answerMs = 50;

/** The usual rate of an account that left the sandbox, and the most the mailer has in hand. */
const usual = 14;
const most = 50;

/** How fast the mailer is, against a loop that does nothing but post the same messages. */
export const throughput: Question = async ({ small }) => {
  const [due, dueAtMost] = small ? [200, 200] : [10_000, 3000];
  const { table, client } = await startTable();
  const atMost = await race(table, client, { name: 'most', due: dueAtMost, atOnce: most });
  const { swept, posted, tableCpu, sesCpu } = await race(table, client, {
    name: 'usual',
    due,
    atOnce: usual,
  });

  const idle = idsOf('idle', small ? 100 : 1000);
  await putAll(
    client,
    settings.TABLE_NAME,
    idle.map((id, index) => waitingCandidate(id, index)),
  );
  const mailer = await startProcess('mailer', {
    ...settings,
    AWS_ENDPOINT_URL_DYNAMODB: table.url,
  });
  const steps = await mailer.ask<Record<StepName, Spent>>('steps', { ids: idle, atOnce: usual });
  await mailer.stop();
  await table.stop();
  client.destroy();

  const eachCpu = swept.cpuMs / due;
  const rawCpu = posted.cpuMs / due;
  const parts = [
    ...stepNames.map(([step, name]) => ({ name, cpuMs: steps[step].cpuMs / idle.length })),
    { name: 'sending, as raw does', cpuMs: rawCpu },
  ];
  const rest = eachCpu - sum(parts.map((part) => part.cpuMs));
  const rows = [
    ...parts,
    { name: 'the rest: index, rules, words, links', cpuMs: Math.max(0, rest) },
  ];
  const shares = [
    { atOnce: usual, due, swept, posted },
    { atOnce: most, due: dueAtMost, ...atMost },
  ].map((one) => ({ ...one, share: one.posted.ms / one.swept.ms }));
  const cpuRatio = eachCpu / rawCpu;
  const others = [
    { name: 'mailer', ms: eachCpu },
    { name: 'table', ms: tableCpu / due },
    { name: 'SES', ms: sesCpu / due },
  ];
  return {
    title: 'Throughput of the mailer',
    targets: [
      ...shares.map(({ atOnce, share }) => ({
        what: `Mails a second, of raw, where SES takes ${answerMs} ms, ${atOnce} at once`,
        reach: 'at least 0.5',
        measured: share.toFixed(2),
        reached: share >= 0.5,
      })),
      {
        what: 'Processor time for each mail, of raw',
        reach: 'at most 3',
        measured: cpuRatio.toFixed(1),
        reached: cpuRatio <= 3,
      },
    ],
    text: [
      `*Raw* posts the very same messages, ready made, to the same endpoint by the same client, as many at once. ${usual} at once is what the mailer does for an account of ${usual} mails a second, the usual one; ${most} is the most it does. MailerDependencies, raw, SES and table each have a process of their own, on shared cores.`,
      markdownTable(
        ['', 'reminders', 'mails a second', 'processor time for each'],
        shares.flatMap((one) =>
          (['posted', 'swept'] as const).map((which) => [
            `${which === 'posted' ? 'raw' : 'mailer'}, ${one.atOnce} at once`,
            thousands(one.due),
            thousands((1000 * one.due) / one[which].ms),
            `${(one[which].cpuMs / one.due).toFixed(2)} ms`,
          ]),
        ),
      ),
      `For one mail of the sweep the processors worked ${sum(others.map(({ ms }) => ms)).toFixed(2)} ms: ${others.map(({ name, ms }) => `${name} ${ms.toFixed(2)}`).join(', ')}. The table is dynalite, one process on one core: DynamoDB itself takes none of ours.`,
      `Where the mailer’s time goes; each step by itself, ${thousands(idle.length)} times, ${usual} at once:`,
      markdownTable(
        ['step', 'processor time, ms', 'of all'],
        rows.map(({ name, cpuMs: ms }) => [
          name,
          ms.toFixed(2),
          `${((100 * ms) / eachCpu).toFixed(0)} %`,
        ]),
      ),
      'What stands in the way of three times raw is the number of calls. A mail is read, counted, claimed, sent, read again and settled: six calls of the SDK, where raw makes one, and a call takes about as long as another for its endpoint, signature, connection and parsing. Claim, count and outcome are what keeps a mail from being lost, sent twice or sent too fast, so they stay. In wall time the mailer is held up by its one core, not by waiting: the more at once, the further raw gets ahead, up to what one core posts. At 14 mails a second, the usual account’s rate, the mailer needs about a tenth of a core.',
    ].join('\n\n'),
    plot: barPlot({
      title: 'Where the time of one mail goes',
      unit: 'milliseconds of a processor',
      groups: [
        { label: 'raw', bars: [{ name: 'all', value: rawCpu }] },
        { label: 'mailer', bars: [{ name: 'all', value: eachCpu }] },
        ...rows.map(({ name, cpuMs: value }) => ({ label: name, bars: [{ name: 'step', value }] })),
      ],
    }),
  };
};

async function race(
  table: Process,
  client: DynamoDBClient,
  { name, due, atOnce }: { name: string; due: number; atOnce: number },
) {
  const folder = mkdtempSync(path.join(tmpdir(), 'retake-reminders-bench-'));
  await putAll(
    client,
    settings.TABLE_NAME,
    idsOf(name, due).map((id) => dueCandidate(id)),
  );
  const ses = await startProcess('ses', { DELAY_MS: String(answerMs) });
  const environment = {
    ...settings,
    AWS_ENDPOINT_URL_DYNAMODB: table.url,
    AWS_ENDPOINT_URL_SES: ses.url,
  };
  const mailer = await startProcess('mailer', environment);
  const [tableBefore, sesBefore] = [await table.cpuMs(), await ses.cpuMs()];
  const swept = await mailer.ask<Spent>('sweep', atOnce);
  const tableCpu = (await table.cpuMs()) - tableBefore;
  const sesCpu = (await ses.cpuMs()) - sesBefore;
  const sent = await ses.ask<number>('count');
  if (sent !== due) throw new Error(`${sent} of ${due} mails arrived.`);

  const file = path.join(folder, 'messages.json');
  await ses.ask('keep', file);
  const raw = await startProcess('raw', environment);
  const posted = await raw.ask<Spent>('post', { file, atOnce });
  for (const started of [mailer, raw, ses]) await started.stop();
  rmSync(folder, { recursive: true });
  return { swept, posted, tableCpu, sesCpu };
}

const stepNames = [
  ['read', 'reading the candidate'],
  ['sendRate', 'taking a turn of the second'],
  ['claim', 'writing the claim'],
  ['mime', 'HTML, text and MIME'],
  ['settle', 'reading again, writing the outcome'],
] as const;
type StepName = (typeof stepNames)[number][0];
