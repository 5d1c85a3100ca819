import type { Exam } from '../../core/exam.ts';
import { AttemptNumberField, MembershipField, TextField } from './fields.tsx';
import type { FormState } from './form-state.ts';

type Labels = Record<'name' | 'email' | 'attemptDate' | 'membership' | 'timeZone' | 'cohort', string>;

export function candidateLabels(exam: Exam): Labels {
  return {
    name: 'Your name',
    email: 'Your email address',
    attemptDate: 'When did you take the exam?',
    membership: `Are you a member of ${exam.body.name}?`,
    timeZone: 'Your time zone',
    cohort: 'Your class or group (optional)',
  };
}

/** The fields that signing up and enrolling share, except the time zone. */
export function SignUpFields({
  state,
  exam,
  labels,
  autocomplete,
  hasEmail = true,
}: {
  state: FormState;
  exam: Exam;
  labels: Labels;
  /** Whether the browser may fill in the answers, because it is the candidate's own. */
  autocomplete: boolean;
  hasEmail?: boolean;
}) {
  return (
    <>
      <TextField state={state} name="name" label={labels.name} autocomplete={autocomplete ? 'name' : 'off'} />
      {hasEmail && (
        <TextField
          state={state}
          name="email"
          label={labels.email}
          type="email"
          autocomplete={autocomplete ? 'email' : 'off'}
        />
      )}
      <TextField state={state} name="attemptDate" label={labels.attemptDate} type="date" />
      <AttemptNumberField state={state} exam={exam} />
      <MembershipField state={state} label={labels.membership} />
    </>
  );
}

export function consentSentence(organization: string): string {
  return `I agree that the staff at ${organization} can see what I enter and the emails I get.`;
}
