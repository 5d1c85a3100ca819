import type { Context, DynamoDBBatchResponse } from 'aws-lambda';
import { mailerEventFrom, type StreamRecord } from '../adapters/lambda/mailer-event.ts';
import { withSecrets } from '../adapters/lambda/secret-environment.ts';
import { once } from '../adapters/once.ts';
import { concurrencyFor } from '../adapters/ses/send-quota.ts';
import {
  logUnsendable,
  type MailerDependencies,
  type SweepResult,
  sendDueEmails,
  sweep,
} from '../services/send-emails.ts';
import { mailerFrom } from './dependencies/mailer-dependencies.ts';
import { mailerSettings } from './environment.ts';

const started = once(async () => mailerFrom(mailerSettings(await withSecrets(process.env))));

/**
 * Invoked by the scheduler, sends everything due; invoked by the stream, only what its records have
 * due.
 */
export async function handler(
  event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<SweepResult | DynamoDBBatchResponse> {
  const trigger = mailerEventFrom(event);
  const mailer = await started();
  const reserve = context.getRemainingTimeInMillis() * 0.2;
  const hasTime = () => context.getRemainingTimeInMillis() > reserve;
  if (trigger !== 'tick') return { batchItemFailures: await sendForRecords(mailer, trigger, hasTime) };
  const result = await sweep(mailer, {
    concurrency: concurrencyFor(await mailer.quota()),
    hasTime,
  });
  mailer.log('sweep-completed', { ...result, secondsOverdue: await mailer.secondsOverdue() });
  return result;
}

async function sendForRecords(mailer: MailerDependencies, records: StreamRecord[], hasTime: () => boolean) {
  const failures: DynamoDBBatchResponse['batchItemFailures'] = [];
  for (const { ref, sequenceNumber } of records) {
    const result = { sent: 0, skipped: 0, failed: 0 };
    try {
      if ((await sendDueEmails(mailer, ref, result, hasTime)) === 'stop-sweep') break;
    } catch (error) {
      logUnsendable(mailer, ref, error);
      failures.push({ itemIdentifier: sequenceNumber });
    }
  }
  return failures;
}
