import type { Context, DynamoDBBatchResponse } from 'aws-lambda';
import { mailerEventFrom, type Woken } from '../adapters/mailer-event.ts';
import { onFirstCall } from '../adapters/on-first-call.ts';
import { concurrencyFor } from '../adapters/pace.ts';
import { withSecrets } from '../adapters/secrets.ts';
import { logNotMailed, type Mailer, mailRecord, sweep, type Tally } from '../core/mailing.ts';
import { mailerSettings } from './settings.ts';
import { mailerFrom } from './wiring/mailer.ts';

const started = onFirstCall(async () => mailerFrom(mailerSettings(await withSecrets(process.env))));

/** Each minute it sends all that is due; woken by the stream, what the woken records have due. */
export async function handler(
  event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<Tally | DynamoDBBatchResponse> {
  const call = mailerEventFrom(event);
  const mailer = await started();
  const reserve = context.getRemainingTimeInMillis() * 0.2;
  const hasTime = () => context.getRemainingTimeInMillis() > reserve;
  if (call !== 'tick') return { batchItemFailures: await mailEach(mailer, call, hasTime) };
  const tally = await sweep(mailer, {
    concurrency: concurrencyFor(await mailer.quota()),
    hasTime,
  });
  mailer.log('swept', { ...tally, secondsOverdue: await mailer.secondsOverdue() });
  return tally;
}

async function mailEach(mailer: Mailer, woken: Woken[], hasTime: () => boolean) {
  const failures: DynamoDBBatchResponse['batchItemFailures'] = [];
  for (const { ref, sequenceNumber } of woken) {
    const tally = { sent: 0, skipped: 0, failed: 0 };
    try {
      if ((await mailRecord(mailer, ref, tally, hasTime)) === 'stop-sweep') break;
    } catch (error) {
      logNotMailed(mailer, ref, error);
      failures.push({ itemIdentifier: sequenceNumber });
    }
  }
  return failures;
}
