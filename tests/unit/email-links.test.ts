import { describe, expect, test } from 'vitest';
import { linkTokens } from '../../lambdas/adapters/link-tokens.ts';
import { emailLinks, signMyToken } from '../../lambdas/services/email-links.ts';
import type { TokenPurpose } from '../../lambdas/services/ports.ts';
import { aCandidate, aPendingLink } from '../support/builders.ts';

const now = '2026-11-23T15:00:00.000Z';
const aMomentBefore = (at: string) => new Date(Date.parse(at) - 1).toISOString();

const tokens = linkTokens({ signing: ['k'.repeat(32)], unsubscribe: 'u'.repeat(32) });
const links = emailLinks(tokens, 'https://retakes.example.org');
const signUp = aPendingLink({ id: 'd4e5f6', at: now });
const candidate = aCandidate({ id: 'a1b2c3', at: '2026-10-01T15:00:00.000Z' });

/** Where the link leads, and what its token is good for at that moment. */
async function read(link: Promise<string>, purpose: TokenPurpose, at: string) {
  const { origin, pathname, searchParams } = new URL(await link);
  expect([...searchParams.keys()]).toEqual(['token']);
  const verdict = await tokens.verify(purpose, searchParams.get('token')!, at);
  return { page: origin + pathname, verdict };
}

describe('the links that emails carry', () => {
  test.each([
    ['confirm', '/confirm'],
    ['notMe', '/not-me'],
  ] as const)('%s leads to %s, for as long as the sign-up waits', async (name, path) => {
    const page = `https://retakes.example.org${path}`;
    const good = { type: 'good', content: { id: 'd4e5f6', since: undefined } };

    expect(await read(links[name](signUp), 'confirm', aMomentBefore(signUp.expiresAt))).toEqual({
      page,
      verdict: good,
    });
    expect(await read(links[name](signUp), 'confirm', signUp.expiresAt)).toEqual({
      page,
      verdict: { type: 'expired' },
    });
  });

  test('my page is open for 400 days from the email, and to this record alone', async () => {
    const end = '2027-12-28T15:00:00.000Z';
    const page = 'https://retakes.example.org/my';

    expect(await read(links.my(candidate, now), 'my', aMomentBefore(end))).toEqual({
      page,
      verdict: { type: 'good', content: { id: 'a1b2c3', since: candidate.createdAt } },
    });
    expect(await read(links.my(candidate, now), 'my', end)).toEqual({
      page,
      verdict: { type: 'expired' },
    });
  });

  test('the token that confirming gives is the one that emails carry', async () => {
    const link = new URL(await links.my(candidate, now));

    expect(link.searchParams.get('token')).toBe(await signMyToken(tokens, candidate, now));
  });

  test('unsubscribing works from every email for ever', async () => {
    expect(
      await read(links.unsubscribe(candidate), 'unsubscribe', '2126-11-23T15:00:00.000Z'),
    ).toEqual({
      page: 'https://retakes.example.org/unsubscribe',
      verdict: { type: 'good', content: { id: 'a1b2c3', since: undefined } },
    });
  });

  test('the staff page carries no token', () => {
    expect(links.staffPage()).toBe('https://retakes.example.org/admin');
  });
});
