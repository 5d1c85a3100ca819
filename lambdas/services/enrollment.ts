import type { FieldErrors } from '../core/action-result.ts';
import { mailboxOf } from '../core/address.ts';
import { type Candidate, newCandidate } from '../core/candidate.ts';
import type { SkipReason } from '../core/email.ts';
import { withComplaint } from '../core/email-preferences.ts';
import { type FormInput, type Forms, parseEnrollment } from '../core/forms.ts';
import {
  daysToConfirm,
  newPendingLink,
  resendLink,
  type SignUpAnswers,
  type SignUpLink,
} from '../core/pending-link.ts';
import type { Staff } from '../core/staff.ts';
import { hasLapsed } from '../core/status.ts';
import { addDays24h, type Instant } from '../core/time.ts';
import { claimAddress, markActive } from './addresses.ts';
import { type ActionOutcome, type PerformDependencies, perform } from './perform.ts';
import type { MailboxLimits, Store } from './ports.ts';
import { isUnchanged, update } from './update.ts';

export type EnrollmentDependencies = PerformDependencies & {
  mailboxLimits: MailboxLimits;
  addressIdOf: (email: string) => string;
  newId: () => string;
};

type Enrollment = NonNullable<Candidate['enrollment']>;

export type EnrollmentOutcome =
  | Exclude<ActionOutcome, { type: 'invalid' | 'not-found' }>
  | { type: 'invalid'; fieldErrors: FieldErrors };

/**
 * Enrolls a candidate, who gets a confirmation link and no other email until they confirm. Enrolling
 * again with other answers changes what the link confirms. Writes the address, then the candidate,
 * then the link; if a crash interrupts it at any point, the same call completes it.
 */
export async function enroll(
  dependencies: EnrollmentDependencies,
  staff: Staff,
  forms: Forms,
  input: FormInput,
): Promise<EnrollmentOutcome> {
  const { store, addressIdOf, newId, clock, log } = dependencies;
  const now = clock();
  const parsed = parseEnrollment(forms, input, now);
  if ('fieldErrors' in parsed) return { type: 'invalid', fieldErrors: parsed.fieldErrors };
  const answers = parsed.values;
  const addressId = addressIdOf(answers.details.email);
  const outcome = await saveEnrolled(store, { staff, addressId, answers, newId, now });
  if (outcome.type !== 'done') return outcome;
  const { candidate, change } = outcome;
  if (candidate.enrollment) {
    const mailboxId = addressIdOf(mailboxOf(answers.details.email));
    await savePendingLink(store, candidate, mailboxId, candidate.enrollment, answers, now);
  }
  if (change !== 'none')
    log('staff-action', { id: candidate.id, action: 'enrolled', by: staff.id });
  return outcome;
}

type SavedEnrollment = Extract<ActionOutcome, { type: 'done' | 'conflict' }>;

async function saveEnrolled(
  store: Store,
  {
    staff,
    addressId,
    answers,
    newId,
    now,
  }: {
    staff: Staff;
    addressId: string;
    answers: SignUpAnswers;
    newId: () => string;
    now: Instant;
  },
): Promise<SavedEnrollment> {
  const ownId = newId();
  const enrollment = { linkId: newId(), expiresAt: addDays24h(now, daysToConfirm) };
  for (;;) {
    const claimed = await claimAddress(store, addressId, ownId, now, { isProvisional: true });
    const id = claimed?.candidateId ?? ownId;
    const saved = await update<'candidate', SavedEnrollment | 'gone'>(
      store,
      'candidate',
      id,
      async (known) => {
        if (known === undefined && (await store.read('tombstone', id))) return { result: 'gone' };
        if (known && (known.addressId !== addressId || hasLapsed(known, now)))
          return { result: 'gone' };
        if (known && !known.enrollment)
          return { result: { type: 'conflict', conflict: 'known', candidate: known } };
        if (known?.enrollment && (await isEnrolledWith(store, known, known.enrollment, answers)))
          return { result: { type: 'done', candidate: known, change: 'none' } };
        const first = newCandidate(id, addressId, answers.details, now);
        const before = known ?? withComplaint({ ...first, enrollment }, claimed?.complainedAt);
        const enrolled: Candidate = {
          ...before,
          ...answers.details,
          history: [
            ...before.history,
            { action: 'enrolled', at: now, by: staff.name, byId: staff.id },
          ],
        };
        const candidate = await markActive(store, enrolled, now);
        const change = known ? 'changed' : 'created';
        return { save: candidate, result: { type: 'done', candidate, change } };
      },
    );
    if (saved !== 'gone') return saved;
  }
}

/** Whether exactly these answers are already awaiting confirmation. */
async function isEnrolledWith(
  store: Store,
  known: Candidate,
  { linkId }: Enrollment,
  answers: SignUpAnswers,
): Promise<boolean> {
  if (!isUnchanged(known, { ...known, ...answers.details })) return false;
  const link = await store.read('pending-link', linkId);
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
  return update(
    store,
    'pending-link',
    id,
    (known) => {
      const next = known
        ? { ...known, answers }
        : { ...newPendingLink({ id, addressId, mailboxId, candidateId }, answers, now), expiresAt };
      const isTaken = known !== undefined && known.state !== 'waiting';
      return { save: isTaken || isUnchanged(known, next) ? undefined : next, result: undefined };
    },
    { wakeMailerAt: now },
  );
}

/**
 * Resends an email. For a candidate who hasn't confirmed yet, that is the confirmation link, which is
 * then valid for another seven days.
 */
export async function resendEmailOrLink(
  dependencies: EnrollmentDependencies,
  staff: Staff,
  id: string,
  key: string,
): Promise<ActionOutcome> {
  const { store, clock } = dependencies;
  const candidate = await store.read('candidate', id);
  return candidate?.enrollment && !hasLapsed(candidate, clock())
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
  const outcome = await update<'pending-link', SignUpLink | 'unknown' | 'on-its-way' | SkipReason>(
    store,
    'pending-link',
    enrollment.linkId,
    async (link) => {
      if (!link || !('answers' in link)) return { result: 'unknown' };
      const again = resendLink(link, key, now);
      if ('link' in again) {
        if (candidate.emailState === 'complained') return { result: 'complained' };
        return (await dependencies.mailboxLimits.hasSlot(link.mailboxId))
          ? { save: again.link, result: again.link }
          : { result: 'mailbox-limited' };
      }
      const wasBegun = link.expiresAt !== enrollment.expiresAt;
      return { result: again.refused === 'just-now' || wasBegun ? link : again.refused };
    },
    { wakeMailerAt: now },
  );
  if (outcome === 'unknown') return { type: 'not-found' };
  if (typeof outcome === 'string') return { type: 'conflict', conflict: outcome, candidate };
  const { id: linkId, expiresAt } = outcome;
  return perform(dependencies, staff, candidate.id, {
    values: { type: 'extend-enrollment', linkId, expiresAt, key },
  });
}
