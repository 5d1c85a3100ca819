import { refFrom } from '../../lambdas/adapters/dynamodb/stored-item.ts';
import { outcomeOf } from '../../lambdas/adapters/ses/ses-sender.ts';
import type { Action } from '../../lambdas/core/actions.ts';
import { newAddress } from '../../lambdas/core/address.ts';
import { recordAttempt } from '../../lambdas/core/attempts.ts';
import { type Candidate, newCandidate } from '../../lambdas/core/candidate.ts';
import type { Outcome } from '../../lambdas/core/email.ts';
import { formsFor } from '../../lambdas/core/forms.ts';
import { newPendingLink } from '../../lambdas/core/pending-link.ts';
import { deliveryEventHandler } from '../../lambdas/handlers/delivery-event-handler.ts';
import { changeAddress } from '../../lambdas/services/addresses.ts';
import { signMyToken } from '../../lambdas/services/email-links.ts';
import { enroll } from '../../lambdas/services/enrollment.ts';
import { perform } from '../../lambdas/services/perform.ts';
import type { LinkTokens, OutgoingEmail } from '../../lambdas/services/ports.ts';
import { sendDueEmails, sweep } from '../../lambdas/services/send-emails.ts';
import { changedBy, rules } from '../support/builders.ts';
import { serviceOnTable } from '../support/service-on-table.ts';
import { sesEvent } from '../support/ses-events.ts';
import { dana } from '../support/staff-desk.ts';
import { lastEntryKey } from '../support/steps.ts';
import { type Claim, type Copy, createChecks } from './checks.ts';
import { randomFrom } from './random.ts';
import { createScheduler, dayMs, hourMs, minuteMs, type Process, pauseWith, secondMs } from './scheduler.ts';
import { createTable } from './table.ts';

/** What can go wrong, and at most how often: the chance each time that it could. */
const faultRates = {
  'process dies': 0.03,
  'process stands still': 0,
  'answer is slow': 0.02,
  'read fails': 0.03,
  'write fails': 0.06,
  'write succeeds, answer is lost': 0.04,
  'write succeeds, answered as a conflict': 0.04,
  'index lags': 0.6,
  'wake is lost': 0.5,
  'wake comes twice': 0.4,
  'SES takes it, then times out': 0.4,
  'SES takes it, then resets': 0.4,
  'SES takes it, then answers 500': 0.4,
  'SES takes it, answers without an id': 0.25,
  'SES resets before': 0.35,
  'SES answers 503 before': 0.35,
  'SES refuses this message': 0.25,
  'SES throttles': 0.3,
  'SES says not verified': 0.25,
  'SES pauses the account': 0.01,
  'SES is out of reach': 0.01,
  'quota of the day is used up': 0.01,
  'Send event is lost': 0.3,
  'Send event comes after the lease': 0.4,
  'event comes twice': 0.4,
  'event comes after a later one': 0.4,
  'event makes no sense to us': 0.4,
  'clock goes forward': 0.02,
  'clock goes back': 0.02,
  'nothing runs for days': 0.006,
  'expired item is removed': 0.05,
} as const;
type Fault = keyof typeof faultRates;

/** Days on which one thing goes on and on. */
const moods = ['SES is unsure', 'SES throttles', 'one address signs up', 'confirmations bounce'] as const;
type Mood = 'usual' | (typeof moods)[number];
const unsure: Fault[] = ['SES takes it, then times out', 'SES takes it, then resets', 'SES resets before'];
/** What would hide whether bounces are heeded. */
const unseen: Fault[] = ['clock goes forward', 'clock goes back', 'nothing runs for days', 'process dies'];

const zones = [
  'America/New_York',
  'America/Phoenix',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
  'Africa/Cairo',
];
const starts = ['2026-11-23T15:00Z', '2027-02-12T09:30Z', '2027-10-07T22:10Z', '2028-01-30T05:00Z'];
const people = ['Ana Quillfeather', 'Bo Ravensworth', 'Zoë Underhillock', 'Ida Featherstone'].map((name, place) => ({
  name,
  /** The second is the one they change to, or back from. */
  emails: [`Reader.${place}@inbox.example`, `Reader.${place}@other.example`],
  id: `a${place}b${place}`,
}));
const addressIdOf = (email: string) => `h${email.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`;
/** No mail arrives there. */
const deadDomain = '@nowhere.example';
type Person = (typeof people)[number] & { my: string[]; confirm: string[]; unsubscribe: string[] };

const actionNames = [
  ...['attempts', 'correct-date', 'details', 'lowest-areas', 'change-email', 'booked', 'ask-later', 'passed'],
  ...['undo', 'new-application', 'unsubscribe', 'resubscribe', 'erase'],
];

const maxSteps = 20_000;
const maxOperations = 100_000;

/** The whole service under faults, as the seed decides; throws where a rule is broken. */
export async function simulate(seed: number, traceKept = 40) {
  const random = randomFrom(seed);
  const faults: Partial<Record<Fault, number>> = {};
  const lines: string[] = [];
  let hash = 0x811c9dc5;
  const counts = { steps: 0, actions: 0, conflicts: 0 };
  let isQuiet = true;

  function trace(line: string) {
    const text = `${scheduler.elapsed()} ${line}`;
    for (let place = 0; place < text.length; place += 1) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
    lines.push(text);
    if (lines.length > traceKept) lines.shift();
  }

  const scheduler = createScheduler(random, trace, () => clock());

  /** In each run only some of the faults happen, so that others are seen by themselves. */
  const share = random.next();
  const rates: Record<string, number> = Object.fromEntries(
    Object.entries(faultRates).map(([name, most]) => [name, random.chance(share) ? most * random.next() : 0]),
  );

  const mood: Mood = random.chance(0.9) ? 'usual' : random.pick(moods);
  if (mood === 'SES is unsure') {
    rates[random.pick(unsure)] = 0.95;
    rates['Send event is lost'] = 0.95;
  }
  if (mood === 'SES throttles') rates['SES throttles'] = 0.95;
  if (mood === 'confirmations bounce') for (const fault of unseen) rates[fault] = 0;
  const chaosSteps = mood === 'usual' ? 120 : mood === 'confirmations bounce' ? 2_000 : 1_000;

  function happens(fault: Fault, process?: Process): boolean {
    if (isQuiet || !random.chance(rates[fault] ?? 0)) return false;
    befalls(fault, process);
    trace(`! ${fault}`);
    return true;
  }

  function befalls(fault: Fault, process?: Process) {
    faults[fault] = (faults[fault] ?? 0) + 1;
    if (process) process.faults += 1;
  }

  const begun = Date.parse(random.pick(starts)) + random.between(0, 3 * dayMs);
  let clockOffset = begun;
  let clockSteps = 0;
  let latest = begun;
  const nowMs = () => {
    const now = clockOffset + scheduler.elapsed();
    latest = Math.max(latest, now);
    return now;
  };
  const clock = () => new Date(nowMs()).toISOString();
  const perSecond = random.between(1, 4);
  const mailerLifeMs = random.pick([5, 5, 30]) * minuteMs;

  const checks = createChecks({
    clock,
    latestClock: () => new Date(Math.max(latest, nowMs())).toISOString(),
    clockSteps: () => clockSteps,
    perSecond,
    names: people.flatMap(({ name }) => name.split(' ')),
  });

  let operations = 0;
  const soon = () => random.between(1, 60);

  async function arrive(operation: string, isWrite: boolean) {
    operations += 1;
    if (operations > maxOperations) {
      checks.breaks('someone asks the table without end');
      throw new Error('Enough.');
    }
    if (isQuiet) return;
    const process = scheduler.current()!;
    await scheduler.step(operation, soon());
    if (happens(isWrite ? 'write fails' : 'read fails', process)) throw fault('TimeoutError');
  }

  async function answer(operation: string, isWrite: boolean) {
    if (isQuiet) return 'fine';
    const process = scheduler.current()!;
    if (happens('answer is slow', process))
      await scheduler.step(`${operation} answered late`, random.between(secondMs, 20 * minuteMs));
    if (isWrite && happens('write succeeds, answer is lost', process)) throw fault('TimeoutError');
    if (isWrite && happens('write succeeds, answered as a conflict', process)) return 'conflict';
    return 'fine';
  }

  const wakes: string[] = [];
  const table = createTable({
    arrive,
    answer,
    onWrite(write) {
      checks.checkWrite(write, scheduler.current());
      if (write.item?.wake === undefined || happens('wake is lost')) return;
      wakes.push(write.pk);
      if (happens('wake comes twice')) wakes.push(write.pk);
    },
    onConflict: () => {
      counts.conflicts += 1;
    },
    isIndexLate: () => happens('index lags'),
    epochSeconds: () => Math.floor(nowMs() / 1000),
  });

  let ids = 0;
  let isQuotaUsed = false;
  const { shared, site, tokens, newMailer } = serviceOnTable(table.client, 'simulated', {
    ...{ clock, nowMs, addressIdOf },
    newId: () => `s${++ids}`,
    tokens: plainTokens(),
    quota: async () => ({ perSecond, leftToday: isQuotaUsed ? 0 : Number.POSITIVE_INFINITY }),
    log: (event, fields) => checks.checkLog(JSON.stringify({ event, ...fields })),
  });
  const { store, newId } = shared;
  const aMailer = () =>
    newMailer({ send: handOver }, ({ acquire }) => ({
      async acquire(hasTime) {
        const isTurn = await acquire(hasTime);
        if (isTurn) checks.checkTurn(scheduler.current()!, Math.floor(nowMs() / 1000));
        return isTurn;
      },
    }));
  const forms = formsFor(rules.exam);
  const report = deliveryEventHandler(shared);
  pauseWith((ms) => scheduler.step('waits for its turn', ms));

  // SES

  type Delivery = { at: number; type: string; event: object; copy: Copy; tries: number };
  let deliveries: Delivery[] = [];
  const readers: Person[] = people.map((person) => ({ ...person, my: [], confirm: [], unsubscribe: [] }));
  let sesIs: 'up' | 'paused' | 'out of reach' = 'up';
  /** How many messages in which second. */
  const taken = new Map<number, number>();

  async function handOver(mail: OutgoingEmail): Promise<Outcome> {
    const process = scheduler.current()!;
    const calledAt = clock();
    await scheduler.step(`hands over ${mail.tags.id} ${mail.tags.key}`, soon());
    const claim = checks.handedOver(mail.tags, process, calledAt);
    let outcome: Outcome;
    try {
      outcome = { type: 'accepted', messageId: await takeIn(mail, process, claim) };
    } catch (error) {
      outcome = outcomeOf(error, { from: senderAddress, to: mail.to.address });
    }
    checks.answered(claim, outcome);
    trace(`${process.name} is told ${outcome.type}`);
    return outcome;
  }

  async function takeIn(mail: OutgoingEmail, process: Process, claim: Claim): Promise<string> {
    const verdict = judged(process);
    if (verdict) {
      await answersSoonOrLate('SES says no', process);
      throw verdict;
    }
    const copy = checks.accepted(claim);
    reports(copy, mail);
    arriveAtReader(mail);
    trace(`SES takes ${mail.tags.id} ${mail.tags.key} ${mail.tags.tries}`);
    await answersSoonOrLate('SES answers', process);
    const answer = answers.after.find(([name]) => happens(name, process));
    if (answer) throw answer[1];
    return copy.messageId;
  }

  async function answersSoonOrLate(label: string, process: Process) {
    if (happens('answer is slow', process))
      await scheduler.step(`${label} late`, random.between(secondMs, 25 * minuteMs));
    else if (!isQuiet && random.chance(0.5)) await scheduler.step(label, soon());
  }

  /** Why SES does not take the message. */
  function judged(process: Process): Error | undefined {
    if (sesIs === 'out of reach') return fault('Error', 'ECONNREFUSED');
    if (sesIs === 'paused') return fault('AccountSendingPausedException', 400);
    const second = Math.floor(scheduler.elapsed() / secondMs);
    const inSecond = taken.get(second) ?? 0;
    // A burst of what was in turn earlier is within what SES lets through for a moment.
    if (inSecond >= perSecond * 4) return fault('Throttling', 400);
    taken.set(second, inSecond + 1);
    return answers.before.find(([name]) => happens(name, process))?.[1];
  }

  /** What SES will tell of a message, each at its time. */
  function reports(copy: Copy, mail: OutgoingEmail) {
    const now = scheduler.elapsed();
    const sendAt = happens('Send event comes after the lease')
      ? Math.max(now, Date.parse(copy.claim.leaseUntil) - clockOffset) +
        random.between(0, random.pick([300, 2 * secondMs, 8 * hourMs]))
      : now + random.between(50, 20 * secondMs);
    if (!happens('Send event is lost')) tell('Send', sendAt);
    const deliveryStatus = random.pick(['Delivery', 'Delivery', 'Delivery', 'Delivery', 'Bounce', 'Complaint']);
    const isQuietFate = isQuiet || random.chance(0.7);
    let at = sendAt;
    if (random.chance(0.2)) tell('DeliveryDelay', later());
    copy.isToNobody = mail.to.address.endsWith(deadDomain);
    if (copy.isToNobody) {
      tell('Bounce', now + random.between(secondMs, 2 * minuteMs), { bounceType: 'Permanent' });
    } else if (isQuietFate || deliveryStatus === 'Delivery') {
      tell('Delivery', later());
    } else if (deliveryStatus === 'Bounce') {
      tell('Bounce', later(), { bounceType: random.pick(['Permanent', 'Transient']) });
    } else if (random.chance(0.2)) {
      checks.rejected(copy);
      tell('Reject', later(), { reason: 'Bad content' });
    } else {
      tell('Delivery', later());
      tell('Complaint', later());
    }
    if (happens('event makes no sense to us')) tell('Open', later());

    function later() {
      at = happens('event comes after a later one')
        ? now + random.between(1, 60)
        : at + random.between(secondMs, 2 * hourMs);
      return at;
    }

    function tell(eventType: string, moment: number, details = {}) {
      const { type, id, key, tries, addressId } = mail.tags;
      const tags = {
        ...{ 'record-type': type, 'record-id': id, 'email-key': key, try: String(tries) },
        ...(addressId && { 'address-id': addressId }),
      };
      const message = { messageId: copy.messageId, source: senderAddress, destinations: [mail.to.address], tags };
      const event = sesEvent(eventType, message, details);
      const times = happens('event comes twice') ? 2 : 1;
      for (let time = 0; time < times; time += 1)
        deliveries.push({ at: moment + time * random.between(1, hourMs), type: eventType, event, copy, tries: 0 });
    }
  }

  /** The reader has the links of what arrived. */
  function arriveAtReader(mail: OutgoingEmail) {
    const reader = readers.find(({ emails }) => emails.includes(mail.to.address));
    if (reader === undefined) return;
    const links = mail.content.blocks.flatMap((block) => (block.type === 'button' ? [block.href] : []));
    for (const link of links) {
      const url = new URL(link);
      const token = url.searchParams.get('token') ?? '';
      if (url.pathname === '/confirm') reader.confirm.push(token);
      if (url.pathname === '/my') reader.my.push(token);
    }
    if (mail.unsubscribeLink) reader.unsubscribe.push(new URL(mail.unsubscribeLink).searchParams.get('token') ?? '');
  }

  // What goes on

  async function startSweep() {
    const concurrency = random.between(1, 3);
    let process: Process | undefined;
    const hasTime = () => process === undefined || process.endsAt - scheduler.elapsed() > mailerLifeMs * 0.2;
    process = await scheduler.start('mailer', `sweeps, ${concurrency} at a time`, mailerLifeMs, () =>
      sweep(aMailer(), { concurrency, hasTime }).then(() => undefined),
    );
  }

  async function startWoken() {
    const pk = wakes.splice(random.between(0, wakes.length - 1), 1)[0]!;
    await scheduler.start('mailer', `is woken for ${pk}`, mailerLifeMs, async () => {
      const result = { sent: 0, skipped: 0, failed: 0 };
      await sendDueEmails(aMailer(), refFrom(pk), result, () => true);
    });
  }

  const arrivedDeliveries = () => deliveries.filter(({ at }) => at <= scheduler.elapsed());

  async function deliver(delivery: Delivery) {
    deliveries = deliveries.filter((other) => other !== delivery);
    const { type, event, copy, tries } = delivery;
    let isDone = false;
    checks.reportBegins(type);
    const isKnown = table.recordAt(`pending-link#${copy.claim.tags.id}`) !== undefined;
    const process = await scheduler.start('event', `${type} of ${copy.messageId}`, minuteMs, async () => {
      await report(event);
      isDone = true;
      if (type === 'Send') copy.sendEventAt ??= clock();
      if (isKnown && copy.isToNobody && type === 'Bounce') copy.bouncedAt ??= clock();
    });
    // EventBridge hands an event over again where the function failed; after that, it is lost.
    const again = () => {
      const at = scheduler.elapsed() + random.between(minuteMs, 3 * minuteMs);
      if (!isDone && (tries < 2 || isQuiet)) deliveries.push({ ...delivery, at, tries: tries + 1 });
    };
    if (process.state === 'running') atTheEnd.push({ process, again });
    else again();
  }
  let atTheEnd: { process: Process; again: () => void }[] = [];

  function settleEnds() {
    const over = atTheEnd.filter(({ process }) => process.state !== 'running');
    if (over.length === 0) return;
    atTheEnd = atTheEnd.filter((one) => !over.includes(one));
    for (const { again } of over) again();
  }

  /** What is asked for again in the end where no answer came. */
  const asked: { label: string; isAnswered: boolean; run: () => Promise<boolean> }[] = [];

  function ask(label: string, run: () => Promise<boolean>) {
    counts.actions += 1;
    const request = { label, isAnswered: false, run };
    asked.push(request);
    return askFor(request);
  }

  function askFor(request: (typeof asked)[number]) {
    return scheduler.start('site', request.label, 30 * secondMs, async () => {
      request.isAnswered = await request.run();
    });
  }

  function postTo(path: string, fields: Record<string, string>, reader: Person) {
    return ask(`POST ${path.split('?')[0]} by ${reader.id}`, () => post(path, fields, reader));
  }

  /** Whether an answer came that says what became of the request. */
  async function post(path: string, fields: Record<string, string>, reader: Person) {
    const body = new URLSearchParams(fields);
    const own = scheduler.current()!;
    const response = await site.request(path, { method: 'POST', headers: { accept: 'application/json' }, body });
    trace(`${own.name} answers ${response.status}`);
    if (response.status >= 500 && own.faults === 0) checks.breaks(`the site answers ${response.status}`);
    const location = response.headers.get('location') ?? '';
    const [, token] = /^\/my\?token=([^&]+)/.exec(location) ?? [];
    if (token && !reader.my.includes(token)) reader.my.push(token);
    return response.status < 500;
  }

  function isEnrolled(reader: Person) {
    const form = formOf(reader);
    return ask(`staff enroll ${reader.id}`, async () => {
      await enroll(shared, dana, forms, form);
      return true;
    });
  }

  function changesAddress(reader: Person, token: string) {
    const email = random.pick(reader.emails);
    return ask(`${reader.id} changes address`, async () => {
      const to = { email, addressId: addressIdOf(email) };
      trace(`the address is ${await changeAddress(shared, contentOf(token).id, to, clock())}`);
      return true;
    });
  }

  const day = (back: number) => new Date(nowMs() - back * dayMs).toISOString().slice(0, 10);

  function signsUp(reader: Person) {
    return postTo('/sign-up', { ...formOf(reader), consent: 'yes' }, reader);
  }

  const formOf = ({ name, emails }: Person) => ({
    name,
    email: random.pick(emails),
    attemptDate: day(random.pick([1, 1, 2, 14, 15, 22, 29, 30, 50])),
    attemptNumber: random.pick(['1', '1', '2']),
    membership: 'member',
    timeZone: random.pick(zones),
    checkIns: random.pick(['yes', '']),
  });

  async function someAction() {
    const members = readers.filter(({ my }) => my.length > 0);
    const reader = random.pick(members.length > 0 && random.chance(0.85) ? members : readers);
    const { name, emails, my, confirm, unsubscribe } = reader;
    const email = random.pick(emails);
    if (mood === 'one address signs up' && random.chance(0.7)) return signsUp(readers[0]!);
    if (confirm.length > 0 && random.chance(0.4))
      return postTo(random.chance(0.9) ? '/confirm' : '/not-me', { token: random.pick(confirm.slice(-3)) }, reader);
    if (random.chance(0.06)) return isEnrolled(reader);
    if (my.length === 0 || random.chance(0.1)) return signsUp(reader);
    const token = random.pick(my.slice(-2));
    if (random.chance(0.05)) return changesAddress(reader, token);
    if (random.chance(0.05)) return postTo('/my-link', { email }, reader);
    if (unsubscribe.length > 0 && random.chance(0.08))
      return postTo(`/unsubscribe?token=${random.pick(unsubscribe)}`, { 'List-Unsubscribe': 'One-Click' }, reader);
    const candidate = table.recordAt(`candidate#${contentOf(token).id}`);
    const known = candidate?.type === 'candidate' ? candidate : undefined;
    if (random.chance(0.12)) return known && staffAct(known);
    const fields = {
      attemptDate: someDay(),
      attemptNumber: random.pick(['1', '2', '2', '3']),
      membership: 'non-member',
      timeZone: random.pick(zones),
      checkIns: random.pick(['yes', 'yes', '']),
      examDate: someExamDate(),
      lowestAreas: 'clinical',
      entry: known ? lastEntryKey(known) : '',
    };
    const action = random.pick(['attempts', 'correct-date', 'details', 'resubscribe', 'undo', ...actionNames]);
    return postTo(`/my/${action}`, { token, name, email, ...fields }, reader);
  }

  const someDay = () => day(random.pick([1, 2, 7, 14, 15, 16, 22, 23, 27, 28, 29, 30, 31, 32, 52]));
  /** Near, or on the first days that are possible after an attempt of late. */
  const someExamDate = () => random.pick(['', ...[0, 1, 1, 2, 3, 5, 8, 28, 29, 30, 40].map((ahead) => day(-ahead))]);

  /** What staff do for a candidate, and what no candidate can do. */
  function staffAct(candidate: Candidate) {
    const { id, emails } = candidate;
    const possible: Action[] = [
      { type: 'resend-email', key: emails.length > 0 ? random.pick(emails).key : 'none' },
      { type: 'correct-date', date: someDay() },
      { type: 'book-exam', examDate: someExamDate() || undefined },
      { type: 'undo', entry: lastEntryKey(candidate) },
      { type: 'clear-bounce' },
      { type: 'clear-complaint', note: 'A slip.' },
    ];
    const action = random.pick(possible);
    return ask(`staff ${action.type} ${id}`, async () => {
      await perform(shared, dana, id, { values: action });
      return true;
    });
  }

  /** When something is to be done for each email that is not settled: milliseconds since the start of the run. */
  function moments(): number[] {
    return table
      .records()
      .flatMap((record) => ('emails' in record ? record.emails : []))
      .map((email) => {
        if (email.state === 'queued') return email.heldUntil ?? email.dueAt;
        return email.state === 'sending' ? email.leaseUntil : '';
      })
      .filter((at) => at !== '')
      .map((at) => Date.parse(at) - clockOffset);
  }

  function nextMoment(): number {
    return Math.min(...moments().filter((moment) => moment > scheduler.elapsed()));
  }

  function passTime() {
    const next = nextMoment();
    const by = random.pick([secondMs, 20 * secondMs, minuteMs, 10 * minuteMs, hourMs]);
    if (Number.isFinite(next) && random.chance(0.5)) leapTo(next + random.pick([0, 0, -1, 1, minuteMs]));
    else leapTo(scheduler.elapsed() + random.between(1, by));
  }

  /** Who is at work meanwhile stands still, or is killed by its time limit. */
  function leapTo(moment: number) {
    const leap = moment - scheduler.elapsed();
    if (leap >= 5 * secondMs) for (const process of scheduler.running()) befalls('process stands still', process);
    scheduler.passTo(moment);
  }

  async function somethingElse() {
    settleEnds();
    if (happens('SES pauses the account')) sesIs = 'paused';
    if (happens('SES is out of reach')) sesIs = 'out of reach';
    if (happens('quota of the day is used up')) isQuotaUsed = true;
    if (random.chance(0.05)) sesIs = 'up';
    if (random.chance(0.05)) isQuotaUsed = false;
    if (happens('clock goes forward')) {
      clockOffset += random.pick([secondMs, minuteMs, 11 * minuteMs, hourMs, dayMs, 4 * dayMs]);
      clockSteps += 1;
    }
    if (happens('clock goes back')) {
      clockOffset -= random.between(1, 5 * secondMs);
      clockSteps += 1;
    }
    if (happens('nothing runs for days')) leapTo(scheduler.elapsed() + random.between(dayMs, 20 * dayMs));
    if (table.hasLateEntries() && random.chance(0.3)) table.catchUp(random.between(1, 4));
    const expired = table.expired();
    if (expired.length > 0 && happens('expired item is removed')) table.expire(random.pick(expired));

    const atWork = scheduler.running();
    const isIdle = atWork.length === 0;
    if (mood !== 'usual' && isIdle && random.chance(0.7)) return goOnAndOn();
    const arrived = arrivedDeliveries();
    if (arrived.length > 0 && random.chance(0.5)) return deliver(random.pick(arrived));
    if (wakes.length > 0 && random.chance(0.5)) return startWoken();
    if (atWork.filter(({ kind }) => kind === 'mailer').length < random.between(1, 3) && random.chance(0.6))
      return startSweep();
    if (random.chance(0.6)) await someAction();
    else if (isIdle || random.chance(0.1)) passTime();
  }

  let nobodies = 0;
  /** Little happens but the one thing, for hours. */
  async function goOnAndOn() {
    const next = nextMoment();
    if (mood === 'one address signs up') {
      leapTo(scheduler.elapsed() + random.between(minuteMs, 15 * minuteMs));
      await signsUp(readers[0]!);
    } else if (mood === 'confirmations bounce') {
      leapTo(scheduler.elapsed() + random.between(minuteMs, 15 * minuteMs));
      for (const delivery of arrivedDeliveries()) await deliver(delivery);
      for (let times = random.between(3, 12); times > 0; times -= 1) {
        nobodies += 1;
        await signsUp({ ...readers[0]!, emails: [`Nobody.${nobodies}${deadDomain}`] });
      }
    } else if (mood === 'SES is unsure' && next < scheduler.elapsed() + 3 * hourMs) {
      leapTo(next);
    }
    await startSweep();
  }

  async function stepOn() {
    counts.steps += 1;
    const atWork = scheduler.running();
    const doomed = atWork.length > 0 ? random.pick(atWork) : undefined;
    if (doomed && happens('process dies', doomed)) scheduler.kill(doomed);
    if (scheduler.isIdle() || random.chance(0.15)) return somethingElse();
    if (await scheduler.goOn()) return;
    const next = scheduler.nextStepAt() ?? scheduler.elapsed();
    // While someone waits long, others go about their business.
    if (next - scheduler.elapsed() > 5 * secondMs && random.chance(0.8)) await somethingElse();
    else leapTo(next);
  }

  async function allDone() {
    while (!scheduler.isIdle()) {
      giveUpIfBroken();
      counts.steps += 1;
      if (counts.steps > maxSteps) checks.breaks('it does not come to rest');
      if (!(await scheduler.goOn())) scheduler.passTo(scheduler.nextStepAt() ?? 0);
      settleEnds();
    }
    settleEnds();
  }

  /** No more faults, and time goes on until nothing is left to be done. */
  async function drain() {
    isQuiet = true;
    sesIs = 'up';
    isQuotaUsed = false;
    table.catchUp(Number.POSITIVE_INFINITY);
    await allDone();
    for (const request of asked) {
      if (request.isAnswered) continue;
      await askFor(request);
      await allDone();
    }
    checks.checkErased();
    for (;;) {
      giveUpIfBroken();
      for (const delivery of arrivedDeliveries()) {
        await deliver(delivery);
        await allDone();
      }
      while (wakes.length > 0) {
        await startWoken();
        await allDone();
      }
      const sweptAt = scheduler.elapsed();
      await startSweep();
      await allDone();
      if (moments().some((moment) => moment <= sweptAt)) {
        checks.breaks('what is due is left by a quiet sweep');
        continue;
      }
      const next = Math.min(nextMoment(), ...deliveries.map(({ at }) => at));
      if (!Number.isFinite(next)) return;
      scheduler.passTo(next);
    }
  }

  function giveUpIfBroken() {
    if (checks.broken.length === 0) return;
    const rulesBroken = [...new Set(checks.broken)].join('; ');
    const steps = lines.map((line) => `  ${line}`).join('\n');
    throw new Error(
      `Seed ${seed}: ${rulesBroken}.\nThe last steps:\n${steps}\nAgain: npm run simulate -- --seed ${seed}`,
    );
  }

  // How it begins

  async function setUp() {
    const ago = (ms: number) => new Date(begun - ms).toISOString();
    for (const reader of readers.slice(0, random.between(2, readers.length))) {
      const since = random.pick([0, 0, 3, 12, 13, 20, 21, 26, 28, 29, 45, 50]) * dayMs + random.between(0, 2 * dayMs);
      const date = ago(since + random.between(1, 3) * dayMs).slice(0, 10);
      const attempt = { number: random.pick([1, 1, 2, 2, 3]), date, lowestAreas: [] };
      const addressId = addressIdOf(detailsOf(reader).email);
      if (random.chance(0.65)) {
        const candidate = newCandidate(reader.id, addressId, detailsOf(reader), ago(since));
        await store.save({ ...newAddress(addressId, ago(since)), candidateId: candidate.id });
        await store.save(changedBy(recordAttempt(candidate, attempt, rules, ago(since))));
        reader.my.push(await signMyToken(tokens, candidate, ago(since)));
      }
      // Links that readers have in hand already: who erased all may be back at once, with the same answers.
      for (let links = random.between(0, 3); links > 0; links -= 1) {
        const ids = { id: newId(), addressId, mailboxId: addressId, candidateId: newId() };
        const signUp = newPendingLink(ids, { details: detailsOf(reader), attempt }, ago(random.between(0, 2 * dayMs)));
        await store.save({ ...signUp, emails: random.chance(0.5) ? signUp.emails : [] });
        reader.confirm.push(await tokens.sign('confirm', signUp));
      }
    }
    // What nobody can read lies in front of the line, in one shard or another.
    for (let unreadable = random.pick([0, 0, 1, 3]); unreadable > 0; unreadable -= 1) {
      const pk = `candidate#unreadable${unreadable}`;
      const dueShard = `due-${random.between(0, 3)}`;
      table.plant(pk, { pk: { S: pk }, dueShard: { S: dueShard }, dueAt: { S: ago(dayMs + unreadable) } });
    }
  }

  const detailsOf = ({ name, emails: [email = ''] }: Person) => ({
    name,
    email,
    membership: 'member' as const,
    timeZone: random.pick(zones),
    checkIns: random.chance(0.6) || undefined,
  });

  try {
    await setUp();
    isQuiet = false;
    while (counts.steps < chaosSteps) {
      await stepOn();
      giveUpIfBroken();
    }
    await drain();
    giveUpIfBroken();
    const ended = checks.checkEnd(table.records());
    giveUpIfBroken();
    return { hash: (hash >>> 0).toString(16), counts: { ...counts, ...ended }, faults };
  } finally {
    pauseWith(undefined);
  }
}

const senderAddress = 'reminders@school.example';
const notVerified = `Email address is not verified. The following identities failed the check in region US-EAST-1: ${senderAddress}`;

/** What comes instead of SES's usual answer, before and after it took the message. */
const answers: Record<'before' | 'after', [name: Fault, error: Error][]> = {
  before: [
    ['SES throttles', fault('Throttling', 400)],
    ['SES says not verified', fault('MessageRejected', 400, notVerified)],
    ['SES refuses this message', fault('MessageRejected', 400)],
    ['SES resets before', fault('Error', 'ECONNRESET')],
    ['SES answers 503 before', fault('ServiceUnavailable', 503)],
  ],
  after: [
    ['SES takes it, then times out', fault('TimeoutError', 'ETIMEDOUT')],
    ['SES takes it, then resets', fault('Error', 'ECONNRESET')],
    ['SES takes it, then answers 500', fault('InternalFailure', 500)],
    ['SES takes it, answers without an id', fault('NoMessageId', 200)],
  ],
};

/** An error as the SES client throws it. */
function fault(name: string, codeOrStatus?: string | number, message = name): Error {
  return Object.assign(new Error(message), {
    name,
    ...(typeof codeOrStatus === 'string' && { code: codeOrStatus }),
    ...(typeof codeOrStatus === 'number' && { $metadata: { httpStatusCode: codeOrStatus } }),
  });
}

function contentOf(token: string): { purpose: string; id: string; expiresAt?: string } {
  return JSON.parse(Buffer.from(token, 'base64url').toString());
}

/** Tokens that anybody can read and make: the signatures are no part of what is simulated. */
function plainTokens(): LinkTokens {
  return {
    sign: async (purpose, content) => Buffer.from(JSON.stringify({ purpose, ...content })).toString('base64url'),
    async verify(purpose, token, now) {
      const content = contentOf(token);
      if (content.purpose !== purpose) return { type: 'bad' };
      if (content.expiresAt && content.expiresAt < now) return { type: 'expired' };
      return { type: 'good', id: content.id };
    },
  };
}
