import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dueCandidates, putAll } from './people.ts';
import { type Process, type Spent, settings, startProcess, startTable } from './processes.ts';
import { atLeast, atMost, markdownTable, type Question, thousands } from './report.ts';

const answerMs = 50;

/** How many emails at once, and the least of the raw loop's rate that is to be reached with them. */
const usual = { atOnce: 14, least: 0.8 };
const most = { atOnce: 50, least: 0.5 };

/** How fast the mailer is, against a loop that does nothing but post the same messages. */
export const throughput: Question = async ({ small }) => {
  const { table, client } = await startTable();
  const due = small ? 200 : 4000;
  const raced = async (goal: typeof usual) => ({ ...goal, ...(await raceOf(table, client, due, goal.atOnce)) });
  const races = [await raced(usual), await raced(most)] as const;
  await table.stop();
  client.destroy();
  return {
    title: 'Throughput of the mailer',
    targets: [
      ...races.map(({ atOnce, least, mailer, raw }) =>
        atLeast(
          `Emails a second, relative to raw, where SES takes ${answerMs} ms, ${atOnce} at once`,
          raw.ms / mailer.ms,
          least,
        ),
      ),
      atMost('CPU time per email, relative to raw', races[0].mailer.cpuMs / races[0].raw.cpuMs, 3.5),
    ],
    text: [
      `*Raw* posts the same messages, already rendered, to the same endpoint with the same client and concurrency. The mailer handles ${usual.atOnce} at once for an account at the usual ${usual.atOnce} a second, and at most ${most.atOnce}. The mailer, raw, SES, and the table (dynalite) each run in their own process, on shared cores.`,
      markdownTable(
        ['', 'reminders', 'emails a second', 'CPU time per email'],
        races.flatMap(({ atOnce, ...race }) =>
          (['raw', 'mailer'] as const).map((which) => [
            `${which}, ${atOnce} at once`,
            thousands(due),
            thousands((1000 * due) / race[which].ms),
            `${(race[which].cpuMs / due).toFixed(2)} ms`,
          ]),
        ),
      ),
      'The mailer is slower than raw because it makes more calls: raw makes one SDK call per email, while the mailer also claims the email, keeps to the account’s rate, and records the outcome, so that no email is lost, sent twice, or sent too fast. Its limit is one core, not waiting.',
    ].join('\n\n'),
  };
};

type Race = { mailer: Spent; raw: Spent };

/** The mailer sends what is due, then raw posts the messages that SES got from it. */
async function raceOf(table: Process, client: DynamoDBClient, due: number, atOnce: number): Promise<Race> {
  await putAll(client, settings.TABLE_NAME, dueCandidates(`of${atOnce}at`, due));
  const ses = await startProcess('ses', { DELAY_MS: String(answerMs) });
  const environment = { ...settings, AWS_ENDPOINT_URL_DYNAMODB: table.url, AWS_ENDPOINT_URL_SES: ses.url };
  const mailer = await startProcess('mailer', environment);
  const swept = await mailer.ask<Spent>('sweep', atOnce);
  const sent = await ses.ask<number>('count');
  if (sent !== due) throw new Error(`${sent} of ${due} mails arrived.`);

  const folder = mkdtempSync(path.join(tmpdir(), 'retake-reminders-bench-'));
  const file = path.join(folder, 'messages.json');
  await ses.ask('keep', file);
  const raw = await startProcess('raw', environment);
  const posted = await raw.ask<Spent>('post', { file, atOnce });
  for (const started of [mailer, raw, ses]) await started.stop();
  rmSync(folder, { recursive: true });
  return { mailer: swept, raw: posted };
}
