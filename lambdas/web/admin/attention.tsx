import { intlFormatDistance } from 'date-fns/intlFormatDistance';
import type { Candidate, Flag } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { raisedFlags } from '../../core/flags.ts';
import type { ListPage } from '../../core/list-filter.ts';
import { lastNote } from '../../core/notes.ts';
import { dateIn, formatShortDate, type Instant } from '../../core/time.ts';
import { TextField } from '../components/fields.tsx';
import { type FormState, formState } from '../components/form-state.ts';
import { flagButton, flagLabel, flagTexts } from './labels.ts';
import { linkTo } from './list-query.ts';
import { PersonLink, Row } from './staff-layout.tsx';

/** Those with one flag, as far as they are shown. */
export type Flagged = { flag: Flag; page: ListPage };

/** Who needs attention, by the kind of it, each with what to do about it in place. */
export function Attention({ kinds, exam }: { kinds: readonly Flagged[]; exam: Exam }) {
  const raised = kinds.filter(({ page }) => page.candidates.length > 0);
  return (
    <section aria-labelledby="attention">
      <h2 id="attention">Needs your attention</h2>
      {raised.length === 0 && <p>No students right now.</p>}
      {raised.map(({ flag, page }) => (
        <>
          <h3>
            {flagLabel(flag, exam)} <span class="count">{countOf(page)}</span>
          </h3>
          <FlaggedRows flag={flag} candidates={page.candidates} exam={exam} returnTo="overview" />
          {page.next && (
            <p>
              <a href={linkTo({ flag })}>
                Show all {countOf(page)} <span class="unseen">with: {flagLabel(flag, exam)}</span>
              </a>
            </p>
          )}
        </>
      ))}
    </section>
  );
}

type RowsProps = { flag: Flag; candidates: readonly Candidate[]; exam: Exam; returnTo: PutAsideProps['returnTo'] };

/** One row each, with a note and a button that puts the flag aside. */
export function FlaggedRows({ flag, candidates, exam, returnTo }: RowsProps) {
  return (
    <ul class="rows">
      {candidates.map((candidate) => {
        const { fact } = flagTexts[flag](candidate, exam);
        const note = lastNote(candidate);
        return (
          <Row
            head={<PersonLink candidate={candidate} />}
            quiet={[fact, candidate.cohort].filter(Boolean).join(' · ')}
            action={<PutAside candidate={candidate} flag={flag} returnTo={returnTo} />}
          >
            {note && (
              <p class="quiet">
                “{note.note}” {note.by}, {formatShortDate(dateIn(candidate.timeZone, note.at))}
              </p>
            )}
          </Row>
        );
      })}
    </ul>
  );
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
    <form class="beside" method="post" action={`/admin/candidates/${candidate.id}/flags/${flag}/acknowledge`}>
      <input type="hidden" name="returnTo" value={returnTo} />
      <TextField state={formState(form, invalid)} name="note" label="Note" />
      <button type="submit" class="second small">
        {flagButton(flag)}
        <span class="unseen">: {candidate.name}</span>
      </button>
    </form>
  );
}

type OwnFlagsProps = Pick<PutAsideProps, 'candidate' | 'invalid'> & { exam: Exam; now: Instant };

/** The flags on a candidate's own page, each with what it means. */
export function OwnFlags({ candidate, exam, now, invalid }: OwnFlagsProps) {
  const raised = raisedFlags(candidate, exam).filter(({ since }) => since <= now);
  if (raised.length === 0) return null;
  return (
    <section aria-labelledby="attention" class="notice">
      <h2 id="attention">Needs your attention</h2>
      {raised.map(({ flag, since }) => (
        <div class="flag">
          <p>
            <strong>{flagLabel(flag, exam)}</strong>{' '}
            <span class="quiet">flagged {intlFormatDistance(since, now, { locale: 'en-US' })}</span>
          </p>
          <p>{flagTexts[flag](candidate, exam).advice}</p>
          <PutAside candidate={candidate} flag={flag} returnTo="candidate" invalid={invalid} />
        </div>
      ))}
    </section>
  );
}

/** "23", or that there are more than are counted. */
export function countOf({ candidates, total }: ListPage): string {
  return total === null ? 'more than 1,000' : String(total ?? candidates.length);
}

/** The id of a flag's form, unique on a page with several. */
export function acknowledgeForm(candidateId: string, flag: Flag): string {
  return `${candidateId}-${flag}`;
}
