import type { Child } from 'hono/jsx';
import { entryKey, type LastEntry } from '../../core/attempts.ts';
import type { Candidate } from '../../core/candidate.ts';
import { type Exam, ordinal } from '../../core/exam.ts';
import { attemptsUsed } from '../../core/status.ts';
import { AttemptDateField, AttemptNumberField, LowestAreasField, TextField } from './fields.tsx';
import { type FormState, fieldId, formState } from './form-state.ts';

/** Where an action's form is submitted, and its hidden fields. */
export type ActionTarget = {
  /** The form's id on its page. */
  form: string;
  url: string;
  hidden?: Record<string, string>;
};

type ActionProps = { target: ActionTarget; children: Child };
type AttemptFormProps = { target: ActionTarget; invalid: FormState | undefined };

/** An action on a candidate, collapsed unless its form was submitted with errors. */
export function Action({
  target,
  invalid,
  summary,
  children,
}: ActionProps & { invalid: FormState | undefined; summary: string }) {
  return (
    <details open={invalid?.form === target.form}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}

export function ActionForm({ target, button, children }: ActionProps & { button: string }) {
  return (
    <form method="post" action={target.url} novalidate>
      <HiddenFields target={target} />
      {children}
      <button type="submit">{button}</button>
    </form>
  );
}

export function ActionButton({ target, look, children }: ActionProps & { look?: 'second' | 'danger' | undefined }) {
  const { form, url } = target;
  return (
    <form method="post" action={url}>
      <HiddenFields target={target} />
      <button type="submit" id={fieldId(form, form)} {...(look && { class: look })}>
        {children}
      </button>
    </form>
  );
}

function HiddenFields({ target: { hidden = {} } }: { target: ActionTarget }) {
  return (
    <>
      {Object.entries(hidden).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
}

export function RecordAttemptForm({
  target,
  invalid,
  candidate,
  exam,
  dateLabel,
}: AttemptFormProps & { candidate: Candidate; exam: Exam; dateLabel: string }) {
  const { refusedAttempt: refused } = candidate;
  const next = attemptsUsed(candidate) + 1;
  const { number, date } = refused && refused.number >= next ? refused : { number: next };
  const attempt = { attemptNumber: String(number), attemptDate: date };
  const state = formState(target.form, invalid, attempt);
  return (
    <ActionForm target={target} button="Record this attempt">
      <AttemptDateField state={state} label={dateLabel} />
      <AttemptNumberField state={state} exam={exam} />
      <LowestAreasField state={state} exam={exam} />
    </ActionForm>
  );
}

export function CorrectDateForm({ target, invalid, date }: AttemptFormProps & { date: string }) {
  const state = formState(target.form, invalid, { attemptDate: date });
  return (
    <ActionForm target={target} button="Correct the date">
      <AttemptDateField state={state} label="Corrected date" />
    </ActionForm>
  );
}

export function LowestAreasForm({
  target,
  invalid,
  exam,
  lowestAreas,
}: AttemptFormProps & { exam: Exam; lowestAreas: readonly string[] }) {
  return (
    <ActionForm target={target} button="Save the lowest areas">
      <LowestAreasField state={formState(target.form, invalid, { lowestAreas })} exam={exam} />
    </ActionForm>
  );
}

/** The day the candidate has booked, with a button that removes it. */
export function BookedForm({
  target,
  invalid,
  booked,
  labels,
}: AttemptFormProps & { booked: string | undefined; labels: { date: string; save: string; none: string } }) {
  const state = formState(target.form, invalid, { examDate: booked });
  const removal = { ...target, hidden: { ...target.hidden, examDate: '' } };
  return (
    <>
      <ActionForm target={target} button={booked ? 'Change the date' : labels.save}>
        <TextField state={state} name="examDate" label={labels.date} type="date" />
      </ActionForm>
      {booked && (
        <ActionButton target={removal} look="second">
          {labels.none}
        </ActionButton>
      )}
    </>
  );
}

export function UndoButton({ target, entry }: { target: ActionTarget; entry: LastEntry }) {
  const hidden = { ...target.hidden, entry: entryKey(entry) };
  return (
    <ActionButton target={{ ...target, hidden }} look="second">
      Undo it
    </ActionButton>
  );
}

/** What undo would remove, as a sentence for the candidate. */
export function undoSentence({ what }: LastEntry, attemptNumber: number): string {
  switch (what) {
    case 'passed':
      return 'Your last update was that you passed.';
    case 'attempt':
      return `Your last update was your ${ordinal(attemptNumber).toLowerCase()} attempt.`;
    case 'new-application':
      return 'Your last update was a new application.';
  }
}
