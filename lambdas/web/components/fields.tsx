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
      label="Lowest areas on the score report"
      hint="Optional. Our study advice starts with them."
      type="checkbox"
      options={exam.areas.map(({ key, name }) => ({ value: key, text: name }))}
    />
  );
}

export function CheckInsField({ state }: { state: FormState }) {
  return <SingleBox state={state} name="checkIns" label="While you wait" option={checkInsOption} />;
}

/** A box to check by itself: its text says it all, and the label is for screen readers. */
export function SingleBox({ option, ...field }: FieldProps & { option: Option }) {
  return <Choices {...field} class="single" type="checkbox" options={[option]} />;
}

export const checkInsOption: Option = { value: 'yes', text: 'Send me two short study emails during the wait' };

const usTimeZoneNames: Record<string, string> = {
  'America/New_York': 'Eastern Time (New York)',
  'America/Chicago': 'Central Time (Chicago)',
  'America/Denver': 'Mountain Time (Denver)',
  'America/Phoenix': 'Arizona Time (Phoenix)',
  'America/Los_Angeles': 'Pacific Time (Los Angeles)',
  'America/Anchorage': 'Alaska Time (Anchorage)',
  'Pacific/Honolulu': 'Hawaii Time (Honolulu)',
  'America/Puerto_Rico': 'Puerto Rico Time (San Juan)',
  'Pacific/Guam': 'Guam Time',
};
export const usTimeZones = Object.keys(usTimeZoneNames);

/** Of other zones in the United States, and of those whose place is called or spelled differently today. */
const otherNames: Record<string, string> = {
  'America/Boise': 'Mountain Time (Boise)',
  'America/Detroit': 'Eastern Time (Detroit)',
  'America/Indianapolis': 'Eastern Time (Indianapolis)',
  'America/Juneau': 'Alaska Time (Juneau)',
  'America/Louisville': 'Eastern Time (Louisville)',
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

/** As the list of zones says it; naming all of them in words would take too long and too much of the page. */
function listedName(zone: string): string {
  return usTimeZoneNames[zone] ?? (otherNames[zone] ?? zone).replaceAll('_', ' ');
}

/** "Argentina Time (Catamarca)" */
export function zoneName(zone: string): string {
  const listed = listedName(zone);
  if (!listed.includes('/') || listed.startsWith('Etc/')) return listed;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longGeneric' });
  const name = format.formatToParts().find(({ type }) => type === 'timeZoneName')?.value;
  return `${name?.replace('Standard ', '')} (${listed.split('/').at(-1)})`;
}

let cachedZones: string[] | undefined;

/** All but the first in the list. */
function zonesElsewhere(): string[] {
  cachedZones ??= Intl.supportedValuesOf('timeZone').filter((zone) => !usTimeZones.includes(zone));
  return cachedZones;
}

/** Without closing tags, which HTML can do without: four hundred of them would be a sixth of the page. */
function zoneOptions(zones: readonly string[], chosen: string) {
  const options = zones.map((zone) => {
    const text = listedName(zone);
    const value = text === zone ? '' : ` value="${zone}"`;
    return `<option${value}${zone === chosen ? ' selected=""' : ''}>${text}`;
  });
  return raw(options.join(''));
}

export function TimeZoneField({ state, label }: { state: FormState; label: string }) {
  const field = {
    state,
    name: 'timeZone',
    label,
    hint: 'We send study emails and reminders in the morning, in this time zone.',
  };
  const chosen = canonicalTimeZone(inputText(state.input.timeZone) ?? '') ?? '';
  const elsewhere = zonesElsewhere();
  const isListed = chosen === '' || elsewhere.includes(chosen) || usTimeZones.includes(chosen);
  return (
    <Field {...field}>
      <select id={fieldId(state.form, 'timeZone')} name="timeZone" autocomplete="off" {...describedBy(field)}>
        <option value="">Choose…</option>
        {!isListed && zoneOptions([chosen], chosen)}
        <optgroup label="United States">{zoneOptions(usTimeZones, chosen)}</optgroup>
        <optgroup label="Elsewhere">{zoneOptions(elsewhere, chosen)}</optgroup>
      </select>
    </Field>
  );
}

function Choices({
  type,
  options,
  class: look = '',
  ...field
}: FieldProps & { class?: string; type: 'radio' | 'checkbox'; options: Option[] }) {
  const { state, name, label } = field;
  const chosen = chosenIn(state.input[name]);
  return (
    <fieldset class={`${fieldClass(field)} ${look}`.trim()} {...describedBy(field)}>
      <legend>{label}</legend>
      <HintAndError {...field} />
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
