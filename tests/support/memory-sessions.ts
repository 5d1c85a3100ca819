import type { StaffSession, StaffSessions } from '../../lambdas/services/ports.ts';

/** Staff sessions in memory; pass the same contract suite as the real ones. */
export function memorySessions(): StaffSessions {
  const sessions = new Map<string, StaffSession>();
  return {
    read: async (id) => structuredClone(sessions.get(id)),
    async save(id, session, isNew) {
      if (sessions.has(id) !== isNew) sessions.set(id, structuredClone(session));
    },
    async remove(id) {
      sessions.delete(id);
    },
  };
}
