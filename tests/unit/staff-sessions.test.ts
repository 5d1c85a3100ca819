import { SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { discoverIssuer } from '../../lambdas/adapters/oidc/issuer-discovery.ts';
import { staffLogin } from '../../lambdas/adapters/oidc/staff-login.ts';
import { staffSessions } from '../../lambdas/adapters/oidc/staff-sessions.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';

const key = 's'.repeat(32);
const staff = { id: 'local-staff', name: 'office@school.example.org' };
const start = Date.parse('2026-11-23T15:00:00.000Z');
const minutes = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: start });
});

afterEach(() => {
  vi.useRealTimers();
});

const at = (minutesLater: number) => vi.setSystemTime(start + minutesLater * minutes);

/** A session that someone made without us. */
function madeWith(secret: string, claims: Record<string, unknown>, alg = 'HS256') {
  const seconds = start / 1000;
  return new SignJWT({
    ...staff,
    signedInMs: start,
    aud: 'staff-session',
    iat: seconds,
    exp: seconds + 3600,
    ...claims,
  })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(secret));
}

describe('a session', () => {
  test('says whose it is', async () => {
    const sessions = staffSessions(key);

    expect(await sessions.resume(await sessions.begin(staff))).toEqual({ staff });
  });

  test('fits into a cookie as it is', async () => {
    expect(await staffSessions(key).begin(staff)).toMatch(/^[\w.-]{20,3000}$/);
  });

  test('is good for an hour, and no longer', async () => {
    const session = await staffSessions(key).begin(staff);

    at(59);
    expect(await staffSessions(key).resume(session)).toMatchObject({ staff });
    at(60);
    expect(await staffSessions(key).resume(session)).toBeUndefined();
  });

  test('is made longer after ten minutes, and not before', async () => {
    const session = await staffSessions(key).begin(staff);

    at(9);
    expect((await staffSessions(key).resume(session))?.renewed).toBeUndefined();
    at(11);
    const { renewed } = (await staffSessions(key).resume(session))!;
    at(70);
    expect(await staffSessions(key).resume(renewed!)).toMatchObject({ staff });
    at(71);
    expect(await staffSessions(key).resume(renewed!)).toBeUndefined();
  });

  test('ends eight hours after signing in, however often it is used', async () => {
    const sessions = staffSessions(key);
    let session = await sessions.begin(staff);
    for (let minute = 0; minute <= 8 * 60; minute += 15) {
      at(minute);
      const known = await sessions.resume(session);
      expect([minute, known?.staff]).toEqual([minute, staff]);
      session = known?.renewed ?? session;
    }

    at(8 * 60 + 1);
    expect(await sessions.resume(session)).toBeUndefined();
  });

  test('ends with the key that signed it', async () => {
    const session = await staffSessions(key).begin(staff);

    expect(await staffSessions('t'.repeat(32)).resume(session)).toBeUndefined();
  });

  test('would be taken from anybody who has the key', async () => {
    expect(await staffSessions(key).resume(await madeWith(key, {}))).toMatchObject({ staff });
  });

  test.each<[string, Promise<string> | string]>([
    ['nothing', ''],
    ['garbage', 'not-a-session'],
    ['garbage in three parts', 'a.b.c'],
    ['very long', 'x'.repeat(100_000)],
    ['signed with another key', madeWith('f'.repeat(32), {})],
    ['signed by another algorithm', madeWith(key.repeat(2), {}, 'HS512')],
    ['for another purpose', madeWith(key, { aud: 'staff-login' })],
    ['for no purpose', madeWith(key, { aud: undefined })],
    ['without an end', madeWith(key, { exp: undefined })],
    ['without a beginning', madeWith(key, { iat: undefined })],
    ['without the moment of signing in', madeWith(key, { signedInMs: undefined })],
    ['of nobody', madeWith(key, { id: undefined })],
    ['expired', madeWith(key, { exp: start / 1000 - 1 })],
    ['not signed', new UnsecuredJWT({ ...staff, signedInMs: start }).encode()],
  ])('is none where it is %s', async (_title, session) => {
    expect(await staffSessions(key).resume(await session)).toBeUndefined();
  });

  test('is none once someone else is put into it', async () => {
    const session = await staffSessions(key).begin(staff);
    const [header, payload = '', signature] = session.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const changed = Buffer.from(JSON.stringify({ ...claims, id: 'head' })).toString('base64url');

    expect(await staffSessions(key).resume([header, changed, signature].join('.'))).toBeUndefined();
  });
});

describe('with one key for both', () => {
  let issuer: Issuer;

  beforeEach(async () => {
    issuer = await startIssuer();
  });

  afterEach(async () => {
    await issuer.close();
  });

  const aLogin = () =>
    staffLogin(discoverIssuer(issuer.url), {
      issuer: issuer.url,
      clientId: 'staff-page',
      scope: 'retake-reminders/staff',
      callbackUrl: 'https://retakes.example.org/admin/callback',
      signedOutUrl: 'https://retakes.example.org/admin/signed-out',
      key,
    });

  test('what the browser keeps for the login is no session', async () => {
    const { loginState } = await aLogin().begin('/admin');

    expect(await staffSessions(key).resume(loginState)).toBeUndefined();
  });

  test('a session is nothing to come back with from the login', async () => {
    const { url } = await aLogin().begin('/admin');
    const back = new URL('https://retakes.example.org/admin/callback?code=1');
    back.searchParams.set('state', new URL(url).searchParams.get('state')!);

    expect(await aLogin().finish(back, await staffSessions(key).begin(staff))).toBeUndefined();
  });
});
