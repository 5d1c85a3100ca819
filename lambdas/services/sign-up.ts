import { type Candidate, newCandidate } from '../core/candidate.ts';
import { confirmSignUp } from '../core/confirm-sign-up.ts';
import { withComplaint } from '../core/email-preferences.ts';
import { type FormInput, type Forms, parseSignUp } from '../core/forms.ts';
import {
  confirmedLink,
  confirmingLink,
  disownedLink,
  isVoid,
  type NewAddressLink,
  newPendingLink,
  type OpenLink,
  type PendingLink,
  type SignUpAnswers,
  type SignUpLink,
  wasJustConfirmed,
} from '../core/pending-link.ts';
import type { Rules } from '../core/rules.ts';
import type { Instant } from '../core/time.ts';
import { changeAddress, claimAddress, markActive, releaseAddress } from './addresses.ts';
import { erase, revokeLink } from './erase.ts';
import type { Log } from './log-events.ts';
import type { Clock, Store } from './ports.ts';
import { type RequestDependencies, type RequestOutcome, requestLink } from './request-links.ts';
import { change, isUnchanged, update } from './update.ts';

export type ConfirmDependencies = { store: Store; rules: Rules; newId: () => string; clock: Clock; log: Log };

export async function signUp(
  dependencies: RequestDependencies,
  forms: Forms,
  input: FormInput,
  source: string,
): Promise<RequestOutcome> {
  const { newId, clock } = dependencies;
  const parsed = parseSignUp(forms, input, clock());
  if ('fieldErrors' in parsed) return { type: 'invalid', ...parsed };
  return requestLink(dependencies, source, parsed.values.details.email, (ids, now) =>
    newPendingLink({ ...ids, candidateId: newId() }, parsed.values, now),
  );
}

export async function findLink({ store, clock }: ConfirmDependencies, id: string): Promise<PendingLink | undefined> {
  const link = await store.read('pending-link', id);
  return isVoid(link, clock()) ? undefined : link;
}

export type Confirmation =
  | { type: 'confirmed'; candidate: Candidate }
  | { type: 'already-confirmed' }
  /** The answers have changed since the reader was shown them. */
  | { type: 'changed'; link: SignUpLink }
  /** The new address belongs to another candidate. */
  | { type: 'taken' }
  | { type: 'void' };

/**
 * Confirms a link when its button is clicked. First marks the link, so that it can no longer be disowned, then writes
 * the address, the candidate, and the link again. If a crash interrupts it at any point, the same call continues from
 * there. A second click just after gets the same answer.
 */
export async function confirmLink(
  dependencies: ConfirmDependencies,
  id: string,
  isAsShown: (answers: SignUpAnswers) => boolean,
): Promise<Confirmation> {
  const { store, clock } = dependencies;
  const now = clock();
  const begun = await update<'pending-link', Confirmation | OpenLink>(store, 'pending-link', id, async (link) => {
    if (link === undefined || isVoid(link, now)) return { result: { type: 'void' } };
    if (link.state === 'confirmed') return { result: await confirmedBefore(store, link, now) };
    if (!('purpose' in link)) return { result: { type: 'void' } };
    if (link.purpose === 'sign-up' && !isAsShown(link.answers)) return { result: { type: 'changed', link } };
    const next = confirmingLink(link);
    return { save: link.state === 'waiting' ? next : undefined, result: next };
  });
  if (begun.type !== 'pending-link') return begun;

  const confirmed = await (begun.purpose === 'sign-up'
    ? applyConfirmation(dependencies, begun, now)
    : takeNewAddress(dependencies, begun, now));
  if (confirmed === 'taken') return { type: 'taken' };
  await change(store, 'pending-link', id, (link) => {
    if (!('purpose' in link)) return undefined;
    return confirmed ? confirmedLink(link, now, confirmed) : disownedLink(link);
  });
  return confirmed ? { type: 'confirmed', candidate: confirmed } : { type: 'void' };
}

async function confirmedBefore(
  store: Store,
  link: Extract<PendingLink, { state: 'confirmed' }>,
  now: Instant,
): Promise<Confirmation> {
  const candidate = wasJustConfirmed(link, now) ? await store.read('candidate', link.candidateId) : undefined;
  return candidate ? { type: 'confirmed', candidate } : { type: 'already-confirmed' };
}

/** The candidate at the new address; undefined if they are gone or have changed something since asking. */
async function takeNewAddress(
  dependencies: ConfirmDependencies,
  { candidateId, newEmail: email, addressId, asked }: NewAddressLink,
  now: Instant,
): Promise<Candidate | 'taken' | undefined> {
  const outcome = await changeAddress(dependencies, candidateId, { email, addressId, asked }, now);
  if (outcome === 'taken') return outcome;
  return outcome === 'changed' ? dependencies.store.read('candidate', candidateId) : undefined;
}

/** "This wasn't me": deletes the request and whoever staff enrolled with it, or tells staff about an objection. */
export async function disownLink(
  { store, clock, log }: ConfirmDependencies,
  id: string,
): Promise<'disowned' | 'disputed' | 'already-confirmed' | 'void'> {
  const now = clock();
  const link = await update<'pending-link', PendingLink | undefined>(store, 'pending-link', id, (known) => {
    if (known === undefined || now >= known.expiresAt) return { result: undefined };
    if (known.state !== 'waiting') return { result: known };
    const disowned = disownedLink(known);
    return { save: disowned, result: disowned };
  });
  if (link === undefined) return 'void';
  if (link.state === 'erased' || link.state === 'moved') {
    log('change-disputed', { id: link.candidateId, change: link.state });
    return 'disputed';
  }
  if (link.state !== 'disowned') return 'already-confirmed';
  const candidate = await store.read('candidate', link.candidateId);
  const isTheirs = candidate === undefined || candidate.enrollment?.linkId === id;
  if (isTheirs) await erase({ store, clock, log }, link.candidateId);
  log('link-disowned', { id });
  return 'disowned';
}

/** The candidate who holds the link's address, with the link's answers applied; undefined if they erased themselves. */
async function applyConfirmation(
  { store, rules }: ConfirmDependencies,
  link: SignUpLink,
  now: Instant,
): Promise<Candidate | undefined> {
  const { addressId, answers } = link;
  for (;;) {
    const claimed = await claimAddress(store, addressId, link.candidateId, now);
    if (claimed === undefined) return undefined;
    const { candidateId, complainedAt } = claimed;
    const applied = await update<'candidate', AppliedConfirmation>(store, 'candidate', candidateId, async (known) => {
      if (known === undefined && (await store.read('tombstone', candidateId))) return { result: 'gone' };
      if (known !== undefined && known.addressId !== addressId) return { result: 'gone' };
      const before = known ?? newCandidate(candidateId, addressId, answers.details, now);
      const candidate = confirmSignUp(withComplaint(before, complainedAt), answers, rules, now, link.createdAt);
      return {
        save: isUnchanged(known, candidate) ? undefined : await markActive(store, candidate, now),
        wakeMailerAt: now,
        result: { candidate, replacedLinkId: known?.enrollment?.linkId },
      };
    });
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
