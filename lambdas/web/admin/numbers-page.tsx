import type { Child } from 'hono/jsx';
import { type Counts, type Summary, sizeOf } from '../../core/list-filter.ts';
import { statuses } from '../../core/status.ts';
import { formatMoment } from '../../core/time.ts';
import { noClass, statusLabels } from './labels.ts';
import { linkTo, noCohort } from './list-query.ts';
import { ColumnHeads, type StaffPage } from './staff-layout.tsx';

/** How many stand where, by cohort; made to be printed. */
export function numbersPage({ all, cohorts, countedAt }: Summary, organization: string): StaffPage {
  const title = 'Numbers by class';
  const content = (
    <section>
      <h1>{title}</h1>
      <p class="quiet">
        {organization}, {formatMoment(countedAt, 'UTC')} UTC
      </p>
      <table class="numbers">
        <ColumnHeads names={['Class', ...statuses.map((status) => statusLabels[status]), 'All']} />
        <tbody>
          {cohorts.map(({ cohort, rest, ...counts }) => (
            <Numbers counts={counts}>
              {rest ? 'All other classes' : <a href={linkTo({ cohort: cohort ?? noCohort })}>{cohort ?? noClass}</a>}
            </Numbers>
          ))}
        </tbody>
        <tfoot>
          <Numbers counts={all}>All</Numbers>
        </tfoot>
      </table>
    </section>
  );
  return { title, content };
}

function Numbers({ counts, children }: { counts: Counts; children: Child }) {
  return (
    <tr>
      <th scope="row">{children}</th>
      {statuses.map((status) => (
        <td data-label={statusLabels[status]}>{counts[status]}</td>
      ))}
      <td data-label="All">{sizeOf(counts)}</td>
    </tr>
  );
}
