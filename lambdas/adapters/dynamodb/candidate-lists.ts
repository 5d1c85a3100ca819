import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Candidate } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { matches, type Summary, summaryOf } from '../../core/list-filter.ts';
import { type Instant, minutesAfter } from '../../core/time.ts';
import type { Log } from '../../services/log-events.ts';
import type { CandidateLists } from '../../services/ports.ts';
import { batchRead } from './batch-read.ts';
import { statusAt } from './index-keys.ts';
import { type ListKey, listKeys, positionOf } from './list-keys.ts';
import { type Item, idIn, isExpired, recordIn, UnreadableItemError } from './stored-item.ts';

type Source = { client: DynamoDBClient; tableName: string; exam: Exam; log: Log };

const summaryCacheMinutes = 1;

/** The lists of candidates, read from the table's indexes. */
export function dynamoCandidateLists(
  client: DynamoDBClient,
  settings: Omit<Source, 'client'>,
): CandidateLists {
  const source = { client, ...settings };
  let cached: Summary | undefined;

  return {
    async page(filter, { limit, after, now }) {
      const keys = listKeys(source, filter, { after: after || undefined, limit, now });
      const candidates: Candidate[] = [];
      let last: ListKey | undefined;
      let next = await keys.next();
      while (candidates.length < limit && !next.done) {
        const batch: string[] = [];
        for (; batch.length < limit - candidates.length && !next.done; next = await keys.next()) {
          last = next.value;
          batch.push(last.pk);
        }
        const rows = await candidatesAt(source, batch, now);
        // The index may lag behind, so the filter is applied again to the records themselves.
        candidates.push(...rows.filter((row) => matches(row, filter, source.exam, now)));
      }
      return { candidates, next: next.done ? undefined : positionOf(last, filter) };
    },

    async summary(now) {
      if (
        !cached ||
        cached.countedAt > now ||
        cached.countedAt < minutesAfter(now, -summaryCacheMinutes)
      )
        cached = await count(source, now);
      return cached;
    },
  };
}

async function candidatesAt(
  source: Source,
  keys: readonly string[],
  now: Instant,
): Promise<Candidate[]> {
  const items = await batchRead(source.client, source.tableName, keys);
  return items.flatMap((item) =>
    item && !isExpired(item, now) ? (readCandidate(source, item) ?? []) : [],
  );
}

/** An unreadable item must not keep staff from seeing the others. */
function readCandidate({ log }: Source, item: Item): Candidate | undefined {
  try {
    return recordIn('candidate', item);
  } catch (error) {
    if (!(error instanceof UnreadableItemError)) throw error;
    log('record-unlistable', { id: idIn(item), error: error.name });
    return undefined;
  }
}

async function count(source: Source, now: Instant): Promise<Summary> {
  const entries: Parameters<typeof summaryOf>[0][number][] = [];
  for await (const { statusKey, cohort } of listKeys(source, {}, { now })) {
    const status = statusAt(statusKey, now);
    if (status !== undefined) entries.push({ status, cohort });
  }
  return summaryOf(entries, now);
}
