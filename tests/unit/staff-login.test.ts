import { createServer } from 'node:http';
import type { MutableRedirectUri, MutableResponse } from 'oauth2-mock-server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { localStaff } from '../../bin/local/login-issuer.ts';
import { discoverIssuer } from '../../lambdas/adapters/oidc/issuer-discovery.ts';
import { staffLogin } from '../../lambdas/adapters/oidc/staff-login.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';
import { listenOnLoopback } from '../support/loopback.ts';

const callbackUrl = 'https://retakes.example.org/admin/callback';
const signedOutUrl = 'https://retakes.example.org/admin/signed-out';
const staff = { id: 'local-staff', name: localStaff.name };

let issuer: Issuer;

beforeEach(async () => {
  issuer = await startIssuer();
});

afterEach(async () => {
  vi.useRealTimers();
  await issuer.close();
});

function aLogin(key = 's'.repeat(32)) {
  return staffLogin(discoverIssuer(issuer.url), {
    issuer: issuer.url,
    clientId: localStaff.pageClientId,
    scope: localStaff.scope,
    callbackUrl,
    signedOutUrl,
    key,
  });
}

/** Where the issuer sends the browser after it signed in. */
async function back(url: string): Promise<URL> {
  const response = await fetch(url, { redirect: 'manual' });
  return new URL(response.headers.get('location') ?? '');
}

const tokenRequests = () => {
  const bodies: Record<string, unknown>[] = [];
  issuer.server.service.on('beforeResponse', (_response: MutableResponse, request) => bodies.push(request.body));
  return bodies;
};

describe('signing in', () => {
  test('goes to the issuer with everything that binds the answer to this browser', async () => {
    const { url } = await aLogin().begin('/admin');
    const asked = new URL(url);

    expect(`${asked.origin}${asked.pathname}`).toBe(`${issuer.url}/authorize`);
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      client_id: localStaff.pageClientId,
      redirect_uri: callbackUrl,
      response_type: 'code',
      scope: `openid email ${localStaff.scope}`,
      state: expect.stringMatching(/^[\w-]{40,}$/),
      nonce: expect.stringMatching(/^[\w-]{40,}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
  });

  test('is bound to something else each time', async () => {
    const [one, other] = await Promise.all([aLogin().begin('/admin'), aLogin().begin('/admin')]);

    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(new URL(one.url).searchParams.get(name)).not.toBe(new URL(other.url).searchParams.get(name));
    expect(one.loginState).not.toBe(other.loginState);
  });

  test('says who came back, and where they wanted to go', async () => {
    const bodies = tokenRequests();
    const { url, loginState } = await aLogin().begin('/admin/candidates/a1b2c3?done=passed');

    expect(await aLogin().finish(await back(url), loginState)).toEqual({
      staff,
      refreshToken: expect.stringMatching(/./),
      returnTo: '/admin/candidates/a1b2c3?done=passed',
    });
    expect(bodies).toMatchObject([
      {
        grant_type: 'authorization_code',
        redirect_uri: callbackUrl,
        code_verifier: expect.stringMatching(/^[\w.~-]{43,128}$/),
      },
    ]);
  });

  test('is named by the Cognito username, or the issuer’s own id, where no address is given', async () => {
    for (const [given, name] of [
      [{ 'cognito:username': 'dana' }, 'dana'],
      [{}, 'local-staff'],
    ] as const) {
      const withoutAddress = ({ payload }: { payload: Record<string, unknown> }) => {
        payload.email = undefined;
        Object.assign(payload, given);
      };
      issuer.server.service.on('beforeTokenSigning', withoutAddress);
      const { url, loginState } = await aLogin().begin('/admin');

      expect(await aLogin().finish(await back(url), loginState)).toMatchObject({ staff: { name } });
      issuer.server.service.off('beforeTokenSigning', withoutAddress);
    }
  });
});

describe('renewing', () => {
  test('gives the next refresh token while the issuer knows the account, and none after', async () => {
    const { url, loginState } = await aLogin().begin('/admin');
    const { refreshToken } = (await aLogin().finish(await back(url), loginState))!;

    expect(await aLogin().renew(refreshToken)).toMatch(/./);
    issuer.server.service.once('beforeResponse', (response: MutableResponse) => {
      response.statusCode = 400;
      response.body = { error: 'invalid_grant' };
    });
    expect(await aLogin().renew(refreshToken)).toBeUndefined();
  });

  test('fails where the issuer has a fault of its own', async () => {
    issuer.server.service.once('beforeResponse', (response: MutableResponse) => {
      response.statusCode = 503;
      response.body = {};
    });

    await expect(aLogin().renew('r')).rejects.toThrow();
  });
});

describe('coming back from the issuer leads nowhere', () => {
  /** Changes what comes back, or gives what the browser kept; `other` is a login in another browser. */
  type Change = (came: URLSearchParams, other: { came: URLSearchParams; kept: string }) => unknown;

  test.each<[title: string, change: Change]>([
    ['another state', (came, other) => came.set('state', other.came.get('state')!)],
    ['a second state', (came, other) => came.append('state', other.came.get('state')!)],
    ['an empty state', (came) => came.set('state', '')],
    ['no state', (came) => came.delete('state')],
    ['nothing kept', () => ''],
    ['garbage kept', () => 'garbage'],
    ['what another browser kept', (_, other) => other.kept],
    ['a code that the issuer does not know', (came) => came.set('code', 'unknown')],
    ['no code', (came) => came.delete('code')],
    ['a code that was given to someone else’s browser', (came, other) => came.set('code', other.came.get('code')!)],
  ])('with %s', async (_title, change) => {
    const [mine, theirs] = [await aLogin().begin('/admin'), await aLogin().begin('/admin')];
    const [returned, other] = [await back(mine.url), await back(theirs.url)];
    const kept = change(returned.searchParams, { came: other.searchParams, kept: theirs.loginState });

    expect(await aLogin().finish(returned, typeof kept === 'string' ? kept : mine.loginState)).toBeUndefined();
  });

  test('with what was kept under another key, or with nothing', async () => {
    const { url, loginState } = await aLogin('t'.repeat(32)).begin('/admin');

    for (const kept of [loginState, undefined]) expect(await aLogin().finish(await back(url), kept)).toBeUndefined();
  });

  test('with a code that was used, or after ten minutes', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const [used, late] = [await aLogin().begin('/admin'), await aLogin().begin('/admin')];
    const [usedUrl, lateUrl] = [await back(used.url), await back(late.url)];
    expect(await aLogin().finish(usedUrl, used.loginState)).toMatchObject({ staff });

    expect(await aLogin().finish(usedUrl, used.loginState)).toBeUndefined();
    vi.setSystemTime(Date.now() + 10 * 60_000);
    expect(await aLogin().finish(lateUrl, late.loginState)).toBeUndefined();
  });

  const signing = (claims: Record<string, unknown>) => () =>
    issuer.server.service.on('beforeTokenSigning', ({ payload }: { payload: Record<string, unknown> }) => {
      if (payload.token_use === 'id') Object.assign(payload, claims);
    });

  test.each<[string, begin: () => unknown]>([
    [
      'says no',
      () =>
        issuer.server.service.on('beforeAuthorizeRedirect', ({ url }: MutableRedirectUri) => {
          url.searchParams.delete('code');
          url.searchParams.set('error', 'access_denied');
        }),
    ],
    [
      'gives no id token',
      () =>
        issuer.server.service.on('beforeResponse', (response: MutableResponse) => {
          if (response.body !== '') delete response.body.id_token;
        }),
    ],
    ['names another nonce', signing({ nonce: 'another' })],
    ['names no nonce', signing({ nonce: undefined })],
    ['names another audience', signing({ aud: 'another-client' })],
    ['names another issuer', signing({ iss: 'https://issuer.example.org' })],
    ['names an end that is past', signing({ exp: 1_000_000_000 })],
  ])('where the issuer %s', async (_title, begin) => {
    begin();
    const { url, loginState } = await aLogin().begin('/admin');

    expect(await aLogin().finish(await back(url), loginState)).toBeUndefined();
  });

  test.each<[string, number, Record<string, string>, string]>([
    ['with invalid_grant', 400, { 'content-type': 'application/json' }, '{"error":"invalid_grant"}'],
    ['by a challenge', 401, { 'www-authenticate': 'Bearer error="invalid_client"' }, ''],
  ])('where the issuer refuses the code %s', async (_title, status, headers, content) => {
    const { url, loginState } = await aLogin().begin('/admin');
    const returned = await back(url);
    const { requestHandler } = issuer.server.service;
    const port = Number(new URL(issuer.url).port);
    await issuer.close();
    const refusing = createServer((request, response) => {
      if (request.url === '/token') response.writeHead(status, headers).end(content);
      else requestHandler(request, response);
    });
    issuer.server.issuer.url = issuer.url;
    await listenOnLoopback(refusing, port);
    try {
      expect(await aLogin().finish(returned, loginState)).toBeUndefined();
    } finally {
      refusing.close();
      refusing.closeAllConnections();
    }
  });
});

describe('an issuer that can’t be reached', () => {
  test('is an error when signing in begins, and when it ends', async () => {
    const login = aLogin();
    const { url, loginState } = await login.begin('/admin');
    const returned = await back(url);
    await issuer.close();

    await expect(login.finish(returned, loginState)).rejects.toThrow();
    await expect(aLogin().begin('/admin')).rejects.toThrow();
  });
});

describe('signing out', () => {
  test('ends the login at the issuer, named as Cognito and as the standard name it', async () => {
    const end = new URL(await aLogin().endUrl());

    expect(`${end.origin}${end.pathname}`).toBe(`${issuer.url}/endsession`);
    expect(Object.fromEntries(end.searchParams)).toEqual({
      client_id: localStaff.pageClientId,
      logout_uri: signedOutUrl,
      post_logout_redirect_uri: signedOutUrl,
    });
    expect((await back(end.href)).href).toBe(signedOutUrl);
  });
});
