import type { Candidate } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { confirmedStatusOf, latestAttempt } from '../../core/status.ts';
import { formatDate, type Instant } from '../../core/time.ts';
import { ActionButton } from '../components/candidate-actions.tsx';
import type { FormState } from '../components/form-state.ts';
import { ErrorSummary, Layout } from '../components/layout.tsx';
import { changeEmailForm, NewAddressNotice } from './change-email-form.tsx';
import { Actions, myAction } from './my-page-actions.tsx';
import { MyStatus } from './my-page-status.tsx';
import { CostAndAttempts, StudyTips, StudyToday } from './my-page-study.tsx';

export type MyPageProps = {
  candidate: Candidate;
  exam: Exam;
  organization: string;
  token: string;
  now: Instant;
  /** The form that was submitted with errors. */
  invalid?: FormState | undefined;
  /** The form that was just submitted. */
  done?: string | undefined;
};

export function MyPage(props: MyPageProps) {
  const { candidate, exam, organization, now, invalid, done } = props;
  const attempt = latestAttempt(candidate);
  const status = confirmedStatusOf(candidate, exam, now);
  const goesOn = status === 'waiting' || status === 'can-retake';
  return (
    <Layout title="Where you stand" organization={organization} isError={invalid !== undefined}>
      {invalid && <ErrorSummary {...invalid} />}
      {done === changeEmailForm && <NewAddressNotice />}
      <RefusedAttempt candidate={candidate} />
      <MyStatus {...props} />
      <EmailState {...props} />
      {goesOn && <CostAndAttempts {...props} />}
      {goesOn && <StudyToday {...props} />}
      {goesOn && <StudyTips exam={exam} lowestAreas={attempt?.lowestAreas ?? []} />}
      <Actions {...props} />
    </Layout>
  );
}

function RefusedAttempt({ candidate: { refusedAttempt } }: { candidate: Candidate }) {
  if (!refusedAttempt) return null;
  return (
    <section class="summary" role="alert">
      <h2>We could not record the attempt from your sign-up</h2>
      <p>
        You told us about attempt {refusedAttempt.number} on {formatDate(refusedAttempt.date)}.
      </p>
      {Object.values(refusedAttempt.fieldErrors).map((sentence) => (
        <p>{sentence}</p>
      ))}
    </section>
  );
}

function EmailState({ candidate, token }: MyPageProps) {
  switch (candidate.emailState) {
    case 'active':
      return null;
    case 'unsubscribed':
      return (
        <section class="notice">
          <h2>You get no emails from us</h2>
          <p>You stopped them. You can have them again.</p>
          <ActionButton target={myAction('resubscribe', token)}>Write to me again</ActionButton>
        </section>
      );
    case 'bounced':
      return (
        <section class="notice">
          <h2>Our emails don’t reach you</h2>
          <p>
            The last one came back. Change your address below, or <a href="/">sign up again</a> to
            show that this one works.
          </p>
        </section>
      );
    case 'complained':
      return (
        <section class="notice">
          <h2>You get no emails from us</h2>
          <p>One of them was reported as spam from your address, so we no longer write to it.</p>
        </section>
      );
  }
}
