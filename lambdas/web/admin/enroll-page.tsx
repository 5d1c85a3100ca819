import type { Exam } from '../../core/exam.ts';
import { daysKeptUnconfirmed } from '../../core/status.ts';
import { hasErrors, WithErrorSummary } from '../components/error-summary.tsx';
import { CheckInsField, LowestAreasField, TimeZoneField } from '../components/fields.tsx';
import type { FormState } from '../components/form-state.ts';
import { CohortField, SignUpFields, staffLabels } from '../components/sign-up-fields.tsx';
import { StaffLayout, type StaffPageProps } from './staff-layout.tsx';

/** The form to enroll someone, or to correct what the link of the candidate in `state` confirms. */
export function EnrollPage({ exam, state, ...page }: StaffPageProps & { exam: Exam; state: FormState }) {
  const labels = staffLabels(exam);
  const isCorrection = state.input.candidate !== undefined;
  const title = isCorrection ? 'Correct what the link confirms' : 'Enroll a candidate';
  return (
    <StaffLayout title={title} isError={hasErrors(state)} {...page}>
      <p>
        <a href="/admin">All candidates</a>
      </p>
      <WithErrorSummary invalid={state}>
        <section>
          <h1>{title}</h1>
          <p>
            {isCorrection
              ? 'The link confirms what you save here. If it has run out, a new one goes out.'
              : `We send one email, with a link to confirm. Until the candidate opens it, nothing else goes out. After seven days without it, the candidate is flagged, and ${daysKeptUnconfirmed} days later gone.`}
          </p>
        </section>
        <form method="post" action="/admin/candidates" novalidate>
          {isCorrection && <FixedAddress {...state} />}
          <SignUpFields state={state} exam={exam} labels={labels} autocomplete={false} hasEmail={!isCorrection} />
          <LowestAreasField state={state} exam={exam} />
          <TimeZoneField state={state} label={labels.timeZone} />
          <CohortField state={state} labels={labels} />
          <CheckInsField state={state} />
          <button type="submit">{isCorrection ? 'Save' : 'Enroll'}</button>
        </form>
      </WithErrorSummary>
    </StaffLayout>
  );
}

/** The address that the link went to; with another one, this would enroll a second candidate. */
function FixedAddress({ input }: Pick<FormState, 'input'>) {
  const { candidate, email } = input;
  return (
    <>
      <input type="hidden" name="candidate" value={String(candidate)} />
      <input type="hidden" name="email" value={String(email)} />
      <p>
        The link goes to <strong>{String(email)}</strong>. Wrong address?{' '}
        <a href="/admin/enroll">Enroll the candidate with the right one</a>, then erase this record.
      </p>
    </>
  );
}
