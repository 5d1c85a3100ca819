import { describe, expect, test } from 'vitest';
import { newAddress } from '../../lambdas/core/address.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { formsFor } from '../../lambdas/core/forms.ts';
import { changeAddress } from '../../lambdas/services/addresses.ts';
import { enroll } from '../../lambdas/services/enrollment.ts';
import { erase } from '../../lambdas/services/erase.ts';
import type { Store, StoredRecord } from '../../lambdas/services/ports.ts';
import { requestNewAddressFor } from '../../lambdas/services/request-links.ts';
import { confirmLink, disownLink, signUp } from '../../lambdas/services/sign-up.ts';
import { aCandidate, aNewAddressLink, rules, someDetails } from '../support/builders.ts';
import { Crash, crashingStore } from '../support/crashing-store.ts';
import { memoryStore } from '../support/memory-store.ts';
import { aStaffDesk, dana, enrollmentForm } from '../support/staff-desk.ts';
import { now } from '../support/steps.ts';

const { idOf } = aStaffDesk();
const home = idOf(someDetails.email);
const forms = formsFor(rules.exam);

type Table = ReturnType<typeof memoryStore>;

const on = (store: Store) => aStaffDesk({ store, at: now }).dependencies;

const signUpForm = { ...enrollmentForm, consent: 'yes' };

async function withPendingLink(table: Table): Promise<string> {
  await signUp(on(table), forms, signUpForm, '192.0.2.1');
  return newest(table, 'pending-link').id;
}

async function withCandidate(table: Table): Promise<string> {
  const candidate = aCandidate({ id: 'ana', addressId: home, attempts: ['2026-11-20'] });
  await table.save({ ...newAddress(home, now), candidateId: 'ana' });
  await table.save(candidate);
  return candidate.id;
}

async function withEnrolled(table: Table): Promise<string> {
  await enroll(on(table), dana, forms, enrollmentForm);
  return newest(table, 'pending-link').id;
}

type Request = {
  name: string;
  /** What is there before; gives the id that the request is about. */
  given: (table: Table) => Promise<string>;
  ask: (store: Store, id: string) => Promise<unknown>;
  /** Who there is once it is done. */
  candidates: number;
  writes: number;
  /** How many emails say that someone was erased or has moved; none if not given. */
  told?: number;
};

const confirm = (store: Store, id: string) => confirmLink(on(store), id, () => true);
const erasing = (store: Store, id: string) => erase(on(store), id);

const requests: Request[] = [
  { name: 'confirming a sign-up', given: withPendingLink, ask: confirm, candidates: 1, writes: 4 },
  { name: 'confirming an enrollment', given: withEnrolled, ask: confirm, candidates: 1, writes: 4 },
  {
    name: 'confirming a sign-up in place of an enrollment',
    given: async (table) => {
      await withEnrolled(table);
      return withPendingLink(table);
    },
    ask: confirm,
    candidates: 1,
    writes: 5,
  },
  {
    name: '"this wasn’t me" to an enrollment',
    given: withEnrolled,
    ask: (store, id) => disownLink(on(store), id),
    candidates: 0,
    writes: 3,
  },
  { name: 'erasing', given: withCandidate, ask: erasing, candidates: 0, writes: 4, told: 1 },
  {
    name: 'erasing before confirming',
    given: async (table) => {
      await withEnrolled(table);
      return newest(table, 'candidate').id;
    },
    ask: erasing,
    candidates: 0,
    writes: 3,
  },
  {
    name: 'enrolling',
    given: async () => '',
    ask: (store) => enroll(on(store), dana, forms, enrollmentForm),
    candidates: 1,
    writes: 3,
  },
  {
    name: 'confirming a new address',
    given: async (table) => {
      const ana = await withCandidate(table);
      const candidate = (await table.read('candidate', ana))!;
      await table.save({ ...aNewAddressLink(candidate), addressId: newHome.addressId });
      return 'n1';
    },
    ask: confirm,
    candidates: 1,
    writes: 8,
    told: 1,
  },
  {
    name: 'asking for a new address on a candidate’s behalf',
    given: withCandidate,
    ask: (store, id) => requestNewAddressFor(on(store), dana, id, forms, newHome),
    candidates: 1,
    writes: 2,
  },
];

const newHome = { email: 'ana@new.example', addressId: idOf('ana@new.example') };

describe.each(requests)('$name', ({ given, ask, candidates, writes, told = 0 }) => {
  test.each(Array.from({ length: writes + 1 }, (_, index) => index))(
    `takes ${writes} writes, and is completed by the same request after a crash behind write %i`,
    async (writesBefore) => {
      const table = memoryStore();
      const id = await given(table);
      const first = ask(crashingStore(table, writesBefore), id);

      if (writesBefore === writes) await first;
      else {
        await expect(first).rejects.toBeInstanceOf(Crash);
        expectNoOrphan(table.all());
        await ask(table, id);
      }

      expectConsistent(table.all(), candidates);
      expect(toldIn(table)).toHaveLength(told);
    },
  );
});

describe('between a crash and the same request', () => {
  test('another link for the same address, confirmed meanwhile, leads to the same candidate', async () => {
    for (const writesBefore of [0, 1, 2]) {
      const table = memoryStore();
      const first = await withPendingLink(table);
      const second = await withPendingLink(table);
      await expect(confirm(crashingStore(table, writesBefore), first)).rejects.toBeInstanceOf(Crash);

      await confirm(table, second);
      await confirm(table, first);

      expectConsistent(table.all(), 1);
    }
  });

  test('an address on the way to one candidate may be confirmed by another, who keeps it', async () => {
    for (const writesBefore of [0, 1]) {
      const table = memoryStore();
      const ana = await withCandidate(table);
      await expect(changeAddress(on(crashingStore(table, writesBefore)), ana, newHome, now)).rejects.toBeInstanceOf(
        Crash,
      );
      await signUp(on(table), forms, { ...signUpForm, email: newHome.email }, '192.0.2.1');
      const link = newest(table, 'pending-link').id;

      const confirmed = await confirm(table, link);
      const repeated = await changeAddress(on(table), ana, newHome, now);

      expect(confirmed.type).toBe('confirmed');
      expect(repeated).toBe('taken');
      expectConsistent(table.all(), 2);
    }
  });
});

/** One pointer for each candidate, and nothing left halfway. */
function expectConsistent(records: StoredRecord[], candidates: number): void {
  const people = records.filter((record): record is Candidate => record.type === 'candidate');
  const pointers = records.flatMap((record) =>
    record.type === 'address' && record.candidateId ? [[record.id, record.candidateId]] : [],
  );
  expect(people).toHaveLength(candidates);
  expect(pointers.sort()).toEqual(people.map(({ id, addressId }) => [addressId, id]).sort());
  expect(people.filter(({ addressMove }) => addressMove)).toEqual([]);
  expect(records.filter((record) => record.type === 'pending-link' && record.state === 'confirming')).toEqual([]);
  expect(records.filter((record) => record.type === 'tombstone' && record.notify)).toEqual([]);
}

/** Nobody has mail coming whom their address does not lead to. */
function expectNoOrphan(records: StoredRecord[]): void {
  for (const record of records) {
    if (record.type !== 'candidate') continue;
    const address = records.find(({ type, id }) => type === 'address' && id === record.addressId);
    expect(address).toMatchObject({ candidateId: record.id });
  }
}

function toldIn(table: Table): StoredRecord[] {
  return table.all().filter((record) => record.type === 'pending-link' && 'email' in record);
}

function newest(table: Table, type: 'pending-link' | 'candidate') {
  return table
    .all()
    .filter((record) => record.type === type)
    .at(-1)!;
}
