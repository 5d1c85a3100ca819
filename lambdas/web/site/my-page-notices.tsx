import type { Candidate } from '../../core/candidate.ts';
import { canResubscribe } from '../../core/email-preferences.ts';
import type { Exam } from '../../core/exam.ts';
import { confirmedStatusOf, latestAttempt } from '../../core/status.ts';
import { formatDate } from '../../core/time.ts';
import { ActionButton } from '../components/candidate-actions.tsx';
import { anchorOf, myAction } from './my-action.tsx';
import type { MyPageProps } from './my-page.tsx';
import { doneSentence } from './my-page-done.ts';

/** What is true now that a form was saved. */
export function Done(props: MyPageProps) {
  const sentence = doneSentence(props);
  if (sentence === undefined) return null;
  return (
    <div class="sheet notice" role="status">
      <p>{sentence}</p>
    </div>
  );
}

/** Why the attempt from a sign-up isn't on record, and the way to the form that mends it. */
export function RefusedAttempt({ candidate, exam, now }: MyPageProps) {
  const { refusedAttempt } = candidate;
  if (!refusedAttempt) return null;
  const { form, text } = wayToMend(candidate, refusedAttempt.number, exam, now);
  return (
    <section class="summary" role="alert">
      <h2>We couldn’t record the attempt you signed up with</h2>
      <p>
        You told us about attempt {refusedAttempt.number} on {formatDate(refusedAttempt.date)}.
      </p>
      {Object.values(refusedAttempt.fieldErrors).map((sentence) => (
        <p>{sentence}</p>
      ))}
      <p>
        <a href={`#${anchorOf(form)}`}>{text}</a>
      </p>
    </section>
  );
}

function wayToMend(candidate: Candidate, refused: number, exam: Exam, now: string) {
  const status = confirmedStatusOf(candidate, exam, now);
  if (status !== 'passed' && latestAttempt(candidate)?.number === refused)
    return { form: 'correct-date', text: `Correct the date of attempt ${refused}` };
  return status === 'passed' || status === 'attempts-used'
    ? { form: 'new-application', text: 'Start a new application' }
    : { form: 'attempts', text: 'Enter the attempt again' };
}

export function EmailState({ candidate, token }: MyPageProps) {
  const { emailState } = candidate;
  // Who stopped emails that came back can't have them again by a mere click.
  switch (emailState === 'unsubscribed' && !canResubscribe(candidate) ? 'bounced' : emailState) {
    case 'active':
      return null;
    case 'unsubscribed':
      return (
        <section class="notice">
          <h2 id={anchorOf('resubscribe')}>You get no emails from us</h2>
          <p>You stopped them. You can have them again.</p>
          <ActionButton target={myAction('resubscribe', token)}>Write to me again</ActionButton>
        </section>
      );
    case 'bounced':
      return (
        <section class="notice">
          <h2>Our emails don’t reach you</h2>
          <p>
            The last one came back. <a href={`#${anchorOf('change-email')}`}>Change your address</a>, or{' '}
            <a href="/">sign up again</a> to show that this one works.
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
