import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { AuthorizationServer } from 'oauth4webapi';
import * as z from 'zod/mini';
import type { StaffTokens } from '../../services/ports.ts';

const claimsSchema = z.object({
  token_use: z.literal('access'),
  client_id: z.string(),
  scope: z.string(),
  sub: z.optional(z.string()),
  username: z.optional(z.string()),
});

export type StaffTokenSettings = {
  issuer: string;
  clientIds: readonly string[];
  /** The scope that a token must have. With `.read` appended, the token is read-only. */
  scope: string;
};

/** Verifies Amazon Cognito's access tokens, which have an audience only if the client requested one. */
export function staffTokens(
  server: () => Promise<AuthorizationServer>,
  { issuer, clientIds, scope }: StaffTokenSettings,
): StaffTokens {
  let keys: JWTVerifyGetKey | undefined;

  return {
    async verify(token) {
      keys ??= createRemoteJWKSet(new URL((await server()).jwks_uri ?? ''));
      try {
        const { payload } = await jwtVerify(token, keys, { issuer, algorithms: ['RS256'], requiredClaims: ['exp'] });
        const parsed = claimsSchema.safeParse(payload);
        if (!parsed.success) return undefined;
        const { sub, username, client_id } = parsed.data;
        const audience = [payload.aud ?? []].flat();
        const scopes = parsed.data.scope.split(' ');
        const readsOnly = !scopes.includes(scope);
        const isForUs =
          [client_id, ...audience].every((client) => clientIds.includes(client)) &&
          (!readsOnly || scopes.includes(`${scope}.read`));
        if (!isForUs) return undefined;
        const staff = { id: sub ?? client_id, name: username ?? client_id };
        return readsOnly ? { ...staff, readsOnly } : staff;
      } catch (error) {
        if (isKeyFetchFailure(error)) throw error;
        return undefined;
      }
    },
  };
}

/** Whether the issuer's keys could not be loaded, which says nothing about the token. */
function isKeyFetchFailure(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  // jose uses the generic code if the response contains no keys.
  return ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'].includes(error.code);
}
