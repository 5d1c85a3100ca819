import { isCandidateId, type Tombstone, tombstoneOf } from '../core/candidate.ts';
import { disownedLink, erasedLink } from '../core/pending-link.ts';
import type { Staff } from '../core/staff.ts';
import { completeMove, releaseAddress } from './addresses.ts';
import type { Log } from './log-events.ts';
import type { Clock, Store } from './ports.ts';
import { change, update } from './update.ts';

/** Leaves a tombstone, and queues the email that says so; after a crash at any point, the same call completes it. */
export async function erase(
  { store, clock, log }: { store: Store; clock: Clock; log: Log },
  id: string,
  by?: Staff,
): Promise<'erased' | 'not-found'> {
  if (!isCandidateId(id)) return 'not-found';
  const candidate = await store.read('candidate', id);
  if (candidate?.addressMove) await completeMove(store, id, clock());
  if (candidate?.enrollment) {
    await change(store, 'pending-link', candidate.enrollment.linkId, (link) =>
      'purpose' in link ? disownedLink(link) : undefined,
    );
  }
  // Logged before erasing, because a repeat after a crash no longer finds the candidate.
  if (candidate && by) log('staff-action', { id, action: 'erased', by: by.id });
  let isErased = candidate !== undefined;
  const tombstone = await update<'candidate', Tombstone | undefined>(store, 'candidate', id, async (known) => {
    if (known === undefined) return { result: await store.read('tombstone', id) };
    isErased = true;
    const next = tombstoneOf(known, clock(), by?.id);
    return { save: next, result: next };
  });
  if (tombstone?.notify) {
    const now = clock();
    await store.save(erasedLink(id, tombstone.notify, now), { wakeMailerAt: now });
    // Forgotten only now, so that a crash loses nobody; a link that is there already stays.
    await change(store, 'tombstone', id, (known) => ({ ...known, notify: undefined }));
  }
  for (const addressId of tombstone?.addressIds ?? []) await releaseAddress(store, addressId, id);
  return isErased ? 'erased' : 'not-found';
}

/** Voids a link that is no longer needed. One that is already being confirmed stays: its confirmation holds. */
export function revokeLink(store: Store, id: string): Promise<void> {
  return change(store, 'pending-link', id, (link) => (link.state === 'waiting' ? disownedLink(link) : undefined));
}
