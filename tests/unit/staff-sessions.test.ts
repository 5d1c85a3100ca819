import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StaffLogin } from '../../lambdas/services/ports.ts';
import { beginSession, resumeSession } from '../../lambdas/services/staff-sessions.ts';
import { memorySessions } from '../support/memory-sessions.ts';

const staff = { id: 'sub-0001', name: 'dana@school.example' };
const start = Date.parse('2026-11-23T15:00:00.000Z');

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: start });
});

afterEach(() => {
  vi.useRealTimers();
});

/** The owner that a session has that many minutes after it began. */
async function aSession({ isDisabled = (): boolean => false } = {}) {
  const renewals: string[] = [];
  const login: StaffLogin = {
    begin: () => Promise.reject(new Error('Not called.')),
    finish: () => Promise.reject(new Error('Not called.')),
    endUrl: () => Promise.reject(new Error('Not called.')),
    async renew(refreshToken) {
      renewals.push(refreshToken);
      return isDisabled() ? undefined : `${refreshToken}+`;
    },
  };
  const dependencies = { sessions: memorySessions(), login, newId: () => 'id-1' };
  const id = await beginSession(dependencies, { staff, refreshToken: 'r' });
  return {
    id,
    renewals,
    sessions: dependencies.sessions,
    ownerAt(minutes: number) {
      vi.setSystemTime(start + minutes * 60_000);
      return resumeSession(dependencies, id);
    },
  };
}

describe('a session', () => {
  test('ends an hour after the last request', async () => {
    const { ownerAt } = await aSession();

    expect(await ownerAt(59)).toEqual(staff);
    expect(await ownerAt(118)).toEqual(staff);
    expect(await ownerAt(178)).toBeUndefined();
  });

  test('ends eight hours after signing in, however often it is used', async () => {
    const { ownerAt } = await aSession();
    for (let minute = 0; minute < 8 * 60; minute += 15)
      expect([minute, await ownerAt(minute)]).toEqual([minute, staff]);

    expect(await ownerAt(8 * 60)).toBeUndefined();
  });

  test('asks the issuer every five minutes, each time with the newest token', async () => {
    const { ownerAt, renewals } = await aSession();
    for (const minute of [1, 4.9, 5, 6, 9.9, 10]) await ownerAt(minute);

    expect(renewals).toEqual(['r', 'r+']);
  });

  test('ends within five minutes after the account is disabled, permanently', async () => {
    let isDisabled = false;
    const { ownerAt, id, sessions } = await aSession({ isDisabled: () => isDisabled });
    isDisabled = true;

    expect(await ownerAt(4)).toEqual(staff);
    expect(await ownerAt(5)).toBeUndefined();
    isDisabled = false;
    expect(await ownerAt(6)).toBeUndefined();
    expect(await sessions.read(id)).toBeUndefined();
  });

  test('ends by signing out, for whoever has a copy of the cookie', async () => {
    const { ownerAt, id, sessions } = await aSession();
    await sessions.remove(id);

    expect(await ownerAt(1)).toBeUndefined();
  });
});
