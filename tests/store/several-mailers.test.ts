import type { SESClient } from '@aws-sdk/client-ses';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sesClient, sesSender } from '../../lambdas/adapters/ses/ses-sender.ts';
import type { Log } from '../../lambdas/services/log-events.ts';
import type { Store } from '../../lambdas/services/ports.ts';
import { type MailerDependencies, sweep } from '../../lambdas/services/send-emails.ts';
import { aCandidate, aPendingLink } from '../support/builders.ts';
import { aMailer } from '../support/mailer.ts';
import { type SesEndpoint, startSesEndpoint } from '../support/ses-endpoint.ts';
import { tablesForTests } from '../support/suite-tables.ts';
import { localAws, storeOn } from '../support/table.ts';

const now = '2026-11-23T15:00:00.000Z';
const dueMails = 150;

const tables = await tablesForTests();
let ses: SesEndpoint;
let client: SESClient;

beforeEach(async () => {
  ses = await startSesEndpoint();
  vi.stubEnv('AWS_ENDPOINT_URL_SES', ses.url);
  for (const [name, value] of Object.entries(localAws)) vi.stubEnv(name, value);
  // So long that a busy machine is never taken for a silent SES.
  client = sesClient(60_000);
});

afterEach(async () => {
  client.destroy();
  vi.unstubAllEnvs();
  await ses.close();
});

/** Half of them links to confirm, half of them reminders of candidates. */
async function saveDueRecords(store: Store): Promise<string[]> {
  const ids = Array.from({ length: dueMails / 2 }, (_, index) => `a${index}`);
  const records = ids.flatMap((id) => [
    aPendingLink({ id: `s-${id}`, candidateId: id, email: `${id}@example.com`, at: now }),
    aCandidate({ id: `c-${id}`, email: `${id}@example.com`, attempts: ['2026-10-20'], at: now }),
  ]);
  const emails = records.flatMap((record) => record.emails);
  expect(emails.filter(({ dueAt }) => dueAt <= now)).toHaveLength(dueMails);
  while (records.length > 0) await Promise.all(records.splice(0, 25).map((record) => store.save(record)));
  return ids.flatMap((id) => [`c-${id} reminder-1-1-2026-11-19`, `s-${id} confirmation`]).sort();
}

function mailers(count: number, tableName: string, log: Log): MailerDependencies[] {
  return Array.from({ length: count }, () =>
    aMailer({
      store: storeOn(tables.client, tableName),
      sender: sesSender(client, {
        from: { name: 'School', address: 'no-reply@example.org' },
        replyTo: 'office@example.org',
      }),
      clock: () => now,
      log,
    }),
  );
}

const run = (mailer: MailerDependencies) => sweep(mailer, { concurrency: 10, hasTime: () => true });

describe('three mailers at the same time', () => {
  test('send each of 150 due emails once', { timeout: 60_000 }, async () => {
    const tableName = await tables.create();
    const due = await saveDueRecords(storeOn(tables.client, tableName));
    const unsent: object[] = [];
    const atWork = mailers(3, tableName, (event, fields) => {
      if (!('outcome' in fields && fields.outcome === 'accepted')) unsent.push({ event, ...fields });
    });

    const results = await Promise.all(atWork.map(run));

    expect(unsent).toEqual([]);
    const sent = ses.messages.map(({ tags }) => `${tags['record-id']} ${tags['email-key']}`);
    expect(sent.sort()).toEqual(due);
    expect(results.reduce((sum, result) => sum + result.sent, 0)).toBe(dueMails);
    for (const result of results) {
      expect(result).toMatchObject({ skipped: 0, failed: 0 });
      expect(result.sent).toBeGreaterThan(0);
    }

    const again = await Promise.all(atWork.map(run));
    expect(again).toEqual(atWork.map(() => ({ sent: 0, skipped: 0, failed: 0 })));
    expect(ses.requests).toBe(dueMails);
  });
});
