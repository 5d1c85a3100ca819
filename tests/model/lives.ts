import fc from 'fast-check';
import type { toDetail } from '../../lambdas/web/admin/json.ts';
import {
  type Answers,
  day,
  dayIn,
  type Flag,
  hourOn,
  Life,
  type Mail,
  minute,
  type Outcome,
  plusDays,
} from './life.ts';

/* Random lives, drawn toward the moments and days where a rule turns, and the comparison of model and service. */

type Fields = Record<string, string>;
/** What a candidate or staff do, by the form's name, or what SES reports. */
export type Deed = { type: keyof typeof deeds; fields: Fields; mail?: Mail | undefined; flag?: Flag };

type Act = (life: Life, deed: Deed, now: number, isStaff: boolean) => Outcome;
const deeds = {
  attempts: (life, { fields }, now) => life.record(Number(fields.attemptNumber), fields.attemptDate ?? '', now),
  'correct-date': (life, { fields }, now) => life.correctDate(fields.attemptDate ?? '', now),
  details: (life, { fields }, now) => life.changeDetails(fields, now),
  booked: (life, { fields }, now) => life.book(fields.examDate, now),
  'ask-later': (life, _, now) => life.askLater(now),
  passed: (life, _, now) => life.pass(now),
  undo: (life, _, now, isStaff) => life.undo(isStaff, now),
  'new-application': (life, _, now) => life.applyAgain(now),
  unsubscribe: (life) => life.unsubscribe(),
  resubscribe: (life, _, now) => life.resubscribe(now),
  'lowest-areas': (life) => (life.attempts.length > 0 ? 'done' : 'refused'),
  'clear-bounce': (life, _, now) => life.clear('bouncedAt', now),
  'clear-complaint': (life, _, now) => life.clear('complainedAt', now),
  acknowledge: (life, { flag }, now) => life.acknowledge(flag, now),
  resend: (life, { mail }, now) => life.resend(mail, now),
  bounce: (life, { mail }, now) => life.report(mail, 'bounce', now),
  complaint: (life, { mail }, now) => life.report(mail, 'complaint', now),
} satisfies Record<string, Act>;
const simpleDeeds = [
  ...(['ask-later', 'passed', 'undo', 'new-application', 'unsubscribe', 'resubscribe'] as const),
  ...(['lowest-areas', 'clear-bounce', 'clear-complaint'] as const),
];
const byStaff = ['resend', 'acknowledge', 'clear-bounce', 'clear-complaint'];
const byCandidate = ['details', 'ask-later', 'unsubscribe', 'resubscribe', 'lowest-areas'];

/** The part of the staff API's JSON that is compared, and the entry that can be taken back. */
export type Seen = Pick<
  ReturnType<typeof toDetail>,
  'status' | 'retakeOn' | 'examOn' | 'attemptsUsed' | 'emailState' | 'flags' | 'nextEmail' | 'emails' | 'undoable'
>;

/** The service under test, with one candidate. */
export type Service = {
  signUp(fields: Fields, now: number): Promise<Outcome>;
  confirm(now: number): Promise<Outcome>;
  act(deed: Deed, isStaff: boolean, now: number): Promise<Outcome>;
  sweep(now: number): Promise<void>;
  look(now: number): Promise<Seen>;
  /** It runs in real time, its mailer sweeps by itself, and it has other candidates. */
  isRunning: boolean;
};

const zone = fc.constantFrom(
  'America/New_York',
  'Pacific/Honolulu',
  'America/Puerto_Rico',
  'Asia/Gaza',
  'Pacific/Kiritimati',
);
const checkIns = fc.boolean();
const number = fc.constantFrom<'next' | number>('next', 'next', 'next', 1, 2, 3);
const date = fc.oneof(
  fc.record({
    from: fc.constant('today'),
    days: fc.constantFrom(0, 0, -1, -14, -15, -29, -30, -31, -44, -45, 1, -1200),
  }),
  fc.record({ from: fc.constantFrom('last', 'before'), days: fc.constantFrom(0, 1, 29, 30, 31) }),
);
const minutes = fc.constantFrom(-1, 0, 1, 5, 60, 300);
/** Minutes from signing up to confirming. */
const waits = fc.constantFrom(0, 0, 1, 2880);
const of = <Type extends string>(...types: Type[]) => fc.constantFrom(...types);

const deed = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: of('attempts'), number, date }) },
  { weight: 4, arbitrary: fc.record({ type: of('correct-date'), date }) },
  { weight: 4, arbitrary: fc.record({ type: of('details'), zone, checkIns }, { requiredKeys: ['type'] }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: of('booked'),
      booking: fc.option(fc.record({ from: of('today', 'retake'), days: fc.constantFrom(-1, 0, 1, 2, 10, 365, 366) })),
    }),
  },
  { weight: 6, arbitrary: fc.record({ type: of(...simpleDeeds) }) },
  { weight: 2, arbitrary: fc.record({ type: of('resend', 'resend', 'bounce', 'complaint'), place: fc.nat(9) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: of('acknowledge'),
      flag: of<Flag>('third-attempt-used', 'email-bounced', 'email-complained', 'attempt-refused'),
    }),
  },
);
const clock = fc.oneof(
  { weight: 4, arbitrary: fc.record({ to: of('mail', 'mail', 'too-late', 'undo', 'nine'), minutes }) },
  {
    weight: 2,
    arbitrary: fc.record({
      to: of('now'),
      minutes: fc.constantFrom(1, 9, 11, 1440, 7 * 1440 + 1, 30 * 1440, -60, -1440),
    }),
  },
);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ deed, isStaff: fc.boolean() }) },
  { weight: 3, arbitrary: clock },
  { weight: 1, arbitrary: fc.record({ sweep: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.record({ signUp: fc.record({ zone, checkIns, number, date }), waits }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
export const lives = fc.record({
  begins: fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2028, 2) }).map((at) => at - (at % minute)),
  first: fc.record({
    zone,
    checkIns,
    number: fc.constantFrom(1, 1, 2, 3),
    daysAgo: fc.constantFrom(0, 1, 14, 15, 16, 29, 30, 31, 44, 45, 1095),
  }),
  waits,
  steps: fc.array(fc.record({ step, isSwept: fc.constantFrom(true, true, true, false) }), { maxLength: 14 }),
});
export type RandomLife = typeof lives extends fc.Arbitrary<infer T> ? T : never;

/**
 * Model and service live one life side by side. Throws where they disagree, with the story so far; gives the number of
 * mails that the candidate of a running service got.
 */
export async function compare({ begins, first, waits, steps }: RandomLife, service: Service): Promise<number> {
  let now = begins;
  let mails = 0;
  const story: string[] = [];
  const tell = (what: object) => story.push(`${iso(now)} ${JSON.stringify(what)}`);
  const { daysAgo, ...details } = first;
  const answers = { ...details, date: plusDays(dayIn(first.zone, now), -daysAgo) };
  const life = new Life(answers, now);
  const seen = new Set<string>();

  async function signUp(typed: Answers, waits: number): Promise<void> {
    tell({ signUp: typed, waits });
    const typedAt = now;
    const { number, date } = typed;
    const fields = { ...fieldsOf(typed), attemptNumber: String(number), attemptDate: date };
    const outcome = life.signUp(typed, now);
    agree('sign-up', outcome, await service.signUp(fields, now));
    if (outcome === 'refused') return;
    now += waits * minute;
    agree('confirming', life.confirm(typed, typedAt, now), await service.confirm(now));
  }

  async function take(one: Step): Promise<void> {
    if ('signUp' in one) {
      const { number, date, ...rest } = one.signUp;
      return signUp({ ...rest, number: numberOf(life, number), date: dateOf(life, date, now) }, one.waits);
    }
    if ('deed' in one) {
      const wanted = resolved(one.deed, life, now, isCompared);
      const { type, mail } = wanted;
      const isStaff = byStaff.includes(type) || (one.isStaff && !byCandidate.includes(type));
      tell({ by: isStaff ? 'staff' : 'candidate', ...wanted, ...(mail && { mail: nameOf(mail) }) });
      const act: Act = deeds[type];
      return agree(type, act(life, wanted, now, isStaff), await service.act(wanted, isStaff, now));
    }
    if ('to' in one) now = momentOf(one, life, now, service.isRunning);
  }

  async function sweep() {
    tell({ sweep: true });
    const toCandidate = life.sweep(now).filter(({ kind }) => kind !== 'staff-notice');
    mails += toCandidate.length;
    await service.sweep(now);
    // Whatever waited meanwhile, two emails of the service's own accord never arrive together.
    const unasked = toCandidate.filter(({ again }) => again === 0).map(nameOf);
    agree('emails at once', unasked.slice(0, 1), unasked);
  }

  function agree(what: string, expected: unknown, actual: unknown) {
    const [wanted, got] = [expected, actual].map((one) => JSON.stringify(one));
    if (wanted !== got)
      throw new Error(`${what}: the model says ${wanted}, the service ${got}\n  ${story.join('\n  ')}`);
  }

  async function look() {
    const actual = await service.look(now);
    for (const { key } of actual.emails) seen.add(key);
    const gone = [...seen].filter((key) => !actual.emails.some((email) => email.key === key));
    agree('emails that left the record', [], gone);
    const { status, retakeOn, examOn, attemptsUsed, emailState, flags } = actual;
    agree('status', life.status(now), status);
    agree('attemptsUsed', life.attemptsUsed, attemptsUsed);
    const isOver = life.attemptsUsed === 0 && life.status(now) === 'can-retake';
    agree('retakeOn', isOver ? null : (life.retake ?? null), retakeOn);
    agree('examOn', life.booked ?? null, examOn);
    agree('emailState', life.emailState, emailState);
    agree('flags', life.flags(now), [...flags].sort());
    const wanted = life.mails.filter(isCompared).map(nameOf);
    const got = actual.emails.filter(isCompared).map(nameOfEmail);
    const without = (names: string[], others: string[]) => names.filter((name) => !others.includes(name));
    agree('emails', without(wanted, got), without(got, wanted));
    agree('number of emails', wanted.length, got.length);
    const next = life.nextEmails(now);
    const expected = next.find(({ kind }) => kind === actual.nextEmail?.kind) ?? next[0];
    const heldBack = life.emailState !== 'active';
    agree(
      'nextEmail',
      expected ? { kind: expected.kind, at: near(expected.due), heldBack } : null,
      actual.nextEmail && { ...actual.nextEmail, at: near(Date.parse(actual.nextEmail.at)) },
    );
  }

  /** One notice to staff may stand for those about others. */
  function isCompared({ kind }: { kind: string }): boolean {
    return !service.isRunning || kind !== 'staff-notice';
  }

  /** The clock of a running service runs on between two looks. */
  function near(at: number): string {
    return iso(service.isRunning ? Math.round(at / minute) * minute : at);
  }
  function nameOf({ kind, about, date, again, state, due, at }: Mail): string {
    return `${kind} ${about} ${date} ${again} ${state} ${near(state === 'waiting' ? due : at)}`;
  }
  function nameOfEmail({ key, kind, state, dueAt, at, attempt }: Seen['emails'][number]): string {
    const [date] = /\d{4}-\d\d-\d\d/.exec(key) ?? [];
    const [, again = 0] = /-again-(\d+)$/.exec(key) ?? [];
    const isQueued = state === 'queued';
    const when = near(Date.parse(isQueued ? dueAt : (at ?? '')));
    return `${kind} ${attempt?.application}/${attempt?.number} ${date} ${again} ${isQueued ? 'waiting' : state} ${when}`;
  }

  await signUp(answers, waits);
  if (service.isRunning) await sweep();
  // "Every confirming is followed by at least one mail that leads to my page"
  mails = Math.max(mails, 1);
  await look();
  for (const { step: one, isSwept } of steps) {
    // A mailbox gets one link in ten real minutes.
    if (service.isRunning && 'signUp' in one) continue;
    await take(one);
    if (isSwept || 'sweep' in one || service.isRunning) await sweep();
    await look();
  }
  return mails;
}

type RandomDeed = Extract<Step, { deed: unknown }>['deed'];

function resolved(random: RandomDeed, life: Life, now: number, isKnown: (mail: Mail) => boolean): Deed {
  const { type } = random;
  if ('place' in random) {
    const isReport = type !== 'resend';
    const mails = life.mails
      .filter(isKnown)
      .filter(({ state, kind }) => !isReport || (state === 'sent' && kind !== 'staff-notice'));
    return { type, fields: {}, mail: mails.at(random.place % (mails.length || 1)) };
  }
  if ('flag' in random) return { ...random, fields: {} };
  if ('booking' in random) {
    const { from, days = 0 } = random.booking ?? {};
    const base = (from === 'retake' && life.retake) || life.today(now);
    return { type, fields: { examDate: from ? plusDays(base, days) : '' } };
  }
  if ('date' in random) {
    const attemptNumber = 'number' in random && { attemptNumber: String(numberOf(life, random.number)) };
    return { type, fields: { ...attemptNumber, attemptDate: dateOf(life, random.date, now) } };
  }
  if (type !== 'details') return { type, fields: type === 'clear-complaint' ? { note: 'A slip.' } : {} };
  const { zone, checkIns } = random;
  return { type, fields: fieldsOf({ zone, checkIns }) };
}

function fieldsOf({ zone, checkIns }: { zone?: string | undefined; checkIns?: boolean | undefined }): Fields {
  return { ...(zone && { timeZone: zone }), ...(checkIns !== undefined && { checkIns: checkIns ? 'yes' : '' }) };
}

function numberOf(life: Life, wanted: 'next' | number): number {
  return wanted === 'next' ? (life.attemptsUsed % 3) + 1 : wanted;
}

function dateOf(life: Life, { from, days }: { from: string; days: number }, now: number): string {
  const [before, last] = [undefined, undefined, ...life.attempts].slice(-2);
  const base = from === 'today' ? undefined : from === 'last' ? last : before;
  return plusDays(base?.date ?? life.today(now), days);
}

function momentOf(
  { to, minutes }: { to: string; minutes: number },
  life: Life,
  now: number,
  isRunning: boolean,
): number {
  // A clock that runs on can't show the very last moment of a period.
  const offset = isRunning && minutes === 0 ? 1 : minutes;
  const waiting = life.mails.filter(({ state, due }) => state === 'waiting' && due > now);
  const next = waiting.sort((one, other) => one.due - other.due)[0];
  const targets: Record<string, number | undefined> = {
    mail: next?.due,
    'too-late': next?.until,
    undo: life.lastEntry && life.lastEntry.at + 7 * day,
    nine: hourOn(life.today(now), 9, life.zone),
  };
  const target = targets[to];
  return target === undefined ? now + offset * minute : Math.max(now, target + offset * minute);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** The key of the service's email that the model's stands for. */
export function keyOf({ emails }: { emails: readonly { key: string }[] }, mail: Mail): string {
  const key = `${mail.kind}-${mail.about.replace('/', '-')}-${mail.date}${mail.again ? `-again-${mail.again}` : ''}`;
  return emails.find((email) => email.key === key)?.key ?? 'none';
}
