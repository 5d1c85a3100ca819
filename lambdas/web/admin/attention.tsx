import { intlFormatDistance } from 'date-fns';
import type { Candidate, Flag } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { raisedFlags } from '../../core/flags.ts';
import type { ListPage } from '../../core/list-filter.ts';
import { lastNote } from '../../core/notes.ts';
import { latestAttempt } from '../../core/status.ts';
import { dateIn, formatShortDate, type Instant } from '../../core/time.ts';
import { TextField } from '../components/fields.tsx';
import { type FormState, formState } from '../components/form-state.ts';
import { flagAdvice, flagButton, flagLabel } from './labels.ts';
import { linkTo } from './list-query.ts';
import { PersonLink } from './staff-layout.tsx';

/** Those with one flag, as far as they are shown. */
export type Flagged = { flag: Flag; page: ListPage };

/** Who needs attention, by the kind of it, each with what to do about it in place. */
export function Attention({ kinds, exam, now }: { kinds: readonly Flagged[]; exam: Exam; now: Instant }) {
  const raised = kinds.filter(({ page }) => page.candidates.length > 0);
  return (
    <section aria-labelledby="attention">
      <h2 id="attention">Needs your attention</h2>
      {raised.length === 0 && <p>Nobody at the moment.</p>}
      {raised.map(({ flag, page }) => (
        <>
          <h3>
            {flagLabel(flag, exam)} <span class="count">{countOf(page)}</span>
          </h3>
          <FlaggedRows flag={flag} candidates={page.candidates} now={now} returnTo="overview" />
          {page.next && (
            <p>
              <a href={linkTo({ flag })}>
                All {countOf(page)} <span class="unseen">with: {flagLabel(flag, exam)}</span>
              </a>
            </p>
          )}
        </>
      ))}
    </section>
  );
}

/** One row each, with a note and a button that puts the flag aside. */
export function FlaggedRows({
  flag,
  candidates,
  now,
  returnTo,
}: {
  flag: Flag;
  candidates: readonly Candidate[];
  now: Instant;
  returnTo: PutAsideProps['returnTo'];
}) {
  return (
    <ul class="rows">
      {candidates.map((candidate) => {
        const note = lastNote(candidate);
        return (
          <li>
            <div>
              <PersonLink candidate={candidate} />{' '}
              <span class="quiet">{[flagFact(candidate, flag, now), candidate.cohort].filter(Boolean).join(', ')}</span>
              {note && (
                <p class="quiet">
                  “{note.note}” {note.by}, {formatShortDate(dateIn(candidate.timeZone, note.at))}
                </p>
              )}
            </div>
            <PutAside candidate={candidate} flag={flag} returnTo={returnTo} />
          </li>
        );
      })}
    </ul>
  );
}

/** What a row says about a flag. */
function flagFact(candidate: Candidate, flag: Flag, now: Instant): string {
  const { email, emails, refusedAttempt, enrollment, timeZone, createdAt } = candidate;
  switch (flag) {
    case 'third-attempt-used':
      return `exam on ${formatShortDate(latestAttempt(candidate)?.date ?? now.slice(0, 10))}`;
    case 'email-bounced':
    case 'email-complained':
      return email;
    case 'email-failed':
      return emails.some(({ state, kind }) => state === 'failed' && kind === 'staff-notice')
        ? 'notice to your own address'
        : `to ${email}`;
    case 'attempt-refused':
      return `attempt ${refusedAttempt?.number} on ${formatShortDate(refusedAttempt?.date ?? now.slice(0, 10))}`;
    case 'not-confirmed':
      return `enrolled ${formatShortDate(dateIn(timeZone, enrollment ? createdAt : now))}`;
  }
}

type PutAsideProps = {
  candidate: Candidate;
  flag: Flag;
  /** The page to show afterwards. */
  returnTo: 'overview' | 'list' | 'candidate';
  invalid?: FormState | undefined;
};

function PutAside({ candidate, flag, returnTo, invalid }: PutAsideProps) {
  const form = acknowledgeForm(candidate.id, flag);
  return (
    <form class="inline beside" method="post" action={`/admin/candidates/${candidate.id}/flags/${flag}/acknowledge`}>
      <input type="hidden" name="returnTo" value={returnTo} />
      <TextField state={formState(form, invalid)} name="note" label="Note" />
      <button type="submit" class="second small">
        {flagButton(flag)}
        <span class="unseen">: {candidate.name}</span>
      </button>
    </form>
  );
}

/** The flags on a candidate's own page, each with what it means. */
export function OwnFlags({
  candidate,
  exam,
  now,
  invalid,
}: Omit<PutAsideProps, 'flag' | 'returnTo'> & { exam: Exam; now: Instant }) {
  const raised = raisedFlags(candidate, exam).filter(({ since }) => since <= now);
  if (raised.length === 0) return null;
  return (
    <section aria-labelledby="attention" class="notice">
      <h2 id="attention">Needs your attention</h2>
      {raised.map(({ flag, since }) => (
        <div class="flag">
          <p>
            <strong>{flagLabel(flag, exam)}</strong>{' '}
            <span class="quiet">{intlFormatDistance(since, now, { locale: 'en-US' })}</span>
          </p>
          <p>{flagAdvice(flag, candidate, exam)}</p>
          <PutAside candidate={candidate} flag={flag} returnTo="candidate" invalid={invalid} />
        </div>
      ))}
    </section>
  );
}

/** "23", or that there are more than are counted. */
export function countOf({ candidates, total }: ListPage): string {
  if (total === null) return 'more than 1,000';
  return String(total ?? candidates.length);
}

/** The id of a flag's form, unique on a page with several. */
export function acknowledgeForm(candidateId: string, flag: Flag): string {
  return `${candidateId}-${flag}`;
}
