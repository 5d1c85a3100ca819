import type { Exam } from '../../core/exam.ts';
import { daysToConfirm } from '../../core/sign-up.ts';
import {
  AttemptDateField,
  AttemptNumberField,
  Choices,
  type FormState,
  LowestAreasField,
  MembershipField,
  TextField,
  TimeZoneField,
} from './fields.tsx';
import { Layout, MistakeSummary } from './layout.tsx';

/** A field that people don't see and programs fill in. */
export const trapField = 'website';

export function SignUpPage({
  exam,
  organization,
  state,
}: {
  exam: Exam;
  organization: string;
  state: FormState;
}) {
  const wrong = Object.keys(state.mistakes).length > 0;
  return (
    <Layout
      title="Know the day you can go again"
      organization={organization}
      mistakes={wrong ? state.mistakes : undefined}
    >
      {wrong && <MistakeSummary mistakes={state.mistakes} form={state.form} />}
      <section>
        <h1>We’ll tell you when you can take the exam again</h1>
        <p>
          You took the {exam.longName}, and it did not work out. You can go again after{' '}
          {exam.waitDays} days. Leave your address: we send you a study plan now, and the fee and a
          reminder on the morning the wait is over.
        </p>
        <p class="quiet">This is not about the {exam.notToBeTakenFor}.</p>
      </section>
      <form method="post" action="/sign-up" novalidate>
        <TextField state={state} name="name" label="Your name" type="text" autocomplete="name" />
        <TextField
          state={state}
          name="email"
          label="Your email address"
          type="email"
          autocomplete="email"
        />
        <AttemptDateField state={state} label="When did you take the exam?" />
        <AttemptNumberField state={state} exam={exam} />
        <MembershipField state={state} exam={exam} />
        <LowestAreasField state={state} exam={exam} />
        <TimeZoneField state={state} />
        <TextField
          state={state}
          name="cohort"
          label="Your class or group (optional)"
          type="text"
          autocomplete="off"
        />
        <div class="trap" aria-hidden="true">
          <label>
            Leave this empty
            <input name={trapField} type="text" tabindex={-1} autocomplete="off" />
          </label>
        </div>
        <Choices
          state={state}
          name="consent"
          label="Who sees what"
          type="checkbox"
          options={[
            {
              value: 'yes',
              text: `I agree: ${organization} keeps my name, my address, my attempts and the emails sent to me. Its staff can see them. Nobody else can.`,
            },
          ]}
        />
        <button type="submit">Remind me</button>
      </form>
    </Layout>
  );
}

export function CheckYourEmailPage({ organization }: { organization: string }) {
  return (
    <Layout title="Check your email" organization={organization}>
      <section>
        <h1>Check your email</h1>
        <p>
          We have sent you a link. Open it to confirm your address: only then do we write to you.
        </p>
        <p>
          The link works for {daysToConfirm} days. Nothing there? Look in the spam folder. To one
          address we send one link in ten minutes, and three in a day.
        </p>
        <p>
          If the address was wrong, <a href="/">fill in the form again</a>.
        </p>
      </section>
    </Layout>
  );
}
