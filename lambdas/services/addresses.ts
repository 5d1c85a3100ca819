import { type Address, isRenewalDue, newAddress } from '../core/address.ts';
import { type AddressMove, type Candidate, isTold } from '../core/candidate.ts';
import { clearBounce, withComplaint } from '../core/email-preferences.ts';
import { movedLink, type NewAddressLink } from '../core/pending-link.ts';
import { trimmed } from '../core/record-size.ts';
import type { Rules } from '../core/rules.ts';
import { hasLapsed } from '../core/status.ts';
import type { Instant } from '../core/time.ts';
import type { Store } from './ports.ts';
import { ContentionError, change, update } from './update.ts';

export async function candidateAt(store: Store, addressId: string, now: Instant): Promise<Candidate | undefined> {
  const address = await store.read('address', addressId);
  const candidate = address?.candidateId && (await store.read('candidate', address.candidateId));
  if (!candidate || candidate.addressId !== addressId || hasLapsed(candidate, now)) return undefined;
  return candidate;
}

export async function confirmedCandidateAt(
  store: Store,
  addressId: string,
  now: Instant,
): Promise<Candidate | undefined> {
  const candidate = await candidateAt(store, addressId, now);
  return candidate?.enrollment ? undefined : candidate;
}

/**
 * Assigns the address to the candidate `newId`, who may not be written yet, unless another candidate holds it.
 * Returns the candidate who holds it now; undefined if `newId` has been erased.
 */
export function claimAddress(
  store: Store,
  addressId: string,
  newId: string,
  now: Instant,
  { isProvisional }: { isProvisional?: true } = {},
): Promise<{ candidateId: string; complainedAt: Instant | undefined } | undefined> {
  return update(store, 'address', addressId, async (known) => {
    const address = known ?? newAddress(addressId, now);
    const { candidateId, complainedAt } = address;
    const hold = candidateId === newId ? 'theirs' : await holdOn(store, address, now);
    if (candidateId && hold !== 'none') {
      // A claim that stands is written again, so that whoever found the address free before fails.
      const isRenewed = hold !== 'held' || (address.isProvisional && !isProvisional);
      const renewed = { ...address, isProvisional, renewedAt: now };
      return { save: isRenewed ? renewed : undefined, result: { candidateId, complainedAt } };
    }
    if (await store.read('tombstone', newId)) return { result: undefined };
    return {
      save: { ...address, candidateId: newId, isProvisional, renewedAt: now },
      result: { candidateId: newId, complainedAt },
    };
  });
}

/** Unless the candidate is there or moving there; a complaint about the address is kept. */
export function releaseAddress(store: Store, addressId: string, candidateId: string): Promise<void> {
  return update(store, 'address', addressId, async (address) => {
    if (address?.candidateId !== candidateId) return { result: undefined };
    // Read after the address: a move back writes its intent first, and the address after that.
    const candidate = await store.read('candidate', candidateId);
    if (candidate?.addressId === addressId || candidate?.addressMove?.to === addressId) return { result: undefined };
    return address.complainedAt === undefined
      ? { remove: address, result: undefined }
      : { save: { ...address, candidateId: undefined }, result: undefined };
  });
}

/** Also trims the candidate to a record's size, and renews the claim on the address if that is due. */
export async function markActive(store: Store, candidate: Candidate, now: Instant): Promise<Candidate> {
  const active = trimmed({ ...candidate, activeAt: now }, now);
  if (!isRenewalDue(candidate.activeAt, now)) return active;
  await change(store, 'address', candidate.addressId, (address) =>
    address.candidateId === candidate.id ? { ...address, renewedAt: now } : undefined,
  );
  return active;
}

/** Stops all email to this address, no matter who holds it. */
export function rememberComplaint(store: Store, addressId: string, now: Instant): Promise<void> {
  return update(store, 'address', addressId, (known = newAddress(addressId, now)) => ({
    save: known.complainedAt === undefined ? { ...known, complainedAt: now } : undefined,
    result: undefined,
  }));
}

export function forgetComplaint(store: Store, addressId: string): Promise<void> {
  return change(store, 'address', addressId, (known) => ({ ...known, complainedAt: undefined }));
}

type MoveDependencies = { store: Store; rules: Rules; newId: () => string };
type NewAddress = { email: string; addressId: string; asked?: NewAddressLink['asked'] };
type MoveOutcome = 'changed' | 'taken' | 'outdated' | 'not-found';
type Moved = MoveOutcome | AddressMove | 'superseded';

const maxMoves = 20;

/** Moves a candidate to an address that was confirmed; after a crash at any step, the same call continues. */
export async function changeAddress(
  dependencies: MoveDependencies,
  id: string,
  to: NewAddress,
  now: Instant,
): Promise<MoveOutcome> {
  const { store } = dependencies;
  await completeMove(store, id, now);
  for (let moves = 0; moves < maxMoves; moves += 1) {
    const outcome = await move(dependencies, id, to, now);
    if (outcome === 'superseded') continue;
    if (typeof outcome === 'string') return outcome;
    await completeMove(store, id, now, outcome);
    return 'changed';
  }
  throw new ContentionError(`Gave up after ${maxMoves} superseded moves.`);
}

/**
 * Writes the intent, the address, and the candidate, in this order. Calls for the same address share one intent, or
 * they would keep replacing each other's. It has an id of its own: a call for another address, or a candidate who
 * confirms this one first, replaces or removes it, and then this call must not complete.
 */
async function move(
  { store, rules, newId }: MoveDependencies,
  id: string,
  to: NewAddress,
  now: Instant,
): Promise<Moved> {
  const begun = await update<'candidate', MoveOutcome | AddressMove>(store, 'candidate', id, (candidate) => {
    if (candidate === undefined) return { result: 'not-found' };
    if (isOutdated(candidate, to)) return { result: 'outdated' };
    if (candidate.addressId === to.addressId) return { result: 'changed' };
    const underway = candidate.addressMove;
    if (underway?.to === to.addressId) return { result: underway };
    const notify = isTold(candidate) ? candidate.email : undefined;
    const addressMove = { id: newId(), from: candidate.addressId, to: to.addressId, notify };
    return { save: { ...candidate, addressMove }, result: addressMove };
  });
  if (typeof begun === 'string') return begun;

  const claimed = await claimAddress(store, to.addressId, id, now);
  const outcome = await update<'candidate', Moved>(store, 'candidate', id, (candidate) => {
    if (candidate === undefined) return { result: 'not-found' };
    if (candidate.addressMove?.id !== begun.id) return { result: 'superseded' };
    if (claimed?.candidateId !== id)
      return { save: { ...candidate, addressMove: undefined }, wakeMailerAt: now, result: 'taken' };
    const moved = withComplaint(movedTo(candidate, to, rules, now), claimed.complainedAt);
    return { save: moved, wakeMailerAt: now, result: begun };
  });
  if (outcome === 'not-found') await releaseAddress(store, to.addressId, id);
  return outcome;
}

function movedTo(candidate: Candidate, { email, addressId }: NewAddress, rules: Rules, now: Instant): Candidate {
  const moved = { ...candidate, email, addressId, activeAt: now };
  const cleared = clearBounce(moved, rules, now);
  return 'candidate' in cleared ? cleared.candidate : moved;
}

/** Whether the candidate has moved elsewhere, or has ended their old links, since they asked. */
function isOutdated({ addressId, linkSeries = 0 }: Candidate, to: NewAddress): boolean {
  if (to.asked === undefined) return false;
  const hasMoved = addressId !== to.asked.addressId && addressId !== to.addressId;
  return hasMoved || linkSeries !== (to.asked.linkSeries ?? 0);
}

/** A move that was just made counts even if the candidate has been erased or has moved again meanwhile. */
export async function completeMove(store: Store, id: string, now: Instant, justMade?: AddressMove): Promise<void> {
  const candidate = await store.read('candidate', id);
  const move = justMade ?? candidate?.addressMove;
  if (move === undefined || (!justMade && move.to !== candidate?.addressId)) return;
  if (move.notify !== undefined) await store.save(movedLink(id, move, move.notify, now), { wakeMailerAt: now });
  await releaseAddress(store, move.from, id);
  await change(store, 'candidate', id, (known) =>
    known.addressMove?.id === move.id ? { ...known, addressMove: undefined } : undefined,
  );
}

/** `awaited` if its candidate isn't written yet: another request is about to, and this one writes to the same id. */
async function holdOn(store: Store, { id, candidateId }: Address, now: Instant): Promise<'none' | 'awaited' | 'held'> {
  if (candidateId === undefined) return 'none';
  const candidate = await store.read('candidate', candidateId);
  if (candidate === undefined) return (await store.read('tombstone', candidateId)) ? 'none' : 'awaited';
  if (candidate.addressId === id) return hasLapsed(candidate, now) ? 'none' : 'held';
  if (candidate.addressMove?.to !== id) return 'none';
  return (await abandonMove(store, candidateId, id)) ? 'none' : 'held';
}

/** For someone who confirmed the address first. False if the move was completed in the meantime. */
function abandonMove(store: Store, candidateId: string, addressId: string): Promise<boolean> {
  return update(store, 'candidate', candidateId, (candidate) => {
    if (candidate?.addressId === addressId) return { result: false };
    const isMoving = candidate?.addressMove?.to === addressId;
    return { save: isMoving ? { ...candidate, addressMove: undefined } : undefined, result: true };
  });
}
