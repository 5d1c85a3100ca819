import { beforeEach, describe, expect, test } from 'vitest';
import { tombstoneOf } from '../../lambdas/core/candidate.ts';
import { candidateAt } from '../../lambdas/services/addresses.ts';
import type { Store } from '../../lambdas/services/ports.ts';
import { confirmLink, disownLink } from '../../lambdas/services/sign-up.ts';
import { aCandidate, aPendingLink } from '../support/builders.ts';
import { aStaffDesk, dana, enrollmentForm } from '../support/staff-desk.ts';
import { tablesForTests } from '../support/suite-tables.ts';
import { storeOn } from '../support/table.ts';

const now = '2026-11-23T15:00:00.000Z';

const tables = await tablesForTests();
let store: Store;
let desk: ReturnType<typeof aStaffDesk>;

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
  test.each([
    ['one link', 1],
    ['twenty links to one address', 20],
  ])('who confirm %s are one candidate, and all get the answer', async (_what, links) => {
    const linkIds = Array.from({ length: links }, (_, index) => `l${index}`);
    for (const id of linkIds) await store.save(aPendingLink({ id, candidateId: `of-${id}`, addressId: 'a' }));

    const outcomes = await twenty((index) => confirm(`l${index % links}`));

    expect(outcomes.map(({ type }) => type)).toEqual(Array(20).fill('confirmed'));
    const written = await Promise.all(linkIds.map((id) => store.read('candidate', `of-${id}`)));
    expect(written.filter((candidate) => candidate !== undefined)).toEqual([await at('a')]);
    for (const id of linkIds) expect(await store.read('pending-link', id)).toMatchObject({ state: 'confirmed' });
    expect((await at('a'))?.version).toBe(1);
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
