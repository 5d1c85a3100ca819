import type { Candidate } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { numberedAttempts } from '../../core/status.ts';
import { formatDate, formatMoment, type Instant } from '../../core/time.ts';
import { ActionForm } from '../components/candidate-actions.tsx';
import { TextField } from '../components/fields.tsx';
import { formState } from '../components/form-state.ts';
import type { CandidatePageProps } from './candidate-page.tsx';
import { staffAction } from './candidate-page-actions.tsx';
import { historyLabel } from './labels.ts';

type Entry = { at: Instant; what: string; note?: string | undefined; by: string };

/** Notes, what staff did and what the candidate told us, newest first. */
export function StaffHistory({ candidate, rules: { exam }, invalid }: CandidatePageProps) {
  const target = staffAction('notes', candidate);
  const droppedEntries = candidate.dropped?.historyEntries ?? 0;
  return (
    <section aria-labelledby="history">
      <h2 id="history">Notes and history</h2>
      <div class="add-note">
        <ActionForm target={target} button="Add the note">
          <TextField state={formState(target.form, invalid)} name="note" label="Note" />
        </ActionForm>
      </div>
      <ul class="rows">
        {timelineOf(candidate, exam).map(({ at, what, note, by }) => (
          <li>
            <div>
              <p>
                {what}
                {note && <strong> “{note}”</strong>}
              </p>
              <p class="quiet">
                {by}, {formatMoment(at, candidate.timeZone)}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {droppedEntries > 0 && <p class="quiet">Older entries we no longer keep: {droppedEntries}.</p>}
    </section>
  );
}

function timelineOf(candidate: Candidate, exam: Exam): Entry[] {
  const byStaff = candidate.history.map((entry) => ({
    at: entry.at,
    by: entry.by,
    what: entry.action === 'note-added' ? '' : historyLabel(entry, exam),
    note: 'note' in entry ? entry.note : undefined,
  }));
  // What staff recorded has the moment of their entry.
  const byCandidate = toldBy(candidate).filter(({ at }) => byStaff.every((entry) => entry.at !== at));
  return [...byCandidate, ...byStaff].toSorted((one, other) => other.at.localeCompare(one.at));
}

function toldBy(candidate: Candidate): Entry[] {
  const { applications, createdAt, refusedAttempt, enrollment } = candidate;
  const by = 'The candidate';
  const told: (Omit<Entry, 'at' | 'by'> & { at: Instant | undefined })[] = [
    { at: enrollment ? undefined : createdAt, what: 'Signed up.' },
    ...applications.map(({ startedAt }) => ({ at: startedAt, what: 'Started a new application.' })),
    ...numberedAttempts(candidate).map(({ number, date, recordedAt }) => ({
      at: recordedAt,
      what: `Reported attempt ${number} on ${formatDate(date)}.`,
    })),
    ...applications.map(({ passedAt }) => ({ at: passedAt, what: 'Passed.' })),
    {
      at: refusedAttempt?.at,
      what: `Reported attempt ${refusedAttempt?.number}, which was not recorded.`,
    },
  ];
  return told.toReversed().flatMap(({ at, ...entry }) => (at === undefined ? [] : [{ ...entry, at, by }]));
}
