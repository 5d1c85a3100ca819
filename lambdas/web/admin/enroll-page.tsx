import type { Exam } from '../../core/exam.ts';
import { CheckInsField, LowestAreasField, TimeZoneField } from '../components/fields.tsx';
import type { FormState } from '../components/form-state.ts';
import { ErrorSummary } from '../components/layout.tsx';
import { CohortField, SignUpFields, staffLabels } from '../components/sign-up-fields.tsx';
import { StaffLayout, type StaffPageProps } from './staff-layout.tsx';

export function EnrollPage({
  exam,
  state,
  ...page
}: StaffPageProps & { exam: Exam; state: FormState }) {
  const labels = staffLabels(exam);
  const isInvalid = Object.keys(state.fieldErrors).length > 0;
  return (
    <StaffLayout title="Enroll a candidate" isError={isInvalid} {...page}>
      <p>
        <a href="/admin">All candidates</a>
      </p>
      {isInvalid && <ErrorSummary {...state} />}
      <section>
        <h1>Enroll a candidate</h1>
        <p>
          We send one email, with a link to confirm. Until the candidate opens it, nothing else goes
          out. After seven days without it, what you input here is gone.
        </p>
      </section>
      <form method="post" action="/admin/candidates" novalidate>
        <SignUpFields state={state} exam={exam} labels={labels} autocomplete={false} />
        <LowestAreasField state={state} exam={exam} />
        <TimeZoneField state={state} label={labels.timeZone} />
        <CohortField state={state} labels={labels} />
        <CheckInsField state={state} />
        <button type="submit">Enroll</button>
      </form>
    </StaffLayout>
  );
}
