import { addressIdOf } from '../../lambdas/adapters/address-id.ts';
import type { Action } from '../../lambdas/core/actions.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { type FormInput, formsFor } from '../../lambdas/core/forms.ts';
import type { Staff } from '../../lambdas/core/staff.ts';
import type { Instant } from '../../lambdas/core/time.ts';
import { type EnrollmentOutcome, enroll, resendEmailOrLink } from '../../lambdas/services/enrollment.ts';
import { erase } from '../../lambdas/services/erase.ts';
import { type ActionOutcome, perform } from '../../lambdas/services/perform.ts';
import type { MailboxLimits, Store } from '../../lambdas/services/ports.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { rules } from './builders.ts';
import { aMailer, scriptedSender } from './mailer.ts';
import { memoryStore } from './memory-store.ts';
import { unlimited } from './unlimited.ts';

export const dana: Staff = { id: 'sub-0001', name: 'Dana Reyes' };
export const eli: Staff = { id: 'sub-0002', name: 'Eli Novak' };

/** What staff type to enroll a candidate. */
export const enrollmentForm = {
  name: 'Ana Flores',
  email: 'Ana.Flores@example.com',
  attemptDate: '2026-11-20',
  attemptNumber: '1',
  membership: 'member',
  timeZone: 'America/New_York',
  cohort: 'Spring A',
};

let ids = 0;

/** What staff do, over a store, with a mailer, a clock to set, and a log to read. */
export function aStaffDesk({
  store = memoryStore(),
  at = '2026-11-23T15:00:00.000Z',
  mailboxLimits = unlimited.mailboxLimits,
}: {
  store?: Store;
  mailboxLimits?: MailboxLimits;
  at?: Instant;
} = {}) {
  let now = at;
  const logged: { event: string; fields: object }[] = [];
  const idOf = addressIdOf('i'.repeat(32));
  const dependencies = {
    store,
    rules,
    limits: { admit: async () => ({ admitted: true as const }) },
    mailboxLimits,
    confirmations: unlimited.confirmations,
    addressIdOf: idOf,
    newId: () => `id-${++ids}`,
    clock: () => now,
    log: (event: string, fields: object) => logged.push({ event, fields }),
  };
  const forms = formsFor(rules.exam);
  const { sender, mails } = scriptedSender();
  const mailer = aMailer({ store, sender, clock: dependencies.clock });
  return {
    store,
    mails,
    runMailer: () => sweep(mailer, { concurrency: 1, hasTime: () => true }),
    logged,
    idOf,
    dependencies,
    clock: () => now,
    setClock(to: Instant) {
      now = to;
    },
    perform: (staff: Staff, id: string, action: Action) => perform(dependencies, staff, id, { values: action }),
    enroll: (staff: Staff, input: FormInput) => enroll(dependencies, staff, forms, input),
    resend: (staff: Staff, id: string, key: string) => resendEmailOrLink(dependencies, staff, id, key),
    erase: (staff: Staff, id: string) => erase(dependencies, id, staff),
    /** Stores the candidate, and gives it as stored. */
    async keep(candidate: Candidate): Promise<Candidate> {
      if (!(await store.save(candidate))) throw new Error('Not saved.');
      return (await store.read('candidate', candidate.id))!;
    },
  };
}

/** The candidate after an action of staff that was done. */
export function candidateAfter(outcome: ActionOutcome | EnrollmentOutcome): Candidate {
  if (outcome.type !== 'done') throw new Error(`Not done: ${JSON.stringify(outcome)}`);
  return outcome.candidate;
}
