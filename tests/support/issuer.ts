import { afterAll, beforeAll } from 'vitest';
import { localStaff, startIssuer as startLocalIssuer } from '../../bin/local/login-issuer.ts';

export type Claims = Record<string, unknown>;

export type Issuer = Awaited<ReturnType<typeof startIssuer>>;

/** The login issuer of `npm start`. */
export async function startIssuer(port?: number) {
  const server = await startLocalIssuer(port, '127.0.0.1');
  const url = `http://localhost:${server.address().port}`;

  async function tokensFor(grant: Record<string, string>) {
    const response = await fetch(`${url}/token`, { method: 'POST', body: new URLSearchParams(grant) });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { access_token: string; id_token: string };
  }

  return {
    url,
    server,
    /** What a program of the staff gets. */
    programToken: async () => (await tokensFor({ grant_type: 'client_credentials' })).access_token,
    /** What someone of the staff gets, for the API and about themselves. */
    userTokens: () => tokensFor({ grant_type: 'authorization_code', client_id: localStaff.pageClientId }),
    /** A token that the issuer's own key signs, whatever it says; a claim that is undefined is left out. */
    signed: (claims: Claims = {}) =>
      server.issuer.buildToken({
        scopesOrTransform: (_header, payload) =>
          void Object.assign(payload, {
            token_use: 'access',
            client_id: localStaff.programClientId,
            sub: localStaff.programClientId,
            scope: localStaff.scope,
            ...claims,
          }),
      }),
    async close() {
      if (server.listening) await server.stop();
    },
  };
}

/** An issuer for all tests of a file, there from their `beforeAll` on. */
export function issuerForAll(): Issuer {
  const issuer = {} as Issuer;
  beforeAll(async () => void Object.assign(issuer, await startIssuer()));
  afterAll(() => issuer.close());
  return issuer;
}
