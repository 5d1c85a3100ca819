import { daysToConfirm } from '../../core/pending-link.ts';
import { confirmedStatusOf, latestAttempt } from '../../core/status.ts';
import { ActionButton, ActionForm } from '../components/candidate-actions.tsx';
import { CheckInsField, MembershipField, TextField, TimeZoneField } from '../components/fields.tsx';
import { formState } from '../components/form-state.ts';
import { candidateLabels } from '../components/sign-up-fields.tsx';
import { MyAction, myAction } from './my-action.tsx';
import type { MyPageProps } from './my-page.tsx';

export const changeEmailForm = 'change-email';

export function Settings(props: MyPageProps) {
  return (
    <section>
      <h2>Your details and our emails</h2>
      <OnlyTheReminder {...props} />
      <ChangeDetails {...props} />
      <ChangeEmail {...props} />
      <StopEmails {...props} />
      <EndOldLinks {...props} />
      <Erase {...props} />
    </section>
  );
}

function OnlyTheReminder({ candidate, exam, token, now }: MyPageProps) {
  const isWaiting = confirmedStatusOf(candidate, exam, now) === 'waiting';
  if (!candidate.checkIns || !isWaiting || !latestAttempt(candidate)) return null;
  const { name, membership, timeZone } = candidate;
  const target = { ...myAction('details', token), hidden: { token, name, membership, timeZone } };
  return (
    <div class="action">
      <h3 id="only-reminder">Study emails during the wait</h3>
      <p>You asked for two short ones. You can do without them and still get your reminder.</p>
      <ActionButton target={target} look="second">
        Only the reminder, please
      </ActionButton>
    </div>
  );
}

function ChangeDetails({ candidate, exam, token, invalid }: MyPageProps) {
  const target = myAction('details', token);
  const labels = candidateLabels(exam);
  const { name, membership, timeZone, checkIns } = candidate;
  const details = { name, membership, timeZone, checkIns: checkIns ? 'yes' : '' };
  const state = formState(target.form, invalid, details);
  return (
    <MyAction
      target={target}
      invalid={invalid}
      title="Change my name, membership, time zone or study emails"
    >
      <ActionForm target={target} button="Save my details">
        <TextField state={state} name="name" label={labels.name} type="text" autocomplete="name" />
        <MembershipField state={state} label={labels.membership} />
        <TimeZoneField state={state} label={labels.timeZone} />
        <CheckInsField state={state} />
      </ActionForm>
    </MyAction>
  );
}

/** Asks for a new address; nothing changes until it is confirmed from there. */
function ChangeEmail({ candidate, token, invalid }: MyPageProps) {
  const target = myAction(changeEmailForm, token);
  return (
    <MyAction target={target} invalid={invalid} title="Change my email address">
      <p>
        We write to {candidate.email}. We’ll send a link to your new address; once you use it, our
        emails go there. The link works for {daysToConfirm} days.
      </p>
      <ActionForm target={target} button="Send the link">
        <TextField
          state={formState(target.form, invalid)}
          name="email"
          label="Your new email address"
          type="email"
          autocomplete="email"
        />
      </ActionForm>
    </MyAction>
  );
}

function StopEmails({ candidate, token, invalid }: MyPageProps) {
  if (candidate.emailState !== 'active') return null;
  const target = myAction('unsubscribe', token);
  return (
    <MyAction target={target} invalid={invalid} title="Stop all emails">
      <p>You won’t get your reminder then.</p>
      <ActionButton target={target} look="second">
        Stop all emails
      </ActionButton>
    </MyAction>
  );
}

function EndOldLinks({ token, invalid }: MyPageProps) {
  const target = myAction('old-links', token);
  return (
    <MyAction target={target} invalid={invalid} title="Someone else may have a link to this page">
      <p>
        Anyone with one of our emails can open this page. We can end every link we sent before now;
        the next email brings a new one.
      </p>
      <ActionButton target={target} look="second">
        End the old links
      </ActionButton>
    </MyAction>
  );
}

function Erase({ token, invalid }: MyPageProps) {
  const target = myAction('erase', token);
  return (
    <MyAction target={target} invalid={invalid} title="Erase all you know about me">
      <p>
        We delete your name, your address, your attempts and our emails at once. You can’t take that
        back.
      </p>
      <ActionButton target={target} look="danger">
        Erase everything
      </ActionButton>
    </MyAction>
  );
}
