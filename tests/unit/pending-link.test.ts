import { describe, expect, test } from 'vitest';
import {
  confirmedLink,
  linkState,
  type PendingLink,
  pendingLinkSchema,
} from '../../lambdas/core/pending-link.ts';
import { aPendingLink, someDetails } from '../support/builders.ts';

const at = '2026-11-23T15:00:00.000Z';
const lastMoment = '2026-11-30T14:59:59.999Z';
const sevenDaysLater = '2026-11-30T15:00:00.000Z';

describe('a sign-up', () => {
  test('keeps what was typed, for seven days', () => {
    expect(aPendingLink({ at })).toMatchObject({
      type: 'sign-up',
      version: 0,
      createdAt: at,
      expiresAt: sevenDaysLater,
      answers: {
        details: someDetails,
        attempt: { number: 1, date: '2026-11-20', lowestAreas: [] },
      },
    });
  });

  test('queues the confirmation email, which may be a day late', () => {
    expect(aPendingLink({ at }).emails).toEqual([
      {
        key: 'confirmation',
        kind: 'confirmation',
        state: 'queued',
        dueAt: at,
        notAfter: '2026-11-24T15:00:00.000Z',
        tries: 0,
      },
    ]);
  });

  test('waits for its link to be used for seven days, to the millisecond', () => {
    const signUp = aPendingLink({ at });

    expect(linkState(signUp, at)).toBe('waiting');
    expect(linkState(signUp, lastMoment)).toBe('waiting');
    expect(linkState(signUp, sevenDaysLater)).toBe('expired');
  });

  test('that is gone counts as expired', () => {
    expect(linkState(undefined, at)).toBe('expired');
  });

  test('is understood as it was written, confirmed or not', () => {
    for (const signUp of [aPendingLink(), confirmedLink(aPendingLink())]) {
      expect(pendingLinkSchema.parse(JSON.parse(JSON.stringify(signUp)))).toEqual(signUp);
    }
  });
});

describe('a confirmed sign-up', () => {
  const confirmed = confirmedLink(aPendingLink({ at }));

  test('is known as confirmed as long as its link would have worked', () => {
    expect(linkState(confirmed, lastMoment)).toBe('confirmed');
    expect(linkState(confirmed, sevenDaysLater)).toBe('expired');
  });

  test('keeps nothing of what was typed, and has no email to send', () => {
    const { answers, emails, ...rest }: PendingLink = confirmed;

    expect(answers).toBeUndefined();
    expect(emails).toEqual([]);
    expect(Object.keys(rest).sort()).toEqual([
      'candidateId',
      'createdAt',
      'expiresAt',
      'id',
      'type',
      'version',
    ]);
    expect(JSON.stringify(confirmed)).not.toMatch(/Ana|Flores|example\.com|Spring/);
  });
});
