import type { Exam } from '../../core/exam.ts';
import { daysToConfirm } from '../../core/pending-link.ts';
import { hasErrors, WithErrorSummary } from '../components/error-summary.tsx';
import { CheckInsField, Choices, LowestAreasField, TimeZoneField } from '../components/fields.tsx';
import type { FormState } from '../components/form-state.ts';
import { Honeypot } from '../components/honeypot.tsx';
import { Layout } from '../components/layout.tsx';
import { CohortField, candidateLabels, consentSentence, SignUpFields } from '../components/sign-up-fields.tsx';
import { toMyPage } from '../http-error.ts';

const optionalFields = ['lowestAreas', 'cohort'];

type SignUpPageProps = {
  exam: Exam;
  organization: string;
  state: FormState;
  /** Why nobody can sign up at the moment. */
  refusal?: string | undefined;
};

export function SignUpPage(props: SignUpPageProps) {
  const { exam, organization, state, refusal } = props;
  const isError = hasErrors(state) || refusal !== undefined;
  return (
    <Layout title="Know when you can take the exam again" organization={organization} isError={isError}>
      <WithErrorSummary invalid={state}>
        {refusal && (
          <section class="summary" role="alert">
            <h2>Too many sign-ups</h2>
            <p>{refusal} What you typed is still below.</p>
          </section>
        )}
        <section class="intro">
          <h1>We’ll tell you when you can take the exam again</h1>
          <p>
            If you didn’t pass the {exam.name} exam, you can take it again after {exam.waitDays} days. You’ll get a
            study plan now, and a reminder on the morning the wait is over.
          </p>
        </section>
        <SignUpForm {...props} />
        <p class="quiet">
          Signed up already? <a href={toMyPage.href}>Get the link to your page</a>.
        </p>
        <p class="quiet">
          This is about the {exam.longName}, not about the {exam.notToBeConfusedWith}.
        </p>
      </WithErrorSummary>
    </Layout>
  );
}

function SignUpForm({ exam, organization, state }: SignUpPageProps) {
  const labels = candidateLabels(exam);
  return (
    <form method="post" action="/sign-up" novalidate>
      <SignUpFields state={state} exam={exam} labels={labels} autocomplete={true} />
      <TimeZoneField state={state} label={labels.timeZone} />
      <details open={optionalFields.some((name) => state.input[name] || state.fieldErrors[name])}>
        <summary>Lowest areas, class (optional)</summary>
        <LowestAreasField state={state} exam={exam} />
        <CohortField state={state} labels={labels} />
      </details>
      <CheckInsField state={state} />
      <Honeypot />
      <Choices
        state={state}
        class="single"
        name="consent"
        label="Who sees what"
        type="checkbox"
        options={[{ value: 'yes', text: consentSentence(organization) }]}
      />
      <button type="submit">Remind me</button>
    </form>
  );
}

export function CheckYourEmailPage({ organization }: { organization: string }) {
  return (
    <Layout title="Check your email" organization={organization}>
      <section>
        <h1>Check your email</h1>
        <p>We’ve sent you a link.</p>
        <ol>
          <li>Open it and confirm that this is your address. It works for {daysToConfirm} days.</li>
          <li>You’ll get your date and a study plan right away.</li>
          <li>On the morning the wait is over, we’ll write again.</li>
        </ol>
      </section>
      <section>
        <h2>Nothing there?</h2>
        <LinkLimits />
        <p data-resend="">
          <a href="/">Fill in the form again</a> to get a new link, or if the address was wrong.
        </p>
      </section>
    </Layout>
  );
}

/** How often one mailbox gets a link. */
export function LinkLimits() {
  return (
    <p>Look in your spam folder. We send at most one link in ten minutes and three in a day to the same address.</p>
  );
}
