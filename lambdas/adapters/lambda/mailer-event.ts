import * as z from 'zod/mini';
import { refFrom } from '../dynamodb/stored-item.ts';

const eventSchema = z.union([
  z.object({ source: z.literal('scheduler') }),
  z.object({
    Records: z.array(
      z.object({
        dynamodb: z.object({ SequenceNumber: z.string(), Keys: z.object({ pk: z.object({ S: z.string() }) }) }),
      }),
    ),
  }),
]);

/** What invoked the mailer: the scheduler's tick every minute, or the table's stream. Throws on anything else. */
export function mailerEventFrom(event: unknown) {
  const parsed = eventSchema.parse(event);
  if (!('Records' in parsed)) return 'tick';
  return parsed.Records.map(({ dynamodb }) => ({
    ref: refFrom(dynamodb.Keys.pk.S),
    sequenceNumber: dynamodb.SequenceNumber,
  }));
}
