import type { Refusal } from '../core/action-result.ts';
import { mailboxOf } from '../core/address.ts';
import { type Candidate, type Details, newCandidate } from '../core/candidate.ts';
import type { SkipReason } from '../core/email.ts';
import { withComplaint } from '../core/email-preferences.ts';
import { type FormInput, type Forms, type Parsed, parseSignUp } from '../core/forms.ts';
import {
  daysToConfirm,
  newPendingLink,
  resendLink,
  type SignUpAnswers,
  type SignUpLink,
} from '../core/pending-link.ts';
import type { Staff } from '../core/staff.ts';
import { goneAt, hasLapsed } from '../core/status.ts';
import { addDays24h, type Instant } from '../core/time.ts';
import { candidateAt, claimAddress, markActive } from './addresses.ts';
import { revokeLink } from './erase.ts';
import { findCandidate } from './find-candidates.ts';
import { type ActionOutcome, type PerformDependencies, perform } from './perform.ts';
import type { MailboxLimits, Store } from './ports.ts';
import { isUnchanged, update } from './update.ts';

export type EnrollmentDependencies = PerformDependencies & {
  mailboxLimits: MailboxLimits;
  addressIdOf: (email: string) => string;
  newId: () => string;
};

type Enrollment = NonNullable<Candidate['enrollment']>;

export type EnrollmentOutcome = SavedEnrollment | ({ type: 'invalid' } & Refusal);

/**
 * Enrolls a candidate, who gets a confirmation link and no other email until they confirm. Enrolling again with other
 * answers changes what the link confirms; once the link is void, a new one goes out. Writes the address, then the
 * candidate, then the link; if a crash interrupts it at any point, the same call completes it.
 */
export async function enroll(
  dependencies: EnrollmentDependencies,
  staff: Staff,
  forms: Forms,
  input: FormInput,
): Promise<EnrollmentOutcome> {
  const parsed = parseSignUp(forms, input, dependencies.clock(), 'enrollment');
  if ('fieldErrors' in parsed) return { type: 'invalid', fieldErrors: parsed.fieldErrors };
  return enrollWith(dependencies, staff, parsed.values);
}

export async function enrollWith(
  dependencies: EnrollmentDependencies,
  staff: Staff,
  answers: SignUpAnswers,
): Promise<SavedEnrollment> {
  const { store, addressIdOf, clock, log } = dependencies;
  const now = clock();
  const outcome = await saveEnrolled(dependencies, staff, addressIdOf(answers.details.email), answers, now);
  if (outcome.type !== 'done') return outcome;
  const { candidate, change, replacedLinkId } = outcome;
  if (replacedLinkId) await revokeLink(store, replacedLinkId);
  if (candidate.enrollment) {
    const mailboxId = addressIdOf(mailboxOf(answers.details.email));
    await savePendingLink(store, candidate, mailboxId, candidate.enrollment, answers, now);
    // Who confirmed an earlier link in the meantime needs none.
    const present = await store.read('candidate', candidate.id);
    if (!present?.enrollment) await revokeLink(store, candidate.enrollment.linkId);
  }
  if (change !== 'none') log('staff-action', { id: candidate.id, action: 'enrolled', by: staff.id });
  return outcome;
}

type SavedEnrollment =
  | (Extract<ActionOutcome, { type: 'done' }> & { replacedLinkId?: string | undefined })
  | Extract<ActionOutcome, { type: 'conflict' }>;

async function saveEnrolled(
  { store, newId }: EnrollmentDependencies,
  staff: Staff,
  addressId: string,
  answers: SignUpAnswers,
  now: Instant,
): Promise<SavedEnrollment> {
  const ownId = newId();
  const enrollment = { linkId: newId(), expiresAt: addDays24h(now, daysToConfirm) };
  for (;;) {
    const claimed = await claimAddress(store, addressId, ownId, now, { isProvisional: true });
    const id = claimed?.candidateId ?? ownId;
    const saved = await update<'candidate', SavedEnrollment | 'gone'>(store, 'candidate', id, async (known) => {
      if (known === undefined && (await store.read('tombstone', id))) return { result: 'gone' };
      if (known && (known.addressId !== addressId || hasLapsed(known, now))) return { result: 'gone' };
      if (known && !known.enrollment) return { result: { type: 'conflict', conflict: 'known', candidate: known } };
      const open = known?.enrollment;
      const isVoid = open !== undefined && now >= open.expiresAt;
      if (known && (await isEnrolledWith(store, known, answers, now)))
        return { result: { type: 'done', candidate: known, change: 'none' } };
      const first = newCandidate(id, addressId, answers.details, now);
      const before = known ?? withComplaint({ ...first, enrollment }, claimed?.complainedAt);
      const enrolled: Candidate = {
        ...before,
        ...answers.details,
        ...(isVoid && { enrollment }),
        history: [...before.history, { action: 'enrolled', at: now, by: staff.name, byId: staff.id }],
      };
      const candidate = await markActive(store, enrolled, now);
      const change = known ? 'changed' : 'created';
      const replacedLinkId = isVoid ? open.linkId : undefined;
      return { save: candidate, result: { type: 'done', candidate, change, replacedLinkId } };
    });
    if (saved !== 'gone') return saved;
  }
}

/** What `enrollWith` would do with these answers now; nothing is written. */
export async function previewEnrollment(
  { store, addressIdOf, clock }: EnrollmentDependencies,
  answers: SignUpAnswers,
): Promise<{ change: 'created' | 'changed' | 'none' | 'known'; id: string | undefined }> {
  const now = clock();
  const known = await candidateAt(store, addressIdOf(answers.details.email), now);
  if (known === undefined) return { change: 'created', id: undefined };
  const { id, enrollment } = known;
  if (enrollment === undefined) return { change: 'known', id };
  return { change: (await isEnrolledWith(store, known, answers, now)) ? 'none' : 'changed', id };
}

/** Whether the link that they have still works, and confirms these answers. */
async function isEnrolledWith(store: Store, known: Candidate, answers: SignUpAnswers, now: Instant): Promise<boolean> {
  const { enrollment } = known;
  if (!enrollment || now >= enrollment.expiresAt || !isUnchanged(known, { ...known, ...answers.details })) return false;
  const link = await store.read('pending-link', enrollment.linkId);
  return !link || !('answers' in link) || isUnchanged(link.answers, answers);
}

function savePendingLink(
  store: Store,
  { id: candidateId, addressId }: Candidate,
  mailboxId: string,
  { linkId: id, expiresAt }: Enrollment,
  answers: SignUpAnswers,
  now: Instant,
): Promise<void> {
  return update(store, 'pending-link', id, (known) => {
    const first = newPendingLink({ id, addressId, mailboxId, candidateId }, answers, now);
    const next = known ? { ...known, answers } : { ...first, expiresAt, keptUntil: goneAt({ expiresAt }) };
    const isTaken = known !== undefined && known.state !== 'waiting';
    return { save: isTaken || isUnchanged(known, next) ? undefined : next, wakeMailerAt: now, result: undefined };
  });
}

/** First what an open link confirms, then the candidate, so that a repeat after a crash completes it. */
export async function changeDetails(
  dependencies: PerformDependencies,
  staff: Staff,
  id: string,
  changes: Parsed<Partial<Details>>,
): Promise<ActionOutcome> {
  if ('fieldErrors' in changes) return perform(dependencies, staff, id, changes);
  const { store } = dependencies;
  const candidate = await findCandidate(dependencies, id);
  if (candidate?.enrollment) {
    const isConfirming = await update(store, 'pending-link', candidate.enrollment.linkId, (link) => {
      if (!link || !('answers' in link)) return { result: false };
      const details = { ...link.answers.details, ...changes.values };
      const next = { ...link, answers: { ...link.answers, details } };
      if (isUnchanged(link, next)) return { result: false };
      return link.state === 'waiting' ? { save: next, result: false } : { result: true };
    });
    // What is being confirmed was shown to the candidate, and would replace the change.
    if (isConfirming) return { type: 'conflict', candidate, conflict: 'unconfirmed' };
  }
  const action = { type: 'change-details', details: changes.values } as const;
  return perform(dependencies, staff, id, { values: action });
}

/** Until the candidate confirms, that is the confirmation link, valid for another seven days. */
export async function resendEmailOrLink(
  dependencies: EnrollmentDependencies,
  staff: Staff,
  id: string,
  key: string,
): Promise<ActionOutcome> {
  const candidate = await findCandidate(dependencies, id);
  return candidate?.enrollment
    ? resendConfirmation(dependencies, staff, candidate, candidate.enrollment, key)
    : perform(dependencies, staff, id, { values: { type: 'resend-email', key } });
}

/** Writes the link, then the candidate; if a crash comes between them, a repeat completes it. */
async function resendConfirmation(
  dependencies: EnrollmentDependencies,
  staff: Staff,
  candidate: Candidate,
  enrollment: Enrollment,
  key: string,
): Promise<ActionOutcome> {
  const { store, clock } = dependencies;
  const now = clock();
  type Resent = SignUpLink | 'unknown' | 'on-its-way' | SkipReason;
  const outcome = await update<'pending-link', Resent>(store, 'pending-link', enrollment.linkId, async (link) => {
    if (!link || !('answers' in link)) return { result: 'unknown' };
    const again = resendLink(link, key, now);
    if (candidate.emailState === 'complained') return { result: 'complained' };
    if ('link' in again) {
      return (await dependencies.mailboxLimits.hasSlot(link.mailboxId))
        ? { save: again.link, wakeMailerAt: now, result: again.link }
        : { result: 'mailbox-limited' };
    }
    const wasBegun = link.expiresAt !== enrollment.expiresAt;
    return { result: again.refused === 'just-now' || wasBegun ? link : again.refused };
  });
  if (outcome === 'unknown') return { type: 'not-found' };
  if (typeof outcome === 'string') return { type: 'conflict', conflict: outcome, candidate };
  const { id: linkId, expiresAt } = outcome;
  return perform(dependencies, staff, candidate.id, { values: { type: 'extend-enrollment', linkId, expiresAt, key } });
}
