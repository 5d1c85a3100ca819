import { canResubscribe } from '../../core/email-preferences.ts';
import { ordinal } from '../../core/exam.ts';
import { formatDate } from '../../core/time.ts';
import { ActionBody, ActionButton } from '../components/candidate-actions.tsx';
import { anchorOf, myAction } from './my-action.tsx';
import type { MyPageProps } from './my-page.tsx';
import { mendingForm } from './my-page-actions.tsx';
import { doneSentence } from './my-page-done.ts';

/** What is true now that a form was saved. */
export function Done(props: MyPageProps) {
  const sentence = doneSentence(props);
  if (sentence === undefined) return null;
  return (
    <div class="sheet notice" role="status" tabindex={-1} autofocus>
      <p>{sentence}</p>
    </div>
  );
}

/** Why the attempt from a sign-up isn't on record, and the form that mends it. */
export function RefusedAttempt(props: MyPageProps) {
  const { token, invalid } = props;
  const { refusedAttempt } = props.candidate;
  const content = mendingForm(props)?.(props);
  if (!refusedAttempt || !content) return null;
  const { number, date, fieldErrors } = refusedAttempt;
  return (
    <section class="summary" role="alert">
      <h2>We couldn’t save your exam date</h2>
      <p>
        You gave us {formatDate(date)}, as the date of your {ordinal(number).toLowerCase()} attempt.
      </p>
      {Object.values(fieldErrors).map((sentence) => (
        <p>{sentence}</p>
      ))}
      <div id={anchorOf(content.form)}>
        <ActionBody target={myAction(content.form, token)} invalid={invalid} content={content} />
      </div>
    </section>
  );
}

export function EmailState({ candidate, organization, token }: MyPageProps) {
  const { emailState } = candidate;
  // Who stopped emails that came back can't start them again by a mere click.
  switch (emailState === 'unsubscribed' && !canResubscribe(candidate) ? 'bounced' : emailState) {
    case 'active':
      return null;
    case 'unsubscribed':
      return (
        <section class="notice">
          <h2 id={anchorOf('resubscribe')}>You’ve stopped our emails</h2>
          <p>We won’t email you, not even a reminder. Changed your mind? You can turn our emails back on anytime.</p>
          <ActionButton target={myAction('resubscribe', token)}>Send me emails again</ActionButton>
        </section>
      );
    case 'bounced':
      return (
        <section class="notice">
          <h2>Our emails aren’t reaching you</h2>
          <p>
            Our last email to {candidate.email} came back. If the address is wrong,{' '}
            <a href={`#${anchorOf('change-email')}`}>change it</a>. If it’s right, <a href="/">sign up again</a> with
            it. Once you confirm, our emails will start again.
          </p>
        </section>
      );
    case 'complained':
      return (
        <section class="notice">
          <h2>We’ve stopped emailing you</h2>
          <p>
            One of the emails we sent to your address was reported as spam. If that was a mistake, reply to any email
            from us. The staff at {organization} will help you get our emails again.
          </p>
        </section>
      );
  }
}
