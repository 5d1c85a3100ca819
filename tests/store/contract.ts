import { describe, expect, test } from 'vitest';
import { markPassed } from '../../lambdas/core/attempts.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { claim, type Email, fail, settle, skip } from '../../lambdas/core/email.ts';
import { type Instant, minutesAfter } from '../../lambdas/core/time.ts';
import type { EmailRecordRef, Store } from '../../lambdas/services/ports.ts';
import { aCandidate, aPendingLink, changedBy } from '../support/builders.ts';

const morning = '2026-12-20T14:00:00.000Z';
const aMillisecondEarlier = '2026-12-20T13:59:59.999Z';

/** What every store does, whatever it is made of. */
export function storeContract(name: string, emptyStore: () => Promise<Store>) {
  describe(name, () => {
    test('has nothing where nothing was saved', async () => {
      const store = await emptyStore();

      expect(await store.candidate('a1')).toBeUndefined();
      expect(await store.signUp('a1')).toBeUndefined();
      expect(await dueIn(store, morning)).toEqual([]);
    });

    test('gives a candidate back just as it was saved, one version on', async () => {
      const store = await emptyStore();
      const candidate = aCandidateWithEverything();

      expect(await store.save(candidate)).toBe(true);

      expect(await store.candidate(candidate.id)).toEqual({ ...candidate, version: 1 });
    });

    test('gives a sign-up back just as it was saved, one version on', async () => {
      const store = await emptyStore();
      const signUp = aPendingLink({ cohort: undefined });

      expect(await store.save(signUp)).toBe(true);

      expect(await store.signUp(signUp.id)).toEqual({ ...signUp, version: 1 });
    });

    test('keeps candidates and sign-ups apart where they share an id', async () => {
      const store = await emptyStore();
      const [candidate, signUp] = [aCandidate({ id: 'same' }), aPendingLink({ id: 'same' })];

      expect([await store.save(candidate), await store.save(signUp)]).toEqual([true, true]);
      await store.remove(candidate);

      expect(await store.candidate('same')).toBeUndefined();
      expect(await store.signUp('same')).toEqual({ ...signUp, version: 1 });
    });

    test('reads the last write', async () => {
      const store = await emptyStore();
      let candidate = await saved(store, aCandidate());

      for (const wanted of ['Ana', 'Bea', 'Cleo']) {
        expect(await store.save({ ...candidate, name: wanted })).toBe(true);
        candidate = (await store.candidate(candidate.id))!;
        expect(candidate.name).toBe(wanted);
      }
      expect(candidate.version).toBe(4);
    });

    test('saves a new record only where nothing is stored', async () => {
      const store = await emptyStore();
      const first = await saved(store, aCandidate());

      expect(await store.save(aCandidate({ name: 'Somebody else' }))).toBe(false);

      expect(await store.candidate(first.id)).toEqual(first);
    });

    test('refuses the next version of a record that is not stored', async () => {
      const store = await emptyStore();
      const candidate = await saved(store, aCandidate());
      await store.remove(candidate);

      expect(await store.save(candidate)).toBe(false);

      expect(await store.candidate(candidate.id)).toBeUndefined();
    });

    test('refuses a save at a stale version, and changes nothing', async () => {
      const store = await emptyStore();
      const asRead = await saved(store, aCandidate());
      await store.save({ ...asRead, name: 'Faster' });

      expect(await store.save({ ...asRead, name: 'Slower' })).toBe(false);

      expect(await store.candidate(asRead.id)).toEqual({ ...asRead, name: 'Faster', version: 2 });
    });

    test('refuses a save at a version that is still to come, and changes nothing', async () => {
      const store = await emptyStore();
      const asRead = await saved(store, aCandidate());

      expect(await store.save({ ...asRead, version: 2, name: 'Too early' })).toBe(false);

      expect(await store.candidate(asRead.id)).toEqual(asRead);
    });

    test('refuses a save of what was read before the record was removed and created anew', async () => {
      const store = await emptyStore();
      const before = await saved(store, aCandidate({ at: '2026-11-23T15:00:00.000Z' }));
      await store.remove(before);
      const anew = await saved(store, aCandidate({ at: '2026-11-23T15:00:00.001Z' }));
      expect(anew.version).toBe(before.version);

      expect(await store.save({ ...before, name: 'A ghost' })).toBe(false);

      expect(await store.candidate(anew.id)).toEqual(anew);
    });

    test('lets one of 20 saves of the same version win', async () => {
      const store = await emptyStore();
      const asRead = await saved(store, aCandidate());
      const names = Array.from({ length: 20 }, (_, index) => `Writer ${index}`);

      const won = await Promise.all(names.map((wanted) => store.save({ ...asRead, name: wanted })));

      const winners = names.filter((_, index) => won[index]);
      expect(winners).toHaveLength(1);
      expect(await store.candidate(asRead.id)).toEqual({ ...asRead, name: winners[0], version: 2 });
    });

    test('lets one of 20 creations win', async () => {
      const store = await emptyStore();
      const names = Array.from({ length: 20 }, (_, index) => `Writer ${index}`);

      const won = await Promise.all(
        names.map((wanted) => store.save(aCandidate({ name: wanted }))),
      );

      const winners = names.filter((_, index) => won[index]);
      expect(winners).toHaveLength(1);
      expect(await store.candidate(aCandidate().id)).toMatchObject({
        name: winners[0],
        version: 1,
      });
    });

    test('removes a record from everywhere, and finds nothing to remove no error', async () => {
      const store = await emptyStore();
      const candidate = await saved(store, {
        ...aThirdTimer('a1'),
        emails: [anEmail({ dueAt: morning })],
      });

      await store.remove(candidate);
      await store.remove(candidate);
      await store.remove({ type: 'sign-up', id: 'never-there' });

      expect(await store.candidate(candidate.id)).toBeUndefined();
      expect(await dueIn(store, morning)).toEqual([]);
      expect(await store.countThirdAttemptUsed()).toBe(0);
    });

    test('finds exactly the records with an email due by the moment, the moment included', async () => {
      const store = await emptyStore();
      const aMillisecondLater = '2026-12-20T14:00:00.001Z';
      const dueAt: Record<string, Instant[]> = {
        'long-ago': ['2024-02-29T00:00:00.000Z'],
        before: [aMillisecondEarlier],
        just: [morning],
        after: [aMillisecondLater],
        'next-year': ['2027-01-01T00:00:00.000Z'],
        'both-sides': ['2027-01-01T00:00:00.000Z', aMillisecondEarlier, morning],
        never: [],
      };
      for (const [id, moments] of Object.entries(dueAt)) {
        const emails = moments.map((at, index) => anEmail({ key: `email-${index}`, dueAt: at }));
        await store.save({ ...aCandidate({ id }), emails });
        await store.save({ ...aPendingLink({ id }), emails });
      }

      expect(await dueIn(store, morning)).toEqual(refs('before', 'both-sides', 'just', 'long-ago'));
      expect(await dueIn(store, aMillisecondEarlier)).toEqual(
        refs('before', 'both-sides', 'long-ago'),
      );
      expect(await dueIn(store, aMillisecondLater)).toEqual(
        refs('after', 'before', 'both-sides', 'just', 'long-ago'),
      );
    });

    test('finds what has waited longest first', async () => {
      const store = await emptyStore();
      const minutes = [7, 3, 19, 0, 11, 5, 2, 17, 13, 1, 23, 29];
      for (const minute of minutes) {
        const emails = [anEmail({ dueAt: minutesAfter(morning, minute) })];
        await store.save({ ...aCandidate({ id: `c${minute}` }), emails });
      }

      const found: string[] = [];
      for await (const { id } of store.due(minutesAfter(morning, 60))) found.push(id);

      const inOrder = minutes.toSorted((one, other) => one - other);
      expect(found).toEqual(inOrder.map((minute) => `c${minute}`));
    });

    test('finds a claimed record when its lease is over, and no sooner', async () => {
      const store = await emptyStore();
      const candidate = aCandidate({ id: 'a1' });
      const emails = claim([anEmail({ key: 'email', dueAt: morning })], 'email', morning);
      const leaseUntil = minutesAfter(morning, 10);

      await store.save({ ...candidate, emails });

      expect(await dueIn(store, '2026-12-20T14:09:59.999Z')).toEqual([]);
      expect(await dueIn(store, leaseUntil)).toEqual([{ type: 'candidate', id: 'a1' }]);
    });

    test.each<{ what: string; emails: (before: Email[]) => Email[] }>([
      { what: 'gone', emails: () => [] },
      { what: 'skipped', emails: (before) => skip(before, 'email', 'passed', morning) },
      { what: 'failed', emails: (before) => fail(before, 'email', 'MessageRejected', morning) },
      {
        what: 'sent',
        emails: (before) =>
          settle(
            claim(before, 'email', morning),
            'email',
            1,
            { type: 'accepted', messageId: 'm-1' },
            morning,
          ),
      },
    ])('finds a record no more once its email is $what', async ({ emails }) => {
      const store = await emptyStore();
      const before = [anEmail({ key: 'email', dueAt: morning })];
      const candidate = await saved(store, { ...aCandidate({ id: 'a1' }), emails: before });
      expect(await dueIn(store, morning)).toHaveLength(1);

      await store.save({ ...candidate, emails: emails(before) });

      expect(await dueIn(store, '9999-12-31T23:59:59.999Z')).toEqual([]);
    });

    test('finds and counts all of more records than one answer of the database holds', async () => {
      const store = await emptyStore();
      const name = 'x'.repeat(300_000);
      const ids = Array.from({ length: 17 }, (_, index) => `big-${String(index).padStart(2, '0')}`);
      for (const id of ids) {
        await store.save({ ...aThirdTimer(id), name, emails: [anEmail({ dueAt: morning })] });
      }

      expect(await dueIn(store, morning)).toEqual(ids.map((id) => ({ type: 'candidate', id })));
      expect(await store.countThirdAttemptUsed()).toBe(ids.length);
    });

    test('counts who used the third attempt, until they pass, apply again or are erased', async () => {
      const store = await emptyStore();
      const count = () => store.countThirdAttemptUsed();
      await store.save(aPendingLink());
      await store.save(aCandidate({ id: 'second-try', attempts: ['2026-07-01', '2026-09-01'] }));
      expect(await count()).toBe(0);

      const passes = await saved(store, aThirdTimer('passes'));
      const applies = await saved(store, aThirdTimer('applies'));
      const goes = await saved(store, aThirdTimer('goes'));
      expect(await count()).toBe(3);

      await store.save(changedBy(markPassed(passes, morning)));
      expect(await count()).toBe(2);
      const application = { startedAt: morning, attempts: [] };
      await store.save({ ...applies, applications: [...applies.applications, application] });
      expect(await count()).toBe(1);
      await store.remove(goes);
      expect(await count()).toBe(0);
    });
  });
}

/** Who is found as due, by type and id; whoever is found twice stands there twice. */
async function dueIn(store: Store, by: Instant): Promise<EmailRecordRef[]> {
  const found: EmailRecordRef[] = [];
  for await (const ref of store.due(by)) found.push(ref);
  const text = ({ type, id }: EmailRecordRef) => `${type} ${id}`;
  return found.sort((one, other) => (text(one) < text(other) ? -1 : 1));
}

function refs(...ids: string[]): EmailRecordRef[] {
  return (['candidate', 'sign-up'] as const).flatMap((type) => ids.map((id) => ({ type, id })));
}

async function saved(store: Store, candidate: Candidate): Promise<Candidate> {
  expect(await store.save(candidate)).toBe(true);
  return (await store.candidate(candidate.id))!;
}

function anEmail({ key = 'email', dueAt = morning }: { key?: string; dueAt?: Instant }): Email {
  return {
    key,
    kind: 'reminder',
    state: 'queued',
    dueAt,
    notAfter: minutesAfter(dueAt, 60),
    tries: 0,
  };
}

/** Used all attempts, and has no email. */
function aThirdTimer(id: string): Candidate {
  const attempts = ['2026-07-01', '2026-09-01', '2026-11-01'];
  return { ...aCandidate({ id, attempts }), emails: [] };
}

function aCandidateWithEverything(): Candidate {
  const queued = ['a', 'b', 'c', 'd', 'e'].map((key) => anEmail({ key }));
  const accepted = { type: 'accepted', messageId: 'm-1' } as const;
  const one = claim(claim(queued, 'a', morning), 'b', morning);
  const two = settle(one, 'b', 1, accepted, morning);
  const emails = fail(skip(two, 'c', 'passed', morning), 'd', 'MessageRejected', morning);
  const candidate = aCandidate({ name: 'Zoë Ñandú, "RMA" 🎓', attempts: ['2026-08-01'] });
  return {
    ...changedBy(markPassed(candidate, morning)),
    emailState: 'unsubscribed',
    emails: emails.map((email) => ({
      ...email,
      attempt: { application: 1, number: 1, recordedAt: morning },
    })),
    refusedAttempt: {
      number: 2,
      date: '2026-08-05',
      fieldErrors: { attemptDate: 'Two attempts are at least 30 days apart.' },
    },
  };
}
