import { applyDeliveryEvent } from '../../lambdas/services/delivery-events.ts';
import type { OutgoingEmail } from '../../lambdas/services/ports.ts';
import { sendDueEmails } from '../../lambdas/services/send-emails.ts';
import { scriptedSender } from '../support/mailer.ts';
import { serviceOnTable } from '../support/service-on-table.ts';
import { tokenIn } from '../support/site.ts';
import { startTables } from '../support/table.ts';
import { formOn } from './people.ts';
import { type Units, unitCounter } from './units.ts';

export type Step = Units & { name: string };

const linkId = 'd'.repeat(32);
const candidateId = '0123456789abcdef0123456789abcdef';

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
  const ids = [linkId, candidateId];
  const newId = () => ids.shift() ?? 'unexpected';
  const { site, shared, newMailer } = serviceOnTable(tables.client, tableName, { clock: () => clock.now, newId });
  const { sender, mails } = scriptedSender();
  const mailer = newMailer(sender);

  const posted = (name: string, path: string, form: Record<string, string>) =>
    step(name, async () => {
      const { status } = await site.request(path, { method: 'POST', body: new URLSearchParams(form) });
      if (status !== 303) throw new Error(`${path}: ${status}`);
    });
  /** Sends what is due of this record, and gives the email. */
  async function mailed(name: string, type: 'candidate' | 'pending-link', id: string): Promise<OutgoingEmail> {
    const result = { sent: 0, skipped: 0, failed: 0 };
    await step(`${name}: sent`, () => sendDueEmails(mailer, { type, id }, result, () => true));
    const [mail] = mails.splice(0);
    if (mail === undefined) throw new Error(`No ${name}.`);
    await step(`${name}: SES’s send and delivery events`, async () => {
      for (const report of ['send', 'delivery'] as const)
        await applyDeliveryEvent(shared, { type: report, tags: mail.tags });
    });
    return mail;
  }

  const answers = { ...formOn('2026-11-20'), ...(checkIns && { checkIns: 'yes' }) };
  await posted('sign-up', '/sign-up', answers);
  const confirmation = await mailed('confirmation', 'pending-link', linkId);
  await posted('confirm', '/confirm', { token: tokenIn(confirmation) });
  let token = '';
  for (const next of way) {
    if ('email' in next && !checkIns && /^(halfway|week)/.test(next.email)) continue;
    clock.now = `${next.at}:00.000Z`;
    if ('email' in next) token = tokenIn(await mailed(next.email, 'candidate', candidateId));
    else await posted(next.form, `/my/${next.form}`, { token, ...next.fields });
  }
  await tables.close();
  return steps;
}
