import { expect, it } from 'vitest';
import { withAuditLog } from '../../lambdas/adapters/dynamodb/audit-log.ts';
import { newCandidate } from '../../lambdas/core/candidate.ts';
import { memoryStore } from '../support/memory-store.ts';

const at = '2026-11-23T15:00:00.000Z';
const candidate = newCandidate(
  'c1',
  {
    name: 'Ana Flores',
    email: 'ana@example.com',
    membership: 'member',
    timeZone: 'UTC',
    cohort: undefined,
  },
  at,
);

it('leaves a line for each candidate written and each record removed, which names nobody', async () => {
  const lines: object[] = [];
  const store = withAuditLog(memoryStore(), (event, fields) => lines.push({ event, ...fields }));

  await store.save({ ...candidate, emailState: 'unsubscribed' });
  expect(await store.save(candidate)).toBe(false);
  await store.remove(candidate);

  expect(lines).toEqual([
    { event: 'candidate-written', id: 'c1', emailState: 'unsubscribed' },
    { event: 'record-removed', type: 'candidate', id: 'c1' },
  ]);
});
