import { describe, expect, test } from 'vitest';
import { changeDetails } from '../../lambdas/core/actions.ts';
import {
  correctDate,
  markPassed,
  recordAttempt,
  startNewApplication,
  undo,
} from '../../lambdas/core/attempts.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { confirmSignUp } from '../../lambdas/core/confirm-sign-up.ts';
import {
  claim,
  type Email,
  type EmailKind,
  type Outcome,
  settle,
} from '../../lambdas/core/email.ts';
import { resubscribe, unsubscribe } from '../../lambdas/core/email-preferences.ts';
import { reasonToSkip } from '../../lambdas/core/email-schedule.ts';
import { aCandidate, changedBy, rules, someDetails } from '../support/builders.ts';
import { detailOf, mailed } from '../support/simulated-mailer.ts';

/** 10:00 in New York. */
const now = '2026-11-23T15:00:00.000Z';
/** The wait after these is running, is just over, and is long over. */
const recent = '2026-11-20';
const thirtyDaysAgo = '2026-10-24';
const longAgo = '2026-09-01';

/** 09:00 in New York on the first possible day after `recent`. */
const morning = '2026-12-20T14:00:00.000Z';

function record(candidate: Candidate, number: number, date: string, at = now): Candidate {
  return changedBy(recordAttempt(candidate, { number, date, lowestAreas: [] }, rules, at));
}

function correct(candidate: Candidate, date: string, at = now): Candidate {
  return changedBy(correctDate(candidate, date, rules, at));
}

function takeBack(candidate: Candidate, at = now): Candidate {
  return changedBy(undo(candidate, rules, at));
}

function pass(candidate: Candidate, at = now): Candidate {
  return changedBy(markPassed(candidate, at));
}

function moveTo(timeZone: string, candidate: Candidate, at = now): Candidate {
  return changedBy(changeDetails(candidate, { timeZone }, rules, at));
}

function stop(candidate: Candidate): Candidate {
  return changedBy(unsubscribe(candidate));
}

function restart(candidate: Candidate, at = now): Candidate {
  return changedBy(resubscribe(candidate, rules, at));
}

function applyAgain(candidate: Candidate, at = now): Candidate {
  return changedBy(startNewApplication(candidate, at));
}

function mail(candidate: Candidate, at: string): Candidate {
  return mailed(candidate, rules, at);
}

function emailOf(candidate: Candidate, kind: EmailKind): Email {
  const email = candidate.emails.find((one) => one.kind === kind);
  if (!email) throw new Error(`No ${kind} in ${detailOf(candidate).join(', ')}`);
  return email;
}

function millisecondsAfter(at: string, milliseconds: number): string {
  return new Date(Date.parse(at) + milliseconds).toISOString();
}

describe('a newly recorded attempt', () => {
  test('calls for the study plan at once and the reminder when the wait is over', () => {
    expect(aCandidate({ attempts: [recent] }).emails).toEqual([
      {
        key: 'study-plan-1-1-2026-11-20',
        kind: 'study-plan',
        state: 'queued',
        attempt: { application: 1, number: 1, recordedAt: now },
        dueAt: '2026-11-23T15:00:00.000Z',
        notAfter: '2026-11-30T15:00:00.000Z',
        tries: 0,
      },
      {
        key: 'reminder-1-1-2026-12-20',
        kind: 'reminder',
        state: 'queued',
        attempt: { application: 1, number: 1, recordedAt: now },
        dueAt: '2026-12-20T14:00:00.000Z',
        notAfter: '2027-01-03T14:00:00.000Z',
        tries: 0,
      },
    ]);
  });

  test('calls for the reminder alone, at once, where the wait is over', () => {
    expect(aCandidate({ attempts: [longAgo] }).emails).toEqual([
      {
        key: 'reminder-1-1-2026-10-01',
        kind: 'reminder',
        state: 'queued',
        attempt: { application: 1, number: 1, recordedAt: now },
        dueAt: '2026-11-23T15:00:00.000Z',
        notAfter: '2026-12-07T15:00:00.000Z',
        tries: 0,
      },
    ]);
  });

  test.each([
    [
      '2026-11-23T13:59:59.999Z',
      [
        'study-plan-1-1-2026-10-24 queued for 2026-11-23T13:59:59.999Z',
        'reminder-1-1-2026-11-23 queued for 2026-11-23T14:00:00.000Z',
      ],
    ],
    ['2026-11-23T14:00:00.000Z', ['reminder-1-1-2026-11-23 queued for 2026-11-23T14:00:00.000Z']],
  ])('told on the retake date, at %s, calls for %j', (at, detail) => {
    expect(detailOf(aCandidate({ attempts: [thirtyDaysAgo], at }))).toEqual(detail);
  });

  test('calls for what comes next and a notice to staff, and no reminder, when it is the last', () => {
    const last = aCandidate({ attempts: [longAgo, '2026-10-01', recent] });

    expect(last.emails.slice(-2)).toEqual([
      {
        key: 'attempts-used-1-3-2026-11-20',
        kind: 'attempts-used',
        state: 'queued',
        attempt: { application: 1, number: 3, recordedAt: now },
        dueAt: '2026-11-23T15:00:00.000Z',
        notAfter: '2026-11-30T15:00:00.000Z',
        tries: 0,
      },
      {
        key: 'staff-notice-1-3-2026-11-20',
        kind: 'staff-notice',
        state: 'queued',
        attempt: { application: 1, number: 3, recordedAt: now },
        dueAt: '2026-11-23T15:00:00.000Z',
        notAfter: '2026-11-30T15:00:00.000Z',
        tries: 0,
      },
    ]);
    expect(detailOf(mail(last, now))).toEqual([
      'reminder-1-1-2026-10-01 skipped: newer-attempt',
      'reminder-1-2-2026-10-31 skipped: newer-attempt',
      'attempts-used-1-3-2026-11-20 sent at 2026-11-23T15:00:00.000Z',
      'staff-notice-1-3-2026-11-20 sent at 2026-11-23T15:00:00.000Z',
    ]);
  });

  test('calls for nothing more when it is told again', () => {
    const once = mail(aCandidate({ attempts: [recent] }), now);

    expect(record(once, 1, recent, '2026-11-24T15:00:00.000Z').emails).toEqual(once.emails);
  });

  test('calls for emails of its own on each application', () => {
    const first = mail(aCandidate({ attempts: [longAgo] }), now);

    expect(detailOf(record(applyAgain(first), 1, recent))).toEqual([
      'reminder-1-1-2026-10-01 sent at 2026-11-23T15:00:00.000Z',
      'study-plan-2-1-2026-11-20 queued for 2026-11-23T15:00:00.000Z',
      'reminder-2-1-2026-12-20 queued for 2026-12-20T14:00:00.000Z',
    ]);
  });

  test('queues its emails also for whom gets none now', () => {
    expect(detailOf(record(stop(aCandidate()), 1, recent))).toEqual(
      detailOf(aCandidate({ attempts: [recent] })),
    );
  });
});

describe('the reminder is due at 09:00 of the retake date', () => {
  test.each([
    ['America/New_York', '2027-02-12', '2027-03-14T13:00:00.000Z', '2027-03-28T13:00:00.000Z'],
    ['America/New_York', '2027-10-08', '2027-11-07T14:00:00.000Z', '2027-11-21T14:00:00.000Z'],
    ['America/New_York', '2026-01-31', '2026-03-02T14:00:00.000Z', '2026-03-16T14:00:00.000Z'],
    ['US/Pacific', '2027-02-12', '2027-03-14T16:00:00.000Z', '2027-03-28T16:00:00.000Z'],
    ['America/Phoenix', '2027-02-12', '2027-03-14T16:00:00.000Z', '2027-03-28T16:00:00.000Z'],
    ['Pacific/Honolulu', '2026-12-02', '2027-01-01T19:00:00.000Z', '2027-01-15T19:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-12-02', '2026-12-31T19:00:00.000Z', '2027-01-14T19:00:00.000Z'],
    ['Asia/Kathmandu', '2028-01-30', '2028-02-29T03:15:00.000Z', '2028-03-14T03:15:00.000Z'],
    ['Australia/Lord_Howe', '2025-09-05', '2025-10-04T22:00:00.000Z', '2025-10-18T22:00:00.000Z'],
    ['Africa/Cairo', '2025-03-26', '2025-04-25T06:00:00.000Z', '2025-05-09T06:00:00.000Z'],
    ['Asia/Beirut', '2025-02-28', '2025-03-30T06:00:00.000Z', '2025-04-13T06:00:00.000Z'],
    ['Africa/Casablanca', '2025-01-24', '2025-02-23T09:00:00.000Z', '2025-03-09T09:00:00.000Z'],
    ['Europe/Dublin', '2025-02-28', '2025-03-30T08:00:00.000Z', '2025-04-13T08:00:00.000Z'],
    ['Pacific/Apia', '2027-02-12', '2027-03-13T20:00:00.000Z', '2027-03-27T20:00:00.000Z'],
  ])(
    'in %s, after an attempt on %s, that is %s, and it is sent until %s',
    (timeZone, date, dueAt, notAfter) => {
      const at = `${date}T23:59:59.999Z`;

      expect(emailOf(aCandidate({ timeZone, attempts: [date], at }), 'reminder')).toMatchObject({
        dueAt,
        notAfter,
      });
    },
  );

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
    const told = mail(aCandidate({ attempts: [recent] }), now);
    const early = mail(told, '2026-12-20T13:59:59.999Z');
    const sent = mail(early, morning);

    expect(detailOf(early)).toEqual([
      'study-plan-1-1-2026-11-20 sent at 2026-11-23T15:00:00.000Z',
      'reminder-1-1-2026-12-20 queued for 2026-12-20T14:00:00.000Z',
    ]);
    expect(detailOf(sent)).toEqual([
      'study-plan-1-1-2026-11-20 sent at 2026-11-23T15:00:00.000Z',
      'reminder-1-1-2026-12-20 sent at 2026-12-20T14:00:00.000Z',
    ]);
    expect(mail(sent, '2026-12-25T14:00:00.000Z')).toEqual(sent);
  });
});

describe('a corrected date', () => {
  const told = mail(aCandidate({ attempts: [recent] }), now);
  const reminded = mail(told, morning);
  const plan = 'study-plan-1-1-2026-11-20 sent at 2026-11-23T15:00:00.000Z';

  test('moves the reminder with it, later or earlier', () => {
    expect(detailOf(correct(told, '2026-11-22'))).toEqual([
      plan,
      'reminder-1-1-2026-12-22 queued for 2026-12-22T14:00:00.000Z',
    ]);
    expect(detailOf(correct(told, '2026-11-01'))).toEqual([
      plan,
      'reminder-1-1-2026-12-01 queued for 2026-12-01T14:00:00.000Z',
    ]);
  });

  test('moves the time until which the reminder may be late, too', () => {
    expect(emailOf(correct(told, '2026-11-22'), 'reminder').notAfter).toBe(
      '2027-01-05T14:00:00.000Z',
    );
  });

  test('whose wait is over makes the reminder due at once', () => {
    const corrected = correct(told, longAgo, '2026-11-25T15:00:00.000Z');

    expect(emailOf(corrected, 'reminder')).toMatchObject({
      key: 'reminder-1-1-2026-10-01',
      state: 'queued',
      dueAt: '2026-11-25T15:00:00.000Z',
      notAfter: '2026-12-09T15:00:00.000Z',
    });
  });

  test('whose wait is over leaves one email to send, not two', () => {
    const corrected = correct(aCandidate({ attempts: [recent] }), longAgo);

    expect(detailOf(mail(corrected, now))).toEqual([
      'study-plan-1-1-2026-11-20 skipped: reminder-due',
      'reminder-1-1-2026-10-01 sent at 2026-11-23T15:00:00.000Z',
    ]);
  });

  test('that lies ahead calls for a new reminder where the old one was sent', () => {
    const corrected = correct(reminded, '2026-12-10', '2026-12-21T14:00:00.000Z');

    expect(detailOf(mail(corrected, '2027-01-09T14:00:00.000Z'))).toEqual([
      plan,
      'reminder-1-1-2026-12-20 sent at 2026-12-20T14:00:00.000Z',
      'reminder-1-1-2027-01-09 sent at 2027-01-09T14:00:00.000Z',
    ]);
  });

  test('that lies behind calls for none where the old one was sent', () => {
    expect(correct(reminded, '2026-11-18', '2026-12-21T14:00:00.000Z').emails).toEqual(
      reminded.emails,
    );
  });

  test('corrected back leaves the reminder that was sent as the only one', () => {
    const there = correct(reminded, '2026-12-10', '2026-12-21T14:00:00.000Z');
    const back = correct(there, recent, '2026-12-22T14:00:00.000Z');

    expect(detailOf(mail(back, '2027-01-09T14:00:00.000Z'))).toEqual([
      plan,
      'reminder-1-1-2026-12-20 sent at 2026-12-20T14:00:00.000Z',
      'reminder-1-1-2027-01-09 skipped: date-corrected',
    ]);
  });

  test('twice to the same day is once', () => {
    const once = correct(told, '2026-11-22');

    expect(correct(once, '2026-11-22', '2026-11-24T15:00:00.000Z')).toEqual(once);
  });

  test('of the last attempt brings no reminder', () => {
    const last = mail(aCandidate({ attempts: [longAgo, '2026-10-01', recent] }), now);

    expect(correct(last, '2026-11-18').emails).toEqual(last.emails);
  });

  test('on an earlier application brings no reminder', () => {
    const candidate = applyAgain(told);

    expect(detailOf(mail(correct(candidate, '2026-11-18'), morning))).toEqual([
      plan,
      'reminder-1-1-2026-12-20 skipped: new-application',
    ]);
  });

  test('counts a reminder that was skipped as one that was never sent', () => {
    const skipped = mail(stop(told), morning);
    const corrected = correct(skipped, '2026-11-19', '2026-12-21T14:00:00.000Z');
    const restarted = restart(corrected, '2026-12-21T15:00:00.000Z');

    expect(sentReminders(mail(restarted, '2026-12-21T15:00:00.000Z'))).toBe(1);
  });

  test('loses no reminder whose hand-over was put off', () => {
    const putOff = mailed(told, rules, morning, () => ({ type: 'deferred', code: 'Throttling' }));
    const corrected = correct(putOff, '2026-11-19', '2026-12-20T14:00:30.000Z');

    expect(sentReminders(mail(corrected, '2026-12-20T14:01:00.000Z'))).toBe(1);
  });

  test('loses no reminder that was being handed over', () => {
    const key = 'reminder-1-1-2026-12-20';
    const begun = { ...told, emails: claim(told.emails, key, morning) };
    const corrected = correct(begun, '2026-11-19', '2026-12-20T14:00:30.000Z');

    expect(detailOf(corrected).slice(1)).toEqual([
      'reminder-1-1-2026-12-20 sending until 2026-12-20T14:10:00.000Z',
      'reminder-1-1-2026-12-19 queued for 2026-12-20T14:10:00.000Z',
    ]);
    expect(sentReminders(mail(corrected, '2026-12-20T14:10:00.000Z'))).toBe(1);
  });

  test('sends no second reminder where the hand-over of the first turns out well', () => {
    const key = 'reminder-1-1-2026-12-20';
    const begun = { ...told, emails: claim(told.emails, key, morning) };
    const corrected = correct(begun, '2026-11-19', '2026-12-20T14:00:30.000Z');
    const accepted: Outcome = { type: 'accepted', messageId: '0100-abc' };
    const emails = settle(corrected.emails, key, 1, accepted, '2026-12-20T14:00:40.000Z');

    expect(detailOf(mail({ ...corrected, emails }, '2026-12-20T14:10:00.000Z')).slice(1)).toEqual([
      'reminder-1-1-2026-12-20 sent at 2026-12-20T14:00:40.000Z',
      'reminder-1-1-2026-12-19 skipped: already-reminded',
    ]);
  });

  test('that lies ahead has its own reminder, also where one was being handed over', () => {
    const key = 'reminder-1-1-2026-12-20';
    const begun = { ...told, emails: claim(told.emails, key, morning) };
    const corrected = correct(begun, '2026-12-10', '2026-12-20T14:00:30.000Z');

    const lapsed = mail(corrected, '2026-12-20T14:10:00.000Z');

    expect(detailOf(mail(lapsed, '2027-01-09T14:00:00.000Z')).slice(1)).toEqual([
      'reminder-1-1-2026-12-20 skipped: date-corrected',
      'reminder-1-1-2027-01-09 sent at 2027-01-09T14:00:00.000Z',
    ]);
  });
});

describe('another time zone', () => {
  const told = mail(aCandidate({ attempts: [recent] }), now);

  test.each([
    ['US/Pacific', '2026-12-20T17:00:00.000Z', '2027-01-03T17:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-12-19T19:00:00.000Z', '2027-01-02T19:00:00.000Z'],
  ])('moves the reminder: in %s it is due at %s', (timeZone, dueAt, notAfter) => {
    expect(emailOf(moveTo(timeZone, told), 'reminder')).toMatchObject({ dueAt, notAfter });
  });

  test('where 09:00 is past makes the reminder due at once', () => {
    const at = '2026-12-19T20:00:00.000Z';

    expect(emailOf(moveTo('Pacific/Kiritimati', told, at), 'reminder')).toMatchObject({
      dueAt: at,
      notAfter: '2027-01-02T20:00:00.000Z',
    });
  });

  test('where 09:00 lies ahead puts a reminder off that is due and not yet sent', () => {
    expect(emailOf(moveTo('US/Pacific', told, morning), 'reminder').dueAt).toBe(
      '2026-12-20T17:00:00.000Z',
    );
  });

  test('leaves a reminder alone that is due in both', () => {
    const later = '2026-12-20T18:00:00.000Z';

    expect(moveTo('US/Pacific', told, later).emails).toEqual(told.emails);
  });

  test('brings no second reminder', () => {
    const reminded = mail(told, morning);

    expect(moveTo('US/Pacific', reminded, morning).emails).toEqual(reminded.emails);
  });

  test('also holds for a reminder that was skipped and is wanted again', () => {
    const skipped = mail(stop(told), morning);
    const moved = moveTo('Pacific/Honolulu', skipped, '2026-12-20T15:00:00.000Z');
    const restarted = restart(moved, '2026-12-20T15:00:00.000Z');

    expect(emailOf(restarted, 'reminder')).toMatchObject({
      state: 'queued',
      dueAt: '2026-12-20T19:00:00.000Z',
    });
  });
});

describe('an email whose time has come is skipped', () => {
  const told = mail(aCandidate({ attempts: [recent] }), now);
  const usedUp = aCandidate({ attempts: [longAgo, '2026-10-01', recent] });
  const newest = (candidate: Candidate, kind: EmailKind) =>
    candidate.emails.findLast((email) => email.kind === kind)!;

  test.each<[string, Candidate]>([
    ['unsubscribed', stop(told)],
    ['bounced', { ...told, emailState: 'bounced' }],
    ['complained', { ...told, emailState: 'complained' }],
    ['passed', pass(told)],
    ['new-application', applyAgain(told)],
    ['attempt-taken-back', takeBack(told)],
    ['newer-attempt', record(told, 2, '2026-12-20', '2026-12-20T13:00:00.000Z')],
  ])('for the reason %s', (reason, candidate) => {
    const after = mail(candidate, morning);

    expect(emailOf(after, 'reminder')).toMatchObject({ state: 'skipped', reason, at: morning });
    expect(sentReminders(after)).toBe(0);
  });

  test.each<[string, Candidate]>([
    ['unsubscribed', stop(usedUp)],
    ['bounced', { ...usedUp, emailState: 'bounced' }],
    ['complained', { ...usedUp, emailState: 'complained' }],
    ['passed', pass(usedUp)],
    ['new-application', applyAgain(usedUp)],
    ['attempt-taken-back', takeBack(usedUp)],
  ])('what comes next, for the reason %s', (reason, candidate) => {
    expect(reasonToSkip(candidate, newest(candidate, 'attempts-used'), rules, now)).toBe(reason);
  });

  test.each<[string | undefined, Candidate]>([
    [undefined, usedUp],
    [undefined, stop(usedUp)],
    [undefined, { ...usedUp, emailState: 'bounced' }],
    [undefined, { ...usedUp, emailState: 'complained' }],
    ['passed', pass(usedUp)],
    ['new-application', applyAgain(usedUp)],
    ['attempt-taken-back', takeBack(usedUp)],
  ])(
    'the notice to staff, for the reason %s, whatever the candidate wants',
    (reason, candidate) => {
      expect(reasonToSkip(candidate, newest(candidate, 'staff-notice'), rules, now)).toBe(reason);
    },
  );

  test('when an application that it speaks of was taken back', () => {
    const candidate = record(applyAgain(told, morning), 1, '2026-12-20', morning);
    const before = takeBack(takeBack(candidate, morning), morning);

    expect(reasonToSkip(before, newest(candidate, 'study-plan'), rules, morning)).toBe(
      'attempt-taken-back',
    );
  });

  test('when it is the study plan and the reminder is due', () => {
    const candidate = aCandidate({ attempts: ['2026-10-27'] });
    const dueOn = '2026-11-26T14:00:00.000Z';

    expect(detailOf(mail(candidate, millisecondsAfter(dueOn, -1)))).toEqual([
      'study-plan-1-1-2026-10-27 sent at 2026-11-26T13:59:59.999Z',
      'reminder-1-1-2026-11-26 queued for 2026-11-26T14:00:00.000Z',
    ]);
    expect(detailOf(mail(candidate, dueOn))).toEqual([
      'study-plan-1-1-2026-10-27 skipped: reminder-due',
      'reminder-1-1-2026-11-26 sent at 2026-11-26T14:00:00.000Z',
    ]);
  });

  test.each<[EmailKind, string, Candidate]>([
    ['study-plan', '2026-11-30T15:00:00.000Z', aCandidate({ attempts: [recent] })],
    ['reminder', '2027-01-03T14:00:00.000Z', aCandidate({ attempts: [recent] })],
    ['reminder', '2026-12-07T15:00:00.000Z', aCandidate({ attempts: [longAgo] })],
    ['attempts-used', '2026-11-30T15:00:00.000Z', usedUp],
    ['staff-notice', '2026-11-30T15:00:00.000Z', usedUp],
  ])('when it is too late: a %s is still sent at %s, not after', (kind, lastMoment, candidate) => {
    const email = newest(candidate, kind);

    expect(reasonToSkip(candidate, email, rules, lastMoment)).toBeUndefined();
    expect(reasonToSkip(candidate, email, rules, millisecondsAfter(lastMoment, 1))).toBe(
      'too-late',
    );
  });

  test('and stays skipped when nothing changes', () => {
    const skipped = mail(stop(told), morning);

    expect(mail(skipped, '2026-12-21T14:00:00.000Z')).toEqual(skipped);
  });
});

describe('a skipped email is queued again when its reason no longer holds', () => {
  const told = mail(aCandidate({ attempts: [recent] }), now);
  const soon = '2026-12-20T15:00:00.000Z';

  test.each<[string, Candidate]>([
    ['the candidate resubscribes', restart(mail(stop(told), morning), soon)],
    ['passing is taken back', takeBack(mail(pass(told, morning), morning), soon)],
    [
      'a newer attempt is taken back',
      takeBack(mail(record(told, 2, '2026-12-20', '2026-12-20T13:00:00.000Z'), morning), soon),
    ],
    ['a new application is taken back', takeBack(mail(applyAgain(told, morning), morning), soon)],
    [
      'an attempt that was taken back is told again',
      record(mail(takeBack(told), morning), 1, recent, soon),
    ],
    [
      'the address is confirmed again',
      confirmSignUp(
        mail({ ...told, emailState: 'bounced' }, morning),
        told.id,
        { details: someDetails, attempt: { number: 1, date: recent, lowestAreas: [] } },
        rules,
        soon,
      ),
    ],
  ])('%s', (_title, candidate) => {
    expect(sentReminders(mail(candidate, soon))).toBe(1);
  });

  test('the study plan too', () => {
    const skipped = mail(stop(aCandidate({ attempts: [recent] })), now);

    expect(detailOf(mail(restart(skipped), '2026-11-24T15:00:00.000Z'))).toEqual([
      'study-plan-1-1-2026-11-20 sent at 2026-11-24T15:00:00.000Z',
      'reminder-1-1-2026-12-20 queued for 2026-12-20T14:00:00.000Z',
    ]);
  });

  test('what comes next and the notice to staff, when the last attempt is told again', () => {
    const taken = mail(takeBack(aCandidate({ attempts: [longAgo, '2026-10-01', recent] })), now);
    const again = mail(record(taken, 3, recent), now);

    expect(detailOf(taken).slice(-2)).toEqual([
      'attempts-used-1-3-2026-11-20 skipped: attempt-taken-back',
      'staff-notice-1-3-2026-11-20 skipped: attempt-taken-back',
    ]);
    expect(detailOf(again).slice(-2)).toEqual([
      'attempts-used-1-3-2026-11-20 sent at 2026-11-23T15:00:00.000Z',
      'staff-notice-1-3-2026-11-20 sent at 2026-11-23T15:00:00.000Z',
    ]);
  });

  test('not when it is too late by then', () => {
    const skipped = mail(stop(told), morning);

    expect(sentReminders(mail(restart(skipped, '2027-01-03T14:00:00.000Z'), soon))).toBe(1);
    expect(restart(skipped, '2027-01-03T14:00:00.001Z').emails).toEqual(skipped.emails);
  });

  test('also when its hand-over had begun, and no try is forgotten', () => {
    const key = 'reminder-1-1-2026-12-20';
    const begun = { ...told, emails: claim(told.emails, key, morning) };
    const skipped = mail(stop(begun), '2026-12-20T14:10:00.000Z');

    expect(emailOf(skipped, 'reminder')).toMatchObject({ state: 'skipped', tries: 1 });
    expect(emailOf(restart(skipped, soon), 'reminder')).toMatchObject({
      state: 'queued',
      tries: 1,
    });
    expect(emailOf(mail(restart(skipped, soon), soon), 'reminder')).toMatchObject({
      state: 'sent',
      tries: 2,
    });
  });

  test('not when a reminder for another date took its place', () => {
    const skipped = mail(stop(told), morning);
    const corrected = restart(correct(skipped, '2026-12-10', soon), soon);

    expect(detailOf(corrected).slice(1)).toEqual([
      'reminder-1-1-2026-12-20 skipped: unsubscribed',
      'reminder-1-1-2027-01-09 queued for 2027-01-09T14:00:00.000Z',
    ]);
  });
});

describe('an attempt told again with another date, after it was taken back', () => {
  const soon = '2026-11-23T15:00:20.000Z';

  test('brings one study plan, not two', () => {
    const again = record(takeBack(aCandidate({ attempts: [recent] })), 1, '2026-11-18', soon);
    const after = mail(again, soon);

    expect(
      after.emails.filter(({ kind, state }) => kind === 'study-plan' && state === 'sent'),
    ).toHaveLength(1);
    expect(emailOf(after, 'reminder')).toMatchObject({
      key: 'reminder-1-1-2026-12-18',
      state: 'queued',
    });
  });

  test('keeps nothing of the emails that were queued before', () => {
    const again = record(takeBack(aCandidate({ attempts: [recent] })), 1, '2026-11-18', soon);

    expect(detailOf(again).sort()).toEqual([
      'reminder-1-1-2026-12-18 queued for 2026-12-18T14:00:00.000Z',
      'study-plan-1-1-2026-11-18 queued for 2026-11-23T15:00:20.000Z',
    ]);
  });

  test.each([
    ['2026-11-18', '2026-11-30T15:00:00.000Z', 1],
    ['2026-11-18', '2026-11-30T15:00:00.001Z', 2],
    [recent, '2026-11-30T15:00:00.001Z', 1],
  ])(
    'on %s, told again at %s, where the study plan was sent a week before, makes %i in all',
    (date, at, plans) => {
      const sent = mail(aCandidate({ attempts: [recent] }), now);
      const again = record(takeBack(sent, '2026-11-30T15:00:00.000Z'), 1, date, at);

      expect(again.emails.filter(({ kind }) => kind === 'study-plan')).toHaveLength(plans);
      expect(emailOf(again, 'reminder')).toMatchObject({ state: 'queued' });
    },
  );

  test('brings one study plan, not two, also to whom resubscribes', () => {
    const stopped = mail(stop(aCandidate({ attempts: [recent] })), now);
    const again = mail(record(takeBack(stopped), 1, '2026-11-18', soon), soon);
    const after = mail(restart(again, soon), soon);

    expect(
      after.emails.filter(({ kind, state }) => kind === 'study-plan' && state === 'sent'),
    ).toHaveLength(1);
  });

  test('brings the reminder at once where its wait is over and none was sent', () => {
    const told = mail(
      aCandidate({ attempts: [recent], at: '2026-12-18T15:00:00.000Z' }),
      '2026-12-18T15:00:00.000Z',
    );
    const skipped = mail(takeBack(told, '2026-12-18T16:00:00.000Z'), morning);
    const again = record(skipped, 1, '2026-11-10', '2026-12-21T15:00:00.000Z');

    expect(emailOf(skipped, 'reminder')).toMatchObject({ reason: 'attempt-taken-back' });
    expect(sentReminders(mail(again, '2026-12-21T15:00:00.000Z'))).toBe(1);
  });
});

function sentReminders({ emails }: Candidate): number {
  return emails.filter(({ kind, state }) => kind === 'reminder' && state === 'sent').length;
}
