import type { AttemptAnswers } from '../core/attempts.ts';
import { type Candidate, isCandidateId } from '../core/candidate.ts';
import type { Email } from '../core/email.ts';
import { hasLapsed } from '../core/status.ts';
import { candidateAt } from './addresses.ts';
import type { Clock, Store } from './ports.ts';

type FindDependencies = { store: Store; addressIdOf: (email: string) => string; clock: Clock };

/** A candidate with everything staff may see. */
export type CandidateDetail = {
  candidate: Candidate;
  emails: readonly Email[];
  /** The attempt that an enrolled candidate hasn't confirmed yet. */
  toBeConfirmed: AttemptAnswers | undefined;
};

export async function findCandidate(
  { store, clock }: Pick<FindDependencies, 'store' | 'clock'>,
  id: string,
): Promise<Candidate | undefined> {
  if (!isCandidateId(id)) return undefined;
  const candidate = await store.read('candidate', id);
  return candidate && !hasLapsed(candidate, clock()) ? candidate : undefined;
}

export function findByEmail(
  { store, addressIdOf, clock }: FindDependencies,
  email: string,
): Promise<Candidate | undefined> {
  return candidateAt(store, addressIdOf(email), clock());
}

/**
 * The candidate with all emails. Until confirmed, the emails and the attempt come from the pending
 * link.
 */
export async function detailOf(
  { store }: Pick<FindDependencies, 'store'>,
  candidate: Candidate,
): Promise<CandidateDetail> {
  const { enrollment, emails } = candidate;
  if (enrollment === undefined) return { candidate, emails, toBeConfirmed: undefined };
  const link = await store.read('pending-link', enrollment.linkId);
  const toBeConfirmed = link && 'answers' in link ? link.answers.attempt : undefined;
  return { candidate, emails: link?.emails ?? [], toBeConfirmed };
}
