import { describe, expect, test } from 'vitest';
import { newAddress } from '../../lambdas/core/address.ts';
import { formsFor } from '../../lambdas/core/forms.ts';
import { statusOf } from '../../lambdas/core/status.ts';
import { candidateAt, claimAddress } from '../../lambdas/services/addresses.ts';
import { erase } from '../../lambdas/services/erase.ts';
import type { Admission, Store } from '../../lambdas/services/ports.ts';
import { confirmLink, disownLink, findLink, signUp } from '../../lambdas/services/sign-up.ts';
import { aCandidate, aPendingLink, rules } from '../support/builders.ts';
import { inManyOrders } from '../support/interleaved.ts';
import { memoryStore } from '../support/memory-store.ts';
import { aStaffDesk, candidateAfter, dana, enrollmentForm } from '../support/staff-desk.ts';
import { now } from '../support/steps.ts';

const lastMoment = '2026-11-30T14:59:59.999Z';
const sevenDaysLater = '2026-11-30T15:00:00.000Z';
const addressId = 'home';
const link = aPendingLink({ id: 'link', candidateId: 'ana', addressId, at: now });
const another = aPendingLink({ id: 'other', candidateId: 'ana-2', addressId, date: '2026-11-18' });

async function aStore(...links: (typeof link)[]) {
  const store = memoryStore();
  for (const one of links) await store.save(one);
  return store;
}

const site = (store: Store, at = now) => aStaffDesk({ store, at }).dependencies;
const confirm = (store: Store, { id = 'link', at = now } = {}) => confirmLink(site(store, at), id, () => true);
const disown = (store: Store, at = now) => disownLink(site(store, at), 'link');
const countOf = (store: ReturnType<typeof memoryStore>, type: string) =>
  store.all().filter((record) => record.type === type).length;

describe('signing up', () => {
  const forms = formsFor(rules.exam);
  const form = { ...enrollmentForm, consent: 'yes' };

  function attempt(input: object, admission: Admission = { admitted: true }) {
    const store = memoryStore();
    const { dependencies, idOf } = aStaffDesk({ store });
    const limits = { admit: async () => admission };
    const outcome = signUp({ ...dependencies, limits }, forms, { ...form, ...input }, '192.0.2.1');
    return { outcome, idOf, all: store.all };
  }

  test('keeps a link with what was entered, for an address that no candidate has yet', async () => {
    const { outcome, all, idOf } = attempt({ email: 'Ana.Flores+exam@example.com' });

    expect(await outcome).toEqual({ type: 'link-sent' });
    expect(all()).toMatchObject([
      {
        type: 'pending-link',
        state: 'waiting',
        addressId: idOf('ana.flores+exam@example.com'),
        mailboxId: idOf('ana.flores@example.com'),
        answers: { details: { name: 'Ana Flores' }, attempt: { number: 1, date: '2026-11-20' } },
      },
    ]);
  });

  test('with mistakes, or once there were too many, keeps nothing', async () => {
    const invalid = attempt({ name: '' });
    const limited = attempt({}, { admitted: false, retryAfterSeconds: 7 });

    expect(await invalid.outcome).toMatchObject({ fieldErrors: { name: 'Enter a name.' } });
    expect(await limited.outcome).toEqual({ type: 'limited', retryAfterSeconds: 7 });
    expect([...invalid.all(), ...limited.all()]).toEqual([]);
  });
});

describe('confirming a link', () => {
  test('makes one candidate, who has the address, and forgets what was entered', async () => {
    const store = await aStore(link);

    expect(await confirm(store)).toMatchObject({ type: 'confirmed', candidate: { id: 'ana' } });
    const candidate = (await candidateAt(store, addressId, now))!;
    expect(statusOf(candidate, rules.exam, now)).toBe('waiting');
    expect(await store.read('pending-link', 'link')).toMatchObject({ state: 'confirmed' });
    expect(JSON.stringify(await store.read('pending-link', 'link'))).not.toContain('Ana');
    expect(store.all()).toHaveLength(3);
  });

  test('adds to the candidate who has the address already', async () => {
    const store = await aStore(link);
    await store.save(aCandidate({ id: 'known', addressId, attempts: ['2026-10-01'] }));
    await store.save({ ...newAddress(addressId, now), candidateId: 'known' });
    await store.save({ ...another, answers: { ...another.answers, attempt: { ...link.answers.attempt, number: 2 } } });

    expect(await confirm(store, { id: 'other' })).toMatchObject({ candidate: { id: 'known' } });
    expect(countOf(store, 'candidate')).toBe(1);
  });

  test('of an address that complained keeps to that', async () => {
    const store = await aStore(link);
    await store.save({ ...newAddress(addressId, now), complainedAt: now });
    await confirm(store);

    expect(await candidateAt(store, addressId, now)).toMatchObject({ emailState: 'complained', complainedAt: now });
  });

  test('shows the answers again where they are others than the reader saw', async () => {
    const store = await aStore(link);

    expect(await confirmLink(site(store), 'link', () => false)).toMatchObject({
      type: 'changed',
      link: { answers: link.answers },
    });
    expect(store.all()).toHaveLength(1);
  });

  test('works for seven days, to the millisecond, and leads nowhere where there is none', async () => {
    const [inTime, late] = [await aStore(link), await aStore(link)];

    expect((await findLink(site(late, lastMoment), 'link'))?.id).toBe('link');
    expect(await findLink(site(late, sevenDaysLater), 'link')).toBeUndefined();
    expect((await confirm(inTime, { at: lastMoment })).type).toBe('confirmed');
    expect((await confirm(late, { at: sevenDaysLater })).type).toBe('void');
    expect((await confirm(late, { id: 'unknown' })).type).toBe('void');
  });

  test('at the same moment as another link of the address makes one candidate', async () => {
    await inManyOrders([link, another], async (store, atOnce) => {
      const answers = await atOnce<Awaited<ReturnType<typeof confirm>>[]>((inTurn) => [
        confirm(inTurn),
        confirm(inTurn, { id: 'other' }),
      ]);

      expect(answers.map(({ type }) => type)).toEqual(['confirmed', 'confirmed']);
      expect([countOf(store, 'candidate'), countOf(store, 'address')]).toEqual([1, 1]);
      expect(await candidateAt(store, addressId, now)).toBeDefined();
    });
  });

  test('after its candidate was erased brings nothing back', async () => {
    const erased = await aStore(link);
    await confirm(erased);
    await erase(site(erased), 'ana');
    const stopped = await aStore({ ...link, state: 'confirming' });
    await stopped.save(aCandidate({ id: 'ana', addressId }));
    await erase(site(stopped), 'ana');

    expect((await confirm(erased)).type).toBe('already-confirmed');
    expect((await confirm(stopped)).type).toBe('void');
    for (const store of [erased, stopped]) {
      expect(await candidateAt(store, addressId, now)).toBeUndefined();
      expect(countOf(store, 'candidate')).toBe(0);
      const all = store.all().filter((one) => !('state' in one && one.state === 'erased'));
      expect(JSON.stringify(all)).not.toMatch(/Ana|Flores/);
    }
  });

  test('twice while the candidate is erased leaves them whole or gone', async () => {
    await inManyOrders([link], async (store, atOnce) => {
      await atOnce<unknown[]>((inTurn) => [confirm(inTurn), confirm(inTurn), erase(site(inTurn), 'ana')]);
      const isGone = (await store.read('tombstone', 'ana')) !== undefined;

      expect((await candidateAt(store, addressId, now))?.id).toBe(isGone ? undefined : 'ana');
      expect(countOf(store, 'candidate')).toBe(isGone ? 0 : 1);
      expect(await claimAddress(store, addressId, 'bea', now)).toMatchObject({ candidateId: isGone ? 'bea' : 'ana' });
    });
  });
});

describe('“this wasn’t me”', () => {
  test('forgets what was entered, and ends the link; twice is once', async () => {
    const store = await aStore(link);

    expect([await disown(store), await disown(store)]).toEqual(['disowned', 'disowned']);
    expect(JSON.stringify(store.all())).not.toMatch(/Ana|Flores/);
    expect(await findLink(site(store), 'link')).toBeUndefined();
    expect((await confirm(store)).type).toBe('void');
  });

  test('takes whom staff enrolled along', async () => {
    const { enroll, store, dependencies } = aStaffDesk();
    const enrolled = candidateAfter(await enroll(dana, enrollmentForm));

    expect(await disownLink(dependencies, enrolled.enrollment!.linkId)).toBe('disowned');
    expect(await store.read('candidate', enrolled.id)).toBeUndefined();
    expect(await store.read('tombstone', enrolled.id)).toBeDefined();
  });

  test('is too late once the link was confirmed, or has run out', async () => {
    const store = await aStore(link);
    expect(await disown(store, sevenDaysLater)).toBe('void');
    await confirm(store);

    expect(await disown(store)).toBe('already-confirmed');
    expect(await candidateAt(store, addressId, now)).toBeDefined();
  });

  test('and yes at the same moment: one of them wins wholly', async () => {
    await inManyOrders([link], async (store, atOnce) => {
      const [yes, no] = await atOnce<[Awaited<ReturnType<typeof confirm>>, Awaited<ReturnType<typeof disown>>]>(
        (inTurn) => [confirm(inTurn), disown(inTurn)],
      );
      const isConfirmed = yes.type === 'confirmed';

      expect([yes.type, no]).toEqual(isConfirmed ? ['confirmed', 'already-confirmed'] : ['void', 'disowned']);
      expect(countOf(store, 'candidate')).toBe(isConfirmed ? 1 : 0);
      expect(countOf(store, 'address')).toBe(isConfirmed ? 1 : 0);
      expect(await store.read('pending-link', 'link')).toMatchObject({ state: isConfirmed ? 'confirmed' : 'disowned' });
    });
  });
});
