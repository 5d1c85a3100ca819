import { setTimeout as pause } from 'node:timers/promises';
import { isPending } from '../../lambdas/core/email.ts';
import { deliveryEventHandler } from '../../lambdas/handlers/delivery-event-handler.ts';
import { emailEventsDependencies } from '../../lambdas/handlers/dependencies/email-events-dependencies.ts';
import { dueCandidates, putAll } from '../bench/people.ts';
import { type Process, settings, startProcess, startTable } from '../bench/processes.ts';
import { startSesEndpoint } from '../support/ses-endpoint.ts';
import { sesEvent } from '../support/ses-events.ts';
import { storeOn } from '../support/table.ts';

/**
 * A thousand mails are due while mailer processes are killed at random moments, again and again.
 * SES takes 10 ms for each, and its Send events come late and in any order. At the end each mail was
 * accepted once.
 */
const mailCount = 1000;
const mailersAtOnce = 2;
const killsAtLeast = 50;

const { table, client } = await startTable();
const ses = await startSesEndpoint();
ses.failWhen(() => ({ kind: 'delay', ms: 10 }));
Object.assign(process.env, settings, { AWS_ENDPOINT_URL_DYNAMODB: table.url, AWS_ENDPOINT_URL_SES: ses.url });
const store = storeOn(client, settings.TABLE_NAME);
const candidates = dueCandidates('candidate', mailCount);
await putAll(client, settings.TABLE_NAME, candidates);
console.log(`${mailCount} mails are due.`);

const runtime = { clock: () => new Date().toISOString(), log: () => undefined };
const report = deliveryEventHandler(emailEventsDependencies(process.env, runtime));
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
    while (kills < killsAtLeast) {
      const mailer = await startMailer(0);
      await pause(Math.random() * 1500);
      await mailer.stop();
      kills += 1;
      process.stdout.write(`\r${kills} kills, ${ses.messages.length} mails accepted `);
    }
  }),
);
await Promise.all(reports);
const acceptedBeforeTheEnd = ses.messages.length;

// Every Send event has arrived. What was claimed and never handed over waits for its lease to end.
const last = await startMailer(60);
while (await isAnyReminderPending()) await pause(200);
await last.stop();
clearInterval(feeding);
feedEvents();
await Promise.all(reports);

const accepted = ses.messages.map(({ tags }) => tags['record-id'] ?? '');
const lost = candidates.filter(({ id }) => !accepted.includes(id)).length;
const doubled = accepted.length - new Set(accepted).size;
console.log(`\n${kills} kills; ${ses.messages.length - acceptedBeforeTheEnd} mails only after the last kill.`);
console.log(`Mails due ${mailCount}, accepted ${ses.messages.length}, lost ${lost}, doubled ${doubled}.`);
await ses.close();
await table.stop();
process.exit(lost === 0 && doubled === 0 && acceptedBeforeTheEnd > 0 ? 0 : 1);

/** A mailer that sweeps again and again until it is stopped. */
async function startMailer(minutesAhead: number): Promise<Process> {
  const mailer = await startProcess('mailer', { MINUTES_AHEAD: String(minutesAhead) });
  mailer.ask('sweepOnAndOn', 10).catch(() => undefined);
  return mailer;
}

async function isAnyReminderPending(): Promise<boolean> {
  const records = await Promise.all(candidates.map(({ id }) => store.read('candidate', id)));
  return records.some((record) => record?.emails.some((email) => email.kind === 'reminder' && isPending(email)));
}
