import { createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { OAuth2Server } from 'oauth2-mock-server';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { localStaff } from '../../bin/local/login-issuer.ts';
import { discoverIssuer } from '../../lambdas/adapters/oidc/issuer-discovery.ts';
import { staffTokens } from '../../lambdas/adapters/oidc/staff-tokens.ts';
import { type Claims, type Issuer, startIssuer } from '../support/issuer.ts';
import { freePort, listenOnLoopback } from '../support/loopback.ts';
import { withPayload } from '../support/tampering.ts';

const { scope, programClientId, pageClientId, name } = localStaff;
const program = { id: programClientId, name: programClientId };

let issuer: Issuer;
let other: Issuer;

beforeAll(async () => {
  [issuer, other] = await Promise.all([startIssuer(), startIssuer()]);
});

afterAll(async () => {
  await Promise.all([issuer?.close(), other?.close()]);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const verified = async (token: string) => tokensOf().verify(token);

function tokensOf(url = issuer.url) {
  return staffTokens(discoverIssuer(url), { issuer: url, clientIds: [pageClientId, programClientId], scope });
}

const seconds = () => Math.floor(Date.now() / 1000);
const asProgram = (claims: Claims = {}) => ({
  iss: issuer.url,
  iat: seconds(),
  exp: seconds() + 600,
  token_use: 'access',
  client_id: programClientId,
  sub: programClientId,
  scope,
  ...claims,
});

/** The key that the issuer signs with, as it publishes it. */
const publicJwk = () => issuer.server.issuer.keys.toJSON()[0]!;

function bySecret(secret: string): Promise<string> {
  return new SignJWT(asProgram())
    .setProtectedHeader({ alg: 'HS256', kid: publicJwk().kid })
    .sign(new TextEncoder().encode(secret));
}

describe('a token of the login issuer', () => {
  test('is good for a program, which is named by its client', async () => {
    expect(await verified(await issuer.programToken())).toEqual(program);
  });

  test('is good for staff, named by the username, and their id token is not', async () => {
    const { access_token, id_token } = await issuer.userTokens();

    expect(await verified(access_token)).toEqual({ id: 'local-staff', name });
    expect(await verified(id_token)).toBeUndefined();
  });

  test('is good for reading alone with that scope, and for all with both', async () => {
    const readScope = `${scope}.read`;
    const signed = async (scopes: string) => verified(await issuer.signed({ scope: scopes }));

    expect(await signed(readScope)).toEqual({ ...program, readsOnly: true });
    expect(await signed(`${readScope} ${scope}`)).toEqual(program);
    expect(await signed(`${readScope}er`)).toBeUndefined();
  });

  test.each<[string, Claims]>([
    ['as the tests here make it', {}],
    ['with our client as its audience', { aud: programClientId }],
    ['with a client of ours in a list', { aud: [pageClientId] }],
    ['with our scope among others', { scope: `openid ${scope} email` }],
    ['named by the client where it names nobody', { sub: undefined }],
  ])('is good %s', async (_title, claims) => {
    expect(await verified(await issuer.signed(claims))).toEqual(program);
  });

  test.each<[string, Claims]>([
    ['is of another issuer', { iss: 'https://issuer.example.org' }],
    ['names no issuer', { iss: undefined }],
    ['has someone else as its audience', { aud: 'another-client' }],
    ['has someone else as its audience beside us', { aud: [programClientId, 'another-client'] }],
    ['is of another client', { client_id: 'another-client' }],
    ['is of a client with a longer name', { client_id: `${programClientId}-2` }],
    ['names no client', { client_id: undefined }],
    ['names several clients', { client_id: [programClientId] }],
    ['has expired', { exp: seconds() - 1 }],
    ['never expires', { exp: undefined }],
    ['is not valid yet', { nbf: seconds() + 600 }],
    ['has no scope', { scope: undefined }],
    ['has another scope', { scope: 'openid email' }],
    ['has a scope that begins as ours', { scope: `${scope}x` }],
    ['has a list of scopes', { scope: [scope] }],
    ['is an id token', { token_use: 'id' }],
    ['does not say what it is for', { token_use: undefined }],
  ])('is not taken where it %s', async (_title, claims) => {
    expect(await verified(await issuer.signed(claims))).toBeUndefined();
  });

  test('is not taken once someone changed it', async () => {
    const token = await issuer.signed({ scope: 'openid' });

    const wider = withPayload(token, (claims) => ({ ...claims, scope }));
    expect(await verified(wider)).toBeUndefined();
    expect(await verified(withPayload(token, (claims) => claims))).toBeUndefined();
  });

  test('is not taken with its signature cut off, cut short, or of another token', async () => {
    const token = await issuer.signed();
    const another = await issuer.signed({ sub: 'another' });
    const unsigned = token.slice(0, token.lastIndexOf('.') + 1);

    for (const forged of [unsigned, token.slice(0, -4), unsigned + another.split('.')[2]])
      expect(await verified(forged)).toBeUndefined();
  });
});

describe('what is no token of the issuer', () => {
  test.each([
    ['nothing', ''],
    ['garbage', 'not-a-token'],
    ['garbage in three parts', 'a.b.c'],
    ['more than any token', 'x'.repeat(100_000)],
    ['letters of no token', '\u0000🙂 <script>'],
  ])('is not taken: %s', async (_title, token) => {
    expect(await verified(token)).toBeUndefined();
  });

  test('is not taken from another issuer, whatever it says of itself', async () => {
    expect(await verified(await other.programToken())).toBeUndefined();
    expect(await verified(await other.signed({ iss: issuer.url }))).toBeUndefined();
  });

  test('is not taken without a signature', async () => {
    expect(await verified(new UnsecuredJWT(asProgram()).encode())).toBeUndefined();
  });

  test('is not taken where the issuer’s public key signed it as if it were a secret', async () => {
    const key = createPublicKey({ key: publicJwk(), format: 'jwk' });
    const pem = key.export({ type: 'spki', format: 'pem' }).toString();
    const secrets = [pem, pem.trim(), JSON.stringify(publicJwk()), publicJwk().n as string];

    for (const secret of secrets) expect(await verified(await bySecret(secret))).toBeUndefined();
  });

  test('is not taken where another key signed it under the name of the issuer’s', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const forged = await new SignJWT(asProgram())
      .setProtectedHeader({ alg: 'RS256', kid: publicJwk().kid })
      .sign(privateKey);

    expect(await verified(forged)).toBeUndefined();
  });

  test('is not taken from a key of the issuer’s that is for another algorithm', async () => {
    const several = await startIssuer();
    try {
      const { kid } = await several.server.issuer.keys.generate('ES256');
      const signedBy = (key: string | undefined) =>
        several.server.issuer.buildToken({
          kid: key,
          scopesOrTransform: (_header, payload) => void Object.assign(payload, asProgram({ iss: several.url })),
        });
      const rsa = several.server.issuer.keys.toJSON().find(({ alg }) => alg === 'RS256');

      expect(await tokensOf(several.url).verify(await signedBy(rsa?.kid))).toEqual(program);
      expect(await tokensOf(several.url).verify(await signedBy(kid))).toBeUndefined();
    } finally {
      await several.close();
    }
  });

  test('is not taken where it brings its own key along', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const forged = await new SignJWT(asProgram())
      .setProtectedHeader({ alg: 'RS256', jwk, jku: `${other.url}/jwks` })
      .sign(privateKey);

    expect(await verified(forged)).toBeUndefined();
  });
});

describe('an issuer that can’t be asked', () => {
  test('is no fault of the token: that is an error, until the issuer answers', async () => {
    const port = await freePort();
    const tokens = tokensOf(`http://localhost:${port}`);
    await expect(tokens.verify(await issuer.signed())).rejects.toThrow();

    const late = await startIssuer(port);
    try {
      expect(await tokens.verify(await late.programToken())).toEqual(program);
    } finally {
      await late.close();
    }
  });

  const [keys, discovery] = ['/jwks', '/.well-known/openid-configuration'];

  test.each([
    ['answers with an error for its keys', keys, 503, 'busy'],
    ['answers with something else for its keys', keys, 200, '{"error":"busy"}'],
    ['falls silent about its keys', keys, undefined, ''],
    ['falls silent about where they are', discovery, undefined, ''],
  ])('is no fault of the token where it %s', async (_title, path, status, content) => {
    const after = AbortSignal.timeout.bind(AbortSignal);
    const patience = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => after(ms / 20));
    let isBroken = true;
    const service = new OAuth2Server();
    await service.issuer.keys.generate('RS256');
    const server = createServer((request, response) => {
      if (isBroken && request.url === path) {
        if (status) response.writeHead(status).end(content);
      } else service.service.requestHandler(request, response);
    });
    const url = `http://localhost:${await listenOnLoopback(server)}`;
    service.issuer.url = url;
    const token = await service.issuer.buildToken({
      scopesOrTransform: (_header, payload) => void Object.assign(payload, asProgram({ iss: url })),
    });
    const tokens = tokensOf(url);
    try {
      const whileBroken = await tokens.verify(token).then(
        (staff) => ({ staff }),
        () => 'an error',
      );
      expect(whileBroken).toBe('an error');
      expect(new Set(patience.mock.calls.flat())).toEqual(new Set([5_000]));
      isBroken = false;
      patience.mockRestore();

      expect(await tokens.verify(token)).toEqual(program);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});

describe('an issuer with new keys', () => {
  test('is asked for them, at most every half minute', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const rotating = await startIssuer();
    try {
      const tokens = tokensOf(rotating.url);
      const before = await rotating.programToken();
      expect(await tokens.verify(before)).toEqual(program);

      const { kid } = await rotating.server.issuer.keys.generate('RS256');
      const claims = asProgram({ iss: rotating.url });
      const after = await rotating.server.issuer.buildToken({
        kid,
        scopesOrTransform: (_header, payload) => void Object.assign(payload, claims),
      });
      vi.setSystemTime(Date.now() + 31_000);

      expect(await tokens.verify(after)).toEqual(program);
      expect(await tokens.verify(before)).toEqual(program);
    } finally {
      await rotating.close();
    }
  });
});
