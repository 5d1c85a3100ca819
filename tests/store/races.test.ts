import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Action } from '../../lambdas/core/actions.ts';
import { tombstoneOf } from '../../lambdas/core/candidate.ts';
import { candidateAt, changeAddress, claimAddress } from '../../lambdas/services/addresses.ts';
import { perform } from '../../lambdas/services/perform.ts';
import type { Store } from '../../lambdas/services/ports.ts';
import { confirmLink, disownLink } from '../../lambdas/services/sign-up.ts';
import { aCandidate, aPendingLink } from '../support/builders.ts';
import { aStaffDesk, candidateAfter, dana, enrollmentForm } from '../support/staff-desk.ts';
import { lastEntryKey } from '../support/steps.ts';
import { startTables, storeOn, type Tables } from '../support/table.ts';

const now = '2026-11-23T15:00:00.000Z';

let tables: Tables;
let store: Store;
let desk: ReturnType<typeof aStaffDesk>;

beforeAll(async () => {
  tables = await startTables();
});

afterAll(async () => {
  await tables?.close();
});

beforeEach(async () => {
  store = storeOn(tables.client, await tables.create());
  desk = aStaffDesk({ store, at: now });
});

/** Begins twenty acts at the same moment, and waits for all. */
function twenty<Answer>(act: (index: number) => Answer): Promise<Awaited<Answer>[]> {
  return Promise.all(Array.from({ length: 20 }, (_, index) => act(index)));
}

const confirm = (id: string) => confirmLink(desk.dependencies, id, () => true);
const enroll = () => desk.enroll(dana, enrollmentForm);
const at = (addressId: string) => candidateAt(store, addressId, now);

describe('twenty at the same time', () => {
  test('who enroll one address make one candidate, with one link', async () => {
    const outcomes = await twenty(enroll);

    const changes = outcomes.map((outcome) => outcome.type === 'done' && outcome.change);
    expect(changes.toSorted()).toEqual(['created', ...Array(19).fill('none')]);
    const ids = outcomes.map((outcome) => outcome.type === 'done' && outcome.candidate.id);
    expect(new Set(ids).size).toBe(1);
    const candidate = await at(desk.idOf(enrollmentForm.email));
    expect(candidate).toMatchObject({ id: ids[0], history: [{ action: 'enrolled' }] });
    expect(await store.read('pending-link', candidate?.enrollment?.linkId ?? '')).toMatchObject({
      state: 'waiting',
      candidateId: ids[0],
      version: 1,
    });
    expect(desk.logged).toHaveLength(1);
  });

  test('who confirm one link are one candidate, and all get the answer', async () => {
    await store.save(aPendingLink({ id: 'l', candidateId: 'c', addressId: 'a' }));

    const outcomes = await twenty(() => confirm('l'));

    expect(outcomes.map(({ type }) => type)).toEqual(Array(20).fill('confirmed'));
    expect(await at('a')).toMatchObject({ id: 'c', version: 1 });
    expect(await store.read('pending-link', 'l')).toMatchObject({ state: 'confirmed' });
  });

  test('who confirm twenty links to one address are one candidate', async () => {
    await twenty((index) => store.save(aPendingLink({ id: `l${index}`, candidateId: `c${index}`, addressId: 'a' })));

    const outcomes = await twenty((index) => confirm(`l${index}`));

    expect(outcomes.map(({ type }) => type)).toEqual(Array(20).fill('confirmed'));
    const holder = await at('a');
    const written = await twenty((index) => store.read('candidate', `c${index}`));
    expect(written.filter((candidate) => candidate !== undefined)).toEqual([holder]);
  });

  test('who confirm an enrollment or enroll it again leave one candidate, confirmed', async () => {
    await enroll();
    const linkId = (await at(desk.idOf(enrollmentForm.email)))?.enrollment?.linkId ?? '';

    await twenty((index) => (index % 2 ? confirm(linkId) : enroll()));

    const candidate = await at(desk.idOf(enrollmentForm.email));
    expect(candidate).toMatchObject({ history: [{ action: 'enrolled' }] });
    expect(candidate?.enrollment).toBeUndefined();
    expect(await store.read('pending-link', linkId)).toMatchObject({ state: 'confirmed' });
  });

  test('who say "yes" or "this wasn’t me" find one of the two done', async () => {
    for (const first of [0, 1]) {
      const id = `l${first}`;
      await store.save(aPendingLink({ id, candidateId: `c${first}`, addressId: `a${first}` }));

      const outcomes = await twenty(async (index) =>
        index % 2 === first ? confirm(id) : { type: await disownLink(desk.dependencies, id) },
      );

      const link = await store.read('pending-link', id);
      expect(link?.state).toBeOneOf(['confirmed', 'disowned']);
      const isConfirmed = link?.state === 'confirmed';
      expect((await at(`a${first}`)) !== undefined).toBe(isConfirmed);
      const answers = new Set(outcomes.map(({ type }) => type));
      expect(answers.has(isConfirmed ? 'disowned' : 'confirmed')).toBe(false);
    }
  });

  test('who take back one entry take back one, whoever they are', async () => {
    const candidate = await desk.keep(aCandidate({ id: 'c', attempts: ['2026-11-20'], at: now }));
    const passed = candidateAfter(await desk.perform(dana, 'c', { type: 'mark-passed' }));
    const entry = lastEntryKey(passed);

    const outcomes = await twenty((index) =>
      perform(desk.dependencies, index % 2 ? dana : 'candidate', 'c', { values: { type: 'undo', entry } }),
    );

    const changes = outcomes.map((outcome) => outcome.type === 'done' && outcome.change);
    expect(changes.toSorted()).toEqual(['changed', ...Array(19).fill('none')]);
    const after = await store.read('candidate', 'c');
    expect(after?.applications).toEqual(candidate.applications);
    const undone = after?.history.filter(({ action }) => action === 'undone') ?? [];
    expect(undone.length).toBe(changes.indexOf('changed') % 2);
  });

  test('who erase, or record an attempt, leave nobody; who recorded did so before', async () => {
    await desk.enroll(dana, { ...enrollmentForm, attemptDate: '2026-10-01' });
    const { id = '', enrollment } = (await at(desk.idOf(enrollmentForm.email))) ?? {};
    await confirm(enrollment?.linkId ?? '');
    const action: Action = { type: 'record-attempt', number: 2, date: '2026-11-20', lowestAreas: [] };

    const outcomes = await twenty(async (index) =>
      index % 2 ? (await perform(desk.dependencies, 'candidate', id, { values: action })).type : desk.erase(dana, id),
    );

    expect(outcomes.filter((outcome) => outcome === 'erased')).not.toEqual([]);
    for (const [index, outcome] of outcomes.entries())
      expect(outcome).toBeOneOf([index % 2 ? 'done' : 'erased', 'not-found']);
    expect(await store.read('candidate', id)).toBeUndefined();
    expect(await store.read('tombstone', id)).toBeDefined();
    expect(await at(desk.idOf(enrollmentForm.email))).toBeUndefined();
  });

  test('who move a candidate to an address, or confirm a link to it, find one of the two there', async () => {
    await desk.keep(aCandidate({ id: 'c', addressId: 'old', at: now }));
    await claimAddress(store, 'old', 'c', now);
    await store.save(aPendingLink({ id: 'l', candidateId: 'd', addressId: 'new' }));

    const outcomes = await twenty((index) =>
      index % 2
        ? changeAddress(desk.dependencies, 'c', { email: 'new@example.com', addressId: 'new' }, now)
        : confirm('l').then(({ type }) => type),
    );

    const holder = await at('new');
    const isMoved = holder?.id === 'c';
    expect(holder?.id).toBeOneOf(['c', 'd']);
    expect((await at('old'))?.id).toBe(isMoved ? undefined : 'c');
    const moves = outcomes.filter((_, index) => index % 2);
    expect(new Set(moves)).toEqual(new Set([isMoved ? 'changed' : 'taken']));
    expect(outcomes.filter((outcome) => outcome === 'confirmed')).toHaveLength(10);
    expect((await store.read('candidate', 'c'))?.addressMove).toBeUndefined();
  });

  test('who record one attempt record it once', async () => {
    await desk.keep(aCandidate({ id: 'c', attempts: ['2026-09-01'], at: now }));

    const outcomes = await twenty(() =>
      desk.perform(dana, 'c', { type: 'record-attempt', number: 2, date: '2026-11-20', lowestAreas: [] }),
    );

    expect(outcomes.map(({ type }) => type)).toEqual(Array(20).fill('done'));
    expect((await store.read('candidate', 'c'))?.history).toHaveLength(1);
    expect(desk.logged).toHaveLength(1);
  });

  test('who erase, change or confirm leave nobody behind, and the address free', async () => {
    await store.save(aPendingLink({ id: 'l', candidateId: 'c', addressId: 'a' }));
    await confirm('l');
    await store.save(aPendingLink({ id: 'again', candidateId: 'c', addressId: 'a' }));

    await twenty((index) => {
      if (index % 3 === 0) return desk.erase(dana, 'c');
      if (index % 3 === 1) return desk.perform(dana, 'c', { type: 'mark-passed' });
      return confirm('again');
    });

    expect(await store.read('candidate', 'c')).toBeUndefined();
    expect(await store.read('tombstone', 'c')).toMatchObject({ addressIds: ['a'] });
    expect((await store.read('address', 'a'))?.candidateId).toBeUndefined();
    expect((await confirm('again')).type).not.toBe('confirmed');
    expect(await store.save(tombstoneOf(aCandidate({ id: 'c' }), now))).toBe(false);
  });
});
