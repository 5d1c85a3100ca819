import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { table as markdownTable, thousands } from './markdown.ts';
import { dueCandidate, idsOf, putAll, waitingCandidate } from './people.ts';
import { barPlot } from './plot.ts';
import { type Spent, startProcess } from './processes.ts';
import type { Question } from './question.ts';
import { settings, startTable } from './service.ts';

const atOnce = 50;
const answerMs = 50;

/** How fast the mailer is, against a loop that does nothing but post the same messages. */
export const throughput: Question = async ({ small }) => {
  const due = small ? 200 : 10_000;
  const folder = mkdtempSync(path.join(tmpdir(), 'retake-reminders-bench-'));
  const { table, client } = await startTable();
  await putAll(client, settings.TABLE_NAME, idsOf('due', due).map((id) => dueCandidate(id)));

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
  console.log({ due, sent, swept, tableCpu, sesCpu });

  const file = path.join(folder, 'messages.json');
  await ses.ask('keep', file);
  const raw = await startProcess('raw', environment);
  const posted = await raw.ask<Spent>('post', { file, atOnce });
  console.log({ posted });

  const idle = idsOf('idle', small ? 100 : 1000);
  await putAll(client, settings.TABLE_NAME, idle.map((id, index) => waitingCandidate(id, index)));
  const steps = await mailer.ask<Record<string, Spent>>('steps', { ids: idle, atOnce });
  console.log(Object.fromEntries(Object.entries(steps).map(([k, v]) => [k, v.cpuMs / idle.length])));
  for (const started of [mailer, raw, ses, table]) await started.stop();
  client.destroy();
  rmSync(folder, { recursive: true });
  void markdownTable; void thousands; void barPlot;
  return { title: 'x', targets: [], text: '', plot: '' };
};
