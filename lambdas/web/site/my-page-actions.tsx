import { undoable } from '../../core/attempts.ts';
import { allAttempts, confirmedStatusOf, latestAttempt } from '../../core/status.ts';
import { formatDate } from '../../core/time.ts';
import {
  Action,
  ActionButton,
  ActionForm,
  type ActionTarget,
  CorrectDateForm,
  RecordAttemptForm,
  UndoButton,
  undoLabels,
} from '../components/candidate-actions.tsx';
import { MembershipField, TextField, TimeZoneField } from '../components/fields.tsx';
import { formState } from '../components/form-state.ts';
import { candidateLabels } from '../components/sign-up-fields.tsx';
import { ChangeEmailForm, changeEmailForm } from './change-email-form.tsx';
import type { MyPageProps } from './my-page.tsx';

/** An action on my page, which the link's token allows. */
export function myAction(form: string, token: string): ActionTarget {
  return { form, url: `/my/${form}`, hidden: { token } };
}

export function Actions(props: MyPageProps) {
  return (
    <section>
      <h2>What you can do here</h2>
      <MarkPassed {...props} />
      <RecordAttempt {...props} />
      <CorrectDate {...props} />
      <Undo {...props} />
      <NewApplication {...props} />
      <ChangeDetails {...props} />
      <ChangeEmailForm
        target={myAction(changeEmailForm, props.token)}
        invalid={props.invalid}
        email={props.candidate.email}
      />
      <StopOrErase {...props} />
    </section>
  );
}

function MarkPassed({ candidate, exam, token, now, invalid }: MyPageProps) {
  if (confirmedStatusOf(candidate, exam, now) === 'passed') return null;
  const target = myAction('passed', token);
  return (
    <Action target={target} invalid={invalid} summary="I passed">
      <p id="passed">Congratulations! Tell us, and we stop reminding you.</p>
      <ActionButton target={target}>I passed</ActionButton>
    </Action>
  );
}

function RecordAttempt({ candidate, exam, token, now, invalid }: MyPageProps) {
  const target = myAction('attempts', token);
  const status = confirmedStatusOf(candidate, exam, now);
  const isOpen = status === 'waiting' || status === 'can-retake';
  if (!isOpen && invalid?.form !== target.form) return null;
  return (
    <Action target={target} invalid={invalid} summary="I have a new result">
      <p id="new-result">
        We are sorry if it did not work out. Tell us, and we work out your next date.
      </p>
      <RecordAttemptForm
        target={target}
        invalid={invalid}
        candidate={candidate}
        exam={exam}
        dateLabel={candidateLabels(exam).attemptDate}
      />
    </Action>
  );
}

function CorrectDate({ candidate, token, invalid }: MyPageProps) {
  const last = allAttempts(candidate).at(-1);
  if (last === undefined) return null;
  const target = myAction('correct-date', token);
  return (
    <Action target={target} invalid={invalid} summary="The date of my exam is wrong">
      <p>
        We have attempt {last.number} on {formatDate(last.date)}.
      </p>
      <CorrectDateForm target={target} invalid={invalid} date={last.date} />
    </Action>
  );
}

function Undo({ candidate, token, now, invalid }: MyPageProps) {
  const entry = undoable(candidate, now);
  if (entry === undefined) return null;
  const target = myAction('undo', token);
  return (
    <Action target={target} invalid={invalid} summary="Take back the last thing I told you">
      <p>{undoLabels(entry, latestAttempt(candidate)?.number).candidate}</p>
      <UndoButton target={target} entry={entry} />
    </Action>
  );
}

function NewApplication({ candidate, exam, token, now, invalid }: MyPageProps) {
  const hasPassed = confirmedStatusOf(candidate, exam, now) === 'passed';
  if (latestAttempt(candidate) === undefined && !hasPassed) return null;
  const target = myAction('new-application', token);
  return (
    <Action target={target} invalid={invalid} summary="I have a new application">
      <p>When you have applied to {exam.body.name} again, we count your attempts from one again.</p>
      <ActionButton target={target} look="second">
        Start a new application
      </ActionButton>
    </Action>
  );
}

function ChangeDetails({ candidate, exam, token, invalid }: MyPageProps) {
  const target = myAction('details', token);
  const labels = candidateLabels(exam);
  const { name, membership, timeZone } = candidate;
  const state = formState(target.form, invalid, { name, membership, timeZone });
  return (
    <Action target={target} invalid={invalid} summary="Change my name, membership or time zone">
      <ActionForm target={target} button="Save">
        <TextField state={state} name="name" label={labels.name} type="text" autocomplete="name" />
        <MembershipField state={state} label={labels.membership} />
        <TimeZoneField state={state} label={labels.timeZone} />
      </ActionForm>
    </Action>
  );
}

function StopOrErase({ candidate, token, invalid }: MyPageProps) {
  const stop = myAction('unsubscribe', token);
  const endLinks = myAction('old-links', token);
  const erase = myAction('erase', token);
  return (
    <>
      {candidate.emailState === 'active' && (
        <Action target={stop} invalid={invalid} summary="Stop all emails">
          <p>You won’t get your reminder then.</p>
          <ActionButton target={stop} look="second">
            Stop all emails
          </ActionButton>
        </Action>
      )}
      <Action
        target={endLinks}
        invalid={invalid}
        summary="Someone else may have a link to this page"
      >
        <p>
          Anyone with one of our emails can open this page. We can end every link we sent before
          now; the next email brings a new one.
        </p>
        <ActionButton target={endLinks} look="second">
          End the old links
        </ActionButton>
      </Action>
      <Action target={erase} invalid={invalid} summary="Erase all you know about me">
        <p>
          We delete your name, your address, your attempts and our emails at once. That can’t be
          taken back.
        </p>
        <ActionButton target={erase} look="danger">
          Erase everything
        </ActionButton>
      </Action>
    </>
  );
}
