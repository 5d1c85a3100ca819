import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { type Exam, memberships, ordinal } from '../../core/exam.ts';
import { canonicalTimeZone } from '../../core/time.ts';
import { type FormState, fieldId } from './form-state.ts';

export type Option = { value: string; text: string };

type FieldProps = { state: FormState; name: string; label: string; hint?: string };

export function TextField({
  type = 'text',
  autocomplete = 'off',
  ...field
}: FieldProps & { type?: 'email' | 'date' | 'text'; autocomplete?: string }) {
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
  return <TextField state={state} name="attemptDate" label={label} type="date" />;
}

export function AttemptNumberField({ state, exam }: { state: FormState; exam: Exam }) {
  return (
    <Choices
      state={state}
      name="attemptNumber"
      label={attemptNumberLabel}
      type="radio"
      options={attemptNumbers(exam)}
    />
  );
}

export const attemptNumberLabel = 'Which attempt on this application?';

export function attemptNumbers(exam: Exam): Option[] {
  return Array.from({ length: exam.attemptsPerApplication }, (_, index) => ({
    value: String(index + 1),
    text: ordinal(index + 1),
  }));
}

export function MembershipField({ state, label }: { state: FormState; label: string }) {
  return <Choices state={state} name="membership" label={label} type="radio" options={membershipAnswers} />;
}

export const membershipAnswers: Option[] = memberships.map((value) => ({
  value,
  text: value === 'member' ? 'Yes' : 'No',
}));

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

export function CheckInsField({ state }: { state: FormState }) {
  return (
    <Choices
      state={state}
      class="single"
      name="checkIns"
      label="While you wait"
      type="checkbox"
      options={[checkInsOption]}
    />
  );
}

export const checkInsOption: Option = {
  value: 'yes',
  text: 'Send me two short study emails during the wait',
};

const usTimeZoneNames: Record<string, string> = {
  'America/New_York': 'Eastern Time (New York)',
  'America/Chicago': 'Central Time (Chicago)',
  'America/Denver': 'Mountain Time (Denver)',
  'America/Phoenix': 'Arizona Time (Phoenix)',
  'America/Los_Angeles': 'Pacific Time (Los Angeles)',
  'America/Anchorage': 'Alaska Time (Anchorage)',
  'Pacific/Honolulu': 'Hawaii Time (Honolulu)',
};
export const usTimeZones = Object.keys(usTimeZoneNames);

let cachedOtherZones: { zones: string[]; options: string } | undefined;

/** The options are rendered once, and not before they are needed, because there are four hundred. */
function otherZones() {
  cachedOtherZones ??= renderedOtherZones();
  return cachedOtherZones;
}

function renderedOtherZones() {
  const zones = Intl.supportedValuesOf('timeZone').filter((zone) => !usTimeZones.includes(zone));
  return { zones, options: zones.map((zone) => String(<ZoneOption zone={zone} />)).join('') };
}

export function TimeZoneField({ state, label }: { state: FormState; label: string }) {
  const field = { state, name: 'timeZone', label, hint: 'Reminders go out in the morning there.' };
  const chosen = canonicalTimeZone(inputText(state.input.timeZone) ?? '') ?? '';
  const { zones, options } = otherZones();
  const isElsewhere = zones.includes(chosen);
  const isListed = isElsewhere || usTimeZones.includes(chosen);
  return (
    <Field {...field}>
      <select id={fieldId(state.form, 'timeZone')} name="timeZone" autocomplete="off" {...describedBy(field)}>
        <option value="">Choose…</option>
        {chosen && !isListed && <ZoneOption zone={chosen} chosen={chosen} />}
        <optgroup label="United States">
          {usTimeZones.map((zone) => (
            <ZoneOption zone={zone} chosen={chosen} />
          ))}
        </optgroup>
        <optgroup label="Elsewhere">{raw(isElsewhere ? withSelected(options, chosen) : options)}</optgroup>
      </select>
    </Field>
  );
}

/** Of zones whose place has another name or spelling today than in most runtimes. */
const presentNames: Record<string, string> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Godthab': 'America/Nuuk',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};

export function zoneName(zone: string): string {
  return usTimeZoneNames[zone] ?? (presentNames[zone] ?? zone).replaceAll('_', ' ');
}

function withSelected(options: string, zone: string): string {
  const end = `>${zoneName(zone)}</option>`;
  return options.replace(end, ` selected=""${end}`);
}

function ZoneOption({ zone, chosen }: { zone: string; chosen?: string }) {
  const text = zoneName(zone);
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
  options: Option[];
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
  const fieldError = state.fieldErrors[name];
  return (
    <>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fieldError && (
        <p class="error" id={`${id}-error`}>
          {fieldError}
        </p>
      )}
    </>
  );
}

function describedBy({ state, name, hint }: FieldProps) {
  const id = fieldId(state.form, name);
  const isInvalid = state.fieldErrors[name] !== undefined;
  const ids = [...(hint ? [`${id}-hint`] : []), ...(isInvalid ? [`${id}-error`] : [])];
  return {
    ...(ids.length > 0 && { 'aria-describedby': ids.join(' ') }),
    ...(isInvalid && { 'aria-invalid': 'true' as const }),
  };
}

function fieldClass({ state, name }: FieldProps): string {
  return state.fieldErrors[name] === undefined ? 'field' : 'field wrong';
}

function chosenIn(input: unknown): string[] {
  const values: unknown[] = Array.isArray(input) ? input : [input];
  return values.flatMap((value) => (typeof value === 'string' || typeof value === 'number' ? [String(value)] : []));
}

/** The input as text, if a field can show it again. */
function inputText(input: unknown): string | undefined {
  return typeof input === 'string' ? input : undefined;
}
