import { describe, expect, test } from 'vitest';
import type { Action, HistoryContent } from '../../lambdas/core/actions.ts';
import { entryKey, undoable } from '../../lambdas/core/attempts.ts';
import { bookExam } from '../../lambdas/core/booking.ts';
import { type Candidate, tombstoneOf } from '../../lambdas/core/candidate.ts';
import { latestAttempt, statusOf } from '../../lambdas/core/status.ts';
import { perform } from '../../lambdas/services/perform.ts';
import type { Store } from '../../lambdas/services/ports.ts';
import { update } from '../../lambdas/services/update.ts';
import { aCandidate, changedBy, rules } from '../support/builders.ts';
import { memoryStore } from '../support/memory-store.ts';
import { aStaffDesk, candidateAfter, dana, eli, enrollmentForm } from '../support/staff-desk.ts';
import { lastEntryKey, mail, now, pass, stop, takeBack } from '../support/steps.ts';

const lately = '2026-11-21T15:00:00.000Z';
const tomorrow = '2026-11-24T15:00:00.000Z';
const studyPlan = 'study-plan-1-1-2026-11-20';
const { id } = aCandidate();

/** Has one attempt, and got the study plan. */
const waiting = mail(aCandidate({ attempts: ['2026-11-20'], at: lately }), lately);
const retaker = mail(aCandidate({ attempts: ['2026-09-01'], at: lately }), lately);
const bounced: Candidate = { ...waiting, emailState: 'bounced', bouncedAt: lately };
const complained: Candidate = { ...waiting, emailState: 'complained', complainedAt: lately };
const booked = changedBy(bookExam(waiting, '2027-01-08', rules, lately));
const refusedAttempt = { number: 2, date: '2026-11-21', fieldErrors: {}, at: lately };
const secondAttempt: Action = { type: 'record-attempt', number: 2, date: '2026-11-20', lowestAreas: ['clinical'] };

/** What can be done, to whom, and what the history keeps of it beside who and when. */
const actions: [Action, Candidate, HistoryContent | undefined][] = [
  [secondAttempt, retaker, { action: 'attempt-recorded', number: 2, date: '2026-11-20' }],
  [
    { type: 'correct-date', date: '2026-11-19' },
    waiting,
    { action: 'date-corrected', from: '2026-11-20', date: '2026-11-19' },
  ],
  [{ type: 'correct-date', date: '2026-11-20' }, { ...waiting, refusedAttempt }, undefined],
  [{ type: 'mark-passed' }, waiting, { action: 'passed-recorded' }],
  [{ type: 'undo', entry: lastEntryKey(pass(waiting)) }, pass(waiting), { action: 'undone', entry: 'passed' }],
  [{ type: 'clear-bounce' }, bounced, { action: 'bounce-cleared' }],
  [{ type: 'clear-complaint', note: 'A slip.' }, complained, { action: 'complaint-cleared', note: 'A slip.' }],
  [
    { type: 'acknowledge-flag', flag: 'email-bounced', note: 'Ana moved.' },
    bounced,
    { action: 'flag-acknowledged', flag: 'email-bounced', note: 'Ana moved.' },
  ],
  [{ type: 'resend-email', key: studyPlan }, waiting, { action: 'email-resent', key: studyPlan }],
  [{ type: 'start-application' }, waiting, { action: 'application-started' }],
  [{ type: 'book-exam', examDate: '2027-01-08' }, waiting, { action: 'exam-booked', date: '2027-01-08' }],
  [{ type: 'book-exam', examDate: undefined }, booked, { action: 'exam-booked', from: '2027-01-08' }],
  [
    { type: 'undo', entry: lastEntryKey(waiting) },
    waiting,
    { action: 'undone', entry: 'attempt', number: 1, date: '2026-11-20' },
  ],
  [{ type: 'set-lowest-areas', areas: ['clinical'] }, waiting, { action: 'lowest-areas-set', areas: ['clinical'] }],
  [{ type: 'unsubscribe' }, waiting, undefined],
  [{ type: 'resubscribe' }, stop(waiting), undefined],
  [
    { type: 'change-details', details: { name: 'Ana Díaz', cohort: undefined } },
    waiting,
    {
      action: 'details-changed',
      changes: [
        { field: 'name', from: 'Ana Flores', to: 'Ana Díaz' },
        { field: 'cohort', from: 'Spring A', to: '' },
      ],
    },
  ],
];

/** A desk over a store in which something happens just before the first write. */
function beforeTheWrite(store: Store, happens: () => Promise<unknown>) {
  let isFirst = true;
  return aStaffDesk({
    at: now,
    store: {
      ...store,
      async save(...write) {
        if (isFirst) {
          isFirst = false;
          await happens();
        }
        return store.save(...write);
      },
    },
  });
}

describe.each(actions)('$type', (action, candidate, kept) => {
  test('by staff is kept with who did it and when, and logged by ids and codes; a second time changes nothing', async () => {
    const desk = aStaffDesk({ at: now });
    await desk.keep(candidate);
    const after = candidateAfter(await desk.perform(dana, id, action));
    const once = (await desk.store.read('candidate', id))!;

    expect(after.activeAt).toBe(now);
    expect(after).toEqual({ ...once, version: after.version });
    expect(after.history).toEqual(kept ? [{ at: now, by: dana.name, byId: dana.id, ...kept }] : []);
    desk.setClock('2026-11-23T15:05:00.000Z');
    expect(await desk.perform(dana, id, action)).toEqual({ type: 'done', change: 'none', candidate: once });
    expect(await desk.store.read('candidate', id)).toEqual(once);
    expect(desk.logged).toEqual(
      kept ? [{ event: 'staff-action', fields: { id, action: kept.action, by: dana.id } }] : [],
    );
  });

  test('by the candidate changes the same, and leaves neither history nor log', async () => {
    const [desk, own] = [aStaffDesk({ at: now }), aStaffDesk({ at: now })];
    for (const { keep } of [desk, own]) await keep(candidate);
    const byStaff = candidateAfter(await desk.perform(dana, id, action));
    const byThemselves = candidateAfter(await perform(own.dependencies, 'candidate', id, { values: action }));

    expect(byThemselves).toEqual({ ...byStaff, history: [] });
    expect(own.logged).toEqual([]);
  });

  test('by 20 at once is done once', async () => {
    const desk = aStaffDesk({ at: now });
    await desk.keep(candidate);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => desk.perform(dana, id, action)));
    const changes = outcomes.map((outcome) => outcome.type === 'done' && outcome.change);

    expect(changes.toSorted()).toEqual(['changed', ...Array(19).fill('none')]);
    expect((await desk.store.read('candidate', id))?.version).toBe(2);
  });
});

describe('what staff do', () => {
  test('is kept in its order, with whoever did it, and wakes the mailer', async () => {
    const inner = memoryStore();
    const wakes: unknown[] = [];
    const store: Store = {
      ...inner,
      save(record, options) {
        wakes.push(options?.wakeMailerAt);
        return inner.save(record, options);
      },
    };
    const desk = aStaffDesk({ at: now, store });
    await desk.keep(waiting);
    await desk.perform(dana, id, { type: 'correct-date', date: '2026-11-19' });
    desk.setClock(tomorrow);
    const outcome = await desk.perform(eli, id, { type: 'mark-passed' });

    expect(candidateAfter(outcome).history.map(({ at, by }) => `${by} ${at}`)).toEqual([
      `Dana Reyes ${now}`,
      `Eli Novak ${tomorrow}`,
    ]);
    expect(wakes).toEqual([undefined, now, tomorrow]);
  });

  test('to a record that is full drops what is oldest there', async () => {
    const desk = aStaffDesk({ at: now });
    const note = { action: 'note-added', note: '語'.repeat(500), at: lately, by: dana.name, byId: dana.id } as const;
    await desk.keep({ ...waiting, history: Array(100).fill(note) });
    const { history, dropped } = candidateAfter(await desk.perform(eli, id, { type: 'mark-passed' }));

    expect(history.at(-1)).toMatchObject({ action: 'passed-recorded', by: 'Eli Novak' });
    expect(dropped?.historyEntries).toBe(101 - history.length);
    expect(history.length).toBeLessThan(100);
  });

  test('at once in different ways is all done', async () => {
    const desk = aStaffDesk({ at: now });
    await desk.keep(bounced);
    await Promise.all([
      desk.perform(dana, id, { type: 'mark-passed' }),
      desk.perform(eli, id, { type: 'clear-bounce' }),
      perform(desk.dependencies, 'candidate', id, { values: { type: 'unsubscribe' } }),
    ]);

    expect(await desk.store.read('candidate', id)).toMatchObject({
      emailState: 'unsubscribed',
      applications: [{ passedAt: now }],
      history: { length: 2 },
    });
  });

  test('against the rules, or with mistakes in the form, changes nothing', async () => {
    const desk = aStaffDesk({ at: now });
    const candidate = await desk.keep(waiting);
    const fieldErrors = { attemptDate: 'Enter the date of the exam.' };

    expect(await perform(desk.dependencies, dana, id, { fieldErrors })).toEqual({
      type: 'invalid',
      candidate,
      fieldErrors,
    });
    expect(await desk.perform(dana, id, secondAttempt)).toMatchObject({
      type: 'invalid',
      fieldErrors: { attemptDate: expect.stringContaining('30 days apart') },
    });
    expect(await desk.perform(dana, id, { type: 'resend-email', key: 'x' })).toEqual({ type: 'not-found' });
    expect(await desk.store.read('candidate', id)).toEqual(candidate);
    expect(desk.logged).toEqual([]);
  });

  test.each<Action>([
    { type: 'acknowledge-flag', flag: 'email-bounced', note: 'Ana moved.' },
    { type: 'clear-complaint', note: 'Ana moved.' },
    { type: 'add-note', note: 'Ana moved.' },
  ])('with a note keeps it even if a colleague was faster, and a repeat once: %j', async (action) => {
    const desk = aStaffDesk({ at: now });
    await desk.keep({ ...bounced, complainedAt: lately });
    const done = [dana, eli, eli].map((staff) => desk.perform(staff, id, action));
    await Promise.all(done);
    const history = async () => (await desk.store.read('candidate', id))?.history.slice(1);
    const note = { action: 'note-added', note: 'Ana moved.', by: 'Eli Novak' };
    expect(await history()).toMatchObject([note]);

    desk.setClock('2026-11-23T15:11:00.000Z');
    await desk.perform(eli, id, action);
    expect(await history()).toHaveLength(action.type === 'add-note' ? 2 : 1);
    expect(desk.logged).toHaveLength(1 + ((await history())?.length ?? 0));
  });

  test('is refused before the candidate has confirmed, if it is about the exam or email', async () => {
    const desk = aStaffDesk({ at: now });
    const { id: enrolled } = candidateAfter(await desk.enroll(dana, enrollmentForm));
    for (const [action] of actions) {
      const isAllowed = 'note' in action || ['clear-bounce', 'change-details'].includes(action.type);
      expect(await desk.perform(dana, enrolled, action)).toMatchObject(
        isAllowed ? { type: 'done' } : { type: 'conflict', conflict: 'unconfirmed' },
      );
    }
  });

  test('to nobody, to an erased candidate or to a lapsed enrollment finds nobody', async () => {
    const desk = aStaffDesk({ at: now });
    await desk.store.save(tombstoneOf(aCandidate({ id: 'erased' }), now));
    await desk.keep({ ...waiting, id: 'lapsed', enrollment: { linkId: 'l', expiresAt: '2026-10-24T15:00:00.000Z' } });
    for (const nobody of ['unknown', 'erased', 'lapsed', '', 'a/b', 'x'.repeat(5000)])
      expect(await desk.perform(dana, nobody, { type: 'mark-passed' })).toEqual({ type: 'not-found' });
    expect(desk.logged).toEqual([]);
  });

  test('is judged by what someone else wrote just before', async () => {
    const [erased, passed] = [memoryStore(), memoryStore()];
    for (const store of [erased, passed]) await store.save(retaker);
    const known = async (store: Store) => (await store.read('candidate', id))!;
    const afterErasing = beforeTheWrite(erased, async () => erased.save(tombstoneOf(await known(erased), now)));
    const afterPassing = beforeTheWrite(passed, async () => passed.save(pass(await known(passed))));

    expect(await afterErasing.perform(dana, id, secondAttempt)).toEqual({ type: 'not-found' });
    expect(await afterPassing.perform(dana, id, secondAttempt)).toMatchObject({
      type: 'invalid',
      fieldErrors: { attemptNumber: expect.stringContaining('already has a pass') },
    });
    expect([...afterErasing.logged, ...afterPassing.logged]).toEqual([]);
  });
});

describe('taking back by staff', () => {
  const entry = entryKey(undoable(pass(waiting, lately), now)!);

  test('named each time goes on to what was recorded before', async () => {
    const desk = aStaffDesk({ at: now });
    await desk.keep(pass(waiting, lately));
    const once = candidateAfter(await desk.perform(dana, id, { type: 'undo', entry }));
    const next = entryKey(undoable(once, now)!);
    const twice = candidateAfter(await desk.perform(dana, id, { type: 'undo', entry: next }));

    expect(latestAttempt(twice)).toBeUndefined();
    expect(twice.history).toMatchObject([{ entry: 'passed' }, { entry: 'attempt' }]);
  });

  test('is no repeat once something was recorded since', async () => {
    const desk = aStaffDesk({ at: now });
    await desk.keep(waiting);
    for (const at of [now, tomorrow]) {
      desk.setClock(at);
      const passed = candidateAfter(await desk.perform(dana, id, { type: 'mark-passed' }));
      await desk.perform(dana, id, { type: 'undo', entry: lastEntryKey(passed) });
    }
    const after = (await desk.store.read('candidate', id))!;

    expect(statusOf(after, rules.exam, tomorrow)).toBe('waiting');
    expect(after.history).toHaveLength(4);
  });

  test('of what the candidate took back meanwhile changes nothing', async () => {
    const desk = aStaffDesk({ at: now });
    const candidate = await desk.keep(takeBack(pass(waiting, lately)));

    expect(await desk.perform(dana, id, { type: 'undo', entry })).toEqual({ type: 'done', change: 'none', candidate });
  });
});

test('a write that keeps losing to others gives up with an error, and changes nothing', async () => {
  const store = { ...memoryStore(), save: async () => false };
  const change = update(store, 'candidate', id, () => ({ save: waiting, result: 'saved' }));

  await expect(change).rejects.toThrow('Gave up after 100 conflicting writes.');
});
