import { describe, expect, test } from 'vitest';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { claim, fail, settle } from '../../lambdas/core/email.ts';
import { resendEmail } from '../../lambdas/core/email-schedule.ts';
import { flagsOf } from '../../lambdas/core/flags.ts';
import { addDays24h, minutesAfter } from '../../lambdas/core/time.ts';
import { aCandidate, rules } from '../support/builders.ts';
import { detailOf } from '../support/simulated-mailer.ts';
import { applyAgain, correct, mail, now, pass, record, stop, takeBack } from '../support/steps.ts';

const lately = '2026-11-21T15:00:00.000Z';
const studyPlan = 'study-plan-1-1-2026-11-20';
const reminder = 'reminder-1-1-2026-10-31';
const planned = aCandidate({ attempts: ['2026-11-20'], at: lately });
const waiting = mail(planned, lately);
const october = '2026-10-02T15:00:00.000Z';
const reminded = mail(mail(aCandidate({ attempts: ['2026-10-01'], at: october }), october), '2026-10-31T13:00:00.000Z');

const ask = (candidate: Candidate, key: string, at = now) => resendEmail(candidate, key, rules, at);

function resent(candidate: Candidate, key: string, at = now): Candidate {
  const outcome = ask(candidate, key, at);
  if ('refused' in outcome) throw new Error(`Refused: ${outcome.refused}`);
  return outcome.candidate;
}

const skipped: [reason: string, key: string, Candidate][] = [
  ['unsubscribed', studyPlan, stop(waiting)],
  ['bounced', studyPlan, { ...waiting, emailState: 'bounced', bouncedAt: now }],
  ['complained', studyPlan, { ...waiting, emailState: 'complained', complainedAt: now }],
  ['passed', studyPlan, pass(waiting)],
  ['newer-attempt', reminder, record(reminded, 2, '2026-11-20', lately)],
  ['new-application', studyPlan, applyAgain(waiting)],
  ['attempt-taken-back', studyPlan, takeBack(waiting)],
  ['date-corrected', reminder, correct(reminded, '2026-10-20')],
  ['reminder-due', 'study-plan-1-1-2026-10-01', reminded],
];

describe('sending an email again', () => {
  test('has it go out at once under a key of its own, a reminder too, though one went out', () => {
    expect(detailOf(mail(resent(waiting, studyPlan)))).toEqual([
      ...detailOf(waiting),
      `${studyPlan}-again-1 sent at ${now}`,
    ]);
    expect(detailOf(mail(resent(reminded, reminder))).at(-1)).toBe(`${reminder}-again-1 sent at ${now}`);
  });

  test.each(skipped)('is refused where it would be skipped: %s', (refused, key, candidate) => {
    expect(ask(candidate, key)).toEqual({ refused });
  });

  test('is refused while it is on its way, or for the reason it would be skipped on its day', () => {
    const sending = { ...planned, emails: claim(planned.emails, studyPlan, lately) };

    for (const candidate of [planned, sending]) expect(ask(candidate, studyPlan)).toEqual({ refused: 'on-its-way' });
    expect(ask(stop(waiting), 'reminder-1-1-2026-12-20')).toEqual({ refused: 'unsubscribed' });
    expect(ask(pass(waiting), 'reminder-1-1-2026-12-20')).toEqual({ refused: 'passed' });
  });

  test.each(['', 'study-plan', '__proto__', `${studyPlan} `])('of the key %j is refused', (key) => {
    expect(ask(waiting, key)).toEqual({ refused: 'unknown' });
  });

  test('is refused within ten minutes, by whichever of its keys, and possible from then on', () => {
    const once = mail(resent(waiting, studyPlan));
    const justBefore = '2026-11-23T15:09:59.999Z';

    for (const key of [studyPlan, `${studyPlan}-again-1`])
      expect(ask(once, key, justBefore)).toEqual({ refused: 'just-now' });
    expect(resent(once, studyPlan, '2026-11-23T15:10:00.000Z').emails.at(-1)?.key).toBe(`${studyPlan}-again-2`);
  });

  test('is refused after three of its kind within a week', () => {
    const soon = minutesAfter(now, 20);
    const three = mail(resent(mail(resent(waiting, studyPlan)), studyPlan, soon), soon);
    const overAWeek = minutesAfter(addDays24h(lately, 7), 1);

    expect(ask(three, studyPlan, minutesAfter(now, 40))).toEqual({ refused: 'sent-enough' });
    expect(resent(three, studyPlan, overAWeek).emails.at(-1)).toMatchObject({ state: 'queued' });
  });

  test('clears the flag of an email that failed, until that fails too', () => {
    const refused = { type: 'refused', code: 'MessageRejected' } as const;
    const claimed = claim(planned.emails, studyPlan, lately);
    const failed = { ...planned, emails: settle(claimed, studyPlan, 1, refused, lately) };
    const again = resent(failed, studyPlan);
    const failedToo = fail(again.emails, `${studyPlan}-again-1`, 'no-answer', now);

    expect(flagsOf(failed, rules.exam, now)).toEqual(['email-failed']);
    expect(flagsOf(again, rules.exam, now)).toEqual([]);
    expect(flagsOf({ ...again, emails: failedToo }, rules.exam, now)).toEqual(['email-failed']);
  });
});
