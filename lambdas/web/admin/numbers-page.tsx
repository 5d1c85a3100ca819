import type { Summary } from '../../core/list-filter.ts';
import { type Status, statuses } from '../../core/status.ts';
import { formatMoment } from '../../core/time.ts';
import { statusLabels } from './labels.ts';
import { linkTo, noCohort } from './list-query.ts';
import { StaffLayout, type StaffPageProps } from './staff-layout.tsx';

type Row = Record<Status, number> & { cohort: string | null; rest: boolean };

/** How many stand where, by cohort; made to be printed. */
export function NumbersPage({ summary, ...page }: StaffPageProps & { summary: Summary }) {
  const { all, cohorts, countedAt } = summary;
  return (
    <StaffLayout title="Numbers by cohort" {...page}>
      <section>
        <h1>Numbers by cohort</h1>
        <p class="quiet">
          {page.organization}, {formatMoment(countedAt, 'UTC')} UTC
        </p>
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">Cohort</th>
              {statuses.map((status) => (
                <th scope="col">{statusLabels[status]}</th>
              ))}
              <th scope="col">All</th>
            </tr>
          </thead>
          <tbody>
            {cohorts.map((row) => (
              <tr>
                <th scope="row">
                  {row.rest ? (
                    cohortLabel(row)
                  ) : (
                    <a href={linkTo({ cohort: row.cohort ?? noCohort })}>{cohortLabel(row)}</a>
                  )}
                </th>
                <Cells counts={row} />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">All</th>
              <Cells counts={all} />
            </tr>
          </tfoot>
        </table>
        <p class="row">
          <a href="/admin/numbers.csv">Download as CSV</a>
        </p>
      </section>
    </StaffLayout>
  );
}

function Cells({ counts }: { counts: Record<Status, number> }) {
  return (
    <>
      {statuses.map((status) => (
        <td data-label={statusLabels[status]}>{counts[status]}</td>
      ))}
      <td data-label="All">{sumOf(counts)}</td>
    </>
  );
}

/** The same rows for a spreadsheet. */
export function numbersTable({ all, cohorts }: Summary): Record<string, string | number>[] {
  const rows = [...cohorts, { ...all, cohort: 'All', rest: false }];
  return rows.map((row) => ({
    Cohort: cohortLabel(row),
    ...Object.fromEntries(statuses.map((status) => [statusLabels[status], row[status]])),
    All: sumOf(row),
  }));
}

function cohortLabel({ cohort, rest }: Pick<Row, 'cohort' | 'rest'>): string {
  return rest ? 'All other cohorts' : (cohort ?? 'Without a cohort');
}

function sumOf(counts: Record<Status, number>): number {
  return statuses.reduce((sum, status) => sum + counts[status], 0);
}
