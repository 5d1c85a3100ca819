import type { ActionResult } from '../../lambdas/core/action-result.ts';
import { recordAttempt } from '../../lambdas/core/attempts.ts';
import { type Candidate, newCandidate } from '../../lambdas/core/candidate.ts';
import { cmaAama } from '../../lambdas/core/exam-facts/cma-aama.ts';
import {
  type NewAddressLink,
  newAddressLink,
  newPendingLink,
  type SignUpAnswers,
  type SignUpLink,
} from '../../lambdas/core/pending-link.ts';
import type { Rules } from '../../lambdas/core/rules.ts';
import type { CalendarDate, Instant } from '../../lambdas/core/time.ts';

export const rules: Rules = { exam: cmaAama, sendHour: 9 };

export const someDetails: SignUpAnswers['details'] = {
  name: 'Ana Flores',
  email: 'Ana.Flores@example.com',
  membership: 'member',
  timeZone: 'America/New_York',
  cohort: 'Spring A',
};

/** A candidate with these attempts (numbered from one), recorded at that moment. */
export function aCandidate({
  id = 'a1b2c3',
  addressId = `address-of-${id}`,
  attempts = [],
  at = '2026-11-23T15:00:00.000Z',
  ...details
}: Partial<SignUpAnswers['details']> & {
  id?: string;
  addressId?: string;
  attempts?: CalendarDate[];
  at?: Instant;
} = {}): Candidate {
  const nobody = newCandidate(id, addressId, { ...someDetails, ...details }, at);
  return attempts.reduce(
    (candidate, date, index) =>
      changedBy(recordAttempt(candidate, { number: index + 1, date, lowestAreas: [] }, rules, at)),
    nobody,
  );
}

export function aPendingLink({
  id = 'd4e5f6',
  candidateId = 'a1b2c3',
  addressId = `address-of-${candidateId}`,
  mailboxId = `mailbox-of-${candidateId}`,
  date = '2026-11-20',
  at = '2026-11-23T15:00:00.000Z',
  ...details
}: Partial<SignUpAnswers['details']> & {
  id?: string;
  candidateId?: string;
  addressId?: string;
  mailboxId?: string;
  date?: CalendarDate;
  at?: Instant;
} = {}): SignUpLink {
  const attempt = { number: 1, date, lowestAreas: [] };
  const answers = { details: { ...someDetails, ...details }, attempt };
  return newPendingLink({ id, addressId, mailboxId, candidateId }, answers, at);
}

/** A link to a new address of this candidate, which the store knows as `new`. */
export function aNewAddressLink(candidate: Candidate, id = 'n1'): NewAddressLink {
  const ids = { id, addressId: 'new', mailboxId: 'mailbox-of-new' };
  return newAddressLink(ids, candidate, 'ana@new.example', '2026-11-23T15:00:00.000Z');
}

/** The candidate after an action that the rules allow. */
export function changedBy(action: ActionResult): Candidate {
  if ('fieldErrors' in action) throw new Error(`Refused: ${JSON.stringify(action.fieldErrors)}`);
  return action.candidate;
}

/** The sentences of an action that the rules refuse, by field. */
export function fieldErrorsOf(action: ActionResult): Record<string, string> {
  if ('candidate' in action) throw new Error('The action was not refused.');
  return action.fieldErrors;
}
