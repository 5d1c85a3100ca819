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

/** What happens after confirming, and when: an email falls due, or the candidate sends a form. */
const way: ({ at: string; email: string } | { at: string; form: string; fields: object })[] = [
  { at: '2026-11-23T15:00', email: 'study plan 1' },
  { at: '2026-12-05T16:00', email: 'halfway 1' },
  { at: '2026-12-13T16:00', email: 'week to go 1' },
  { at: '2026-12-20T16:00', email: 'reminder 1' },
  { at: '2026-12-21T20:00', form: 'booked', fields: { examDate: '2027-01-05' } },
  { at: '2027-01-04T16:00', email: 'exam eve' },
  { at: '2027-01-06T16:00', email: 'follow-up' },
  { at: '2027-01-06T20:00', form: 'attempts', fields: { attemptNumber: '2', attemptDate: '2027-01-05' } },
  { at: '2027-01-06T20:00', email: 'study plan 2' },
  { at: '2027-01-20T16:00', email: 'halfway 2' },
  { at: '2027-01-28T16:00', email: 'week to go 2' },
  { at: '2027-02-04T16:00', email: 'reminder 2' },
  { at: '2027-02-06T16:00', form: 'passed', fields: {} },
];

/** One candidate from sign-up to passing, over the real table, with the units of each step. */
export async function journey({ checkIns }: { checkIns: boolean }): Promise<Step[]> {
  const tables = await startTables();
  const tableName = await tables.create();
  const unitsOf = unitCounter(tables.client);
  const steps: Step[] = [];
  const step = async (name: string, act: () => Promise<unknown>) => steps.push({ name, ...(await unitsOf(act)) });

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
    return { text: emailText(content) };
  }

  const answers = { ...signUpForm('2026-11-20'), ...(checkIns && { checkIns: 'yes' }) };
  await step('sign-up', () => post('/sign-up', answers));
  const confirmation = await mailed('confirmation', 'pending-link', linkId);
  await step('confirm', () => post('/confirm', { token: tokenIn(confirmation.text, '/confirm') }));
  let token = '';
  for (const next of way) {
    if ('email' in next && !checkIns && /^(halfway|week)/.test(next.email)) continue;
    clock.now = `${next.at}:00.000Z`;
    if ('email' in next) token = tokenIn((await mailed(next.email, 'candidate', candidateId)).text, '/my');
    else await step(next.form, () => post(`/my/${next.form}`, { token, ...next.fields }));
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
      for (const type of ['send', 'delivery'] as const) await applyDeliveryEvent(shared, { type, tags });
    },
  };
}

function idsInTurn(ids: string[]): () => string {
  return () => ids.shift() ?? 'unexpected';
}

function tokenIn(text: string, page: string): string {
  const [, token] = new RegExp(`${page}\\?token=([\\w.-]+)`).exec(text) ?? [];
  if (token === undefined) throw new Error(`No link to ${page}.`);
  return token;
}
