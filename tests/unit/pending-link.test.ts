import { describe, expect, test } from 'vitest';
import { applyEvent, claim } from '../../lambdas/core/email.ts';
import {
  confirmedLink,
  confirmingLink,
  disownedLink,
  erasedLink,
  isVoid,
  pendingLinkSchema,
  resendLink,
} from '../../lambdas/core/pending-link.ts';
import { aCandidate, aNewAddressLink, aPendingLink, someDetails } from '../support/builders.ts';
import { now } from '../support/steps.ts';

const lastMoment = '2026-11-30T14:59:59.999Z';
const sevenDaysLater = '2026-11-30T15:00:00.000Z';
const waiting = aPendingLink({ at: now });
const confirming = confirmingLink(waiting);
const confirmed = confirmedLink(confirming, now, aCandidate({ attempts: ['2026-11-20'] }));
const disowned = disownedLink(waiting);

describe('a pending link', () => {
  test('keeps what was entered, for seven days, and queues its email, which may be a day late', () => {
    expect(waiting).toMatchObject({
      state: 'waiting',
      createdAt: now,
      expiresAt: sevenDaysLater,
      answers: { details: someDetails, attempt: { number: 1, date: '2026-11-20', lowestAreas: [] } },
      emails: [
        {
          key: 'confirmation',
          kind: 'confirmation',
          state: 'queued',
          dueAt: now,
          notAfter: '2026-11-24T15:00:00.000Z',
          tries: 0,
        },
      ],
    });
  });

  test('leads somewhere for seven days, to the millisecond, whether or not it is used', () => {
    for (const link of [waiting, confirming, confirmed])
      expect([now, lastMoment, sevenDaysLater].map((at) => isVoid(link, at))).toEqual([false, false, true]);
    expect(isVoid(disowned, now)).toBe(true);
    expect(isVoid(undefined, now)).toBe(true);
  });

  test('keeps nothing of what was entered once it is confirmed or disowned, and has nothing to send', () => {
    for (const link of [confirmed, disowned]) {
      expect(link.emails).toEqual([]);
      expect(JSON.stringify(link)).not.toMatch(/Ana|Flores|example\.com|Spring|2026-11-20/);
    }
    expect(confirming).toEqual({ ...waiting, state: 'confirming' });
  });

  test('is understood as it was written, in every state', () => {
    const erased = erasedLink('a1b2c3', { email: 'ana@example.com', addressId: 'a' }, now);
    for (const link of [waiting, confirming, confirmed, disowned, erased])
      expect(pendingLinkSchema.parse(JSON.parse(JSON.stringify(link)))).toEqual(link);
    const toNewAddress = aNewAddressLink(aCandidate());
    for (const link of [
      { ...waiting, answers: undefined },
      { ...toNewAddress, newEmail: undefined },
    ])
      expect(pendingLinkSchema.safeParse(link).success).toBe(false);
  });

  test('that is sent again is good for another seven days, and not while the email is on its way', () => {
    const later = '2026-11-24T15:00:00.000Z';
    const emails = applyEvent(claim(waiting.emails, 'confirmation', now), 'confirmation', 'send', now);

    expect(resendLink(waiting, 'confirmation', later)).toEqual({ refused: 'on-its-way' });
    expect(resendLink({ ...waiting, emails }, 'unknown', later)).toEqual({ refused: 'unknown' });
    expect(resendLink({ ...waiting, emails }, 'confirmation', later)).toMatchObject({
      link: {
        expiresAt: '2026-12-01T15:00:00.000Z',
        emails: [{ key: 'confirmation' }, { key: 'confirmation-again-1', state: 'queued' }],
      },
    });
  });
});
