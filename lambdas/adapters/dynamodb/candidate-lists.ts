import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Candidate } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { type ListEntry, type ListFilter, matches, maxTotal, type Summary, summaryOf } from '../../core/list-filter.ts';
import { type Instant, minutesAfter } from '../../core/time.ts';
import type { Log } from '../../services/log-events.ts';
import type { CandidateLists } from '../../services/ports.ts';
import { batchRead } from './batch-read.ts';
import { everyone, type ListKey, listKeys } from './list-keys.ts';
import { type Item, idIn, isExpired, recordIn, UnreadableItemError } from './stored-item.ts';
import type { Table } from './table.ts';

type Source = Table & { exam: Exam; log: Log };

const summaryCacheMinutes = 1;

export function dynamoCandidateLists(client: DynamoDBClient, settings: Omit<Source, 'client'>): CandidateLists {
  const source = { client, ...settings };
  let cached: Summary | undefined;

  return {
    async page(filter, { limit, after, now, withTotal = false }) {
      const isFirst = !after;
      const readAtOnce = Math.max(limit, withTotal && isFirst ? maxTotal : 0) + 2;
      const keys = listKeys(source, filter, { after, now, readAtOnce });
      const { candidates, last, following } = await firstOf(source, keys, filter, limit, now);
      const next = following && last?.position;
      if (!withTotal) return { candidates, next };
      const total = isFirst
        ? await countUpToMax(keys, candidates.length + (following ? 1 : 0))
        : await countUpToMax(listKeys(source, filter, { now, readAtOnce: maxTotal + 1 }), 0);
      return { candidates, next, total };
    },

    async summary(now) {
      if (cached && cached.countedAt <= now && cached.countedAt >= minutesAfter(now, -summaryCacheMinutes))
        return cached;
      const entries: Pick<ListEntry, 'status' | 'cohort'>[] = [];
      for await (const { status, cohort } of everyone(source, now)) entries.push({ status, cohort });
      cached = summaryOf(entries, now);
      return cached;
    },
  };
}

async function firstOf(
  source: Source,
  keys: AsyncGenerator<ListKey, undefined>,
  filter: ListFilter,
  limit: number,
  now: Instant,
) {
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
    const isNear = last?.isNear;
    candidates.push(...rows.filter((row) => matches(row, filter, source.exam, now, isNear)));
  }
  return { candidates, last, following: next.value };
}

/** Keeps counting in the index until the list ends or the total exceeds `maxTotal`. */
async function countUpToMax(keys: AsyncGenerator<ListKey, undefined>, counted: number): Promise<number | null> {
  let total = counted;
  while (total <= maxTotal && !(await keys.next()).done) total += 1;
  return total > maxTotal ? null : total;
}

async function candidatesAt(source: Source, keys: readonly string[], now: Instant): Promise<Candidate[]> {
  const items = await batchRead(source, keys);
  return items.flatMap((item) => (item && !isExpired(item, now) ? (readCandidate(source, item) ?? []) : []));
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
