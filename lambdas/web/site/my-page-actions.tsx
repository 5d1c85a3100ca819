import type { FC } from 'hono/jsx';
import { undoable } from '../../core/attempts.ts';
import { bookedDate } from '../../core/booking.ts';
import { allAttempts, attemptsUsed, confirmedStatusOf, latestAttempt } from '../../core/status.ts';
import { dateIn, formatDate } from '../../core/time.ts';
import {
  ActionButton,
  BookedForm,
  CorrectDateForm,
  LowestAreasForm,
  RecordAttemptForm,
  UndoButton,
  undoLabels,
} from '../components/candidate-actions.tsx';
import { candidateLabels } from '../components/sign-up-fields.tsx';
import { MyAction, myAction } from './my-action.tsx';
import type { MyPageProps } from './my-page.tsx';

export function Actions(props: MyPageProps) {
  return (
    <section>
      <h2>Tell us what’s new</h2>
      {inOrder(props).map((Form) => (
        <Form {...props} />
      ))}
    </section>
  );
}

/** First what is most likely to have happened since. */
function inOrder({ candidate, exam, now }: MyPageProps): FC<MyPageProps>[] {
  const corrections = [LowestAreas, CorrectDate, Undo, NewApplication];
  const booked = bookedDate(candidate, exam);
  switch (confirmedStatusOf(candidate, exam, now)) {
    case 'waiting':
      return [LowestAreas, Booked, CorrectDate, MarkPassed, RecordAttempt, Undo, NewApplication];
    case 'can-retake':
      return booked && booked <= dateIn(candidate.timeZone, now)
        ? [MarkPassed, RecordAttempt, Booked, NotYet, ...corrections]
        : [Booked, MarkPassed, RecordAttempt, NotYet, ...corrections];
    case 'attempts-used':
      return [NewApplication, LowestAreas, CorrectDate, MarkPassed, RecordAttempt, Undo];
    case 'passed':
      return [Undo, NewApplication, RecordAttempt];
    case 'no-attempt':
      return [RecordAttempt, MarkPassed, Undo];
  }
}

function Booked({ candidate, exam, token, now, invalid }: MyPageProps) {
  const target = myAction('booked', token);
  const booked = bookedDate(candidate, exam);
  const isOpen = booked || confirmedStatusOf(candidate, exam, now) === 'can-retake';
  return (
    <MyAction
      target={target}
      invalid={invalid}
      title={booked ? 'My exam has another date' : 'I booked a date'}
      isOpen={Boolean(isOpen)}
    >
      {!booked && <p>We’ll count down to it here, and write to you the day before.</p>}
      <BookedForm
        target={target}
        invalid={invalid}
        booked={booked}
        labels={{ date: 'When is your exam?', none: 'I don’t have a date any more' }}
      />
    </MyAction>
  );
}

function MarkPassed({ candidate, exam, token, now, invalid }: MyPageProps) {
  const target = myAction('passed', token);
  return (
    <MyAction
      target={target}
      invalid={invalid}
      title="I passed"
      isOpen={confirmedStatusOf(candidate, exam, now) === 'can-retake'}
    >
      <p>That’s great news. Tell us, and we’ll stop the reminders.</p>
      <ActionButton target={target}>I passed</ActionButton>
    </MyAction>
  );
}

function RecordAttempt({ candidate, exam, token, now, invalid }: MyPageProps) {
  const target = myAction('attempts', token);
  const status = confirmedStatusOf(candidate, exam, now);
  const isOver = status === 'attempts-used' || status === 'passed';
  if (isOver && invalid?.form !== target.form) return null;
  const isFirst = status === 'no-attempt';
  const refused = candidate.refusedAttempt?.number ?? 0;
  return (
    <MyAction
      target={target}
      invalid={invalid}
      title={isFirst ? 'The date of my exam' : 'I took it and didn’t pass'}
      isOpen={isFirst || status === 'can-retake' || refused > attemptsUsed(candidate)}
    >
      {!isFirst && <p>We’re sorry. Tell us the date, and we’ll work out the next one.</p>}
      <RecordAttemptForm
        target={target}
        invalid={invalid}
        candidate={candidate}
        exam={exam}
        dateLabel={candidateLabels(exam).attemptDate}
      />
    </MyAction>
  );
}

function NotYet({ candidate, exam, token, now, invalid }: MyPageProps) {
  const booked = bookedDate(candidate, exam);
  if (booked && booked > dateIn(candidate.timeZone, now)) return null;
  const target = myAction('ask-later', token);
  return (
    <MyAction target={target} invalid={invalid} title="Not yet" isOpen={true}>
      <p>There’s no rush. Tell us, and we’ll ask you again in a month.</p>
      <ActionButton target={target} look="second">
        Not yet
      </ActionButton>
    </MyAction>
  );
}

function LowestAreas({ candidate, exam, token, now, invalid }: MyPageProps) {
  const latest = allAttempts(candidate).at(-1);
  if (latest === undefined) return null;
  const target = myAction('lowest-areas', token);
  const isWaiting = confirmedStatusOf(candidate, exam, now) === 'waiting';
  return (
    <MyAction
      target={target}
      invalid={invalid}
      title="My score report is here"
      isOpen={isWaiting && latest.lowestAreas.length === 0}
    >
      <LowestAreasForm
        target={target}
        invalid={invalid}
        exam={exam}
        lowestAreas={latest.lowestAreas}
      />
    </MyAction>
  );
}

function CorrectDate({ candidate, token, invalid }: MyPageProps) {
  const last = allAttempts(candidate).at(-1);
  if (last === undefined) return null;
  const target = myAction('correct-date', token);
  const { refusedAttempt } = candidate;
  const isRefused = refusedAttempt?.number === last.number;
  return (
    <MyAction
      target={target}
      invalid={invalid}
      title="The date of my exam is wrong"
      isOpen={isRefused}
    >
      <p>
        We have attempt {last.number} on {formatDate(last.date)}.
      </p>
      <CorrectDateForm
        target={target}
        invalid={invalid}
        date={isRefused ? refusedAttempt.date : last.date}
      />
    </MyAction>
  );
}

function Undo({ candidate, token, now, invalid }: MyPageProps) {
  const entry = undoable(candidate, now);
  const target = myAction('undo', token);
  if (entry === undefined) return null;
  return (
    <MyAction target={target} invalid={invalid} title="Take back the last thing I told you">
      <p>{undoLabels(entry, latestAttempt(candidate)?.number).candidate}</p>
      <UndoButton target={target} entry={entry} />
    </MyAction>
  );
}

function NewApplication({ candidate, exam, token, now, invalid }: MyPageProps) {
  const status = confirmedStatusOf(candidate, exam, now);
  if (latestAttempt(candidate) === undefined && status !== 'passed') return null;
  const target = myAction('new-application', token);
  return (
    <MyAction
      target={target}
      invalid={invalid}
      title="I have a new application"
      isOpen={status === 'attempts-used'}
    >
      <p>
        Have you applied to {exam.body.name} again? Then we count your attempts from one, and tell
        you when the wait is over.
      </p>
      <ActionButton
        target={target}
        {...(status !== 'attempts-used' && { look: 'second' as const })}
      >
        Start a new application
      </ActionButton>
    </MyAction>
  );
}
