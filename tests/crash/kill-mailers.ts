import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { nextDueAt } from '../../lambdas/core/email.ts';
import { deliveryEventHandler } from '../../lambdas/handlers/delivery-event-handler.ts';
import { emailEventsDependencies } from '../../lambdas/handlers/dependencies/email-events-dependencies.ts';
import { emailEventsSettings } from '../../lambdas/handlers/dependencies/email-events-settings.ts';
import { aCandidate } from '../support/builders.ts';
import { startSesEndpoint } from '../support/ses-endpoint.ts';
import { sesEvent } from '../support/ses-events.ts';
import { localAws, startTables, storeOn } from '../support/table.ts';

/**
 * A thousand mails are due while mailer processes are killed at random moments, again and again.
 * SES takes 10 ms for each, and its Send events come late and in any order. At the end each mail was
 * accepted once.
 */
const mailCount = 1000;
const mailersAtOnce = 2;
const leastKills = 30;
const mostOfThem = 0.8 * mailCount;

const tables = await startTables();
const ses = await startSesEndpoint();
ses.failWhen(() => ({ kind: 'delay', ms: 10 }));
Object.assign(process.env, localAws, {
  AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint,
  AWS_ENDPOINT_URL_SES: ses.url,
  TABLE_NAME: await tables.create(),
  BASE_URL: 'https://retakes.example.org',
  ORGANIZATION: 'Maple Street School',
  POSTAL_ADDRESS: '12 Maple Street, Springfield',
  SENDER_EMAIL: 'reminders@school.example.org',
  STAFF_EMAIL: 'office@school.example.org',
  LINK_SIGNING_KEYS: 'k'.repeat(32),
  UNSUBSCRIBE_KEY: 'u'.repeat(32),
  RETENTION_DAYS: '730',
  SEND_HOUR: '9',
});
const store = storeOn(tables.client, process.env.TABLE_NAME ?? '');
const now = new Date();
const longAgo = new Date(now.getTime() - 60 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
const ids = Array.from({ length: mailCount }, (_, index) => `candidate${index}`);
for (const id of ids)
  await store.save(aCandidate({ id, email: `${id}@example.org`, attempts: [longAgo], at: now.toISOString() }));
console.log(`${mailCount} mails are due.`);

const report = deliveryEventHandler(
  emailEventsDependencies(emailEventsSettings(process.env), {
    clock: () => new Date().toISOString(),
    log: () => undefined,
  }),
);
const reports: Promise<void>[] = [];
let reported = 0;
const feedEvents = () => {
  for (const message of ses.messages.slice(reported)) {
    reported += 1;
    reports.push(pause(Math.random() * 2000).then(() => report(sesEvent('Send', message))));
  }
};
const feeding = setInterval(feedEvents, 10);

let kills = 0;
await Promise.all(
  Array.from({ length: mailersAtOnce }, async () => {
    while (kills < leastKills || ses.messages.length < mostOfThem) {
      const mailer = await startMailer(0);
      await pause(Math.random() * 1500);
      mailer.kill('SIGKILL');
      await once(mailer, 'exit');
      kills += 1;
      process.stdout.write(`\r${kills} kills, ${ses.messages.length} mails accepted `);
    }
  }),
);
await Promise.all(reports);
const acceptedBeforeTheEnd = ses.messages.length;

// Every Send event has arrived. What was claimed and never handed over waits for its lease to end.
const last = await startMailer(60);
while ((await waiting()) > 0) await pause(200);
last.kill('SIGKILL');
clearInterval(feeding);
feedEvents();
await Promise.all(reports);

const copies = new Map<string, number>();
for (const { tags } of ses.messages) {
  const id = tags['record-id'] ?? '';
  copies.set(id, (copies.get(id) ?? 0) + 1);
}
const lost = ids.filter((id) => !copies.has(id)).length;
const doubled = [...copies.values()].filter((count) => count > 1).length;
console.log(`\n${kills} kills; ${ses.messages.length - acceptedBeforeTheEnd} mails only after the last kill.`);
console.log(`Mails due ${mailCount}, accepted ${ses.messages.length}, lost ${lost}, doubled ${doubled}.`);
await ses.close();
await tables.close();
process.exit(lost === 0 && doubled === 0 && acceptedBeforeTheEnd > 0 ? 0 : 1);

async function startMailer(minutesAhead: number): Promise<ChildProcess> {
  const mailer = fork(path.join(import.meta.dirname, 'mailer-process.ts'), {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, MINUTES_AHEAD: String(minutesAhead) },
  });
  await once(mailer, 'message');
  return mailer;
}

async function waiting(): Promise<number> {
  const records = await Promise.all(ids.map((id) => store.read('candidate', id)));
  return records.filter((record) => record && nextDueAt(record.emails) !== undefined).length;
}
