import { beforeAll, describe, expect, it } from 'vitest';
import { issuerForAll } from '../support/issuer.ts';
import { anAdmin } from '../support/staff.ts';

type Row = { row: number; outcome: string; id: string | null; errors: Record<string, string> };

const header = 'Name,Email,Attempt date,Attempt number,Membership,Time zone,Cohort';
const row = (index: number) => `Person ${index},p${index}@example.com,11/20/2026,1,yes,America/New_York,Fall 2026`;

const issuer = issuerForAll();
let authorization: string;

beforeAll(async () => {
  authorization = `Bearer ${await issuer.programToken()}`;
});
async function anImport() {
  const admin = await anAdmin(issuer);
  const send = async (body: string | Uint8Array<ArrayBuffer> | object, query = '') => {
    const isCsv = typeof body === 'string' || body instanceof Uint8Array;
    const response = await admin.app.request(`/admin/api/candidates/import${query}`, {
      method: 'POST',
      headers: { authorization, 'content-type': isCsv ? 'text/csv' : 'application/json' },
      body: isCsv ? body : JSON.stringify(body),
    });
    const json = (await response.json()) as { rows: Row[]; error: { code: string; message: string } };
    return { status: response.status, ...json };
  };
  return {
    ...admin,
    send,
    outcomes: async (...sent: Parameters<typeof send>) => (await send(...sent)).rows.map(({ outcome }) => outcome),
    people: () => admin.store.all().filter((record) => record.type === 'candidate'),
  };
}

describe('a class from a spreadsheet', () => {
  const ana = { name: 'Zoë Müller', membership: 'member', timeZone: 'America/New_York' };
  const plain = `${header}\nZoë Müller,z@example.com,2026-11-20,1,no,America/New_York,"A; B"`;
  const inClass = { membership: 'non-member', cohort: 'A; B' };
  it.each<[title: string, csv: string | Uint8Array<ArrayBuffer>, timeZone?: string, of?: object]>([
    ['with commas', `${header}\nZoë Müller,z@example.com,2026-11-20,1,member,us/eastern,\n`],
    [
      'with semicolons, a BOM and CRLF',
      '\ufeffname;E-MAIL;Date of exam;attempt;Member?;Time Zone\r\n\r\n"Zoë Müller";z@example.com;"11/20/26";1st;Y;America/New_York\r\n;;;;;\r\n',
    ],
    [
      'with tabs, in another order, and columns that are none of ours',
      'Email address\tNotes\tFull name\tExam date\tAttempt no.\tAAMA member\n z@example.com \t"a, ""b""; c"\tZoë Müller\tNovember 20, 2026\tfirst\tYES\n',
      'America/New_York',
    ],
    [
      'with a first and a last name',
      'Last name,First name,Mail,Date,Number,Membership,Zone\nMüller,Zoë,z@example.com,20-Nov-26,1,true,America/New_York',
    ],
    ['in the alphabet of Windows', Buffer.from(plain, 'latin1'), '', inClass],
    ['as UTF-16', Buffer.from(`\ufeff${plain}`, 'utf16le'), '', inClass],
  ])('is read as it comes: %s', async (_title, csv, timeZone, of) => {
    const { send, people } = await anImport();
    const { rows } = await send(csv, timeZone && `?timeZone=${timeZone}`);

    expect(rows).toEqual([{ row: 1, outcome: 'enrolled', id: expect.any(String), errors: {} }]);
    expect(people()).toMatchObject([{ ...ana, ...of, email: 'z@example.com' }]);
  });

  it('says row by row what is wrong or known, and enrolls the others, each with one mail', async () => {
    const { add, send, mails } = await anImport();
    const known = await add({ email: 'p2@example.com', attempts: ['2026-11-10'] });
    const { rows } = await send(
      [
        header,
        row(1),
        row(2),
        row(1).toUpperCase().replace('PERSON 1', '=1+1'),
        '=cmd|A0,p3@example.com,24/11/2026,4,perhaps,Mars,',
        `"=HYPERLINK(""x"")",p4@example.com,11/20/2026,2,no,America/New_York,`,
      ].join('\n'),
    );

    expect(rows).toEqual([
      { row: 1, outcome: 'enrolled', id: expect.any(String), errors: {} },
      { row: 2, outcome: 'known', id: known, errors: {} },
      { row: 3, outcome: 'mistakes', id: null, errors: { email: 'Row 1 has this address, too.' } },
      { row: 4, outcome: 'mistakes', id: null, errors: expect.any(Object) },
      { row: 5, outcome: 'enrolled', id: expect.any(String), errors: {} },
    ]);
    expect(Object.keys(rows[3]?.errors ?? {}).sort()).toEqual([
      'attemptDate',
      'attemptNumber',
      'membership',
      'timeZone',
    ]);
    const sent = await mails();
    expect(sent.map(({ to }) => to.address).sort()).toContain('p4@example.com');
    expect(sent.filter(({ tags }) => tags.type === 'pending-link')).toHaveLength(2);
  });
});

describe('the same class again', () => {
  const csv = [header, ...Array.from({ length: 25 }, (_, index) => row(index))].join('\n');

  it('is unchanged, after a dry run that wrote nothing and said the same', async () => {
    const { outcomes, store, people } = await anImport();
    const enrolled = Array(25).fill('enrolled');
    expect(await outcomes(csv, '?dryRun=true')).toEqual(enrolled);
    expect(store.all()).toEqual([]);
    expect(await outcomes(csv)).toEqual(enrolled);
    const before = store.all();
    for (const query of ['?dryRun=true', '?dryRun=false'])
      expect(await outcomes(csv, query)).toEqual(Array(25).fill('unchanged'));
    expect(store.all()).toEqual(before);
    expect(people()).toHaveLength(25);
  });

  it('pressed twice at once enrolls each once', async () => {
    const { send, people, mails } = await anImport();
    await Promise.all([send(csv), send(csv)]);

    expect(people()).toHaveLength(25);
    expect(people().every(({ history }) => history.length === 1)).toBe(true);
    expect(await mails()).toHaveLength(25);
  });

  it('completes what a crash interrupted, wherever that was', async () => {
    const { send, store, people, mails } = await anImport();
    const { save } = store;
    for (let writes = 1; writes < 75; writes += 12) {
      let left = writes;
      Object.assign(store, {
        save: (...written: Parameters<typeof save>) =>
          left-- > 0 ? save(...written) : Promise.reject(new Error('Crash.')),
      });
      expect((await send(csv)).status).toBeOneOf([200, 500]);
    }
    Object.assign(store, { save });
    await send(csv);

    expect(people()).toHaveLength(25);
    expect(await mails()).toHaveLength(25);
  });
});

it.each<[string, string | object, string, string, RegExp]>([
  ['no address column', 'Name,Date\nAna,2026-11-20', '', 'invalid', /Missing: email, attempt, member, time zone/],
  ['a column twice', `${header},Class\n${row(1)},B`, '', 'invalid', /more than one column for: class/],
  ['nothing in it', '', '', 'invalid', /Missing: name, email, exam date/],
  ['no row', `${header}\n\n`, '', 'invalid', /no row/],
  ['an open quote', `${header}\n"Ana,x`, '', 'invalid', /quotation mark/],
  ['201 rows', [header, ...Array(201).fill(row(1))].join('\n'), '', 'too-many-rows', /200/],
  ['201 objects', { candidates: Array(201).fill({}) }, '', 'too-many-rows', /200/],
  ['no list', { candidates: 'x' }, '', 'invalid', /list of objects/],
  ['rows that are no objects', { candidates: [5] }, '', 'invalid', /list of objects/],
  ['an unknown default zone', `${header}\n${row(1)}`, '?timeZone=Mars', 'invalid', /time zone/],
  ['an odd dryRun', `${header}\n${row(1)}`, '?dryRun=yes', 'invalid', /dryRun/],
])('a table with %s is refused as a whole', async (_title, body, query, code, sentence) => {
  const { send, store } = await anImport();

  expect(await send(body, query)).toMatchObject({
    status: 422,
    error: { code, message: expect.stringMatching(sentence) },
  });
  expect(store.all()).toEqual([]);
});

it('rows as JSON have the fields of the form, null for none, and the zone that the query gives', async () => {
  const { send, people } = await anImport();
  const candidate = {
    name: 'Ana Flores',
    email: 'ana@example.com',
    attemptDate: '2026-11-20',
    attemptNumber: 1,
    membership: 'member',
    timeZone: null,
    cohort: null,
    lowestAreas: ['general'],
  };
  const { rows } = await send({ candidates: [candidate, {}] }, '?timeZone=us%2Fpacific');

  expect(rows.map(({ outcome }) => outcome)).toEqual(['enrolled', 'mistakes']);
  expect(people()).toMatchObject([{ timeZone: 'America/Los_Angeles' }]);
});
