import { describe, expect, test } from 'vitest';
import { type Action, applyAction } from '../../lambdas/core/actions.ts';
import { recordAttempt } from '../../lambdas/core/attempts.ts';
import { bookedDate } from '../../lambdas/core/booking.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { applyEvent, claim, type Email, type EmailKind } from '../../lambdas/core/email.ts';
import { foreseenSkip, nextEmail, reasonToSkip } from '../../lambdas/core/email-schedule.ts';
import type { Instant } from '../../lambdas/core/time.ts';
import { aCandidate, changedBy, fieldErrorsOf, rules } from '../support/builders.ts';
import { detailOf as allOf, mailed } from '../support/simulated-mailer.ts';
import {
  applyAgain,
  book,
  change,
  correct,
  did,
  mail,
  now,
  pass,
  record,
  restart,
  stop,
  takeBack,
} from '../support/steps.ts';

/** The wait after these is running, and is long over. */
const recent = '2026-11-20';
const longAgo = '2026-09-01';

/** 09:00 in New York on the first possible day after `recent`, and on the day after that. */
const morning = '2026-12-20T14:00:00.000Z';
const nextMorning = '2026-12-21T14:00:00.000Z';

/** The reminder of an attempt on `recent`. */
const key = 'reminder-1-1-2026-12-20';

/** Without the follow-ups, which have tests of their own below. */
function detailOf(candidate: Candidate): string[] {
  return allOf(candidate).filter((line) => !line.startsWith('follow-up'));
}

function moveTo(timeZone: string, candidate: Candidate, at = now): Candidate {
  return change(candidate, { timeZone }, at);
}

function emailOf(candidate: Candidate, kind: EmailKind): Email {
  const email = candidate.emails.find((one) => one.kind === kind);
  if (!email) throw new Error(`No ${kind} in ${detailOf(candidate).join(', ')}`);
  return email;
}

function refusal(candidate: Candidate, action: Action, at: Instant) {
  const applied = applyAction(candidate, action, rules, at);
  if (applied === 'not-found' || 'conflict' in applied) throw new Error('Another refusal.');
  return { sentence: Object.values(fieldErrorsOf(applied)).join(), isMisfit: 'isMisfit' in applied };
}

/** With the hand-over of this email begun, and its outcome unknown. */
function claimed(candidate: Candidate, emailKey: string, at: string): Candidate {
  return { ...candidate, emails: claim(candidate.emails, emailKey, at) };
}

function sent(candidate: Candidate, kind: EmailKind): number {
  return candidate.emails.filter((email) => email.kind === kind && email.state === 'sent').length;
}

function millisecondsAfter(at: string, milliseconds: number): string {
  return new Date(Date.parse(at) + milliseconds).toISOString();
}

const thirdUsed = 'third-attempt-used' as const;
const dayFifteen = '2026-12-05T14:00:00.000Z';
/** In New York; in Kiritimati, the exam's day has begun. */
const onTheEve = '2027-01-07T20:00:00.000Z';
const theEve = '2026-11-24T15:00:00.000Z';
const withCheckIns = aCandidate({ attempts: [recent], checkIns: true });
const onDayFifteen = '2026-12-05T12:00:00.000Z';
const toldOnDayFifteen = mail(aCandidate({ attempts: [recent], checkIns: true, at: onDayFifteen }), onDayFifteen);
const planned = aCandidate({ attempts: [recent] });
/** Got the study plan, and waits for the reminder; then got that, too. */
const waiting = mail(planned, now);
const reminded = mail(waiting, morning);
const usedUp = aCandidate({ attempts: [longAgo, '2026-10-01', recent] });

describe('a newly recorded attempt', () => {
  test('calls for the study plan at once and the reminder when the wait is over', () => {
    const common = { state: 'queued', attempt: { application: 1, number: 1 }, tries: 0 };

    expect(planned.emails.slice(0, 2)).toEqual([
      {
        ...common,
        key: `study-plan-1-1-${recent}`,
        kind: 'study-plan',
        dueAt: now,
        notAfter: '2026-11-30T15:00:00.000Z',
      },
      { ...common, key, kind: 'reminder', dueAt: morning, notAfter: '2027-01-03T14:00:00.000Z' },
    ]);
  });

  test('calls for what comes next and a notice to staff, and no reminder, when it is the last', () => {
    expect(usedUp.emails.slice(-2)).toMatchObject([
      { kind: 'attempts-used', attempt: { application: 1, number: 3 } },
      { kind: 'staff-notice', attempt: { application: 1, number: 3 } },
    ]);
    expect(detailOf(mail(usedUp, now))).toEqual([
      'reminder-1-1-2026-10-01 skipped: newer-attempt',
      'reminder-1-2-2026-10-31 skipped: newer-attempt',
      'attempts-used-1-3-2026-11-23 sent at 2026-11-23T15:00:00.000Z',
      'staff-notice-1-3-2026-11-23 sent at 2026-11-23T15:00:00.000Z',
    ]);
  });

  test('at the hour that the rules name', () => {
    const atSeven = recordAttempt(
      aCandidate(),
      { number: 1, date: recent, lowestAreas: [] },
      { ...rules, sendHour: 7 },
      now,
    );

    expect(emailOf(changedBy(atSeven), 'reminder').dueAt).toBe('2026-12-20T12:00:00.000Z');
  });
});

describe('an email whose time has come is skipped', () => {
  test.each<[string, Candidate]>([
    ['unsubscribed', stop(waiting)],
    ['bounced', { ...waiting, emailState: 'bounced' }],
    ['complained', { ...waiting, emailState: 'complained' }],
    ['passed', pass(waiting)],
    ['new-application', applyAgain(waiting)],
    ['attempt-taken-back', takeBack(waiting)],
    ['newer-attempt', record(waiting, 2, '2026-12-20', '2026-12-20T13:00:00.000Z')],
  ])('for the reason %s', (reason, candidate) => {
    const after = mail(candidate, morning);

    expect(emailOf(after, 'reminder')).toMatchObject({ state: 'skipped', reason, at: morning });
  });

  test.each<[string | undefined, Candidate]>([
    [undefined, usedUp],
    [undefined, stop(usedUp)],
    [undefined, { ...usedUp, emailState: 'bounced' }],
    [undefined, { ...usedUp, emailState: 'complained' }],
    ['passed', pass(usedUp)],
    ['new-application', applyAgain(usedUp)],
    ['attempt-taken-back', takeBack(usedUp)],
  ])('the notice to staff, for the reason %s, whatever the candidate wants', (reason, candidate) => {
    expect(reasonToSkip(candidate, emailOf(candidate, 'staff-notice'), rules, now)).toBe(reason);
  });

  test.each<[EmailKind, string, Candidate]>([
    ['halfway', 'check-ins-off', mail(change(withCheckIns, { checkIns: undefined }), dayFifteen)],
    ['halfway', 'wrote-today', mail(toldOnDayFifteen, dayFifteen)],
    ['halfway', 'too-late', change(withCheckIns, { timeZone: 'Pacific/Kiritimati' }, '2026-12-05T05:00:00.000Z')],
    ['study-plan', 'reminder-due', mail(aCandidate({ attempts: ['2026-10-27'] }), '2026-11-26T05:00:00.000Z')],
    ['study-plan', 'exam-ahead', mail(book(aCandidate({ attempts: ['2026-10-26'] }), '2026-11-25', now), theEve)],
    ['study-plan', 'date-corrected', correct(planned, longAgo)],
    ['reminder', 'exam-ahead', mail(book(waiting, '2026-12-20', '2026-12-19T15:00:00.000Z'), morning)],
    ['exam-eve', 'booking-changed', book(book(reminded, '2027-01-08', morning), '2027-02-01', morning)],
    ['exam-eve', 'too-late', mail(book(reminded, '2027-01-08', morning), '2027-01-08T05:00:00.001Z')],
    [
      'exam-eve',
      'too-late',
      mail(moveTo('Pacific/Kiritimati', book(reminded, '2027-01-08', morning), onTheEve), onTheEve),
    ],
    ['staff-notice', 'acknowledged', mail(did(usedUp, { type: 'acknowledge-flag', flag: thirdUsed, note: undefined }))],
  ])('the %s, for the reason %s', (kind, reason, candidate) => {
    expect(emailOf(candidate, kind)).toMatchObject({ state: 'skipped', reason });
  });
});

test('the study plan goes out on the eve of an exam that no other email speaks of', () => {
  const confirmed = aCandidate({ attempts: ['2026-10-26'], at: theEve });
  const after = mail(book(confirmed, '2026-11-25', theEve), theEve);

  expect(after.emails.map(({ kind }) => kind)).not.toContain('exam-eve');
  expect(emailOf(after, 'study-plan')).toMatchObject({ state: 'sent' });
});

test('whoever moves west just after the reminder went out is promised no second one', () => {
  const nineInGaza = '2026-12-20T07:00:00.000Z';
  const remindedThere = mail(aCandidate({ timeZone: 'Asia/Gaza', attempts: [recent] }), nineInGaza);
  const moved = moveTo('Pacific/Honolulu', remindedThere, '2026-12-20T07:05:00.000Z');

  expect(emailOf(moved, 'reminder')).toMatchObject({ state: 'sent', at: nineInGaza });
  expect(nextEmail(moved, rules, '2026-12-20T07:05:00.000Z')?.kind).toBe('follow-up');
});

test('a date corrected away and back brings its study plan again, as the last one names another', () => {
  const away = mail(correct(waiting, '2026-11-18'));
  const back = mail(correct(away, recent));

  expect(detailOf(back).filter((line) => line.startsWith('study-plan'))).toEqual([
    `study-plan-1-1-${recent} sent at ${now}`,
    `study-plan-1-1-2026-11-18 sent at ${now}`,
    `study-plan-1-1-${recent}-again-1 sent at ${now}`,
  ]);
});

test('a date corrected away and back brings its reminder, though by then its own time is over', () => {
  const away = mail(correct(waiting, '2026-12-08', '2026-12-10T15:00:00.000Z'), '2026-12-10T15:00:00.000Z');
  const at = '2027-01-05T15:00:00.000Z';
  const back = mail(correct(away, recent, at), at);

  expect(detailOf(back).filter((line) => line.startsWith('reminder'))).toEqual([
    `reminder-1-1-2026-12-20 sent at ${at}`,
    'reminder-1-1-2027-01-07 skipped: date-corrected',
  ]);
});

test('after a date corrected late, the question how it went keeps its distance from the reminder, however late', () => {
  const at = '2026-12-10T15:00:00.000Z';
  const corrected = correct(waiting, longAgo, at);
  const nextDay = mail(corrected, '2026-12-11T15:00:00.000Z');
  const asLateAsItMayBe = mail(corrected, '2026-12-24T15:00:00.000Z');

  for (const candidate of [nextDay, asLateAsItMayBe]) {
    expect([sent(candidate, 'reminder'), sent(candidate, 'follow-up')]).toEqual([1, 0]);
    expect(candidate.emails.findLast(({ kind }) => kind === 'follow-up')).toMatchObject({
      state: 'queued',
      dueAt: '2026-12-26T14:00:00.000Z',
    });
  }
});

test('the question how it went comes again thirty days after "not yet", three times at most', () => {
  let candidate = reminded;
  for (const day of ['2027-01-10', '2027-02-09', '2027-03-11', '2027-04-10']) {
    candidate = mail(candidate, `${day}T14:00:00.000Z`);
    candidate = did(candidate, { type: 'ask-later' }, `${day}T15:00:00.000Z`);
  }

  const questions = candidate.emails.filter(({ kind }) => kind === 'follow-up').slice(0, 4);
  expect(questions.map(({ state }) => state)).toEqual(['sent', 'sent', 'sent', 'skipped']);
  expect(questions.at(-1)).toMatchObject({ reason: 'asked-enough' });
});

describe('what was held back', () => {
  const told = '2026-06-17T20:00:00.000Z';
  const atOnce = mail(aCandidate({ attempts: ['2026-05-04'], at: told }), told);
  const stopped = stop(correct(atOnce, '2026-06-17', '2026-06-18T08:00:00.000Z'));

  test.each([
    [
      '2026-07-20T08:00:00.000Z',
      '2026-07-21T08:00:00.000Z',
      ['reminder-1-1-2026-06-09 sent at 2026-07-21T08:00:00.000Z'],
    ],
    ['2026-08-01T08:00:00.000Z', '2026-08-02T08:00:00.000Z', []],
  ])('goes out for a date corrected on %s, where it was not too late by then', (at, wantedAt, expected) => {
    const held = mail(stopped, '2026-07-17T19:00:00.000Z');
    const wanted = mail(restart(correct(held, '2026-05-10', at), wantedAt), wantedAt);

    const reminders = detailOf(wanted).filter((line) => line.startsWith('reminder'));
    expect(reminders.slice(1)).toEqual(['reminder-1-1-2026-07-17 skipped: unsubscribed', ...expected]);
  });

  test('is no check-in whose moment is past', () => {
    const held = mail(stop(withCheckIns), dayFifteen);

    expect(emailOf(restart(held, '2026-12-05T15:00:00.000Z'), 'halfway')).toMatchObject({ reason: 'unsubscribed' });
  });

  test('also when its hand-over had begun, and no try is forgotten', () => {
    const begun = claimed(waiting, key, morning);
    const skipped = mail(stop(begun), '2026-12-20T14:10:00.000Z');
    const soon = '2026-12-20T15:00:00.000Z';

    expect(emailOf(skipped, 'reminder')).toMatchObject({ state: 'skipped', tries: 1 });
    expect(emailOf(restart(skipped, soon), 'reminder')).toMatchObject({ state: 'queued', tries: 1 });
    expect(emailOf(mail(restart(skipped, soon), soon), 'reminder')).toMatchObject({ state: 'sent', tries: 2 });
  });
});

describe('where a hand-over has no answer yet, or turns out late to have gone well,', () => {
  const begun = claimed(waiting, key, morning);
  const corrected = correct(begun, '2026-11-21', '2026-12-20T14:00:30.000Z');
  const sentAt = (candidate: Candidate, at: string): Candidate => ({
    ...candidate,
    emails: applyEvent(candidate.emails, key, 'send', at),
  });
  /** Skipped and wanted again since, with one try behind it. */
  const queued = restart(mail(stop(begun), '2026-12-20T14:10:00.000Z'), '2026-12-20T14:20:00.000Z');

  test('the reminder does not count for a corrected date', () => {
    const reported = sentAt(corrected, nextMorning);

    expect(detailOf(mail(reported, nextMorning)).at(-1)).toBe(`reminder-1-1-2026-12-21 sent at ${nextMorning}`);
  });

  test('the next waits for the outcome, also where one before was skipped', () => {
    const moved = correct(mail(stop(waiting), morning), '2026-11-21', '2026-12-20T15:00:00.000Z');
    const restarted = restart(moved, '2026-12-20T16:00:00.000Z');
    const second = claimed(restarted, 'reminder-1-1-2026-12-21', nextMorning);

    expect(detailOf(correct(second, '2026-11-19', '2026-12-21T14:00:30.000Z')).slice(1)).toEqual([
      'reminder-1-1-2026-12-20 skipped: unsubscribed',
      'study-plan-1-1-2026-11-21 skipped: date-corrected',
      'reminder-1-1-2026-12-21 sending until 2026-12-21T14:10:00.000Z',
      'reminder-1-1-2026-12-19 queued for 2026-12-21T14:10:00.000Z',
    ]);
  });

  test('a reminder moves with the time zone as one email, and keeps its tries', () => {
    const moved = moveTo('US/Pacific', queued, '2026-12-20T14:30:00.000Z');

    expect(detailOf(moved)).toHaveLength(2);
    expect(emailOf(moved, 'reminder')).toMatchObject({
      key,
      state: 'queued',
      tries: 1,
      dueAt: '2026-12-20T17:00:00.000Z',
    });
  });

  test('a reminder is not tried again before its moment after a move west', () => {
    const nine = '2026-12-20T17:00:00.000Z';
    const moved = moveTo('US/Pacific', begun, '2026-12-20T14:00:30.000Z');
    expect(detailOf(moved)).toEqual(detailOf(begun));

    const postponed = mail(moved, '2026-12-20T14:10:00.000Z');
    expect(detailOf(postponed).slice(1)).toEqual([`${key} queued for ${nine}`]);
    expect(mail(postponed, millisecondsAfter(nine, -1))).toEqual(postponed);
    expect(emailOf(mail(postponed, nine), 'reminder')).toMatchObject({ state: 'sent', tries: 2 });
  });

  test('a move delays neither a retry, if it was east or back, nor the reminder of a corrected date', () => {
    const east = moveTo('Europe/Dublin', begun, '2026-12-20T14:00:30.000Z');
    const moved = moveTo('US/Pacific', begun, '2026-12-20T14:00:30.000Z');
    const back = moveTo('America/New_York', moved, '2026-12-20T14:01:00.000Z');
    const corrected = correct(moved, '2026-11-19', '2026-12-20T14:01:00.000Z');

    expect(detailOf(east)).toEqual(detailOf(begun));
    expect(back.emails).toEqual(begun.emails);
    expect(detailOf(corrected).at(-1)).toBe('reminder-1-1-2026-12-19 queued for 2026-12-20T14:10:00.000Z');
  });

  test('a reminder stays beside the one for a corrected date, for a late report to find', () => {
    const moved = correct(queued, '2026-11-21', '2026-12-20T14:30:00.000Z');

    expect(detailOf(sentAt(moved, '2026-12-20T15:00:00.000Z')).slice(1)).toEqual([
      'reminder-1-1-2026-12-20 sent at 2026-12-20T15:00:00.000Z',
      'study-plan-1-1-2026-11-21 queued for 2026-12-20T14:30:00.000Z',
      'reminder-1-1-2026-12-21 queued for 2026-12-21T14:00:00.000Z',
    ]);
  });

  test('loses no reminder whose hand-over was put off', () => {
    const putOff = mailed(waiting, rules, morning, () => ({ type: 'deferred', code: 'Throttling' }));
    const corrected = correct(putOff, '2026-11-19', '2026-12-20T14:00:30.000Z');

    expect(sent(mail(corrected, '2026-12-20T14:01:00.000Z'), 'reminder')).toBe(1);
  });

  test('loses no reminder that was being handed over', () => {
    const corrected = correct(begun, '2026-11-19', '2026-12-20T14:00:30.000Z');

    expect(detailOf(corrected).slice(1)).toEqual([
      'reminder-1-1-2026-12-20 sending until 2026-12-20T14:10:00.000Z',
      'reminder-1-1-2026-12-19 queued for 2026-12-20T14:10:00.000Z',
    ]);
    expect(sent(mail(corrected, '2026-12-20T14:10:00.000Z'), 'reminder')).toBe(1);
  });

  test('that lies ahead has its own reminder, also where one was being handed over', () => {
    const corrected = correct(begun, '2026-12-10', '2026-12-20T14:00:30.000Z');

    const lapsed = mail(corrected, '2026-12-20T14:10:00.000Z');

    expect(detailOf(mail(lapsed, '2027-01-09T14:00:00.000Z')).slice(1)).toEqual([
      'reminder-1-1-2026-12-20 skipped: date-corrected',
      'study-plan-1-1-2026-12-10 sent at 2026-12-20T14:10:00.000Z',
      'reminder-1-1-2027-01-09 sent at 2027-01-09T14:00:00.000Z',
    ]);
  });

  test.each<EmailKind>(['attempts-used', 'staff-notice'])(
    'the %s goes out again where the attempt is taken back and told again',
    (kind) => {
      const soon = '2026-11-23T15:00:20.000Z';
      const sending = claimed(usedUp, emailOf(usedUp, kind).key, now);
      const again = record(takeBack(sending, soon), 3, recent, soon);

      expect(sent(mail(again, '2026-11-23T15:10:00.000Z'), kind)).toBe(1);
    },
  );
});

describe('an attempt told again, after its emails were tried in vain and skipped as taken back,', () => {
  const lapsed = '2026-11-23T15:10:00.000Z';
  const unanswered = (candidate: Candidate, at = now) =>
    mailed(candidate, rules, at, () => ({ type: 'unknown', code: 'Timeout' }));

  test.each<[EmailKind, Candidate, number, string]>([
    ['study-plan', planned, 1, '2026-11-23T15:20:00.000Z'],
    ['study-plan', planned, 1, '2026-12-10T15:00:00.000Z'],
    ['attempts-used', usedUp, 3, '2026-11-23T15:20:00.000Z'],
    ['attempts-used', usedUp, 3, '2026-12-10T15:00:00.000Z'],
    ['staff-notice', usedUp, 3, '2026-11-23T15:20:00.000Z'],
    ['staff-notice', usedUp, 3, '2026-12-10T15:00:00.000Z'],
  ])('gets its %s', (kind, candidate, number, at) => {
    const taken = mail(takeBack(unanswered(candidate), '2026-11-23T15:05:00.000Z'), lapsed);
    expect(emailOf(taken, kind)).toMatchObject({ state: 'skipped', reason: 'attempt-taken-back', tries: 1 });

    expect(sent(mail(record(taken, number, recent, at), at), kind)).toBe(1);
  });

  test('gets its reminder at once where the time of the one before is over', () => {
    const at = '2027-01-10T15:00:00.000Z';
    const taken = mail(
      takeBack(unanswered(waiting, '2026-11-25T15:00:00.000Z'), '2026-11-25T15:00:00.000Z'),
      nextMorning,
    );
    expect(emailOf(taken, 'reminder')).toMatchObject({ state: 'skipped', reason: 'attempt-taken-back' });

    expect(emailOf(mail(record(taken, 1, recent, at), at), 'reminder')).toMatchObject({ state: 'sent', at });
  });
});

describe('what is told of the next exam', () => {
  test('is a date from today and the retake date on, up to a year ahead', () => {
    const tell = (examDate: string, candidate = reminded) =>
      refusal(candidate, { type: 'book-exam', examDate }, '2026-12-22T15:00:00.000Z');

    expect(tell('2026-12-21')).toEqual({
      sentence: 'Enter Tuesday, December 22, 2026, or a later date.',
      isMisfit: false,
    });
    expect(tell('2027-12-23').sentence).toMatch(
      'Check the year. The latest date you can enter is Wednesday, December 22, 2027.',
    );
    expect(refusal(waiting, { type: 'book-exam', examDate: '2026-12-19' }, now).sentence).toMatch(
      'Sunday, December 20, 2026',
    );
    expect(tell('2027-01-08', pass(reminded)).isMisfit).toBe(true);
  });

  test('does not come back with another attempt of the same number', () => {
    const second = record(reminded, 2, '2026-12-27', '2026-12-28T15:00:00.000Z');
    const bookedAgain = book(second, '2027-02-20', '2026-12-28T15:00:00.000Z');
    const taken = takeBack(bookedAgain, '2026-12-29T15:00:00.000Z');
    const other = record(taken, 2, '2026-12-26', '2026-12-29T15:00:01.000Z');

    expect(bookedDate(other, rules.exam)).toBeUndefined();
  });

  test('is put off only by someone who can take the exam', () => {
    for (const candidate of [waiting, pass(reminded), aCandidate()])
      expect(refusal(candidate, { type: 'ask-later' }, now).isMisfit).toBe(true);
  });
});

test('an email that waits is judged by its own day: what went out today does not stop it', () => {
  const planned = mail(aCandidate({ attempts: [recent], checkIns: true }), now);
  const halfway = emailOf(planned, 'halfway');

  expect(reasonToSkip(planned, halfway, rules, now)).toBe('wrote-today');
  expect(foreseenSkip(planned, halfway, rules, now)).toBeUndefined();
  expect(nextEmail(planned, rules, now)).toMatchObject({ kind: 'halfway', at: '2026-12-05T14:00:00.000Z' });
  expect(foreseenSkip(stop(planned), halfway, rules, now)).toBe('unsubscribed');
});
