import type { FieldErrors } from '../core/action-result.ts';
import { mailboxOf } from '../core/address.ts';
import { type Candidate, newCandidate } from '../core/candidate.ts';
import { confirmSignUp } from '../core/confirm-sign-up.ts';
import { type FormInput, type Forms, parseSignUp } from '../core/forms.ts';
import {
  confirmedLink,
  confirmingLink,
  disownedLink,
  isVoid,
  newPendingLink,
  type OpenLink,
  type PendingLink,
  type SignUpAnswers,
} from '../core/pending-link.ts';
import type { Rules } from '../core/rules.ts';
import type { Instant } from '../core/time.ts';
import { claimAddress, markActive, releaseAddress } from './addresses.ts';
import { erase, revokeLink } from './erase.ts';
import type { Log } from './log-events.ts';
import type { Clock, SignUpLimits, Store } from './ports.ts';
import { isUnchanged, update } from './update.ts';

type SignUpDependencies = {
  store: Store;
  rules: Rules;
  limits: SignUpLimits;
  addressIdOf: (email: string) => string;
  newId: () => string;
  clock: Clock;
  log: Log;
};

export type SignUpOutcome =
  | { type: 'link-sent' }
  | { type: 'invalid'; fieldErrors: FieldErrors }
  | { type: 'limited'; retryAfterSeconds: number };

/** Sends a confirmation link. Reads no candidate, so the response can't reveal who is known. */
export async function signUp(
  { store, limits, addressIdOf, newId, clock }: SignUpDependencies,
  forms: Forms,
  input: FormInput,
  source: string,
): Promise<SignUpOutcome> {
  const now = clock();
  const parsed = parseSignUp(forms, input, now);
  if ('fieldErrors' in parsed) return { type: 'invalid', fieldErrors: parsed.fieldErrors };
  const admission = await limits.admit(source);
  if (!admission.admitted)
    return { type: 'limited', retryAfterSeconds: admission.retryAfterSeconds };
  const { email } = parsed.values.details;
  const addressId = addressIdOf(email);
  const mailboxId = addressIdOf(mailboxOf(email));
  const ids = { id: newId(), addressId, mailboxId, candidateId: newId() };
  const link = newPendingLink(ids, parsed.values, now);
  await store.save(link, { wakeMailerAt: now });
  return { type: 'link-sent' };
}

/** The link; undefined if it no longer works. */
export async function findLink(
  { store, clock }: Pick<SignUpDependencies, 'store' | 'clock'>,
  id: string,
): Promise<PendingLink | undefined> {
  const link = await store.read('pending-link', id);
  return isVoid(link, clock()) ? undefined : link;
}

export type Confirmation =
  | { type: 'confirmed'; candidate: Candidate }
  | { type: 'already-confirmed' }
  /** The answers have changed since the reader was shown them. */
  | { type: 'changed'; link: OpenLink }
  | { type: 'void' };

/**
 * Confirms a link when its button is clicked. First marks the link, so that it can no longer be
 * disowned, then writes the address, the candidate, and the link again. If a crash interrupts it at
 * any point, the same call continues from there.
 */
export async function confirmLink(
  dependencies: Pick<SignUpDependencies, 'store' | 'rules' | 'clock'>,
  id: string,
  isAsShown: (answers: SignUpAnswers) => boolean,
): Promise<Confirmation> {
  const { store, clock } = dependencies;
  const now = clock();
  const begun = await update<'pending-link', Confirmation | OpenLink>(
    store,
    'pending-link',
    id,
    (link) => {
      if (link === undefined || link.state === 'erased' || isVoid(link, now))
        return { result: { type: 'void' } };
      if (!('answers' in link)) return { result: { type: 'already-confirmed' } };
      if (!isAsShown(link.answers)) return { result: { type: 'changed', link } };
      const next = confirmingLink(link);
      return { save: link.state === 'waiting' ? next : undefined, result: next };
    },
  );
  if (begun.type !== 'pending-link') return begun;

  const confirmed = await applyConfirmation(dependencies, begun, now);
  const isFirst = await update(store, 'pending-link', id, (link) => {
    if (link === undefined || !('answers' in link)) return { result: false };
    return { save: confirmed ? confirmedLink(link) : disownedLink(link), result: true };
  });
  if (confirmed === undefined) return { type: 'void' };
  return isFirst ? { type: 'confirmed', candidate: confirmed } : { type: 'already-confirmed' };
}

/** "This wasn't me": deletes the request, and the candidate if staff enrolled them with it. */
export async function disownLink(
  { store, clock, log }: Pick<SignUpDependencies, 'store' | 'clock' | 'log'>,
  id: string,
): Promise<'disowned' | 'disputed' | 'already-confirmed' | 'void'> {
  const now = clock();
  const link = await update<'pending-link', PendingLink | undefined>(
    store,
    'pending-link',
    id,
    (known) => {
      if (known === undefined || now >= known.expiresAt) return { result: undefined };
      if (known.state !== 'waiting') return { result: known };
      const disowned = disownedLink(known);
      return { save: disowned, result: disowned };
    },
  );
  if (link === undefined) return 'void';
  if (link.state === 'erased') {
    log('erasure-disputed', { id });
    return 'disputed';
  }
  if (link.state !== 'disowned') return 'already-confirmed';
  const candidate = await store.read('candidate', link.candidateId);
  const isTheirs = candidate === undefined || candidate.enrollment?.linkId === id;
  if (isTheirs) await erase({ store, clock, log }, link.candidateId);
  log('link-disowned', { id });
  return 'disowned';
}

/**
 * The candidate who holds the link's address, with the link's answers applied; undefined if they
 * erased themselves.
 */
async function applyConfirmation(
  { store, rules }: Pick<SignUpDependencies, 'store' | 'rules'>,
  link: OpenLink,
  now: Instant,
): Promise<Candidate | undefined> {
  const { addressId, answers } = link;
  for (;;) {
    const claimed = await claimAddress(store, addressId, link.candidateId, now);
    if (claimed === undefined) return undefined;
    const { candidateId, complainedAt } = claimed;
    const applied = await update<'candidate', AppliedConfirmation>(
      store,
      'candidate',
      candidateId,
      async (known) => {
        if (known === undefined && (await store.read('tombstone', candidateId)))
          return { result: 'gone' };
        if (known !== undefined && known.addressId !== addressId) return { result: 'gone' };
        const before = known ?? newCandidate(candidateId, addressId, answers.details, now);
        const candidate = confirmSignUp(afterComplaint(before, complainedAt), answers, rules, now);
        return {
          save: isUnchanged(known, candidate) ? undefined : await markActive(store, candidate, now),
          result: { candidate, replacedLinkId: known?.enrollment?.linkId },
        };
      },
      { wakeMailerAt: now },
    );
    if (applied === 'gone') {
      if (candidateId !== link.candidateId) continue;
      await releaseAddress(store, addressId, candidateId);
      return undefined;
    }
    if (applied.replacedLinkId !== undefined && applied.replacedLinkId !== link.id)
      await revokeLink(store, applied.replacedLinkId);
    return applied.candidate;
  }
}

type AppliedConfirmation = { candidate: Candidate; replacedLinkId: string | undefined } | 'gone';

function afterComplaint(candidate: Candidate, complainedAt: Instant | undefined): Candidate {
  return complainedAt === undefined
    ? candidate
    : {
        ...candidate,
        emailState: 'complained',
        complainedAt: candidate.complainedAt ?? complainedAt,
      };
}
