import { addressIdOf } from '../../lambdas/adapters/address-id.ts';
import { confirmationCounts } from '../../lambdas/adapters/dynamodb/confirmation-counts.ts';
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
import { signUpForm } from './people.ts';
import { type Units, unitCounter } from './units.ts';

export type Step = Units & { name: string };

const linkId = 'd'.repeat(32);
const candidateId = '0123456789abcdef0123456789abcdef';
const plenty = { perSecond: 1000, leftToday: 1_000_000 };
const attempts = ['2026-11-20', '2026-12-28'];

/** One candidate from sign-up to the second reminder, over the real table, with the units of each step. */
export async function journey(): Promise<Step[]> {
  const tables = await startTables();
  const tableName = await tables.create();
  const unitsOf = unitCounter(tables.client);
  const steps: Step[] = [];
  const step = async (name: string, act: () => Promise<unknown>) =>
    steps.push({ name, ...(await unitsOf(act)) });

  const clock = { now: '2026-11-23T15:00:00.000Z' };
  const { post, send, report } = service(tables.client, tableName, () => clock.now);
  async function mailed(name: string, type: 'candidate' | 'pending-link', id: string) {
    let mail: OutgoingEmail | undefined;
    await step(`${name}: sent`, async () => {
      mail = await send(type, id);
    });
    if (mail === undefined) throw new Error(`No ${name}.`);
    const { content, tags } = mail;
    await step(`${name}: SES’s send and delivery events`, () => report(tags));
    return { text: emailText(content), tags };
  }

  const [firstAttempt = ''] = attempts;
  await step('sign-up', () => post('/sign-up', signUpForm(firstAttempt)));
  const confirmation = await mailed('confirmation', 'pending-link', linkId);
  await step('confirm', () => post('/confirm', { token: tokenIn(confirmation.text, '/confirm') }));
  let token = '';
  for (const [index, attemptDate] of attempts.entries()) {
    const attemptNumber = String(index + 1);
    if (index > 0) {
      clock.now = `${attemptDate}T20:00:00.000Z`;
      await step(`attempt ${attemptNumber}`, () =>
        post('/my/attempts', { token, attemptNumber, attemptDate }),
      );
    }
    const plan = await mailed(`study plan ${attemptNumber}`, 'candidate', candidateId);
    token = tokenIn(plan.text, '/my');
    const inTheMorning = Date.parse(`${attemptDate}T16:00:00.000Z`) + 31 * 86_400_000;
    clock.now = new Date(inTheMorning).toISOString();
    await mailed(`reminder ${attemptNumber}`, 'candidate', candidateId);
  }
  await tables.close();
  return steps;
}

/** The site, the mailer and the event function over one table. */
function service(client: Parameters<typeof storeOn>[0], tableName: string, clock: () => string) {
  const limits = mailboxLimits(client, tableName, Date.now);
  const shared = {
    store: storeOn(client, tableName),
    confirmations: confirmationCounts(client, tableName),
    rules,
    clock,
    log: () => undefined,
  };
  const { sender, mails } = scriptedSender();
  const mailer = aMailer({
    ...shared,
    sender,
    mailboxLimits: limits,
    sendRate: dynamoSendRate(client, tableName, async () => plenty, Date.now),
  });
  const site = createSite({
    ...shared,
    organization: 'Maple Street School',
    baseUrl: 'https://example.test',
    retentionDays: 730,
    tokens: linkTokens({ signing: ['k'.repeat(32)], unsubscribe: 'u'.repeat(32) }),
    limits: signUpLimits(
      client,
      tableName,
      { perSourcePerHour: 1000, perHour: 1000, key: 'c'.repeat(32) },
      Date.now,
      () => undefined,
    ),
    sourceAddress: () => '203.0.113.7',
    addressIdOf: addressIdOf('c'.repeat(32)),
    newId: idsInTurn([linkId, candidateId]),
  });
  return {
    async post(path: string, form: Record<string, string>): Promise<void> {
      const body = new URLSearchParams(form);
      const response = await site.request(path, { method: 'POST', body });
      if (response.status !== 303) throw new Error(`${path}: ${response.status}`);
    },
    /** Sends what is due of this record, and gives the last mail if there was one. */
    async send(type: 'candidate' | 'pending-link', id: string): Promise<OutgoingEmail | undefined> {
      const before = mails.length;
      const result = { sent: 0, skipped: 0, failed: 0 };
      await sendDueEmails(mailer, { type, id }, result, () => true);
      return mails.slice(before).at(-1);
    },
    async report(tags: OutgoingEmail['tags']): Promise<void> {
      for (const type of ['send', 'delivery'] as const)
        await applyDeliveryEvent(shared, { type, tags });
    },
  };
}

function idsInTurn(ids: string[]): () => string {
  return () => ids.shift() ?? 'unexpected';
}

function tokenIn(text: string, page: string): string {
  const [, token] = new RegExp(`${page}\\?token=(\\S+)`).exec(text) ?? [];
  if (token === undefined) throw new Error(`No link to ${page}.`);
  return token;
}
