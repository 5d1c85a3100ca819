import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startLocalService } from '../support/local-service.ts';
import { table as markdownTable, thousands } from './markdown.ts';
import { dueCandidate, idsOf, putAll } from './people.ts';
import { barPlot } from './plot.ts';
import { type Process, startProcess } from './processes.ts';
import type { Question } from './question.ts';
import { settings } from './service.ts';
import { percentile } from './statistics.ts';

const most = 2000;

/** How long a mail takes from what caused it to its hand-over. */
export const latency: Question = async ({ small }) => {
  const count = small ? 50 : 1000;
  const overMs = small ? 5000 : 45_000;
  const ses = await startProcess('ses');
  const service = await startLocalService({
    AWS_ENDPOINT_URL_SES: ses.url,
    SIGN_UPS_PER_SOURCE_PER_HOUR: settings.SIGN_UPS_PER_SOURCE_PER_HOUR,
    SIGN_UPS_PER_HOUR: settings.SIGN_UPS_PER_HOUR,
  });

  const form = {
    name: 'Ana',
    attemptDate: new Date(Date.now() - 24 * 60 * 60 * 1000).toISOString().slice(0, 10),
    attemptNumber: '1',
    membership: 'member',
    timeZone: 'UTC',
    consent: 'yes',
  };
  const actions = new Map<string, number>();
  await Promise.all(
    idsOf('action', count).map(async (id) => {
      await pause(Math.random() * overMs);
      const email = `${id}@example.org`;
      await service.post('/sign-up', { ...form, email });
      actions.set(email, Date.now());
    }),
  );
  const fromDeed = await waitsSince(actions, ses);

  const start = Date.now() + 5000;
  const dues = new Map<string, number>();
  const waiting = idsOf('due', count).map((id) => {
    const candidate = dueCandidate(id);
    const dueAt = start + Math.random() * overMs;
    dues.set(candidate.email, dueAt);
    const at = new Date(dueAt).toISOString();
    return { ...candidate, emails: candidate.emails.map((email) => ({ ...email, dueAt: at })) };
  });
  const client = new DynamoDBClient({
    endpoint: service.dynamoDbUrl,
    region: settings.AWS_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await putAll(client, 'retake-reminders', waiting);
  await pause(overMs + 5000);
  const fromDue = await waitsSince(dues, ses);
  client.destroy();
  await service.stop();
  await ses.stop();

  const rows = [
    { name: 'from the deed', waits: fromDeed },
    { name: 'from the moment it is due', waits: fromDue },
  ].map(({ name, waits }) => ({
    name,
    p50: percentile(waits, 50),
    p95: percentile(waits, 95),
    longest: Math.max(...waits),
  }));
  return {
    title: 'Latency of a mail',
    targets: rows.map(({ name, p95 }) => ({
      what: `Hand-over to SES, ${name}, 95 of 100`,
      reach: 'under 2 s locally',
      measured: `${(p95 / 1000).toFixed(2)} s`,
      reached: p95 < most,
    })),
    text: [
      `${thousands(count)} sign-ups at random moments within ${overMs / 1000} seconds, from the answer of the form to SES taking the confirmation; then ${thousands(count)} reminders, each due at a random moment. On one machine (\`npm start\`): its mailer sweeps, pauses for one second, and sweeps again. In milliseconds:`,
      markdownTable(
        ['', 'p50', 'p95', 'longest'],
        rows.map(({ name, p50, p95, longest }) => [name, ...[p50, p95, longest].map(thousands)]),
      ),
      'Deployed, the table’s stream wakes the mailer after a deed, and the minute’s call finds what falls due: up to a minute after nine o’clock. Neither can be measured here.',
    ].join('\n\n'),
    plot: barPlot({
      title: 'From deed and due moment to the hand-over',
      unit: 'milliseconds',
      groups: rows.map(({ name, p50, p95, longest }) => ({
        label: name,
        bars: [
          { name: 'p50', value: p50 },
          { name: 'p95', value: p95 },
          { name: 'longest', value: longest },
        ],
      })),
    }),
  };
};

async function waitsSince(begun: Map<string, number>, ses: Process): Promise<number[]> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const handOvers = new Map(await ses.ask<[string, number][]>('handOvers'));
    const waits = [...begun].flatMap(([email, at]) => {
      const handedOver = handOvers.get(email);
      return handedOver === undefined ? [] : [handedOver - at];
    });
    if (waits.length === begun.size) return waits;
    if (Date.now() > deadline) throw new Error(`${waits.length} of ${begun.size} mails arrived.`);
    await pause(200);
  }
}
