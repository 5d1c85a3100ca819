import { undoable } from '../../core/attempts.ts';
import type { Candidate } from '../../core/candidate.ts';
import { latestAttempt, statusOf } from '../../core/status.ts';
import {
  Action,
  ActionButton,
  ActionForm,
  type ActionTarget,
  CorrectDateForm,
  RecordAttemptForm,
  UndoButton,
  undoLabels,
} from '../components/candidate-actions.tsx';
import { TextField } from '../components/fields.tsx';
import { formState } from '../components/form-state.ts';
import type { CandidatePageProps } from './candidate-page.tsx';

export function staffAction(form: string, { id }: Candidate): ActionTarget {
  return { form, url: `/admin/candidates/${id}/${form}` };
}

export function Actions(props: CandidatePageProps) {
  return (
    <section aria-labelledby="actions">
      <h2 id="actions">What you can do</h2>
      <RecordAttempt {...props} />
      <CorrectDate {...props} />
      <MarkPassed {...props} />
      <Undo {...props} />
      <ClearBounce {...props} />
      <ClearComplaint {...props} />
      <Erase {...props} />
    </section>
  );
}

function RecordAttempt({ candidate, rules: { exam }, now, invalid }: CandidatePageProps) {
  const target = staffAction('attempts', candidate);
  const status = statusOf(candidate, exam, now);
  const isOpen = status === 'waiting' || status === 'can-retake';
  if (!isOpen && invalid?.form !== target.form) return null;
  return (
    <Action target={target} invalid={invalid} summary="Record an attempt">
      <p>The candidate gets the email that fits: a new date, or what comes next.</p>
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

function CorrectDate({ candidate, invalid }: CandidatePageProps) {
  const attempt = latestAttempt(candidate);
  if (attempt === undefined || candidate.enrollment) return null;
  const target = staffAction('correct-date', candidate);
  return (
    <Action
      target={target}
      invalid={invalid}
      summary={`Correct the date of attempt ${attempt.number}`}
    >
      <p>The reminder moves with it.</p>
      <CorrectDateForm target={target} invalid={invalid} date={attempt.date} />
    </Action>
  );
}

function MarkPassed({ candidate, rules: { exam }, now, invalid }: CandidatePageProps) {
  const status = statusOf(candidate, exam, now);
  if (status === 'passed' || status === 'unconfirmed') return null;
  const target = staffAction('passed', candidate);
  return (
    <Action target={target} invalid={invalid} summary="Mark as passed">
      <p>No reminder goes out any more.</p>
      <ActionButton target={target}>Mark as passed</ActionButton>
    </Action>
  );
}

function Undo({ candidate, now, invalid }: CandidatePageProps) {
  const target = staffAction('undo', candidate);
  const entry = candidate.enrollment ? undefined : undoable(candidate, now);
  if (entry === undefined)
    return invalid?.form === target.form ? (
      <p class="error" id="undo-undo">
        {Object.values(invalid.fieldErrors).join(' ')}
      </p>
    ) : null;
  return (
    <Action
      target={target}
      invalid={undefined}
      summary={undoLabels(entry, latestAttempt(candidate)?.number).staff}
    >
      <p>As if it had never been told. A corrected date goes with its attempt.</p>
      <UndoButton target={target} entry={entry} />
    </Action>
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
        Only when the candidate told you that it was a mistake. Amazon keeps the address on a list
        of its own: ask whoever runs this service to take it off there too.
      </p>
      <ActionForm target={target} button="Clear the spam report">
        <TextField
          state={formState(target.form, invalid)}
          name="note"
          label="What the candidate told you"
          type="text"
          autocomplete="off"
        />
      </ActionForm>
    </Action>
  );
}

function Erase({ candidate, invalid }: CandidatePageProps) {
  const target = staffAction('erase', candidate);
  return (
    <Action target={target} invalid={invalid} summary="Erase this candidate">
      <p>
        Name, address, attempts and emails are deleted at once. That can’t be taken back. Do it when
        the candidate asks for it.
      </p>
      <form class="inline" method="post" action={target.url}>
        {invalid?.form === target.form && <p class="error">{invalid.fieldErrors.sure}</p>}
        <label class="choice">
          <input id="erase-sure" type="checkbox" name="sure" value="yes" required />
          <span>Yes, erase everything about {candidate.name}</span>
        </label>
        <button type="submit" class="danger">
          Erase
        </button>
      </form>
    </Action>
  );
}
