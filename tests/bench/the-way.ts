import { addressIdOf } from '../../lambdas/adapters/address-id.ts';
import { mailboxLimits, signUpLimits } from '../../lambdas/adapters/dynamodb/rate-limits.ts';
import { dynamoSendRate } from '../../lambdas/adapters/dynamodb/send-rate.ts';
import { linkTokens } from '../../lambdas/adapters/link-tokens.ts';
import { emailText } from '../../lambdas/adapters/ses/email-text.ts';
import { applyDeliveryEvent } from '../../lambdas/services/delivery-events.ts';
import type { OutgoingEmail } from '../../lambdas/services/ports.ts';
import { sendDueEmails } from '../../lambdas/services/send-emails.ts';
import { createSite } from '../../lambdas/web/site/site-app.tsx';
import { rules } from '../support/builders.ts';
import { aMailer, scriptedSender } from '../support/mailer.ts';
import { startTables, storeOn } from '../support/table.ts';
import { countUnits, type Units } from './units.ts';

export type Step = Units & { name: string };

const keys = { signing: ['k'.repeat(32)], unsubscribe: 'u'.repeat(32) };
const plenty = { perSecond: 1000, leftToday: 1_000_000 };

/** One candidate's whole way, over the real table, with the units of each step. */
export async function theWay(): Promise<Step[]> {
  const tables = await startTables();
  const tableName = await tables.create();
  const store = storeOn(tables.client, tableName);
  const counted = countUnits(tables.client);
  const clock = { now: '2026-11-23T15:00:00.000Z' };
  const shared = { store, rules, clock: () => clock.now, log: () => undefined };
  const limits = mailboxLimits(tables.client, tableName, Date.now);
  const { sender, mails } = scriptedSender();
  const mailer = aMailer({
    ...shared,
    sender,
    mailboxLimits: limits,
    sendRate: dynamoSendRate(tables.client, tableName, async () => plenty, Date.now),
  });
  const site = createSite({
    ...shared,
    organization: 'Maple Street School',
    retentionDays: 730,
    tokens: linkTokens(keys),
    limits: signUpLimits(
      tables.client,
      tableName,
      { perSourcePerHour: 1000, perHour: 1000, key: 'c'.repeat(32) },
      Date.now,
      () => undefined,
    ),
    sourceAddress: () => '203.0.113.7',
    addressIdOf: addressIdOf('c'.repeat(32)),
    newId: () => 'd'.repeat(32),
  });

  const steps: Step[] = [];
  async function step(name: string, act: () => Promise<unknown>): Promise<void> {
    counted.reset();
    await act();
    steps.push({ name, ...counted.units });
  }
  const post = async (path: string, form: Record<string, string>) => {
    const response = await site.request(path, { method: 'POST', body: new URLSearchParams(form) });
    if (response.status !== 303) throw new Error(`${path}: ${response.status}`);
  };
  let told = 0;
  const lastMail = (): OutgoingEmail => {
    const mail = mails.at(-1);
    if (mail === undefined || mails.length === told) throw new Error('No mail was sent.');
    return mail;
  };
  async function mailed(name: string, type: 'candidate' | 'sign-up', id: string): Promise<void> {
    const result = { sent: 0, skipped: 0, failed: 0 };
    await step(`${name}: sent`, () => sendDueEmails(mailer, { type, id }, result, () => true));
    const { tags } = lastMail();
    told = mails.length;
    await step(`${name}: SES reports send and delivery`, async () => {
      for (const report of ['send', 'delivery'] as const)
        await applyDeliveryEvent(
          { ...shared, mailboxLimits: limits },
          { type: report, messageId: `message-${mails.length}`, tags },
        );
    });
  }
  const tokenFor = (page: string) => {
    const [, token] =
      new RegExp(`${page}\\?token=(\\S+)`).exec(emailText(lastMail().content)) ?? [];
    if (token === undefined) throw new Error(`No link to ${page}.`);
    return token;
  };

  await step('sign-up', () =>
    post('/sign-up', {
      name: 'Ana Flores',
      email: 'ana.flores@example.com',
      cohort: 'Spring A',
      attemptDate: '2026-11-20',
      attemptNumber: '1',
      membership: 'member',
      timeZone: 'America/New_York',
      consent: 'yes',
    }),
  );
  const result = { sent: 0, skipped: 0, failed: 0 };
  await step('confirmation: sent', () =>
    sendDueEmails(mailer, { type: 'sign-up', id: 'd'.repeat(32) }, result, () => true),
  );
  const token = tokenFor('/confirm');
  const { tags } = lastMail();
  const id = tags.candidateId;
  await step('confirmation: SES reports send and delivery', async () => {
    for (const report of ['send', 'delivery'] as const)
      await applyDeliveryEvent(
        { ...shared, mailboxLimits: limits },
        { type: report, messageId: 'message-1', tags },
      );
  });
  told = mails.length;
  await step('confirm', () => post('/confirm', { token }));
  let my = '';
  const attempts = ['2026-11-20', '2026-12-28', '2027-02-08'];
  for (const [index, attemptDate] of attempts.entries()) {
    const attemptNumber = String(index + 1);
    if (index > 0) {
      clock.now = `${attemptDate}T20:00:00.000Z`;
      await step(`attempt ${attemptNumber}`, () =>
        post('/my/attempts', { token: my, attemptNumber, attemptDate }),
      );
    }
    const kind = index < 2 ? `study plan ${attemptNumber}` : 'attempts used';
    const before = mails.length;
    await step(`${kind}: sent`, () =>
      sendDueEmails(mailer, { type: 'candidate', id }, result, () => true),
    );
    if (mails.length === before) throw new Error(`No ${kind}.`);
    if (index === 0) my = tokenFor('/my');
    await reportAll(`${kind}: SES reports send and delivery`, before);
    if (index === 2) continue;
    clock.now = new Date(
      Date.parse(`${attemptDate}T16:00:00.000Z`) + 31 * 86_400_000,
    ).toISOString();
    await mailed(`reminder ${attemptNumber}`, 'candidate', id);
  }
  await tables.close();
  return steps;

  async function reportAll(name: string, from: number): Promise<void> {
    await step(name, async () => {
      for (const mail of mails.slice(from))
        for (const report of ['send', 'delivery'] as const)
          await applyDeliveryEvent(
            { ...shared, mailboxLimits: limits },
            {
              type: report,
              messageId: `message-${mails.indexOf(mail) + 1}`,
              tags: mail.tags,
            },
          );
    });
    told = mails.length;
  }
}
