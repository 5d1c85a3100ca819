import { confirmationCounts } from '../../lambdas/adapters/dynamodb/confirmation-counts.ts';
import { mailboxLimits, signUpLimits } from '../../lambdas/adapters/dynamodb/rate-limits.ts';
import { dynamoStore } from '../../lambdas/adapters/dynamodb/record-store.ts';
import { dynamoSendRate } from '../../lambdas/adapters/dynamodb/send-rate.ts';
import { refFrom } from '../../lambdas/adapters/dynamodb/stored-item.ts';
import { outcomeOf } from '../../lambdas/adapters/ses/ses-sender.ts';
import type { Action } from '../../lambdas/core/actions.ts';
import { newAddress } from '../../lambdas/core/address.ts';
import { recordAttempt } from '../../lambdas/core/attempts.ts';
import { type Candidate, newCandidate } from '../../lambdas/core/candidate.ts';
import type { Outcome } from '../../lambdas/core/email.ts';
import { formsFor } from '../../lambdas/core/forms.ts';
import { newPendingLink } from '../../lambdas/core/pending-link.ts';
import { latestAttempt } from '../../lambdas/core/status.ts';
import { deliveryEventHandler } from '../../lambdas/handlers/delivery-event-handler.ts';
import { changeAddress } from '../../lambdas/services/addresses.ts';
import { emailLinks, signMyToken } from '../../lambdas/services/email-links.ts';
import { enroll } from '../../lambdas/services/enrollment.ts';
import type { Log } from '../../lambdas/services/log-events.ts';
import { perform } from '../../lambdas/services/perform.ts';
import type { LinkTokens, OutgoingEmail, SendRate, StoredRecord } from '../../lambdas/services/ports.ts';
import { type MailerDependencies, sendDueEmails, sweep } from '../../lambdas/services/send-emails.ts';
import { createSite } from '../../lambdas/web/site/site-app.tsx';
import { rules } from '../support/builders.ts';
import { sesEvent } from '../support/ses-events.ts';
import { lastEntryKey } from '../support/steps.ts';
import { type Copy, createChecks } from './checks.ts';
import { randomFrom } from './random.ts';
import { createScheduler, type Process, pauseWith } from './scheduler.ts';
import { createTable } from './table.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

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
export type Fault = keyof typeof faultRates;
const faultNames = Object.keys(faultRates) as Fault[];

export type Result = {
  seed: number;
  /** Of every step, and of what was decided in it. */
  hash: string;
  steps: number;
  mails: number;
  copies: number;
  doubled: { explained: number; unexplained: number };
  lost: number;
  conflicts: number;
  actions: number;
  faults: Partial<Record<Fault, number>>;
};

/** Days on which one thing goes on and on. */
const moods = ['SES is unsure', 'SES throttles', 'one address signs up', 'confirmations bounce'] as const;
type Mood = 'usual' | (typeof moods)[number];
const unsure = [
  'SES takes it, then times out',
  'SES takes it, then resets',
  'SES resets before',
] as const satisfies Fault[];

/** What would hide whether bounces are heeded. */
const unseen = [
  'clock goes forward',
  'clock goes back',
  'nothing runs for days',
  'process dies',
] as const satisfies Fault[];

/** A rule was broken; the seed shows it again. */
export class SimulationFailure extends Error {
  override name = 'SimulationFailure';
  readonly seed: number;
  readonly rules: readonly string[];

  constructor(seed: number, rulesBroken: readonly string[], trace: readonly string[]) {
    const steps = trace.map((line) => `  ${line}`).join('\n');
    super(
      `Seed ${seed}: ${[...new Set(rulesBroken)].join('; ')}.\nThe last steps:\n${steps}\nAgain: npm run simulate -- --seed ${seed}`,
    );
    this.seed = seed;
    this.rules = rulesBroken;
  }
}

const zones = [
  'America/New_York',
  'America/Phoenix',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
  'Africa/Cairo',
];
const starts = [
  '2026-11-23T15:00:00.000Z',
  '2027-02-12T09:30:00.000Z',
  '2027-10-07T22:10:00.000Z',
  '2028-01-30T05:00:00.000Z',
];
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
export async function simulate(seed: number, traceKept = 40): Promise<Result> {
  const random = randomFrom(seed);
  const faults: Partial<Record<Fault, number>> = {};
  const lines: string[] = [];
  let hash = 0x811c9dc5;
  let steps = 0;
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
    faultNames.map((name) => [name, random.chance(share) ? faultRates[name] * random.next() : 0]),
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
    faults[fault] = (faults[fault] ?? 0) + 1;
    if (process) process.faults += 1;
    trace(`! ${fault}`);
    return true;
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
    const process = scheduler.current();
    await scheduler.step(operation, soon());
    if (!happens(isWrite ? 'write fails' : 'read fails', process)) return;
    throw Object.assign(new Error('The table can’t be reached.'), { name: 'TimeoutError' });
  }

  async function answer(operation: string, isWrite: boolean) {
    if (isQuiet) return 'fine';
    const process = scheduler.current();
    if (happens('answer is slow', process))
      await scheduler.step(`${operation} answered late`, random.between(secondMs, 20 * minuteMs));
    if (isWrite && happens('write succeeds, answer is lost', process))
      throw Object.assign(new Error('No answer.'), { name: 'TimeoutError' });
    if (isWrite && happens('write succeeds, answered as a conflict', process)) return 'conflict';
    return 'fine';
  }

  const wakes: string[] = [];
  let conflicts = 0;
  const table = createTable({
    arrive,
    answer,
    onWrite(write) {
      checks.checkWrite(write, isSetUp ? undefined : scheduler.current());
      if (write.item?.wake === undefined || happens('wake is lost')) return;
      wakes.push(write.pk);
      if (happens('wake comes twice')) wakes.push(write.pk);
    },
    onConflict: () => {
      conflicts += 1;
    },
    isIndexLate: () => happens('index lags'),
    epochSeconds: () => Math.floor(nowMs() / 1000),
  });

  const store = dynamoStore(table.client, { tableName: 'simulated', exam: rules.exam, retentionDays: 730, clock });
  const limits = mailboxLimits(table.client, 'simulated', nowMs);
  const confirmations = confirmationCounts(table.client, 'simulated');
  const log: Log = (event, fields) => checks.checkLog(JSON.stringify({ event, ...fields }));
  const tokens = plainTokens();
  const quota = { isUsedUp: false };
  pauseWith((ms) => scheduler.step('waits for its turn', ms));

  /** Each mailer holds its own turns. */
  function newSendRate(): SendRate {
    const sendRate = dynamoSendRate(
      table.client,
      'simulated',
      async () => ({ perSecond, leftToday: quota.isUsedUp ? 0 : Number.POSITIVE_INFINITY }),
      nowMs,
    );
    return {
      async acquire(hasTime) {
        const isTurn = await sendRate.acquire(hasTime);
        if (isTurn) checks.checkTurn(scheduler.current(), Math.floor(nowMs() / 1000));
        return isTurn;
      },
    };
  }

  const newMailer = (): MailerDependencies => ({
    store,
    mailboxLimits: limits,
    confirmations,
    sendRate: newSendRate(),
    sender: { send: handOver },
    links: emailLinks(tokens, 'https://retakes.example'),
    rules,
    from: { organization: 'Maple Street School', postalAddress: '12 Maple Street' },
    staffEmail: 'office@school.example',
    clock,
    log,
  });

  let ids = 0;
  const newId = () => {
    ids += 1;
    return `s${ids}`;
  };
  const site = createSite({
    store,
    tokens,
    rules,
    organization: 'Maple Street School',
    baseUrl: 'https://example.test',
    retentionDays: 730,
    limits: signUpLimits(
      table.client,
      'simulated',
      { perSourcePerHour: 60, perHour: 500, key: 'k'.repeat(32) },
      nowMs,
      log,
    ),
    sourceAddress: () => '192.0.2.1',
    addressIdOf,
    newId,
    clock,
    log,
  });
  const staffDesk = { store, rules, mailboxLimits: limits, addressIdOf, newId, clock, log };
  const forms = formsFor(rules.exam);
  const report = deliveryEventHandler({ store, confirmations, clock, log });

  // SES

  type Delivery = { at: number; type: string; event: object; copy: Copy | undefined; tries: number };
  let deliveries: Delivery[] = [];
  const readers: Person[] = people.map((person) => ({ ...person, my: [], confirm: [], unsubscribe: [] }));
  const ses: { state: 'up' | 'paused' | 'out of reach'; taken: Map<number, number> } = {
    state: 'up',
    taken: new Map(),
  };

  async function handOver(mail: OutgoingEmail): Promise<Outcome> {
    const process = scheduler.current();
    const calledAt = clock();
    await scheduler.step(`hands over ${mail.tags.id} ${mail.tags.key}`, soon());
    const claim = checks.handedOver(mail.tags, process, calledAt);
    let outcome: Outcome;
    try {
      outcome = { type: 'accepted', messageId: await takeIn(mail, process, claim) };
    } catch (error) {
      outcome = outcomeOf(error, { from: senderAddress, to: mail.to.address });
    }
    if (claim) checks.answered(claim, outcome);
    trace(`${process.name} is told ${outcome.type}`);
    return outcome;
  }

  async function takeIn(
    mail: OutgoingEmail,
    process: Process,
    claim: Parameters<typeof checks.accepted>[0] | undefined,
  ): Promise<string> {
    const verdict = judged(process);
    if (verdict) {
      if (happens('answer is slow', process))
        await scheduler.step('SES says no late', random.between(secondMs, 25 * minuteMs));
      else if (!isQuiet && random.chance(0.5)) await scheduler.step('SES says no', soon());
      throw verdict;
    }
    const copy = claim && checks.accepted(claim);
    if (copy) reports(copy, mail);
    arriveAtReader(mail);
    trace(`SES takes ${mail.tags.id} ${mail.tags.key} ${mail.tags.tries}`);
    if (happens('answer is slow', process))
      await scheduler.step('SES answers late', random.between(secondMs, 25 * minuteMs));
    else if (!isQuiet && random.chance(0.5)) await scheduler.step('SES answers', soon());
    if (happens('SES takes it, then times out', process)) throw fault('TimeoutError', 'ETIMEDOUT');
    if (happens('SES takes it, then resets', process)) throw fault('Error', 'ECONNRESET');
    if (happens('SES takes it, then answers 500', process)) throw fault('InternalFailure', 500);
    if (happens('SES takes it, answers without an id', process)) throw fault('NoMessageId', 200);
    return copy?.messageId ?? 'nobody’s';
  }

  /** Why SES does not take the message. */
  function judged(process: Process): Error | undefined {
    if (ses.state === 'out of reach') return fault('Error', 'ECONNREFUSED');
    if (ses.state === 'paused') return fault('AccountSendingPausedException', 400);
    const second = Math.floor(scheduler.elapsed() / secondMs);
    const taken = ses.taken.get(second) ?? 0;
    // A burst of what was in turn earlier is within what SES lets through for a moment.
    if (taken >= perSecond * 4) return fault('Throttling', 400);
    ses.taken.set(second, taken + 1);
    if (happens('SES throttles', process)) return fault('Throttling', 400);
    if (happens('SES says not verified', process)) return fault('MessageRejected', 400, notVerified(senderAddress));
    if (happens('SES refuses this message', process)) return fault('MessageRejected', 400);
    if (happens('SES resets before', process)) return fault('Error', 'ECONNRESET');
    if (happens('SES answers 503 before', process)) return fault('ServiceUnavailable', 503);
    return undefined;
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
      tell('Bounce', now + random.between(secondMs, 2 * minuteMs), {
        bounceType: 'Permanent',
        bounceSubType: 'General',
      });
    } else if (isQuietFate || deliveryStatus === 'Delivery') {
      tell('Delivery', later());
    } else if (deliveryStatus === 'Bounce') {
      const bounceType = random.pick(['Permanent', 'Transient']);
      tell('Bounce', later(), { bounceType, bounceSubType: 'General' });
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

  const mailersAtWork = () => scheduler.running().filter(({ kind }) => kind === 'mailer');

  async function startSweep() {
    const concurrency = random.between(1, 3);
    let process: Process | undefined;
    const hasTime = () => process === undefined || process.endsAt - scheduler.elapsed() > mailerLifeMs * 0.2;
    process = await scheduler.start('mailer', `sweeps, ${concurrency} at a time`, mailerLifeMs, () =>
      sweep(newMailer(), { concurrency, hasTime }).then(() => undefined),
    );
  }

  async function startWoken() {
    const pk = wakes.splice(random.between(0, wakes.length - 1), 1)[0]!;
    await scheduler.start('mailer', `is woken for ${pk}`, mailerLifeMs, async () => {
      const result = { sent: 0, skipped: 0, failed: 0 };
      await sendDueEmails(newMailer(), refFrom(pk), result, () => true);
    });
  }

  async function deliver(delivery: Delivery) {
    deliveries = deliveries.filter((other) => other !== delivery);
    const { type, event, copy, tries } = delivery;
    let isDone = false;
    if (type === 'Bounce') checks.bounceBegins();
    if (type === 'Complaint') checks.complaintBegins();
    const isKnown = copy && table.recordAt(`pending-link#${copy.claim.tags.id}`) !== undefined;
    const process = await scheduler.start('event', `${type} of ${copy?.messageId}`, minuteMs, async () => {
      await report(event);
      isDone = true;
      if (copy && type === 'Send') copy.sendEventAt ??= clock();
      if (isKnown && copy.isToNobody && type === 'Bounce') copy.bouncedAt ??= clock();
    });
    // EventBridge hands an event over again where the function failed; after that, it is lost.
    const again = () => {
      if (!isDone && (tries < 2 || isQuiet))
        deliveries.push({
          ...delivery,
          at: scheduler.elapsed() + random.between(minuteMs, 3 * minuteMs),
          tries: tries + 1,
        });
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

  let actions = 0;
  /** What goes on over several writes, and is asked for again where no answer came. */
  const asked: { label: string; isAnswered: boolean; run: () => Promise<boolean> }[] = [];

  async function ask(label: string, run: () => Promise<boolean>) {
    actions += 1;
    const request = { label, isAnswered: false, run };
    asked.push(request);
    await askFor(request);
  }

  function askFor(request: (typeof asked)[number]) {
    return scheduler.start('site', request.label, 30 * secondMs, async () => {
      request.isAnswered = await request.run();
    });
  }

  const severalWrites = ['/confirm', '/not-me', '/my/erase'];

  async function postTo(path: string, fields: Record<string, string>, reader: Person) {
    const label = `POST ${path.split('?')[0]} by ${reader.id}`;
    const run = () => post(path, fields, reader);
    if (severalWrites.includes(path)) return ask(label, run);
    actions += 1;
    await scheduler.start('site', label, 30 * secondMs, async () => {
      await run();
    });
  }

  /** Whether an answer came that says what became of the request. */
  async function post(path: string, fields: Record<string, string>, reader: Person) {
    const body = new URLSearchParams(fields).toString();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
      accept: 'application/json',
    };
    const own = scheduler.current();
    const response = await site.request(path, { method: 'POST', headers, body });
    trace(`${own.name} answers ${response.status}`);
    if (response.status >= 500 && own.faults === 0) checks.breaks(`the site answers ${response.status}`);
    const location = response.headers.get('location') ?? '';
    const [, token] = /^\/my\?token=([^&]+)/.exec(location) ?? [];
    if (token && !reader.my.includes(token)) reader.my.push(token);
    return response.status < 500;
  }

  function isEnrolled(reader: Person) {
    const input = {
      name: reader.name,
      email: random.pick(reader.emails),
      attemptDate: day(random.pick([1, 2, 29])),
      attemptNumber: '1',
      membership: 'member',
      timeZone: random.pick(zones),
      checkIns: random.pick(['yes', '']),
    };
    return ask(`staff enroll ${reader.id}`, async () => {
      await enroll(staffDesk, { id: 'staff', name: 'Staff' }, forms, input);
      return true;
    });
  }

  function changesAddress(reader: Person, token: string) {
    const { id } = JSON.parse(Buffer.from(token, 'base64url').toString());
    const email = random.pick(reader.emails);
    return ask(`${reader.id} changes address`, async () => {
      const outcome = await changeAddress(
        { store, rules, newId },
        id,
        { email, addressId: addressIdOf(email) },
        clock(),
      );
      trace(`the address is ${outcome}`);
      return true;
    });
  }

  const day = (back: number) => new Date(nowMs() - back * dayMs).toISOString().slice(0, 10);

  function signsUp(reader: Person) {
    return postTo(
      '/sign-up',
      {
        name: reader.name,
        email: random.pick(reader.emails),
        attemptDate: day(random.pick([1, 1, 2, 14, 15, 22, 29, 30, 50])),
        attemptNumber: random.pick(['1', '1', '2']),
        membership: 'member',
        timeZone: random.pick(zones),
        checkIns: random.pick(['yes', '']),
        consent: 'yes',
      },
      reader,
    );
  }

  async function someAction() {
    const known = readers.filter(({ my }) => my.length > 0);
    const reader = random.pick(known.length > 0 && random.chance(0.85) ? known : readers);
    if (mood === 'one address signs up' && random.chance(0.7)) return signsUp(readers[0]!);
    const token = reader.my.length > 0 ? random.pick(reader.my.slice(-2)) : undefined;
    if (reader.confirm.length > 0 && random.chance(0.4))
      return postTo(
        random.chance(0.9) ? '/confirm' : '/not-me',
        { token: random.pick(reader.confirm.slice(-3)) },
        reader,
      );
    if (random.chance(0.06)) return isEnrolled(reader);
    if (token === undefined || random.chance(0.1)) return signsUp(reader);
    if (random.chance(0.05)) return changesAddress(reader, token);
    if (random.chance(0.05)) return postTo('/my-link', { email: random.pick(reader.emails) }, reader);
    if (reader.unsubscribe.length > 0 && random.chance(0.08))
      return postTo(
        `/unsubscribe?token=${random.pick(reader.unsubscribe)}`,
        { 'List-Unsubscribe': 'One-Click' },
        reader,
      );
    if (random.chance(0.12)) return staffAct(token);
    const action = random.pick(['attempts', 'correct-date', 'details', 'resubscribe', 'undo', ...actionNames]);
    return postTo(
      `/my/${action}`,
      {
        token,
        attemptDate: someDay(),
        attemptNumber: random.pick(['1', '2', '2', '3']),
        name: reader.name,
        email: random.pick(reader.emails),
        membership: 'non-member',
        timeZone: random.pick(zones),
        checkIns: random.pick(['yes', 'yes', '']),
        examDate: someExamDate(),
        lowestAreas: 'clinical',
        entry: lastEntryOf(reader),
      },
      reader,
    );
  }

  const someDay = () => day(random.pick([1, 2, 7, 14, 15, 16, 22, 23, 27, 28, 29, 30, 31, 32, 52]));
  /** Near, or on the first days that are possible after an attempt of late. */
  const someExamDate = () => random.pick(['', ...[0, 1, 1, 2, 3, 5, 8, 28, 29, 30, 40].map((ahead) => day(-ahead))]);

  /** What staff do for a candidate, and what no candidate can do. */
  function staffAct(token: string) {
    const { id } = JSON.parse(Buffer.from(token, 'base64url').toString());
    const record = table.recordAt(`candidate#${id}`);
    if (record?.type !== 'candidate') return undefined;
    const keys = record.emails.map(({ key }) => key);
    const possible: Action[] = [
      ...(keys.length > 0 ? [{ type: 'resend-email', key: random.pick(keys) } as const] : []),
      { type: 'correct-date', date: someDay() },
      { type: 'book-exam', examDate: someExamDate() || undefined },
      { type: 'undo', entry: lastEntryKey(record) },
      { type: 'clear-bounce' },
      { type: 'clear-complaint', note: 'A slip.' },
    ];
    const action = random.pick(possible);
    actions += 1;
    return scheduler.start('site', `staff ${action.type} ${id}`, 30 * secondMs, async () => {
      await perform(staffDesk, { id: 'staff', name: 'Staff' }, id, { values: action });
    });
  }

  /** What the reader’s page would name as the entry to take back. */
  function lastEntryOf(reader: Person): string {
    const candidate = recordOf(reader);
    return candidate ? lastEntryKey(candidate) : '';
  }

  function recordOf({ emails }: Person): Candidate | undefined {
    return table
      .records()
      .filter((record) => record.type === 'candidate')
      .find(({ email }) => emails.includes(email));
  }

  function moments(): number[] {
    return table
      .records()
      .flatMap((record) => ('emails' in record ? record.emails : []))
      .flatMap((email) =>
        email.state === 'queued'
          ? Date.parse(email.heldUntil ?? email.dueAt) - clockOffset
          : email.state === 'sending'
            ? Date.parse(email.leaseUntil) - clockOffset
            : [],
      )
      .filter((moment) => moment > scheduler.elapsed());
  }

  function passTime() {
    const next = Math.min(...moments());
    const elapsed = scheduler.elapsed();
    const by = random.pick([secondMs, 20 * secondMs, minuteMs, 10 * minuteMs, hourMs]);
    if (Number.isFinite(next) && random.chance(0.5)) leapTo(next + random.pick([0, 0, -1, 1, minuteMs]));
    else leapTo(elapsed + random.between(1, by));
  }

  /** Who is at work meanwhile stands still, or is killed by its time limit. */
  function leapTo(moment: number) {
    const leap = moment - scheduler.elapsed();
    for (const process of scheduler.running()) {
      if (leap < 5 * secondMs) continue;
      process.faults += 1;
      faults['process stands still'] = (faults['process stands still'] ?? 0) + 1;
    }
    scheduler.passTo(moment);
  }

  async function somethingElse() {
    settleEnds();
    if (happens('SES pauses the account')) ses.state = 'paused';
    if (happens('SES is out of reach')) ses.state = 'out of reach';
    if (happens('quota of the day is used up')) quota.isUsedUp = true;
    if (random.chance(0.05)) ses.state = 'up';
    if (random.chance(0.05)) quota.isUsedUp = false;
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

    const isIdle = scheduler.running().length === 0;
    if (mood !== 'usual' && isIdle && random.chance(0.7)) return goOnAndOn();
    const arrived = deliveries.filter(({ at }) => at <= scheduler.elapsed());
    if (arrived.length > 0 && random.chance(0.5)) return deliver(random.pick(arrived));
    if (wakes.length > 0 && random.chance(0.5)) return startWoken();
    if (mailersAtWork().length < random.between(1, 3) && random.chance(0.6)) return startSweep();
    if (random.chance(0.6)) await someAction();
    else if (isIdle || random.chance(0.1)) passTime();
  }

  let nobodies = 0;
  /** Little happens but the one thing, for hours. */
  async function goOnAndOn() {
    const next = Math.min(...moments());
    if (mood === 'one address signs up') {
      leapTo(scheduler.elapsed() + random.between(minuteMs, 15 * minuteMs));
      await signsUp(readers[0]!);
    } else if (mood === 'confirmations bounce') {
      leapTo(scheduler.elapsed() + random.between(minuteMs, 15 * minuteMs));
      const arrived = deliveries.filter(({ at }) => at <= scheduler.elapsed());
      for (const delivery of arrived) await deliver(delivery);
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
    steps += 1;
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
      steps += 1;
      if (steps > maxSteps) checks.breaks('it does not come to rest');
      if (!(await scheduler.goOn())) scheduler.passTo(scheduler.nextStepAt() ?? 0);
      settleEnds();
    }
    settleEnds();
  }

  /** No more faults, and time goes on until nothing is left to be done. */
  async function drain() {
    isQuiet = true;
    ses.state = 'up';
    quota.isUsedUp = false;
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
      const arrived = deliveries.filter(({ at }) => at <= scheduler.elapsed());
      for (const delivery of arrived) {
        await deliver(delivery);
        await allDone();
      }
      while (wakes.length > 0) {
        await startWoken();
        await allDone();
      }
      const sweptAt = clock();
      await startSweep();
      await allDone();
      const isLeft = table
        .records()
        .flatMap((record) => ('emails' in record ? record.emails : []))
        .some(
          (email) =>
            (email.state === 'queued' && (email.heldUntil ?? email.dueAt) <= sweptAt) ||
            (email.state === 'sending' && email.leaseUntil <= sweptAt),
        );
      if (isLeft) {
        checks.breaks('what is due is left by a quiet sweep');
        continue;
      }
      const next = Math.min(...moments(), ...deliveries.map(({ at }) => at));
      if (!Number.isFinite(next)) return;
      scheduler.passTo(next);
    }
  }

  function giveUpIfBroken() {
    if (checks.broken.length > 0) throw new SimulationFailure(seed, checks.broken, lines);
  }

  // How it begins

  let isSetUp = true;
  async function setUp() {
    const present = readers.slice(0, random.between(2, readers.length));
    for (const reader of present) {
      if (random.chance(0.35)) continue;
      const daysAgo = random.pick([0, 0, 3, 12, 13, 20, 21, 26, 28, 29, 45, 50]);
      const at = new Date(begun - daysAgo * dayMs - random.between(0, 2 * dayMs)).toISOString();
      const addressId = addressIdOf(detailsOf(reader).email);
      let candidate: Candidate = newCandidate(reader.id, addressId, detailsOf(reader), at);
      const date = new Date(Date.parse(at) - random.between(1, 3) * dayMs).toISOString();
      const action = recordAttempt(
        candidate,
        { number: random.pick([1, 2, 2, 3]), date: date.slice(0, 10), lowestAreas: [] },
        rules,
        at,
      );
      if ('candidate' in action) candidate = action.candidate;
      await saved({ ...newAddress(addressId, at), candidateId: candidate.id });
      await saved(candidate);
      reader.my.push(await signMyToken(tokens, candidate, at));
    }
    // Links that readers have in hand already: who erased all may be back at once, with the same answers.
    for (const reader of present) {
      const known = table.records().find(({ id }) => id === reader.id);
      const attempt = known?.type === 'candidate' ? latestAttempt(known) : undefined;
      for (let links = random.between(0, 3); links > 0; links -= 1) {
        const at = new Date(begun - random.between(0, 2 * dayMs)).toISOString();
        const date = new Date(begun - 3 * dayMs).toISOString().slice(0, 10);
        const email = detailsOf(reader).email;
        const addressId = addressIdOf(email);
        const signUp = newPendingLink(
          { id: newId(), addressId, mailboxId: addressId, candidateId: newId() },
          { details: detailsOf(reader), attempt: attempt ?? { number: 1, date, lowestAreas: [] } },
          at,
        );
        await saved({ ...signUp, emails: random.chance(0.5) ? signUp.emails : [] });
        reader.confirm.push(await tokens.sign('confirm', signUp));
      }
    }
    // What nobody can read lies in front of the line, in one shard or another.
    const unreadable = random.pick([0, 0, 1, 3]);
    for (let place = 0; place < unreadable; place += 1) {
      const pk = `candidate#unreadable${place}`;
      table.plant(pk, {
        pk: { S: pk },
        dueShard: { S: `due-${random.between(0, 3)}` },
        dueAt: { S: new Date(begun - dayMs - place).toISOString() },
      });
    }
  }

  const detailsOf = ({ name, emails: [email = ''] }: Person) => ({
    name,
    email,
    membership: 'member' as const,
    timeZone: random.pick(zones),
    checkIns: random.chance(0.6) || undefined,
  });

  async function saved(record: StoredRecord) {
    await scheduler.start('mailer', 'sets up', hourMs, async () => {
      await store.save(record);
    });
    await allDone();
  }

  try {
    await setUp();
    isSetUp = false;
    isQuiet = false;
    while (steps < chaosSteps) {
      await stepOn();
      giveUpIfBroken();
    }
    await drain();
    giveUpIfBroken();
    const { mails, lost } = checks.checkEnd(table.records());
    giveUpIfBroken();
    return {
      seed,
      hash: (hash >>> 0).toString(16),
      steps,
      mails,
      copies: checks.copies.length,
      doubled: checks.doubled(),
      lost,
      conflicts,
      actions,
      faults,
    };
  } finally {
    pauseWith(undefined);
  }
}

const senderAddress = 'reminders@school.example';

function notVerified(address: string): string {
  return `Email address is not verified. The following identities failed the check in region US-EAST-1: ${address}`;
}

/** An error as the SES client throws it. */
function fault(name: string, codeOrStatus?: string | number, message = name): Error {
  return Object.assign(new Error(message), {
    name,
    ...(typeof codeOrStatus === 'string' && { code: codeOrStatus }),
    ...(typeof codeOrStatus === 'number' && { $metadata: { httpStatusCode: codeOrStatus } }),
  });
}

/** Tokens that anybody can read and make: the signatures are no part of what is simulated. */
function plainTokens(): LinkTokens {
  return {
    sign: async (purpose, content) => Buffer.from(JSON.stringify({ purpose, ...content })).toString('base64url'),
    async verify(purpose, token, now) {
      const content = JSON.parse(Buffer.from(token, 'base64url').toString());
      if (content.purpose !== purpose) return { type: 'bad' };
      if (content.expiresAt && content.expiresAt < now) return { type: 'expired' };
      return { type: 'good', id: content.id };
    },
  };
}
