import { type ActionResult, recordAttempt } from '../../lambdas/core/actions.ts';
import { type Candidate, newCandidate } from '../../lambdas/core/candidate.ts';
import type { Rules } from '../../lambdas/core/email-schedule.ts';
import { cmaAama } from '../../lambdas/core/exams/cma-aama.ts';
import {
  newPendingLink,
  type PendingLink,
  type SignUpAnswers,
} from '../../lambdas/core/pending-link.ts';
import type { CalendarDate, Instant } from '../../lambdas/core/time.ts';

export const rules: Rules = { exam: cmaAama, sendHour: 9 };

export const someDetails: SignUpAnswers['details'] = {
  name: 'Ana Flores',
  email: 'Ana.Flores@example.com',
  membership: 'member',
  timeZone: 'America/New_York',
  cohort: 'Spring A',
};

/** A candidate who told us of these attempts (numbered from one) at that moment. */
export function aCandidate({
  id = 'a1b2c3',
  attempts = [],
  at = '2026-11-23T15:00:00.000Z',
  ...details
}: Partial<SignUpAnswers['details']> & {
  id?: string;
  attempts?: CalendarDate[];
  at?: Instant;
} = {}): Candidate {
  const nobody = newCandidate(id, { ...someDetails, ...details }, at);
  return attempts.reduce(
    (candidate, date, index) =>
      changedBy(recordAttempt(candidate, { number: index + 1, date, lowestAreas: [] }, rules, at)),
    nobody,
  );
}

export function aPendingLink({
  id = 'd4e5f6',
  candidateId = 'a1b2c3',
  date = '2026-11-20',
  at = '2026-11-23T15:00:00.000Z',
  ...details
}: Partial<SignUpAnswers['details']> & {
  id?: string;
  candidateId?: string;
  date?: CalendarDate;
  at?: Instant;
} = {}): PendingLink {
  const attempt = { number: 1, date, lowestAreas: [] };
  return newPendingLink(id, candidateId, { details: { ...someDetails, ...details }, attempt }, at);
}

/** The candidate after a deed that the rules allow. */
export function changedBy(action: ActionResult): Candidate {
  if ('fieldErrors' in action) throw new Error(`Refused: ${JSON.stringify(action.fieldErrors)}`);
  return action.candidate;
}

/** The sentences of a deed that the rules refuse, by field. */
export function fieldErrorsOf(action: ActionResult): Record<string, string> {
  if ('candidate' in action) throw new Error('The deed was not refused.');
  return action.fieldErrors;
}
