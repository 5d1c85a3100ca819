import { mailboxOf } from '../core/address.ts';
import type { AttemptAnswers } from '../core/attempts.ts';
import { type Candidate, isCandidateId } from '../core/candidate.ts';
import type { Email } from '../core/email.ts';
import { isVoid, type SignUpLink } from '../core/pending-link.ts';
import { hasLapsed } from '../core/status.ts';
import type { Clock, MailboxLimits, Store } from './ports.ts';

type FindDependencies = { store: Store; addressIdOf: (email: string) => string; clock: Clock };

export type CandidateDetail = {
  candidate: Candidate;
  emails: readonly Email[];
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

/** The newest sign-up with exactly this address that still waits to be confirmed. */
export async function findSignUp(
  { store, addressIdOf, clock, mailboxLimits }: FindDependencies & { mailboxLimits: Pick<MailboxLimits, 'linksTo'> },
  email: string,
): Promise<SignUpLink | undefined> {
  const addressId = addressIdOf(email);
  for (const id of await mailboxLimits.linksTo(addressIdOf(mailboxOf(email)))) {
    const link = await store.read('pending-link', id);
    if (link && 'answers' in link && link.addressId === addressId && !isVoid(link, clock())) return link;
  }
  return undefined;
}

/** The candidate with all emails. Until confirmed, the emails and the attempt come from the pending link. */
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
