import type { Summary } from '../../core/list-filter.ts';
import { statuses } from '../../core/status.ts';
import { formatMoment } from '../../core/time.ts';
import { statusLabels } from './labels.ts';
import { linkTo, noCohort } from './list-query.ts';
import { StaffLayout, type StaffPageProps } from './staff-layout.tsx';

type Row = Record<string, string | number>;

/** How many stand where, by cohort; made to be printed. */
export function NumbersPage({ summary, ...page }: StaffPageProps & { summary: Summary }) {
  const { cohorts, countedAt } = summary;
  const rows = numbersTable(summary);
  const columns = Object.keys(rows[0] ?? {});
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
              {columns.map((column) => (
                <th scope="col">{column}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, -1).map((row, index) => (
              <tr>
                <th scope="row">
                  {cohorts[index]?.rest ? (
                    row.Cohort
                  ) : (
                    <a href={linkTo({ cohort: cohorts[index]?.cohort ?? noCohort })}>{row.Cohort}</a>
                  )}
                </th>
                <Cells row={row} />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">All</th>
              <Cells row={rows.at(-1) ?? {}} />
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

function Cells({ row }: { row: Row }) {
  return Object.entries(row)
    .slice(1)
    .map(([label, count]) => <td data-label={label}>{count}</td>);
}

/** The rows, for the page and for a spreadsheet. */
export function numbersTable({ all, cohorts }: Summary): Row[] {
  return [...cohorts, { ...all, cohort: 'All', rest: false }].map(({ cohort, rest, ...counts }) => ({
    Cohort: rest ? 'All other cohorts' : (cohort ?? 'Without a cohort'),
    ...Object.fromEntries(statuses.map((status) => [statusLabels[status], counts[status]])),
    All: statuses.reduce((sum, status) => sum + counts[status], 0),
  }));
}
