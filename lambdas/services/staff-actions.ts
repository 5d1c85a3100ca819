import {
  type ActionResult,
  type AttemptAnswers,
  clearBounce,
  correctDate,
  type FieldErrors,
  lastEntry,
  markPassed,
  recordAttempt,
  undo,
} from '../core/actions.ts';
import {
  type Candidate,
  type Flag,
  type HistoryEntry,
  hasLapsed,
  inPlaceOf,
  newCandidate,
  unacknowledged,
} from '../core/candidate.ts';
import type { Email, SkipReason } from '../core/email.ts';
import { type ResendRefusal, type Rules, sendAgain } from '../core/email-schedule.ts';
import { type FormInput, formsFor, parseEnrolment, parseForm } from '../core/forms.ts';
import {
  daysToConfirm,
  newPendingLink,
  type PendingLink,
  type SignUpAnswers,
  withConfirmationAgain,
} from '../core/pending-link.ts';
import { addDays24h, type Clock, type Instant } from '../core/time.ts';
import type { CandidateLists } from './candidate-list.ts';
import type { Log } from './send-emails.ts';
import type { MailboxLimits } from './source-address.ts';
import type { Staff } from './staff.ts';
import { isUnchanged, type Store, update } from './update.ts';

export type StaffActionsDependencies = {
  store: Store;
  lists: CandidateLists;
  rules: Rules;
  mailboxLimits: Pick<MailboxLimits, 'confirmationSlot'>;
  addressIdOf: (email: string) => string;
  newId: () => string;
  clock: Clock;
  log: Log;
};

/** What became of a deed of staff. */
export type StaffOutcome =
  | { type: 'done'; candidate: Candidate; did: 'creation' | 'change' | 'nothing' }
  | { type: 'fieldErrors'; fieldErrors: FieldErrors }
  | { type: 'conflict'; conflict: Conflict; candidate: Candidate }
  | { type: 'unknown' };

/** Why a deed does not fit where the candidate stands. */
export type Conflict = 'unconfirmed' | 'known' | Exclude<ResendRefusal, 'unknown' | 'just-now'>;

/** One candidate with all that staff may see. */
export type CandidateDetail = {
  candidate: Candidate;
  emails: readonly Email[];
  /** What an enrolled candidate has not confirmed yet. */
  toBeConfirmed: AttemptAnswers | undefined;
};

type Did = Pick<HistoryEntry, 'action' | 'about' | 'note'>;
type Change = (
  candidate: Candidate,
  now: Instant,
) => (ActionResult & { did: Did }) | { conflict: Conflict } | 'unknown';

/** What is recorded of a candidate's exam, by what was typed. */
export const examActions = ['attempts', 'correct-date', 'passed', 'undo', 'clear-bounce'] as const;
export type ExamAction = (typeof examActions)[number];

/**
 * All that staff do. Each deed is one conditional write that also keeps who did it; the same deed
 * again changes nothing.
 */
export function createOffice({
  store,
  lists,
  rules,
  mailboxLimits,
  addressIdOf,
  newId,
  clock,
  log,
}: StaffActionsDependencies) {
  const forms = formsFor(rules.exam);
  return { find, findByEmail, detailOf, lists, record, acknowledge, resend, enrol, erase };

  async function find(id: string): Promise<Candidate | undefined> {
    if (!/^[\w-]{1,64}$/.test(id)) return undefined;
    const candidate = await store.candidate(id);
    return candidate && !hasLapsed(candidate, clock()) ? candidate : undefined;
  }

  function findByEmail(email: string): Promise<Candidate | undefined> {
    return find(addressIdOf(email));
  }

  /** The candidate with all emails; while unconfirmed, those are the link's, which will record the attempt. */
  async function detailOf(candidate: Candidate): Promise<CandidateDetail> {
    const { enrolment, emails } = candidate;
    if (enrolment === undefined) return { candidate, emails, toBeConfirmed: undefined };
    const signUp = await store.signUp(enrolment.signUpId);
    return { candidate, emails: signUp?.emails ?? [], toBeConfirmed: signUp?.answers?.attempt };
  }

  function record(
    staff: Staff,
    id: string,
    action: ExamAction,
    input: FormInput,
  ): Promise<StaffOutcome> {
    return change(staff, id, (candidate, now) => {
      if (candidate.enrolment && action !== 'clear-bounce') return { conflict: 'unconfirmed' };
      return recorded(candidate, action, input, now);
    });
  }

  function recorded(candidate: Candidate, action: ExamAction, input: FormInput, now: Instant) {
    switch (action) {
      case 'attempts': {
        const did: Did = { action: 'attempt-recorded' };
        const parsed = parseForm(forms.attempt, input);
        if ('fieldErrors' in parsed) return { ...parsed, did };
        const { attemptNumber: number, attemptDate: date, lowestAreas } = parsed.values;
        const done = recordAttempt(candidate, { number, date, lowestAreas }, rules, now);
        return { ...done, did: { ...did, about: `${number} ${date}` } };
      }
      case 'correct-date': {
        const did: Did = { action: 'date-corrected' };
        const parsed = parseForm(forms.date, input);
        if ('fieldErrors' in parsed) return { ...parsed, did };
        const date = parsed.values.attemptDate;
        return { ...correctDate(candidate, date, rules, now), did: { ...did, about: date } };
      }
      case 'passed':
        return { ...markPassed(candidate, now), did: { action: 'passed-recorded' } as const };
      case 'undo': {
        const did: Did = { action: 'taken-back', about: lastEntry(candidate)?.what };
        const parsed = parseForm(forms.undo, input);
        if ('fieldErrors' in parsed) return { ...parsed, did };
        const { told } = parsed.values;
        if (told === undefined && wasJustTakenBack(candidate)) return { candidate, did };
        return { ...undo(candidate, rules, now, told), did };
      }
      case 'clear-bounce':
        return {
          ...clearBounce(candidate, rules, now),
          did: { action: 'bounce-cleared' } as const,
        };
    }
  }

  /** Nobody looks at this flag any more, until there is a new cause. */
  function acknowledge(
    staff: Staff,
    id: string,
    flag: Flag,
    input: FormInput,
  ): Promise<StaffOutcome> {
    return change(staff, id, (candidate) => {
      const did: Did = { action: 'acknowledged', about: flag };
      const parsed = parseForm(forms.acknowledgement, input);
      if ('fieldErrors' in parsed) return { ...parsed, did };
      const causes = unacknowledged(candidate, rules.exam).filter((cause) => cause.flag === flag);
      const acknowledged = [...candidate.acknowledged, ...causes];
      return {
        candidate: { ...candidate, acknowledged },
        did: { ...did, note: parsed.values.note },
      };
    });
  }

  /** Sends an email again; to whom has not confirmed yet, the link, which then works for seven days anew. */
  async function resend(staff: Staff, id: string, key: string): Promise<StaffOutcome> {
    const candidate = await find(id);
    if (candidate?.enrolment) return resendConfirmation(staff, candidate, candidate.enrolment, key);
    return change(staff, id, (known, now) => {
      const done = sendAgain(known, key, rules, now);
      const did: Did = { action: 'sent-again', about: key };
      if ('candidate' in done) return { ...done, did };
      if (done.refused === 'just-now') return { candidate: known, did };
      return done.refused === 'unknown' ? 'unknown' : { conflict: done.refused };
    });
  }

  /** The link's item first, then the candidate's: a repeat makes good what a crash left out between them. */
  async function resendConfirmation(
    staff: Staff,
    candidate: Candidate,
    enrolment: Enrolment,
    key: string,
  ): Promise<StaffOutcome> {
    const now = clock();
    const outcome = await update<PendingLink | 'unknown' | 'on-its-way' | SkipReason>(
      async () => {
        const stored = await store.signUp(enrolment.signUpId);
        if (stored?.answers === undefined) return { save: undefined, result: 'unknown' };
        const again = withConfirmationAgain(stored, key, now);
        if ('signUp' in again) {
          const slot =
            candidate.emailState === 'complained'
              ? 'complained'
              : await mailboxLimits.confirmationSlot(candidate.id);
          if (slot !== 'granted') return { save: undefined, result: slot };
          return { save: again.signUp, result: again.signUp };
        }
        const wasBegun = stored.expiresAt !== enrolment.expiresAt;
        const result = again.refused === 'just-now' || wasBegun ? stored : again.refused;
        return { save: undefined, result };
      },
      (record) => store.save(record, { wakeMailerAt: now }),
    );
    if (outcome === 'unknown') return { type: 'unknown' };
    if (typeof outcome === 'string') return { type: 'conflict', conflict: outcome, candidate };
    const { expiresAt } = outcome;
    return change(staff, candidate.id, (known) => {
      const did: Did = { action: 'sent-again', about: key };
      if (known.enrolment === undefined || known.enrolment.expiresAt === expiresAt)
        return { candidate: known, did };
      return { candidate: { ...known, enrolment: { signUpId: outcome.id, expiresAt } }, did };
    });
  }

  /**
   * Writes a candidate down who then gets the link to confirm; no other email goes out before. Told
   * again with other answers, the link confirms the new ones. The candidate's item first, then the
   * link's: a repeat makes good what a crash left out between them.
   */
  async function enrol(staff: Staff, input: FormInput): Promise<StaffOutcome> {
    const now = clock();
    const parsed = parseEnrolment(rules.exam, input, now);
    if ('fieldErrors' in parsed) return { type: 'fieldErrors', fieldErrors: parsed.fieldErrors };
    const answers = parsed.values;
    const id = addressIdOf(answers.details.email);
    const outcome = await update<StaffOutcome & { candidate: Candidate }>(
      async () => {
        const stored = await store.candidate(id);
        if (stored && !stored.enrolment)
          return {
            save: undefined,
            result: { type: 'conflict', conflict: 'known', candidate: stored },
          };
        const save = await enrolled(staff, id, stored, answers, now);
        const candidate = save ?? stored;
        if (candidate === undefined) throw new Error('A new candidate is always written.');
        const isNew = stored === undefined || hasLapsed(stored, now);
        const did = isNew ? 'creation' : save ? 'change' : 'nothing';
        return { save, result: { type: 'done', candidate, did } };
      },
      (record) => store.save(record),
    );
    const { candidate } = outcome;
    if (outcome.type === 'done' && candidate.enrolment)
      await offerToConfirm(candidate, candidate.enrolment, answers, now);
    if (outcome.type === 'done' && outcome.did !== 'nothing') logAction(staff, id, 'enrolled');
    return outcome;
  }

  /** The enrolled candidate to write; none where just that is stored already. */
  async function enrolled(
    staff: Staff,
    id: string,
    stored: Candidate | undefined,
    answers: SignUpAnswers,
    now: Instant,
  ): Promise<Candidate | undefined> {
    const { details } = answers;
    if (stored?.enrolment && !hasLapsed(stored, now)) {
      const signUp = await store.signUp(stored.enrolment.signUpId);
      const next = { ...stored, ...details };
      const isSame =
        isUnchanged(stored, next) && (!signUp?.answers || isUnchanged(signUp.answers, answers));
      return isSame ? undefined : by(staff, next, { action: 'enrolled' }, now);
    }
    const anew = stored ? inPlaceOf(stored, details, now) : newCandidate(id, details, now);
    const isComplained = (await mailboxLimits.confirmationSlot(id)) === 'complained';
    const enrolment = { signUpId: newId(), expiresAt: addDays24h(now, daysToConfirm) };
    const next: Candidate = {
      ...anew,
      enrolment,
      ...(isComplained && {
        emailState: 'complained',
        complainedAt: anew.complainedAt ?? now,
      }),
    };
    return by(staff, next, { action: 'enrolled' }, now);
  }

  function offerToConfirm(
    { id }: Candidate,
    { signUpId, expiresAt }: Enrolment,
    answers: SignUpAnswers,
    now: Instant,
  ): Promise<void> {
    return update(
      async () => {
        const stored = await store.signUp(signUpId);
        const isUsed = stored !== undefined && stored.answers === undefined;
        const next = stored
          ? { ...stored, answers }
          : { ...newPendingLink(signUpId, id, answers, now), expiresAt };
        const save = isUsed || isUnchanged(stored, next) ? undefined : next;
        return { save, result: undefined };
      },
      (record) => store.save(record, { wakeMailerAt: now }),
    );
  }

  /** Logged before it is done: afterwards the log alone knows of it. */
  async function erase(staff: Staff, id: string): Promise<'done' | 'unknown'> {
    const candidate = await find(id);
    if (candidate === undefined) return 'unknown';
    logAction(staff, id, 'erased');
    if (candidate.enrolment)
      await store.remove({ type: 'sign-up', id: candidate.enrolment.signUpId });
    await store.remove(candidate);
    return 'done';
  }

  async function change(staff: Staff, id: string, act: Change): Promise<StaffOutcome> {
    const now = clock();
    let done: Did | undefined;
    const outcome = await update<StaffOutcome>(
      async () => {
        done = undefined;
        const known = await find(id);
        const acted = known === undefined ? 'unknown' : act(known, now);
        if (known === undefined || acted === 'unknown')
          return { save: undefined, result: { type: 'unknown' } };
        if ('conflict' in acted)
          return { save: undefined, result: { type: 'conflict', candidate: known, ...acted } };
        if ('fieldErrors' in acted)
          return {
            save: undefined,
            result: { type: 'fieldErrors', fieldErrors: acted.fieldErrors },
          };
        if (isUnchanged(known, acted.candidate))
          return { save: undefined, result: { type: 'done', candidate: known, did: 'nothing' } };
        const save = by(staff, acted.candidate, acted.did, now);
        done = acted.did;
        return { save, result: { type: 'done', candidate: save, did: 'change' } };
      },
      (record) => store.save(record, { wakeMailerAt: now }),
    );
    if (done) logAction(staff, id, done.action);
    return outcome;
  }

  function logAction(staff: Staff, id: string, action: string): void {
    log('staff-action', { id, action, by: staff.id });
  }
}

export type Office = ReturnType<typeof createOffice>;

type Enrolment = NonNullable<Candidate['enrolment']>;

/** The changed candidate, with who changed it. */
function by({ id: byId, name }: Staff, changed: Candidate, did: Did, now: Instant): Candidate {
  const action: HistoryEntry = { at: now, by: name, byId, ...did };
  return { ...changed, activeAt: now, history: [...changed.history, action] };
}

/** Whether nobody told anything since staff took something back: then the same wish again is a repeat. */
function wasJustTakenBack({ activeAt, history }: Candidate): boolean {
  const last = history.at(-1);
  return last?.action === 'taken-back' && last.at === activeAt;
}
