import { describe, expect, test } from 'vitest';
import {
  cohortFrom,
  type FormInput,
  formsFor,
  parseForm,
  parseSignUp,
} from '../../lambdas/core/forms.ts';
import { rules } from '../support/builders.ts';

const { exam } = rules;
const forms = formsFor(exam);
const now = '2026-11-23T15:00:00.000Z';

const inOrder: FormInput = {
  name: 'Ana Flores',
  email: 'Ana.Flores@example.com',
  attemptDate: '2026-11-20',
  attemptNumber: '1',
  membership: 'member',
  timeZone: 'America/New_York',
  lowestAreas: ['clinical', 'general'],
  cohort: 'Spring A',
  consent: 'yes',
};

/** The sign-up form in order, save for what is given. */
function signUp(input: FormInput, at = now) {
  return parseSignUp(exam, { ...inOrder, ...input }, at);
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

const notText: unknown[] = [null, 7, true, {}, [], ['Ana'], ['2026-11-20', '2026-11-21']];

describe('the sign-up form', () => {
  test('gives what was typed, sorted into the person and the attempt', () => {
    expect(signUp({})).toEqual({ values });
  });

  test('takes the number of the attempt as JSON has it, too', () => {
    expect(signUp({ attemptNumber: 1 })).toEqual({ values });
  });

  test('can do without the areas and the class', () => {
    const { lowestAreas, cohort, ...rest } = inOrder;

    expect([lowestAreas, cohort]).not.toContain(undefined);
    expect(parseSignUp(exam, rest, now)).toEqual({
      values: {
        details: { ...values.details, cohort: undefined },
        attempt: { ...values.attempt, lowestAreas: [] },
      },
    });
  });

  test('ignores fields that it does not have', () => {
    expect(signUp({ token: 'x', status: 'passed', emailState: 'active', __proto__: null })).toEqual(
      { values },
    );
  });

  test('that is empty has one sentence for each field that is needed', () => {
    const needed = {
      name: 'Enter a name.',
      email: 'Enter an email address.',
      attemptDate: 'Enter the date of the exam.',
      attemptNumber: 'Choose which attempt it was: 1, 2 or 3.',
      membership: 'Choose yes or no: a member of AAMA pays a lower fee.',
      timeZone: 'Choose a time zone.',
      consent: 'Tick the box to agree. We can’t write to you otherwise.',
    };

    expect(parseSignUp(exam, {}, now)).toEqual({ fieldErrors: needed });
    for (const [field, sentence] of Object.entries(needed)) {
      expect(parseSignUp(exam, without(field), now)).toEqual({
        fieldErrors: { [field]: sentence },
      });
    }
  });

  test('that has nothing typed into it has the same sentences, but for the zone that is no choice', () => {
    const nothing = Object.fromEntries(Object.keys(inOrder).map((field) => [field, '']));

    expect(parseSignUp(exam, nothing, now)).toEqual({
      fieldErrors: {
        name: 'Enter a name.',
        email: 'Enter an email address.',
        attemptDate: 'Enter the date of the exam.',
        attemptNumber: 'Choose which attempt it was: 1, 2 or 3.',
        membership: 'Choose yes or no: a member of AAMA pays a lower fee.',
        timeZone: 'Choose a time zone from the list, like America/New_York.',
        consent: 'Tick the box to agree. We can’t write to you otherwise.',
      },
    });
  });

  test('has one sentence for a field, whatever is wrong with it', () => {
    expect(signUp({ email: `${'a'.repeat(260)}\n` })).toEqual({
      fieldErrors: {
        email:
          'The email address has a character that can’t be used, such as a line break or a tab.',
      },
    });
  });
});

describe('the name', () => {
  test.each([
    ['  Ana Flores ', 'Ana Flores'],
    ['Ana Flores', 'Ana Flores'],
    ["Zoë O’Brien-D'Arcy, Jr.", "Zoë O’Brien-D'Arcy, Jr."],
    ['Zoe\u0308', 'Zoë'],
    ['محمد', 'محمد'],
    ['李小龍 🙂', '李小龍 🙂'],
    ['<b>&"', '<b>&"'],
    ['x'.repeat(100), 'x'.repeat(100)],
    ['e\u0301'.repeat(100), 'é'.repeat(100)],
  ])('%j is taken as %j', (input, taken) => {
    expect(parseForm(forms.details, { ...inOrder, name: input })).toEqual({
      values: { name: taken, membership: 'member', timeZone: 'America/New_York' },
    });
  });

  test.each([
    ['', 'Enter a name.'],
    ['   ', 'Enter a name.'],
    ...notText.map((input): [unknown, string] => [input, 'Enter a name.']),
    ['.', 'Enter the name in letters.'],
    ['--- 🙂 ---', 'Enter the name in letters.'],
    ['x'.repeat(101), 'A name can have up to 100 characters.'],
  ])('%j is a mistake: %s', (input, sentence) => {
    expect(signUp({ name: input })).toEqual({ fieldErrors: { name: sentence } });
  });
});

describe('the email address', () => {
  const longest = `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(6)}`;

  test('may have 254 characters', () => {
    expect(`${longest}`).toHaveLength(254);
    expect(signUp({ email: longest })).toMatchObject({ values: { details: { email: longest } } });
    expect(signUp({ email: `${longest}e` })).toEqual({
      fieldErrors: { email: 'An email address can have up to 254 characters.' },
    });
  });

  test.each([
    [' ana@example.com ', 'ana@example.com'],
    ['ANA@EXAMPLE.COM', 'ANA@EXAMPLE.COM'],
    ["o'brien+exam@mail.example.co.uk", "o'brien+exam@mail.example.co.uk"],
    ['a@b.co', 'a@b.co'],
    ['a-b_c.d%e@x-y.example', 'a-b_c.d%e@x-y.example'],
    ['a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('%j is taken as %j', (input, taken) => {
    expect(signUp({ email: input })).toMatchObject({ values: { details: { email: taken } } });
  });

  test.each([
    'ana',
    'ana@',
    '@example.com',
    'ana@example',
    'ana@example.c',
    'ana@@example.com',
    'ana@example..com',
    '.ana@example.com',
    'ana.@example.com',
    'an..a@example.com',
    'ana@-example.com',
    'ana@example-.com',
    'ana@example.com.',
    'ana@127.0.0.1',
    'ana@[127.0.0.1]',
    'an a@example.com',
    'ana@exam ple.com',
    'ana@example.com, ben@example.com',
    'ana@example.com;ben@example.com',
    'Ana <ana@example.com>',
    '"an a"@example.com',
    'mailto:ana@example.com',
    'anä@example.com',
    'ana@exämple.com',
    `${'a'.repeat(65)}@example.com`,
  ])('%j is a mistake', (input) => {
    expect(signUp({ email: input })).toEqual({
      fieldErrors: { email: 'Enter an email address like name@example.com.' },
    });
  });

  test.each(['', '  ', ...notText])('%j is a missing one', (input) => {
    expect(signUp({ email: input })).toEqual({ fieldErrors: { email: 'Enter an email address.' } });
  });
});

describe('the date of the attempt', () => {
  test.each(['', '  ', ...notText])('%j is a missing one', (input) => {
    expect(signUp({ attemptDate: input })).toEqual({
      fieldErrors: { attemptDate: 'Enter the date of the exam.' },
    });
  });

  test.each([
    '2026-02-30',
    '2027-02-29',
    '2026-13-01',
    '2026-00-01',
    '0000-01-01',
    '2026-1-1',
    '11/20/2026',
    '20261120',
    '2026-11-20T00:00:00Z',
    '+002026-11-20',
    'yesterday',
  ])('%j does not exist', (input) => {
    expect(signUp({ attemptDate: input })).toEqual({
      fieldErrors: { attemptDate: 'Enter a date that exists, as year-month-day, like 2026-03-02.' },
    });
    expect(parseForm(forms.date, { attemptDate: input })).toEqual({
      fieldErrors: { attemptDate: 'Enter a date that exists, as year-month-day, like 2026-03-02.' },
    });
  });

  test.each([
    ['America/New_York', '2026-11-24T04:59:59.999Z', '2026-11-23', '2026-11-24'],
    ['America/New_York', '2026-11-24T05:00:00.000Z', '2026-11-24', '2026-11-25'],
    ['Pacific/Kiritimati', '2026-11-23T09:59:59.999Z', '2026-11-23', '2026-11-24'],
    ['Pacific/Kiritimati', '2026-11-23T10:00:00.000Z', '2026-11-24', '2026-11-25'],
    ['Pacific/Honolulu', '2026-11-24T09:59:59.999Z', '2026-11-23', '2026-11-24'],
    ['Pacific/Honolulu', '2026-11-24T10:00:00.000Z', '2026-11-24', '2026-11-25'],
  ])('in %s, at %s, may be %s and not %s', (timeZone, at, today, tomorrow) => {
    expect(signUp({ timeZone, attemptDate: today }, at)).toMatchObject({
      values: { attempt: { date: today } },
    });
    expect(signUp({ timeZone, attemptDate: tomorrow }, at)).toEqual({
      fieldErrors: {
        attemptDate: 'This date lies in the future. Enter the day of the exam.',
      },
    });
  });

  test('may be three years ago, and no day more', () => {
    expect(signUp({ attemptDate: '2023-11-23' })).toMatchObject({
      values: { attempt: { date: '2023-11-23' } },
    });
    expect(signUp({ attemptDate: '2023-11-22' })).toEqual({
      fieldErrors: {
        attemptDate: 'This date is more than 3 years ago. Check the year.',
      },
    });
  });

  test('is judged together with the other fields', () => {
    expect(signUp({ attemptDate: '2026-11-25', name: '' })).toEqual({
      fieldErrors: {
        attemptDate: 'This date lies in the future. Enter the day of the exam.',
        name: 'Enter a name.',
      },
    });
  });

  test('without a zone is wrong only where it is no date of today anywhere', () => {
    const zone = { timeZone: 'Choose a time zone from the list, like America/New_York.' };

    expect(signUp({ timeZone: 'Nowhere', attemptDate: '2026-11-24' })).toEqual({
      fieldErrors: zone,
    });
    expect(signUp({ timeZone: 'Nowhere', attemptDate: '2026-11-25' })).toEqual({
      fieldErrors: {
        ...zone,
        attemptDate: 'This date lies in the future. Enter the day of the exam.',
      },
    });
  });
});

describe('the number of the attempt', () => {
  test.each([1, 2, 3, '1', '2', '3'])('%j is one', (input) => {
    expect(signUp({ attemptNumber: input })).toMatchObject({
      values: { attempt: { number: Number(input) } },
    });
  });

  test.each<unknown>([
    0,
    4,
    -1,
    1.5,
    Number.NaN,
    '0',
    '4',
    '',
    ' ',
    ' 1',
    '1 ',
    '01',
    '+1',
    '1.0',
    '1e0',
    '0x1',
    '1\n',
    '１',
    '١',
    'one',
    true,
    false,
    null,
    undefined,
    [1],
    ['1'],
    [],
    {},
    { valueOf: () => 1 },
    1n,
  ])('%o is none', (input) => {
    expect(signUp({ attemptNumber: input })).toEqual({
      fieldErrors: { attemptNumber: 'Choose which attempt it was: 1, 2 or 3.' },
    });
  });
});

describe('the membership', () => {
  test.each(['member', 'non-member'])('%j is one', (input) => {
    expect(signUp({ membership: input })).toMatchObject({
      values: { details: { membership: input } },
    });
  });

  test.each(['', 'Member', 'members', ' member', 'member\n', 'toString', true, ...notText])(
    '%j is none',
    (input) => {
      expect(signUp({ membership: input })).toEqual({
        fieldErrors: { membership: 'Choose yes or no: a member of AAMA pays a lower fee.' },
      });
    },
  );
});

describe('the time zone', () => {
  test.each(['Asia/Kathmandu', 'US/Pacific', 'Pacific/Kiritimati', 'UTC', ' America/Chicago '])(
    '%j is one',
    (input) => {
      expect(signUp({ timeZone: input })).toMatchObject({
        values: { details: { timeZone: input.trim() } },
      });
    },
  );

  test.each(['', '  ', 'Nowhere', 'America/Nowhere', '+05:00', 'EDT', 'America/New York'])(
    '%j is none of the list',
    (input) => {
      expect(signUp({ timeZone: input })).toEqual({
        fieldErrors: { timeZone: 'Choose a time zone from the list, like America/New_York.' },
      });
    },
  );

  test.each(notText)('%j is a missing one', (input) => {
    expect(signUp({ timeZone: input })).toEqual({
      fieldErrors: { timeZone: 'Choose a time zone.' },
    });
  });
});

describe('the lowest areas', () => {
  test.each([
    [undefined, []],
    ['', []],
    [[], []],
    ['general', ['general']],
    [['general'], ['general']],
    [
      ['clinical', 'general', 'administrative'],
      ['clinical', 'general', 'administrative'],
    ],
  ])('%j are %j', (input, areas) => {
    expect(signUp({ lowestAreas: input })).toMatchObject({
      values: { attempt: { lowestAreas: areas } },
    });
    expect(parseForm(forms.attempt, { ...inOrder, lowestAreas: input })).toEqual({
      values: { attemptDate: '2026-11-20', attemptNumber: 1, lowestAreas: areas },
    });
  });

  test.each([
    'General',
    'surgery',
    ' general',
    'general,clinical',
    'general\n',
    null,
    0,
    {},
    [''],
    [null],
    ['general', 'surgery'],
    ['surgery', 'dentistry', 'general'],
    [['general']],
    [{ 0: 'general' }],
    ['general', 'administrative', 'clinical', 'surgery'],
  ])('%j are a mistake of the field, not of its entries', (input) => {
    expect(signUp({ lowestAreas: input })).toEqual({
      fieldErrors: {
        lowestAreas: 'Choose from the areas of the exam: General, Administrative and Clinical.',
      },
    });
  });

  test.each([
    [['general', 'general'], 'Choose each area once.'],
    [
      ['general', 'general', 'clinical', 'administrative'],
      'Choose from the areas of the exam: General, Administrative and Clinical.',
    ],
  ])('%j name one twice: %s', (input, sentence) => {
    expect(signUp({ lowestAreas: input })).toEqual({ fieldErrors: { lowestAreas: sentence } });
  });
});

describe('the class or group', () => {
  test.each([
    [undefined, undefined],
    ['', undefined],
    ['   ', undefined],
    [' Spring A ', 'Spring A'],
    ['x'.repeat(40), 'x'.repeat(40)],
    ['=1+1', '=1+1'],
  ])('%j is taken as %j', (input, cohort) => {
    const parsed = signUp({ cohort: input });

    expect(parsed).toEqual({ values: { ...values, details: { ...values.details, cohort } } });
    expect(cohortFrom(input)).toBe(cohort);
  });

  test.each([
    ['x'.repeat(41), 'The class or group can have up to 40 characters.'],
    [
      'a\tb',
      'The class or group has a character that can’t be used, such as a line break or a tab.',
    ],
    ...notText.map((input): [unknown, string] => [input, 'Enter the class or group as text.']),
  ])('%j is a mistake, and fills in nothing: %s', (input, sentence) => {
    expect(signUp({ cohort: input })).toEqual({ fieldErrors: { cohort: sentence } });
    expect(cohortFrom(input)).toBeUndefined();
  });
});

describe('consent', () => {
  test.each(['', 'no', 'Yes', 'on', 'true', 'yes ', 'yes\n', true, 1, null, ['yes'], {}])(
    '%j is none',
    (input) => {
      expect(signUp({ consent: input })).toEqual({
        fieldErrors: { consent: 'Tick the box to agree. We can’t write to you otherwise.' },
      });
    },
  );
});

describe('characters that can’t be used', () => {
  const characters: [name: string, character: string][] = [
    ['NUL', '\u0000'],
    ['a backspace', '\b'],
    ['a tab', '\t'],
    ['a line feed', '\n'],
    ['a vertical tab', '\v'],
    ['a form feed', '\f'],
    ['a carriage return', '\r'],
    ['an escape', '\u001b'],
    ['a unit separator', '\u001f'],
    ['DEL', '\u007f'],
    ['a C1 control', '\u0080'],
    ['a next line', '\u0085'],
    ['the last C1 control', '\u009f'],
    ['a line separator', '\u2028'],
    ['a paragraph separator', '\u2029'],
    ['a left-to-right mark', '\u200e'],
    ['a right-to-left mark', '\u200f'],
    ['an Arabic letter mark', '\u061c'],
    ['a left-to-right embedding', '\u202a'],
    ['a pop of direction', '\u202c'],
    ['a right-to-left override', '\u202e'],
    ['a left-to-right isolate', '\u2066'],
    ['a pop of isolate', '\u2069'],
    ['half a surrogate pair', '\ud83d'],
    ['the other half of a surrogate pair', '\ude00'],
  ];
  const fields: [field: string, good: string, what: string][] = [
    ['name', 'Ana Flores', 'The name'],
    ['email', 'ana@example.com', 'The email address'],
    ['attemptDate', '2026-11-20', 'The date'],
    ['timeZone', 'America/New_York', 'The time zone'],
    ['cohort', 'Spring A', 'The class or group'],
  ];

  describe.each(fields)('in %s', (field, good, what) => {
    test.each(characters)('%s, at either end, inside, or alone', (_name, character) => {
      const middle = `${good.slice(0, 3)}${character}${good.slice(3)}`;

      for (const input of [`${character}${good}`, `${good}${character}`, middle, character]) {
        expect(signUp({ [field]: input })).toEqual({
          fieldErrors: {
            [field]: `${what} has a character that can’t be used, such as a line break or a tab.`,
          },
        });
      }
    });
  });

  test.each(characters)('%s, in the fields that are a choice', (_name, character) => {
    expect(
      Object.keys(
        mistakesIn({
          attemptNumber: `1${character}`,
          membership: `member${character}`,
          lowestAreas: [`general${character}`],
          consent: `${character}yes`,
        }),
      ).sort(),
    ).toEqual(['attemptNumber', 'consent', 'lowestAreas', 'membership']);
  });
});

describe('the forms of my page', () => {
  test('an attempt has a date, a number and perhaps areas', () => {
    expect(parseForm(forms.attempt, { attemptDate: '2026-11-20', attemptNumber: '2' })).toEqual({
      values: { attemptDate: '2026-11-20', attemptNumber: 2, lowestAreas: [] },
    });
    expect(parseForm(forms.attempt, {})).toEqual({
      fieldErrors: {
        attemptDate: 'Enter the date of the exam.',
        attemptNumber: 'Choose which attempt it was: 1, 2 or 3.',
      },
    });
  });

  test('a correction has a date', () => {
    expect(parseForm(forms.date, { attemptDate: ' 2026-11-20 ' })).toEqual({
      values: { attemptDate: '2026-11-20' },
    });
    expect(parseForm(forms.date, {})).toEqual({
      fieldErrors: { attemptDate: 'Enter the date of the exam.' },
    });
  });

  test('taking back may name what is to be taken back, as text', () => {
    expect(parseForm(forms.undo, {})).toEqual({ values: {} });
    expect(parseForm(forms.undo, { told: 'passed 2026-11-23T15:00:00.000Z' })).toEqual({
      values: { told: 'passed 2026-11-23T15:00:00.000Z' },
    });
    expect(parseForm(forms.undo, { told: ['passed', 'attempt'] })).toHaveProperty(
      'fieldErrors.told',
    );
  });

  test('details have a name, a membership and a time zone, and never an address', () => {
    expect(parseForm(forms.details, inOrder)).toEqual({
      values: { name: 'Ana Flores', membership: 'member', timeZone: 'America/New_York' },
    });
    expect(parseForm(forms.details, {})).toEqual({
      fieldErrors: {
        name: 'Enter a name.',
        membership: 'Choose yes or no: a member of AAMA pays a lower fee.',
        timeZone: 'Choose a time zone.',
      },
    });
  });
});

function mistakesIn(input: FormInput): Record<string, string> {
  const parsed = signUp(input);
  if ('values' in parsed) throw new Error('The form is in order.');
  return parsed.fieldErrors;
}
