import { describe, expect, test } from 'vitest';
import {
  correctDate,
  entryKey,
  markPassed,
  recordAttempt,
  startNewApplication,
  undo,
  undoable,
} from '../../lambdas/core/attempts.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { confirmSignUp } from '../../lambdas/core/confirm-sign-up.ts';
import { claim, fail, settle } from '../../lambdas/core/email.ts';
import { unsubscribe } from '../../lambdas/core/email-preferences.ts';
import { reasonToSkip } from '../../lambdas/core/email-schedule.ts';
import { flagsOf } from '../../lambdas/core/flags.ts';
import { confirmedLink, linkState } from '../../lambdas/core/pending-link.ts';
import { latestAttempt, statusOf } from '../../lambdas/core/status.ts';
import { addDays24h, type Instant, minutesAfter } from '../../lambdas/core/time.ts';
import { applyDeliveryEvent } from '../../lambdas/services/delivery-events.ts';
import type { ActionOutcome } from '../../lambdas/services/perform.ts';
import type { Store, StoredRecord } from '../../lambdas/services/ports.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { aCandidate, changedBy, rules, someDetails } from '../support/builders.ts';
import { aMailer, scriptedSender } from '../support/mailer.ts';
import { memoryStore } from '../support/memory-store.ts';
import { detailOf, mailed } from '../support/simulated-mailer.ts';
import { anOffice, candidateAfter, dana, eli, enrolmentForm } from '../support/staff-desk.ts';
import { unlimited } from '../support/unlimited.ts';

const now = '2026-11-23T15:00:00.000Z';
const lately = '2026-11-21T15:00:00.000Z';
const { exam } = rules;
const { id } = aCandidate();

/** Told of these attempts, and got what was due by then. */
function mailedCandidate(attempts: string[], at: Instant = lately): Candidate {
  return mailed(aCandidate({ attempts, at }), rules, at);
}

const waiting = mailedCandidate(['2026-11-20']);
const studyPlan = 'study-plan-1-1-2026-11-20';
const threeAttempts = ['2026-07-01', '2026-09-01', '2026-11-01'];

function passed(candidate: Candidate, at = now): Candidate {
  return changedBy(markPassed(candidate, at));
}

function mistakesIn(outcome: ActionOutcome): Record<string, string> {
  if (outcome.type !== 'fieldErrors') throw new Error(`No fieldErrors: ${JSON.stringify(outcome)}`);
  return outcome.fieldErrors;
}

/** The same store, with a save that is done in another way. */
function withSave(store: Store, save: (record: StoredRecord) => Promise<boolean>): Store {
  return { ...store, save };
}

/** A store that breaks off at the nth save. */
function breakingAt(store: Store, nth: number): Store {
  let saves = 0;
  return withSave(store, async (record) => {
    saves += 1;
    if (saves === nth) throw new Error('The power is out.');
    return store.save(record);
  });
}

/** An office and a mailer over one store. */
function anOfficeWithMail(parts: Parameters<typeof anOffice>[0] = {}) {
  const parted = anOffice(parts);
  const { sender, mails, answerWith } = scriptedSender();
  const mailer = aMailer({ store: parted.store, sender, clock: parted.clock });
  return {
    ...parted,
    mails,
    answerWith,
    runMailer: () => sweep(mailer, { concurrency: 1, hasTime: () => true }),
  };
}

describe('what staff record', () => {
  test('is a deed like the candidate’s own, kept with who did it and when', async () => {
    const { office, keep } = anOffice({ at: now });
    await keep(mailedCandidate(['2026-09-01'], '2026-09-02T15:00:00.000Z'));

    const outcome = await office.record(dana, id, 'attempts', {
      attemptNumber: 2,
      attemptDate: '2026-11-20',
      lowestAreas: ['clinical'],
    });

    const candidate = candidateAfter(outcome);
    expect(latestAttempt(candidate)).toEqual({
      number: 2,
      date: '2026-11-20',
      lowestAreas: ['clinical'],
      recordedAt: now,
    });
    expect(candidate.history).toEqual([
      {
        at: now,
        by: 'Dana Reyes',
        byId: dana.id,
        action: 'attempt-recorded',
        about: '2 2026-11-20',
      },
    ]);
    expect(candidate.activeAt).toBe(now);
  });

  test('keeps every deed in its order, with whoever did it', async () => {
    const { office, keep, setClock } = anOffice({ at: now });
    await keep(waiting);

    await office.record(dana, id, 'correct-date', { attemptDate: '2026-11-19' });
    setClock('2026-11-24T15:00:00.000Z');
    await office.record(eli, id, 'passed', {});
    setClock('2026-11-25T15:00:00.000Z');
    const outcome = await office.record(dana, id, 'undo', {});

    expect(candidateAfter(outcome).history).toEqual([
      { at: now, by: 'Dana Reyes', byId: dana.id, action: 'date-corrected', about: '2026-11-19' },
      { at: '2026-11-24T15:00:00.000Z', by: 'Eli Novak', byId: eli.id, action: 'passed-recorded' },
      {
        at: '2026-11-25T15:00:00.000Z',
        by: 'Dana Reyes',
        byId: dana.id,
        action: 'taken-back',
        about: 'passed',
      },
    ]);
  });

  test('wakes the mailer', async () => {
    const store = memoryStore();
    const wakes: (Instant | undefined)[] = [];
    const { office, keep } = anOffice({
      at: now,
      store: {
        ...store,
        save: (record, options) => {
          wakes.push(options?.wakeMailerAt);
          return store.save(record, options);
        },
      },
    });
    await keep(waiting);

    await office.resend(dana, id, studyPlan);

    expect(wakes).toEqual([undefined, now]);
  });

  test.each([
    {
      action: 'attempts' as const,
      input: { attemptNumber: 4, attemptDate: 'soon' },
      fields: ['attemptNumber', 'attemptDate'],
    },
    {
      action: 'attempts' as const,
      input: { attemptNumber: true, attemptDate: '2026-11-20' },
      fields: ['attemptNumber'],
    },
    {
      action: 'attempts' as const,
      input: { attemptNumber: 2, attemptDate: '2026-11-22' },
      fields: ['attemptDate'],
    },
    { action: 'correct-date' as const, input: {}, fields: ['attemptDate'] },
    {
      action: 'correct-date' as const,
      input: { attemptDate: '2026-11-24' },
      fields: ['attemptDate'],
    },
    { action: 'undo' as const, input: { told: ['passed'] }, fields: ['told'] },
  ])(
    'changes nothing where it is a mistake: $deed with $typed',
    async ({ action, input, fields }) => {
      const { office, store, keep, logged } = anOffice({ at: now });
      const before = await keep(waiting);

      const outcome = await office.record(dana, id, action, input);

      expect(Object.keys(mistakesIn(outcome)).sort()).toEqual(fields.toSorted());
      expect(await store.candidate(id)).toEqual(before);
      expect(logged).toEqual([]);
    },
  );

  test('clears a bounce of an address that did not bounce without a trace', async () => {
    const { office, store, keep, logged } = anOffice({ at: now });
    const before = await keep(waiting);

    expect(await office.record(dana, id, 'clear-bounce', {})).toEqual({
      type: 'done',
      candidate: before,
      did: 'nothing',
    });
    expect(await store.candidate(id)).toEqual(before);
    expect(logged).toEqual([]);
  });

  test('corrects a date to the one we have without a trace', async () => {
    const { office, store, keep } = anOffice({ at: now });
    const before = await keep(waiting);

    candidateAfter(await office.record(dana, id, 'correct-date', { attemptDate: '2026-11-20' }));

    expect(await store.candidate(id)).toEqual(before);
  });

  test('corrects a date to the one we have without a trace, also after an email was sent again', async () => {
    const { office, store, keep, runMailer } = anOfficeWithMail({ at: now });
    await keep(waiting);
    await office.resend(dana, id, studyPlan);
    await runMailer();
    const before = await store.candidate(id);

    candidateAfter(await office.record(dana, id, 'correct-date', { attemptDate: '2026-11-20' }));

    expect(await store.candidate(id)).toEqual(before);
  });

  test.each(['attempts', 'correct-date', 'passed', 'undo'] as const)(
    'is refused before the candidate has confirmed: %s',
    async (action) => {
      const { office, store } = anOffice({ at: now });
      const { id: enrolled } = candidateAfter(await office.enrol(dana, enrolmentForm));
      const before = await store.candidate(enrolled);

      const outcome = await office.record(dana, enrolled, action, {
        attemptNumber: 2,
        attemptDate: '2026-11-20',
      });

      expect(outcome).toEqual({ type: 'conflict', conflict: 'unconfirmed', candidate: before });
      expect(await store.candidate(enrolled)).toEqual(before);
    },
  );

  test('is not logged where somebody erased the candidate just before it was written', async () => {
    const store = memoryStore();
    const { keep } = anOffice({ store });
    await keep(waiting);
    const { office, logged } = anOffice({
      at: now,
      store: withSave(store, async (record) => {
        await store.remove(record);
        return store.save(record);
      }),
    });

    expect(await office.record(dana, id, 'passed', {})).toEqual({ type: 'unknown' });
    expect(logged).toEqual([]);
  });

  test('is not logged where the candidate told the opposite just before it was written', async () => {
    const store = memoryStore();
    const { keep } = anOffice({ store });
    await keep(mailedCandidate(['2026-09-01']));
    let saves = 0;
    const { office, logged } = anOffice({
      at: now,
      store: withSave(store, async (record) => {
        saves += 1;
        if (saves === 1) await store.save(passed((await store.candidate(id))!));
        return store.save(record);
      }),
    });

    const outcome = await office.record(dana, id, 'attempts', {
      attemptNumber: 2,
      attemptDate: '2026-11-20',
    });

    expect(Object.keys(mistakesIn(outcome))).toEqual(['attemptNumber']);
    expect(logged).toEqual([]);
  });
});

describe('taking back by staff', () => {
  const twoThings = passed(waiting, '2026-11-22T15:00:00.000Z');

  test('asked for twice without naming what takes back one thing', async () => {
    const { office, store, keep, setClock } = anOffice({ at: now });
    await keep(twoThings);

    candidateAfter(await office.record(dana, id, 'undo', {}));
    const once = (await store.candidate(id))!;
    setClock('2026-11-23T15:05:00.000Z');
    const twice = candidateAfter(await office.record(dana, id, 'undo', {}));

    expect(statusOf(once, exam, now)).toBe('waiting');
    expect(twice).toEqual(once);
  });

  test('named each time, goes on to what was told before', async () => {
    const { office, keep } = anOffice({ at: now });
    await keep(twoThings);

    const once = candidateAfter(
      await office.record(dana, id, 'undo', { told: entryKey(undoable(twoThings, now)!) }),
    );
    const twice = candidateAfter(
      await office.record(dana, id, 'undo', { told: entryKey(undoable(once, now)!) }),
    );

    expect(latestAttempt(twice)).toBeUndefined();
    expect(twice.history.map(({ about }) => about)).toEqual(['passed', 'attempt']);
  });

  test('of something that was told since the last taking back is no repeat', async () => {
    const { office, keep, setClock } = anOffice({ at: now });
    await keep(waiting);

    await office.record(dana, id, 'passed', {});
    await office.record(dana, id, 'undo', {});
    setClock('2026-11-23T15:05:00.000Z');
    await office.record(dana, id, 'passed', {});
    const outcome = await office.record(dana, id, 'undo', {});

    const candidate = candidateAfter(outcome);
    expect(statusOf(candidate, exam, now)).toBe('waiting');
    expect(candidate.history.map(({ action }) => action)).toEqual([
      'passed-recorded',
      'taken-back',
      'passed-recorded',
      'taken-back',
    ]);
  });

  test('of what the candidate took back meanwhile changes nothing', async () => {
    const { office, store, keep } = anOffice({ at: now });
    const told = entryKey(undoable(twoThings, now)!);
    const before = await keep(changedBy(undo(twoThings, rules, now)));

    candidateAfter(await office.record(dana, id, 'undo', { told }));

    expect(await store.candidate(id)).toEqual(before);
  });

  test('is possible for seven days', async () => {
    const { office, keep, setClock } = anOffice({ at: now });
    await keep(waiting);

    setClock('2026-11-28T15:00:00.001Z');
    expect(mistakesIn(await office.record(dana, id, 'undo', {}))).toEqual({
      undo: 'There is nothing to take back from the last 7 days.',
    });
    setClock('2026-11-28T15:00:00.000Z');
    expect(latestAttempt(candidateAfter(await office.record(dana, id, 'undo', {})))).toBe(
      undefined,
    );
  });
});

describe('clearing a bounce', () => {
  test('has what was held back for it go out, and clears the flag', async () => {
    const { office, keep, mails, runMailer } = anOfficeWithMail({ at: now });
    const bounced: Candidate = {
      ...aCandidate({ attempts: ['2026-11-20'], at: now }),
      emailState: 'bounced',
      bouncedAt: now,
    };
    const held = mailed(bounced, rules, now);
    await keep(held);
    expect(detailOf(held)).toContain(`${studyPlan} skipped: bounced`);

    const candidate = candidateAfter(await office.record(dana, id, 'clear-bounce', {}));
    await runMailer();

    expect(flagsOf(candidate, exam)).toEqual([]);
    expect(candidate.emailState).toBe('active');
    expect(mails.map(({ tags }) => tags.key)).toEqual([studyPlan]);
  });

  test('has nothing go out that is too late by now', async () => {
    const late = '2026-12-01T15:00:00.000Z';
    const { office, keep, mails, runMailer } = anOfficeWithMail({ at: late });
    const bounced: Candidate = {
      ...aCandidate({ attempts: ['2026-11-20'] }),
      emailState: 'bounced',
      bouncedAt: now,
    };
    await keep(mailed(bounced, rules, now));

    await office.record(dana, id, 'clear-bounce', {});
    await runMailer();

    expect(mails).toEqual([]);
  });

  test('leaves who unsubscribed unsubscribed', async () => {
    const { office, keep } = anOffice({ at: now });
    await keep({ ...waiting, emailState: 'unsubscribed', bouncedAt: lately });

    const candidate = candidateAfter(await office.record(dana, id, 'clear-bounce', {}));

    expect([candidate.emailState, flagsOf(candidate, exam)]).toEqual(['unsubscribed', []]);
  });
});

describe('acknowledging a flag', () => {
  const withEveryCause: Candidate = {
    ...aCandidate({ attempts: threeAttempts, at: lately }),
    bouncedAt: '2026-11-21T16:00:00.000Z',
    complainedAt: '2026-11-21T17:00:00.000Z',
    emailState: 'complained',
    emails: ['study-plan-1-1-2026-07-01', 'study-plan-1-2-2026-09-01'].map((key, index) => ({
      key,
      kind: 'study-plan',
      state: 'failed',
      attempt: { application: 1, number: index + 1, recordedAt: lately },
      dueAt: lately,
      notAfter: now,
      tries: 1,
      at: `2026-11-21T18:0${index}:00.000Z`,
      reason: 'MessageRejected',
    })),
  };

  test.each(['third-attempt-used', 'email-bounced', 'email-complained', 'email-failed'] as const)(
    'takes %s away, with all its causes, and no other',
    async (flag) => {
      const { office, keep } = anOffice({ at: now });
      await keep(withEveryCause);

      const candidate = candidateAfter(await office.acknowledge(dana, id, flag, {}));

      expect(flagsOf(withEveryCause, exam)).toHaveLength(4);
      expect(flagsOf(candidate, exam)).toEqual(
        flagsOf(withEveryCause, exam).filter((one) => one !== flag),
      );
      expect(candidate.history).toEqual([
        { at: now, by: 'Dana Reyes', byId: dana.id, action: 'acknowledged', about: flag },
      ]);
    },
  );

  test('keeps the note', async () => {
    const { office, keep } = anOffice({ at: now });
    await keep(withEveryCause);

    const outcome = await office.acknowledge(dana, id, 'email-bounced', {
      note: '  Asked Ana for another address.  ',
    });

    expect(candidateAfter(outcome).history[0]?.note).toBe('Asked Ana for another address.');
  });

  test.each([{ note: 'x'.repeat(501) }, { note: 'two\nlines' }, { note: 7 }])(
    'with a note that can’t be kept is a mistake, and changes nothing',
    async (input) => {
      const { office, store, keep } = anOffice({ at: now });
      const before = await keep(withEveryCause);

      const outcome = await office.acknowledge(dana, id, 'email-bounced', input);

      expect(Object.keys(mistakesIn(outcome))).toEqual(['note']);
      expect(await store.candidate(id)).toEqual(before);
    },
  );

  test('that is not raised leaves no trace', async () => {
    const { office, store, keep, logged } = anOffice({ at: now });
    const before = await keep(waiting);

    const outcome = await office.acknowledge(dana, id, 'email-bounced', { note: 'Why?' });

    expect(outcome).toEqual({ type: 'done', candidate: before, did: 'nothing' });
    expect(await store.candidate(id)).toEqual(before);
    expect(logged).toEqual([]);
  });

  test('does not reach the next bounce', async () => {
    const { office, store, keep, clock } = anOffice({ at: now });
    const sent = { key: studyPlan, type: 'candidate' as const, id };
    await keep({ ...waiting, emailState: 'bounced', bouncedAt: lately });
    await office.acknowledge(dana, id, 'email-bounced', {});
    await office.record(dana, id, 'clear-bounce', {});

    await applyDeliveryEvent(
      { store, clock, log: () => {}, mailboxLimits: unlimited.mailboxLimits },
      { type: 'hard-bounce', messageId: 'm-1', tags: sent },
    );

    expect(flagsOf((await store.candidate(id))!, exam)).toEqual(['email-bounced']);
  });

  test('does not reach the next email that fails', async () => {
    const { office, store, keep } = anOffice({ at: now });
    await keep(withEveryCause);
    await office.acknowledge(dana, id, 'email-failed', {});
    const candidate = (await store.candidate(id))!;
    const [first] = withEveryCause.emails;

    const emails = fail(
      [...candidate.emails, { ...first!, key: 'another' }],
      'another',
      'no-answer',
      now,
    );
    await store.save({ ...candidate, emails });

    expect(flagsOf((await store.candidate(id))!, exam)).toContain('email-failed');
  });

  test('does not reach a third attempt that is taken back and told again', async () => {
    const { office, keep, setClock } = anOffice({ at: now });
    await keep(aCandidate({ attempts: threeAttempts, at: lately }));
    await office.acknowledge(dana, id, 'third-attempt-used', {});
    await office.record(dana, id, 'undo', {});
    setClock('2026-11-23T16:00:00.000Z');

    const outcome = await office.record(dana, id, 'attempts', {
      attemptNumber: 3,
      attemptDate: '2026-11-01',
    });

    expect(flagsOf(candidateAfter(outcome), exam)).toEqual(['third-attempt-used']);
  });
});

describe('enrolling', () => {
  test('keeps an unconfirmed candidate, and sends the link and nothing else', async () => {
    const { office, store, idOf, mails, runMailer, logged } = anOfficeWithMail({ at: now });

    const outcome = await office.enrol(dana, enrolmentForm);
    await runMailer();

    const candidate = candidateAfter(outcome);
    expect(outcome).toMatchObject({ did: 'creation' });
    expect(candidate).toEqual({
      type: 'candidate',
      id: idOf('ana.flores@example.com'),
      version: 0,
      createdAt: now,
      activeAt: now,
      name: 'Ana Flores',
      email: 'Ana.Flores@example.com',
      membership: 'member',
      timeZone: 'America/New_York',
      cohort: 'Spring A',
      emailState: 'active',
      enrolment: { signUpId: 'sign-up-1', expiresAt: '2026-11-30T15:00:00.000Z' },
      applications: [{ startedAt: now, attempts: [] }],
      emails: [],
      acknowledged: [],
      history: [{ at: now, by: 'Dana Reyes', byId: dana.id, action: 'enrolled' }],
    });
    expect(await store.candidate(candidate.id)).toEqual({ ...candidate, version: 1 });
    expect(statusOf(candidate, exam, now)).toBe('unconfirmed');
    expect(mails.map(({ tags }) => tags)).toEqual([
      {
        type: 'sign-up',
        id: 'sign-up-1',
        key: 'confirmation',
        tries: 1,
        candidateId: candidate.id,
      },
    ]);
    expect(logged).toEqual([
      { event: 'staff-action', fields: { id: candidate.id, action: 'enrolled', by: 'sub-0001' } },
    ]);
  });

  test('has the link and the candidate run out at the same moment', async () => {
    const { office, store } = anOffice({ at: now });

    const candidate = candidateAfter(await office.enrol(dana, enrolmentForm));

    const signUp = await store.signUp('sign-up-1');
    expect(signUp?.expiresAt).toBe(candidate.enrolment?.expiresAt);
    expect(signUp?.candidateId).toBe(candidate.id);
  });

  test('tells staff what the candidate is to confirm', async () => {
    const { office } = anOffice({ at: now });
    const candidate = candidateAfter(await office.enrol(dana, enrolmentForm));

    const detail = await office.detailOf(candidate);

    expect(detail.toBeConfirmed).toEqual({ number: 1, date: '2026-11-20', lowestAreas: [] });
    expect(detail.emails.map(({ key, state }) => `${key} ${state}`)).toEqual([
      'confirmation queued',
    ]);
  });

  test('is confirmed by the link alone, and is a candidate like any other then', async () => {
    const { office, store, mails, runMailer } = anOfficeWithMail({ at: now });
    const enrolled = candidateAfter(await office.enrol(dana, enrolmentForm));
    await runMailer();

    const signUp = (await store.signUp('sign-up-1'))!;
    const known = await store.candidate(enrolled.id);
    const confirmed = confirmSignUp(known, enrolled.id, signUp.answers!, rules, now);
    await store.save(confirmed);
    await store.save(confirmedLink(signUp));
    await runMailer();

    const candidate = (await office.find(enrolled.id))!;
    expect(candidate.enrolment).toBeUndefined();
    expect(statusOf(candidate, exam, now)).toBe('waiting');
    expect(candidate.history).toEqual([
      { at: now, by: 'Dana Reyes', byId: dana.id, action: 'enrolled' },
    ]);
    expect(mails.map(({ tags }) => tags.key)).toEqual(['confirmation', studyPlan]);
    expect(await office.detailOf(candidate)).toEqual({
      candidate,
      emails: candidate.emails,
      toBeConfirmed: undefined,
    });
    expect(await office.record(dana, enrolled.id, 'passed', {})).toMatchObject({ type: 'done' });
  });

  test('again with other answers has the same link confirm the new ones', async () => {
    const { office, store, mails, runMailer, setClock } = anOfficeWithMail({ at: now });
    const first = candidateAfter(await office.enrol(dana, enrolmentForm));
    await runMailer();
    setClock('2026-11-24T15:00:00.000Z');

    const outcome = await office.enrol(eli, {
      ...enrolmentForm,
      email: 'ANA.FLORES@example.com',
      name: 'Ana Díaz',
      attemptDate: '2026-11-18',
      cohort: '',
    });
    await runMailer();

    const again = candidateAfter(outcome);
    expect(outcome).toMatchObject({ did: 'change' });
    expect(again).toMatchObject({
      id: first.id,
      name: 'Ana Díaz',
      email: 'ANA.FLORES@example.com',
      cohort: undefined,
      enrolment: first.enrolment,
    });
    expect(again.history.map(({ at, by }) => `${by} ${at}`)).toEqual([
      `Dana Reyes ${now}`,
      'Eli Novak 2026-11-24T15:00:00.000Z',
    ]);
    const signUp = await store.signUp('sign-up-1');
    expect(signUp?.answers).toEqual({
      details: {
        name: 'Ana Díaz',
        email: 'ANA.FLORES@example.com',
        membership: 'member',
        timeZone: 'America/New_York',
        cohort: undefined,
      },
      attempt: { number: 1, date: '2026-11-18', lowestAreas: [] },
    });
    expect(mails).toHaveLength(1);
  });

  test('somebody who is known and confirmed is a conflict, and changes nothing', async () => {
    const { office, store, keep, idOf, logged } = anOffice({ at: now });
    const known = await keep({ ...waiting, id: idOf('ana.flores@example.com') });

    const outcome = await office.enrol(dana, { ...enrolmentForm, name: 'Somebody else' });

    expect(outcome).toEqual({
      type: 'conflict',
      conflict: 'known',
      candidate: known,
    });
    expect(await store.candidate(known.id)).toEqual(known);
    expect(await store.signUp('sign-up-1')).toBeUndefined();
    expect(logged).toEqual([]);
  });

  test('after an enrolment that ran out begins anew, with another link', async () => {
    const { office, store, setClock } = anOffice({ at: now });
    const first = candidateAfter(await office.enrol(dana, enrolmentForm));
    const later = '2026-11-30T15:00:00.000Z';
    setClock(later);

    const outcome = await office.enrol(eli, { ...enrolmentForm, name: 'Ana Díaz', cohort: '' });

    expect(outcome).toMatchObject({ type: 'done', did: 'creation' });
    expect(candidateAfter(outcome)).toMatchObject({
      name: 'Ana Díaz',
      cohort: undefined,
      activeAt: later,
      enrolment: { signUpId: 'sign-up-2', expiresAt: '2026-12-07T15:00:00.000Z' },
      history: [{ at: later, by: 'Eli Novak', byId: eli.id, action: 'enrolled' }],
    });
    expect(await office.find(first.id)).toBeDefined();
    expect(await store.signUp('sign-up-2')).toMatchObject({
      candidateId: first.id,
      expiresAt: '2026-12-07T15:00:00.000Z',
    });
  });

  test('that ran out is nowhere to be found, to the millisecond', async () => {
    const { office, setClock } = anOffice({ at: now });
    const enrolled = candidateAfter(await office.enrol(dana, enrolmentForm));

    setClock('2026-11-30T14:59:59.999Z');
    expect(await office.find(enrolled.id)).toBeDefined();
    expect(await office.findByEmail(enrolmentForm.email)).toBeDefined();

    setClock('2026-11-30T15:00:00.000Z');
    expect(await office.find(enrolled.id)).toBeUndefined();
    expect(await office.findByEmail(enrolmentForm.email)).toBeUndefined();
    expect([
      (await office.record(dana, enrolled.id, 'passed', {})).type,
      (await office.acknowledge(dana, enrolled.id, 'email-failed', {})).type,
      (await office.resend(dana, enrolled.id, 'confirmation')).type,
      await office.erase(dana, enrolled.id),
    ]).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  });

  test('that ran out leaves nothing on who signs up and confirms later', async () => {
    const { office, store, setClock } = anOffice({ at: now });
    const enrolled = candidateAfter(await office.enrol(dana, enrolmentForm));
    const later = '2026-11-30T16:00:00.000Z';
    setClock(later);

    const known = await store.candidate(enrolled.id);
    const confirmed = confirmSignUp(
      known,
      enrolled.id,
      {
        details: { ...someDetails, cohort: undefined },
        attempt: { number: 1, date: '2026-11-20', lowestAreas: [] },
      },
      rules,
      later,
    );

    expect(confirmed.cohort).toBeUndefined();
    expect(confirmed.history).toEqual([]);
  });

  test('broken off between its two writes is completed by the same request again', async () => {
    const store = memoryStore();
    const broken = anOffice({ at: now, store: breakingAt(store, 2) });
    await expect(broken.office.enrol(dana, enrolmentForm)).rejects.toThrow('The power is out.');
    const { office, mails, runMailer } = anOfficeWithMail({
      store,
      at: '2026-11-23T16:00:00.000Z',
    });

    const outcome = await office.enrol(dana, enrolmentForm);
    await runMailer();

    const candidate = candidateAfter(outcome);
    expect(outcome).toMatchObject({ did: 'nothing' });
    expect(candidate.history).toEqual([
      { at: now, by: 'Dana Reyes', byId: dana.id, action: 'enrolled' },
    ]);
    expect((await store.signUp('sign-up-1'))?.expiresAt).toBe(candidate.enrolment?.expiresAt);
    expect(mails).toHaveLength(1);
    expect((await office.detailOf(candidate)).toBeConfirmed).toBeDefined();
  });

  test('again does not open a link anew that the candidate used meanwhile', async () => {
    const store = memoryStore();
    const first = anOffice({ at: now, store });
    const { id: enrolled } = candidateAfter(await first.office.enrol(dana, enrolmentForm));
    let isUsed = false;
    const { office } = anOffice({
      at: now,
      store: {
        ...store,
        async signUp(signUpId) {
          const signUp = (await store.signUp(signUpId))!;
          if (isUsed) return signUp;
          isUsed = true;
          const known = await store.candidate(enrolled);
          await store.save(confirmSignUp(known, enrolled, signUp.answers!, rules, now));
          await store.save(confirmedLink(signUp));
          return store.signUp(signUpId);
        },
      },
    });

    await office.enrol(eli, { ...enrolmentForm, attemptDate: '2026-11-18' });

    expect(linkState(await store.signUp('sign-up-1'), now)).toBe('confirmed');
  });

  test('by five of staff at once is one candidate with one link', async () => {
    const { office, store, mails, runMailer } = anOfficeWithMail({ at: now });

    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () => office.enrol(dana, enrolmentForm)),
    );
    await runMailer();

    const [candidate] = outcomes.map(candidateAfter);
    expect(
      outcomes.filter((outcome) => outcome.type === 'done' && outcome.did === 'creation'),
    ).toHaveLength(1);
    expect((await store.candidate(candidate!.id))?.history).toHaveLength(1);
    expect(mails).toHaveLength(1);
  });

  test('with mistakes names each field, and keeps nothing', async () => {
    const { office, store, logged } = anOffice({ at: now });

    const outcome = await office.enrol(dana, {
      name: 'Ana\n',
      email: 'ana@',
      attemptDate: '2026-11-25',
      attemptNumber: '01',
      membership: 'gold',
      timeZone: 'Mars/Olympus',
      cohort: 'x'.repeat(41),
      lowestAreas: ['general', 'general'],
    });

    expect(Object.keys(mistakesIn(outcome)).sort()).toEqual(
      [
        'attemptDate',
        'attemptNumber',
        'cohort',
        'email',
        'lowestAreas',
        'membership',
        'name',
        'timeZone',
      ].sort(),
    );
    expect(await store.signUp('sign-up-1')).toBeUndefined();
    expect(logged).toEqual([]);
  });
});

describe('sending an email again', () => {
  test('has it go out at once, under a key of its own', async () => {
    const { office, store, keep, mails, runMailer } = anOfficeWithMail({ at: now });
    await keep(waiting);

    const candidate = candidateAfter(await office.resend(dana, id, studyPlan));
    await runMailer();

    expect(mails.map(({ tags }) => tags.key)).toEqual([`${studyPlan}-again-1`]);
    expect(candidate.history).toEqual([
      { at: now, by: 'Dana Reyes', byId: dana.id, action: 'sent-again', about: studyPlan },
    ]);
    expect(detailOf((await store.candidate(id))!)).toContain(`${studyPlan} sent at ${lately}`);
  });

  test.each(['', 'study-plan', '__proto__', 'x'.repeat(5000), 'study-plan-1-1-2026-11-20 '])(
    'under a key that is not there is unknown',
    async (key) => {
      const { office, store, keep } = anOffice({ at: now });
      const before = await keep(waiting);

      expect(await office.resend(dana, id, key)).toEqual({ type: 'unknown' });
      expect(await store.candidate(id)).toEqual(before);
    },
  );

  test('is a conflict while it is on its way: queued, or being handed over', async () => {
    const { office, keep } = anOffice({ at: now });
    const queued = aCandidate({ attempts: ['2026-11-20'], at: now });
    const sending = { ...queued, emails: claim(queued.emails, studyPlan, now) };
    await keep(queued);
    await keep({ ...sending, id: 'sending' });

    expect(await office.resend(dana, id, studyPlan)).toMatchObject({
      type: 'conflict',
      conflict: 'on-its-way',
    });
    expect(await office.resend(dana, 'sending', studyPlan)).toMatchObject({
      conflict: 'on-its-way',
    });
  });

  const reminded = mailed(
    mailedCandidate(['2026-10-01'], '2026-10-02T15:00:00.000Z'),
    rules,
    '2026-10-31T13:00:00.000Z',
  );
  const reminder = 'reminder-1-1-2026-10-31';
  const refusals: { reason: string; key: string; candidate: Candidate }[] = [
    { reason: 'unsubscribed', key: studyPlan, candidate: changedBy(unsubscribe(waiting)) },
    {
      reason: 'bounced',
      key: studyPlan,
      candidate: { ...waiting, emailState: 'bounced', bouncedAt: now },
    },
    {
      reason: 'complained',
      key: studyPlan,
      candidate: { ...waiting, emailState: 'complained', complainedAt: now },
    },
    { reason: 'passed', key: studyPlan, candidate: passed(waiting) },
    {
      reason: 'newer-attempt',
      key: reminder,
      candidate: changedBy(
        recordAttempt(reminded, { number: 2, date: '2026-11-20', lowestAreas: [] }, rules, lately),
      ),
    },
    {
      reason: 'new-application',
      key: studyPlan,
      candidate: changedBy(startNewApplication(waiting, now)),
    },
    {
      reason: 'attempt-taken-back',
      key: studyPlan,
      candidate: changedBy(undo(waiting, rules, now)),
    },
    {
      reason: 'date-corrected',
      key: reminder,
      candidate: changedBy(correctDate(reminded, '2026-10-20', rules, now)),
    },
    {
      reason: 'reminder-due',
      key: 'study-plan-1-1-2026-10-01',
      candidate: reminded,
    },
  ];

  test.each(refusals)(
    'is a conflict where it would be skipped: $reason',
    async ({ reason, key, candidate }) => {
      const { office, store, keep, logged } = anOffice({ at: now });
      const before = await keep(candidate);

      expect(await office.resend(dana, id, key)).toEqual({
        type: 'conflict',
        conflict: reason,
        candidate: before,
      });
      expect(await store.candidate(id)).toEqual(before);
      expect(logged).toEqual([]);
    },
  );

  test('brings a reminder a second time, though one went out', async () => {
    const { office, keep, mails, runMailer } = anOfficeWithMail({ at: now });
    await keep(reminded);

    candidateAfter(await office.resend(dana, id, reminder));
    await runMailer();

    expect(mails.map(({ tags }) => tags.key)).toEqual([`${reminder}-again-1`]);
  });

  test('changes nothing within ten minutes, and goes out once more from then on', async () => {
    const { office, keep, mails, runMailer, setClock } = anOfficeWithMail({ at: now });
    await keep(waiting);

    await office.resend(dana, id, studyPlan);
    await runMailer();
    setClock('2026-11-23T15:09:59.999Z');
    candidateAfter(await office.resend(dana, id, studyPlan));
    candidateAfter(await office.resend(dana, id, `${studyPlan}-again-1`));
    await runMailer();
    expect(mails).toHaveLength(1);

    setClock('2026-11-23T15:10:00.000Z');
    const candidate = candidateAfter(await office.resend(dana, id, studyPlan));
    await runMailer();
    expect(mails.map(({ tags }) => tags.key)).toEqual([
      `${studyPlan}-again-1`,
      `${studyPlan}-again-2`,
    ]);
    expect(candidate.history).toHaveLength(2);
  });

  test('is refused after three of its kind within a week', async () => {
    const { office, keep, mails, runMailer, setClock } = anOfficeWithMail({ at: now });
    await keep(waiting);

    for (const minutes of [0, 20]) {
      setClock(minutesAfter(now, minutes));
      candidateAfter(await office.resend(dana, id, studyPlan));
      await runMailer();
    }
    setClock(minutesAfter(now, 40));
    expect(await office.resend(dana, id, studyPlan)).toMatchObject({
      type: 'conflict',
      conflict: 'sent-enough',
    });
    setClock(minutesAfter(addDays24h(lately, 7), 1));
    candidateAfter(await office.resend(dana, id, studyPlan));
    await runMailer();
    expect(mails).toHaveLength(3);
  });

  test('clears the flag of an email that failed, until that fails too', async () => {
    const { office, store, keep } = anOffice({ at: now });
    const queued = aCandidate({ attempts: ['2026-11-20'], at: lately });
    const refused = settle(
      claim(queued.emails, studyPlan, lately),
      studyPlan,
      1,
      { type: 'refused', code: 'MessageRejected' },
      lately,
    );
    const before = await keep({ ...queued, emails: refused });
    expect(flagsOf(before, exam)).toEqual(['email-failed']);

    const candidate = candidateAfter(await office.resend(dana, id, studyPlan));
    expect(flagsOf(candidate, exam)).toEqual([]);

    const stored = (await store.candidate(id))!;
    const again = `${studyPlan}-again-1`;
    const failedToo = { ...stored, emails: fail(stored.emails, again, 'no-answer', now) };
    expect(flagsOf(failedToo, exam)).toEqual(['email-failed']);
  });

  test('is never something the mailer would skip', async () => {
    for (const { candidate } of [...refusals, { candidate: waiting }, { candidate: reminded }]) {
      for (const { key } of candidate.emails) {
        const { office, keep } = anOffice({ at: now });
        await keep(candidate);
        const outcome = await office.resend(dana, id, key);
        if (outcome.type !== 'done') continue;
        const again = outcome.candidate.emails.at(-1)!;
        expect([key, reasonToSkip(outcome.candidate, again, rules, now)]).toEqual([key, undefined]);
      }
    }
  });
});

describe('sending the link again to whom staff enrolled', () => {
  const tomorrow = '2026-11-24T15:00:00.000Z';

  async function anEnrolment(store?: Store) {
    const parts = anOfficeWithMail({ at: now, ...(store && { store }) });
    const { id: enrolled } = candidateAfter(await parts.office.enrol(dana, enrolmentForm));
    await parts.runMailer();
    parts.setClock(tomorrow);
    return { ...parts, enrolled };
  }

  test('has link and enrolment last seven days from now, and is kept once', async () => {
    const { office, store, enrolled, mails, runMailer, logged } = await anEnrolment();

    const candidate = candidateAfter(await office.resend(eli, enrolled, 'confirmation'));
    await office.resend(eli, enrolled, 'confirmation');
    await runMailer();

    expect(candidate.enrolment?.expiresAt).toBe('2026-12-01T15:00:00.000Z');
    expect((await store.signUp('sign-up-1'))?.expiresAt).toBe('2026-12-01T15:00:00.000Z');
    expect((await store.candidate(enrolled))?.history).toEqual([
      { at: now, by: 'Dana Reyes', byId: dana.id, action: 'enrolled' },
      { at: tomorrow, by: 'Eli Novak', byId: eli.id, action: 'sent-again', about: 'confirmation' },
    ]);
    expect(mails.map(({ tags }) => tags.key)).toEqual(['confirmation', 'confirmation-again-1']);
    expect(logged.map(({ fields }) => fields.action)).toEqual(['enrolled', 'sent-again']);
  });

  test('can be done anew after ten minutes', async () => {
    const { office, enrolled, mails, runMailer, setClock } = await anEnrolment();

    await office.resend(dana, enrolled, 'confirmation');
    await runMailer();
    setClock('2026-11-24T15:10:00.000Z');
    const candidate = candidateAfter(await office.resend(dana, enrolled, 'confirmation-again-1'));
    await runMailer();

    expect(candidate.enrolment?.expiresAt).toBe('2026-12-01T15:10:00.000Z');
    expect(mails).toHaveLength(3);
  });

  test('is a conflict while the link is on its way', async () => {
    const { office, store } = anOffice({ at: now });
    const { id: enrolled } = candidateAfter(await office.enrol(dana, enrolmentForm));
    const before = [await store.candidate(enrolled), await store.signUp('sign-up-1')];

    expect(await office.resend(dana, enrolled, 'confirmation')).toMatchObject({
      type: 'conflict',
      conflict: 'on-its-way',
    });
    expect([await store.candidate(enrolled), await store.signUp('sign-up-1')]).toEqual(before);
  });

  test('under a key that is not there is unknown', async () => {
    const { office, enrolled } = await anEnrolment();

    for (const key of ['', studyPlan, 'confirmation-again-1'])
      expect(await office.resend(dana, enrolled, key)).toEqual({ type: 'unknown' });
  });

  test('is unknown where the link is gone', async () => {
    const { office, store, enrolled } = await anEnrolment();
    await store.remove({ type: 'sign-up', id: 'sign-up-1' });

    expect(await office.resend(dana, enrolled, 'confirmation')).toEqual({ type: 'unknown' });
  });

  test('is a conflict where the link was reported as spam, since it would be skipped', async () => {
    const { office, store, enrolled, clock } = await anEnrolment();
    await applyDeliveryEvent(
      { store, clock, log: () => {}, mailboxLimits: unlimited.mailboxLimits },
      {
        type: 'complaint',
        messageId: 'message-1',
        tags: { type: 'sign-up', id: 'sign-up-1', key: 'confirmation', candidateId: enrolled },
      },
    );

    expect(await office.resend(dana, enrolled, 'confirmation')).toMatchObject({
      type: 'conflict',
      conflict: 'complained',
    });
  });

  test.each([
    { what: 'at once', minutes: 1, isMailed: false },
    { what: 'when the mail went out and ten minutes are over', minutes: 30, isMailed: true },
    { what: 'after ten minutes in which no mailer ran', minutes: 30, isMailed: false },
  ])(
    'broken off between its two writes, and asked for again $what, has the enrolment last as long as the link',
    async ({ minutes, isMailed }) => {
      const inner = memoryStore();
      const { enrolled, runMailer, setClock } = await anEnrolment(inner);
      const broken = anOffice({ store: breakingAt(inner, 2), at: tomorrow });
      await expect(broken.office.resend(dana, enrolled, 'confirmation')).rejects.toThrow();
      if (isMailed) await runMailer();
      setClock(minutesAfter(tomorrow, minutes));

      const { office } = anOffice({ store: inner, at: minutesAfter(tomorrow, minutes) });
      await office.resend(dana, enrolled, 'confirmation');

      const candidate = await inner.candidate(enrolled);
      const signUp = await inner.signUp('sign-up-1');
      expect(candidate?.enrolment?.expiresAt).toBe(signUp?.expiresAt);
      expect(candidate?.history.map(({ action }) => action)).toEqual(['enrolled', 'sent-again']);
    },
  );
});

describe('erasing', () => {
  test('leaves nothing of the candidate, and is logged', async () => {
    const { office, store, keep, logged } = anOffice({ at: now });
    await keep(waiting);

    expect(await office.erase(dana, id)).toBe('done');

    expect(await store.candidate(id)).toBeUndefined();
    expect(logged).toEqual([
      { event: 'staff-action', fields: { id, action: 'erased', by: 'sub-0001' } },
    ]);
  });

  test('takes the link of an enrolment along', async () => {
    const { office, store, mails, runMailer } = anOfficeWithMail({ at: now });
    const { id: enrolled } = candidateAfter(await office.enrol(dana, enrolmentForm));

    expect(await office.erase(dana, enrolled)).toBe('done');
    await runMailer();

    expect(await store.candidate(enrolled)).toBeUndefined();
    expect(await store.signUp('sign-up-1')).toBeUndefined();
    expect(mails).toEqual([]);
  });

  test('a second time finds nobody', async () => {
    const { office, keep, logged } = anOffice({ at: now });
    await keep(waiting);

    await office.erase(dana, id);

    expect(await office.erase(dana, id)).toBe('unknown');
    expect(logged).toHaveLength(1);
  });

  test('is followed by a new enrolment as if nothing had been', async () => {
    const { office } = anOffice({ at: now });
    const { id: enrolled } = candidateAfter(await office.enrol(dana, enrolmentForm));
    await office.erase(dana, enrolled);

    expect(await office.enrol(eli, enrolmentForm)).toMatchObject({
      type: 'done',
      did: 'creation',
      candidate: { history: [{ by: 'Eli Novak' }] },
    });
  });
});

describe('somebody who is not there', () => {
  test.each([
    { what: 'empty', odd: '' },
    { what: 'a path', odd: '../x' },
    { what: 'very long', odd: 'a'.repeat(5000) },
    { what: 'one character too long', odd: 'a'.repeat(65) },
    { what: 'not of our letters', odd: 'añá🎓' },
    { what: 'with a line break', odd: `${id}\n` },
    { what: 'with a key of the table', odd: `candidate#${id}` },
    { what: 'of the kind that we give', odd: 'f'.repeat(32) },
    { what: 'a lone surrogate', odd: '\ud800' },
  ])('by an id that is $what is unknown to every deed', async ({ odd }) => {
    const { office, keep, logged } = anOffice({ at: now });
    await keep(waiting);

    expect(await office.find(odd)).toBeUndefined();
    expect([
      await office.record(dana, odd, 'attempts', {
        attemptNumber: 2,
        attemptDate: '2026-11-20',
      }),
      await office.record(dana, odd, 'passed', {}),
      await office.acknowledge(dana, odd, 'email-bounced', {}),
      await office.resend(dana, odd, studyPlan),
    ]).toEqual(Array(4).fill({ type: 'unknown' }));
    expect(await office.erase(dana, odd)).toBe('unknown');
    expect(logged).toEqual([]);
  });

  test('by an id that could not be ours is not asked of the store', async () => {
    const refusing: Store = {
      ...memoryStore(),
      candidate: () => Promise.reject(new Error('The store was asked.')),
    };
    const { office } = anOffice({ at: now, store: refusing });

    for (const odd of ['', '../x', 'a'.repeat(5000), 'ñ', 'a b', 'a\n'])
      expect(await office.find(odd)).toBeUndefined();
  });
});

describe('the log of staff’s deeds', () => {
  test('names ids and codes, and never a name, an address or a note', async () => {
    const { office, logged, store, clock } = anOffice({ at: now });
    const enrolled = candidateAfter(await office.enrol(dana, enrolmentForm));
    const signUp = (await store.signUp('sign-up-1'))!;
    const known = await store.candidate(enrolled.id);
    const confirmed = confirmSignUp(known, enrolled.id, signUp.answers!, rules, clock());
    await store.save({ ...confirmed, emailState: 'bounced', bouncedAt: now });

    await office.acknowledge(dana, enrolled.id, 'email-bounced', { note: 'Ana moved away' });
    await office.record(dana, enrolled.id, 'clear-bounce', {});
    await office.record(dana, enrolled.id, 'correct-date', { attemptDate: '2026-11-19' });
    await office.record(dana, enrolled.id, 'passed', {});
    await office.record(dana, enrolled.id, 'undo', {});
    await office.erase(dana, enrolled.id);

    expect(logged.map(({ fields }) => fields.action)).toEqual([
      'enrolled',
      'acknowledged',
      'bounce-cleared',
      'date-corrected',
      'passed-recorded',
      'taken-back',
      'erased',
    ]);
    for (const { event, fields } of logged) {
      expect(event).toBe('staff-action');
      expect(Object.keys(fields)).toEqual(['id', 'action', 'by']);
    }
    expect(JSON.stringify(logged)).not.toMatch(/Ana|Flores|example\.com|Spring|moved|Dana|Reyes/);
  });
});

describe('an email that waits for its day', () => {
  test.each([
    ['unsubscribed', (candidate: Candidate) => changedBy(unsubscribe(candidate))],
    ['passed', (candidate: Candidate) => passed(candidate)],
  ] as const)(
    'and would be skipped then is not sent again for that reason: %s',
    async (reason, change) => {
      const { office, keep } = anOffice({ at: now });
      await keep(change(waiting));

      expect(await office.resend(dana, id, 'reminder-1-1-2026-12-20')).toMatchObject({
        type: 'conflict',
        conflict: reason,
      });
    },
  );
});

describe('an attempt that was taken back and recorded again', () => {
  test('can have its email sent again', async () => {
    const { office, keep, mails, runMailer } = anOfficeWithMail({ at: now });
    await keep(mailedCandidate(threeAttempts));
    await office.record(dana, id, 'undo', {});
    await office.record(dana, id, 'attempts', { attemptNumber: 3, attemptDate: '2026-11-01' });
    await runMailer();
    const before = mails.length;

    candidateAfter(await office.resend(dana, id, 'attempts-used-1-3-2026-11-01'));
    await runMailer();

    expect(mails).toHaveLength(before + 1);
  });
});

describe('the link of an enrolment that SES refuses', () => {
  test('is flagged once, also when SES says it twice', async () => {
    const { office, store, clock } = anOfficeWithMail({ at: now });
    const parts = { store, clock, log: () => {}, mailboxLimits: unlimited.mailboxLimits };
    const enrolled = candidateAfter(await office.enrol(dana, enrolmentForm));
    const signUp = (await store.signUp('sign-up-1'))!;
    await store.save({ ...signUp, emails: claim(signUp.emails, 'confirmation', now) });
    const reject = {
      type: 'reject',
      messageId: 'message-1',
      tags: { type: 'sign-up', id: 'sign-up-1', key: 'confirmation' },
    } as const;

    await applyDeliveryEvent(parts, reject);
    expect(flagsOf((await store.candidate(enrolled.id))!, exam)).toEqual(['email-failed']);
    candidateAfter(await office.acknowledge(dana, enrolled.id, 'email-failed', {}));
    await applyDeliveryEvent(parts, reject);

    expect(flagsOf((await store.candidate(enrolled.id))!, exam)).toEqual([]);
  });
});
