import type { Action } from './actions.ts';
import type { Flag } from './candidate.ts';
import { type FormInput, type Forms, type Parsed, parseForm } from './forms.ts';

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

type Parser = (forms: Forms, input: FormInput) => Parsed<Action>;

const parsers: Record<ActionForm, Parser> = {
  attempts: (forms, input) =>
    toAction(parseForm(forms.attempt, input), ({ attemptNumber: number, attemptDate: date, lowestAreas }) => {
      return { type: 'record-attempt', number, date, lowestAreas };
    }),
  'correct-date': (forms, input) =>
    toAction(parseForm(forms.date, input), ({ attemptDate: date }) => ({ type: 'correct-date', date })),
  'lowest-areas': (forms, input) =>
    toAction(parseForm(forms.lowestAreas, input), ({ lowestAreas: areas }) => ({ type: 'set-lowest-areas', areas })),
  booked: (forms, input) => toAction(parseForm(forms.booking, input), (values) => ({ type: 'book-exam', ...values })),
  details: (forms, input) =>
    toAction(parseForm(forms.details, withBox(input)), (details) => ({ type: 'change-details', details })),
  undo: (forms, input) => toAction(parseForm(forms.undo, input), (values) => ({ type: 'undo', ...values })),
  'clear-complaint': (forms, input) =>
    toAction(parseForm(forms.mistakenReport, input), (values) => ({ type: 'clear-complaint', ...values })),
  notes: (forms, input) => toAction(parseForm(forms.note, input), (values) => ({ type: 'add-note', ...values })),
  passed: () => ({ values: { type: 'mark-passed' } }),
  'new-application': () => ({ values: { type: 'start-application' } }),
  'old-links': () => ({ values: { type: 'end-old-links' } }),
  'ask-later': () => ({ values: { type: 'ask-later' } }),
  unsubscribe: () => ({ values: { type: 'unsubscribe' } }),
  resubscribe: () => ({ values: { type: 'resubscribe' } }),
  'clear-bounce': () => ({ values: { type: 'clear-bounce' } }),
};

export function parseAction(form: ActionForm, forms: Forms, input: FormInput): Parsed<Action> {
  return parsers[form](forms, input);
}

export function parseAcknowledgement(flag: Flag, forms: Forms, input: FormInput): Parsed<Action> {
  return toAction(parseForm(forms.acknowledgement, input), ({ note }) => ({ type: 'acknowledge-flag', flag, note }));
}

/** Browsers leave out a box that isn't ticked: where all else is there, that is what it means. */
function withBox(input: FormInput): FormInput {
  const isWhole = ['name', 'membership', 'timeZone'].every((field) => input[field] !== undefined);
  return isWhole ? { checkIns: '', ...input } : input;
}

function toAction<Values>(parsed: Parsed<Values>, actionFor: (values: Values) => Action): Parsed<Action> {
  return 'values' in parsed ? { values: actionFor(parsed.values) } : parsed;
}
