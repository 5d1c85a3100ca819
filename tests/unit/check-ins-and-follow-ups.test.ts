import { describe, expect, test } from 'vitest';
import { type Action, applyAction } from '../../lambdas/core/actions.ts';
import { bookedDate } from '../../lambdas/core/booking.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import type { EmailKind } from '../../lambdas/core/email.ts';
import { nextEmail, resendEmail } from '../../lambdas/core/email-schedule.ts';
import type { Instant } from '../../lambdas/core/time.ts';
import { aCandidate, changedBy, fieldErrorsOf, rules } from '../support/builders.ts';
import { detailOf } from '../support/simulated-mailer.ts';
import { applyAgain, change, correct, mail, now, pass, record, restart, stop, takeBack } from '../support/steps.ts';

/** The retake date is December 20, 2026; all mornings are 09:00 in New York. */
const recent = '2026-11-20';
const dayFifteen = '2026-12-05T14:00:00.000Z';
const weekToGo = '2026-12-13T14:00:00.000Z';
const retakeMorning = '2026-12-20T14:00:00.000Z';
const threeWeeksOn = '2027-01-10T14:00:00.000Z';

function did(candidate: Candidate, action: Action, at: Instant): Candidate {
  const applied = applyAction(candidate, action, rules, at);
  if (applied === 'not-found' || 'conflict' in applied) throw new Error('Refused.');
  return changedBy(applied);
}

function refusal(candidate: Candidate, action: Action, at: Instant) {
  const applied = applyAction(candidate, action, rules, at);
  if (applied === 'not-found' || 'conflict' in applied) throw new Error('Another refusal.');
  return { sentence: Object.values(fieldErrorsOf(applied)).join(), isMisfit: 'isMisfit' in applied };
}

function book(candidate: Candidate, examDate: string | undefined, at: Instant): Candidate {
  return did(candidate, { type: 'book-exam', examDate }, at);
}

function askLater(candidate: Candidate, at: Instant): Candidate {
  return did(candidate, { type: 'ask-later' }, at);
}

/** What is known of the emails of one kind. */
function of(kind: EmailKind, candidate: Candidate): string[] {
  return detailOf(candidate)
    .filter((line) => line.startsWith(kind))
    .map((line) => line.slice(kind.length + 1));
}

/** With a mailer that worked on every morning up to then. */
function mailedUpTo(candidate: Candidate, until: Instant, since: Instant = now): Candidate {
  let mailed = mail(candidate, since);
  for (let at = Date.parse(`${since.slice(0, 10)}T14:00:00.000Z`); at <= Date.parse(until); at += 86_400_000)
    if (at > Date.parse(since)) mailed = mail(mailed, new Date(at).toISOString());
  return mailed;
}

const withCheckIns = aCandidate({ attempts: [recent], checkIns: true });
const waiting = mail(aCandidate({ attempts: [recent] }), now);
const reminded = mailedUpTo(waiting, retakeMorning);
const asked = mailedUpTo(reminded, threeWeeksOn, retakeMorning);

describe('check-ins', () => {
  test('go out on day 15 and a week before the retake date, for those who want them', () => {
    const after = mailedUpTo(withCheckIns, retakeMorning);

    expect(of('halfway', after)).toEqual([`1-1-${recent} sent at ${dayFifteen}`]);
    expect(of('week-to-go', after)).toEqual([`1-1-${recent} sent at ${weekToGo}`]);
    expect([...of('halfway', reminded), ...of('week-to-go', reminded)]).toEqual([]);
  });

  test('are never sent at once: not when told late, nor when a move makes the moment past', () => {
    const toldLate = aCandidate({ attempts: ['2026-11-05'], checkIns: true });
    const movedEast = change(withCheckIns, { timeZone: 'Pacific/Kiritimati' }, '2026-12-05T05:00:00.000Z');

    expect(of('halfway', toldLate)).toEqual([]);
    expect(of('week-to-go', toldLate)).toEqual(['1-1-2026-11-05 queued for 2026-11-28T14:00:00.000Z']);
    expect(of('halfway', movedEast)).toEqual([`1-1-${recent} skipped: too-late`]);
  });

  test('stop when they are switched off, and come back when switched on in time', () => {
    const off = change(withCheckIns, { checkIns: undefined });

    expect(of('halfway', mailedUpTo(off, dayFifteen))).toEqual([`1-1-${recent} skipped: check-ins-off`]);
    expect(of('halfway', mailedUpTo(change(off, { checkIns: true }), dayFifteen))).toEqual([
      `1-1-${recent} sent at ${dayFifteen}`,
    ]);
  });

  test('are not made up for when emails are wanted again', () => {
    const stopped = mailedUpTo(stop(withCheckIns), dayFifteen);

    expect(of('halfway', restart(stopped, '2026-12-05T15:00:00.000Z'))).toEqual([
      `1-1-${recent} skipped: unsubscribed`,
    ]);
  });

  test('are not lost when their moment moves ahead again', () => {
    const before = mail(withCheckIns, now);
    const passed = mail(pass(before, '2026-12-05T13:00:00.000Z'), dayFifteen);
    const west = change(passed, { timeZone: 'Pacific/Honolulu' }, '2026-12-05T15:00:00.000Z');

    expect(of('halfway', takeBack(west, '2026-12-05T15:00:00.000Z'))).toEqual([
      `1-1-${recent} queued for 2026-12-05T19:00:00.000Z`,
    ]);
  });

  test('give way to an email of the same day', () => {
    const at = '2026-12-05T12:00:00.000Z';
    const onThatDay = mail(aCandidate({ attempts: [recent], checkIns: true, at }), at);

    expect(of('halfway', mail(onThatDay, dayFifteen))).toEqual([`1-1-${recent} skipped: wrote-today`]);
  });

  test('are three days late at most', () => {
    const late = '2026-12-08T14:00:00.001Z';
    const wasDown = mail(mail(withCheckIns, now), late);

    expect(of('halfway', wasDown)).toEqual([`1-1-${recent} skipped: too-late`]);
  });
});

describe('a booked exam', () => {
  const booked = book(reminded, '2027-01-08', retakeMorning);

  test('brings an email on the morning before, and the question the day after', () => {
    const after = mailedUpTo(booked, '2027-01-09T14:00:00.000Z', retakeMorning);

    expect(of('exam-eve', after)).toEqual(['1-1-2027-01-08 sent at 2027-01-07T14:00:00.000Z']);
    expect(of('follow-up', after)).toEqual([
      '1-1-2027-01-10 skipped: booking-changed',
      '1-1-2027-01-09 sent at 2027-01-09T14:00:00.000Z',
    ]);
  });

  test('moves, and is taken back', () => {
    const moved = book(booked, '2027-02-01', retakeMorning);
    const none = book(moved, undefined, retakeMorning);

    expect(of('exam-eve', moved)).toEqual([
      '1-1-2027-01-08 skipped: booking-changed',
      '1-1-2027-02-01 queued for 2027-01-31T14:00:00.000Z',
    ]);
    expect(of('exam-eve', mailedUpTo(none, '2027-02-03T14:00:00.000Z', retakeMorning))).toEqual([
      '1-1-2027-01-08 skipped: booking-changed',
      '1-1-2027-02-01 skipped: booking-changed',
    ]);
    expect(of('follow-up', none).at(0)).toBe(`1-1-2027-01-10 queued for ${threeWeeksOn}`);
  });

  test('that is taken back leaves the question how it went, asked before or put off before', () => {
    const later = '2027-01-12T15:00:00.000Z';
    const again = book(book(asked, '2027-02-20', later), undefined, later);
    const putOff = askLater(reminded, '2026-12-22T15:00:00.000Z');
    const unbooked = book(book(putOff, '2027-02-20', later), undefined, '2027-01-13T15:00:00.000Z');

    expect(of('follow-up', again).at(-1)).toBe('1-1-2027-02-11 queued for 2027-02-11T14:00:00.000Z');
    expect(of('follow-up', unbooked)).toContain('1-1-2027-01-21 queued for 2027-01-21T14:00:00.000Z');
  });

  test('does not come back with another attempt of the same number', () => {
    const second = record(reminded, 2, '2026-12-27', '2026-12-28T15:00:00.000Z');
    const bookedAgain = book(second, '2027-02-20', '2026-12-28T15:00:00.000Z');
    const taken = takeBack(bookedAgain, '2026-12-29T15:00:00.000Z');
    const other = record(taken, 2, '2026-12-26', '2026-12-29T15:00:01.000Z');

    expect(bookedDate(other, rules.exam)).toBeUndefined();
  });

  test('for tomorrow brings no email at once, and none once the day has begun', () => {
    const tomorrow = book(reminded, '2026-12-21', '2026-12-20T15:00:00.000Z');
    const wasDown = mail(booked, '2027-01-08T05:00:00.001Z');

    expect(of('exam-eve', tomorrow)).toEqual([]);
    expect(of('exam-eve', wasDown)).toEqual(['1-1-2027-01-08 skipped: too-late']);
  });

  test.each([
    ['2026-12-20', []],
    ['2026-12-21', ['1-1-2026-12-21 sent at 2026-12-20T14:00:00.000Z']],
  ])('for %s makes the reminder of December 20 superfluous', (date, eve) => {
    const after = mail(book(waiting, date, '2026-12-19T15:00:00.000Z'), retakeMorning);

    expect(of('reminder', after)).toEqual(['1-1-2026-12-20 skipped: exam-ahead']);
    expect(of('exam-eve', after)).toEqual(eve);
  });

  test.each<[string, (candidate: Candidate, at: Instant) => Candidate]>([
    ['an attempt', (candidate, at) => record(candidate, 2, '2026-12-27', at)],
    ['a pass', pass],
    ['a new application', applyAgain],
  ])('is over with %s, and stands again when that is taken back', (_what, end) => {
    const at = '2026-12-28T15:00:00.000Z';
    const ended = end(booked, at);
    const eve = '2027-01-07T14:00:00.000Z';

    expect(of('exam-eve', mail(ended, eve)).at(0)).toMatch('skipped');
    expect(of('exam-eve', mail(takeBack(ended, at), eve)).at(0)).toMatch('sent');
  });

  test('is from today and the retake date on, up to a year ahead', () => {
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
    expect(of('exam-eve', book(reminded, '2027-12-22', '2026-12-22T15:00:00.000Z'))).toHaveLength(1);
  });
});

describe('the question how it went', () => {
  test('comes three weeks after the retake date, and not again without an answer', () => {
    expect(of('follow-up', mailedUpTo(asked, '2027-06-01T14:00:00.000Z', threeWeeksOn))).toEqual([
      `1-1-2027-01-10 sent at ${threeWeeksOn}`,
    ]);
  });

  test('comes again thirty days after "not yet", three times at most', () => {
    let candidate = asked;
    for (const day of ['2027-01-10', '2027-02-09', '2027-03-11']) {
      const answeredAt = `${day}T15:00:00.000Z`;
      const thirtyDaysOn = new Date(Date.parse(answeredAt) + 30 * 86_400_000).toISOString();
      candidate = mailedUpTo(askLater(candidate, answeredAt), thirtyDaysOn, answeredAt);
    }

    expect(of('follow-up', candidate)).toEqual([
      `1-1-2027-01-10 sent at ${threeWeeksOn}`,
      '1-1-2027-02-09 sent at 2027-02-09T14:00:00.000Z',
      '1-1-2027-03-11 sent at 2027-03-11T14:00:00.000Z',
      '1-1-2027-04-10 skipped: sent-enough',
    ]);
  });

  test.each<[string, Candidate]>([
    ['passed', pass(reminded, retakeMorning)],
    ['unsubscribed', stop(reminded)],
    ['bounced', { ...reminded, emailState: 'bounced' }],
    ['newer-attempt', record(reminded, 2, '2027-01-02', '2027-01-03T15:00:00.000Z')],
    ['new-application', applyAgain(reminded, retakeMorning)],
  ])('never comes to someone for whom it is moot: %s', (reason, candidate) => {
    expect(of('follow-up', mail(candidate, threeWeeksOn)).at(0)).toBe(`1-1-2027-01-10 skipped: ${reason}`);
  });

  test('leaves time where the attempt was told long after', () => {
    expect(of('follow-up', aCandidate({ attempts: ['2026-03-01'] }))).toEqual([
      '1-1-2026-12-09 queued for 2026-12-09T14:00:00.000Z',
    ]);
  });

  test('is put off only by someone who can take the exam', () => {
    for (const candidate of [waiting, pass(reminded), aCandidate()])
      expect(refusal(candidate, { type: 'ask-later' }, now).isMisfit).toBe(true);
  });
});

describe('a new application', () => {
  const used = mail(aCandidate({ attempts: ['2026-08-01', '2026-09-05', recent] }), now);

  test('waits out the thirty days with a reminder of its own, and is asked about later', () => {
    const after = mailedUpTo(applyAgain(used), threeWeeksOn);

    expect(of('reminder', after).at(-1)).toBe(`2-0-2026-12-20 sent at ${retakeMorning}`);
    expect(of('follow-up', after).at(-1)).toBe(`2-0-2027-01-10 sent at ${threeWeeksOn}`);
  });

  test('after the wait brings no reminder', () => {
    const late = applyAgain(used, '2027-02-01T15:00:00.000Z');

    expect(of('reminder', late).filter((line) => line.startsWith('2-'))).toEqual([]);
  });
});

describe('a reminder whose moment moves into the past', () => {
  const reminder = (candidate: Candidate) => of('reminder', candidate).at(-1);
  const told = '2026-06-17T20:00:00.000Z';
  const atOnce = mail(aCandidate({ attempts: ['2026-05-04'], timeZone: 'Pacific/Honolulu', at: told }), told);
  const corrected = correct(atOnce, '2026-06-17', told);

  test.each([
    ['before', '2026-07-17T12:59:00.000Z', '2026-07-17T13:00:00.000Z'],
    ['at', '2026-07-17T13:00:00.000Z', '2026-07-17T13:00:00.000Z'],
    ['after', '2026-07-17T14:59:00.000Z', '2026-07-17T14:59:00.000Z'],
  ])('goes out, though one for another date did: moved %s nine', (_when, at, dueAt) => {
    const moved = change(corrected, { timeZone: 'America/Puerto_Rico' }, at);

    expect(reminder(moved)).toBe(`1-1-2026-07-17 queued for ${dueAt}`);
    expect(reminder(mail(moved, dueAt))).toBe(`1-1-2026-07-17 sent at ${dueAt}`);
  });

  test('goes out when a correction makes another date of one that was still to come', () => {
    const at = '2026-07-01T20:00:00.000Z';
    const again = correct(corrected, '2026-05-20', at);

    expect(of('reminder', again).slice(1)).toEqual([
      '1-1-2026-07-17 skipped: date-corrected',
      `1-1-2026-06-19 queued for ${at}`,
    ]);
  });

  test('goes out where emails were stopped between', () => {
    const at = '2026-07-17T14:59:00.000Z';
    const moved = change(stop(corrected), { timeZone: 'America/Puerto_Rico' }, at);

    expect(reminder(mail(restart(moved, at), at))).toBe(`1-1-2026-07-17 sent at ${at}`);
  });
});

test('a date corrected away and back brings its study plan again, as the last one names another', () => {
  const away = mail(correct(waiting, '2026-11-18'), now);
  const back = mail(correct(away, recent, now), now);

  expect(of('study-plan', back)).toEqual([
    `1-1-${recent} sent at ${now}`,
    `1-1-2026-11-18 sent at ${now}`,
    `1-1-${recent}-again-1 sent at ${now}`,
  ]);
});

test('staff get no notice of what they have seen to by then', () => {
  const used = aCandidate({ attempts: ['2026-08-01', '2026-09-05', recent] });
  const flag = 'third-attempt-used' as const;
  const seen = did(used, { type: 'acknowledge-flag', flag, note: undefined }, now);

  expect(of('staff-notice', mail(seen, now))).toEqual(['1-3-2026-11-23 skipped: acknowledged']);
});

describe('the next email', () => {
  test('is the first that will go out, and says whether it is held back', () => {
    expect(nextEmail(waiting, rules, now)).toEqual({ kind: 'reminder', at: retakeMorning, heldBack: false });
    expect(nextEmail(stop(waiting), rules, now)?.heldBack).toBe(true);
    expect(nextEmail(pass(waiting), rules, now)).toBeUndefined();
    expect(nextEmail(mail(waiting, retakeMorning), rules, retakeMorning)?.kind).toBe('follow-up');
  });
});

test('a resend is refused for the reason the mailer would have, even right after another', () => {
  const key = `study-plan-1-1-${recent}`;
  const again = changedBy(resendEmail(waiting, key, rules, now) as { candidate: Candidate });

  expect(resendEmail(stop(mail(again, now)), key, rules, now)).toEqual({ refused: 'unsubscribed' });
});
