import type { ConfirmationTotals } from '../../lambdas/core/confirmation-hold.ts';
import { hourOf } from '../../lambdas/core/time.ts';
import type { ConfirmationCounter } from '../../lambdas/services/ports.ts';

/** Totals in memory; pass the same contract suite as the real ones. */
export function memoryConfirmations(): ConfirmationCounter {
  const counted: { what: keyof ConfirmationTotals; hour: number }[] = [];
  return {
    async count(what, now) {
      counted.push({ what, hour: hourOf(now) });
    },
    async lastDay(now) {
      const recent = counted.filter(({ hour }) => hour > hourOf(now) - 24 && hour <= hourOf(now));
      const sum = (wanted: string) => recent.filter(({ what }) => what === wanted).length;
      return { sent: sum('sent'), bounced: sum('bounced'), complained: sum('complained') };
    },
  };
}
