import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { addressIdOf } from '../../lambdas/adapters/address-id.ts';
import { type LinkKeys, linkTokens } from '../../lambdas/adapters/link-tokens.ts';
import type { TokenPurpose } from '../../lambdas/services/ports.ts';
import { withPayload } from '../support/tampering.ts';

const now = '2026-11-23T15:00:00.000Z';
const tomorrow = '2026-11-24T15:00:00.000Z';
const inAHundredYears = '2126-11-23T15:00:00.000Z';

const [oldest, older, newest] = ['a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32)] as const;
const permanent = 'u'.repeat(32);
const id = 'a1b2c3';
const bad = { type: 'bad' };
const purposes: TokenPurpose[] = ['confirm', 'my', 'unsubscribe'];

function tokens({ signing = [newest], unsubscribe = permanent }: Partial<LinkKeys> = {}) {
  return linkTokens({ signing, unsubscribe });
}

/** A token that someone made without us. */
function madeWith(
  key: string,
  { alg = 'HS256', ...claims }: Record<string, unknown> & { alg?: string },
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(key));
}

describe('a signed link', () => {
  test.each(purposes)('for %s fits into a link, and is good for that alone', async (made) => {
    const oneKey = tokens({ signing: [permanent] });
    const token = await oneKey.sign(made, { id, expiresAt: tomorrow });

    expect(token).toBe(encodeURIComponent(token));
    for (const used of purposes) {
      expect(await oneKey.verify(used, token, now)).toEqual(used === made ? { type: 'good', id } : bad);
      expect(await oneKey.verify(used, token, tomorrow)).toEqual(used === made ? { type: 'expired' } : bad);
    }
  });

  test.each([
    ['2026-11-30T14:59:59.999Z', 'good', '2026-11-30T15:00:00.000Z'],
    ['2026-11-30T15:00:00.000Z', 'expired', '2026-11-30T15:00:00.000Z'],
    ['2016-11-23T15:00:00.000Z', 'good', '2026-11-30T15:00:00.000Z'],
    [inAHundredYears, 'good', undefined],
  ])('at %s, as the caller names it, is %s where it ends at %s, by an older key too', async (at, type, expiresAt) => {
    const token = await tokens({ signing: [older] }).sign('my', { id, ...(expiresAt && { expiresAt }) });

    expect((await tokens({ signing: [newest, older] }).verify('my', token, at)).type).toBe(type);
  });
});

describe('changing the signing key', () => {
  test.each<[signing: string[], listed: string[], type: string]>([
    [[oldest], [newest, older, oldest], 'good'],
    [[older], [newest, older, oldest], 'good'],
    [[newest], [newest, older, oldest], 'good'],
    [[newest, older], [newest], 'good'],
    [[newest, older], [older], 'bad'],
    [[oldest], [newest, older], 'bad'],
  ])('a link of %j, where %j are listed, is %s: the first signs, any verifies', async (signing, listed, type) => {
    for (const purpose of ['confirm', 'my'] as const) {
      const token = await tokens({ signing }).sign(purpose, { id });
      expect((await tokens({ signing: listed }).verify(purpose, token, now)).type).toBe(type);
    }
  });

  test('leaves nothing to sign with and nothing good where none is listed', async () => {
    const token = await tokens().sign('my', { id });

    await expect(tokens({ signing: [] }).sign('my', { id })).rejects.toThrow();
    expect(await tokens({ signing: [] }).verify('my', token, now)).toEqual(bad);
  });
});

describe('the link to unsubscribe', () => {
  test('works for ever, whatever became of the signing keys', async () => {
    const token = await tokens({ signing: [oldest] }).sign('unsubscribe', { id });
    const { verify } = tokens({ signing: [newest] });

    expect((await verify('unsubscribe', token, inAHundredYears)).type).toBe('good');
  });

  test.each([
    ['unsubscribe', 'its own key', 'good', permanent],
    ['unsubscribe', 'a signing key', 'bad', newest],
    ['confirm', 'its own key', 'bad', permanent],
    ['my', 'its own key', 'bad', permanent],
  ] as const)('alone has its own key: a token for %s by %s is %s', async (aud, _whose, type, key) => {
    expect((await tokens().verify(aud, await madeWith(key, { sub: id, aud }), now)).type).toBe(type);
  });
});

describe('a link that we did not make', () => {
  const claims = { sub: 'a1b2c3', aud: 'my' };

  test.each([
    ['is signed with another key', madeWith('f'.repeat(32), claims)],
    ['is signed with another key, and past its end', madeWith('f'.repeat(32), { ...claims, exp: 1 })],
    ['is not signed', new UnsecuredJWT(claims).encode()],
    ['is signed by another algorithm', madeWith(newest.repeat(2), { ...claims, alg: 'HS512' })],
    ['names nobody', madeWith(newest, { aud: 'my' })],
    ['names no purpose', madeWith(newest, { sub: 'a1b2c3' })],
    ['names a purpose that is not ours', madeWith(newest, { ...claims, aud: 'admin' })],
    ['says nothing', ''],
    ['is garbage in three parts', 'a.b.c'],
    ['is in no alphabet of tokens', '\u0000🙂 <script>'],
  ])('is bad where it %s', async (_title, token) => {
    const keyOfAnyLength = tokens({ signing: [newest, newest.repeat(2)] });
    const taken = await keyOfAnyLength.verify('my', await madeWith(newest, claims), now);

    expect(taken.type).toBe('good');
    expect(await keyOfAnyLength.verify('my', await token, now)).toEqual(bad);
  });

  test('is bad where someone or another end is put into it, or its signature is cut off or cut short', async () => {
    const token = await tokens().sign('my', { id, expiresAt: tomorrow });

    for (const other of [
      withPayload(token, (content) => ({ ...content, sub: 'd4e5f6' })),
      withPayload(token, (content) => ({ ...content, exp: 4_000_000_000 })),
      token.slice(0, token.lastIndexOf('.') + 1),
      token.slice(0, -4),
    ])
      expect(await tokens().verify('my', other, now)).toEqual(bad);
  });
});

describe('the id of an address', () => {
  const idOf = addressIdOf('i'.repeat(32));

  test('is another for each address, and gives nothing of it away, not even its length', () => {
    const long = `${'long'.repeat(20)}@example.com`;
    const ids = ['ana@a.co', 'ana@a.com', 'an.a@a.co', 'ana+2@a.co', long, ''].map(idOf);

    expect(new Set(ids).size).toBe(ids.length);
    for (const one of ids) expect(one).toMatch(/^[\w-]{22}$/);
  });

  test('cannot be worked out without the key', () => {
    expect(addressIdOf('j'.repeat(32))('ana@example.com')).not.toBe(idOf('ana@example.com'));
  });

  test('is the same for all spellings and from one version of the service to the next, for records are found by it', () => {
    // HMAC SHA-256 of the address in lower case, in base64url, cut to 22 characters.
    for (const spelling of ['Ana@Example.com', 'ana@example.com', 'ANA@EXAMPLE.COM'])
      expect(idOf(spelling)).toBe('fryHn3MaxNmQGv6HPHx3Hj');
  });
});
