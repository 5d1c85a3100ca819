import { areasOf, formatList } from '../../core/exam.ts';
import { numberedAttempts } from '../../core/status.ts';
import { formatDate, formatMoment } from '../../core/time.ts';
import type { CandidatePageProps } from './candidate-page.tsx';
import { historyLabel } from './labels.ts';

export function Attempts({ candidate, rules: { exam } }: CandidatePageProps) {
  const rows = numberedAttempts(candidate);
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="attempts">
      <h2 id="attempts">Attempts</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Attempt</th>
            <th scope="col">Application</th>
            <th scope="col">Lowest areas</th>
            <th scope="col">Recorded on</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ application, number, date, lowestAreas, recordedAt }) => (
            <tr>
              <th scope="row">
                {number}: {formatDate(date)}
              </th>
              <td data-label="Application">{application}</td>
              <td data-label="Lowest areas">
                {formatList(
                  areasOf(exam, lowestAreas).map(({ name }) => name),
                  'and',
                ) || '–'}
              </td>
              <td data-label="Recorded on">{formatMoment(recordedAt, candidate.timeZone)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function StaffHistory({ candidate, rules: { exam } }: CandidatePageProps) {
  const newestFirst = candidate.history.toReversed();
  const droppedEntries = candidate.dropped?.historyEntries ?? 0;
  return (
    <section aria-labelledby="history">
      <h2 id="history">Who did what</h2>
      {newestFirst.length === 0 && <p>Nobody of the staff has changed anything here.</p>}
      <ul class="cards">
        {newestFirst.map((entry) => (
          <li>
            <p>
              {historyLabel(entry, exam)}
              {'note' in entry && entry.note && ` “${entry.note}”`}
            </p>
            <p class="quiet">
              {entry.by}, {formatMoment(entry.at, candidate.timeZone)}
            </p>
          </li>
        ))}
      </ul>
      {droppedEntries > 0 && (
        <p class="quiet">Older entries we no longer keep: {droppedEntries}.</p>
      )}
    </section>
  );
}
