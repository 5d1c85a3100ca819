import type { FormInput } from './forms.ts';

/** What a column may be called, whatever its case and punctuation; the first is what we call it. */
const columnNames: Record<string, readonly [string, ...string[]]> = {
  name: ['name', 'full name', 'candidate', 'candidate name', 'student', 'student name'],
  firstName: ['first name', 'given name', 'first'],
  lastName: ['last name', 'family name', 'surname', 'last'],
  email: ['email', 'email address', 'mail', 'address'],
  attemptDate: ['exam date', 'date of exam', 'attempt date', 'date of attempt', 'test date', 'date'],
  attemptNumber: ['attempt', 'attempt number', 'number of attempt', 'attempt no', 'number'],
  membership: ['member', 'membership', 'AAMA member', 'AAMA membership', 'membership status'],
  timeZone: ['time zone', 'zone'],
  lowestAreas: ['lowest areas', 'lowest scores', 'areas'],
  cohort: ['class', 'cohort', 'group', 'class or group', 'course'],
  checkIns: ['check-ins', 'study emails'],
};

const requiredColumns = ['name', 'email', 'attemptDate', 'attemptNumber', 'membership', 'timeZone'];

/** The field that each column of a table is for; undefined for a column that is none of ours. */
export function fieldsOfColumns(header: readonly string[]): (string | undefined)[] {
  const lettersOf = (text: string) => text.toLowerCase().replaceAll(/[^a-z]/g, '');
  return header.map((title) => {
    const isTitle = (name: string) => lettersOf(name) === lettersOf(title);
    return Object.keys(columnNames).find((field) => columnNames[field]?.some(isTitle));
  });
}

/** What is wrong with the columns, by the names that people give them. */
export function columnMistakes(
  fields: readonly (string | undefined)[],
  hasDefaultZone: boolean,
): { missing: string[]; repeated: string[] } {
  const isThere = (field: string) =>
    fields.includes(field) ||
    (field === 'timeZone' && hasDefaultZone) ||
    (field === 'name' && fields.includes('firstName') && fields.includes('lastName'));
  const labelOf = (field: string) => columnNames[field]?.[0] ?? field;
  const repeated = fields.filter((field, index) => field && fields.indexOf(field) < index);
  return {
    missing: requiredColumns.filter((field) => !isThere(field)).map(labelOf),
    repeated: repeated.filter((field) => field !== undefined).map(labelOf),
  };
}

export function inputOfRow(fields: readonly (string | undefined)[], cells: readonly string[]): FormInput {
  const input: FormInput = {};
  for (const [index, field] of fields.entries()) {
    const cell = cells[index];
    if (field && cell) input[field] = valueIn(field, cell);
  }
  const { firstName, lastName, ...others } = input;
  const parts = [firstName, lastName].filter((part) => part !== undefined);
  return parts.length > 0 ? { name: parts.join(' '), ...others } : others;
}

const readers: Record<string, (word: string, cell: string) => unknown> = {
  attemptDate: (_word, cell) => isoDate(cell),
  attemptNumber: (word) => ordinals[word],
  membership: (word) => yesOrNo(word, { yes: 'member', no: 'non-member' }),
  checkIns: (word) => yesOrNo(word, { yes: 'yes', no: '' }),
  lowestAreas: (word) => word.split(/\s*[,;/]\s*/),
};

function valueIn(field: string, cell: string): unknown {
  return readers[field]?.(cell.trim().toLowerCase(), cell) ?? cell;
}

const ordinals: Record<string, string> = { '1st': '1', first: '1', '2nd': '2', second: '2', '3rd': '3', third: '3' };

function yesOrNo<Value>(word: string, values: { yes: Value; no: Value }): Value | undefined {
  if (/^(y|yes|true|member)$/.test(word)) return values.yes;
  if (/^(n|no|false|non-?member|not a member)$/.test(word)) return values.no;
  return undefined;
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** The date in the spellings that a spreadsheet in the US writes; any other text as it is. */
function isoDate(cell: string): string {
  const text = cell.trim();
  const iso = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T]0?0:00.*)?$/.exec(text);
  if (iso) return dateOf(iso[1], iso[2], iso[3]);
  const numbers = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{2}|\d{4})$/.exec(text);
  if (numbers) return dateOf(numbers[3], numbers[1], numbers[2]);
  const named =
    /^(?<month>[a-z]{3,9})\.? (?<day>\d{1,2}),? (?<year>\d{4})$/i.exec(text) ??
    /^(?<day>\d{1,2})[- ](?<month>[a-z]{3,9})\.?[- ](?<year>\d{2}|\d{4})$/i.exec(text);
  const { month = '', day, year } = named?.groups ?? {};
  const index = months.indexOf(month.slice(0, 3).toLowerCase());
  return index === -1 ? text : dateOf(year, String(index + 1), day);
}

function dateOf(year = '', month = '', day = ''): string {
  return `${year.padStart(4, '20')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
