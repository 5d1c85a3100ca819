import {
  type Candidate,
  type Flag,
  hasLapsed,
  inPlaceOf,
  newCandidate,
  type StaffDeed,
  unacknowledged,
} from './candidate.ts';
import type { AddressCaps } from './caps.ts';
import {
  type AttemptAnswers,
  clearBounce,
  correctDate,
  type Deed,
  lastTold,
  type Mistakes,
  markPassed,
  recordAttempt,
  undo,
} from './deeds.ts';
import { formsFor, parseEnrolment, parseForm, type Typed } from './forms.ts';
import type { Email, SkipReason } from './mail-queue.ts';
import type { Log } from './mailing.ts';
import { type ResendRefusal, type Rules, sendAgain } from './plan.ts';
import type { Roster } from './roster.ts';
import {
  daysToConfirm,
  newSignUp,
  type SignUp,
  type SignUpAnswers,
  withConfirmationAgain,
} from './sign-up.ts';
import type { Staff } from './staff.ts';
import { changing, isUnchanged, type Store } from './store.ts';
import { type Clock, dayLengthsAfter, type Instant } from './time.ts';

export type OfficeParts = {
  store: Store;
  roster: Roster;
  rules: Rules;
  addressCaps: Pick<AddressCaps, 'confirmationSlot'>;
  identify: (email: string) => string;
  newId: () => string;
  clock: Clock;
  log: Log;
};

/** What became of a deed of staff. */
export type StaffOutcome =
  | { type: 'done'; candidate: Candidate; did: 'creation' | 'change' | 'nothing' }
  | { type: 'mistakes'; mistakes: Mistakes }
  | { type: 'conflict'; conflict: Conflict; candidate: Candidate }
  | { type: 'unknown' };

/** Why a deed does not fit where the candidate stands. */
export type Conflict = 'unconfirmed' | 'known' | Exclude<ResendRefusal, 'unknown' | 'just-now'>;

/** One candidate with all that staff may see. */
export type Story = {
  candidate: Candidate;
  emails: readonly Email[];
  /** What an enrolled candidate has not confirmed yet. */
  toBeConfirmed: AttemptAnswers | undefined;
};

type Did = Pick<StaffDeed, 'deed' | 'about' | 'note'>;
type Change = (
  candidate: Candidate,
  now: Instant,
) => (Deed & { did: Did }) | { conflict: Conflict } | 'unknown';

/** What is recorded of a candidate's exam, by what was typed. */
export const examDeeds = ['attempts', 'correct-date', 'passed', 'undo', 'clear-bounce'] as const;
export type ExamDeed = (typeof examDeeds)[number];

/**
 * All that staff do. Each deed is one conditional write that also keeps who did it; the same deed
 * again changes nothing.
 */
export function createOffice({
  store,
  roster,
  rules,
  addressCaps,
  identify,
  newId,
  clock,
  log,
}: OfficeParts) {
  const forms = formsFor(rules.exam);
  return { find, findByEmail, storyOf, roster, record, acknowledge, resend, enrol, erase };

  async function find(id: string): Promise<Candidate | undefined> {
    if (!/^[\w-]{1,64}$/.test(id)) return undefined;
    const candidate = await store.candidate(id);
    return candidate && !hasLapsed(candidate, clock()) ? candidate : undefined;
  }

  function findByEmail(email: string): Promise<Candidate | undefined> {
    return find(identify(email));
  }

  /** The candidate with all emails; while unconfirmed, those are the link's, which will record the attempt. */
  async function storyOf(candidate: Candidate): Promise<Story> {
    const { enrolment, emails } = candidate;
    if (enrolment === undefined) return { candidate, emails, toBeConfirmed: undefined };
    const signUp = await store.signUp(enrolment.signUpId);
    return { candidate, emails: signUp?.emails ?? [], toBeConfirmed: signUp?.answers?.attempt };
  }

  function record(staff: Staff, id: string, deed: ExamDeed, typed: Typed): Promise<StaffOutcome> {
    return change(staff, id, (candidate, now) => {
      if (candidate.enrolment && deed !== 'clear-bounce') return { conflict: 'unconfirmed' };
      return recorded(candidate, deed, typed, now);
    });
  }

  function recorded(candidate: Candidate, deed: ExamDeed, typed: Typed, now: Instant) {
    switch (deed) {
      case 'attempts': {
        const did: Did = { deed: 'attempt-recorded' };
        const parsed = parseForm(forms.attempt, typed);
        if ('mistakes' in parsed) return { ...parsed, did };
        const { attemptNumber: number, attemptDate: date, lowestAreas } = parsed.values;
        const done = recordAttempt(candidate, { number, date, lowestAreas }, rules, now);
        return { ...done, did: { ...did, about: `${number} ${date}` } };
      }
      case 'correct-date': {
        const did: Did = { deed: 'date-corrected' };
        const parsed = parseForm(forms.date, typed);
        if ('mistakes' in parsed) return { ...parsed, did };
        const date = parsed.values.attemptDate;
        return { ...correctDate(candidate, date, rules, now), did: { ...did, about: date } };
      }
      case 'passed':
        return { ...markPassed(candidate, now), did: { deed: 'passed-recorded' } as const };
      case 'undo': {
        const did: Did = { deed: 'taken-back', about: lastTold(candidate)?.what };
        const parsed = parseForm(forms.undo, typed);
        if ('mistakes' in parsed) return { ...parsed, did };
        const { told } = parsed.values;
        if (told === undefined && wasJustTakenBack(candidate)) return { candidate, did };
        return { ...undo(candidate, rules, now, told), did };
      }
      case 'clear-bounce':
        return { ...clearBounce(candidate, rules, now), did: { deed: 'bounce-cleared' } as const };
    }
  }

  /** Nobody looks at this flag any more, until there is a new cause. */
  function acknowledge(staff: Staff, id: string, flag: Flag, typed: Typed): Promise<StaffOutcome> {
    return change(staff, id, (candidate) => {
      const did: Did = { deed: 'acknowledged', about: flag };
      const parsed = parseForm(forms.acknowledgement, typed);
      if ('mistakes' in parsed) return { ...parsed, did };
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
      const did: Did = { deed: 'sent-again', about: key };
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
    const outcome = await changing<SignUp | 'unknown' | 'on-its-way' | SkipReason>(
      async () => {
        const stored = await store.signUp(enrolment.signUpId);
        if (stored?.answers === undefined) return { save: undefined, result: 'unknown' };
        const again = withConfirmationAgain(stored, key, now);
        if ('signUp' in again) {
          const slot =
            candidate.emailState === 'complained'
              ? 'complained'
              : await addressCaps.confirmationSlot(candidate.id);
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
      const did: Did = { deed: 'sent-again', about: key };
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
  async function enrol(staff: Staff, typed: Typed): Promise<StaffOutcome> {
    const now = clock();
    const parsed = parseEnrolment(rules.exam, typed, now);
    if ('mistakes' in parsed) return { type: 'mistakes', mistakes: parsed.mistakes };
    const answers = parsed.values;
    const id = identify(answers.details.email);
    const outcome = await changing<StaffOutcome & { candidate: Candidate }>(
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
    if (outcome.type === 'done' && outcome.did !== 'nothing') logDeed(staff, id, 'enrolled');
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
      return isSame ? undefined : by(staff, next, { deed: 'enrolled' }, now);
    }
    const anew = stored ? inPlaceOf(stored, details, now) : newCandidate(id, details, now);
    const isComplained = (await addressCaps.confirmationSlot(id)) === 'complained';
    const enrolment = { signUpId: newId(), expiresAt: dayLengthsAfter(now, daysToConfirm) };
    const next: Candidate = {
      ...anew,
      enrolment,
      ...(isComplained && {
        emailState: 'complained',
        complainedAt: anew.complainedAt ?? now,
      }),
    };
    return by(staff, next, { deed: 'enrolled' }, now);
  }

  function offerToConfirm(
    { id }: Candidate,
    { signUpId, expiresAt }: Enrolment,
    answers: SignUpAnswers,
    now: Instant,
  ): Promise<void> {
    return changing(
      async () => {
        const stored = await store.signUp(signUpId);
        const isUsed = stored !== undefined && stored.answers === undefined;
        const next = stored
          ? { ...stored, answers }
          : { ...newSignUp(signUpId, id, answers, now), expiresAt };
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
    logDeed(staff, id, 'erased');
    if (candidate.enrolment)
      await store.remove({ type: 'sign-up', id: candidate.enrolment.signUpId });
    await store.remove(candidate);
    return 'done';
  }

  async function change(staff: Staff, id: string, act: Change): Promise<StaffOutcome> {
    const now = clock();
    let done: Did | undefined;
    const outcome = await changing<StaffOutcome>(
      async () => {
        done = undefined;
        const known = await find(id);
        const acted = known === undefined ? 'unknown' : act(known, now);
        if (known === undefined || acted === 'unknown')
          return { save: undefined, result: { type: 'unknown' } };
        if ('conflict' in acted)
          return { save: undefined, result: { type: 'conflict', candidate: known, ...acted } };
        if ('mistakes' in acted)
          return { save: undefined, result: { type: 'mistakes', mistakes: acted.mistakes } };
        if (isUnchanged(known, acted.candidate))
          return { save: undefined, result: { type: 'done', candidate: known, did: 'nothing' } };
        const save = by(staff, acted.candidate, acted.did, now);
        done = acted.did;
        return { save, result: { type: 'done', candidate: save, did: 'change' } };
      },
      (record) => store.save(record, { wakeMailerAt: now }),
    );
    if (done) logDeed(staff, id, done.deed);
    return outcome;
  }

  function logDeed(staff: Staff, id: string, deed: string): void {
    log('staff-deed', { id, deed, by: staff.id });
  }
}

export type Office = ReturnType<typeof createOffice>;

type Enrolment = NonNullable<Candidate['enrolment']>;

/** The changed candidate, with who changed it. */
function by({ id: byId, name }: Staff, changed: Candidate, did: Did, now: Instant): Candidate {
  const deed: StaffDeed = { at: now, by: name, byId, ...did };
  return { ...changed, activeAt: now, staffDeeds: [...changed.staffDeeds, deed] };
}

/** Whether nobody told anything since staff took something back: then the same wish again is a repeat. */
function wasJustTakenBack({ activeAt, staffDeeds }: Candidate): boolean {
  const last = staffDeeds.at(-1);
  return last?.deed === 'taken-back' && last.at === activeAt;
}
