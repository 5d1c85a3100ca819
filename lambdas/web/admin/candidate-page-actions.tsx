import { entryKey, lastEntry } from '../../core/attempts.ts';
import { bookedDate } from '../../core/booking.ts';
import type { Candidate } from '../../core/candidate.ts';
import { latestAttempt, retakeDate, statusOf } from '../../core/status.ts';
import {
  Action,
  ActionButton,
  ActionForm,
  type ActionTarget,
  BookedForm,
  RecordAttemptForm,
  undoLabels,
} from '../components/candidate-actions.tsx';
import { TextField } from '../components/fields.tsx';
import { formState } from '../components/form-state.ts';
import type { CandidatePageProps } from './candidate-page.tsx';

export function staffAction(form: string, { id }: Candidate): ActionTarget {
  return { form, url: `/admin/candidates/${id}/${form}` };
}

/** What happened to the candidate, to be recorded here, and taken back as easily. */
export function Actions(props: CandidatePageProps) {
  const { candidate, rules, now } = props;
  const { enrollment, bouncedAt, complainedAt } = candidate;
  const status = statusOf(candidate, rules.exam, now);
  if (enrollment && !bouncedAt && !complainedAt && !props.invalid) return null;
  return (
    <section aria-labelledby="actions">
      <h2 id="actions">Record what happened</h2>
      <RecordAttempt {...props} />
      <Booked {...props} />
      <div class="buttons">
        {status !== 'passed' && status !== 'unconfirmed' && (
          <ActionButton target={staffAction('passed', candidate)}>Mark as passed</ActionButton>
        )}
        {(latestAttempt(candidate) !== undefined || status === 'passed') && (
          <ActionButton target={staffAction('new-application', candidate)} look="second">
            Start a new application
          </ActionButton>
        )}
        <Undo {...props} />
      </div>
      <ClearBounce {...props} />
      <ClearComplaint {...props} />
    </section>
  );
}

function RecordAttempt({ candidate, rules: { exam }, now, invalid }: CandidatePageProps) {
  const target = staffAction('attempts', candidate);
  const isOpen = ['waiting', 'can-retake', 'no-attempt'].includes(statusOf(candidate, exam, now));
  if (!isOpen && invalid?.form !== target.form) return null;
  return (
    <Action target={target} invalid={invalid} summary="Record an attempt">
      <RecordAttemptForm
        target={target}
        invalid={invalid}
        candidate={candidate}
        exam={exam}
        dateLabel="Date of the exam"
      />
    </Action>
  );
}

function Booked({ candidate, rules: { exam }, invalid }: CandidatePageProps) {
  const target = staffAction('booked', candidate);
  const isAhead = retakeDate(candidate, exam) !== undefined && !candidate.enrollment;
  if (!isAhead && invalid?.form !== target.form) return null;
  const examDate = bookedDate(candidate, exam);
  return (
    <Action target={target} invalid={invalid} summary={examDate ? 'Change the booked exam' : 'Record a booked exam'}>
      <BookedForm
        target={target}
        invalid={invalid}
        booked={examDate}
        labels={{ date: 'Day of the exam', none: 'Take the booking back' }}
      />
    </Action>
  );
}

function Undo({ candidate, invalid }: CandidatePageProps) {
  const target = staffAction('undo', candidate);
  const entry = candidate.enrollment ? undefined : lastEntry(candidate);
  if (entry === undefined)
    return invalid?.form === target.form ? (
      <p class="error" id="undo-undo">
        {Object.values(invalid.fieldErrors).join(' ')}
      </p>
    ) : null;
  return (
    <ActionButton target={{ ...target, hidden: { entry: entryKey(entry) } }} look="second">
      {undoLabels(entry, latestAttempt(candidate)?.number).staff}
    </ActionButton>
  );
}

function ClearBounce({ candidate, invalid }: CandidatePageProps) {
  if (candidate.bouncedAt === undefined) return null;
  const target = staffAction('clear-bounce', candidate);
  return (
    <Action target={target} invalid={invalid} summary="Clear the bounce">
      <p>Only when you know that {candidate.email} takes mail again. We then write to it.</p>
      <ActionButton target={target} look="second">
        Clear the bounce
      </ActionButton>
    </Action>
  );
}

function ClearComplaint({ candidate, invalid }: CandidatePageProps) {
  if (candidate.complainedAt === undefined) return null;
  const target = staffAction('clear-complaint', candidate);
  return (
    <Action target={target} invalid={invalid} summary="Clear the spam report">
      <p>
        Only when the candidate told you that it was a mistake. Amazon keeps the address on a list of its own: ask
        whoever runs this service to take it off there too.
      </p>
      <ActionForm target={target} button="Clear the spam report">
        <TextField state={formState(target.form, invalid)} name="note" label="What the candidate told you" />
      </ActionForm>
    </Action>
  );
}
