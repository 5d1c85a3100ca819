import type { Child } from 'hono/jsx';
import { allAttempts, latestAttempt } from '../../core/status.ts';
import { Action, ActionForm, type ActionTarget, CorrectDateForm } from '../components/candidate-actions.tsx';
import { MembershipField, TextField, TimeZoneField } from '../components/fields.tsx';
import { type FormState, formState } from '../components/form-state.ts';
import { CohortField, staffLabels } from '../components/sign-up-fields.tsx';
import type { CandidatePageProps } from './candidate-page.tsx';
import { staffAction } from './candidate-page-actions.tsx';

/** The details that staff may correct, each by a form of its own. */
export const correctable = ['name', 'cohort', 'membership', 'timeZone'] as const;
type Correctable = (typeof correctable)[number];

/** What is wrong on record, one form each; and what is kept of the candidate. */
export function Corrections(props: CandidatePageProps) {
  const { candidate } = props;
  return (
    <section aria-labelledby="corrections">
      <h2 id="corrections">Correct or erase</h2>
      {!candidate.enrollment && <CorrectDate {...props} />}
      {correctable.map((field) => (
        <CorrectDetail {...props} field={field} />
      ))}
      {!candidate.enrollment && <NewAddress {...props} />}
      <Erase {...props} />
      {candidate.enrollment && (
        <p>
          <a href={`/admin/enroll?candidate=${candidate.id}`}>Correct what the link confirms</a>. Wrong address? Enroll
          the candidate with the right one, and erase this record.
        </p>
      )}
      <p>
        <a href={`/admin/candidates/${candidate.id}/data.json`}>Download all that is kept</a>
      </p>
    </section>
  );
}

function CorrectDate({ candidate, invalid }: CandidatePageProps) {
  const attempt = allAttempts(candidate).at(-1);
  if (attempt === undefined) return null;
  const target = staffAction('correct-date', candidate);
  const isEarlier = latestAttempt(candidate) === undefined;
  const summary = `Date of attempt ${attempt.number}${isEarlier ? ', application before' : ''}`;
  return (
    <Action target={target} invalid={invalid} summary={summary}>
      <p>
        The reminder moves with it.
        {!isEarlier && ' Wrong number? Take the attempt back and record it again.'}
      </p>
      <CorrectDateForm target={target} invalid={invalid} date={attempt.date} />
    </Action>
  );
}

const details: Record<Correctable, { summary: string; Field: (props: DetailProps) => Child }> = {
  name: {
    summary: 'Name',
    Field: ({ state, labels }) => <TextField state={state} name="name" label={labels.name} />,
  },
  cohort: { summary: 'Cohort', Field: CohortField },
  membership: {
    summary: 'Membership',
    Field: ({ state, labels }) => <MembershipField state={state} label={labels.membership} />,
  },
  timeZone: {
    summary: 'Time zone',
    Field: ({ state, labels }) => <TimeZoneField state={state} label={labels.timeZone} />,
  },
};
type DetailProps = { state: FormState; labels: ReturnType<typeof staffLabels> };

function CorrectDetail({ candidate, rules: { exam }, invalid, field }: CandidatePageProps & { field: Correctable }) {
  const { summary, Field } = details[field];
  const was = candidate[field] ?? '';
  // A change that a colleague makes in the meantime is not overwritten unseen.
  const { url } = staffAction(`details/${field}`, candidate);
  const target: ActionTarget = { form: detailForm(field), url, hidden: { was } };
  const state = formState(target.form, invalid, { [field]: was });
  return (
    <Action target={target} invalid={invalid} summary={summary}>
      <ActionForm target={target} button={`Correct the ${summary.toLowerCase()}`}>
        <Field state={state} labels={staffLabels(exam)} />
      </ActionForm>
    </Action>
  );
}

/** The id of a detail's form on the page. */
export function detailForm(field: Correctable): string {
  return `details-${field}`;
}

function NewAddress({ candidate, invalid }: CandidatePageProps) {
  const target = staffAction('change-email', candidate);
  return (
    <Action target={target} invalid={invalid} summary="Email address">
      <p>
        We send a link to the new address. Once it is opened, all mail goes there.
        {candidate.bouncedAt &&
          ' What came back does not go out again by itself: send the last email again then, under “Emails”.'}
      </p>
      <ActionForm target={target} button="Send the link">
        <TextField state={formState(target.form, invalid)} name="email" label="New email address" type="email" />
      </ActionForm>
    </Action>
  );
}

function Erase({ candidate, invalid }: CandidatePageProps) {
  const target = staffAction('erase', candidate);
  return (
    <Action target={target} invalid={invalid} summary="Erase">
      <p>
        Name, address, attempts, emails and notes are deleted at once. That can’t be taken back. Do it when the
        candidate asks for it.
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
