import { GetSendQuotaCommand, type SESClient } from '@aws-sdk/client-ses';
import { errorName, type Log } from '../../services/log-events.ts';

/** How much mail the account may send: each second, and in what is left of its day. */
export type Quota = { perSecond: number; leftToday: number };

/** SES's answer has no quota in it. */
class UnreadableQuotaError extends Error {
  override name = 'UnreadableQuotaError';
}

const quotaCacheMs = 60_000;
const quotaTimeoutMs = 1_000;
const maxConcurrency = 50;

/** How many emails to have in hand at once, for the rate to be reached where each takes up to a second. */
export function concurrencyFor({ perSecond }: Quota): number {
  return Math.min(maxConcurrency, perSecond);
}

/** What SES says of the account, asked at most once a minute; where it can't be asked, the rate from the settings. */
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
    const answer = await client.send(new GetSendQuotaCommand({}), {
      abortSignal: AbortSignal.timeout(quotaTimeoutMs),
    });
    const { Max24HourSend, SentLast24Hours, MaxSendRate } = answer;
    if (Max24HourSend === undefined || SentLast24Hours === undefined || MaxSendRate === undefined)
      throw new UnreadableQuotaError('GetSendQuota answered without its numbers.');
    // -1 stands for no limit.
    const leftToday =
      Max24HourSend < 0 ? Number.POSITIVE_INFINITY : Max24HourSend - SentLast24Hours;
    return { perSecond: Math.max(1, Math.floor(MaxSendRate)), leftToday };
  }
}
