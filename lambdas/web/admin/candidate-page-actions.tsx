import type { Child } from 'hono/jsx';
import { entryKey, lastEntry } from '../../core/attempts.ts';
import { bookedDate } from '../../core/booking.ts';
import type { Candidate } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { allAttempts, latestAttempt, retakeDate, statusOf } from '../../core/status.ts';
import {
  Action,
  ActionButton,
  ActionForm,
  type ActionTarget,
  BookedForm,
  CorrectDateForm,
  RecordAttemptForm,
} from '../components/candidate-actions.tsx';
import { MembershipField, TextField, TimeZoneField } from '../components/fields.tsx';
import { type FormState, formState } from '../components/form-state.ts';
import type { CandidatePageProps } from './candidate-page.tsx';
import { detailLabels, staffLabels, undoButton } from './labels.ts';

export function staffAction(form: string, { id }: Pick<Candidate, 'id'>): ActionTarget {
  return { form, url: `/admin/candidates/${id}/${form}` };
}

type Own = { target: ActionTarget; invalid: FormState | undefined };
type FoldProps = CandidatePageProps & {
  form: string;
  summary: string;
  text?: Child;
  hidden?: Record<string, string>;
  children: (own: Own) => Child;
};

/** One action, folded away until it is needed or was refused. */
function Fold({ candidate, invalid, form, summary, text, hidden = {}, children }: FoldProps) {
  const target = { ...staffAction(form, candidate), hidden };
  return (
    <Action target={target} invalid={invalid} summary={summary}>
      {text && <p>{text}</p>}
      {children({ target, invalid })}
    </Action>
  );
}

/** What happened to the candidate, to be recorded here, and taken back as easily. */
export function Actions(props: CandidatePageProps) {
  const { candidate, rules, now, invalid } = props;
  const { enrollment, bouncedAt, complainedAt } = candidate;
  const status = statusOf(candidate, rules.exam, now);
  const entry = enrollment ? undefined : lastEntry(candidate);
  const wasRefused = (form: string) => invalid?.form === form;
  if (enrollment && !bouncedAt && !complainedAt && !invalid) return null;
  return (
    <section aria-labelledby="actions">
      <h2 id="actions">Record what happened</h2>
      {(['waiting', 'can-retake', 'no-attempt'].includes(status) || wasRefused('attempts')) && (
        <Fold {...props} form="attempts" summary="Record an attempt">
          {(own) => <RecordAttemptForm {...own} candidate={candidate} exam={rules.exam} dateLabel="Exam date" />}
        </Fold>
      )}
      {((!enrollment && retakeDate(candidate, rules.exam)) || wasRefused('booked')) && <Booked {...props} />}
      <div class="buttons">
        {status !== 'passed' && status !== 'unconfirmed' && (
          <ActionButton target={staffAction('passed', candidate)}>Mark as passed</ActionButton>
        )}
        {(latestAttempt(candidate) !== undefined || status === 'passed') && (
          <ActionButton target={staffAction('new-application', candidate)} look="second">
            Start a new application
          </ActionButton>
        )}
        {entry && (
          <ActionButton
            target={{ ...staffAction('undo', candidate), hidden: { entry: entryKey(entry) } }}
            look="second"
          >
            {undoButton(entry, latestAttempt(candidate)?.number)}
          </ActionButton>
        )}
      </div>
      {bouncedAt && <ClearBounce {...props} />}
      {complainedAt && <ClearComplaint {...props} />}
    </section>
  );
}

function Booked(props: CandidatePageProps) {
  const booked = bookedDate(props.candidate, props.rules.exam);
  return (
    <Fold {...props} form="booked" summary={booked ? 'Change the booked exam' : 'Record a booked exam'}>
      {(own) => (
        <BookedForm
          {...own}
          booked={booked}
          labels={{ date: 'Date of the booked exam', save: 'Record booked exam', none: 'Remove the booking' }}
        />
      )}
    </Fold>
  );
}

function ClearBounce(props: CandidatePageProps) {
  const text = `Clear the bounce only if you know that ${props.candidate.email} accepts email again. We’ll then go back to emailing it.`;
  return (
    <Fold {...props} form="clear-bounce" summary="Clear the bounce" text={text}>
      {({ target }) => (
        <ActionButton target={target} look="second">
          Clear the bounce
        </ActionButton>
      )}
    </Fold>
  );
}

function ClearComplaint(props: CandidatePageProps) {
  const text =
    'Clear the report only if the student told you it was a mistake. Amazon keeps its own list of blocked addresses, so ask whoever runs this service to take this one off that list, too.';
  return (
    <Fold {...props} form="clear-complaint" summary="Clear the spam report" text={text}>
      {({ target, invalid }) => (
        <ActionForm target={target} button="Clear the spam report">
          <TextField state={formState(target.form, invalid)} name="note" label="What the student told you" />
        </ActionForm>
      )}
    </Fold>
  );
}

/** The details that staff may correct, each by a form of its own. */
export const correctable = ['name', 'cohort', 'membership', 'timeZone'] as const;
type Correctable = (typeof correctable)[number];

/** What is wrong on record, one form each; and what is kept of the candidate. */
export function Corrections(props: CandidatePageProps) {
  const { candidate } = props;
  return (
    <section aria-labelledby="corrections">
      <h2 id="corrections">Correct or erase</h2>
      {!candidate.enrollment && <CorrectDate {...props} />}
      {correctable.map((field) => (
        <CorrectDetail {...props} field={field} />
      ))}
      {!candidate.enrollment && <NewAddress {...props} />}
      <Erase {...props} />
      {candidate.enrollment && (
        <p>
          <a href={`/admin/enroll?candidate=${candidate.id}`}>Correct the attempt</a>. If the address is wrong, enroll
          the student again with the right one and erase this record.
        </p>
      )}
      <p>
        <a href={`/admin/candidates/${candidate.id}/data.json`}>Download this record</a>
      </p>
    </section>
  );
}

function CorrectDate(props: CandidatePageProps) {
  const attempt = allAttempts(props.candidate).at(-1);
  if (attempt === undefined) return null;
  const isEarlier = latestAttempt(props.candidate) === undefined;
  const summary = `Date of attempt ${attempt.number}${isEarlier ? ' on the previous application' : ''}`;
  const text = `If you change the date, the reminder moves, too.${isEarlier ? '' : ' Is the attempt number wrong? Undo the attempt and record it again.'}`;
  return (
    <Fold {...props} form="correct-date" summary={summary} text={text}>
      {(own) => <CorrectDateForm {...own} date={attempt.date} />}
    </Fold>
  );
}

function CorrectDetail({ field, ...props }: CandidatePageProps & { field: Correctable }) {
  const was = props.candidate[field] ?? '';
  const summary = detailLabels[field];
  // A change that a colleague makes in the meantime is not overwritten unseen.
  return (
    <Fold {...props} form={`details/${field}`} summary={summary} hidden={{ was }}>
      {({ target, invalid }) => (
        <ActionForm target={target} button={`Correct the ${summary.toLowerCase()}`}>
          <DetailField
            field={field}
            state={formState(target.form, invalid, { [field]: was })}
            exam={props.rules.exam}
          />
        </ActionForm>
      )}
    </Fold>
  );
}

function DetailField({ field, state, exam }: { field: Correctable; state: FormState; exam: Exam }) {
  const shown = { state, label: staffLabels(exam)[field] };
  if (field === 'membership') return <MembershipField {...shown} />;
  return field === 'timeZone' ? <TimeZoneField {...shown} /> : <TextField {...shown} name={field} />;
}

function NewAddress(props: CandidatePageProps) {
  const again = props.candidate.bouncedAt
    ? ' The email that bounced won’t go out again on its own. Once the student confirms the new address, send it again under “Emails.”'
    : '';
  const text = `We’ll send a link to the new address. Once the student confirms, all email will go there.${again}`;
  return (
    <Fold {...props} form="change-email" summary="Email address" text={text}>
      {({ target, invalid }) => (
        <ActionForm target={target} button="Send the link">
          <TextField state={formState(target.form, invalid)} name="email" label="New email address" type="email" />
        </ActionForm>
      )}
    </Fold>
  );
}

function Erase(props: CandidatePageProps) {
  const text =
    'This permanently deletes the student’s name, address, attempts, emails, and notes. Erase a record only if the student asks.';
  return (
    <Fold {...props} form="erase" summary="Erase" text={text}>
      {({ target: { form, url }, invalid }) => (
        <form method="post" action={url}>
          {invalid?.form === form && <p class="error">{invalid.fieldErrors.sure}</p>}
          <label class="choice">
            <input id="erase-sure" type="checkbox" name="sure" value="yes" required />
            <span>Yes, erase everything about {props.candidate.name}</span>
          </label>
          <button type="submit" class="danger">
            Erase
          </button>
        </form>
      )}
    </Fold>
  );
}
