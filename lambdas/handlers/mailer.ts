import type { Context, DynamoDBBatchResponse } from 'aws-lambda';
import * as z from 'zod/mini';
import { refFrom } from '../adapters/dynamo-store.ts';
import { concurrencyFor } from '../adapters/pace.ts';
import { logNotMailed, mailRecord, sweep, type Tally } from '../core/mailing.ts';
import { mailerSettings } from './settings.ts';
import { mailerFrom } from './wiring.ts';

const mailer = mailerFrom(mailerSettings(process.env));

const eventSchema = z.union([
  z.object({ source: z.literal('scheduler') }),
  z.object({
    Records: z.array(
      z.object({
        dynamodb: z.object({
          SequenceNumber: z.string(),
          Keys: z.object({ pk: z.object({ S: z.string() }) }),
        }),
      }),
    ),
  }),
]);

/** Each minute it sends all that is due; woken by the stream, what the woken records have due. */
export async function handler(
  event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<Tally | DynamoDBBatchResponse> {
  const parsed = eventSchema.parse(event);
  const reserve = context.getRemainingTimeInMillis() * 0.2;
  const hasTime = () => context.getRemainingTimeInMillis() > reserve;
  if ('Records' in parsed) return { batchItemFailures: await mailEach(parsed.Records, hasTime) };
  return sweep(mailer, { concurrency: concurrencyFor(await mailer.quota()), hasTime });
}

async function mailEach(
  records: { dynamodb: { SequenceNumber: string; Keys: { pk: { S: string } } } }[],
  hasTime: () => boolean,
) {
  const failures: DynamoDBBatchResponse['batchItemFailures'] = [];
  for (const { dynamodb } of records) {
    const ref = refFrom(dynamodb.Keys.pk.S);
    const tally = { sent: 0, skipped: 0, failed: 0 };
    try {
      if ((await mailRecord(mailer, ref, tally, hasTime)) === 'stop-sweep') break;
    } catch (error) {
      logNotMailed(mailer, ref, error);
      failures.push({ itemIdentifier: dynamodb.SequenceNumber });
    }
  }
  return failures;
}
