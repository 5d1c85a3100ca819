import { describe, expect, test } from 'vitest';
import type { AttemptAnswers } from '../../lambdas/core/attempts.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { confirmSignUp } from '../../lambdas/core/confirm-sign-up.ts';
import { numberedAttempts } from '../../lambdas/core/status.ts';
import { aCandidate, rules, someDetails } from '../support/builders.ts';
import { now, record } from '../support/steps.ts';

const later = '2026-11-24T15:00:00.000Z';

function confirm(
  known: Candidate,
  {
    details = someDetails,
    at = later,
    ...answers
  }: Partial<AttemptAnswers> & { details?: typeof someDetails; at?: string } = {},
): Candidate {
  const attempt = { number: 1, date: '2026-11-20', lowestAreas: ['clinical'], ...answers };
  return confirmSignUp(known, { details, attempt }, rules, at);
}

const datesOf = (candidate: Candidate) => numberedAttempts(candidate).map(({ date }) => date);

describe('confirming a sign-up', () => {
  test('records the attempt of a new candidate', () => {
    expect(confirm(aCandidate(), { at: now })).toEqual(record(aCandidate(), 1, '2026-11-20', now, ['clinical']));
  });

  test('adds an attempt to a candidate we know, and takes the details as they are now', () => {
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
    expect(datesOf(candidate)).toEqual(['2026-10-01', '2026-11-20']);
  });

  test('keeps the class or group where the sign-up named none', () => {
    const details = { ...someDetails, cohort: undefined };

    expect(confirm(aCandidate(), { details }).cohort).toBe(someDetails.cohort);
  });

  test('keeps an attempt that the rules refuse beside the record, with the reason, and does the rest', () => {
    const known: Candidate = { ...aCandidate({ attempts: ['2026-11-01'] }), emailState: 'bounced' };
    const candidate = confirm(known, { number: 2, details: { ...someDetails, name: 'Ana Díaz' } });

    expect(datesOf(candidate)).toEqual(['2026-11-01']);
    expect(candidate).toMatchObject({ name: 'Ana Díaz', emailState: 'active' });
    expect(candidate.refusedAttempt).toEqual({
      number: 2,
      date: '2026-11-20',
      fieldErrors: {
        attemptDate:
          'Enter Tuesday, December 1, 2026, or a later date. Attempts have to be at least 30 days apart, and the previous one was on Sunday, November 1, 2026.',
      },
      at: later,
    });
  });
});
