import { errors, jwtVerify, SignJWT } from 'jose';
import type * as z from 'zod/mini';

/** Signs cookie content, and accepts only content signed for the same purpose. */
export function signedCookie<T extends Record<string, unknown>>(
  purpose: string,
  schema: z.ZodMiniType<T>,
  key: string,
) {
  const secret = new TextEncoder().encode(key);
  return {
    sign(content: T, minutes: number): Promise<string> {
      return new SignJWT(content)
        .setProtectedHeader({ alg: 'HS256' })
        .setAudience(purpose)
        .setIssuedAt()
        .setExpirationTime(`${minutes}m`)
        .sign(secret);
    },

    async verify(cookie: string): Promise<{ content: T; ageMinutes: number } | undefined> {
      try {
        const { payload } = await jwtVerify(cookie, secret, {
          audience: purpose,
          algorithms: ['HS256'],
          requiredClaims: ['exp', 'iat'],
        });
        const ageMinutes = (Date.now() / 1000 - (payload.iat ?? 0)) / 60;
        const content = schema.safeParse(payload);
        return content.success ? { content: content.data, ageMinutes } : undefined;
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}
