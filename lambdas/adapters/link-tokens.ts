import { errors, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod/mini';
import type { LinkTokens, TokenPurpose, Verdict } from '../services/ports.ts';

export type LinkKeys = {
  /** The first key signs; any of them verifies. */
  signing: readonly string[];
  /** Never changes, because the tokens it signs never expire. */
  unsubscribe: string;
};

const algorithm = 'HS256';
const claimsSchema = z.object({ sub: z.string(), series: z.optional(z.int()) });

/** JWTs signed with HMAC SHA-256; the audience is the purpose. */
export function linkTokens({ signing, unsubscribe }: LinkKeys): LinkTokens {
  // Imported once here, because jose would import the key for every token.
  const keys = { signing: signing.map(secret), unsubscribe: [secret(unsubscribe)] };

  return {
    async sign(purpose, { id, series, expiresAt }) {
      const token = new SignJWT({ series }).setProtectedHeader({ alg: algorithm }).setSubject(id).setAudience(purpose);
      if (expiresAt) token.setExpirationTime(new Date(expiresAt));
      const [key] = keysFor(purpose);
      if (key === undefined) throw new Error('No signing key is configured.');
      return token.sign(await key);
    },

    async verify(purpose, token, now): Promise<Verdict> {
      for (const key of keysFor(purpose)) {
        try {
          const { payload } = await jwtVerify(token, await key, {
            audience: purpose,
            algorithms: [algorithm],
            currentDate: new Date(now),
          });
          const { sub: id, series } = claimsSchema.parse(payload);
          return { type: 'good', id, series };
        } catch (error) {
          if (error instanceof errors.JWTExpired) return { type: 'expired' };
        }
      }
      return { type: 'bad' };
    },
  };

  function keysFor(purpose: TokenPurpose) {
    return purpose === 'unsubscribe' ? keys.unsubscribe : keys.signing;
  }
}

function secret(key: string) {
  const bytes = new TextEncoder().encode(key);
  const use = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', bytes, use, false, ['sign', 'verify']);
}
