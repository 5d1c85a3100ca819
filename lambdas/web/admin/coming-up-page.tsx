import { dateIn, formatDate, formatTime } from '../../core/time.ts';
import type { UpcomingEmail } from '../../services/coming-up.ts';
import { zoneName } from '../components/fields.tsx';
import { emailKindLabels, emailStateLabels } from './email-labels.ts';
import { PersonLink, Row, type StaffPage } from './staff-layout.tsx';

/** The emails of the next seven days: first those that won't go out, then all of them by day. */
export function comingUpPage(emails: readonly UpcomingEmail[], hasMore: boolean): StaffPage {
  const heldBack = emails.filter(({ candidate }) => candidate.emailState !== 'active');
  const going = emails.filter(({ candidate }) => candidate.emailState === 'active');
  const days = Map.groupBy(going, ({ candidate, at }) => dateIn(candidate.timeZone, at));
  const title = 'Coming up';
  const content = (
    <>
      <section>
        <h1>{title}</h1>
        <p>
          {going.length === 1 ? '1 email' : `${going.length} emails`} will go out in the next seven days
          {heldBack.length > 0 && `, and ${heldBack.length} won’t`}.
          {hasMore && ' These are for the first 200 students; there are more.'} Times are in each student’s time zone.
        </p>
      </section>
      {heldBack.length > 0 && (
        <section aria-labelledby="held-back" class="notice">
          <h2 id="held-back">Who won’t get theirs</h2>
          <ul class="rows">
            {heldBack.map(({ candidate, email, at }) => (
              <Row
                head={<PersonLink candidate={candidate} />}
                quiet={`${emailKindLabels[email.kind]} · ${formatDate(dateIn(candidate.timeZone, at))}`}
              >
                <p>{emailStateLabels[candidate.emailState]}</p>
              </Row>
            ))}
          </ul>
        </section>
      )}
      {[...days]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([day, ofDay]) => (
          <section>
            <h2>
              {formatDate(day)} <span class="count">{ofDay.length}</span>
            </h2>
            <ul class="rows tight">
              {ofDay.map(({ candidate, email, at }) => (
                <Row
                  head={
                    <>
                      {formatTime(at, candidate.timeZone)} <PersonLink candidate={candidate} />
                    </>
                  }
                  quiet={[emailKindLabels[email.kind], candidate.cohort, zoneName(candidate.timeZone)]
                    .filter(Boolean)
                    .join(' · ')}
                />
              ))}
            </ul>
          </section>
        ))}
    </>
  );
  return { title, content };
}
