import { setTimeout as pause } from 'node:timers/promises';
import { startLocalService } from '../support/local-service.ts';
import { type SesMessage, startSesEndpoint } from '../support/ses-endpoint.ts';
import { daysAgo, formOn } from './people.ts';
import { atMost, type Question } from './report.ts';

/** How long an email takes on one machine: from the request that queues it, and from its moment. */
export const localDelay: Question = async ({ small }) => {
  const ses = await startSesEndpoint({ perSecond: 200 });
  const service = await startLocalService({ AWS_ENDPOINT_URL_SES: ses.url });
  const people = Array.from({ length: small ? 3 : 30 }, (_, index) => `reader${index}@example.com`);

  const afterRequest: number[] = [];
  for (const email of people) {
    const form = { ...formOn(daysAgo(1)), email };
    const at = Date.now();
    const { status } = await service.post('/sign-up', form);
    if (status !== 303) throw new Error(`/sign-up: ${status}`);
    const confirmation = await messageTo(ses.messages, email);
    afterRequest.push(confirmation.at.getTime() - at);
    await service.post('/confirm', { token: tokenIn(confirmation) });
    await messageTo(ses.messages, email, 2);
  }

  const moment = Date.parse(`${daysAgo(1)}T14:00:00Z`) + 30 * 86_400_000;
  const aheadMs = 3000;
  await service.setClock({ now: new Date(moment - aheadMs).toISOString() });
  const dueAt = Date.now() + aheadMs;
  const afterMoment: number[] = [];
  for (const email of people) afterMoment.push((await messageTo(ses.messages, email, 3)).at.getTime() - dueAt);
  await service.stop();
  await ses.close();

  const measured = { 'the request that queues an email': afterRequest, 'the moment an email is due': afterMoment };
  return {
    title: 'On one machine',
    targets: Object.entries(measured).map(([since, delays]) =>
      atMost(`Time from ${since} until SES has it, 95th percentile`, percentile(delays, 0.95) / 1000, 1, ' s'),
    ),
    text: `${people.length} candidates of \`npm start\`: their confirmations, one after the other, and their reminders, all due at the same moment.`,
  };
};

/** The address's message number `count`, once it has arrived. */
async function messageTo(messages: SesMessage[], email: string, count = 1): Promise<SesMessage> {
  for (let waited = 0; waited < 30_000; waited += 10) {
    const message = messages.filter(({ destinations }) => destinations.includes(email))[count - 1];
    if (message) return message;
    await pause(10);
  }
  throw new Error(`No message ${count} to ${email}.`);
}

function tokenIn({ raw }: SesMessage): string {
  const text = raw.toString().replaceAll('=\r\n', '').replaceAll('=3D', '=');
  const [, token] = /\/confirm\?token=([\w.-]+)/.exec(text) ?? [];
  if (token === undefined) throw new Error('No link to /confirm.');
  return token;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}
