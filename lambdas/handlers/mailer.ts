import type { Context, DynamoDBBatchResponse } from 'aws-lambda';
import { mailerEventFrom } from '../adapters/lambda/mailer-event.ts';
import { withSecrets } from '../adapters/lambda/secret-environment.ts';
import { once } from '../adapters/once.ts';
import { concurrencyFor } from '../adapters/ses/send-quota.ts';
import { type SweepResult, sendForRecords, sweep } from '../services/send-emails.ts';
import { mailerFrom } from './dependencies/mailer-dependencies.ts';

const started = once(async () => mailerFrom(await withSecrets(process.env)));

/** For the scheduler, sends everything due; for the stream, only what its records have due. */
export async function handler(
  event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<SweepResult | DynamoDBBatchResponse> {
  const trigger = mailerEventFrom(event);
  const mailer = await started();
  const reserve = context.getRemainingTimeInMillis() * 0.2;
  const hasTime = () => context.getRemainingTimeInMillis() > reserve;
  if (trigger !== 'tick') {
    const failed = await sendForRecords(mailer, trigger, hasTime);
    return { batchItemFailures: failed.map(({ sequenceNumber }) => ({ itemIdentifier: sequenceNumber })) };
  }
  const result = await sweep(mailer, { concurrency: concurrencyFor(await mailer.quota()), hasTime });
  mailer.log('sweep-completed', { ...result, secondsOverdue: await mailer.secondsOverdue() });
  return result;
}
