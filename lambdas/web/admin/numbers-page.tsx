import type { Child } from 'hono/jsx';
import type { Summary } from '../../core/list-filter.ts';
import { statuses } from '../../core/status.ts';
import { formatMoment } from '../../core/time.ts';
import { noClass, statusLabels } from './labels.ts';
import { linkTo, noCohort } from './list-query.ts';
import { ColumnHeads, type StaffPage } from './staff-layout.tsx';

type NumbersRow = Record<string, string | number>;

/** How many stand where, by cohort; made to be printed. */
export function numbersPage(summary: Summary, organization: string): StaffPage {
  const { cohorts, countedAt } = summary;
  const rows = numbersTable(summary);
  const title = 'Numbers by class';
  const content = (
    <section>
      <h1>{title}</h1>
      <p class="quiet">
        {organization}, {formatMoment(countedAt, 'UTC')} UTC
      </p>
      <table class="numbers">
        <ColumnHeads names={Object.keys(rows[0] ?? {})} />
        <tbody>
          {cohorts.map(({ cohort, rest }, index) => {
            const { Class: name, ...counts } = rows[index] ?? {};
            return (
              <Numbers counts={counts}>
                {rest ? name : <a href={linkTo({ cohort: cohort ?? noCohort })}>{name}</a>}
              </Numbers>
            );
          })}
        </tbody>
        <tfoot>
          <Numbers counts={countsOf(summary.all)}>All</Numbers>
        </tfoot>
      </table>
      <p class="row">
        <a href="/admin/numbers.csv">Download as CSV</a>
      </p>
    </section>
  );
  return { title, content };
}

function Numbers({ counts, children }: { counts: NumbersRow; children: Child }) {
  return (
    <tr>
      <th scope="row">{children}</th>
      {Object.entries(counts).map(([label, count]) => (
        <td data-label={label}>{count}</td>
      ))}
    </tr>
  );
}

/** The rows, for the page and for a spreadsheet. */
export function numbersTable({ all, cohorts }: Summary): NumbersRow[] {
  return [
    ...cohorts.map(({ cohort, rest, ...counts }) => ({
      Class: rest ? 'All other classes' : (cohort ?? noClass),
      ...countsOf(counts),
    })),
    { Class: 'All', ...countsOf(all) },
  ];
}

function countsOf(counts: Summary['all']): NumbersRow {
  return {
    ...Object.fromEntries(statuses.map((status) => [statusLabels[status], counts[status]])),
    All: statuses.reduce((sum, status) => sum + counts[status], 0),
  };
}
