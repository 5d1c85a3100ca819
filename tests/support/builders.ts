import { type Candidate, newCandidate } from '../../lambdas/core/candidate.ts';
import { type Deed, recordAttempt } from '../../lambdas/core/deeds.ts';
import { cmaAama } from '../../lambdas/core/exams/cma-aama.ts';
import type { Rules } from '../../lambdas/core/plan.ts';
import { newSignUp, type SignUp, type SignUpAnswers } from '../../lambdas/core/sign-up.ts';
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

export function aSignUp({
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
} = {}): SignUp {
  const attempt = { number: 1, date, lowestAreas: [] };
  return newSignUp(id, candidateId, { details: { ...someDetails, ...details }, attempt }, at);
}

/** The candidate after a deed that the rules allow. */
export function changedBy(deed: Deed): Candidate {
  if ('mistakes' in deed) throw new Error(`Refused: ${JSON.stringify(deed.mistakes)}`);
  return deed.candidate;
}

/** The sentences of a deed that the rules refuse, by field. */
export function mistakesOf(deed: Deed): Record<string, string> {
  if ('candidate' in deed) throw new Error('The deed was not refused.');
  return deed.mistakes;
}
