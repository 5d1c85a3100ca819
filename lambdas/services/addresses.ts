import { type Address, isRenewalDue, newAddress } from '../core/address.ts';
import type { Candidate } from '../core/candidate.ts';
import { clearBounce } from '../core/email-preferences.ts';
import type { Rules } from '../core/email-schedule.ts';
import { hasLapsed } from '../core/status.ts';
import type { Instant } from '../core/time.ts';
import type { Store } from './ports.ts';
import { update } from './update.ts';

/** The candidate who currently holds the address. */
export async function candidateAt(
  store: Store,
  addressId: string,
  now: Instant,
): Promise<Candidate | undefined> {
  const address = await store.read('address', addressId);
  const candidate = address?.candidateId && (await store.read('candidate', address.candidateId));
  if (!candidate || candidate.addressId !== addressId || hasLapsed(candidate, now))
    return undefined;
  return candidate;
}

/**
 * Assigns the address to the candidate `newId`, who may not be written yet, unless another candidate
 * holds it. Returns the candidate who holds it now; undefined if `newId` has been erased.
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
    const isTheirs = candidateId === newId;
    if (candidateId && (isTheirs || !(await isFree(store, address, candidateId, now)))) {
      const isSettled = !address.isProvisional || isProvisional;
      const settled = { ...address, isProvisional: undefined, renewedAt: now };
      return { save: isSettled ? undefined : settled, result: { candidateId, complainedAt } };
    }
    if (await store.read('tombstone', newId)) return { result: undefined };
    return {
      save: { ...address, candidateId: newId, isProvisional, renewedAt: now },
      result: { candidateId: newId, complainedAt },
    };
  });
}

/** Releases the address if the candidate holds it; a complaint about it is kept. */
export function releaseAddress(
  store: Store,
  addressId: string,
  candidateId: string,
): Promise<void> {
  return update(store, 'address', addressId, (address) => {
    if (address?.candidateId !== candidateId) return { result: undefined };
    return address.complainedAt === undefined
      ? { remove: address, result: undefined }
      : { save: { ...address, candidateId: undefined }, result: undefined };
  });
}

/** The candidate marked as active now, with the claim on the address renewed if that is due. */
export async function markActive(
  store: Store,
  candidate: Candidate,
  now: Instant,
): Promise<Candidate> {
  const active = { ...candidate, activeAt: now };
  if (!isRenewalDue(candidate, now)) return active;
  await update(store, 'address', candidate.addressId, (address) => ({
    save: address?.candidateId === candidate.id ? { ...address, renewedAt: now } : undefined,
    result: undefined,
  }));
  return { ...active, addressRenewedAt: now };
}

/** Stops all email to this address, no matter who holds it. */
export function rememberComplaint(store: Store, addressId: string, now: Instant): Promise<void> {
  return update(store, 'address', addressId, (known) => {
    if (known?.complainedAt !== undefined) return { result: undefined };
    return {
      save: { ...(known ?? newAddress(addressId, now)), complainedAt: now },
      result: undefined,
    };
  });
}

/**
 * Moves a candidate to a new address, confirmed from its mailbox. If a crash interrupts it after any
 * step, the same call continues from there.
 */
export async function changeAddress(
  { store, rules }: { store: Store; rules: Rules },
  id: string,
  to: { email: string; addressId: string },
  now: Instant,
): Promise<'changed' | 'taken' | 'not-found'> {
  await releaseFormerAddress(store, id);
  const begun = await update(store, 'candidate', id, (candidate) => {
    if (candidate === undefined) return { result: false };
    const addressMove = { from: candidate.addressId, to: to.addressId };
    const hasMoved = candidate.addressId === to.addressId;
    return { save: hasMoved ? undefined : { ...candidate, addressMove }, result: true };
  });
  if (!begun) return 'not-found';

  const claimed = await claimAddress(store, to.addressId, id, now);
  const isMoved = await update(
    store,
    'candidate',
    id,
    (candidate) => {
      if (candidate === undefined) return { result: false };
      if (candidate.addressId === to.addressId) return { result: true };
      if (claimed?.candidateId !== id || candidate.addressMove?.to !== to.addressId)
        return { save: { ...candidate, addressMove: undefined }, result: false };
      return { save: movedTo(candidate, to, rules, now), result: true };
    },
    { wakeMailerAt: now },
  );
  if (!isMoved) {
    await releaseUnlessAt(store, to.addressId, id);
    return 'taken';
  }
  await releaseFormerAddress(store, id);
  return 'changed';
}

function movedTo(
  candidate: Candidate,
  { email, addressId }: { email: string; addressId: string },
  rules: Rules,
  now: Instant,
): Candidate {
  const moved = { ...candidate, email, addressId, addressRenewedAt: now, activeAt: now };
  const cleared = clearBounce(moved, rules, now);
  return 'candidate' in cleared ? cleared.candidate : moved;
}

async function releaseFormerAddress(store: Store, id: string): Promise<void> {
  const candidate = await store.read('candidate', id);
  if (candidate?.addressMove === undefined || candidate.addressMove.to !== candidate.addressId)
    return;
  await releaseAddress(store, candidate.addressMove.from, id);
  await update(store, 'candidate', id, (known) => ({
    save: known?.addressMove && { ...known, addressMove: undefined },
    result: undefined,
  }));
}

async function releaseUnlessAt(store: Store, addressId: string, id: string): Promise<void> {
  const candidate = await store.read('candidate', id);
  if (candidate?.addressId !== addressId) await releaseAddress(store, addressId, id);
}

/**
 * Whether no candidate holds the address. If its candidate isn't written yet, another request is about
 * to write it, so the address isn't free and the second request writes to the same id.
 */
async function isFree(
  store: Store,
  { id }: Address,
  candidateId: string,
  now: Instant,
): Promise<boolean> {
  const candidate = await store.read('candidate', candidateId);
  if (candidate === undefined) return (await store.read('tombstone', candidateId)) !== undefined;
  if (candidate.addressId === id) return hasLapsed(candidate, now);
  return candidate.addressMove?.to === id ? abandonMove(store, candidateId, id) : true;
}

/**
 * A candidate moving to an address that someone else confirms first keeps the previous one. False if
 * the move was completed in the meantime.
 */
function abandonMove(store: Store, candidateId: string, addressId: string): Promise<boolean> {
  return update(store, 'candidate', candidateId, (candidate) => {
    if (candidate?.addressId === addressId) return { result: false };
    const isMoving = candidate?.addressMove?.to === addressId;
    return { save: isMoving ? { ...candidate, addressMove: undefined } : undefined, result: true };
  });
}
