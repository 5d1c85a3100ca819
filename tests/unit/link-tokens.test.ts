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
  test.each(purposes)('for %s gives back what it was made for, and fits into a link', async (purpose) => {
    const token = await tokens().sign(purpose, { id, expiresAt: tomorrow });

    expect(token).toBe(encodeURIComponent(token));
    expect(await tokens().verify(purpose, token, now)).toEqual({ type: 'good', id });
  });

  const pairs = purposes.flatMap((made) =>
    purposes.filter((used) => used !== made).map((used) => [made, used] as const),
  );
  test.each(pairs)('for %s is not good for %s, even with one key for all', async (made, used) => {
    const oneKey = tokens({ signing: [permanent] });
    const token = await oneKey.sign(made, { id, expiresAt: tomorrow });

    expect((await oneKey.verify(made, token, now)).type).toBe('good');
    expect(await oneKey.verify(used, token, now)).toEqual(bad);
    expect(await oneKey.verify(used, token, tomorrow)).toEqual(bad);
  });
});

describe('the expiry of a signed link', () => {
  const expiresAt = '2026-11-30T15:00:00.000Z';

  test.each([
    ['2026-11-30T14:59:59.999Z', 'good'],
    ['2026-11-30T15:00:00.000Z', 'expired'],
    ['2016-11-23T15:00:00.000Z', 'good'],
  ])('is judged by the moment that the caller names: at %s it is %s', async (at, type) => {
    const token = await tokens().sign('my', { id, expiresAt });

    expect((await tokens().verify('my', token, at)).type).toBe(type);
  });

  test('never comes where none was set', async () => {
    const token = await tokens().sign('my', { id });

    expect((await tokens().verify('my', token, inAHundredYears)).type).toBe('good');
  });

  test('is known of a link that an older key signed, too', async () => {
    const token = await tokens({ signing: [older] }).sign('my', { id, expiresAt });
    const verdict = await tokens({ signing: [newest, older] }).verify('my', token, expiresAt);

    expect(verdict).toEqual({ type: 'expired' });
  });

  test('is known of no link that was forged', async () => {
    const forged = await madeWith('f'.repeat(32), { sub: 'a1b2c3', aud: 'my', exp: 1 });

    expect(await tokens().verify('my', forged, now)).toEqual(bad);
  });

  test('cannot be put off in the link', async () => {
    const token = await tokens().sign('my', { id, expiresAt: now });
    const later = withPayload(token, (claims) => ({ ...claims, exp: 4_000_000_000 }));

    expect(await tokens().verify('my', later, now)).toEqual(bad);
  });
});

describe('changing the signing key', () => {
  test.each(['confirm', 'my'] as const)('breaks no link for %s that is out', async (purpose) => {
    const rotated = tokens({ signing: [newest, older, oldest] });
    for (const key of [oldest, older, newest]) {
      const token = await tokens({ signing: [key] }).sign(purpose, { id });
      expect((await rotated.verify(purpose, token, now)).type).toBe('good');
    }
  });

  test.each(['confirm', 'my'] as const)('has the newest key sign for %s', async (purpose) => {
    const token = await tokens({ signing: [newest, older] }).sign(purpose, { id });

    expect((await tokens({ signing: [newest] }).verify(purpose, token, now)).type).toBe('good');
    expect((await tokens({ signing: [older] }).verify(purpose, token, now)).type).toBe('bad');
  });

  test('ends the links of a key that is no longer listed', async () => {
    const token = await tokens({ signing: [oldest] }).sign('my', { id });
    const verdict = await tokens({ signing: [newest, older] }).verify('my', token, now);

    expect(verdict).toEqual(bad);
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

  test('is signed with its own key, and with no other', async () => {
    const unsubscribe = { sub: 'a1b2c3', aud: 'unsubscribe' };
    const ours = await madeWith(permanent, unsubscribe);
    const bySigningKey = await madeWith(newest, unsubscribe);

    expect((await tokens().verify('unsubscribe', ours, now)).type).toBe('good');
    expect(await tokens().verify('unsubscribe', bySigningKey, now)).toEqual(bad);
  });

  test.each(['confirm', 'my'] as const)('lends its key to no link for %s', async (purpose) => {
    const token = await madeWith(permanent, { sub: 'a1b2c3', aud: purpose });

    expect(await tokens().verify(purpose, token, now)).toEqual(bad);
  });
});

describe('a link that we did not make', () => {
  const claims = { sub: 'a1b2c3', aud: 'my' };

  test.each([
    ['is signed with another key', madeWith('f'.repeat(32), claims)],
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

  test('is bad where someone else is put into it', async () => {
    const token = await tokens().sign('my', { id, expiresAt: tomorrow });
    const stolen = withPayload(token, (content) => ({ ...content, sub: 'd4e5f6' }));

    expect(await tokens().verify('my', stolen, now)).toEqual(bad);
  });

  test('is bad where its signature is cut off or cut short', async () => {
    const token = await tokens().sign('my', { id });

    for (const cut of [token.slice(0, token.lastIndexOf('.') + 1), token.slice(0, -4)]) {
      expect(await tokens().verify('my', cut, now)).toEqual(bad);
    }
  });
});

describe('the id of an address', () => {
  const idOf = addressIdOf('i'.repeat(32));

  test('is the same for all its spellings in upper and lower case', () => {
    expect(idOf('Ana.Flores@Example.COM')).toBe(idOf('ana.flores@example.com'));
    expect(idOf('ANA.FLORES@EXAMPLE.COM')).toBe(idOf('ana.flores@example.com'));
  });

  test('is another for each address, and gives nothing of it away, not even its length', () => {
    const long = `${'long'.repeat(20)}@example.com`;
    const ids = ['ana@a.co', 'ana@a.com', 'an.a@a.co', 'ana+2@a.co', long, ''].map(idOf);

    expect(new Set(ids).size).toBe(ids.length);
    for (const one of ids) expect(one).toMatch(/^[\w-]{22}$/);
  });

  test('cannot be worked out without the key', () => {
    expect(addressIdOf('j'.repeat(32))('ana@example.com')).not.toBe(idOf('ana@example.com'));
  });

  test('stays the same from one version of the service to the next, for records are found by it', () => {
    // HMAC SHA-256 of the address in lower case, in base64url, cut to 22 characters.
    expect(idOf('Ana@Example.com')).toBe('fryHn3MaxNmQGv6HPHx3Hj');
  });
});
