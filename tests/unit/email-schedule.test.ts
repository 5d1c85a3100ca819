import { describe, expect, test } from 'vitest';
import type { ActionResult } from '../../lambdas/core/action-result.ts';
import { type Action, applyAction } from '../../lambdas/core/actions.ts';
import { recordAttempt } from '../../lambdas/core/attempts.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { confirmSignUp } from '../../lambdas/core/confirm-sign-up.ts';
import { applyEvent, claim, type Email, type EmailKind, nextDueAt } from '../../lambdas/core/email.ts';
import { nextEmail, reasonToSkip } from '../../lambdas/core/email-schedule.ts';
import { aCandidate, changedBy, rules, someDetails } from '../support/builders.ts';
import { detailOf as allOf, mailed } from '../support/simulated-mailer.ts';
import { applyAgain, change, correct, mail, now, pass, record, restart, stop, takeBack } from '../support/steps.ts';

/** The wait after these is running, is just over, and is long over. */
const recent = '2026-11-20';
const thirtyDaysAgo = '2026-10-24';
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

function newest(candidate: Candidate, kind: EmailKind): Email {
  const email = candidate.emails.findLast((one) => one.kind === kind);
  if (!email) throw new Error(`No ${kind} in ${allOf(candidate).join(', ')}`);
  return email;
}

function moveTo(timeZone: string, candidate: Candidate, at = now): Candidate {
  return change(candidate, { timeZone }, at);
}

function emailOf(candidate: Candidate, kind: EmailKind): Email {
  const email = candidate.emails.find((one) => one.kind === kind);
  if (!email) throw new Error(`No ${kind} in ${detailOf(candidate).join(', ')}`);
  return email;
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

const planned = aCandidate({ attempts: [recent] });
/** Got the study plan, and waits for the reminder; then got that, too. */
const waiting = mail(planned, now);
const reminded = mail(waiting, morning);
const usedUp = aCandidate({ attempts: [longAgo, '2026-10-01', recent] });

describe('a newly recorded attempt', () => {
  test('calls for the study plan at once and the reminder when the wait is over', () => {
    expect(planned.emails.slice(0, 2)).toEqual([
      {
        key: 'study-plan-1-1-2026-11-20',
        kind: 'study-plan',
        state: 'queued',
        attempt: { application: 1, number: 1 },
        dueAt: '2026-11-23T15:00:00.000Z',
        notAfter: '2026-11-30T15:00:00.000Z',
        tries: 0,
      },
      {
        key: 'reminder-1-1-2026-12-20',
        kind: 'reminder',
        state: 'queued',
        attempt: { application: 1, number: 1 },
        dueAt: '2026-12-20T14:00:00.000Z',
        notAfter: '2027-01-03T14:00:00.000Z',
        tries: 0,
      },
    ]);
  });

  test('calls for the reminder alone, at once, where the wait is over', () => {
    expect(detailOf(aCandidate({ attempts: [longAgo] }))).toEqual([`reminder-1-1-2026-10-01 queued for ${now}`]);
  });

  test.each(['2026-11-23T05:00:00.000Z', '2026-11-23T13:59:59.999Z', '2026-11-23T14:00:00.000Z'])(
    'on the retake date, at %s, calls for no study plan any more',
    (at) => {
      expect(detailOf(aCandidate({ attempts: [thirtyDaysAgo], at }))).toEqual([
        'reminder-1-1-2026-11-23 queued for 2026-11-23T14:00:00.000Z',
      ]);
    },
  );

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

  test('calls for nothing more when it is recorded again', () => {
    const again = record(waiting, 1, recent, '2026-11-24T15:00:00.000Z');

    expect(again.emails).toEqual(waiting.emails);
  });

  test('calls for emails of its own on each application', () => {
    const first = mail(aCandidate({ attempts: [longAgo] }), now);

    expect(detailOf(record(applyAgain(first), 1, recent))).toEqual([
      'reminder-1-1-2026-10-01 sent at 2026-11-23T15:00:00.000Z',
      'study-plan-2-1-2026-11-20 queued for 2026-11-23T15:00:00.000Z',
      'reminder-2-1-2026-12-20 queued for 2026-12-20T14:00:00.000Z',
    ]);
  });

  test('queues its emails also where none are wanted now', () => {
    expect(detailOf(record(stop(aCandidate()), 1, recent))).toEqual(detailOf(planned));
  });
});

describe('the reminder is due at 09:00 of the retake date', () => {
  test.each([
    ['America/New_York', '2027-02-12', '2027-03-14T13:00:00.000Z', '2027-03-28T13:00:00.000Z'],
    ['America/New_York', '2027-10-08', '2027-11-07T14:00:00.000Z', '2027-11-21T14:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-12-02', '2026-12-31T19:00:00.000Z', '2027-01-14T19:00:00.000Z'],
  ])('in %s, after an attempt on %s, that is %s, and it is sent until %s', (timeZone, date, dueAt, notAfter) => {
    const at = `${date}T23:59:59.999Z`;

    expect(emailOf(aCandidate({ timeZone, attempts: [date], at }), 'reminder')).toMatchObject({ dueAt, notAfter });
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

  test('and sent then, neither before nor twice', () => {
    const early = mail(waiting, '2026-12-20T13:59:59.999Z');

    expect(detailOf(early)).toEqual([
      'study-plan-1-1-2026-11-20 sent at 2026-11-23T15:00:00.000Z',
      'reminder-1-1-2026-12-20 queued for 2026-12-20T14:00:00.000Z',
    ]);
    expect(detailOf(mail(early, morning))).toEqual([
      'study-plan-1-1-2026-11-20 sent at 2026-11-23T15:00:00.000Z',
      'reminder-1-1-2026-12-20 sent at 2026-12-20T14:00:00.000Z',
    ]);
    expect(mail(reminded, '2026-12-25T14:00:00.000Z')).toEqual(reminded);
  });
});

describe('a corrected date', () => {
  const plan = 'study-plan-1-1-2026-11-20 sent at 2026-11-23T15:00:00.000Z';

  test('moves the reminder with it, later or earlier', () => {
    expect(detailOf(correct(waiting, '2026-11-22'))).toEqual([
      plan,
      'reminder-1-1-2026-12-20 skipped: date-corrected',
      `study-plan-1-1-2026-11-22 queued for ${now}`,
      'reminder-1-1-2026-12-22 queued for 2026-12-22T14:00:00.000Z',
    ]);
    expect(detailOf(correct(waiting, '2026-11-01'))).toEqual([
      plan,
      'reminder-1-1-2026-12-20 skipped: date-corrected',
      `study-plan-1-1-2026-11-01 queued for ${now}`,
      'reminder-1-1-2026-12-01 queued for 2026-12-01T14:00:00.000Z',
    ]);
  });

  test('whose wait is over makes the reminder due at once', () => {
    const corrected = correct(waiting, longAgo, '2026-11-25T15:00:00.000Z');

    expect(newest(corrected, 'reminder')).toMatchObject({
      key: 'reminder-1-1-2026-10-01',
      state: 'queued',
      dueAt: '2026-11-25T15:00:00.000Z',
      notAfter: '2026-12-09T15:00:00.000Z',
    });
  });

  test('whose wait is over leaves one email to send, not two', () => {
    const corrected = correct(planned, longAgo);

    expect(detailOf(mail(corrected, now))).toEqual([
      'study-plan-1-1-2026-11-20 skipped: date-corrected',
      'reminder-1-1-2026-12-20 skipped: date-corrected',
      'reminder-1-1-2026-10-01 sent at 2026-11-23T15:00:00.000Z',
    ]);
  });

  test('that lies ahead calls for a new plan and reminder, and corrected back for none', () => {
    const there = correct(reminded, '2026-12-10', nextMorning);
    const back = correct(there, recent, '2026-12-22T14:00:00.000Z');
    const thenSent = (candidate: Candidate) => detailOf(mail(candidate, '2027-01-09T14:00:00.000Z'));
    const first = [plan, 'reminder-1-1-2026-12-20 sent at 2026-12-20T14:00:00.000Z'];

    expect(thenSent(mail(there, nextMorning))).toEqual([
      ...first,
      `study-plan-1-1-2026-12-10 sent at ${nextMorning}`,
      'reminder-1-1-2027-01-09 sent at 2027-01-09T14:00:00.000Z',
    ]);
    expect(thenSent(back)).toEqual([
      ...first,
      'study-plan-1-1-2026-12-10 skipped: date-corrected',
      'reminder-1-1-2027-01-09 skipped: date-corrected',
    ]);
  });

  test('brings another as long as its moment lies ahead, and none from that very moment on', () => {
    const before = correct(reminded, '2026-11-21', millisecondsAfter(nextMorning, -1));

    expect(detailOf(before).at(-1)).toBe('reminder-1-1-2026-12-21 queued for 2026-12-21T14:00:00.000Z');
    expect(detailOf(correct(reminded, '2026-11-21', nextMorning))).toEqual(detailOf(reminded));
  });

  test('of the last attempt brings no reminder', () => {
    const last = mail(usedUp, now);

    expect(correct(last, '2026-11-18').emails).toEqual(last.emails);
  });

  test('on an earlier application moves the reminder of the new one', () => {
    const candidate = applyAgain(waiting);

    expect(detailOf(mail(correct(candidate, '2026-11-18'), morning))).toEqual([
      plan,
      'reminder-1-1-2026-12-20 skipped: new-application',
      'reminder-2-0-2026-12-20 skipped: date-corrected',
      `reminder-2-0-2026-12-18 sent at ${morning}`,
    ]);
  });

  test('counts a reminder that was skipped as one that was never sent', () => {
    const skipped = mail(stop(waiting), morning);
    const corrected = correct(skipped, '2026-11-19', '2026-12-21T14:00:00.000Z');
    const restarted = restart(corrected, '2026-12-21T15:00:00.000Z');

    expect(sent(mail(restarted, '2026-12-21T15:00:00.000Z'), 'reminder')).toBe(1);
  });

  test('loses no reminder whose hand-over was put off', () => {
    const putOff = mailed(waiting, rules, morning, () => ({ type: 'deferred', code: 'Throttling' }));
    const corrected = correct(putOff, '2026-11-19', '2026-12-20T14:00:30.000Z');

    expect(sent(mail(corrected, '2026-12-20T14:01:00.000Z'), 'reminder')).toBe(1);
  });

  test('loses no reminder that was being handed over', () => {
    const begun = claimed(waiting, key, morning);
    const corrected = correct(begun, '2026-11-19', '2026-12-20T14:00:30.000Z');

    expect(detailOf(corrected).slice(1)).toEqual([
      'reminder-1-1-2026-12-20 sending until 2026-12-20T14:10:00.000Z',
      'reminder-1-1-2026-12-19 queued for 2026-12-20T14:10:00.000Z',
    ]);
    expect(sent(mail(corrected, '2026-12-20T14:10:00.000Z'), 'reminder')).toBe(1);
  });

  test('that lies ahead has its own reminder, also where one was being handed over', () => {
    const begun = claimed(waiting, key, morning);
    const corrected = correct(begun, '2026-12-10', '2026-12-20T14:00:30.000Z');

    const lapsed = mail(corrected, '2026-12-20T14:10:00.000Z');

    expect(detailOf(mail(lapsed, '2027-01-09T14:00:00.000Z')).slice(1)).toEqual([
      'reminder-1-1-2026-12-20 skipped: date-corrected',
      'study-plan-1-1-2026-12-10 sent at 2026-12-20T14:10:00.000Z',
      'reminder-1-1-2027-01-09 sent at 2027-01-09T14:00:00.000Z',
    ]);
  });
});

describe('another time zone', () => {
  const justAfter = '2026-12-19T20:00:00.000Z';

  test.each([
    ['US/Pacific', now, '2026-12-20T17:00:00.000Z', '2027-01-03T17:00:00.000Z'],
    ['Pacific/Kiritimati', now, '2026-12-19T19:00:00.000Z', '2027-01-02T19:00:00.000Z'],
    // 09:00 is past there, or lies ahead again.
    ['Pacific/Kiritimati', justAfter, justAfter, '2027-01-02T20:00:00.000Z'],
    ['US/Pacific', morning, '2026-12-20T17:00:00.000Z', '2027-01-03T17:00:00.000Z'],
  ])('moves the reminder: to %s at %s, it is due at %s', (timeZone, at, dueAt, notAfter) => {
    expect(emailOf(moveTo(timeZone, waiting, at), 'reminder')).toMatchObject({ dueAt, notAfter });
  });

  test('leaves a reminder alone that is due in both, or was sent', () => {
    const later = '2026-12-20T18:00:00.000Z';

    expect(detailOf(moveTo('US/Pacific', waiting, later))).toEqual(detailOf(waiting));
    expect(detailOf(moveTo('US/Pacific', reminded, morning))).toEqual(detailOf(reminded));
  });

  test('promises no second reminder to whoever moves west just after it went out', () => {
    const nineInGaza = '2026-12-20T07:00:00.000Z';
    const remindedThere = mail(aCandidate({ timeZone: 'Asia/Gaza', attempts: [recent] }), nineInGaza);
    const moved = moveTo('Pacific/Honolulu', remindedThere, '2026-12-20T07:05:00.000Z');

    expect(emailOf(moved, 'reminder')).toMatchObject({ state: 'sent', at: nineInGaza });
    expect(nextEmail(moved, rules, '2026-12-20T07:05:00.000Z')?.kind).toBe('follow-up');
  });

  test('also holds for a reminder that was skipped and is wanted again', () => {
    const skipped = mail(stop(waiting), morning);
    const moved = moveTo('Pacific/Honolulu', skipped, '2026-12-20T15:00:00.000Z');
    const restarted = restart(moved, '2026-12-20T15:00:00.000Z');

    expect(emailOf(restarted, 'reminder')).toMatchObject({ state: 'queued', dueAt: '2026-12-20T19:00:00.000Z' });
  });
});

describe('a reminder whose moment a change moves into the past goes out at once', () => {
  const corrected = { type: 'correct-date', date: '2026-06-17' } as const;
  const corrections: [string, Action][] = [['2026-06-18T08:00:00.000Z', corrected]];
  const twice: [string, Action][] = [
    ['2026-06-18T08:00:00.000Z', { type: 'correct-date', date: '2026-06-12' }],
    ['2026-06-19T08:00:00.000Z', corrected],
  ];
  const stopped: [string, Action] = ['2026-07-01T08:00:00.000Z', { type: 'unsubscribe' }];
  const wantedAgain = (at: string): [string, Action] => [at, { type: 'resubscribe' }];
  const moved = (at: string, timeZone: string): [string, Action] => [
    at,
    { type: 'change-details', details: { timeZone } },
  ];
  const backTo = (at: string, date: string): [string, Action] => [at, { type: 'correct-date', date }];

  const east = 'America/Puerto_Rico';
  const farEast = 'Pacific/Kiritimati';
  const west = 'Pacific/Pago_Pago';
  /** 09:00 on July 17 there; it is 19:00 UTC in Honolulu. */
  const nine = { [east]: '2026-07-17T13:00:00.000Z', [farEast]: '2026-07-16T19:00:00.000Z' };
  const nineInTheWest = '2026-07-17T20:00:00.000Z';
  const second = 'reminder-1-1-2026-07-17';

  const rows: [string, [string, Action][], string][] = [
    ['moved east after its hour there', [moved('2026-07-17T14:59:00.000Z', east)], '2026-07-17T14:59:00.000Z'],
    ['moved east at its hour there', [moved(nine[east], east)], nine[east]],
    ['moved east before its hour there', [moved('2026-07-17T12:59:59.000Z', east)], nine[east]],
    ['moved east a day after its hour there', [moved('2026-07-17T18:59:59.000Z', farEast)], '2026-07-17T18:59:59.000Z'],
    ['moved east when both hours were past', [moved('2026-07-17T19:30:00.000Z', east)], '2026-07-17T19:00:00.000Z'],
    ['moved west before its hour', [moved('2026-07-17T18:59:59.000Z', west)], nineInTheWest],
    ['moved west after its hour', [moved('2026-07-17T19:00:01.000Z', west)], '2026-07-17T19:00:00.000Z'],
    [
      'moved west, then east past its hour',
      [moved('2026-07-17T12:00:00.000Z', west), moved('2026-07-17T15:00:00.000Z', east)],
      '2026-07-17T15:00:00.000Z',
    ],
    [
      'moved east past its hour, with emails stopped and wanted again before',
      [stopped, wantedAgain('2026-07-02T08:00:00.000Z'), moved('2026-07-17T15:00:00.000Z', east)],
      '2026-07-17T15:00:00.000Z',
    ],
    [
      'moved east past its hour, while emails were stopped',
      [stopped, moved('2026-07-17T15:00:00.000Z', east), wantedAgain('2026-07-30T08:00:00.000Z')],
      '2026-07-30T08:00:00.000Z',
    ],
    [
      'moved west before its hour, with emails stopped until after it',
      [stopped, moved('2026-07-17T15:00:00.000Z', west), wantedAgain('2026-07-18T08:00:00.000Z')],
      '2026-07-18T08:00:00.000Z',
    ],
  ];
  const lives = [corrections, twice].flatMap((before) =>
    rows.flatMap(([title, steps, at]) =>
      [false, true].map((isStaff) => ({
        title: `${title}, after ${before.length} corrections, by ${isStaff ? 'staff' : 'the candidate'}`,
        steps: [...before, ...steps],
        isStaff,
        expected: [`${second} sent at ${at}`],
      })),
    ),
  );

  /** Also where the reminder of an earlier date went out, which said another date. */
  const third = 'reminder-1-1-2026-06-09';
  const byDate = [
    {
      title: 'corrected to a date whose wait is over',
      steps: [...corrections, backTo('2026-07-01T08:00:00.000Z', '2026-05-10')],
      expected: [`${second} skipped: date-corrected`, `${third} sent at 2026-07-01T08:00:00.000Z`],
    },
    {
      title: 'corrected while it is held back',
      steps: [
        ...corrections,
        stopped,
        backTo('2026-07-20T08:00:00.000Z', '2026-05-10'),
        wantedAgain('2026-07-21T08:00:00.000Z'),
      ],
      expected: [`${second} skipped: unsubscribed`, `${third} sent at 2026-07-21T08:00:00.000Z`],
    },
    {
      title: 'not when it had been held back for more than its fourteen days',
      steps: [
        ...corrections,
        stopped,
        backTo('2026-08-01T08:00:00.000Z', '2026-05-10'),
        wantedAgain('2026-08-02T08:00:00.000Z'),
      ],
      expected: [`${second} skipped: unsubscribed`],
    },
  ].map((row) => ({ ...row, isStaff: false }));

  test.each([...lives, ...byDate])('$title', ({ steps, isStaff, expected }) => {
    const signedUpAt = '2026-06-17T20:00:00.000Z';
    let person = aCandidate({ timeZone: 'Pacific/Honolulu', attempts: ['2026-05-04'], at: signedUpAt });
    person = mail(person, signedUpAt);
    let today = signedUpAt;
    const passUntil = (at: string) => {
      for (let due = nextDueAt(person.emails); due !== undefined && due < at; due = nextDueAt(person.emails))
        person = mail(person, due > today ? due : today);
      today = at;
    };
    for (const [at, action] of steps) {
      passUntil(at);
      person = changedBy(applyAction(person, action, rules, at, isStaff) as ActionResult);
    }
    passUntil('2027-01-01T00:00:00.000Z');

    const first = `reminder-1-1-2026-06-03 sent at ${signedUpAt}`;
    const reminders = detailOf(person).filter((line) => line.startsWith('reminder') && !line.includes('2026-07-12'));
    expect(reminders).toEqual([first, ...expected]);
    expect(nextDueAt(person.emails)).toBeUndefined();
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
    expect(reasonToSkip(candidate, newest(candidate, 'staff-notice'), rules, now)).toBe(reason);
  });

  test('when it is the study plan and the reminder is due', () => {
    const candidate = aCandidate({ attempts: ['2026-10-27'] });
    const dueOn = '2026-11-26T14:00:00.000Z';
    const midnight = '2026-11-26T05:00:00.000Z';

    expect(detailOf(mail(candidate, millisecondsAfter(midnight, -1)))).toEqual([
      'study-plan-1-1-2026-10-27 sent at 2026-11-26T04:59:59.999Z',
      'reminder-1-1-2026-11-26 queued for 2026-11-26T14:00:00.000Z',
    ]);
    expect(detailOf(mail(mail(candidate, midnight), dueOn))).toEqual([
      'study-plan-1-1-2026-10-27 skipped: reminder-due',
      'reminder-1-1-2026-11-26 sent at 2026-11-26T14:00:00.000Z',
    ]);
  });

  test.each<[EmailKind, string, Candidate]>([
    ['study-plan', '2026-11-30T15:00:00.000Z', planned],
    ['reminder', '2027-01-03T14:00:00.000Z', planned],
    ['reminder', '2026-12-07T15:00:00.000Z', aCandidate({ attempts: [longAgo] })],
    ['attempts-used', '2026-11-30T15:00:00.000Z', usedUp],
    ['staff-notice', '2026-11-24T15:00:00.000Z', usedUp],
  ])('when it is too late: a %s is still sent at %s, not after', (kind, lastMoment, candidate) => {
    const email = newest(candidate, kind);

    expect(reasonToSkip(candidate, email, rules, lastMoment)).toBeUndefined();
    expect(reasonToSkip(candidate, email, rules, millisecondsAfter(lastMoment, 1))).toBe('too-late');
  });
});

describe('a skipped email is queued again when its reason no longer holds', () => {
  const soon = '2026-12-20T15:00:00.000Z';

  test.each<[string, Candidate]>([
    ['the candidate resubscribes', restart(mail(stop(waiting), morning), soon)],
    ['passing is taken back', takeBack(mail(pass(waiting, morning), morning), soon)],
    [
      'a newer attempt is taken back',
      takeBack(mail(record(waiting, 2, '2026-12-20', '2026-12-20T13:00:00.000Z'), morning), soon),
    ],
    ['a new application is taken back', takeBack(mail(applyAgain(waiting, morning), morning), soon)],
    ['an attempt that was taken back is recorded again', record(mail(takeBack(waiting), morning), 1, recent, soon)],
    [
      'the address is confirmed again',
      confirmSignUp(
        mail({ ...waiting, emailState: 'bounced' }, morning),
        { details: someDetails, attempt: { number: 1, date: recent, lowestAreas: [] } },
        rules,
        soon,
      ),
    ],
  ])('%s', (_title, candidate) => {
    expect(sent(mail(candidate, soon), 'reminder')).toBe(1);
  });

  test('the study plan too', () => {
    const skipped = mail(stop(planned), now);

    expect(detailOf(mail(restart(skipped), '2026-11-24T15:00:00.000Z'))).toEqual([
      'study-plan-1-1-2026-11-20 sent at 2026-11-24T15:00:00.000Z',
      'reminder-1-1-2026-12-20 queued for 2026-12-20T14:00:00.000Z',
    ]);
  });

  test('what comes next and the notice to staff, when the last attempt is recorded again', () => {
    const taken = mail(takeBack(usedUp), now);
    const again = mail(record(taken, 3, recent), now);

    expect(detailOf(taken).slice(-2)).toEqual([
      'attempts-used-1-3-2026-11-23 skipped: attempt-taken-back',
      'staff-notice-1-3-2026-11-23 skipped: attempt-taken-back',
    ]);
    expect(detailOf(again).slice(-2)).toEqual([
      'attempts-used-1-3-2026-11-23 sent at 2026-11-23T15:00:00.000Z',
      'staff-notice-1-3-2026-11-23 sent at 2026-11-23T15:00:00.000Z',
    ]);
  });

  test('not when it is too late by then', () => {
    const skipped = mail(stop(waiting), morning);

    expect(sent(mail(restart(skipped, '2027-01-03T14:00:00.000Z'), soon), 'reminder')).toBe(1);
    expect(restart(skipped, '2027-01-03T14:00:00.001Z').emails).toEqual(skipped.emails);
  });

  test('also when its hand-over had begun, and no try is forgotten', () => {
    const begun = claimed(waiting, key, morning);
    const skipped = mail(stop(begun), '2026-12-20T14:10:00.000Z');

    expect(emailOf(skipped, 'reminder')).toMatchObject({ state: 'skipped', tries: 1 });
    expect(emailOf(restart(skipped, soon), 'reminder')).toMatchObject({ state: 'queued', tries: 1 });
    expect(emailOf(mail(restart(skipped, soon), soon), 'reminder')).toMatchObject({ state: 'sent', tries: 2 });
  });

  test('not when a reminder for another date took its place', () => {
    const skipped = mail(stop(waiting), morning);
    const corrected = restart(correct(skipped, '2026-12-10', soon), soon);

    expect(detailOf(corrected).slice(1)).toEqual([
      'reminder-1-1-2026-12-20 skipped: unsubscribed',
      `study-plan-1-1-2026-12-10 queued for ${soon}`,
      'reminder-1-1-2027-01-09 queued for 2027-01-09T14:00:00.000Z',
    ]);
  });
});

describe('an attempt recorded again with another date, after it was taken back', () => {
  const soon = '2026-11-23T15:00:20.000Z';

  test('brings one study plan, not two, and one reminder', () => {
    const again = record(takeBack(planned), 1, '2026-11-18', soon);

    expect(detailOf(again).sort()).toEqual([
      'reminder-1-1-2026-12-18 queued for 2026-12-18T14:00:00.000Z',
      'reminder-1-1-2026-12-20 skipped: date-corrected',
      `study-plan-1-1-2026-11-18 queued for ${soon}`,
      'study-plan-1-1-2026-11-20 skipped: date-corrected',
    ]);
  });

  test.each([
    ['2026-11-18', 2],
    [recent, 1],
  ])('on %s, where the study plan was sent before, makes %i plans in all', (date, plans) => {
    const again = record(takeBack(waiting, soon), 1, date, soon);

    expect(sent(mail(again, soon), 'study-plan')).toBe(plans);
    expect(newest(again, 'reminder')).toMatchObject({ state: 'queued' });
  });

  test('brings one study plan, not two, also after resubscribing', () => {
    const stopped = mail(stop(planned), now);
    const again = mail(record(takeBack(stopped), 1, '2026-11-18', soon), soon);
    const after = mail(restart(again, soon), soon);

    expect(sent(after, 'study-plan')).toBe(1);
  });

  test('brings the reminder at once where its wait is over and none was sent', () => {
    const at = '2026-12-18T15:00:00.000Z';
    const late = mail(aCandidate({ attempts: [recent], at }), at);
    const skipped = mail(takeBack(late, '2026-12-18T16:00:00.000Z'), morning);
    const again = record(skipped, 1, '2026-11-10', '2026-12-21T15:00:00.000Z');

    expect(emailOf(skipped, 'reminder')).toMatchObject({ reason: 'attempt-taken-back' });
    expect(sent(mail(again, '2026-12-21T15:00:00.000Z'), 'reminder')).toBe(1);
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

  test('a move west delays neither the reminder of a corrected date nor a retry after the way back', () => {
    const moved = moveTo('US/Pacific', begun, '2026-12-20T14:00:30.000Z');
    const back = moveTo('America/New_York', moved, '2026-12-20T14:01:00.000Z');
    const corrected = correct(moved, '2026-11-19', '2026-12-20T14:01:00.000Z');

    expect(back.emails).toEqual(begun.emails);
    expect(detailOf(corrected).at(-1)).toBe('reminder-1-1-2026-12-19 queued for 2026-12-20T14:10:00.000Z');
  });

  test('a reminder is tried again when its lease ends, though its moment moved east', () => {
    const moved = moveTo('Europe/Dublin', begun, '2026-12-20T14:00:30.000Z');

    expect(detailOf(moved)).toEqual(detailOf(begun));
  });

  test('a reminder stays beside the one for a corrected date, for a late report to find', () => {
    const moved = correct(queued, '2026-11-21', '2026-12-20T14:30:00.000Z');

    expect(detailOf(sentAt(moved, '2026-12-20T15:00:00.000Z')).slice(1)).toEqual([
      'reminder-1-1-2026-12-20 sent at 2026-12-20T15:00:00.000Z',
      'study-plan-1-1-2026-11-21 queued for 2026-12-20T14:30:00.000Z',
      'reminder-1-1-2026-12-21 queued for 2026-12-21T14:00:00.000Z',
    ]);
  });
});

describe('an attempt that was taken back and recorded again', () => {
  const soon = '2026-11-23T15:00:20.000Z';

  test('still has the study plan that was queued', () => {
    const again = record(takeBack(planned), 1, recent, soon);

    expect(detailOf(again)).toEqual(detailOf(planned));
    expect(reasonToSkip(again, emailOf(again, 'study-plan'), rules, soon)).toBeUndefined();
  });

  test.each<EmailKind>(['attempts-used', 'staff-notice'])('gets the %s again whose hand-over had no answer', (kind) => {
    const begun = claimed(usedUp, emailOf(usedUp, kind).key, now);
    const again = record(takeBack(begun, soon), 3, recent, soon);

    expect(sent(mail(again, '2026-11-23T15:10:00.000Z'), kind)).toBe(1);
  });
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
    expect(newest(taken, kind)).toMatchObject({ state: 'skipped', reason: 'attempt-taken-back', tries: 1 });

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

describe('on a further application', () => {
  test('an attempt whose wait is over has its reminder, though the one with its number before had one', () => {
    const before = mail(aCandidate({ attempts: ['2026-08-01'] }));
    const again = record(applyAgain(before), 1, '2026-09-15');

    expect(detailOf(mail(again))).toEqual([
      `reminder-1-1-2026-08-31 sent at ${now}`,
      `reminder-2-1-2026-10-15 sent at ${now}`,
    ]);
  });

  test('a study plan is sent, though the attempt with its number before had one', () => {
    const at = '2026-11-16T15:00:00.000Z';
    const first = mail(aCandidate({ attempts: ['2026-10-18'], at }), at);
    const again = record(applyAgain(first), 1, recent);

    expect(sent(mail(again), 'study-plan')).toBe(2);
  });

  test('that was taken back, its reminder is skipped for just that reason', () => {
    const started = record(applyAgain(aCandidate({ attempts: [longAgo] })), 1, recent);
    const reminder = started.emails.find((email) => email.key === 'reminder-2-1-2026-12-20')!;

    expect(reasonToSkip(takeBack(takeBack(started)), reminder, rules, now)).toBe('attempt-taken-back');
  });
});

describe('recording attempts and taking them back', () => {
  const secondDay = '2026-11-24T15:00:00.000Z';
  const aWeekLater = '2026-11-30T15:00:00.000Z';
  const justAfter = '2026-11-30T15:00:00.001Z';

  /** Three times in two days, each time as another attempt. */
  function afterThree(work: (candidate: Candidate, at: string) => Candidate, first = recent) {
    const one = takeBack(work(record(aCandidate(), 1, first), now));
    const two = takeBack(work(record(one, 2, recent, secondDay), secondDay), secondDay);
    const again = applyAgain(pass(two, secondDay), secondDay);
    return takeBack(work(record(again, 1, recent, secondDay), secondDay), secondDay);
  }
  const three = afterThree(mail);

  test('brings three study plans within a week, and a fourth when it is over', () => {
    expect(sent(three, 'study-plan')).toBe(3);
    for (const at of [secondDay, aWeekLater])
      expect(newest(mail(record(three, 2, recent, at), at), 'study-plan')).toMatchObject({
        state: 'skipped',
        reason: 'sent-enough',
      });
    expect(sent(mail(record(three, 2, recent, justAfter), justAfter), 'study-plan')).toBe(4);
  });

  test('brings the reminder all the same', () => {
    expect(newest(record(three, 2, recent, secondDay), 'reminder')).toMatchObject({
      key: 'reminder-2-2-2026-12-20',
      state: 'queued',
    });
  });

  test('counts nothing that was never handed over, and no email of another kind', () => {
    const neverMailed = afterThree((candidate) => candidate);
    const twoAndAReminder = afterThree(mail, longAgo);
    const plansAfter = (candidate: Candidate) =>
      sent(mail(record(candidate, 2, recent, secondDay), secondDay), 'study-plan');

    expect(plansAfter(neverMailed)).toBe(1);
    expect(sent(twoAndAReminder, 'reminder')).toBe(1);
    expect(plansAfter(twoAndAReminder)).toBe(3);
  });
});
