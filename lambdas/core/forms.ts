import * as z from 'zod/mini';
import type { FieldErrors } from './action-result.ts';
import { normalizeAddress } from './address.ts';
import { dateError } from './attempts.ts';
import { type Exam, formatList, memberships, ordinal } from './exam.ts';
import type { SignUpAnswers } from './pending-link.ts';
import { canonicalTimeZone, type Instant, isCalendarDate } from './time.ts';

export type FormInput = Record<string, unknown>;

export type Parsed<T> = { values: T } | { fieldErrors: FieldErrors };

const maxNameLength = 100;
const maxEmailLength = 254;
const maxCohortLength = 40;
const maxNoteLength = 500;

/** Control characters, marks that change the direction of text, and the mark for what could not be decoded. */
const unusable = /[\p{Cc}\ufffd\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u;
const unusableSentence = (what: string) => `Remove any line breaks, tabs or hidden characters from ${what}.`;

const visibleText = /(?=\P{Default_Ignorable_Code_Point})[\p{L}\p{N}]/u;

/** Links, which mail programs make clickable, and encoded words, which they decode. */
const linkOrCode = /:\/\/|www\.|=\?.*\?=/i;

const earliestTimeZone = 'Pacific/Kiritimati';

const emailPattern =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/i;

/** Printable, well-formed text, normalized and trimmed. */
function printable(what: string, missing: string, clean = (text: string) => text) {
  return z.string(missing).check(
    z.overwrite(clean),
    z.refine((text) => text.isWellFormed() && !unusable.test(text), unusableSentence(what)),
    z.normalize('NFC'),
    z.trim(),
  );
}

const name = printable('the name', 'Enter a name.').check(
  z.minLength(1, 'Enter a name.'),
  z.refine((text) => visibleText.test(text), 'Enter the name using letters.'),
  z.refine((text) => !linkOrCode.test(text), 'Enter just the name, without links or codes.'),
  z.maxLength(maxNameLength, `Shorten the name to ${maxNameLength} characters or fewer.`),
);

const email = printable('the email address', 'Enter an email address.', normalizeAddress)
  .check(
    z.minLength(1, 'Enter an email address.'),
    z.maxLength(maxEmailLength, `Enter an email address of ${maxEmailLength} characters or fewer.`),
    z.refine(
      (text) => emailPattern.test(text) && text.indexOf('@') <= 64,
      'Enter an email address like name@example.com.',
    ),
  )
  .register(z.globalRegistry, { format: 'email' });

const dateSentence = 'Enter a real date as year-month-day, like 2026-03-02.';
const orNone = z.transform((text: string) => text || undefined);

const attemptDate = printable('the date', 'Enter the date of the exam.')
  .check(z.minLength(1, 'Enter the date of the exam.'), z.refine(isCalendarDate, dateSentence))
  .register(z.globalRegistry, { format: 'date' });

/** Empty to remove it. */
const examDate = z.pipe(
  printable('the date', 'Enter the date of the exam.').check(
    z.refine((text) => text === '' || isCalendarDate(text), dateSentence),
  ),
  orNone,
);

const timeZone = printable('the time zone', 'Choose a time zone.')
  .check(
    z.refine((text) => canonicalTimeZone(text) !== undefined, 'Choose a time zone from the list.'),
    z.overwrite((text) => canonicalTimeZone(text) ?? text),
  )
  .register(z.globalRegistry, { description: 'A name of the IANA database' });

const cohortText = printable('the class or group', 'Enter the class or group as text.').check(
  z.overwrite((text) => text.replaceAll(/\s+/g, ' ')),
  z.maxLength(maxCohortLength, `Shorten the class or group to ${maxCohortLength} characters or fewer.`),
);
const cohortOrNone = z.transform((text: string | null) => text || undefined);
const cohort = z.pipe(z._default(cohortText, ''), orNone);

const checkInsBox = z.enum(['yes', ''], 'Check the box or leave it unchecked.');
const ifTicked = z.transform((text: '' | 'yes') => (text === 'yes' ? true : undefined));
const checkIns = z.pipe(z._default(checkInsBox, ''), ifTicked);

const noteText = (missing: string) =>
  printable('the note', missing).check(
    z.maxLength(maxNoteLength, `Shorten the note to ${maxNoteLength} characters or fewer.`),
  );
const noteWith = (missing: string) => z.object({ note: noteText(missing).check(z.minLength(1, missing)) });
const note = z.pipe(z._default(noteText('Enter the note as text.'), ''), orNone);

const nothingSentence = 'Send at least one of name, cohort, membership and timeZone.';
const entrySentence = 'Choose which update to undo.';

const consent = z.literal('yes', 'Check the box to agree. We can’t email you otherwise.');

function attemptNumber(exam: Exam) {
  const allowed = Array.from({ length: exam.attemptsPerApplication }, (_, index) => index + 1);
  const sentence = `Choose which attempt it was: ${formatList(allowed.map(ordinal), 'or')}.`;
  return z
    .pipe(
      z.custom<number | string>(
        (input) => allowed.some((number) => input === number || input === String(number)),
        sentence,
      ),
      z.transform(Number),
    )
    .register(z.globalRegistry, { enum: allowed });
}

function lowestAreas(exam: Exam) {
  const names = exam.areas.map((area) => area.name);
  const keys = exam.areas.map((area) => area.key);
  const sentence = `Choose from these areas: ${formatList(names, 'and')}.`;
  const list = z.array(z.enum(keys, sentence), sentence).check(
    z.maxLength(keys.length, sentence),
    z.refine((chosen) => new Set(chosen).size === chosen.length, 'Choose each area only once.'),
  );
  const asList = z.transform((input) => (input === '' ? [] : Array.isArray(input) ? input : [input]));
  return z._default(z.pipe(asList, list), []);
}

export function formsFor(exam: Exam) {
  const membership = z.enum(memberships, `Choose Yes or No. ${exam.body.name} members pay a lower fee.`);
  const attempt = { attemptDate, attemptNumber: attemptNumber(exam), lowestAreas: lowestAreas(exam) };
  const details = {
    name: z.exactOptional(name),
    membership: z.exactOptional(membership),
    timeZone: z.exactOptional(timeZone),
  };
  const enrollment = { name, email, ...attempt, membership, timeZone, cohort, checkIns };
  return {
    /** Without consent, which the candidate gives when confirming. */
    enrollment: z.object(enrollment),
    signUp: z.object({ ...enrollment, consent }),
    attempt: z.object(attempt),
    date: z.object({ attemptDate }),
    lowestAreas: z.object({ lowestAreas: attempt.lowestAreas }),
    /** What isn't sent stays as it is. */
    details: z.object({ ...details, checkIns: z.optional(z.pipe(checkInsBox, ifTicked)) }),
    changes: z
      .strictObject(
        { ...details, cohort: z.optional(z.pipe(z.nullable(cohortText), cohortOrNone)) },
        'Send only name, cohort, membership or timeZone.',
      )
      .check(z.refine((changes) => Object.keys(changes).length > 0, nothingSentence))
      .register(z.globalRegistry, { minProperties: 1 }),
    booking: z.object({ examDate }),
    email: z.object({ email }),
    undo: z.object({ entry: z.string(entrySentence).check(z.minLength(1, entrySentence)) }),
    acknowledgement: z.object({ note }),
    note: noteWith('Enter a note.'),
    mistakenReport: noteWith('Enter what the student told you.'),
  };
}

export type Forms = ReturnType<typeof formsFor>;

export function parseForm<S extends z.ZodMiniType>(schema: S, input: FormInput): Parsed<z.output<S>> {
  const result = schema.safeParse(input);
  return result.success ? { values: result.data } : { fieldErrors: fieldErrorsOf(result.error) };
}

/** Like `parseForm`, but also checks the attempt's date against today in the candidate's time zone. */
export function parseSignUp(
  forms: Forms,
  input: FormInput,
  now: Instant,
  form: 'signUp' | 'enrollment' = 'signUp',
): Parsed<SignUpAnswers> {
  const parsed = parseForm<Forms['enrollment']>(forms[form], input);
  const date = dateErrorOf(input, now);
  if ('fieldErrors' in parsed || date) {
    return { fieldErrors: { ...date, ...('fieldErrors' in parsed && parsed.fieldErrors) } };
  }
  const { name, email, membership, timeZone, cohort, checkIns, ...attempt } = parsed.values;
  const { attemptNumber: number, attemptDate, lowestAreas } = attempt;
  return {
    values: {
      details: { name, email, membership, timeZone, cohort, checkIns },
      attempt: { number, date: attemptDate, lowestAreas },
    },
  };
}

/** The cohort that a link to the form prefills; undefined if it isn't valid. */
export function cohortFrom(input: unknown): string | undefined {
  const result = cohort.safeParse(input);
  return result.success ? result.data : undefined;
}

function dateErrorOf(input: FormInput, now: Instant): FieldErrors | undefined {
  const date = attemptDate.safeParse(input.attemptDate);
  const zone = timeZone.safeParse(input.timeZone);
  if (!date.success) return undefined;
  const fieldError = dateError(date.data, zone.success ? zone.data : earliestTimeZone, now);
  return fieldError ? { attemptDate: fieldError } : undefined;
}

function fieldErrorsOf(error: z.core.$ZodError): FieldErrors {
  const fieldErrors: FieldErrors = {};
  for (const issue of error.issues) {
    const fields = issue.code === 'unrecognized_keys' ? issue.keys : [issue.path[0] ?? 'form'];
    for (const field of fields) fieldErrors[String(field)] ??= issue.message;
  }
  return fieldErrors;
}
