import { describe, expect, test } from 'vitest';
import { type Candidate, flags } from '../../lambdas/core/candidate.ts';
import { fail } from '../../lambdas/core/email.ts';
import { flagsOf, raisedFlags } from '../../lambdas/core/flags.ts';
import { aCandidate, rules } from '../support/builders.ts';
import { mailed } from '../support/simulated-mailer.ts';
import { applyAgain, did, now, pass, record, stop, takeBack } from '../support/steps.ts';

const { exam } = rules;
const later = '2026-11-24T15:00:00.000Z';
const usedUp = aCandidate({ attempts: ['2026-09-01', '2026-10-01', '2026-11-20'] });

/** One whose emails SES refuses. */
function refused(candidate: Candidate): Candidate {
  return mailed(candidate, rules, now, () => ({ type: 'refused', code: 'MessageRejected' }));
}

describe('the flags', () => {
  test('are none where nothing needs a look', () => {
    expect(flagsOf(aCandidate({ attempts: ['2026-09-01', '2026-11-20'] }), exam, now)).toEqual([]);
    expect(flagsOf(stop(aCandidate()), exam, now)).toEqual([]);
  });

  test('show a used third attempt, until it is taken back or the candidate passed', () => {
    expect(flagsOf(usedUp, exam, now)).toEqual(['third-attempt-used']);
    expect(flagsOf(record(aCandidate(), 3, '2026-11-20'), exam, now)).toEqual(['third-attempt-used']);
    expect(flagsOf(takeBack(usedUp), exam, now)).toEqual([]);
    expect(flagsOf(pass(usedUp), exam, now)).toEqual([]);
  });

  test('show a used third attempt also on a new application, until staff acknowledge it or the candidate passed', () => {
    const again = record(applyAgain(usedUp), 1, '2027-01-05', '2027-01-05T15:00:00.000Z');
    const acknowledged = [{ flag: 'third-attempt-used' as const, since: now }];

    for (const candidate of [applyAgain(usedUp), again]) {
      expect(flagsOf(candidate, exam, now)).toEqual(['third-attempt-used']);
      expect(flagsOf({ ...candidate, acknowledged }, exam, now)).toEqual([]);
      expect(flagsOf(pass(candidate), exam, now)).toEqual([]);
      expect(flagsOf(applyAgain(pass(candidate)), exam, now)).toEqual([]);
    }
  });

  test('show an address that emails come back from, also where emails are stopped, and a complaint', () => {
    expect(flagsOf({ ...stop(aCandidate()), bouncedAt: now }, exam, now)).toEqual(['email-bounced']);
    expect(flagsOf({ ...usedUp, complainedAt: now }, exam, now)).toEqual(['third-attempt-used', 'email-complained']);
  });

  test('show an email that failed, and a link of staff that could not be sent or ran out', () => {
    const enrollment = { linkId: 'l', expiresAt: later, linkFailedAt: now };

    expect(flagsOf(refused(aCandidate({ attempts: ['2026-11-20'] })), exam, now)).toEqual(['email-failed']);
    expect(flagsOf({ ...aCandidate(), enrollment }, exam, now)).toEqual(['email-failed']);
    expect(flagsOf({ ...aCandidate(), enrollment }, exam, later)).toEqual(['email-failed', 'not-confirmed']);
  });
});

describe('acknowledging a flag', () => {
  const [first] = refused(aCandidate({ attempts: ['2026-09-01'] })).emails;
  const withEveryCause: Candidate = {
    ...usedUp,
    bouncedAt: '2026-11-21T16:00:00.000Z',
    complainedAt: '2026-11-21T17:00:00.000Z',
    refusedAttempt: { number: 3, date: '2026-11-22', fieldErrors: {}, at: now },
    enrollment: { linkId: 'l', expiresAt: now },
    emails: fail([first!, { ...first!, key: 'second' }], 'second', 'no-answer', later),
  };

  const acknowledged = (candidate: Candidate, flag: (typeof flags)[number]) =>
    did(candidate, { type: 'acknowledge-flag', flag, note: undefined }, later);

  test('takes it away with all its causes, and no other', () => {
    expect(flagsOf(withEveryCause, exam, now)).toEqual(flags);
    for (const flag of flags)
      expect(flagsOf(acknowledged(withEveryCause, flag), exam, now)).toEqual(flags.filter((other) => other !== flag));
  });

  test('does not reach a cause that comes after it', () => {
    const bounced = acknowledged(withEveryCause, 'email-bounced');
    const failed = acknowledged(withEveryCause, 'email-failed');
    const used = acknowledged(withEveryCause, 'third-attempt-used');

    expect(flagsOf({ ...bounced, bouncedAt: later }, exam, later)).toContain('email-bounced');
    expect(raisedFlags(withEveryCause, exam)).toContainEqual({ flag: 'email-failed', since: now });
    expect(raisedFlags({ ...failed, emails: fail(failed.emails, 'second', 'x', '2027-01-01') }, exam)).toContainEqual({
      flag: 'email-failed',
      since: '2027-01-01',
    });
    expect(flagsOf(record(takeBack(used), 3, '2026-11-20', later), exam, later)).toContain('third-attempt-used');
  });
});
