import { addMilliseconds } from 'date-fns/addMilliseconds';
import type { Instant } from '../../lambdas/core/time.ts';
import type { Clock } from '../../lambdas/services/ports.ts';

export function settableClock(): { now: Clock; set: (to: Instant) => void } {
  let aheadMs = 0;
  return {
    now: () => addMilliseconds(Date.now(), aheadMs).toISOString(),
    set: (to) => {
      aheadMs = Date.parse(to) - Date.now();
    },
  };
}
