import type { Resent } from '../../services/resend-links.ts';
import { conflictSentence } from './labels.ts';
import { PersonLink, StaffLayout, type StaffPageProps } from './staff-layout.tsx';

/** To whom the link went again, and to whom not, and why. */
export function ResentPage({
  resent,
  hasMore,
  ...page
}: StaffPageProps & { resent: readonly Resent[]; hasMore: boolean }) {
  const sent = resent.filter(({ outcome }) => outcome.type === 'done').length;
  const others = resent.filter(({ outcome }) => outcome.type !== 'done');
  const title = sent === 0 ? 'No link goes out' : `The link goes out to ${sent}`;
  return (
    <StaffLayout title={title} {...page}>
      <section>
        <h1>{title}</h1>
        {sent > 0 && <p>It works for seven days from now.</p>}
        {hasMore && <p>These are the first {resent.length}. Choose a cohort to reach the others.</p>}
        {others.length > 0 && (
          <>
            <h2>Not sent to {others.length}</h2>
            <ul class="rows">
              {others.map(({ candidate, outcome }) => (
                <li>
                  <div>
                    <PersonLink candidate={candidate} />
                    <p>{reasonOf(outcome)}</p>
                  </div>
                </li>
              ))}
            </ul>
          </>
        )}
        <p>
          <a href="/admin?status=unconfirmed">Who has not confirmed</a>
        </p>
      </section>
    </StaffLayout>
  );
}

function reasonOf(outcome: Resent['outcome']): string {
  return outcome.type === 'conflict'
    ? conflictSentence(outcome.conflict)
    : 'There is no link to send any more. Enroll the student again.';
}
