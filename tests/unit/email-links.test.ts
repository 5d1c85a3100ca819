import { describe, expect, test } from 'vitest';
import { linkTokens } from '../../lambdas/adapters/link-tokens.ts';
import { emailLinks, signMyToken } from '../../lambdas/services/email-links.ts';
import type { TokenPurpose } from '../../lambdas/services/ports.ts';
import { aCandidate, aPendingLink } from '../support/builders.ts';
import { now } from '../support/steps.ts';

const tokens = linkTokens({ signing: ['k'.repeat(32)], unsubscribe: 'u'.repeat(32) });
const links = emailLinks(tokens, 'https://retakes.example.org');
const pending = aPendingLink({ id: 'd4e5f6', at: now });
const candidate = aCandidate({ id: 'a1b2c3', at: '2026-10-01T15:00:00.000Z' });

const millisecondBefore = (at: string) => new Date(Date.parse(at) - 1).toISOString();

describe('the links that emails carry', () => {
  test.each<[name: string, Promise<string>, TokenPurpose, id: string, path: string, end: string]>([
    ['to confirm', links.confirm(pending), 'confirm', 'd4e5f6', '/confirm', pending.expiresAt],
    ['“not me”', links.notMe(pending), 'confirm', 'd4e5f6', '/not-me', pending.expiresAt],
    ['my page', links.my(candidate, now), 'my', 'a1b2c3', '/my', '2027-12-28T15:00:00.000Z'],
  ])('%s leads to its record until its end', async (_name, link, purpose, id, path, end) => {
    const { origin, pathname, searchParams } = new URL(await link);
    const [token = '', ...more] = searchParams.getAll('token');

    expect(`${origin}${pathname}`).toBe(`https://retakes.example.org${path}`);
    expect([more, searchParams.size]).toEqual([[], 1]);
    expect(await tokens.verify(purpose, token, millisecondBefore(end))).toEqual({ type: 'good', id });
    expect(await tokens.verify(purpose, token, end)).toEqual({ type: 'expired' });
  });

  test('my page has the token that confirming gives', async () => {
    const { searchParams } = new URL(await links.my(candidate, now));

    expect(searchParams.get('token')).toBe(await signMyToken(tokens, candidate, now));
  });

  test('unsubscribing works forever, and the staff page carries no token', async () => {
    const { pathname, searchParams } = new URL(await links.unsubscribe(candidate));
    const token = searchParams.get('token') ?? '';

    expect(pathname).toBe('/unsubscribe');
    expect(await tokens.verify('unsubscribe', token, '2126-11-23T15:00:00.000Z')).toEqual({
      type: 'good',
      id: 'a1b2c3',
    });
    expect(links.flaggedList()).toBe('https://retakes.example.org/admin?flag=third-attempt-used');
  });
});
