import { describe, expect, test } from 'vitest';
import { newAddress } from '../../lambdas/core/address.ts';
import { type Candidate, type Tombstone, tombstoneOf } from '../../lambdas/core/candidate.ts';
import { addDays24h } from '../../lambdas/core/time.ts';
import {
  candidateAt,
  changeAddress,
  claimAddress,
  markActive,
  releaseAddress,
  rememberComplaint,
} from '../../lambdas/services/addresses.ts';
import type { Store } from '../../lambdas/services/ports.ts';
import { aCandidate, rules } from '../support/builders.ts';
import { inManyOrders } from '../support/interleaved.ts';
import { memoryStore } from '../support/memory-store.ts';
import { now } from '../support/steps.ts';

const later = '2026-12-24T15:00:00.000Z';
const monthBefore = '2026-11-24T15:00:00.000Z';
const ana = aCandidate({ id: 'ana', addressId: 'home' });
const work = { email: 'ana@work.example', addressId: 'work' };
const free = { complainedAt: undefined };

/** A store with an address that points to this id, and perhaps its candidate. */
async function aStore(candidate: Candidate | Tombstone | undefined = ana, addressId = 'home') {
  const store = memoryStore();
  if (candidate) await store.save(candidate);
  await store.save({ ...newAddress(addressId, now), candidateId: candidate?.id ?? 'ana' });
  return store;
}

let moves = 0;
const newId = () => `move-${++moves}`;
const change = (store: Store, at = now) => changeAddress({ store, rules, newId }, 'ana', work, at);
const pointerOf = async (store: Store, id: string) => (await store.read('address', id))?.candidateId;

/** Ana, on her way to the address at work: claimed, but not hers yet. */
async function aMoveHalfway() {
  const store = await aStore({ ...ana, addressMove: { id: 'move', from: 'home', to: 'work', notify: ana.email } });
  await store.save({ ...newAddress('work', now), candidateId: 'ana' });
  return store;
}

describe('claiming an address', () => {
  test('that nobody has gives it to the new candidate', async () => {
    const store = memoryStore();

    expect(await claimAddress(store, 'home', 'bea', now)).toEqual({ candidateId: 'bea', ...free });
    expect(await store.read('address', 'home')).toMatchObject({ candidateId: 'bea', renewedAt: now });
  });

  test('that a candidate has says whose it is, with the complaint, and changes nothing', async () => {
    const store = await aStore();
    await rememberComplaint(store, 'home', now);
    const before = store.all();

    expect(await claimAddress(store, 'home', 'bea', later)).toEqual({ candidateId: 'ana', complainedAt: now });
    expect(store.all()).toEqual(before);
  });

  test('of a candidate who is about to be written says whose it will be', async () => {
    const store = memoryStore();
    await claimAddress(store, 'home', 'ana', now);

    expect(await claimAddress(store, 'home', 'bea', later)).toMatchObject({ candidateId: 'ana' });
  });

  test.each<[string, Candidate]>([
    ['whose enrollment is over', { ...ana, enrollment: { linkId: 'l', expiresAt: monthBefore } }],
    ['who has another address now', { ...ana, addressId: 'elsewhere' }],
  ])('of a candidate %s gives it to the new one', async (_who, candidate) => {
    const store = await aStore(candidate);

    expect(await claimAddress(store, 'home', 'bea', later)).toMatchObject({ candidateId: 'bea' });
    expect(await pointerOf(store, 'home')).toBe('bea');
  });

  test('of an erased candidate gives it to the new one, and never again to the erased', async () => {
    const store = await aStore();
    await store.save(tombstoneOf((await store.read('candidate', 'ana'))!, now));

    expect(await claimAddress(store, 'home', 'bea', now)).toMatchObject({ candidateId: 'bea' });
    await releaseAddress(store, 'home', 'bea');
    expect(await claimAddress(store, 'home', 'ana', now)).toBeUndefined();
    expect(await store.read('address', 'home')).toBeUndefined();
  });

  test('that another candidate is moving to ends that move', async () => {
    const store = await aMoveHalfway();

    expect(await claimAddress(store, 'work', 'bea', now)).toMatchObject({ candidateId: 'bea' });
    expect(await store.read('candidate', 'ana')).not.toHaveProperty('addressMove.to');
    expect((await candidateAt(store, 'home', now))?.id).toBe('ana');
  });

  test('leaves it to a candidate who, just before the write, moves there after all', async () => {
    const store = await aMoveHalfway();
    let meanwhile = () => change(store);
    const save: Store['save'] = async (record) => {
      if (record.type === 'address') {
        await meanwhile();
        meanwhile = async () => 'changed';
      }
      return store.save(record);
    };

    expect(await claimAddress({ ...store, save }, 'work', 'bea', now)).toMatchObject({ candidateId: 'ana' });
    expect((await candidateAt(store, 'work', now))?.id).toBe('ana');
  });
});

describe('who has an address', () => {
  test('is the candidate it points to, if the candidate says so too and has not lapsed', async () => {
    const lapsing = { ...ana, enrollment: { linkId: 'l', expiresAt: monthBefore } };

    expect((await candidateAt(await aStore(), 'home', now))?.id).toBe('ana');
    expect(await candidateAt(await aStore(), 'work', now)).toBeUndefined();
    expect(await candidateAt(await aMoveHalfway(), 'work', now)).toBeUndefined();
    expect(await candidateAt(await aStore(lapsing), 'home', now)).toBeDefined();
    expect(await candidateAt(await aStore(lapsing), 'home', later)).toBeUndefined();
  });

  test('is held on to as long as the candidate is active, with few writes', async () => {
    const store = await aStore();
    let active = ana;
    const renewals = new Set<string>();
    for (const daysLater of [1, 12, 29, 30, 31, 44, 59, 60, 88, 117, 200]) {
      const at = addDays24h(now, daysLater);
      active = { ...(await markActive(store, active, at)), version: active.version };
      const renewedAt = (await store.read('address', 'home'))?.renewedAt ?? '';

      expect(active.activeAt).toBe(at);
      expect(addDays24h(renewedAt, 30) > at).toBe(true);
      renewals.add(renewedAt);
    }
    expect(renewals.size).toBeLessThan(8);
  });
});

describe('releasing an address', () => {
  test('removes it, but keeps a complaint, and nothing of whose it was', async () => {
    const store = await aStore(tombstoneOf(ana, now));
    const complained = await aStore(tombstoneOf(ana, now));
    await rememberComplaint(complained, 'home', now);
    await rememberComplaint(complained, 'home', later);
    await releaseAddress(store, 'home', 'ana');
    await releaseAddress(complained, 'home', 'ana');

    expect(await store.read('address', 'home')).toBeUndefined();
    expect(await complained.read('address', 'home')).toMatchObject({ complainedAt: now });
    expect(await pointerOf(complained, 'home')).toBeUndefined();
  });

  test('leaves alone what is another’s by now, and what its candidate has or is moving to', async () => {
    const store = await aStore();
    await releaseAddress(store, 'home', 'bea');
    await releaseAddress(store, 'home', 'ana');
    const moving = await aMoveHalfway();
    await releaseAddress(moving, 'work', 'ana');

    expect(await pointerOf(store, 'home')).toBe('ana');
    expect(await pointerOf(moving, 'work')).toBe('ana');
  });
});

describe('changing an address', () => {
  test('moves the candidate, and frees the address before; again, or broken off, it does the rest', async () => {
    for (const store of [await aStore(), await aMoveHalfway()]) {
      expect(await change(store, later)).toBe('changed');
      const moved = { id: 'ana', email: work.email, activeAt: later, addressMove: undefined };
      expect(await candidateAt(store, 'work', later)).toMatchObject(moved);
      expect(await store.read('address', 'home')).toBeUndefined();
      const once = store.all();
      expect(once).toHaveLength(3);

      expect(await change(store, later)).toBe('changed');
      expect(store.all()).toEqual(once);
    }
  });

  test.each<[before: Candidate['emailState'], after: Candidate['emailState'], emails: number]>([
    ['active', 'active', 1],
    ['unsubscribed', 'unsubscribed', 1],
    ['bounced', 'active', 0],
    ['complained', 'complained', 0],
  ])('from %s leaves email %s without a bounce, and tells the one before: %i', async (emailState, after, emails) => {
    const store = await aStore({ ...ana, emailState, bouncedAt: now });
    await change(store);

    expect(await candidateAt(store, 'work', now)).toMatchObject({ emailState: after, bouncedAt: undefined });
    expect(store.all().filter(({ type }) => type === 'pending-link')).toEqual(
      Array(emails).fill({
        type: 'pending-link',
        id: expect.any(String),
        version: 1,
        createdAt: now,
        expiresAt: '2026-12-07T15:00:00.000Z',
        addressId: 'home',
        candidateId: 'ana',
        state: 'moved',
        email: ana.email,
        emails: [expect.objectContaining({ kind: 'address-changed', state: 'queued' })],
      }),
    );
  });

  test('of nobody, or of someone erased, changes nothing', async () => {
    const store = memoryStore();
    expect(await change(store)).toBe('not-found');
    expect(store.all()).toEqual([]);
  });

  test('asked for twice while another takes it leaves it to one of them, and both answers are true', async () => {
    await inManyOrders((await aStore()).all(), async (store, atOnce) => {
      type Outcome = Awaited<ReturnType<typeof change>>;
      const outcomes = await atOnce<[Outcome, Outcome, unknown]>((inTurn) => [
        change(inTurn),
        change(inTurn),
        claimAddress(inTurn, 'work', 'bea', now).then(async (claim) => {
          if (claim?.candidateId === 'bea') await inTurn.save(aCandidate({ id: 'bea', addressId: 'work' }));
        }),
      ]);
      const isMoved = (await store.read('candidate', 'ana'))?.addressId === 'work';

      expect(outcomes.slice(0, 2)).toEqual(Array(2).fill(isMoved ? 'changed' : 'taken'));
      expect((await candidateAt(store, 'work', now))?.id).toBe(isMoved ? 'ana' : 'bea');
      expect(await store.read('candidate', 'bea')).toEqual(
        isMoved ? undefined : expect.objectContaining({ addressId: 'work' }),
      );
      expect((await candidateAt(store, isMoved ? 'work' : 'home', now))?.id).toBe('ana');
    });
  });
});
