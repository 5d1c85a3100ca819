import * as z from 'zod/mini';
import type { StaffSessions } from '../../services/ports.ts';
import { signedCookie } from './signed-cookie.ts';

const contentSchema = z.object({
  id: z.string(),
  name: z.string(),
  signedInMs: z.number(),
});

const sessionMinutes = 60;
const renewAfterMinutes = 10;
const maxSessionMs = 8 * 60 * 60 * 1000;

/**
 * Sessions that end an hour after the last request, and at the latest eight hours after signing in.
 */
export function staffSessions(key: string): StaffSessions {
  const sessions = signedCookie('staff-session', contentSchema, key);
  return {
    begin: (staff) => sessions.sign({ ...staff, signedInMs: Date.now() }, sessionMinutes),

    async resume(session) {
      const known = await sessions.verify(session);
      if (known === undefined) return undefined;
      const { id, name, signedInMs } = known.content;
      if (Date.now() - signedInMs > maxSessionMs) return undefined;
      const isDue = known.ageMinutes > renewAfterMinutes;
      const renewed = isDue
        ? await sessions.sign({ id, name, signedInMs }, sessionMinutes)
        : undefined;
      return { staff: { id, name }, renewed };
    },
  };
}
