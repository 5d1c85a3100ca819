import { addressIdOf } from '../../lambdas/adapters/link-tokens.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import type { Instant } from '../../lambdas/core/time.ts';
import type { CandidateLists } from '../../lambdas/services/candidate-list.ts';
import type { MailboxLimits } from '../../lambdas/services/source-address.ts';
import type { Staff } from '../../lambdas/services/staff.ts';
import { createOffice, type StaffOutcome } from '../../lambdas/services/staff-actions.ts';
import type { Store } from '../../lambdas/services/update.ts';
import { rules } from './builders.ts';
import { memoryStore } from './memory-store.ts';
import { unlimited } from './unlimited.ts';

export const dana: Staff = { id: 'sub-0001', name: 'Dana Reyes' };
export const eli: Staff = { id: 'sub-0002', name: 'Eli Novak' };

/** What staff type to enrol somebody. */
export const enrolmentForm = {
  name: 'Ana Flores',
  email: 'Ana.Flores@example.com',
  attemptDate: '2026-11-20',
  attemptNumber: '1',
  membership: 'member',
  timeZone: 'America/New_York',
  cohort: 'Spring A',
};

const noLists: CandidateLists = {
  page: () => Promise.reject(new Error('This office has no lists.')),
  summary: () => Promise.reject(new Error('This office has no lists.')),
};

/** The office over a store, with a clock to set and a log to read. */
export function anOffice({
  store = memoryStore(),
  at = '2026-11-23T15:00:00.000Z',
  mailboxLimits = unlimited.mailboxLimits,
}: {
  store?: Store;
  mailboxLimits?: MailboxLimits;
  at?: Instant;
} = {}) {
  let now = at;
  let ids = 0;
  const logged: { event: string; fields: Record<string, string | number> }[] = [];
  const idOf = addressIdOf('i'.repeat(32));
  const office = createOffice({
    store,
    lists: noLists,
    rules,
    mailboxLimits,
    addressIdOf: idOf,
    newId: () => `sign-up-${++ids}`,
    clock: () => now,
    log: (event, fields) => logged.push({ event, fields }),
  });
  return {
    office,
    store,
    logged,
    idOf,
    clock: () => now,
    setClock(to: Instant) {
      now = to;
    },
    /** Stores the candidate, and gives it as stored. */
    async keep(candidate: Candidate): Promise<Candidate> {
      if (!(await store.save(candidate))) throw new Error('Not saved.');
      return (await store.candidate(candidate.id))!;
    },
  };
}

/** The candidate after a deed of staff that was done. */
export function candidateAfter(outcome: StaffOutcome): Candidate {
  if (outcome.type !== 'done') throw new Error(`Not done: ${JSON.stringify(outcome)}`);
  return outcome.candidate;
}
