import { daysToConfirm } from '../../core/pending-link.ts';
import { ActionButton } from '../components/candidate-actions.tsx';
import { CheckInsField, MembershipField, TextField, TimeZoneField } from '../components/fields.tsx';
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

function OnlyTheReminder({ candidate, token, status, attempt }: MyPageProps) {
  if (!candidate.checkIns || status !== 'waiting' || !attempt) return null;
  const target = { ...myAction('details', token), hidden: { token, checkIns: '' } };
  return (
    <div class="action">
      <h3 id="only-reminder">Study emails while you wait</h3>
      <p>You asked for two short ones. You can skip them and still get your reminder.</p>
      <ActionButton target={target} look="second">
        Only the reminder, please
      </ActionButton>
    </div>
  );
}

const changeDetails: MyForm = ({ candidate, exam }) => {
  const labels = candidateLabels(exam);
  const { name, membership, timeZone, checkIns } = candidate;
  return {
    form: 'details',
    title: 'Change my name, membership, time zone or study emails',
    button: 'Save my details',
    input: { name, membership, timeZone, checkIns: checkIns ? 'yes' : '' },
    fields: (state) => (
      <>
        <TextField state={state} name="name" label={labels.name} autocomplete="name" />
        <MembershipField state={state} label={labels.membership} />
        <TimeZoneField state={state} label={labels.timeZone} />
        <CheckInsField state={state} />
      </>
    ),
  };
};

/** Asks for a new address; nothing changes until it is confirmed from there. */
const changeEmail: MyForm = ({ candidate }) => ({
  form: changeEmailForm,
  title: 'Change my email address',
  text: `Your email address is ${candidate.email}. We’ll send a link to your new address, and once you confirm, our emails will go there. The link works for ${daysToConfirm} days.`,
  button: 'Send the link',
  fields: (state) => (
    <TextField state={state} name="email" label="Your new email address" type="email" autocomplete="email" />
  ),
});

const stopEmails: MyForm = ({ candidate, status }) =>
  candidate.emailState === 'active'
    ? {
        form: 'unsubscribe',
        title: 'Stop all emails',
        text:
          status === 'waiting'
            ? 'That includes your reminder.'
            : 'We won’t email you again unless you turn our emails back on.',
        button: 'Stop all emails',
        look: 'second',
      }
    : undefined;

export const howToGetALink = 'To get a new link, enter your email address on “Get the link to your page.”';

const endOldLinks: MyForm = () => ({
  form: 'old-links',
  title: 'If someone else has a link to this page',
  text: `Anyone who has one of our emails can open this page. We can turn off every link we’ve sent so far. ${howToGetALink}`,
  button: 'Turn off the old links',
  look: 'second',
});

const erase: MyForm = () => ({
  form: 'erase',
  title: 'Erase everything you know about me',
  text: 'We’ll erase your record right away, and this can’t be undone. We’ll keep your email address for two weeks in case someone else did this, and backups of your record for 35 days.',
  button: 'Erase everything',
  look: 'danger',
});
