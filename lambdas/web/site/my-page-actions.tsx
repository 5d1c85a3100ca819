import { entryKey, type LastEntry, undoable } from '../../core/attempts.ts';
import type { Attempt } from '../../core/candidate.ts';
import { asksAgain } from '../../core/email-rules.ts';
import { type Exam, ordinal } from '../../core/exam.ts';
import type { ConfirmedStatus } from '../../core/status.ts';
import { formatDate } from '../../core/time.ts';
import { attemptForm, bookedForm, correctDateForm } from '../components/candidate-actions.tsx';
import { LowestAreasField } from '../components/fields.tsx';
import { candidateLabels } from '../components/sign-up-fields.tsx';
import { type MyForm, MyForms } from './my-action.tsx';
import type { MyPageProps } from './my-page.tsx';

export function Actions(props: MyPageProps) {
  const mending = mendingForm(props);
  return (
    <section>
      <h2>Tell us what’s new</h2>
      <MyForms {...props} forms={inOrder(props).filter((form) => form !== mending)} />
    </section>
  );
}

/** What mends an attempt from a sign-up that the rules refused. */
export function mendingForm({ candidate, status, attempt }: MyPageProps): MyForm | undefined {
  const { refusedAttempt } = candidate;
  if (refusedAttempt === undefined) return undefined;
  if (status !== 'passed' && attempt?.number === refusedAttempt.number) return correctDate;
  return status === 'passed' || status === 'attempts-used' ? newApplication : recordAttempt;
}

/** First what is most likely to have happened since. */
function inOrder({ status, booked, today }: MyPageProps): MyForm[] {
  const corrections = [lowestAreas, correctDate, undo, newApplication];
  switch (status) {
    case 'waiting':
      return [lowestAreas, bookedDate, correctDate, passed, recordAttempt, undo, newApplication];
    case 'can-retake':
      return booked && booked <= today
        ? [passed, recordAttempt, bookedDate, notYet, ...corrections]
        : [bookedDate, passed, recordAttempt, notYet, ...corrections];
    case 'attempts-used':
      return [newApplication, lowestAreas, correctDate, passed, recordAttempt, undo];
    case 'passed':
      return [undo, newApplication, recordAttempt];
    case 'no-attempt':
      return [recordAttempt, passed, undo];
  }
}

function isExamAhead({ booked, today }: MyPageProps): boolean {
  return booked !== undefined && booked > today;
}

/** Whether the reader may have a result to tell. */
function isResultDue(props: MyPageProps): boolean {
  return props.status === 'can-retake' && !isExamAhead(props);
}

const bookedDate: MyForm = ({ candidate, status, booked }) => ({
  form: 'booked',
  title: booked ? 'My exam date changed' : 'I booked a date',
  isOpen: booked !== undefined || status === 'can-retake',
  text:
    !booked &&
    `We’ll count down to it here${candidate.emailState === 'active' ? ' and email you the day before' : ''}.`,
  ...bookedForm(booked, { date: 'When is your exam?', save: 'Save the date', none: 'Remove my exam date' }),
});

const passed: MyForm = (props) => ({
  form: 'passed',
  title: 'I passed',
  isOpen: isResultDue(props),
  text: 'That’s great news. Let us know, and we’ll stop the reminders.',
  button: 'I passed',
});

const recordAttempt: MyForm = (props) => {
  const { candidate, exam, status, invalid } = props;
  const form = 'attempts';
  const isOver = status === 'attempts-used' || status === 'passed';
  if (isOver && invalid?.form !== form) return undefined;
  const isFirst = status === 'no-attempt';
  return {
    form,
    title: isFirst ? 'The date of my exam' : 'I took it and didn’t pass',
    isOpen: isFirst || isResultDue(props),
    text:
      !isFirst &&
      !candidate.refusedAttempt &&
      'We’re sorry to hear it. Tell us the date, and we’ll work out when you can take it again.',
    ...attemptForm(candidate, exam, candidateLabels(exam).attemptDate),
  };
};

const notYet: MyForm = (props) => {
  const { booked, today } = props;
  const common = { form: 'ask-later', title: 'I haven’t taken it yet' };
  if (booked !== undefined && booked >= today)
    return { ...common, text: 'We’ll ask how it went the day after. If your exam date changed, enter the new one.' };
  const isAsked = asksAgain(props.candidate);
  return {
    ...common,
    isOpen: true,
    text: isAsked
      ? 'Tell us, and we’ll ask again in a month. Meanwhile, check when your testing period ends.'
      : 'We won’t ask again, but this page stays open. Once you have your result, tell us here. Meanwhile, check when your testing period ends.',
    ...(isAsked && { button: 'Not yet: ask me later', look: 'second' }),
  };
};

const lowestAreas: MyForm = ({ exam, status, lastAttempt }) => {
  if (lastAttempt === undefined) return undefined;
  return {
    form: 'lowest-areas',
    title: 'I have my score report',
    isOpen: status === 'waiting' && lastAttempt.lowestAreas.length === 0,
    button: 'Save the lowest areas',
    input: { lowestAreas: lastAttempt.lowestAreas },
    fields: (state) => <LowestAreasField state={state} exam={exam} />,
  };
};

const correctDate: MyForm = ({ candidate, lastAttempt: last }) => {
  if (last === undefined) return undefined;
  const refused = candidate.refusedAttempt?.number === last.number ? candidate.refusedAttempt : undefined;
  return {
    form: 'correct-date',
    title: 'The date of my last attempt is wrong',
    text: `We have your ${ordinal(last.number).toLowerCase()} attempt down as ${formatDate(last.date)}.`,
    ...correctDateForm((refused ?? last).date),
  };
};

const undo: MyForm = ({ candidate, exam, attempt, now }) => {
  const entry = undoable(candidate, now);
  if (entry === undefined) return undefined;
  const { title, text } = undoTexts(entry.what, attempt, exam);
  return { form: 'undo', title, text, button: title, look: 'second', hidden: { entry: entryKey(entry) } };
};

function undoTexts(what: LastEntry['what'], attempt: Attempt | undefined, exam: Exam) {
  const which = attempt ? `${ordinal(attempt.number).toLowerCase()} attempt` : 'attempt';
  switch (what) {
    case 'attempt':
      return {
        title: `Remove my ${which}`,
        text: `This removes your ${which}, on ${attempt && formatDate(attempt.date)}, from your record.`,
      };
    case 'passed':
      return { title: 'Undo “I passed”', text: 'This removes the pass from your record.' };
    case 'new-application':
      return {
        title: 'Remove my new application',
        text: `This removes it from your record here. It doesn’t change anything at ${exam.body.name}.`,
      };
  }
}

const newApplication: MyForm = ({ exam, status, attempt }) => {
  if (attempt === undefined && status !== 'passed') return undefined;
  const isOpen = status === 'attempts-used';
  const { name } = exam.body;
  const texts: Partial<Record<ConfirmedStatus, string>> = {
    'attempts-used': `If you’ve applied to ${name} again, we’ll start counting your attempts from one and tell you when your wait is over.`,
    passed: `If you ever have to take the exam again, tell us here once you’ve sent ${name} a new application.`,
  };
  return {
    form: 'new-application',
    title: 'I have a new application',
    isOpen,
    text:
      texts[status] ??
      `Use this only if your old application has ended and you’ve sent ${name} a new one, not if you’re applying for your next attempt. We’ll start counting your attempts from one.`,
    button: 'Record my new application',
    look: isOpen ? undefined : 'second',
  };
};
