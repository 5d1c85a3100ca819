import { describe, expect, test } from 'vitest';
import { parseAction } from '../../lambdas/core/action-forms.ts';
import { cohortFrom, type FormInput, formsFor, parseForm, parseSignUp } from '../../lambdas/core/forms.ts';
import { rules } from '../support/builders.ts';
import { enrollmentForm } from '../support/staff-desk.ts';

const forms = formsFor(rules.exam);
const now = '2026-11-23T15:00:00.000Z';

const inOrder: FormInput = { ...enrollmentForm, lowestAreas: ['clinical', 'general'], consent: 'yes' };

/** The sign-up form in order, save for what is given. */
function signUp(input: FormInput, at = now) {
  return parseSignUp(forms, { ...inOrder, ...input }, at);
}

function without(field: string): FormInput {
  const { [field]: _left, ...rest } = inOrder;
  return rest;
}

const values = {
  details: {
    name: 'Ana Flores',
    email: 'Ana.Flores@example.com',
    membership: 'member',
    timeZone: 'America/New_York',
    cohort: 'Spring A',
  },
  attempt: { number: 1, date: '2026-11-20', lowestAreas: ['clinical', 'general'] },
};

const longestEmail = `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(6)}`;
const notText: unknown[] = [null, 7, true, {}, [], ['Ana'], ['2026-11-20', '2026-11-21']];

describe('the sign-up form', () => {
  test('gives what was entered, sorted into the person and the attempt, and nothing of other fields', () => {
    expect(signUp({ token: 'x', status: 'passed', emailState: 'active', __proto__: null })).toEqual({ values });
  });

  test('can do without the areas and the class', () => {
    const { lowestAreas, cohort, ...rest } = inOrder;

    expect([lowestAreas, cohort]).not.toContain(undefined);
    expect(parseSignUp(forms, rest, now)).toEqual({
      values: { details: { ...values.details, cohort: undefined }, attempt: { ...values.attempt, lowestAreas: [] } },
    });
  });

  test('that is empty has one sentence for each field that is needed', () => {
    const needed = {
      name: 'Enter a name.',
      email: 'Enter an email address.',
      attemptDate: 'Enter the date of the exam.',
      attemptNumber: 'Choose which attempt it was: First, Second or Third.',
      membership: 'Choose Yes or No. AAMA members pay a lower fee.',
      timeZone: 'Choose a time zone.',
      consent: 'Check the box to agree. We can’t email you otherwise.',
    };

    expect(parseSignUp(forms, {}, now)).toEqual({ fieldErrors: needed });
    for (const [field, sentence] of Object.entries(needed)) {
      expect(parseSignUp(forms, without(field), now)).toEqual({ fieldErrors: { [field]: sentence } });
    }
  });

  test('that is left blank has the same sentences, but for the zone that is no choice', () => {
    const blank = Object.fromEntries(Object.keys(inOrder).map((field) => [field, '']));
    const missing = parseSignUp(forms, {}, now) as { fieldErrors: object };

    expect(parseSignUp(forms, blank, now)).toEqual({
      fieldErrors: { ...missing.fieldErrors, timeZone: 'Choose a time zone from the list.' },
    });
  });

  test('has one sentence for a field, whatever is wrong with it', () => {
    expect(signUp({ email: `${'a'.repeat(260)}\n` })).toEqual({
      fieldErrors: { email: 'Remove any line breaks, tabs or hidden characters from the email address.' },
    });
  });
});

/** What each field takes, and as what. */
const taken: [field: string, input: unknown, value: unknown][] = [
  ['name', '  Ana Flores ', 'Ana Flores'],
  ['name', "Zoë O’Brien-D'Arcy, Jr.", "Zoë O’Brien-D'Arcy, Jr."],
  ['name', 'Zoe\u0308', 'Zoë'],
  ['name', '李小龍 🙂', '李小龍 🙂'],
  ['name', '<b>&"', '<b>&"'],
  ['name', 'e\u0301'.repeat(100), 'é'.repeat(100)],
  ['email', ' ana@example.com ', 'ana@example.com'],
  ...['ANA@EXAMPLE.COM', "o'brien+exam@mail.example.co.uk", 'a@b.co', 'a-b_c.d%e@x-y.example', longestEmail].map(
    (email): [string, string, string] => ['email', email, email],
  ),
  ...[1, 2, 3, '1', '3'].map((input): [string, unknown, number] => ['number', input, Number(input)]),
  ['membership', 'non-member', 'non-member'],
  ['timeZone', ' America/Chicago ', 'America/Chicago'],
  ['timeZone', 'UTC', 'UTC'],
  ['timeZone', 'us/pacific', 'America/Los_Angeles'],
  ['name', 'سارا می\u200cنا', 'سارا می\u200cنا'],
  ...['\ufeffana@example.com\u00a0', 'ana@exam\u00adple.com', '\u200eana\u200b@\u2060example.com\u202c'].map(
    (input): [string, string, string] => ['email', input, 'ana@example.com'],
  ),
  ['email', ' ana@münchen.example ', 'ana@xn--mnchen-3ya.example'],
  ['email', 'ana@例え.テスト', 'ana@xn--r8jz45g.xn--zckzah'],
  ['lowestAreas', undefined, []],
  ['lowestAreas', '', []],
  ['lowestAreas', [], []],
  ['lowestAreas', 'general', ['general']],
  ['lowestAreas', ['clinical', 'general', 'administrative'], ['clinical', 'general', 'administrative']],
  ['cohort', undefined, undefined],
  ['cohort', '   ', undefined],
  ['cohort', '  Spring   A ', 'Spring A'],
  ['cohort', 'x'.repeat(40), 'x'.repeat(40)],
  ['cohort', '=1+1', '=1+1'],
];

/** What each field does not take, and why. */
const refused: [field: string, sentence: string, inputs: unknown[]][] = [
  ['name', 'Enter a name.', ['', '   ', ...notText]],
  ['name', 'Enter the name using letters.', ['.', '--- 🙂 ---', '\u200b', '\u3164\u115f', '\u2800']],
  [
    'name',
    'Enter just the name, without links or codes.',
    ['Ana http://a.example', 'WWW.a.example', 'ftp://a', '=?utf-8?q?Ana?=', 'Ana =?utf-8?b?QQ==?= B'],
  ],
  ['name', 'Shorten the name to 100 characters or fewer.', ['x'.repeat(101)]],
  ['email', 'Enter an email address.', ['', '  ', ...notText]],
  ['email', 'Enter an email address of 254 characters or fewer.', [`${longestEmail}e`]],
  [
    'email',
    'Enter an email address like name@example.com.',
    [
      'ana',
      '@example.com',
      'ana@example',
      'ana@example.c',
      'ana@@example.com',
      'ana@example..com',
      '.ana@example.com',
      'an..a@example.com',
      'ana@-example.com',
      'ana@example.com.',
      'ana@127.0.0.1',
      'ana@example.com, ben@example.com',
      'Ana <ana@example.com>',
      'anä@example.com',
      'ana@münchen.example/path',
      'ana@münchen.example:25',
      'ana@b@münchen.example',
      'ana＠example.com',
      `${'a'.repeat(65)}@example.com`,
    ],
  ],
  ['attemptDate', 'Enter the date of the exam.', ['', '  ', ...notText]],
  [
    'attemptDate',
    'Enter a real date as year-month-day, like 2026-03-02.',
    ['2026-02-30', '2026-13-01', '0000-01-01', '2026-1-1', '11/20/2026', '2026-11-20T00:00:00Z'],
  ],
  [
    'attemptNumber',
    'Choose which attempt it was: First, Second or Third.',
    [0, 4, -1, 1.5, '0', '4', '', ' 1', '01', '1.0', '1e0', '1\n', '１', true, null, [1], {}],
  ],
  [
    'membership',
    'Choose Yes or No. AAMA members pay a lower fee.',
    ['', 'Member', 'members', ' member', 'member\n', 'toString', true, ...notText],
  ],
  ['timeZone', 'Choose a time zone.', notText],
  [
    'timeZone',
    'Choose a time zone from the list.',
    ['', '  ', 'Etc/Unknown', 'Nowhere', 'America/Nowhere', '+05:00', 'EDT', 'America/New York'],
  ],
  [
    'lowestAreas',
    'Choose from these areas: General, Administrative and Clinical.',
    [
      'General',
      'general,clinical',
      null,
      [''],
      ['general', 'surgery'],
      [['general']],
      ['general', 'general', 'clinical', 'administrative'],
    ],
  ],
  ['lowestAreas', 'Choose each area only once.', [['general', 'general']]],
  ['cohort', 'Shorten the class or group to 40 characters or fewer.', ['x'.repeat(41)]],
  ['cohort', 'Enter the class or group as text.', notText],
  [
    'consent',
    'Check the box to agree. We can’t email you otherwise.',
    ['', 'no', 'Yes', 'on', 'true', 'yes ', 'yes\n', true, 1, null, ['yes'], {}],
  ],
];

describe('a field', () => {
  test.each(taken)('%s takes %j as %j', (field, input, value) => {
    const name = field === 'number' ? 'attemptNumber' : field;
    const parsed = signUp({ [name]: input });
    const { details, attempt } = ('values' in parsed ? parsed.values : {}) as typeof values;

    expect({ ...details, ...attempt }).toMatchObject({ [field]: value });
  });

  test.each(refused)('%s says “%s”', (field, sentence, inputs) => {
    for (const input of inputs) expect(fieldErrorsIn({ [field]: input }), String(input)).toEqual({ [field]: sentence });
  });

  test('for the class or group that a link fills in takes just what the form takes', () => {
    for (const [, input, cohort] of taken.filter(([field]) => field === 'cohort'))
      expect(cohortFrom(input)).toBe(cohort);
    for (const input of ['x'.repeat(41), 'a\tb', ...notText]) expect(cohortFrom(input)).toBeUndefined();
  });
});

describe('the date of the attempt', () => {
  test.each([
    ['America/New_York', '2026-11-24T04:59:59.999Z', '2026-11-23', '2026-11-24'],
    ['America/New_York', '2026-11-24T05:00:00.000Z', '2026-11-24', '2026-11-25'],
    ['Pacific/Kiritimati', '2026-11-23T10:00:00.000Z', '2026-11-24', '2026-11-25'],
    ['Pacific/Honolulu', '2026-11-24T10:00:00.000Z', '2026-11-24', '2026-11-25'],
  ])('in %s, at %s, may be %s and not %s', (timeZone, at, today, tomorrow) => {
    expect(signUp({ timeZone, attemptDate: today }, at)).toMatchObject({ values: { attempt: { date: today } } });
    expect(signUp({ timeZone, attemptDate: tomorrow }, at)).toEqual({
      fieldErrors: { attemptDate: 'Enter the date of the attempt. It can’t be later than today.' },
    });
  });

  test('may be three years ago, and no day more', () => {
    expect(signUp({ attemptDate: '2023-11-23' })).toMatchObject({ values: { attempt: { date: '2023-11-23' } } });
    expect(signUp({ attemptDate: '2023-11-22' })).toEqual({
      fieldErrors: { attemptDate: 'Check the year. This date is more than 3 years ago.' },
    });
  });

  test('without a zone is wrong only where it is no date of today anywhere', () => {
    const zone = { timeZone: 'Choose a time zone from the list.' };

    expect(signUp({ timeZone: 'Nowhere', attemptDate: '2026-11-24' })).toEqual({ fieldErrors: zone });
    expect(signUp({ timeZone: 'Nowhere', attemptDate: '2026-11-25' })).toEqual({
      fieldErrors: { ...zone, attemptDate: 'Enter the date of the attempt. It can’t be later than today.' },
    });
  });
});

describe('characters that can’t be used', () => {
  /** Controls, ends of lines, marks of direction, and halves of a surrogate pair. */
  const characters = [...'\u0000\t\n\r\u007f\u0085\u009f\u2028\ufffd\u200e\u200f\u202e\u2069', '\ud83d', '\ude00'];
  const fields: [field: string, good: string, what: string][] = [
    ['name', 'Ana Flores', 'the name'],
    ['email', 'ana@example.com', 'the email address'],
    ['attemptDate', '2026-11-20', 'the date'],
    ['timeZone', 'America/New_York', 'the time zone'],
    ['cohort', 'Spring A', 'the class or group'],
  ];

  test.each(fields)('are refused in %s, at either end, inside, or alone', (field, good, what) => {
    const sentence = `Remove any line breaks, tabs or hidden characters from ${what}.`;
    const isDropped = (character: string) => field === 'email' && /\p{Cf}/u.test(character);
    for (const character of characters.filter((one) => !isDropped(one))) {
      const middle = `${good.slice(0, 3)}${character}${good.slice(3)}`;
      for (const input of [`${character}${good}`, `${good}${character}`, middle, character])
        expect(fieldErrorsIn({ [field]: input }), JSON.stringify(input)).toEqual({ [field]: sentence });
    }
  });

  test('are refused in the fields that are a choice', () => {
    for (const character of characters) {
      const errors = fieldErrorsIn({
        attemptNumber: `1${character}`,
        membership: `member${character}`,
        lowestAreas: [`general${character}`],
        consent: `${character}yes`,
      });
      expect(Object.keys(errors).sort(), JSON.stringify(character)).toEqual([
        'attemptNumber',
        'consent',
        'lowestAreas',
        'membership',
      ]);
    }
  });
});

describe('the forms of my page', () => {
  const entry = 'passed 2026-11-23T15:00:00.000Z';
  const needsDate = { attemptDate: 'Enter the date of the exam.' };
  const needsAttempt = { ...needsDate, attemptNumber: 'Choose which attempt it was: First, Second or Third.' };
  test.each([
    [
      'attempt',
      { attemptDate: '2026-11-20', attemptNumber: '2' },
      { attemptDate: '2026-11-20', attemptNumber: 2, lowestAreas: [] },
    ],
    ['date', { attemptDate: ' 2026-11-20 ' }, { attemptDate: '2026-11-20' }],
    ['undo', { entry }, { entry }],
  ] as const)('%s takes %j as %j', (form, input, values) => {
    expect(parseForm(forms[form], input)).toEqual({ values });
  });

  test.each([
    ['attempt', {}, needsAttempt],
    ['date', {}, needsDate],
    [
      'details',
      { name: '', membership: 'perhaps', timeZone: '' },
      {
        name: 'Enter a name.',
        membership: 'Choose Yes or No. AAMA members pay a lower fee.',
        timeZone: 'Choose a time zone from the list.',
      },
    ],
    ...[{}, { entry: '' }, { entry: ['passed', 'attempt'] }].map(
      (input) => ['undo', input, { entry: expect.any(String) }] as const,
    ),
  ] as const)('%s does not take %j', (form, input, fieldErrors) => {
    expect(parseForm(forms[form], input)).toEqual({ fieldErrors });
  });

  const { name, membership, timeZone } = inOrder;
  const whole = { name, membership, timeZone };
  test.each<[FormInput, FormInput]>([
    [inOrder, { ...whole, checkIns: undefined }],
    [
      { ...whole, checkIns: 'yes' },
      { ...whole, checkIns: true },
    ],
    [{ name }, { name }],
    [{ checkIns: '' }, { checkIns: undefined }],
    [{}, {}],
  ])('details sent as %j change %j, and never an address', (input, details) => {
    const action = parseAction('details', forms, input);
    expect(action).toStrictEqual({ values: { type: 'change-details', details } });
  });
});

function fieldErrorsIn(input: FormInput): Record<string, string> {
  const parsed = signUp(input);
  if ('values' in parsed) throw new Error('The form is in order.');
  return parsed.fieldErrors;
}
