import type { ActionResult } from '../../lambdas/core/action-result.ts';
import { type Action, applyAction } from '../../lambdas/core/actions.ts';
import { type Address, newAddress } from '../../lambdas/core/address.ts';
import { correctDate, markPassed, recordAttempt, startNewApplication, undo } from '../../lambdas/core/attempts.ts';
import { type Candidate, newCandidate, tombstoneOf } from '../../lambdas/core/candidate.ts';
import { confirmSignUp } from '../../lambdas/core/confirm-sign-up.ts';
import {
  applyEvent,
  claim,
  type DeliveryEventType,
  type Email,
  fail,
  maxTries,
  nextDueAt,
  nextDueEmail,
  noAnswer,
  type Outcome,
  queuedEmail,
  rejected,
  requeue,
  settle,
  skip,
} from '../../lambdas/core/email.ts';
import { formsFor } from '../../lambdas/core/forms.ts';
import {
  confirmedLink,
  confirmingLink,
  disownedLink,
  type OpenLink,
  type PendingLink,
} from '../../lambdas/core/pending-link.ts';
import { allAttempts, hasLapsed, statusOf } from '../../lambdas/core/status.ts';
import { addDays24h, dateIn, daysAfter, type Instant } from '../../lambdas/core/time.ts';
import { changeAddress } from '../../lambdas/services/addresses.ts';
import { applyDeliveryEvent } from '../../lambdas/services/delivery-events.ts';
import { requestNewAddress, requestPageLink } from '../../lambdas/services/request-links.ts';
import { confirmLink, disownLink, signUp } from '../../lambdas/services/sign-up.ts';
import { aCandidate, aNewAddressLink, aPendingLink, rules, someDetails } from '../support/builders.ts';
import type { memoryStore } from '../support/memory-store.ts';
import { mailed } from '../support/simulated-mailer.ts';
import { aStaffDesk, dana, enrollmentForm } from '../support/staff-desk.ts';
import { lastEntryKey } from '../support/steps.ts';

/*
 * Which changes of state there are, found by taking every step that can be taken. The core needs no such tables: its
 * functions are the rules. They are here to be drawn, and stand in docs/lifecycle.md.
 */

const now = '2026-11-23T15:00:00.000Z';

/** `new` and `gone` stand for the time before and after. */
export type Arrow = { from: string; to: string; causes: string[] };

/** The changes that were seen, in the order of these states. */
function arrowsIn(order: readonly string[]) {
  const arrows = new Map<string, Arrow>();
  return {
    seen(from: string, to: string, cause: string) {
      const arrow = arrows.get(`${from} ${to}`) ?? { from, to, causes: [] };
      if (!arrow.causes.includes(cause)) arrow.causes.push(cause);
      arrows.set(`${from} ${to}`, arrow);
    },
    all(): Arrow[] {
      const place = ({ from, to }: Arrow) => (order.indexOf(from) + 1) * 100 + order.indexOf(to);
      const sorted = [...arrows.values()].sort((one, other) => place(one) - place(other));
      return sorted.map((arrow) => ({ ...arrow, causes: arrow.causes.sort() }));
    },
  };
}

/** A step of a life: why, and what is there then. */
type Step<T> = [cause: string, next: T];

type Steps<T> = {
  first: Step<T>[];
  stepsFrom: (life: T) => Step<T>[] | Promise<Step<T>[]>;
  /** `gone` where nothing is there. */
  stateOf: (life: T) => string;
  /** What looks alike is followed once. */
  keyOf: (life: T) => string;
  /** Whether it counts as a change though the state is the same. */
  differs?: (from: T, to: T) => boolean;
};

/** Sees every step that can be taken, from the first ones on. */
async function everyStep<T>(
  { seen }: ReturnType<typeof arrowsIn>,
  { first, stepsFrom, stateOf, keyOf, differs = () => false }: Steps<T>,
) {
  const known = new Set<string>();
  const open: T[] = [];
  const take = ([cause, next]: Step<T>, from?: T) => {
    const before = from === undefined ? 'gone' : stateOf(from);
    const isChange = before !== stateOf(next) || (from !== undefined && differs(from, next));
    if (isChange) seen(before === 'gone' ? 'new' : before, stateOf(next), cause);
    if (known.has(keyOf(next))) return;
    known.add(keyOf(next));
    open.push(next);
  };
  for (const step of first) take(step);
  for (let life = open.pop(); life !== undefined; life = open.pop())
    for (const step of await stepsFrom(life)) take(step, life);
}

export async function emailArrows(): Promise<Arrow[]> {
  const attempt = { application: 1, number: 1 };
  const key = 'study-plan-1-1-2026-11-20';
  const first = queuedEmail({ key, kind: 'study-plan', attempt, dueAt: now }, 7);

  const outcomes: [cause: string, outcome: Outcome][] = [
    ['SES has it', { type: 'accepted', messageId: '0100-abc' }],
    ['refused', { type: 'refused', code: 'MessageRejected' }],
    ['certainly not sent', { type: 'deferred', code: 'Throttling' }],
    ['no answer', { type: 'unknown', code: 'TimeoutError' }],
  ];
  const reports: DeliveryEventType[] = ['send', 'delay', 'delivery', 'soft-bounce', 'hard-bounce', 'complaint'];

  /** What the mailer, SES and the plan can do to an email as it stands. */
  function stepsFrom(email: Email): Step<Email>[] {
    const emails = [email];
    const at = nextDueAt(emails) ?? now;
    const changed = (cause: string, [next]: Email[]): Step<Email>[] => (next === undefined ? [] : [[cause, next]]);
    const isInTurn = nextDueEmail(emails, at) !== undefined;
    const begun = Array.from({ length: email.tries }, (_, index) => index + 1);
    return [
      ...(isInTurn ? changed('no longer applies', skip(emails, key, 'unsubscribed', at)) : []),
      ...(!isInTurn
        ? []
        : email.tries < maxTries
          ? changed('claimed', claim(emails, key, at))
          : changed('five tries', fail(emails, key, noAnswer, at))),
      ...begun.flatMap((tries) =>
        outcomes.flatMap(([cause, outcome]) => changed(cause, settle(emails, key, tries, outcome, at))),
      ),
      ...reports.flatMap((type) => changed('SES has it', applyEvent(emails, key, type, at))),
      ...changed('discarded by SES', applyEvent(emails, key, 'reject', at)),
      ...(email.state === 'skipped' ? changed('applies again', [requeue(email)]) : []),
    ];
  }

  const arrows = arrowsIn(['new', 'queued', 'sending', 'sent', 'skipped', 'failed']);
  arrows.seen('new', 'queued', 'resent by staff');
  arrows.seen('queued', 'skipped', 'replaced');
  await everyStep<Email>(arrows, {
    first: [['called for', first]],
    stepsFrom,
    stateOf: ({ state }) => state,
    keyOf: (email) =>
      JSON.stringify([
        email.state,
        email.tries,
        email.state === 'failed' && email.reason === rejected,
        email.state === 'sent' && email.deliveryStatus,
      ]),
    differs: (from, to) => from.tries !== to.tries,
  });
  return arrows.all();
}

/** A candidate at a moment, after so many steps. */
type Life = { candidate: Candidate; now: Instant; steps: number };

export async function statusArrows(): Promise<Arrow[]> {
  const mostSteps = 3;
  const timeZones = ['America/New_York', 'Pacific/Kiritimati'];
  const enrollment = { linkId: 'd4e5f6', expiresAt: addDays24h(now, 7) };
  const nobody = newCandidate('a1b2c3', 'a', someDetails, now);
  const enrolled: Life = { candidate: { ...nobody, enrollment }, now, steps: 0 };

  function stateOf({ candidate, now }: Life): string {
    return hasLapsed(candidate, now) ? 'gone' : statusOf(candidate, rules.exam, now);
  }

  function keyOf({ candidate, now, steps }: Life): string {
    const { applications, timeZone, enrollment } = candidate;
    return JSON.stringify([applications, timeZone, enrollment, now, steps]);
  }

  function signUpsOf(known: Candidate, now: Instant, steps: number): Step<Life>[] {
    return timeZones.flatMap((timeZone) => {
      const today = dateIn(timeZone, now);
      // Whoever signs up again elsewhere may be a day ahead, which matters to an attempt of today.
      const isElsewhere = allAttempts(known).length > 0 && timeZone !== known.timeZone;
      const attempts = attemptsAt(today).filter(({ date }) => !isElsewhere || date === today);
      return attempts.map((attempt): Step<Life> => {
        const answers = { details: { ...someDetails, timeZone }, attempt };
        const candidate = confirmSignUp(known, answers, rules, now);
        return ['sign-up confirmed', { candidate, now, steps }];
      });
    });
  }

  function attemptsAt(today: string) {
    return [1, 2, 3].flatMap((number) =>
      [today, daysAfter(today, -29), daysAfter(today, -30)].map((date) => ({ number, date, lowestAreas: [] })),
    );
  }

  /** What a candidate, staff and time can do to a record as it stands. */
  function stepsFrom({ candidate, now, steps: before }: Life): Step<Life>[] {
    const steps = before + 1;
    if (steps > mostSteps || hasLapsed(candidate, now)) return [];
    const done = (cause: string, action: ActionResult): Step<Life>[] =>
      'fieldErrors' in action ? [] : [[cause, { candidate: action.candidate, now, steps }]];
    const later = [1, 30].map((days): Step<Life> => {
      const at = addDays24h(now, days);
      return ['days pass', { candidate: mailed(candidate, rules, at), now: at, steps }];
    });
    const signUps = signUpsOf(candidate, now, steps);
    if (candidate.enrollment) return [...later, ...signUps];
    const attempts = attemptsAt(dateIn(candidate.timeZone, now));
    const dates = [...new Set(attempts.map(({ date }) => date))];
    return [
      ...later,
      ...signUps,
      ...attempts.flatMap((attempt) => done('attempt recorded', recordAttempt(candidate, attempt, rules, now))),
      ...dates.flatMap((date) => done('date corrected', correctDate(candidate, date, rules, now))),
      ...timeZones
        .filter((timeZone) => timeZone !== candidate.timeZone)
        .flatMap((timeZone) => done('time zone changed', moved(candidate, timeZone, now))),
      ...done('passed', markPassed(candidate, now)),
      ...done('taken back', undo(candidate, lastEntryKey(candidate), rules, now)),
      ...done('new application', startNewApplication(candidate, rules, now)),
    ];
  }

  function moved(candidate: Candidate, timeZone: string, now: Instant): ActionResult {
    const action = { type: 'change-details', details: { timeZone } } as const;
    const applied = applyAction(candidate, action, rules, now);
    if (applied === 'not-found' || 'conflict' in applied) throw new Error('Not to be changed.');
    return applied;
  }

  const order = ['new', 'unconfirmed', 'waiting', 'can-retake', 'attempts-used', 'passed', 'no-attempt', 'gone'];
  const arrows = arrowsIn(order);
  await everyStep<Life>(arrows, {
    first: [['enrolled', enrolled], ...signUpsOf(nobody, now, 0)],
    ...{ stepsFrom, stateOf, keyOf },
  });
  return arrows.all();
}

type Desk = ReturnType<typeof aStaffDesk>;
type Act = (desk: Desk) => Promise<unknown>;

const a = aStaffDesk().idOf(enrollmentForm.email);
const aLink = (id = 'l') =>
  aPendingLink({ id, candidateId: `c-${id}`, addressId: a, email: enrollmentForm.email, at: now });

const confirm = ({ dependencies }: Desk, id = 'l') => confirmLink(dependencies, id, () => true);
const movedHere = 'moved here';
const enrolled: Act = (desk) => desk.enroll(dana, enrollmentForm);
const reported = (type: DeliveryEventType) => (desk: Desk, id: string) => {
  const tags = { type: 'candidate', id, key: 'of-now', addressId: a } as const;
  return applyDeliveryEvent(desk.dependencies, { type, tags });
};
const performed = (action: Action) => (desk: Desk, id: string) => desk.perform(dana, id, action);
const moved = ({ dependencies }: Desk, id: string, addressId: string) =>
  changeAddress(dependencies, id, { email: 'new@example.com', addressId }, now);

/** An address, and who has it. */
type Known = { address?: Address | undefined; holder?: Candidate | undefined };

/** What can happen to an address and to the candidate of that id, who has it. */
const actsAtAddress: [cause: string, act: (desk: Desk, id: string) => Promise<unknown>][] = [
  ['sign-up confirmed', async (desk) => (await desk.store.save(aLink())) && confirm(desk)],
  ['enrolled', enrolled],
  ['bounced', reported('hard-bounce')],
  ['reported as spam', reported('complaint')],
  ['other reports', reported('soft-bounce')],
  ['other reports', reported('delivery')],
  ['other reports', reported('reject')],
  ['stopped', performed({ type: 'unsubscribe' })],
  ['resumed', performed({ type: 'resubscribe' })],
  ['bounce cleared by staff', performed({ type: 'clear-bounce' })],
  ['complaint cleared by staff', performed({ type: 'clear-complaint', note: 'A slip.' })],
  ['erased', (desk, id) => desk.erase(dana, id)],
  ['moved away', (desk, id) => moved(desk, id, 'b')],
  [
    movedHere,
    async (desk) => {
      await desk.store.save({ ...newAddress('b', now), candidateId: 'elsewhere' });
      await desk.keep(aCandidate({ id: 'elsewhere', addressId: 'b' }));
      await moved(desk, 'elsewhere', a);
    },
  ],
];

/** The changes of an address, and of what its holder's email is, by the same steps. */
export async function addressArrows(): Promise<{ addresses: Arrow[]; preferences: Arrow[] }> {
  const addresses = arrowsIn(['new', 'held', 'held-complained', 'complained', 'gone']);
  const preferences = arrowsIn(['new', 'active', 'unsubscribed', 'bounced', 'complained']);
  const justHandedOver = claim([queuedEmail({ key: 'of-now', kind: 'reminder', dueAt: now }, 14)], 'of-now', now);

  function stateOf({ address }: Known): string {
    if (address === undefined) return 'gone';
    if (address.candidateId === undefined) return 'complained';
    return address.complainedAt ? 'held-complained' : 'held';
  }

  async function stepsFrom({ address, holder }: Known): Promise<Step<Known>[]> {
    const steps: Step<Known>[] = [];
    for (const [cause, act] of actsAtAddress) {
      const desk = aStaffDesk({ at: now });
      if (address) await desk.store.save({ ...address, version: 0 });
      if (holder) await desk.keep({ ...holder, version: 0, emails: justHandedOver });
      await act(desk, holder?.id ?? 'nobody');
      const next = await desk.store.read('address', a);
      const nextHolder = await desk.store.read('candidate', next?.candidateId ?? '');
      const [before = 'new', after] = [holder?.emailState, nextHolder?.emailState];
      if (after && after !== before && cause !== movedHere) preferences.seen(before, after, cause);
      steps.push([cause, { address: next, holder: nextHolder }]);
    }
    return steps;
  }

  await everyStep<Known>(addresses, {
    first: await stepsFrom({}),
    ...{ stepsFrom, stateOf },
    keyOf: ({ address, holder }) => {
      const { emailState, bouncedAt, complainedAt, hadUnsubscribed, enrollment } = holder ?? {};
      return JSON.stringify([stateOf({ address }), emailState, bouncedAt, complainedAt, hadUnsubscribed, enrollment]);
    },
  });
  return { addresses: addresses.all(), preferences: preferences.all() };
}

export async function linkArrows(): Promise<Arrow[]> {
  const order = ['new', 'waiting', 'confirming', 'confirmed', 'disowned', 'erased', 'moved', 'page-link'];
  const arrows = arrowsIn(order);
  const causesOfConfirming: Record<string, string> = {
    confirming: 'button pressed',
    confirmed: 'candidate written',
    disowned: 'candidate erased',
  };
  const linksAt = ({ store }: Desk) =>
    (store as ReturnType<typeof memoryStore>).all().filter((one): one is OpenLink => one.type === 'pending-link');

  /** Sees each change of the link’s state that the services write, after some other steps. */
  async function watch(cause: string | undefined, act: Act, ...before: Act[]) {
    const desk = aStaffDesk({ at: now });
    for (const first of before) await first(desk);
    const states = new Map(linksAt(desk).map(({ id, state }) => [id, state as PendingLink['state']]));
    const { save } = desk.store;
    desk.store.save = (record, options) => {
      if (record.type === 'pending-link' && record.id !== 'other') {
        const from = states.get(record.id) ?? 'new';
        if (record.state !== from) arrows.seen(from, record.state, cause ?? causesOfConfirming[record.state] ?? '');
        states.set(record.id, record.state);
      }
      return save(record, options);
    };
    await act(desk);
  }

  const forms = formsFor(rules.exam);
  const email = 'ana@new.example';
  const home = aCandidate({ id: 'c', addressId: 'home' });
  const site = ({ dependencies }: Desk) => ({
    ...dependencies,
    limits: { admit: async () => ({ admitted: true }) as const },
  });
  await watch('signed up', (desk) => signUp(site(desk), forms, { ...enrollmentForm, consent: 'yes' }, ''));
  await watch('enrolled', enrolled);
  await watch('new address asked for', (desk) => requestNewAddress(site(desk), home, forms, { email }, ''));
  await watch('page link asked for', (desk) => requestPageLink(site(desk), forms, { email }, ''));

  const confirmed = (link: OpenLink) => confirmedLink(link, now, aCandidate({ attempts: ['2026-11-20'] }));
  for (const inState of [(link: OpenLink): PendingLink => link, confirmingLink, confirmed, disownedLink]) {
    const asked: Act = ({ store }) => store.save(inState(aLink()));
    const inThatState: Act = (desk) => desk.store.save(inState(linksAt(desk)[0]!));
    const candidateErased: Act = ({ store }) => store.save(tombstoneOf(aCandidate({ id: 'c-l' }), now));
    const otherAsked: Act = ({ store }) => store.save(aLink('other'));
    await watch(undefined, confirm, asked);
    await watch(undefined, confirm, asked, candidateErased);
    await watch('this wasn’t me', ({ dependencies }) => disownLink(dependencies, 'l'), asked);
    const eraseThem: Act = (desk) => desk.erase(dana, linksAt(desk)[0]!.candidateId);
    await watch('enrollment erased', eraseThem, enrolled, inThatState);
    await watch('replaced', (desk) => confirm(desk, 'other'), enrolled, inThatState, otherAsked);
  }
  const atHome: Act = (desk) => desk.keep(home);
  await watch('candidate erased', (desk) => desk.erase(dana, 'c'), atHome);
  await watch('address changed', (desk) => moved(desk, 'c', 'new'), atHome);
  const linksWithdrawn: Act = (desk) => desk.keep({ ...home, linkSeries: 1 });
  const asking: Act = ({ store }) => store.save(confirmingLink(aNewAddressLink(home)));
  await watch('no longer valid', (desk) => confirm(desk, 'n1'), linksWithdrawn, asking);
  return arrows.all();
}

/** The arrows as a Mermaid diagram, with all causes of an arrow at it. */
export function diagram(arrows: readonly Arrow[]): string {
  const lines = arrows.map(
    ({ from, to, causes }) =>
      `    ${from === 'new' ? '[*]' : idOf(from)} --> ${to === 'gone' ? '[*]' : idOf(to)}: ${causes.join(', ')}`,
  );
  const names = new Set(arrows.flatMap(({ from, to }) => [from, to]));
  const hyphened = [...names].filter((name) => name.includes('-'));
  const aliases = hyphened.map((name) => `    state "${name}" as ${idOf(name)}`);
  return ['```mermaid', 'stateDiagram-v2', ...aliases, ...lines, '```'].join('\n');
}

function idOf(state: string): string {
  return state.replaceAll('-', '_');
}
