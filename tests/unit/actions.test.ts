import { describe, expect, test } from 'vitest';
import type { ActionResult } from '../../lambdas/core/action-result.ts';
import { changeDetails } from '../../lambdas/core/actions.ts';
import {
  type AttemptAnswers,
  correctDate,
  entryKey,
  markPassed,
  recordAttempt,
  startNewApplication,
  undo,
  undoable,
} from '../../lambdas/core/attempts.ts';
import { type Candidate, newCandidate } from '../../lambdas/core/candidate.ts';
import { confirmSignUp } from '../../lambdas/core/confirm-sign-up.ts';
import { resubscribe, unsubscribe } from '../../lambdas/core/email-preferences.ts';
import { attemptsUsed, latestAttempt, statusOf } from '../../lambdas/core/status.ts';
import { aCandidate, changedBy, fieldErrorsOf, rules, someDetails } from '../support/builders.ts';

const now = '2026-11-23T15:00:00.000Z';
const { exam } = rules;

function record(
  candidate: Candidate,
  number: number,
  date: string,
  { lowestAreas = [], at = now }: { lowestAreas?: string[]; at?: string } = {},
): ActionResult {
  return recordAttempt(candidate, { number, date, lowestAreas }, rules, at);
}

/** All attempts, as "application.number date". */
function attemptsOf(candidate: Candidate): string[] {
  return candidate.applications.flatMap(({ attempts }, index) =>
    attempts.map(({ number, date }) => `${index + 1}.${number} ${date}`),
  );
}

function onNewApplication(candidate: Candidate, at = now): Candidate {
  return changedBy(startNewApplication(candidate, at));
}

function passed(candidate: Candidate, at = now): Candidate {
  return changedBy(markPassed(candidate, at));
}

describe('recording an attempt', () => {
  test('keeps what was told, and when', () => {
    const candidate = changedBy(
      record(aCandidate(), 1, '2026-11-20', { lowestAreas: ['clinical', 'general'] }),
    );

    expect(latestAttempt(candidate)).toEqual({
      number: 1,
      date: '2026-11-20',
      lowestAreas: ['clinical', 'general'],
      recordedAt: now,
    });
  });

  test('may begin with any number of the application, and leave numbers out', () => {
    const second = changedBy(record(aCandidate(), 2, '2026-10-01'));
    const first = changedBy(record(aCandidate(), 1, '2026-10-01'));

    expect(attemptsOf(changedBy(record(second, 3, '2026-11-20')))).toEqual([
      '1.2 2026-10-01',
      '1.3 2026-11-20',
    ]);
    expect(attemptsOf(changedBy(record(first, 3, '2026-11-20')))).toEqual([
      '1.1 2026-10-01',
      '1.3 2026-11-20',
    ]);
  });

  test('the same attempt again is no second one', () => {
    const once = changedBy(
      record(aCandidate(), 1, '2026-11-20', { lowestAreas: ['clinical'], at: now }),
    );
    const twice = record(once, 1, '2026-11-20', { at: '2026-11-24T15:00:00.000Z' });

    expect(changedBy(twice)).toEqual(once);
  });

  test('an earlier attempt again is no mistake either', () => {
    const candidate = aCandidate({ attempts: ['2026-09-01', '2026-11-20'] });

    expect(changedBy(record(candidate, 1, '2026-09-01'))).toEqual(candidate);
  });

  test('the same attempt again brings its lowest areas', () => {
    const once = aCandidate({ attempts: ['2026-11-20'] });
    const twice = changedBy(record(once, 1, '2026-11-20', { lowestAreas: ['general'] }));

    expect(latestAttempt(twice)).toEqual({ ...latestAttempt(once), lowestAreas: ['general'] });
    expect(attemptsOf(twice)).toEqual(['1.1 2026-11-20']);
  });

  test('the same number with another date is a mistake that points to the correction', () => {
    const candidate = aCandidate({ attempts: ['2026-09-01', '2026-11-20'] });

    for (const number of [1, 2]) {
      expect(fieldErrorsOf(record(candidate, number, '2026-11-21'))).toEqual({
        attemptDate: `Attempt ${number} is recorded with another date. If that date is wrong, correct it instead of adding the attempt again.`,
      });
    }
  });

  test('a lower number than the last one is a mistake', () => {
    const candidate = changedBy(record(aCandidate(), 2, '2026-10-01'));

    expect(fieldErrorsOf(record(candidate, 1, '2026-11-20'))).toEqual({
      attemptNumber:
        'Attempt 2 is recorded already, so the next one has a higher number. A new application counts from one again.',
    });
  });

  test('after the third attempt no other counts on the application', () => {
    const candidate = changedBy(record(aCandidate(), 3, '2026-10-01'));

    for (const number of [1, 2]) {
      expect(fieldErrorsOf(record(candidate, number, '2026-11-20'))).toEqual({
        attemptNumber:
          'All 3 attempts on this application are used. A new application counts from one again.',
      });
    }
  });

  test('after passing there is nothing to record', () => {
    const candidate = passed(aCandidate({ attempts: ['2026-10-01'] }));

    expect(fieldErrorsOf(record(candidate, 2, '2026-11-20'))).toEqual({
      attemptNumber:
        'The exam on this application was passed. Take that back first; a new application counts from one again.',
    });
  });

  test.each([
    ['America/New_York', '2026-11-24T04:59:59.999Z', '2026-11-23', '2026-11-24'],
    ['America/New_York', '2026-11-24T05:00:00.000Z', '2026-11-24', '2026-11-25'],
    ['Pacific/Kiritimati', '2026-11-23T10:00:00.000Z', '2026-11-24', '2026-11-25'],
    ['Pacific/Honolulu', '2026-11-24T09:59:59.999Z', '2026-11-23', '2026-11-24'],
  ])('in %s, at %s, %s is today and %s is a day to come', (timeZone, at, today, tomorrow) => {
    const candidate = aCandidate({ timeZone });

    expect(attemptsOf(changedBy(record(candidate, 1, today, { at })))).toEqual([`1.1 ${today}`]);
    expect(fieldErrorsOf(record(candidate, 1, tomorrow, { at }))).toEqual({
      attemptDate: 'This date lies in the future. Enter the day of the exam.',
    });
  });

  test.each([
    [now, '2023-11-23', '2023-11-22'],
    ['2028-02-29T15:00:00.000Z', '2025-02-28', '2025-02-27'],
  ])('at %s, %s may be told and %s is too long ago', (at, earliest, tooEarly) => {
    expect(attemptsOf(changedBy(record(aCandidate(), 1, earliest, { at })))).toEqual([
      `1.1 ${earliest}`,
    ]);
    expect(fieldErrorsOf(record(aCandidate(), 1, tooEarly, { at }))).toEqual({
      attemptDate: 'This date is more than 3 years ago. Check the year.',
    });
  });

  test.each([
    [
      '2026-10-01',
      '2026-10-31',
      '2026-10-30',
      'Thursday, October 1, 2026',
      'Saturday, October 31, 2026',
    ],
    [
      '2026-01-31',
      '2026-03-02',
      '2026-03-01',
      'Saturday, January 31, 2026',
      'Monday, March 2, 2026',
    ],
    [
      '2024-01-30',
      '2024-02-29',
      '2024-02-28',
      'Tuesday, January 30, 2024',
      'Thursday, February 29, 2024',
    ],
    [
      '2025-12-02',
      '2026-01-01',
      '2025-12-31',
      'Tuesday, December 2, 2025',
      'Thursday, January 1, 2026',
    ],
  ])(
    'after %s, the first possible date is %s, and %s is a mistake',
    (date, first, early, before, possible) => {
      const candidate = aCandidate({ attempts: [date] });

      expect(attemptsOf(changedBy(record(candidate, 2, first)))).toEqual([
        `1.1 ${date}`,
        `1.2 ${first}`,
      ]);
      expect(fieldErrorsOf(record(candidate, 2, early))).toEqual({
        attemptDate: `Two attempts are at least 30 days apart. After the attempt on ${before}, the first possible date is ${possible}.`,
      });
    },
  );

  test('a date before the last attempt is as wrong as one shortly after it', () => {
    const candidate = aCandidate({ attempts: ['2026-10-01'] });

    expect(fieldErrorsOf(record(candidate, 2, '2026-01-01'))).toEqual({
      attemptDate:
        'Two attempts are at least 30 days apart. After the attempt on Thursday, October 1, 2026, the first possible date is Saturday, October 31, 2026.',
    });
  });

  test('a new application does not shorten the wait', () => {
    const candidate = onNewApplication(
      aCandidate({ attempts: ['2026-08-01', '2026-09-01', '2026-10-24'] }),
    );

    expect(fieldErrorsOf(record(candidate, 1, '2026-11-22'))).toEqual({
      attemptDate:
        'Two attempts are at least 30 days apart. After the attempt on Saturday, October 24, 2026, the first possible date is Monday, November 23, 2026.',
    });
    expect(attemptsOf(changedBy(record(candidate, 1, '2026-11-23')))).toEqual([
      '1.1 2026-08-01',
      '1.2 2026-09-01',
      '1.3 2026-10-24',
      '2.1 2026-11-23',
    ]);
  });
});

describe('correcting a date', () => {
  test('changes the day of the latest attempt and nothing else about the attempts', () => {
    const candidate = changedBy(
      record(aCandidate({ attempts: ['2026-09-01'] }), 2, '2026-11-20', {
        lowestAreas: ['clinical'],
      }),
    );
    const corrected = changedBy(
      correctDate(candidate, '2026-11-18', rules, '2026-11-24T15:00:00.000Z'),
    );

    expect(corrected.applications).toEqual([
      {
        startedAt: now,
        attempts: [
          { number: 1, date: '2026-09-01', lowestAreas: [], recordedAt: now },
          { number: 2, date: '2026-11-18', lowestAreas: ['clinical'], recordedAt: now },
        ],
      },
    ]);
  });

  test('to the date that we have changes nothing', () => {
    const candidate = aCandidate({ attempts: ['2026-11-20'] });

    expect(changedBy(correctDate(candidate, '2026-11-20', rules, now))).toEqual(candidate);
  });

  test('reaches the latest attempt also where it is on an earlier application', () => {
    const candidate = onNewApplication(aCandidate({ attempts: ['2026-09-01', '2026-11-20'] }));

    expect(attemptsOf(changedBy(correctDate(candidate, '2026-11-18', rules, now)))).toEqual([
      '1.1 2026-09-01',
      '1.2 2026-11-18',
    ]);
  });

  test('needs an attempt', () => {
    expect(fieldErrorsOf(correctDate(aCandidate(), '2026-11-20', rules, now))).toEqual({
      attemptDate: 'There is no attempt to correct. Record one first.',
    });
  });

  test('does not move an attempt into the future, by the calendar of its zone', () => {
    const candidate = aCandidate({ timeZone: 'Pacific/Honolulu', attempts: ['2026-11-20'] });
    const at = '2026-11-24T09:59:59.999Z';

    expect(fieldErrorsOf(correctDate(candidate, '2026-11-24', rules, at))).toEqual({
      attemptDate: 'This date lies in the future. Enter the day of the exam.',
    });
    expect(attemptsOf(changedBy(correctDate(candidate, '2026-11-23', rules, at)))).toEqual([
      '1.1 2026-11-23',
    ]);
  });

  test('does not move an attempt back more than three years', () => {
    expect(
      fieldErrorsOf(
        correctDate(aCandidate({ attempts: ['2026-11-20'] }), '2023-11-22', rules, now),
      ),
    ).toEqual({
      attemptDate: 'This date is more than 3 years ago. Check the year.',
    });
  });

  test('keeps the attempt 30 days from the one before it, on whichever application', () => {
    const oneApplication = aCandidate({ attempts: ['2026-09-01', '2026-11-20'] });
    const twoApplications = changedBy(
      record(onNewApplication(aCandidate({ attempts: ['2026-09-01'] })), 1, '2026-11-20'),
    );

    for (const candidate of [oneApplication, twoApplications]) {
      expect(fieldErrorsOf(correctDate(candidate, '2026-09-30', rules, now))).toEqual({
        attemptDate:
          'Two attempts are at least 30 days apart. After the attempt on Tuesday, September 1, 2026, the first possible date is Thursday, October 1, 2026.',
      });
      expect(latestAttempt(changedBy(correctDate(candidate, '2026-10-01', rules, now)))?.date).toBe(
        '2026-10-01',
      );
    }
  });
});

describe('changing details', () => {
  test('changes what is given and keeps the rest', () => {
    const candidate = aCandidate({ attempts: ['2026-11-20'] });
    const changed = changedBy(
      changeDetails(candidate, { name: 'Ana Díaz', membership: 'non-member' }, rules, now),
    );

    expect(changed).toEqual({ ...candidate, name: 'Ana Díaz', membership: 'non-member' });
  });
});

describe('passing', () => {
  test('is kept with its moment', () => {
    const candidate = aCandidate({ attempts: ['2026-11-20'] });

    expect(passed(candidate).applications.at(-1)?.passedAt).toBe(now);
    expect(statusOf(passed(candidate), exam, now)).toBe('passed');
  });

  test('twice is once', () => {
    const once = passed(aCandidate({ attempts: ['2026-11-20'] }));

    expect(passed(once, '2026-11-24T15:00:00.000Z')).toEqual(once);
  });
});

describe('taking back', () => {
  test('passing leaves the attempts as they were', () => {
    const candidate = aCandidate({ attempts: ['2026-11-20'] });

    expect(undoable(passed(candidate), now)).toEqual({ what: 'passed', at: now });
    expect(changedBy(undo(passed(candidate), rules, now))).toEqual(candidate);
  });

  test('an attempt leaves the ones before it', () => {
    const before = aCandidate({ attempts: ['2026-10-01'], at: '2026-10-02T15:00:00.000Z' });
    const after = changedBy(record(before, 2, '2026-11-20'));

    expect(undoable(after, now)).toEqual({ what: 'attempt', at: now });
    expect(attemptsOf(changedBy(undo(after, rules, now)))).toEqual(['1.1 2026-10-01']);
  });

  test('a new application leaves the one before it', () => {
    const before = aCandidate({
      attempts: ['2026-08-01', '2026-09-01', '2026-10-01'],
      at: '2026-10-02T15:00:00.000Z',
    });
    const after = onNewApplication(before);

    expect(undoable(after, now)).toEqual({ what: 'new-application', at: now });
    expect(changedBy(undo(after, rules, now)).applications).toEqual(before.applications);
  });

  test('goes from the last thing told to the one before', () => {
    const candidate = passed(
      changedBy(
        record(onNewApplication(aCandidate({ attempts: ['2026-10-01'] })), 1, '2026-11-20'),
      ),
    );
    const steps = [undoable(candidate, now)?.what];
    let left = candidate;
    while (undoable(left, now)) {
      left = changedBy(undo(left, rules, now));
      steps.push(undoable(left, now)?.what);
    }

    expect(steps).toEqual(['passed', 'attempt', 'new-application', 'attempt', undefined]);
    expect(attemptsOf(left)).toEqual([]);
  });

  test('is possible for seven days, to the millisecond', () => {
    const lastMoment = '2026-11-30T15:00:00.000Z';
    const tooLate = '2026-11-30T15:00:00.001Z';
    const recorded = aCandidate({ attempts: ['2026-10-01'] });

    for (const candidate of [recorded, passed(recorded), onNewApplication(recorded)]) {
      expect(undoable(candidate, lastMoment)).toBeDefined();
      expect(undoable(candidate, tooLate)).toBeUndefined();
      expect(fieldErrorsOf(undo(candidate, rules, tooLate))).toEqual({
        undo: 'There is nothing to take back from the last 7 days.',
      });
    }
  });

  test('is for attempts told in the last seven days, however long ago they were', () => {
    const candidate = aCandidate({ attempts: ['2024-01-31'] });

    expect(attemptsOf(changedBy(undo(candidate, rules, now)))).toEqual([]);
  });

  test('reaches no attempt told before passing, once passing is too old', () => {
    const candidate = passed(aCandidate({ attempts: ['2026-11-20'] }));

    expect(undoable(candidate, '2026-12-01T15:00:00.000Z')).toBeUndefined();
  });

  test('pressed twice takes back one thing', () => {
    const candidate = passed(aCandidate({ attempts: ['2026-11-20'] }));
    const told = entryKey(undoable(candidate, now)!);
    const once = changedBy(undo(candidate, rules, now, told));

    expect(undoable(once, now)?.what).toBe('attempt');
    expect(changedBy(undo(once, rules, now, told))).toEqual(once);
  });

  test('pressed twice takes back one thing, also where the other was told in the same moment', () => {
    const before = aCandidate({ attempts: ['2026-10-01'] });
    const candidate = changedBy(record(onNewApplication(before), 1, '2026-11-20'));
    const told = entryKey(undoable(candidate, now)!);
    const once = changedBy(undo(candidate, rules, now, told));

    expect(attemptsOf(once)).toEqual(['1.1 2026-10-01']);
    expect(changedBy(undo(once, rules, now, told))).toEqual(once);
    expect(undoable(once, now)?.what).toBe('new-application');
  });

  test('leaves alone what was told since', () => {
    const before = aCandidate({ attempts: ['2026-11-20'] });
    const told = entryKey(undoable(before, now)!);
    const candidate = passed(before, '2026-11-24T15:00:00.000Z');

    expect(changedBy(undo(candidate, rules, '2026-11-24T15:00:00.000Z', told))).toEqual(candidate);
  });

  test('needs something to take back', () => {
    expect(fieldErrorsOf(undo(aCandidate(), rules, now))).toEqual({
      undo: 'There is nothing to take back from the last 7 days.',
    });
  });

  test('lets the same number be told again with another date', () => {
    const candidate = changedBy(undo(aCandidate({ attempts: ['2026-11-20'] }), rules, now));

    expect(attemptsOf(changedBy(record(candidate, 1, '2026-10-05')))).toEqual(['1.1 2026-10-05']);
  });
});

describe('a new application', () => {
  const usedUp = aCandidate({ attempts: ['2026-08-01', '2026-09-01', '2026-10-01'] });

  test('counts from one again and keeps what was', () => {
    const candidate = onNewApplication(usedUp);

    expect(attemptsUsed(candidate)).toBe(0);
    expect(candidate.applications).toEqual([
      ...usedUp.applications,
      { startedAt: now, attempts: [] },
    ]);
    expect(attemptsOf(changedBy(record(candidate, 1, '2026-11-20'))).at(-1)).toBe('2.1 2026-11-20');
  });

  test('is not started twice before it has an attempt', () => {
    const once = onNewApplication(usedUp);

    expect(onNewApplication(once, '2026-11-24T15:00:00.000Z')).toEqual(once);
    expect(onNewApplication(aCandidate())).toEqual(aCandidate());
  });

  test('can follow one that was passed without an attempt told', () => {
    expect(statusOf(onNewApplication(passed(aCandidate())), exam, now)).toBe('can-retake');
  });
});

describe('stopping and starting emails', () => {
  const active = aCandidate({ attempts: ['2026-11-20'] });
  const stopped = changedBy(unsubscribe(active));

  test('unsubscribing stops them, twice is once', () => {
    expect(stopped).toEqual({ ...active, emailState: 'unsubscribed' });
    expect(changedBy(unsubscribe(stopped))).toEqual(stopped);
  });

  test('a complaint stays one', () => {
    const complained: Candidate = { ...active, emailState: 'complained' };

    expect(changedBy(unsubscribe(complained))).toEqual(complained);
  });

  test('resubscribing starts them again, twice is once', () => {
    expect(changedBy(resubscribe(stopped, rules, now))).toEqual(active);
    expect(changedBy(resubscribe(active, rules, now))).toEqual(active);
  });

  test('an address that emails come back from is not written to on a mere wish', () => {
    const bounced: Candidate = { ...active, emailState: 'bounced', bouncedAt: now };

    for (const candidate of [bounced, changedBy(unsubscribe(bounced))]) {
      expect(fieldErrorsOf(resubscribe(candidate, rules, now))).toEqual({
        resubscribe:
          'Our last email to your address came back. Sign up again to show that the address works.',
      });
    }
  });

  test('an address that complained is not written to again', () => {
    expect(fieldErrorsOf(resubscribe({ ...active, emailState: 'complained' }, rules, now))).toEqual(
      {
        resubscribe:
          'Our email was reported as spam from your address, so we no longer write to it.',
      },
    );
  });
});

describe('confirming a sign-up', () => {
  const attempt: AttemptAnswers = { number: 1, date: '2026-11-20', lowestAreas: ['clinical'] };
  const later = '2026-11-24T15:00:00.000Z';

  function confirm(
    known: Candidate | undefined,
    {
      details = someDetails,
      at = later,
      ...answers
    }: Partial<AttemptAnswers> & {
      details?: typeof someDetails;
      at?: string;
    } = {},
  ): Candidate {
    const signUp = { details, attempt: { ...attempt, ...answers } };
    return confirmSignUp(known, 'a1b2c3', signUp, rules, at);
  }

  test('makes a candidate of whom nobody knew', () => {
    expect(confirm(undefined, { at: now })).toEqual(
      changedBy(recordAttempt(newCandidate('a1b2c3', someDetails, now), attempt, rules, now)),
    );
  });

  test('adds an attempt to whom we know, and takes the details as they are now', () => {
    const known = aCandidate({ attempts: ['2026-10-01'] });
    const details = {
      name: 'Ana Díaz',
      email: 'ana.flores@example.com',
      membership: 'non-member' as const,
      timeZone: 'US/Pacific',
      cohort: 'Fall B',
    };
    const candidate = confirm(known, { details, number: 2 });

    expect(candidate).toMatchObject({ ...details, id: known.id, createdAt: known.createdAt });
    expect(attemptsOf(candidate)).toEqual(['1.1 2026-10-01', '1.2 2026-11-20']);
  });

  test('keeps the class or group where the sign-up named none', () => {
    const { cohort, ...withoutCohort } = someDetails;

    expect(confirm(aCandidate(), { details: { ...withoutCohort, cohort: undefined } }).cohort).toBe(
      cohort,
    );
  });

  test('twice is once', () => {
    const once = confirm(undefined);

    expect(confirm(once, { at: '2026-11-25T15:00:00.000Z' })).toEqual(once);
  });

  test.each(['unsubscribed', 'bounced'] as const)('starts emails again for %s', (emailState) => {
    expect(confirm({ ...aCandidate(), emailState }).emailState).toBe('active');
  });

  test('shows that the address works', () => {
    const bounced: Candidate = { ...aCandidate(), emailState: 'bounced', bouncedAt: now };

    expect(confirm(bounced).bouncedAt).toBeUndefined();
  });

  test('starts no emails again after a complaint', () => {
    expect(confirm({ ...aCandidate(), emailState: 'complained' }).emailState).toBe('complained');
  });

  test('keeps an attempt that the rules refuse beside the record, with the reason', () => {
    const known = aCandidate({ attempts: ['2026-11-01'] });
    const candidate = confirm(known, { number: 2 });

    expect(attemptsOf(candidate)).toEqual(['1.1 2026-11-01']);
    expect(candidate.refusedAttempt).toEqual({
      number: 2,
      date: '2026-11-20',
      fieldErrors: {
        attemptDate:
          'Two attempts are at least 30 days apart. After the attempt on Sunday, November 1, 2026, the first possible date is Tuesday, December 1, 2026.',
      },
    });
  });

  test('takes the details and starts emails again also where the attempt is refused', () => {
    const known: Candidate = { ...aCandidate({ attempts: ['2026-11-01'] }), emailState: 'bounced' };

    expect(
      confirm(known, { number: 2, details: { ...someDetails, name: 'Ana Díaz' } }),
    ).toMatchObject({ name: 'Ana Díaz', emailState: 'active' });
  });

  const refused = confirm(aCandidate({ attempts: ['2026-09-01', '2026-11-01'] }), { number: 1 });
  test.each<[string, ActionResult]>([
    ['an attempt', record(refused, 3, '2026-12-01', { at: '2026-12-02T15:00:00.000Z' })],
    ['an attempt that we know already', record(refused, 2, '2026-11-01')],
    ['a corrected date', correctDate(refused, '2026-11-02', rules, now)],
    ['passing', markPassed(refused, now)],
    ['taking back', undo(refused, rules, now)],
    ['a new application', startNewApplication(refused, now)],
  ])('a refused attempt is shown until the next deed: %s', (_title, action) => {
    expect(refused.refusedAttempt?.number).toBe(1);
    expect(changedBy(action).refusedAttempt).toBeUndefined();
  });

  test('with an attempt that is in order replaces one that was refused before', () => {
    expect(confirm(refused, { number: 2, date: '2026-11-01' }).refusedAttempt).toBeUndefined();
  });
});
