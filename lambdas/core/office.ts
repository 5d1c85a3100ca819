import {
  type Candidate,
  type Flag,
  hasLapsed,
  newCandidate,
  type StaffDeed,
  unacknowledged,
} from './candidate.ts';
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
import type { Email } from './mail-queue.ts';
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
  identify: (email: string) => string;
  newId: () => string;
  clock: Clock;
  log: Log;
};

/** What became of a deed of staff. */
export type StaffOutcome =
  | { type: 'done'; candidate: Candidate; isNew?: boolean }
  | { type: 'mistakes'; mistakes: Mistakes }
  | { type: 'conflict'; conflict: Conflict; candidate: Candidate }
  | { type: 'unknown' };

/** Why a deed does not fit where the candidate stands. */
export type Conflict = 'unconfirmed' | 'known' | Exclude<ResendRefusal, 'unknown'>;

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
export function createOffice({ store, roster, rules, identify, newId, clock, log }: OfficeParts) {
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
      if (candidate.enrolment) return { conflict: 'unconfirmed' };
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
      return done.refused === 'unknown' ? 'unknown' : { conflict: done.refused };
    });
  }

  async function resendConfirmation(
    staff: Staff,
    candidate: Candidate,
    { signUpId }: { signUpId: string },
    key: string,
  ): Promise<StaffOutcome> {
    const now = clock();
    const outcome = await changing<SignUp | 'unknown' | 'on-its-way'>(
      async () => {
        const stored = await store.signUp(signUpId);
        if (stored?.answers === undefined) return { save: undefined, result: 'unknown' };
        const again = withConfirmationAgain(stored, key, now);
        if ('refused' in again) return { save: undefined, result: again.refused };
        return { save: again.signUp, result: again.signUp };
      },
      (record) => store.save(record, { wakeMailerAt: now }),
    );
    if (outcome === 'unknown') return { type: 'unknown' };
    if (outcome === 'on-its-way') return { type: 'conflict', conflict: outcome, candidate };
    const { expiresAt } = outcome;
    return change(staff, candidate.id, (known) => {
      const did: Did = { deed: 'sent-again', about: key };
      const enrolment = known.enrolment && { ...known.enrolment, expiresAt };
      return { candidate: { ...known, enrolment }, did };
    });
  }

  /**
   * Writes a candidate down who then gets the link to confirm; no other email goes out before. Told
   * again with other answers, the link confirms the new ones.
   */
  async function enrol(staff: Staff, typed: Typed): Promise<StaffOutcome> {
    const now = clock();
    const parsed = parseEnrolment(rules.exam, typed, now);
    if ('mistakes' in parsed) return { type: 'mistakes', mistakes: parsed.mistakes };
    const answers = parsed.values;
    const id = identify(answers.details.email);
    const enrolled = await changing<Candidate & { isNew: boolean }>(
      async () => {
        const stored = await store.candidate(id);
        const known = stored && !hasLapsed(stored, now) ? stored : undefined;
        if (known && !known.enrolment)
          return { save: undefined, result: { ...known, isNew: false } };
        const next = known
          ? { ...known, ...answers.details }
          : enrolledCandidate(id, stored, answers, now);
        const save = withDeed(known, next, { deed: 'enrolled' }, staff, now);
        return { save, result: { ...(save ?? next), isNew: known === undefined } };
      },
      (record) => store.save(record),
    );
    const { isNew, ...candidate } = enrolled;
    if (!candidate.enrolment) return { type: 'conflict', conflict: 'known', candidate };
    await offerToConfirm(candidate, candidate.enrolment, answers, now);
    if (isNew) logDeed(staff, id, 'enrolled');
    return { type: 'done', candidate, isNew };
  }

  function enrolledCandidate(
    id: string,
    lapsed: Candidate | undefined,
    { details }: SignUpAnswers,
    now: Instant,
  ): Candidate {
    return {
      ...newCandidate(id, details, now),
      ...(lapsed && { version: lapsed.version, createdAt: lapsed.createdAt }),
      enrolment: { signUpId: newId(), expiresAt: dayLengthsAfter(now, daysToConfirm) },
    };
  }

  function offerToConfirm(
    { id }: Candidate,
    { signUpId, expiresAt }: NonNullable<Candidate['enrolment']>,
    answers: SignUpAnswers,
    now: Instant,
  ): Promise<void> {
    return changing(
      async () => {
        const stored = await store.signUp(signUpId);
        const next = stored
          ? { ...stored, answers }
          : { ...newSignUp(signUpId, id, answers, now), expiresAt };
        return { save: isUnchanged(stored, next) ? undefined : next, result: undefined };
      },
      (record) => store.save(record, { wakeMailerAt: now }),
    );
  }

  async function erase(staff: Staff, id: string): Promise<boolean> {
    const candidate = await find(id);
    if (candidate === undefined) return false;
    if (candidate.enrolment)
      await store.remove({ type: 'sign-up', id: candidate.enrolment.signUpId });
    await store.remove(candidate);
    logDeed(staff, id, 'erased');
    return true;
  }

  async function change(staff: Staff, id: string, act: Change): Promise<StaffOutcome> {
    const now = clock();
    let done: Did | undefined;
    const outcome = await changing<StaffOutcome>(
      async () => {
        const known = await find(id);
        const acted = known === undefined ? 'unknown' : act(known, now);
        if (known === undefined || acted === 'unknown')
          return { save: undefined, result: { type: 'unknown' } };
        if ('conflict' in acted)
          return { save: undefined, result: { type: 'conflict', candidate: known, ...acted } };
        if ('mistakes' in acted)
          return { save: undefined, result: { type: 'mistakes', mistakes: acted.mistakes } };
        const save = withDeed(known, acted.candidate, acted.did, staff, now);
        done = save && acted.did;
        return { save, result: { type: 'done', candidate: save ?? known } };
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

/** The candidate to write, with who did it; none where the deed changed nothing. */
function withDeed(
  known: Candidate | undefined,
  changed: Candidate,
  did: Did,
  { name }: Staff,
  now: Instant,
): Candidate | undefined {
  if (isUnchanged(known, changed)) return undefined;
  return {
    ...changed,
    activeAt: now,
    staffDeeds: [...changed.staffDeeds, { at: now, by: name, ...did }],
  };
}

/** Whether taking back is the last thing that happened: then the same wish again is a repeat. */
function wasJustTakenBack(candidate: Candidate): boolean {
  const lastBack = candidate.staffDeeds.findLast(({ deed }) => deed === 'taken-back');
  const last = lastTold(candidate);
  return lastBack !== undefined && (last === undefined || last.at <= lastBack.at);
}
