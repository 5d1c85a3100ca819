import { GetSendQuotaCommand, type SESClient } from '@aws-sdk/client-ses';
import * as z from 'zod/mini';
import { errorName, type Log } from '../../services/log-events.ts';

export type Quota = { perSecond: number; leftToday: number };

/** A `Max24HourSend` of -1 means no limit. */
const quotaSchema = z.object({ Max24HourSend: z.number(), SentLast24Hours: z.number(), MaxSendRate: z.number() });

const quotaCacheMs = 60_000;
const quotaTimeoutMs = 1_000;
export const maxConcurrency = 50;

/** How many emails to send concurrently to reach the rate if each takes up to a second. */
export function concurrencyFor({ perSecond }: Quota): number {
  return Math.min(maxConcurrency, perSecond);
}

/** Read from SES at most once a minute; if SES doesn't answer, the rate from the settings. */
export function sesQuota(
  client: SESClient,
  fallbackPerSecond: number,
  nowMs: () => number,
  log: Log,
): () => Promise<Quota> {
  let cached: { quota: Promise<Quota>; readAt: number } | undefined;
  return () => {
    const now = nowMs();
    if (cached === undefined || now - cached.readAt >= quotaCacheMs)
      cached = { quota: readQuota().catch(fallback), readAt: now };
    return cached.quota;
  };

  function fallback(error: unknown): Quota {
    log('quota-unknown', { error: errorName(error) });
    return { perSecond: fallbackPerSecond, leftToday: Number.POSITIVE_INFINITY };
  }

  async function readQuota(): Promise<Quota> {
    const answer = await client.send(new GetSendQuotaCommand({}), { abortSignal: AbortSignal.timeout(quotaTimeoutMs) });
    const { Max24HourSend, SentLast24Hours, MaxSendRate } = quotaSchema.parse(answer);
    const leftToday = Max24HourSend < 0 ? Number.POSITIVE_INFINITY : Max24HourSend - SentLast24Hours;
    return { perSecond: Math.max(1, Math.floor(MaxSendRate)), leftToday };
  }
}
