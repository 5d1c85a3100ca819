import type { Exam } from '../../core/exam.ts';
import {
  AttemptDateField,
  AttemptNumberField,
  type FormState,
  LowestAreasField,
  MembershipField,
  TextField,
  TimeZoneField,
} from '../components/fields.tsx';
import { ErrorSummary } from '../components/layout.tsx';
import { StaffLayout, type StaffPageProps } from './staff-layout.tsx';

export function EnrolPage({
  exam,
  state,
  ...page
}: StaffPageProps & { exam: Exam; state: FormState }) {
  const isWrong = Object.keys(state.fieldErrors).length > 0;
  return (
    <StaffLayout title="Enrol a candidate" isError={isWrong} {...page}>
      <p>
        <a href="/admin">All candidates</a>
      </p>
      {isWrong && <ErrorSummary fieldErrors={state.fieldErrors} form={state.form} />}
      <section>
        <h1>Enrol a candidate</h1>
        <p>
          We send one email, with a link to confirm. Until the candidate opens it, nothing else goes
          out. After seven days without it, what you input here is gone.
        </p>
      </section>
      <form method="post" action="/admin/candidates" novalidate>
        <TextField state={state} name="name" label="Name" type="text" autocomplete="off" />
        <TextField
          state={state}
          name="email"
          label="Email address"
          type="email"
          autocomplete="off"
        />
        <AttemptDateField state={state} label="Date of the exam" />
        <AttemptNumberField state={state} exam={exam} />
        <MembershipField
          state={state}
          exam={exam}
          label={`Is the candidate a member of ${exam.body.name}?`}
        />
        <LowestAreasField state={state} exam={exam} />
        <TimeZoneField state={state} label="Time zone of the candidate" />
        <TextField
          state={state}
          name="cohort"
          label="Cohort (optional)"
          type="text"
          autocomplete="off"
        />
        <button type="submit">Enrol</button>
      </form>
    </StaffLayout>
  );
}
