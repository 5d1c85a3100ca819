import type { Staff } from '../core/staff.ts';
import type { StaffLogin, StaffSession, StaffSessions } from './ports.ts';

type SessionDependencies = { sessions: StaffSessions; login: StaffLogin; newId: () => string };

const minuteMs = 60 * 1000;
const maxIdleMs = 60 * minuteMs;
const renewAfterMs = 5 * minuteMs;
export const maxSessionMs = 8 * 60 * minuteMs;

// All by the machine's clock, as the login issuer goes by it too.

/** The id of a new session, for the browser's cookie. */
export async function beginSession(
  { sessions, newId }: SessionDependencies,
  { staff, refreshToken }: Pick<StaffSession, 'staff' | 'refreshToken'>,
): Promise<string> {
  const [id, now] = [newId(), Date.now()];
  await sessions.save(id, { staff, refreshToken, signedInMs: now, renewedMs: now }, true);
  return id;
}

/** Undefined an hour after the last request, eight after signing in, or minutes after the account is disabled. */
export async function resumeSession({ sessions, login }: SessionDependencies, id: string): Promise<Staff | undefined> {
  const session = await sessions.read(id);
  const now = Date.now();
  if (session === undefined) return undefined;
  const { staff, signedInMs, renewedMs } = session;
  if (now - signedInMs >= maxSessionMs || now - renewedMs >= maxIdleMs) return undefined;
  if (now - renewedMs < renewAfterMs) return staff;
  const refreshToken = await login.renew(session.refreshToken);
  if (refreshToken === undefined) {
    await sessions.remove(id);
    return undefined;
  }
  await sessions.save(id, { ...session, refreshToken, renewedMs: now }, false);
  return staff;
}
