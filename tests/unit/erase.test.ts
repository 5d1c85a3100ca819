import { describe, expect, test } from 'vitest';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { claim } from '../../lambdas/core/email.ts';
import { candidateAt, rememberComplaint } from '../../lambdas/services/addresses.ts';
import { applyDeliveryEvent, type DeliveryEvent } from '../../lambdas/services/delivery-events.ts';
import { erase } from '../../lambdas/services/erase.ts';
import { perform } from '../../lambdas/services/perform.ts';
import { confirmLink } from '../../lambdas/services/sign-up.ts';
import { aPendingLink } from '../support/builders.ts';
import { inManyOrders } from '../support/interleaved.ts';
import { memoryStore } from '../support/memory-store.ts';
import { aStaffDesk, candidateAfter, dana, enrollmentForm } from '../support/staff-desk.ts';
import { now } from '../support/steps.ts';

const studyPlan = 'study-plan-1-1-2026-11-20';
const tomorrow = '2026-11-30T15:00:00.000Z';

/** A desk, and people who sign up and confirm at one address. */
function aDesk() {
  const store = memoryStore();
  const desk = aStaffDesk({ store, at: now });
  const addressId = desk.idOf(enrollmentForm.email);
  return {
    ...desk,
    store,
    addressId,
    tombstone: (id: string) => store.read('tombstone', id),
    async signUp(name: string) {
      const link = aPendingLink({ id: `link-${name}`, candidateId: name, addressId });
      await store.save({ ...link, answers: { ...link.answers, details: { ...link.answers.details, name } } });
      await confirmLink(desk.dependencies, link.id, () => true);
      return (await store.read('candidate', name))!;
    },
  };
}

describe('erasing', () => {
  test('leaves a tombstone and the last email, nothing else of the candidate, and is logged', async () => {
    const { signUp, erase, store, logged, addressId } = aDesk();
    const { id, createdAt } = await signUp('Ana');

    expect(await erase(dana, id)).toBe('erased');
    const [tombstone, last, ...more] = store.all().filter((one) => one.id !== 'link-Ana');
    expect(more).toEqual([]);
    expect([tombstone]).toEqual([
      { type: 'tombstone', id, version: 3, createdAt, addressIds: [addressId], erasedAt: now, erasedBy: dana.id },
    ]);
    expect(last).toEqual({
      type: 'pending-link',
      id,
      version: 1,
      createdAt: now,
      expiresAt: '2026-12-07T15:00:00.000Z',
      addressId,
      candidateId: id,
      state: 'erased',
      email: enrollmentForm.email,
      emails: [{ key: 'erased', kind: 'erased', state: 'queued', dueAt: now, notAfter: tomorrow, tries: 0 }],
    });
    const all = JSON.stringify(store.all());
    expect(all.replace(enrollmentForm.email, '')).not.toMatch(/Flores|example\.com|New_York|2026-11-20/);
    expect(logged).toEqual([{ event: 'staff-action', fields: { id, action: 'erased', by: 'sub-0001' } }]);
  });

  test('a second time, or of nobody, finds nobody, and keeps who did it', async () => {
    const { signUp, erase, logged, tombstone } = aDesk();
    const { id } = await signUp('Ana');
    await erase(dana, id);

    expect([await erase(dana, id), await erase(dana, 'nobody')]).toEqual(['not-found', 'not-found']);
    expect(logged).toHaveLength(1);
    expect(await tombstone(id)).toMatchObject({ erasedAt: now, erasedBy: dana.id });
    expect(await tombstone('nobody')).toBeUndefined();
  });

  test('by the candidates themselves is kept without a name, and leaves no line of staff', async () => {
    const { signUp, dependencies, logged, tombstone } = aDesk();
    const { id } = await signUp('Ana');

    expect(await erase(dependencies, id)).toBe('erased');
    expect((await tombstone(id))?.erasedBy).toBeUndefined();
    expect(logged).toEqual([]);
  });

  test.each<[Candidate['emailState'], string[]]>([
    ['active', ['Your record has been erased']],
    ['unsubscribed', ['Your record has been erased']],
    ['bounced', []],
    ['complained', []],
  ])('of someone whose email is %s sends %j', async (emailState, subjects) => {
    const { signUp, erase, store, runMailer, mails } = aDesk();
    const candidate = await signUp('Ana');
    await store.save({ ...candidate, emailState });
    await erase(dana, candidate.id);
    await erase(dana, candidate.id);
    await runMailer();

    expect(mails.map(({ content }) => content.subject)).toEqual(subjects);
    for (const { to } of mails) expect(to).toEqual({ name: '', address: candidate.email });
  });

  test('takes the link of an enrollment along, and no email goes there', async () => {
    const { enroll, erase, store, runMailer, mails } = aDesk();
    const { id, enrollment } = candidateAfter(await enroll(dana, enrollmentForm));

    expect(await erase(dana, id)).toBe('erased');
    await runMailer();
    expect(await store.read('pending-link', enrollment!.linkId)).toMatchObject({ state: 'disowned' });
    expect(JSON.stringify(store.all())).not.toMatch(/Ana|Flores|example\.com/);
    expect(mails).toEqual([]);
  });

  test('keeps a complaint on the address, for whoever has it next', async () => {
    const { signUp, erase, store, addressId } = aDesk();
    const { id } = await signUp('Ana');
    await rememberComplaint(store, addressId, now);
    await erase(dana, id);

    expect((await signUp('Bea')).emailState).toBe('complained');
  });

  test('wins over an action at the same moment, which then finds nobody or came before', async () => {
    const { signUp, store: before } = aDesk();
    const { id, addressId } = await signUp('Ana');
    await inManyOrders(before.all(), async (store, atOnce) => {
      const { dependencies } = aStaffDesk({ store, at: now });
      await atOnce<unknown[]>((inTurn) => [
        erase({ ...dependencies, store: inTurn }, id),
        perform({ ...dependencies, store: inTurn }, 'candidate', id, { values: { type: 'mark-passed' } }),
      ]);

      expect(await store.read('candidate', id)).toBeUndefined();
      expect(await store.read('address', addressId)).toBeUndefined();
    });
  });
});

describe('signing up again after erasing', () => {
  test('gives another id, of which nothing leads to the one before', async () => {
    const { signUp, erase, store, addressId, tombstone } = aDesk();
    const first = await signUp('Ana');
    await erase(dana, first.id);
    const second = await signUp('Bea');

    expect(second.id).not.toBe(first.id);
    expect(second).toMatchObject({ version: 1, history: [], applications: { length: 1 } });
    expect((await candidateAt(store, addressId, now))?.id).toBe(second.id);
    expect(JSON.stringify([second, await store.read('address', addressId)])).not.toContain(`"${first.id}"`);
    expect(JSON.stringify(await tombstone(first.id))).not.toContain(second.id);
  });

  test.each<DeliveryEvent['type']>(['send', 'delivery', 'hard-bounce', 'complaint', 'reject'])(
    'leaves the emails of the new record alone where SES reports of the erased one: %s',
    async (type) => {
      const { signUp, erase, store, dependencies, addressId, setClock } = aDesk();
      const first = await signUp('Ana');
      await erase(dana, first.id);
      const second = await signUp('Bea');
      await store.save({ ...second, emails: claim(second.emails, studyPlan, now) });
      const before = await store.read('candidate', second.id);
      setClock(tomorrow);
      await applyDeliveryEvent(dependencies, {
        type,
        tags: { type: 'candidate', id: first.id, key: studyPlan, addressId },
      });

      // A complaint is the mailbox's, whoever the email was to: nothing more goes there.
      const complained = { emailState: 'complained', complainedAt: tomorrow, version: 3 };
      expect(await store.read('candidate', second.id)).toEqual(
        type === 'complaint' ? { ...before, ...complained } : before,
      );
      expect(await store.read('candidate', first.id)).toBeUndefined();
    },
  );
});
