import { describe, expect, test } from 'vitest';
import { newAddress } from '../../lambdas/core/address.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { flagsOf } from '../../lambdas/core/flags.ts';
import { formsFor } from '../../lambdas/core/forms.ts';
import type { PendingLink } from '../../lambdas/core/pending-link.ts';
import { statusOf } from '../../lambdas/core/status.ts';
import { candidateAt } from '../../lambdas/services/addresses.ts';
import { changeDetails, enroll } from '../../lambdas/services/enrollment.ts';
import { detailOf, findCandidate } from '../../lambdas/services/find-candidates.ts';
import type { Store, StoredRecord } from '../../lambdas/services/ports.ts';
import { confirmLink } from '../../lambdas/services/sign-up.ts';
import { aCandidate, aPendingLink, rules } from '../support/builders.ts';
import { inManyOrders } from '../support/interleaved.ts';
import { memoryStore } from '../support/memory-store.ts';
import { aStaffDesk, candidateAfter, dana, eli, enrollmentForm } from '../support/staff-desk.ts';
import { now } from '../support/steps.ts';
import { unlimited } from '../support/unlimited.ts';

const tomorrow = '2026-11-24T15:00:00.000Z';
const lastMoment = '2026-11-30T14:59:59.999Z';
const sevenDaysLater = '2026-11-30T15:00:00.000Z';
const lastDay = '2026-12-29T15:00:00.000Z';
const gone = '2026-12-30T15:00:00.000Z';

/** A desk, and what it wrote. */
function aDesk(parts: Partial<Parameters<typeof aStaffDesk>[0]> = {}) {
  const inner = memoryStore();
  const desk = aStaffDesk({ store: inner, at: now, ...parts });
  const { store, dependencies } = desk;
  return {
    ...desk,
    all: inner.all,
    sentKeys: () => desk.mails.map(({ tags }) => tags.key),
    addressId: desk.idOf(enrollmentForm.email),
    candidate: async (id: string) => (await store.read('candidate', id))!,
    linkOf: ({ enrollment }: Candidate) => store.read('pending-link', enrollment!.linkId),
    find: (id: string) => findCandidate(dependencies, id),
    findByEmail: () => candidateAt(store, desk.idOf(enrollmentForm.email), desk.clock()),
    confirm: (id: string) => confirmLink(dependencies, id, () => true),
  };
}

/** A desk at which Dana has enrolled a candidate, who got the link. */
async function anEnrollment(parts: Parameters<typeof aDesk>[0] = {}) {
  const desk = aDesk(parts);
  const enrolled = candidateAfter(await desk.enroll(dana, enrollmentForm));
  await desk.runMailer();
  return { ...desk, enrolled, id: enrolled.id, linkId: enrolled.enrollment!.linkId };
}

describe('enrolling', () => {
  test('keeps an unconfirmed candidate with an address, and sends the link and nothing else', async () => {
    const desk = aDesk();
    const outcome = await desk.enroll(dana, enrollmentForm);
    await desk.runMailer();

    const candidate = candidateAfter(outcome);
    expect(outcome).toMatchObject({ change: 'created' });
    expect(candidate).toEqual({
      ...aCandidate({ id: candidate.id, addressId: desk.addressId, at: now }),
      enrollment: { linkId: expect.any(String), expiresAt: sevenDaysLater },
      history: [{ action: 'enrolled', at: now, by: 'Dana Reyes', byId: dana.id }],
    });
    expect(await desk.findByEmail()).toEqual({ ...candidate, version: 1 });
    expect(statusOf(candidate, rules.exam, now)).toBe('unconfirmed');
    expect(desk.sentKeys()).toEqual(['confirmation']);
    expect(await detailOf(desk.dependencies, candidate)).toMatchObject({
      toBeConfirmed: { number: 1, date: '2026-11-20', lowestAreas: [] },
      emails: [{ key: 'confirmation', state: 'sent' }],
    });
    expect(await desk.linkOf(candidate)).toMatchObject({
      candidateId: candidate.id,
      addressId: desk.addressId,
      expiresAt: sevenDaysLater,
    });
    expect(desk.logged).toEqual([
      { event: 'staff-action', fields: { id: candidate.id, action: 'enrolled', by: 'sub-0001' } },
    ]);
  });

  test('is confirmed by the link, and the candidate is one like any other then', async () => {
    const { id, linkId, ...desk } = await anEnrollment();

    expect(await desk.confirm(linkId)).toMatchObject({ type: 'confirmed' });
    const candidate = await desk.candidate(id);
    expect(candidate).toMatchObject({ enrollment: undefined, history: [{ by: 'Dana Reyes' }] });
    expect(statusOf(candidate, rules.exam, now)).toBe('waiting');
    expect(await detailOf(desk.dependencies, candidate)).toEqual({
      candidate,
      emails: candidate.emails,
      toBeConfirmed: undefined,
    });
    expect(await desk.enroll(dana, { ...enrollmentForm, name: 'Someone else' })).toEqual({
      type: 'conflict',
      conflict: 'known',
      candidate,
    });
  });

  test('again with other answers has the same link confirm those', async () => {
    const { enrolled: first, ...desk } = await anEnrollment();
    desk.setClock(tomorrow);
    const changed = { ...enrollmentForm, name: 'Ana Díaz', attemptDate: '2026-11-18', cohort: '' };
    const outcome = await desk.enroll(eli, { ...changed, email: 'ANA.FLORES@example.com' });
    await desk.runMailer();

    expect(outcome).toMatchObject({ change: 'changed' });
    expect(candidateAfter(outcome)).toMatchObject({
      id: first.id,
      name: 'Ana Díaz',
      email: 'ANA.FLORES@example.com',
      cohort: undefined,
      enrollment: first.enrollment,
      history: [
        { by: 'Dana Reyes', at: now },
        { by: 'Eli Novak', at: tomorrow },
      ],
    });
    expect(await desk.linkOf(first)).toMatchObject({
      answers: { details: { name: 'Ana Díaz' }, attempt: { date: '2026-11-18' } },
    });
    expect(desk.sentKeys()).toHaveLength(1);
  });

  test('again with the same answers changes nothing, by 20 of staff at once too', async () => {
    const desk = aDesk();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => desk.enroll(dana, enrollmentForm)));
    await desk.runMailer();

    const changes = outcomes.map((outcome) => outcome.type === 'done' && outcome.change);
    expect(changes.toSorted()).toEqual(['created', ...Array(19).fill('none')]);
    expect((await desk.findByEmail())?.history).toHaveLength(1);
    expect(desk.all()).toHaveLength(3);
    expect(desk.sentKeys()).toEqual(['confirmation']);
    expect(desk.logged).toHaveLength(1);
  });

  test('of an address that complained keeps to that', async () => {
    const desk = aDesk();
    await desk.store.save({ ...newAddress(desk.addressId, now), complainedAt: now });
    const outcome = await desk.enroll(dana, enrollmentForm);
    await desk.runMailer();

    expect(candidateAfter(outcome)).toMatchObject({ emailState: 'complained', complainedAt: now });
    expect(desk.sentKeys()).toEqual([]);
  });

  test('with mistakes names each field, and keeps nothing', async () => {
    const desk = aDesk();
    const outcome = await desk.enroll(dana, { ...enrollmentForm, name: 'Ana\n', email: 'ana@' });

    expect(outcome).toMatchObject({ type: 'invalid' });
    expect('fieldErrors' in outcome && Object.keys(outcome.fieldErrors)).toEqual(['name', 'email']);
    expect([...desk.all(), ...desk.logged]).toEqual([]);
  });
});

describe('an enrollment that ran out', () => {
  test('is flagged for 30 days, then nowhere to be found, to the millisecond', async () => {
    const { id, ...desk } = await anEnrollment();
    const flagsAt = async (at: string) => {
      desk.setClock(at);
      const [candidate, same] = [await desk.find(id), await desk.findByEmail()];
      expect(candidate).toEqual(same);
      return candidate && flagsOf(candidate, rules.exam, at);
    };

    expect(await flagsAt(lastMoment)).toEqual([]);
    expect(await flagsAt(sevenDaysLater)).toEqual(['not-confirmed']);
    expect(await flagsAt('2026-12-30T14:59:59.999Z')).toEqual(['not-confirmed']);
    expect(await flagsAt(gone)).toBeUndefined();
    expect(await desk.resend(dana, id, 'confirmation')).toEqual({ type: 'not-found' });
  });

  test('is revived by sending the link again, which confirms for seven days', async () => {
    const { enrolled, linkId, ...desk } = await anEnrollment();
    desk.setClock(lastDay);
    expect(await desk.confirm(linkId)).toEqual({ type: 'void' });
    await desk.resend(eli, enrolled.id, 'confirmation');
    await desk.runMailer();
    desk.setClock('2027-01-05T14:59:00.000Z');

    expect(desk.sentKeys()).toEqual(['confirmation', 'confirmation-again-1']);
    expect(flagsOf(await desk.candidate(enrolled.id), rules.exam, desk.clock())).toEqual([]);
    expect(await desk.linkOf(enrolled)).toMatchObject({ keptUntil: '2027-02-04T15:00:00.000Z' });
    expect(await desk.confirm(linkId)).toMatchObject({ type: 'confirmed' });
  });

  test('is followed by a new link to the same candidate, even after a crash', async () => {
    const { enrolled: first, linkId, store, ...desk } = await anEnrollment();
    desk.setClock(lastDay);
    const failing = {
      ...store,
      read: (type: 'candidate', id: string) =>
        type === ('pending-link' as string) ? Promise.reject(new Error('Crash.')) : store.read(type, id),
    };
    await expect(
      enroll({ ...desk.dependencies, store: failing as Store }, eli, formsFor(rules.exam), enrollmentForm),
    ).rejects.toThrow('Crash.');
    const second = candidateAfter(await desk.enroll(eli, enrollmentForm));
    await desk.runMailer();

    expect(second.id).toBe(first.id);
    expect(second.history).toMatchObject([{ by: 'Dana Reyes' }, { by: 'Eli Novak' }]);
    expect(await desk.linkOf(second)).toMatchObject({ expiresAt: second.enrollment?.expiresAt });
    expect(await desk.confirm(linkId)).toEqual({ type: 'void' });
    expect(desk.sentKeys()).toEqual(['confirmation', 'confirmation']);
    expect(await desk.confirm(second.enrollment!.linkId)).toMatchObject({ type: 'confirmed' });
  });

  test('is followed by another candidate once it is gone', async () => {
    const { enrolled: first, ...desk } = await anEnrollment();
    desk.setClock(gone);
    const outcome = await desk.enroll(eli, { ...enrollmentForm, cohort: '' });
    const second = candidateAfter(outcome);

    expect(outcome).toMatchObject({ change: 'created' });
    expect(second).toMatchObject({ cohort: undefined, history: [{ by: 'Eli Novak' }] });
    expect(second.id).not.toBe(first.id);
    expect(second.enrollment?.linkId).not.toBe(first.enrollment?.linkId);
    expect((await desk.findByEmail())?.id).toBe(second.id);
    expect(await desk.linkOf(second)).toMatchObject({ expiresAt: '2027-01-06T15:00:00.000Z' });
  });
});

describe('changing the details of an enrollment', () => {
  const changes = { values: { name: 'Ana Díaz', cohort: undefined } };

  test('changes what the link confirms, once, even after a crash between the two', async () => {
    const { id, linkId, ...desk } = await anEnrollment();
    const crashing = {
      ...desk.store,
      save: async (record: StoredRecord) =>
        record.type === 'candidate' ? Promise.reject(new Error('Crash.')) : desk.store.save(record),
    };
    const change = (store: Store) => changeDetails({ ...desk.dependencies, store }, eli, id, changes);
    await expect(change(crashing)).rejects.toThrow('Crash.');
    expect(await change(desk.store)).toMatchObject({ change: 'changed' });
    expect(await change(desk.store)).toMatchObject({ change: 'none' });
    expect((await desk.candidate(id)).history).toMatchObject([
      { action: 'enrolled' },
      { action: 'details-changed', by: 'Eli Novak', changes: [{ field: 'name' }, { field: 'cohort' }] },
    ]);
    await desk.confirm(linkId);

    expect(await desk.candidate(id)).toMatchObject({ name: 'Ana Díaz', membership: 'member' });
  });

  test('is refused while the candidate confirms what they were shown', async () => {
    const { enrolled, ...desk } = await anEnrollment();
    await desk.store.save({ ...(await desk.linkOf(enrolled)), state: 'confirming' } as PendingLink);

    expect(await changeDetails(desk.dependencies, eli, enrolled.id, changes)).toMatchObject({
      conflict: 'unconfirmed',
    });
    expect((await desk.candidate(enrolled.id)).name).toBe('Ana Flores');
  });
});

describe('finding a candidate', () => {
  test('by what could be no id of ours does not ask the store', async () => {
    const store = { ...memoryStore(), read: () => Promise.reject(new Error('It was asked.')) };
    const { find } = aDesk({ store });

    for (const odd of ['', '../x', 'a'.repeat(65), 'ñ', 'a b', 'a\n', 'candidate#a', '\ud800'])
      expect(await find(odd)).toBeUndefined();
    await expect(find('a'.repeat(64))).rejects.toThrow('It was asked.');
  });
});

test('enrolling again while the candidate confirms another link leaves none to confirm', async () => {
  const { all, addressId, id } = await anEnrollment();
  const link = aPendingLink({ id: 'own', candidateId: 'ana-2', addressId, at: sevenDaysLater });

  await inManyOrders([...all(), link], async (records, atOnce) => {
    await atOnce<unknown[]>((store) => {
      const desk = aDesk({ store, at: sevenDaysLater });
      return [desk.confirm('own'), desk.enroll(dana, enrollmentForm)];
    });

    expect((await records.read('candidate', id))?.enrollment).toBeUndefined();
    const links = records.all().filter((record) => record.type === 'pending-link' && record.id !== 'own');
    for (const one of links) expect(one).toMatchObject({ state: 'disowned', emails: [] });
  });
});

test('enrolling again while the candidate confirms leaves the link confirmed, without what was entered', async () => {
  const { all, linkId } = await anEnrollment();

  await inManyOrders(all(), async (records, atOnce) => {
    const outcomes = await atOnce<unknown[]>((store) => {
      const desk = aDesk({ store });
      return [desk.confirm(linkId), desk.enroll(eli, { ...enrollmentForm, attemptDate: '2026-11-18' })];
    });

    expect(outcomes[0]).toMatchObject({ type: 'confirmed' });
    const link = await records.read('pending-link', linkId);
    expect(link).toMatchObject({ state: 'confirmed' });
    expect(link).not.toHaveProperty('answers');
  });
});

describe('sending the link of an enrollment again', () => {
  test('has link and enrollment last seven days from now, and is kept once', async () => {
    const { resend, id, enrolled, linkOf, candidate, ...desk } = await anEnrollment();
    desk.setClock(tomorrow);
    const expiresAt = '2026-12-01T15:00:00.000Z';
    await Promise.all(Array.from({ length: 5 }, () => resend(eli, id, 'confirmation')));
    await desk.runMailer();

    expect(await candidate(id)).toMatchObject({
      enrollment: { expiresAt },
      history: [
        { action: 'enrolled', by: 'Dana Reyes' },
        { action: 'email-resent', key: 'confirmation', at: tomorrow, by: 'Eli Novak' },
      ],
    });
    expect((await candidate(id)).history).toHaveLength(2);
    expect((await linkOf(enrolled))?.expiresAt).toBe(expiresAt);
    expect(desk.sentKeys()).toEqual(['confirmation', 'confirmation-again-1']);
    expect(desk.logged).toHaveLength(2);
  });

  test('is refused while it is on its way', async () => {
    const { enroll, resend, all } = aDesk();
    const { id } = candidateAfter(await enroll(dana, enrollmentForm));
    const before = all();

    expect(await resend(dana, id, 'confirmation')).toMatchObject({ conflict: 'on-its-way' });
    expect(all()).toEqual(before);
  });

  test('is refused where it would be skipped: a complaint, or too many links to the mailbox', async () => {
    const full = { ...unlimited.mailboxLimits, hasSlot: async () => false };
    const limited = await anEnrollment({ mailboxLimits: full });
    const complained = await anEnrollment();
    await complained.store.save({ ...(await complained.candidate(complained.id)), emailState: 'complained' });

    expect(await limited.resend(dana, limited.id, 'confirmation')).toMatchObject({ conflict: 'mailbox-limited' });
    expect(await complained.resend(dana, complained.id, 'confirmation')).toMatchObject({ conflict: 'complained' });
    // Also a repeat, where the first was fine.
    const once = await anEnrollment();
    once.setClock(tomorrow);
    await once.resend(dana, once.id, 'confirmation');
    await once.store.save({ ...(await once.candidate(once.id)), emailState: 'complained' });
    expect(await once.resend(dana, once.id, 'confirmation')).toMatchObject({ conflict: 'complained' });
  });

  test('finds nothing under a key that is not there, or where the link is gone', async () => {
    const { resend, store, id, enrolled, linkOf } = await anEnrollment();
    for (const key of ['', 'study-plan-1-1-2026-11-20', 'confirmation-again-1'])
      expect(await resend(dana, id, key)).toEqual({ type: 'not-found' });
    await store.remove((await linkOf(enrolled))!);

    expect(await resend(dana, id, 'confirmation')).toEqual({ type: 'not-found' });
  });
});
