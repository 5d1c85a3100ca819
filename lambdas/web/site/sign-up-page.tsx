import { type Exam, ordinal } from '../../core/exam.ts';
import { daysToConfirm } from '../../core/pending-link.ts';
import { CheckInsField, LowestAreasField, SingleBox, TextField, TimeZoneField } from '../components/fields.tsx';
import type { FormState } from '../components/form-state.ts';
import { Honeypot } from '../components/honeypot.tsx';
import { Layout } from '../components/layout.tsx';
import { candidateLabels, consentSentence, SignUpFields } from '../components/sign-up-fields.tsx';
import { toMyPage } from '../http-error.ts';

type SignUpPageProps = { exam: Exam; organization: string; state: FormState };

export function SignUpPage(props: SignUpPageProps) {
  const { exam, organization, state } = props;
  const title = 'We’ll remind you when you can take the exam again';
  return (
    <Layout title={title} organization={organization} invalid={state}>
      <section class="intro">
        <h1>{title}</h1>
        <p>
          If you didn’t pass the {exam.name} exam, you have to wait at least {exam.waitDays} days before you can take it
          again. We’ll email you a study plan and, on the morning your wait is over, a reminder. After a{' '}
          {ordinal(exam.attemptsPerApplication).toLowerCase()} attempt, we’ll tell you how to apply again.
        </p>
      </section>
      <SignUpForm {...props} />
      <p class="quiet">
        Already signed up? <a href={toMyPage.href}>Get the link to your page</a>.
      </p>
      <p class="quiet">
        This is about the {exam.longName}, not the {exam.notToBeConfusedWith}.
      </p>
    </Layout>
  );
}

function SignUpForm({ exam, organization, state }: SignUpPageProps) {
  const labels = candidateLabels(exam);
  const isFilled = (name: string) => Boolean(state.input[name] || state.fieldErrors[name]);
  return (
    <form method="post" action="/sign-up" novalidate>
      <SignUpFields state={state} exam={exam} labels={labels} autocomplete={true} />
      <TimeZoneField state={state} label={labels.timeZone} />
      <details open={isFilled('lowestAreas')}>
        <summary>Do you have your score report?</summary>
        <LowestAreasField state={state} exam={exam} />
      </details>
      <details open={isFilled('cohort')}>
        <summary>Are you in a class or group?</summary>
        <TextField state={state} name="cohort" label={labels.cohort} />
      </details>
      <CheckInsField state={state} />
      <Honeypot />
      <SingleBox
        state={state}
        name="consent"
        label="Who sees what"
        option={{ value: 'yes', text: consentSentence(organization) }}
      />
      <button type="submit">Remind me</button>
    </form>
  );
}

/** Our script names the address in it, and offers to send the link again. */
export function CheckYourEmailPage({ organization }: { organization: string }) {
  return (
    <Layout title="Check your email" organization={organization}>
      <section>
        <h1>Check your email</h1>
        <p data-sent="">We’ve sent you a link.</p>
        <ol>
          <li>Open the link and confirm that the address is yours. It works for {daysToConfirm} days.</li>
          <li>As soon as you confirm, we’ll email you what comes next.</li>
          <li>If you’re waiting to retake the exam, we’ll remind you on the morning your wait is over.</li>
        </ol>
      </section>
      <section>
        <h2>Nothing there?</h2>
        <p>{linkLimits}</p>
        <p data-resend="">
          If the address was wrong or you need a new link, <a href="/">fill out the form again</a>.
        </p>
      </section>
    </Layout>
  );
}

/** How often one mailbox gets a link. */
export const linkLimits =
  'Look in your spam folder. We send at most one link every ten minutes and three a day to the same address.';
