import type { Child } from 'hono/jsx';
import type { Candidate } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import type { FormInput } from '../../core/forms.ts';
import { attemptsUsed } from '../../core/status.ts';
import { AttemptNumberField, LowestAreasField, TextField } from './fields.tsx';
import { type FormState, fieldId, formState } from './form-state.ts';

/** Where an action's form is submitted, and its hidden fields. */
export type ActionTarget = {
  /** The form's id on its page. */
  form: string;
  url: string;
  hidden?: Hidden;
};
type Hidden = Readonly<Record<string, string | readonly string[]>>;

type ActionProps = { target: ActionTarget; invalid: FormState | undefined };

type Look = 'second' | 'second small' | 'danger' | undefined;

/** Something to record or to change: a form, a button alone, or, where there is nothing to do, a text alone. */
export type ActionContent = Omit<ActionTarget, 'url'> & {
  title: string;
  text?: string | false;
  button?: string;
  look?: Look;
  /** What the fields say before anyone changes them. */
  input?: FormInput;
  fields?: (state: FormState) => Child;
  /** A button below that submits other hidden fields. */
  other?: { button: string; hidden: Hidden } | undefined;
};

type FormContent = Omit<ActionContent, 'form' | 'title'>;

/** An action on a candidate, collapsed unless its form was submitted with errors. */
export function Fold({ target, invalid, summary, children }: ActionProps & { summary: string; children: Child }) {
  return (
    <details open={invalid?.form === target.form}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}

/** An action without its title. */
export function ActionBody({ target, invalid, content }: ActionProps & { content: ActionContent }) {
  const { text, button, look, input, fields, other } = content;
  const withHidden = (hidden: Hidden = {}) => ({ ...target, hidden: { ...target.hidden, ...hidden } });
  const own = withHidden(content.hidden);
  return (
    <>
      {text && <p>{text}</p>}
      {button && fields && (
        <ActionForm target={own} button={button} look={look}>
          {fields(formState(target.form, invalid, input))}
        </ActionForm>
      )}
      {button && !fields && (
        <ActionButton target={own} look={look}>
          {button}
        </ActionButton>
      )}
      {other && (
        <ActionButton target={withHidden(other.hidden)} look="second">
          {other.button}
        </ActionButton>
      )}
    </>
  );
}

type ActionFormProps = { target: ActionTarget; button: string; look?: Look; children: Child };

export function ActionForm({ target, button, look, children }: ActionFormProps) {
  return (
    <form method="post" action={target.url} novalidate>
      <HiddenFields {...target} />
      {children}
      <button type="submit" {...(look && { class: look })}>
        {button}
      </button>
    </form>
  );
}

export function ActionButton({ target, look, children }: { target: ActionTarget; look?: Look; children: Child }) {
  const { form, url } = target;
  return (
    <form method="post" action={url}>
      <HiddenFields {...target} />
      <button type="submit" id={fieldId(form, form)} {...(look && { class: look })}>
        {children}
      </button>
    </form>
  );
}

function HiddenFields({ hidden = {} }: Pick<ActionTarget, 'hidden'>) {
  return (
    <>
      {Object.entries(hidden).flatMap(([name, values]) =>
        [values].flat().map((value) => <input type="hidden" name={name} value={value} />),
      )}
    </>
  );
}

export function attemptForm(candidate: Candidate, exam: Exam, dateLabel: string): FormContent {
  const { refusedAttempt: refused } = candidate;
  const next = attemptsUsed(candidate) + 1;
  const { number, date } = refused && refused.number >= next ? refused : { number: next };
  return {
    button: 'Record this attempt',
    input: { attemptNumber: String(number), attemptDate: date },
    fields: (state) => (
      <>
        <TextField state={state} name="attemptDate" label={dateLabel} type="date" />
        <AttemptNumberField state={state} exam={exam} />
        <LowestAreasField state={state} exam={exam} />
      </>
    ),
  };
}

export function correctDateForm(date: string): FormContent {
  return {
    button: 'Correct the date',
    input: { attemptDate: date },
    fields: (state) => <TextField state={state} name="attemptDate" label="Corrected date" type="date" />,
  };
}

/** The day the candidate has booked, with a button that removes it. */
export function bookedForm(
  booked: string | undefined,
  labels: { date: string; save: string; none: string },
): FormContent {
  return {
    button: booked ? 'Change the date' : labels.save,
    input: { examDate: booked },
    fields: (state) => <TextField state={state} name="examDate" label={labels.date} type="date" />,
    other: booked ? { button: labels.none, hidden: { examDate: '' } } : undefined,
  };
}
