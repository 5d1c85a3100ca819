import { describe, expect, test } from 'vitest';
import { newAddress } from '../../lambdas/core/address.ts';
import { markPassed, startNewApplication } from '../../lambdas/core/attempts.ts';
import { type Candidate, type HistoryEntry, tombstoneOf } from '../../lambdas/core/candidate.ts';
import { claim, type Email, fail, settle, skip } from '../../lambdas/core/email.ts';
import {
  confirmedLink,
  confirmingLink,
  disownedLink,
  erasedLink,
  movedLink,
  pageLink,
} from '../../lambdas/core/pending-link.ts';
import { type Instant, minutesAfter } from '../../lambdas/core/time.ts';
import type { EmailRecordRef, Store, StoredRecord } from '../../lambdas/services/ports.ts';
import { aCandidate, aNewAddressLink, aPendingLink, changedBy, rules } from '../support/builders.ts';

const morning = '2026-12-20T14:00:00.000Z';
const aMillisecondEarlier = '2026-12-20T13:59:59.999Z';
const types = ['candidate', 'pending-link', 'address', 'tombstone'] as const;

const aMove = { id: 'move', from: 'a1', to: 'a2' };
const whoToTell = { email: 'ana@example.com', addressId: 'a1' };

const records: [what: string, record: StoredRecord][] = [
  ['candidate', aCandidateWithEverything()],
  ['link that waits', aPendingLink({ cohort: undefined })],
  ['link that is being confirmed', confirmingLink(aPendingLink())],
  ['confirmed link', confirmedLink(aPendingLink(), '2026-11-23T15:00:00.000Z', aCandidate())],
  ['disowned link', disownedLink(aPendingLink())],
  ['link to a new address', aNewAddressLink({ ...aCandidate(), linkSeries: 2 })],
  ['link to a page', pageLink({ id: 'p1', addressId: 'a1', mailboxId: 'm1' }, morning)],
  ['link of an erased candidate', erasedLink('a1', whoToTell, morning)],
  ['link of a candidate who moved', movedLink('c1', aMove, whoToTell.email, morning)],
  ['address', { ...newAddress('a1', morning), candidateId: 'c1', complainedAt: morning }],
  ['address that is nobody’s', newAddress('a1', morning)],
  ['tombstone', tombstoneOf(aCandidateWithEverything(), morning, 'sub-0001')],
  ['tombstone of someone to be told', tombstoneOf(aCandidate({ id: 'a1' }), morning)],
];

/** What every store does, whatever it is made of. */
export function storeContract(name: string, emptyStore: () => Promise<Store>) {
  describe(name, () => {
    test('has nothing where nothing was saved', async () => {
      const store = await emptyStore();

      for (const type of types) expect(await store.read(type, 'a1')).toBeUndefined();
      expect(await dueIn(store, morning)).toEqual([]);
      expect(await store.countFlagged('email-failed')).toBe(0);
    });

    test.each(records)(
      'gives a %s back just as it was saved, and writes and removes it only at the version it was read at',
      async (_what, record) => {
        const store = await emptyStore();
        const { type, id } = record;
        expect(await store.save(record)).toBe(true);
        expect(await store.read(type, id)).toEqual({ ...record, version: 1 });
        expect(await store.save(record)).toBe(false);

        const asRead = (await store.read(type, id))!;
        expect(await store.save(asRead)).toBe(true);
        const latest = (await store.read(type, id))!;
        expect(latest).toEqual({ ...record, version: 2 });
        for (const other of [asRead, { ...latest, version: 3 }, { ...latest, createdAt: aMillisecondEarlier }]) {
          expect(await store.save(other)).toBe(false);
          expect(await store.remove(other)).toBe(false);
        }
        expect(await store.read(type, id)).toEqual(latest);

        expect(await store.remove(latest)).toBe(true);
        expect(await store.read(type, id)).toBeUndefined();
        expect(await store.remove(latest)).toBe(false);
        expect(await store.save(latest)).toBe(false);
      },
    );

    test('keeps records of different types apart where they share an id', async () => {
      const store = await emptyStore();
      const link = aPendingLink({ id: 'same' });
      const candidate = await saved(store, aCandidate({ id: 'same' }));
      await store.save(link);
      await store.save(newAddress('same', morning));

      expect(await store.remove(candidate)).toBe(true);

      expect(await store.read('pending-link', 'same')).toEqual({ ...link, version: 1 });
      expect(await store.read('address', 'same')).toMatchObject({ type: 'address', id: 'same' });
    });

    test('puts a tombstone in the place of its candidate as read last, for good, and finds nothing of them any more', async () => {
      const store = await emptyStore();
      const emails = [anEmail({ dueAt: morning })];
      const asRead = await saved(store, { ...aThirdTimer('a1'), emails });
      await store.save({ ...asRead, name: 'Faster' });
      expect(await store.save(tombstoneOf(asRead, morning))).toBe(false);
      const candidate = (await store.read('candidate', 'a1'))!;
      expect(candidate.name).toBe('Faster');
      const tombstone = tombstoneOf(candidate, morning, 'sub-0001');

      expect(await store.save(tombstone)).toBe(true);

      expect(await store.save(candidate)).toBe(false);
      expect(await store.remove(candidate)).toBe(false);
      expect(await store.save(aCandidate({ id: 'a1' }))).toBe(false);
      expect(await store.read('candidate', 'a1')).toBeUndefined();
      expect(await store.read('tombstone', 'a1')).toEqual({ ...tombstone, version: 3 });
      expect(await dueIn(store, morning)).toEqual([]);
      expect(await store.countFlagged('third-attempt-used')).toBe(0);
    });

    test.each([
      ['saves of the same version', true],
      ['creations', false],
    ])('lets one of 20 %s win', async (_what, isStored) => {
      const store = await emptyStore();
      const before = isStored ? await saved(store, aCandidate()) : aCandidate();
      const names = Array.from({ length: 20 }, (_, index) => `Writer ${index}`);

      const won = await Promise.all(names.map((wanted) => store.save({ ...before, name: wanted })));

      const winners = names.filter((_, index) => won[index]);
      expect(winners).toHaveLength(1);
      expect(await store.read('candidate', before.id)).toEqual({
        ...before,
        name: winners[0],
        version: before.version + 1,
      });
    });

    test('takes a removed record out of every list', async () => {
      const store = await emptyStore();
      const emails = [anEmail({ dueAt: morning })];
      await store.remove(await saved(store, { ...aThirdTimer('a1'), emails }));

      expect(await dueIn(store, morning)).toEqual([]);
      expect(await store.countFlagged('third-attempt-used')).toBe(0);
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
        await store.save(newAddress(id, morning));
      }

      expect(await dueIn(store, morning)).toEqual(refs('before', 'both-sides', 'just', 'long-ago'));
      expect(await dueIn(store, aMillisecondEarlier)).toEqual(refs('before', 'both-sides', 'long-ago'));
      expect(await dueIn(store, aMillisecondLater)).toEqual(refs('after', 'before', 'both-sides', 'just', 'long-ago'));
    });

    test('finds what has waited longest first', async () => {
      const store = await emptyStore();
      const minutes = [7, 3, 19, 0, 11, 5, 2, 17, 13, 1, 23, 29];
      for (const minute of minutes) {
        const emails = [anEmail({ dueAt: minutesAfter(morning, minute) })];
        await store.save({ ...aCandidate({ id: `c${minute}` }), emails });
      }

      const found: string[] = [];
      for await (const { ref } of store.due(minutesAfter(morning, 60))) found.push(ref.id);

      const inOrder = minutes.toSorted((one, other) => one - other);
      expect(found).toEqual(inOrder.map((minute) => `c${minute}`));
    });

    test.each<[what: string, change: (emails: Email[]) => Email[], dueAt: Instant | undefined]>([
      ['claimed', (emails) => claim(emails, 'email', morning), minutesAfter(morning, 10)],
      ['gone', () => [], undefined],
      ['skipped', (emails) => skip(emails, 'email', 'passed', morning), undefined],
      ['failed', (emails) => fail(emails, 'email', 'MessageRejected', morning), undefined],
      ['sent', (emails) => sent(claim(emails, 'email', morning), 'email'), undefined],
    ])('finds a record whose email is %s as due then, and no sooner', async (_what, change, dueAt) => {
      const store = await emptyStore();
      const before = [anEmail({ key: 'email', dueAt: morning })];
      const candidate = await saved(store, { ...aCandidate({ id: 'a1' }), emails: before });
      expect(await dueIn(store, morning)).toHaveLength(1);

      await store.save({ ...candidate, emails: change(before) });

      const end = Date.parse(dueAt ?? '9999-12-31T23:59:59.999Z');
      expect(await dueIn(store, new Date(end - 1).toISOString())).toEqual([]);
      if (dueAt) expect(await dueIn(store, dueAt)).toEqual([{ type: 'candidate', id: 'a1' }]);
    });

    test('counts who has a flag, among any others, until it is raised no more', async () => {
      const store = await emptyStore();
      const count = () => store.countFlagged('third-attempt-used');
      await store.save(aPendingLink());
      await store.save(aCandidate({ id: 'second-try', attempts: ['2026-07-01', '2026-09-01'] }));
      await store.save({ ...aCandidate({ id: 'bounced' }), bouncedAt: morning });
      expect(await count()).toBe(0);

      const passes = await saved(store, { ...aThirdTimer('passes'), bouncedAt: morning });
      const applies = await saved(store, aThirdTimer('applies'));
      const noted = await saved(store, { ...aThirdTimer('noted'), complainedAt: morning });
      expect(await count()).toBe(3);
      expect(await store.countFlagged('email-bounced')).toBe(2);

      await store.save(changedBy(markPassed(passes, morning)));
      expect(await count()).toBe(2);
      await store.save(changedBy(startNewApplication(applies, rules, morning)));
      expect(await count()).toBe(2);
      const [{ recordedAt: since } = { recordedAt: '' }] = noted.applications[0]?.attempts.slice(-1) ?? [];
      await store.save({ ...noted, acknowledged: [{ flag: 'third-attempt-used', since }] });
      expect(await count()).toBe(1);
      expect(await store.countFlagged('email-complained')).toBe(1);
    });
  });
}

/** Who is found as due, by type and id; whoever is found twice stands there twice. */
async function dueIn(store: Store, by: Instant): Promise<EmailRecordRef[]> {
  const found: EmailRecordRef[] = [];
  for await (const { ref } of store.due(by)) found.push(ref);
  const text = ({ type, id }: EmailRecordRef) => `${type} ${id}`;
  return found.sort((one, other) => (text(one) < text(other) ? -1 : 1));
}

function refs(...ids: string[]): EmailRecordRef[] {
  return (['candidate', 'pending-link'] as const).flatMap((type) => ids.map((id) => ({ type, id })));
}

async function saved(store: Store, candidate: Candidate): Promise<Candidate> {
  expect(await store.save(candidate)).toBe(true);
  return (await store.read('candidate', candidate.id))!;
}

function anEmail({ key = 'email', dueAt = morning }: { key?: string; dueAt?: Instant }): Email {
  const notAfter = minutesAfter(dueAt, 60);
  return { key, kind: 'reminder', state: 'queued', dueAt, notAfter, tries: 0 };
}

function sent(emails: Email[], key: string): Email[] {
  return settle(emails, key, 1, { type: 'accepted', messageId: 'm-1' }, morning);
}

/** Used all attempts, and has no email. */
function aThirdTimer(id: string): Candidate {
  const attempts = ['2026-07-01', '2026-09-01', '2026-11-01'];
  return { ...aCandidate({ id, attempts }), emails: [] };
}

function aCandidateWithEverything(): Candidate {
  const queued = ['a', 'b', 'c', 'd', 'e'].map((key) => anEmail({ key }));
  const claimed = claim(claim(queued, 'a', morning), 'b', morning);
  const emails = fail(skip(sent(claimed, 'b'), 'c', 'passed', morning), 'd', 'MessageRejected', morning);
  const candidate = aCandidate({ name: 'Zoë Ñandú, "RMA" 🎓', attempts: ['2026-08-01'] });
  const by = { at: morning, by: 'Dana Reyes', byId: 'sub-0001' };
  const history: HistoryEntry[] = [
    { ...by, action: 'enrolled' },
    { ...by, action: 'attempt-recorded', number: 1, date: '2026-08-01' },
    { ...by, action: 'date-corrected', date: '2026-08-02' },
    { ...by, action: 'address-change-asked', email: 'ana@new.example' },
    { ...by, action: 'passed-recorded' },
    { ...by, action: 'undone', entry: 'passed' },
    { ...by, action: 'bounce-cleared' },
    { ...by, action: 'complaint-cleared', note: 'A slip.' },
    { ...by, action: 'email-resent', key: 'a' },
    { ...by, action: 'flag-acknowledged', flag: 'email-failed', note: 'Called.' },
    { ...by, action: 'flag-acknowledged', flag: 'email-bounced' },
  ];
  return {
    ...changedBy(markPassed(candidate, morning)),
    addressMove: { id: 'move', from: candidate.addressId, to: 'address-of-work' },
    emailState: 'unsubscribed',
    bouncedAt: morning,
    complainedAt: morning,
    enrollment: { linkId: 'l1', expiresAt: morning, linkFailedAt: morning },
    emails: emails.map((email) => ({ ...email, attempt: { application: 1, number: 1 } })),
    refusedAttempt: {
      number: 2,
      date: '2026-08-05',
      fieldErrors: { attemptDate: 'Attempts have to be at least 30 days apart' },
      at: morning,
    },
    acknowledged: [{ flag: 'email-failed', since: morning }],
    history,
  };
}
