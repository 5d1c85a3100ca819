import { addressCaps, signUpCaps } from '../../lambdas/adapters/dynamo-caps.ts';
import { letterText } from '../../lambdas/adapters/letter-text.ts';
import { dynamoPace } from '../../lambdas/adapters/pace.ts';
import { identify, linkTokens } from '../../lambdas/adapters/tokens.ts';
import { recordMailEvent } from '../../lambdas/core/mail-events.ts';
import type { Mail } from '../../lambdas/core/mailing.ts';
import { mailRecord } from '../../lambdas/core/mailing.ts';
import { createSite } from '../../lambdas/web/site.tsx';
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
  const caps = addressCaps(tables.client, tableName, Date.now);
  const { sender, mails } = scriptedSender();
  const mailer = aMailer({
    ...shared,
    sender,
    addressCaps: caps,
    pace: dynamoPace(tables.client, tableName, async () => plenty, Date.now),
  });
  const site = createSite({
    ...shared,
    organization: 'Maple Street School',
    retentionDays: 730,
    tokens: linkTokens(keys),
    caps: signUpCaps(
      tables.client,
      tableName,
      { perSourcePerHour: 1000, perHour: 1000, key: 'c'.repeat(32) },
      Date.now,
      () => undefined,
    ),
    sourceAddress: () => '203.0.113.7',
    identify: identify('c'.repeat(32)),
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
  const lastMail = (): Mail => {
    const mail = mails.at(-1);
    if (mail === undefined || mails.length === told) throw new Error('No mail was sent.');
    return mail;
  };
  async function mailed(name: string, type: 'candidate' | 'sign-up', id: string): Promise<void> {
    const tally = { sent: 0, skipped: 0, failed: 0 };
    await step(`${name}: sent`, () => mailRecord(mailer, { type, id }, tally, () => true));
    const { handOver } = lastMail();
    told = mails.length;
    await step(`${name}: SES reports send and delivery`, async () => {
      for (const report of ['send', 'delivery'] as const)
        await recordMailEvent(
          { ...shared, addressCaps: caps },
          { type: report, messageId: `message-${mails.length}`, handOver },
        );
    });
  }
  const tokenFor = (page: string) => {
    const [, token] =
      new RegExp(`${page}\\?token=(\\S+)`).exec(letterText(lastMail().letter)) ?? [];
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
  const tally = { sent: 0, skipped: 0, failed: 0 };
  await step('confirmation: sent', () =>
    mailRecord(mailer, { type: 'sign-up', id: 'd'.repeat(32) }, tally, () => true),
  );
  const token = tokenFor('/confirm');
  const { handOver } = lastMail();
  const id = handOver.candidateId;
  await step('confirmation: SES reports send and delivery', async () => {
    for (const report of ['send', 'delivery'] as const)
      await recordMailEvent(
        { ...shared, addressCaps: caps },
        { type: report, messageId: 'message-1', handOver },
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
      mailRecord(mailer, { type: 'candidate', id }, tally, () => true),
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
          await recordMailEvent(
            { ...shared, addressCaps: caps },
            {
              type: report,
              messageId: `message-${mails.indexOf(mail) + 1}`,
              handOver: mail.handOver,
            },
          );
    });
    told = mails.length;
  }
}
