import { entryKey, lastEntry } from '../../core/attempts.ts';
import { bookedDate } from '../../core/booking.ts';
import type { Candidate } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { allAttempts, latestAttempt, retakeDate, statusOf } from '../../core/status.ts';
import {
  ActionBody,
  ActionButton,
  type ActionContent,
  type ActionTarget,
  attemptForm,
  bookedForm,
  correctDateForm,
  Fold,
} from '../components/candidate-actions.tsx';
import { MembershipField, SingleBox, TextField, TimeZoneField } from '../components/fields.tsx';
import type { CandidatePageProps } from './candidate-page.tsx';
import { detailLabels, staffLabels, undoButton } from './labels.ts';

export function staffAction(form: string, { id }: Pick<Candidate, 'id'>): ActionTarget {
  return { form, url: `/admin/candidates/${id}/${form}` };
}

type FoldsProps = CandidatePageProps & { contents: readonly (ActionContent | false | undefined)[] };

/** Actions, each folded away until it is needed or was refused. */
function Folds({ candidate, invalid, contents }: FoldsProps) {
  return (
    <>
      {contents.map((content) => {
        if (!content) return null;
        const target = staffAction(content.form, candidate);
        return (
          <Fold target={target} invalid={invalid} summary={content.title}>
            <ActionBody target={target} invalid={invalid} content={content} />
          </Fold>
        );
      })}
    </>
  );
}

/** What happened to the candidate, to be recorded here, and taken back as easily. */
export function Actions(props: CandidatePageProps) {
  const { candidate, rules, now, invalid } = props;
  const { exam } = rules;
  const { enrollment, bouncedAt, complainedAt } = candidate;
  const status = statusOf(candidate, exam, now);
  const entry = enrollment ? undefined : lastEntry(candidate);
  const wasRefused = (form: string) => invalid?.form === form;
  const canRecord = ['waiting', 'can-retake', 'no-attempt'].includes(status) || wasRefused('attempts');
  const canBook = (!enrollment && retakeDate(candidate, exam) !== undefined) || wasRefused('booked');
  const isRefusedHere = wasRefused('attempts') || wasRefused('booked');
  if (enrollment && !bouncedAt && !complainedAt && !isRefusedHere) return null;
  return (
    <section aria-labelledby="actions">
      <h2 id="actions">Record what happened</h2>
      <Folds
        {...props}
        contents={[
          canRecord && { form: 'attempts', title: 'Record an attempt', ...attemptForm(candidate, exam, 'Exam date') },
          canBook && booked(props),
        ]}
      />
      <div class="buttons">
        {status !== 'passed' && status !== 'unconfirmed' && (
          <ActionButton target={staffAction('passed', candidate)}>Mark as passed</ActionButton>
        )}
        {(latestAttempt(candidate) !== undefined || status === 'passed') && (
          <ActionButton target={staffAction('new-application', candidate)} look="second">
            Record a new application
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
      <Folds
        {...props}
        contents={[bouncedAt !== undefined && clearBounce(candidate), complainedAt !== undefined && clearComplaint]}
      />
    </section>
  );
}

function booked({ candidate, rules: { exam } }: CandidatePageProps): ActionContent {
  const date = bookedDate(candidate, exam);
  const labels = { date: 'Date of the booked exam', save: 'Record booked exam', none: 'Remove the booking' };
  return {
    form: 'booked',
    title: date ? 'Change the booked exam' : 'Record a booked exam',
    ...bookedForm(date, labels),
  };
}

function clearBounce({ email }: Candidate): ActionContent {
  return {
    form: 'clear-bounce',
    title: 'Clear the bounce',
    text: `Clear the bounce only if you know that ${email} accepts email again. We’ll then go back to emailing it.`,
    button: 'Clear the bounce',
    look: 'second',
  };
}

const clearComplaint: ActionContent = {
  form: 'clear-complaint',
  title: 'Clear the spam report',
  text: 'Clear the report only if the student told you it was a mistake. Amazon keeps its own list of blocked addresses, so ask whoever runs this service to take this one off that list, too.',
  button: 'Clear the spam report',
  fields: (state) => <TextField state={state} name="note" label="What the student told you" />,
};

/** The details that staff may correct, each by a form of its own. */
export const correctable = ['name', 'cohort', 'membership', 'timeZone'] as const;

/** What is wrong on record, one form each; and what is kept of the candidate. */
export function Corrections(props: CandidatePageProps) {
  const { candidate, rules } = props;
  const { id, enrollment } = candidate;
  return (
    <section aria-labelledby="corrections">
      <h2 id="corrections">Correct or erase</h2>
      <Folds
        {...props}
        contents={[
          !enrollment && correctDate(candidate, rules.exam),
          ...correctable.map((field) => correctDetail(field, props)),
          !enrollment && newAddress(candidate),
          erase(candidate),
        ]}
      />
      {enrollment && (
        <p>
          Wrong attempt? <a href={`/admin/enroll?candidate=${id}`}>Enroll the student again</a> at this address; the new
          attempt replaces this one. Wrong address? Enroll the student at the right one, then erase this record.
        </p>
      )}
      <p>
        <a href={`/admin/candidates/${id}/data.json`}>Download this record</a>
      </p>
    </section>
  );
}

function correctDate(candidate: Candidate, exam: Exam): ActionContent | undefined {
  const attempt = allAttempts(candidate).at(-1);
  if (attempt === undefined) return undefined;
  const isEarlier = latestAttempt(candidate) === undefined;
  const text = [
    retakeDate(candidate, exam) && 'If you change the date, the reminder moves, too.',
    lastEntry(candidate)?.what === 'attempt' && 'Is the attempt number wrong? Undo the attempt and record it again.',
  ];
  return {
    form: 'correct-date',
    title: `Date of attempt ${attempt.number}${isEarlier ? ' on the previous application' : ''}`,
    text: text.filter(Boolean).join(' '),
    ...correctDateForm(attempt.date),
  };
}

function correctDetail(
  field: (typeof correctable)[number],
  { candidate, rules: { exam } }: CandidatePageProps,
): ActionContent {
  const was = candidate[field] ?? '';
  const title = detailLabels[field];
  const label = staffLabels(exam)[field];
  return {
    form: `details/${field}`,
    title,
    button: `Correct the ${title.toLowerCase()}`,
    // A change that a colleague makes in the meantime is not overwritten unseen.
    hidden: { was },
    input: { [field]: was },
    fields: (state) => {
      if (field === 'membership') return <MembershipField state={state} label={label} />;
      if (field === 'timeZone') return <TimeZoneField state={state} label={label} />;
      return <TextField state={state} label={label} name={field} />;
    },
  };
}

function newAddress({ bouncedAt }: Candidate): ActionContent {
  const again = bouncedAt
    ? ' The email that bounced won’t go out again on its own. Once the student confirms the new address, send it again under “Emails.”'
    : '';
  return {
    form: 'change-email',
    title: 'Email address',
    text: `We’ll send a link to the new address. Once the student confirms, all email will go there.${again}`,
    button: 'Send the link',
    fields: (state) => <TextField state={state} name="email" label="New email address" type="email" />,
  };
}

function erase({ name, enrollment }: Candidate): ActionContent {
  const reason = enrollment ? 'the student asks or the address is wrong' : 'the student asks';
  const sure = { value: 'yes', text: `Yes, erase everything about ${name}` };
  return {
    form: 'erase',
    title: 'Erase',
    text: `This permanently deletes the student’s name, address, attempts, emails, and notes. Erase a record only if ${reason}.`,
    button: 'Erase',
    look: 'danger',
    fields: (state) => <SingleBox state={state} name="sure" label="Are you sure?" option={sure} />,
  };
}
