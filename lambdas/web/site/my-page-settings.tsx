import { daysToConfirm } from '../../core/pending-link.ts';
import { confirmedStatusOf, latestAttempt } from '../../core/status.ts';
import { ActionButton, ActionForm } from '../components/candidate-actions.tsx';
import { CheckInsField, MembershipField, TextField, TimeZoneField } from '../components/fields.tsx';
import { formState } from '../components/form-state.ts';
import { candidateLabels } from '../components/sign-up-fields.tsx';
import { type MyForm, MyForms, myAction } from './my-action.tsx';
import type { MyPageProps } from './my-page.tsx';

export const changeEmailForm = 'change-email';

export function Settings(props: MyPageProps) {
  return (
    <section>
      <h2>Your details and our emails</h2>
      <OnlyTheReminder {...props} />
      <MyForms {...props} forms={[changeDetails, changeEmail, stopEmails, endOldLinks, erase]} />
    </section>
  );
}

function OnlyTheReminder({ candidate, exam, token, now }: MyPageProps) {
  const isWaiting = confirmedStatusOf(candidate, exam, now) === 'waiting';
  if (!candidate.checkIns || !isWaiting || !latestAttempt(candidate)) return null;
  const target = { ...myAction('details', token), hidden: { token, checkIns: '' } };
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

const changeDetails: MyForm = ({ candidate, exam }) => {
  const labels = candidateLabels(exam);
  const { name, membership, timeZone, checkIns } = candidate;
  const details = { name, membership, timeZone, checkIns: checkIns ? 'yes' : '' };
  return {
    form: 'details',
    title: 'Change my name, membership, time zone or study emails',
    fields: ({ target, invalid }) => {
      const state = formState(target.form, invalid, details);
      return (
        <ActionForm target={target} button="Save my details">
          <TextField state={state} name="name" label={labels.name} autocomplete="name" />
          <MembershipField state={state} label={labels.membership} />
          <TimeZoneField state={state} label={labels.timeZone} />
          <CheckInsField state={state} />
        </ActionForm>
      );
    },
  };
};

/** Asks for a new address; nothing changes until it is confirmed from there. */
const changeEmail: MyForm = ({ candidate }) => ({
  form: changeEmailForm,
  title: 'Change my email address',
  text: `We write to ${candidate.email}. We’ll send a link to your new address; once you use it, our emails go there. The link works for ${daysToConfirm} days.`,
  fields: ({ target, invalid }) => (
    <ActionForm target={target} button="Send the link">
      <TextField
        state={formState(target.form, invalid)}
        name="email"
        label="Your new email address"
        type="email"
        autocomplete="email"
      />
    </ActionForm>
  ),
});

const stopEmails: MyForm = ({ candidate }) =>
  candidate.emailState === 'active'
    ? {
        form: 'unsubscribe',
        title: 'Stop all emails',
        text: 'You won’t get your reminder then.',
        button: 'Stop all emails',
        look: 'second',
      }
    : undefined;

const endOldLinks: MyForm = () => ({
  form: 'old-links',
  title: 'Someone else may have a link to this page',
  text: 'Anyone with one of our emails can open this page. We can end every link we sent before now; the next email brings a new one.',
  button: 'End the old links',
  look: 'second',
});

const erase: MyForm = () => ({
  form: 'erase',
  title: 'Erase all you know about me',
  text: 'We delete your name, your address, your attempts and our emails at once. You can’t take that back.',
  button: 'Erase everything',
  look: 'danger',
});
