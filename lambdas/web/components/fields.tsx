import type { Child } from 'hono/jsx';
import type { FieldErrors } from '../../core/action-result.ts';
import type { Exam } from '../../core/exam.ts';
import { memberships } from '../../core/exam.ts';
import type { FormInput } from '../../core/forms.ts';
import { fieldId } from './layout.tsx';

/** One form on a page, with what was typed into it and what is wrong with that. */
export type FormState = { form: string; input: FormInput; fieldErrors: FieldErrors };

type FieldProps = { state: FormState; name: string; label: string; hint?: string };

export function TextField({
  type,
  autocomplete,
  ...field
}: FieldProps & { type: 'text' | 'email' | 'date'; autocomplete: string }) {
  const { state, name } = field;
  return (
    <Field {...field}>
      <input
        id={fieldId(state.form, name)}
        name={name}
        type={type}
        autocomplete={autocomplete}
        value={inputText(state.input[name])}
        {...describedBy(field)}
      />
    </Field>
  );
}

export function AttemptDateField({ state, label }: { state: FormState; label: string }) {
  return (
    <TextField state={state} name="attemptDate" label={label} type="date" autocomplete="off" />
  );
}

export function AttemptNumberField({ state, exam }: { state: FormState; exam: Exam }) {
  const numbers = Array.from({ length: exam.attemptsPerApplication }, (_, index) =>
    String(index + 1),
  );
  return (
    <Choices
      state={state}
      name="attemptNumber"
      label="Which attempt on this application?"
      type="radio"
      options={numbers.map((number) => ({ value: number, text: ordinal(Number(number)) }))}
    />
  );
}

export function MembershipField({
  state,
  exam,
  label = `Are you a member of ${exam.body.name}?`,
}: {
  state: FormState;
  exam: Exam;
  label?: string;
}) {
  return (
    <Choices
      state={state}
      name="membership"
      label={label}
      type="radio"
      options={memberships.map((value) => ({ value, text: value === 'member' ? 'Yes' : 'No' }))}
    />
  );
}

export function LowestAreasField({ state, exam }: { state: FormState; exam: Exam }) {
  return (
    <Choices
      state={state}
      name="lowestAreas"
      label="Lowest areas (optional)"
      hint="The score report shows them. They come first in the study tips."
      type="checkbox"
      options={exam.areas.map(({ key, name }) => ({ value: key, text: name }))}
    />
  );
}

export const zonesOfTheStates = [
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/Anchorage',
  'Pacific/Honolulu',
];

/** The runtime takes a while to list them, so not before a page shows them. */
let otherZones: string[] | undefined;
function zonesElsewhere(): string[] {
  otherZones ??= Intl.supportedValuesOf('timeZone').filter(
    (zone) => !zonesOfTheStates.includes(zone),
  );
  return otherZones;
}

export function TimeZoneField({
  state,
  label = 'Your time zone',
}: {
  state: FormState;
  label?: string;
}) {
  const field = { state, name: 'timeZone', label, hint: 'Reminders go out in the morning there.' };
  const chosen = inputText(state.input.timeZone) ?? '';
  const listed = [...zonesOfTheStates, ...zonesElsewhere()].includes(chosen);
  return (
    <Field {...field}>
      <select
        id={fieldId(state.form, 'timeZone')}
        name="timeZone"
        autocomplete="off"
        {...describedBy(field)}
      >
        <option value="">Choose…</option>
        {chosen && !listed && <ZoneOption zone={chosen} chosen={chosen} />}
        <optgroup label="United States">
          {zonesOfTheStates.map((zone) => (
            <ZoneOption zone={zone} chosen={chosen} />
          ))}
        </optgroup>
        <optgroup label="Elsewhere">
          {zonesElsewhere().map((zone) => (
            <ZoneOption zone={zone} chosen={chosen} />
          ))}
        </optgroup>
      </select>
    </Field>
  );
}

function ZoneOption({ zone, chosen }: { zone: string; chosen: string }) {
  const text = zone.replaceAll('_', ' ');
  return (
    <option {...(text !== zone && { value: zone })} selected={zone === chosen}>
      {text}
    </option>
  );
}

export function Choices({
  type,
  options,
  class: look = '',
  ...field
}: FieldProps & {
  class?: string;
  type: 'radio' | 'checkbox';
  options: { value: string; text: Child }[];
}) {
  const { state, name, label, hint } = field;
  const chosen = chosenIn(state.input[name]);
  return (
    <fieldset class={`${fieldClass(field)} ${look}`.trim()} {...describedBy(field)}>
      <legend>{label}</legend>
      <HintAndError state={state} name={name} label={label} {...(hint && { hint })} />
      <div class="row">
        {options.map(({ value, text }, index) => (
          <label class={type === 'radio' ? 'choice pill' : 'choice'}>
            <input
              type={type}
              name={name}
              value={value}
              checked={chosen.includes(value)}
              {...(index === 0 && { id: fieldId(state.form, name) })}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Field({ children, ...field }: FieldProps & { children: Child }) {
  return (
    <div class={fieldClass(field)}>
      <label for={fieldId(field.state.form, field.name)}>{field.label}</label>
      <HintAndError {...field} />
      {children}
    </div>
  );
}

function HintAndError({ state, name, hint }: FieldProps) {
  const id = fieldId(state.form, name);
  const mistake = state.fieldErrors[name];
  return (
    <>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {mistake && (
        <p class="error" id={`${id}-error`}>
          {mistake}
        </p>
      )}
    </>
  );
}

function describedBy({ state, name, hint }: FieldProps) {
  const id = fieldId(state.form, name);
  const wrong = state.fieldErrors[name] !== undefined;
  const ids = [...(hint ? [`${id}-hint`] : []), ...(wrong ? [`${id}-error`] : [])];
  return {
    ...(ids.length > 0 && { 'aria-describedby': ids.join(' ') }),
    ...(wrong && { 'aria-invalid': 'true' as const }),
  };
}

function fieldClass({ state, name }: FieldProps): string {
  return state.fieldErrors[name] === undefined ? 'field' : 'field wrong';
}

function chosenIn(input: unknown): string[] {
  const values: unknown[] = Array.isArray(input) ? input : [input];
  return values.flatMap((value) =>
    typeof value === 'string' || typeof value === 'number' ? [String(value)] : [],
  );
}

/** What was typed, where it can stand in a field again. */
function inputText(input: unknown): string | undefined {
  return typeof input === 'string' ? input : undefined;
}

/** "First", for the attempts of an application. */
export function ordinal(number: number): string {
  return ['First', 'Second', 'Third'][number - 1] ?? `Number ${number}`;
}
