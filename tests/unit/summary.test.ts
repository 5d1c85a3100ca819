import { describe, expect, it } from 'vitest';
import { summaryOf } from '../../lambdas/core/list-filter.ts';
import { statuses } from '../../lambdas/core/status.ts';

const at = '2026-11-23T15:00:00.000Z';
const inCohorts = (...cohorts: (string | undefined)[]) =>
  cohorts.map((cohort) => ({ status: 'waiting' as const, cohort }));
const rowsOf = (entries: Parameters<typeof summaryOf>[0]) =>
  summaryOf(entries, at).cohorts.map(({ cohort, rest, waiting }) => [cohort, rest, waiting]);

describe('the summary', () => {
  it('takes all spellings of a cohort for one, and names it as it was first met', () => {
    expect(rowsOf(inCohorts('Spring A', 'spring  a', 'SPRING A', 'Fall'))).toEqual([
      ['Fall', false, 1],
      ['Spring A', false, 3],
    ]);
  });

  it('has a row for those without a cohort, and no row where there is nobody', () => {
    expect(rowsOf(inCohorts(undefined, 'Fall', undefined))).toEqual([
      ['Fall', false, 1],
      [null, false, 2],
    ]);
    expect(rowsOf([])).toEqual([]);
  });

  it('has the 50 largest cohorts and one row for the rest, and its rows add up', () => {
    const classes = Array.from({ length: 49 }, (_, index) => `Class ${index}`);
    const invented = Array.from({ length: 6300 }, (_, index) => `${index}`.padStart(40, 'x'));
    const entries = inCohorts(undefined, ...invented, ...classes, ...classes).map((entry, index) => ({
      ...entry,
      status: statuses[index % statuses.length] ?? 'waiting',
    }));
    const { all, cohorts } = summaryOf(entries, at);

    expect(cohorts).toHaveLength(52);
    expect(cohorts.map(({ cohort }) => cohort)).toEqual(expect.arrayContaining(classes));
    expect(cohorts.at(-1)).toMatchObject({ cohort: null, rest: true });
    for (const status of statuses) expect(cohorts.reduce((sum, row) => sum + row[status], 0)).toBe(all[status]);
  });
});
