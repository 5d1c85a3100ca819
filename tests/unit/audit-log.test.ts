import { expect, it } from 'vitest';
import { withAuditLog } from '../../lambdas/adapters/dynamodb/audit-log.ts';
import { tombstoneOf } from '../../lambdas/core/candidate.ts';
import { confirmedLink, disownedLink } from '../../lambdas/core/pending-link.ts';
import { aCandidate, aPendingLink } from '../support/builders.ts';
import { memoryStore } from '../support/memory-store.ts';
import { now, stop } from '../support/steps.ts';

it('leaves a line for each candidate written and each content removed, which names nobody', async () => {
  const lines: object[] = [];
  const store = withAuditLog(memoryStore(), (event, fields) => lines.push({ event, ...fields }));
  const candidate = aCandidate({ id: 'c1' });

  await store.save(stop(candidate));
  expect(await store.save(candidate)).toBe(false);
  await store.save(tombstoneOf((await store.read('candidate', 'c1'))!, now));
  await store.save(aPendingLink({ id: 'l1' }));
  await store.save(confirmedLink(aPendingLink({ id: 'l2' }), now, aCandidate()));
  await store.save(disownedLink(aPendingLink({ id: 'l3' })));

  expect(lines).toEqual([
    { event: 'candidate-written', id: 'c1', emailState: 'unsubscribed' },
    { event: 'record-removed', type: 'candidate', id: 'c1' },
    { event: 'record-removed', type: 'pending-link', id: 'l3' },
  ]);
});
