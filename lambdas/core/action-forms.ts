import type { Action } from './actions.ts';
import type { Flag } from './candidate.ts';
import { type FormInput, type Forms, type Parsed, parseForm } from './forms.ts';

/** The forms on my page, by the last segment of their path. */
export const candidateForms = [
  'attempts',
  'correct-date',
  'lowest-areas',
  'details',
  'booked',
  'ask-later',
  'passed',
  'undo',
  'new-application',
  'unsubscribe',
  'resubscribe',
  'old-links',
] as const;

/** The forms staff have for a candidate's exam, by the last segment of their path. */
export const staffForms = [
  'attempts',
  'correct-date',
  'booked',
  'passed',
  'new-application',
  'undo',
  'clear-bounce',
  'clear-complaint',
  'notes',
] as const;
export type StaffForm = (typeof staffForms)[number];

type ActionForm = (typeof candidateForms)[number] | StaffForm;

/** The action a form asks for, or its field errors. */
export function parseAction(form: ActionForm, forms: Forms, input: FormInput): Parsed<Action> {
  switch (form) {
    case 'attempts':
      return toAction(parseForm(forms.attempt, input), ({ attemptNumber: number, attemptDate: date, lowestAreas }) => ({
        type: 'record-attempt',
        number,
        date,
        lowestAreas,
      }));
    case 'correct-date':
      return toAction(parseForm(forms.date, input), ({ attemptDate: date }) => ({
        type: 'correct-date',
        date,
      }));
    case 'lowest-areas':
      return toAction(parseForm(forms.lowestAreas, input), ({ lowestAreas: areas }) => ({
        type: 'set-lowest-areas',
        areas,
      }));
    case 'booked':
      return toAction(parseForm(forms.booking, input), ({ examDate }) => ({
        type: 'book-exam',
        examDate,
      }));
    case 'details':
      return toAction(parseForm(forms.details, withBox(input)), (details) => ({
        type: 'change-details',
        details,
      }));
    case 'passed':
      return { values: { type: 'mark-passed' } };
    case 'undo':
      return toAction(parseForm(forms.undo, input), ({ entry }) => ({ type: 'undo', entry }));
    case 'new-application':
      return { values: { type: 'start-application' } };
    case 'old-links':
      return { values: { type: 'end-old-links' } };
    case 'ask-later':
    case 'unsubscribe':
    case 'resubscribe':
    case 'clear-bounce':
      return { values: { type: form } };
    case 'clear-complaint':
      return toAction(parseForm(forms.note, input), ({ note }) => ({ type: form, note }));
    case 'notes':
      return toAction(parseForm(forms.note, input), ({ note }) => ({ type: 'add-note', note }));
  }
}

/** The acknowledgement that a flag's form asks for, or its field errors. */
export function parseAcknowledgement(flag: Flag, forms: Forms, input: FormInput): Parsed<Action> {
  return toAction(parseForm(forms.acknowledgement, input), ({ note }) => ({
    type: 'acknowledge-flag',
    flag,
    note,
  }));
}

/** Browsers leave out a box that isn't ticked: where all else is there, that is what it means. */
function withBox(input: FormInput): FormInput {
  const isWhole = ['name', 'membership', 'timeZone'].every((field) => input[field] !== undefined);
  return isWhole ? { checkIns: '', ...input } : input;
}

function toAction<Values>(parsed: Parsed<Values>, actionFor: (values: Values) => Action): Parsed<Action> {
  return 'values' in parsed ? { values: actionFor(parsed.values) } : parsed;
}
