import type { Candidate } from '../core/candidate.ts';
import type { PendingLink } from '../core/pending-link.ts';
import type { Instant } from '../core/time.ts';

/** What is stored as one item, and has emails to send. */
export type StoredRecord = Candidate | PendingLink;

export type RecordRef = Pick<StoredRecord, 'type' | 'id'>;

/** Reads are of the latest write. What is stored but can't be understood is an error that names the record's id. */
export interface Store {
  candidate(id: string): Promise<Candidate | undefined>;
  signUp(id: string): Promise<PendingLink | undefined>;
  /**
   * Writes the record as its next version, if it is stored at just the version it was read at (0:
   * not at all). False where somebody else wrote, or removed it, in between.
   *
   * With `wakeMailerAt`, the write wakes the mailer where an email is due at that moment.
   */
  save(record: StoredRecord, options?: { wakeMailerAt?: Instant }): Promise<boolean>;
  /** Nothing to remove is no error. */
  remove(ref: RecordRef): Promise<void>;
  /** Removes the record if it is stored at just the version it was read at; false where it is not. */
  removeUnchanged(record: StoredRecord): Promise<boolean>;
  /** Records with an email that wants attention by then, the longest waiting first; may lag behind writes, so read each before acting. */
  due(by: Instant): AsyncIterable<RecordRef>;
  /** How many candidates carry the flag `third-attempt-used`; may lag behind writes. */
  countThirdAttemptUsed(): Promise<number>;
}

/** Whether there is nothing to write: repeats of a deed are not to contend with each other. */
export function isUnchanged<T>(known: T | undefined, next: T): boolean {
  return inFixedOrder(known) === inFixedOrder(next);
}

/** What is stored and read back has its fields in another order than what was put together here. */
function inFixedOrder(content: unknown): string | undefined {
  return JSON.stringify(content, (_key, value) =>
    value instanceof Object && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}

/** The write kept losing to others; nothing was changed. */
class ContentionError extends Error {
  override name = 'ContentionError';
}

const maxWrites = 100;

/**
 * Reads, changes and writes a record, again from the start where somebody else wrote in between. The
 * change gets the record as stored, and gives the record to write or undefined to leave it alone.
 */
export async function update<R>(
  attempt: () => Promise<{ save: StoredRecord | undefined; result: R }>,
  save: (record: StoredRecord) => Promise<boolean>,
): Promise<R> {
  for (let writes = 0; writes < maxWrites; writes += 1) {
    const { save: record, result } = await attempt();
    if (record === undefined || (await save(record))) return result;
  }
  throw new ContentionError(`Gave up after ${maxWrites} conflicting writes.`);
}
