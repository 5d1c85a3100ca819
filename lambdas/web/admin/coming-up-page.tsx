import { dateIn, formatDate, formatTime } from '../../core/time.ts';
import type { UpcomingEmail } from '../../services/coming-up.ts';
import { zoneName } from '../components/fields.tsx';
import { emailKindLabels, emailStateLabels } from './labels.ts';
import { PersonLink, StaffLayout, type StaffPageProps } from './staff-layout.tsx';

type Props = StaffPageProps & { emails: readonly UpcomingEmail[]; hasMore: boolean };

/** The emails of the next seven days: first those that will be held back, then all of them by day. */
export function ComingUpPage({ emails, hasMore, ...page }: Props) {
  const heldBack = emails.filter((email) => email.heldBack);
  const going = emails.filter((email) => !email.heldBack);
  const days = Map.groupBy(going, ({ candidate, at }) => dateIn(candidate.timeZone, at));
  const inOrder = [...days].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return (
    <StaffLayout title="Coming up" {...page}>
      <section>
        <h1>Coming up</h1>
        <p>
          {countText(going.length)} in the next seven days
          {heldBack.length > 0 && <>, and {heldBack.length} will be held back</>}.
          {hasMore && ' These are the first 200 people; there are more.'} Hours are each candidate’s own.
        </p>
      </section>
      {heldBack.length > 0 && (
        <section aria-labelledby="held-back" class="notice">
          <h2 id="held-back">Who will not get theirs</h2>
          <ul class="rows">
            {heldBack.map(({ candidate, email, at, heldBack: reason }) => (
              <li>
                <div>
                  <PersonLink candidate={candidate} />{' '}
                  <span class="quiet">
                    {emailKindLabels[email.kind]}, {formatDate(dateIn(candidate.timeZone, at))}
                  </span>
                  <p>{reason && emailStateLabels[reason]}</p>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
      {inOrder.map(([day, ofDay]) => (
        <section>
          <h2>
            {formatDate(day)} <span class="count">{ofDay.length}</span>
          </h2>
          <ul class="rows tight">
            {ofDay.map(({ candidate, email, at }) => (
              <li>
                <div>
                  {formatTime(at, candidate.timeZone)} <PersonLink candidate={candidate} />{' '}
                  <span class="quiet">
                    {emailKindLabels[email.kind]}
                    {candidate.cohort && `, ${candidate.cohort}`}, {zoneName(candidate.timeZone)}
                  </span>
                </div>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </StaffLayout>
  );
}

function countText(count: number): string {
  return count === 1 ? '1 email goes out' : `${count} emails go out`;
}
