/*
 * What the service owes one candidate: its rules, written from the contract alone. Nothing here comes from the
 * service's code. Times are milliseconds, days are "2026-12-20".
 */

export type Kind = keyof typeof lateDays;
export type Flag = 'third-attempt-used' | 'email-bounced' | 'email-complained' | 'attempt-refused';
export type Entry = { what: 'new-application' | 'attempt' | 'passed'; at: number };
export type Answers = { zone: string; checkIns: boolean; number: number; date: string };
type Attempt = { number: number; date: string; toldAt: number; correctedAt?: number };
type Next = { after: number; booked?: string | undefined; askOn?: string };
type Application = { startedAt?: number; attempts: Attempt[]; passedAt?: number | undefined; next?: Next };
type Reason = 'replaced by another' | 'no mail to the address' | 'wrote today' | 'not right now';
export type Mail = {
  kind: Kind;
  /** Counted from one, and the number of the attempt it is about. */
  about: string;
  /** Tells it from others of its kind about the same attempt. */
  date: string;
  /** Counts what staff sent again. */
  again: number;
  due: number;
  until: number;
  state: 'waiting' | 'sent' | 'skipped';
  at: number;
  /** Why it was skipped. */
  reason?: Reason;
  report?: 'bounce' | 'complaint';
};
/** Without a moment it goes out at once; `until` ends it before its days of lateness do. */
type Call = { kind: Kind; date: string; moment?: number; until?: number };
export type Outcome = 'done' | 'refused';

export const minute = 60_000;
export const day = 24 * 60 * minute;

/** "Sent late: a reminder and a follow-up up to 14 days, …, a check-in three days; …; the others seven days" */
const lateDays = {
  'study-plan': 7,
  halfway: 3,
  'week-to-go': 3,
  reminder: 14,
  'exam-eve': 1,
  'follow-up': 14,
  'attempts-used': 7,
  'staff-notice': 1,
};
const isCheckIn = (kind: Kind) => kind === 'halfway' || kind === 'week-to-go';

export class Life {
  zone: string;
  checkIns: boolean;
  applications: Application[] = [{ attempts: [] }];
  mails: Mail[] = [];
  isUnsubscribed = false;
  bouncedAt: number | undefined;
  complainedAt: number | undefined;
  refusedAt: number | undefined;
  private readonly acknowledged = new Set<string>();
  private readonly createdAt: number;

  constructor({ zone, checkIns }: Answers, now: number) {
    this.zone = zone;
    this.checkIns = checkIns;
    this.createdAt = now;
  }

  // Where the candidate stands

  get application(): Application {
    return this.applications.at(-1)!;
  }
  get latest(): Attempt | undefined {
    return this.application.attempts.at(-1);
  }
  get attempts(): Attempt[] {
    return this.applications.flatMap(({ attempts }) => attempts);
  }
  get attemptsUsed(): number {
    return this.latest?.number ?? 0;
  }
  get about(): string {
    return `${this.applications.length}/${this.attemptsUsed}`;
  }
  get hasPassed(): boolean {
    return this.application.passedAt !== undefined;
  }
  /** "the attempt's date plus 30 calendar days", "also one on an earlier application" */
  get retake(): string | undefined {
    const last = this.attempts.at(-1);
    return last === undefined || this.hasPassed || this.attemptsUsed === 3 ? undefined : plusDays(last.date, 30);
  }
  status(now: number): string {
    if (this.hasPassed) return 'passed';
    if (this.attemptsUsed === 3) return 'attempts-used';
    if (this.retake === undefined) return 'no-attempt';
    return this.today(now) < this.retake ? 'waiting' : 'can-retake';
  }
  get emailState(): string {
    if (this.complainedAt !== undefined) return 'complained';
    if (this.isUnsubscribed) return 'unsubscribed';
    return this.bouncedAt === undefined ? 'active' : 'bounced';
  }
  /** "examDate, from today and the retake date on"; "a new attempt, passed and a new application clear the booking". */
  get booked(): string | undefined {
    const date = this.next?.booked;
    return date && this.retake && date >= this.retake ? date : undefined;
  }
  /** The last thing told; until the next one, what was said of the next attempt counts. */
  private get toldAt(): number {
    return this.latest?.toldAt ?? this.application.startedAt ?? this.createdAt;
  }
  private get next(): Next | undefined {
    return this.application.next?.after === this.toldAt ? this.application.next : undefined;
  }
  /** "the day after a booked date, or 21 days after the retake date"; not within 16 days of being told or corrected. */
  private followUpOn(retake: string): string {
    if (this.booked) return plusDays(this.booked, 1);
    const toldAt = Math.max(this.toldAt, this.attempts.at(-1)?.correctedAt ?? 0);
    const days = [plusDays(retake, 21), plusDays(dayIn('UTC', toldAt), 16), this.next?.askOn ?? ''];
    return days.sort().at(-1)!;
  }
  /** The last entry can be taken back: a pass, an attempt, or the new application. */
  get lastEntry(): Entry | undefined {
    const { passedAt, startedAt } = this.application;
    if (passedAt !== undefined) return { what: 'passed', at: passedAt };
    if (this.latest) return { what: 'attempt', at: this.latest.toldAt };
    return startedAt === undefined ? undefined : { what: 'new-application', at: startedAt };
  }
  flags(now: number): Flag[] {
    const open = this.causes().filter(
      ({ flag, since }) => since !== undefined && since <= now && !this.acknowledged.has(`${flag} ${since}`),
    );
    return [...new Set(open.map(({ flag }) => flag))].sort();
  }
  /** Unacknowledged ones; a third attempt's "stays until acknowledged (passing ends it)". */
  private causes(): { flag: Flag; since: number | undefined }[] {
    const sincePassed = this.applications.slice(this.applications.findLastIndex(({ passedAt }) => passedAt) + 1);
    const thirds = sincePassed.flatMap(({ attempts }) => attempts.filter((attempt) => attempt.number === 3));
    return [
      ...thirds.map(({ toldAt }) => ({ flag: 'third-attempt-used' as const, since: toldAt })),
      { flag: 'email-bounced', since: this.bouncedAt },
      { flag: 'email-complained', since: this.complainedAt },
      { flag: 'attempt-refused', since: this.refusedAt },
    ];
  }

  today(now: number): string {
    return dayIn(this.zone, now);
  }

  // What candidate and staff do

  /** "what only the record can judge is judged on confirming", and all else when it is typed. */
  signUp({ zone, date }: Answers, now: number): Outcome {
    return this.allows(date, now, undefined, zone) ? 'done' : 'refused';
  }

  /** Confirming takes over what was typed, and "is also the way out of unsubscribed and bounced". */
  confirm({ zone, checkIns, number, date }: Answers, typedAt: number, now: number): Outcome {
    Object.assign(this, { zone, checkIns, isUnsubscribed: false, bouncedAt: undefined });
    this.replan(now);
    if (this.record(number, date, now, typedAt) === 'refused') this.refusedAt = now;
    return 'done';
  }

  record(number: number, date: string, now: number, judgedAt = now): Outcome {
    const { attempts } = this.application;
    // "The same attempt sent twice is one; the same number with another date is a mistake"
    const isKnown = attempts.some((attempt) => attempt.number === number && attempt.date === date);
    const isAllowed =
      !this.hasPassed && number > this.attemptsUsed && this.allows(date, judgedAt, this.attempts.at(-1));
    if (!isKnown && !isAllowed) return 'refused';
    if (!isKnown) attempts.push({ number, date, toldAt: now });
    this.refusedAt = undefined;
    if (!isKnown) this.replan(now);
    return 'done';
  }

  correctDate(date: string, now: number): Outcome {
    const [before, last] = [undefined, undefined, ...this.attempts].slice(-2);
    if (last === undefined || !this.allows(date, now, before)) return 'refused';
    if (date !== last.date) Object.assign(last, { date, correctedAt: now });
    this.refusedAt = undefined;
    this.replan(now);
    // "A corrected date brings a new plan where one with the old date went out", also if it is corrected back.
    const plans = this.ofThisAttempt('study-plan').filter(({ state }) => state === 'sent');
    const newest = plans.sort((one, other) => one.due - other.due).at(-1);
    const plan = this.calls().find(({ kind }) => kind === 'study-plan');
    if (newest && plan && newest.date !== plan.date) this.resend(this.ofThisAttempt('study-plan', plan.date)[0], now);
    return 'done';
  }

  /** "not in the candidate's future, not more than 3 years back. Any two attempts are at least 30 days apart" */
  private allows(date: string, now: number, before: Attempt | undefined, zone = this.zone): boolean {
    const today = dayIn(zone, now);
    const oldest = `${Number(today.slice(0, 4)) - 3}${today.slice(4).replace('02-29', '02-28')}`;
    return date <= today && date >= oldest && (before === undefined || date >= plusDays(before.date, 30));
  }

  changeDetails({ timeZone = this.zone, checkIns }: { timeZone?: string; checkIns?: string }, now: number): Outcome {
    this.zone = timeZone;
    if (checkIns !== undefined) this.checkIns = checkIns === 'yes';
    return this.replan(now);
  }

  /** "from today and the retake date on, up to a year ahead; empty takes it back" */
  book(date = '', now: number): Outcome {
    const today = this.today(now);
    if (!date) {
      if (this.next?.booked === undefined) return this.replan(now);
      this.say({ booked: undefined });
      // Whom it was time to ask by then is asked 30 days from today.
      if (this.retake && this.followUpOn(this.retake) <= today) this.say({ askOn: plusDays(today, 30) });
      return this.replan(now);
    }
    if (!this.retake || date < this.retake || date < today || date > plusDays(today, 365)) return 'refused';
    this.say({ booked: date });
    return this.replan(now);
  }

  /** "asks again 30 days later" */
  askLater(now: number): Outcome {
    if (this.status(now) !== 'can-retake') return 'refused';
    this.say({ booked: undefined, askOn: plusDays(this.today(now), 30) });
    return this.replan(now);
  }

  private say(change: Partial<Next>) {
    this.application.next = { ...this.next, after: this.toldAt, ...change };
  }

  pass(now: number): Outcome {
    if (this.hasPassed) return 'done';
    this.application.passedAt = now;
    this.refusedAt = undefined;
    return 'done';
  }

  /** "within 7 days"; "for staff without a time limit" */
  undo(isStaff: boolean, now: number): Outcome {
    const last = this.lastEntry;
    if (last === undefined || (!isStaff && now > last.at + 7 * day)) return 'refused';
    if (last.what === 'passed') this.application.passedAt = undefined;
    else if (last.what === 'attempt') this.application.attempts.pop();
    else this.applications.pop();
    this.refusedAt = undefined;
    return this.replan(now);
  }

  applyAgain(now: number): Outcome {
    if (this.latest === undefined && !this.hasPassed) return 'done';
    this.applications.push({ startedAt: now, attempts: [] });
    this.refusedAt = undefined;
    return this.replan(now);
  }

  unsubscribe(): Outcome {
    this.isUnsubscribed = true;
    return 'done';
  }

  resubscribe(now: number): Outcome {
    if (this.complainedAt !== undefined || this.bouncedAt !== undefined) return 'refused';
    this.isUnsubscribed = false;
    return this.replan(now);
  }

  /** Only the first report about a mail counts. */
  report(mail: Mail | undefined, report: 'bounce' | 'complaint', now: number): Outcome {
    if (mail === undefined || mail.report === report || mail.report === 'complaint') return 'done';
    mail.report = report;
    if (report === 'complaint') this.complainedAt ??= now;
    else if (this.complainedAt === undefined) this.bouncedAt = now;
    return 'done';
  }

  clear(report: 'bouncedAt' | 'complainedAt', now: number): Outcome {
    if (this[report] === undefined) return 'done';
    this[report] = undefined;
    return this.replan(now);
  }

  acknowledge(flag: Flag | undefined, now: number): Outcome {
    for (const cause of this.causes())
      if (cause.flag === flag && cause.since !== undefined && cause.since <= now)
        this.acknowledged.add(`${flag} ${cause.since}`);
    return 'done';
  }

  /** "409 where it would now be skipped"; "a resend within 10 minutes" changes nothing. */
  resend(mail: Mail | undefined, now: number): Outcome {
    if (mail === undefined) return 'refused';
    const { kind, about, date } = mail;
    const same = this.mails.filter((one) => one.kind === kind && one.about === about && one.date === date);
    const call = this.calls().find((one) => one.kind === kind);
    const again = { ...newMail({ ...call, kind, date }, about, now), again: same.length };
    if (this.isRight(again, now) !== true) return 'refused';
    if (same.some((one) => one.again > 0 && Math.abs(one.due - now) < 10 * minute)) return 'done';
    if (same.some(({ state }) => state === 'waiting') || (call?.moment ?? now) > now) return 'refused';
    this.mails.push(again);
    return 'done';
  }

  // Which mails that brings, and when

  /** What the record calls for. */
  calls(): Call[] {
    const { latest, retake } = this;
    if (latest?.number === 3 && !this.hasPassed) {
      // "Third attempt used: no reminder; an email that says what ends … and a mail to the staff address"
      const date = dayIn('UTC', latest.toldAt);
      return [
        { kind: 'attempts-used', date },
        { kind: 'staff-notice', date },
      ];
    }
    if (retake === undefined) return [];
    const at = (on: string, hour = 9) => hourOn(on, hour, this.zone);
    const calls: Call[] = [];
    if (latest) calls.push({ kind: 'study-plan', date: latest.date });
    if (latest && this.checkIns) {
      const checkIn = { date: latest.date, until: at(retake, 0) };
      calls.push({ kind: 'halfway', ...checkIn, moment: at(plusDays(latest.date, 15)) });
      calls.push({ kind: 'week-to-go', ...checkIn, moment: at(plusDays(retake, -7)) });
    }
    calls.push({ kind: 'reminder', date: retake, moment: at(retake) });
    const { booked } = this;
    // "an exam-eve until the exam's day begins"
    if (booked) calls.push({ kind: 'exam-eve', date: booked, moment: at(plusDays(booked, -1)), until: at(booked, 0) });
    const asked = this.followUpOn(retake);
    return [...calls, { kind: 'follow-up', date: asked, moment: at(asked) }];
  }

  /** Brings what waits in line with what the record calls for. */
  private replan(now: number): 'done' {
    const calls = this.calls();
    // What was skipped goes out after all where it is right again and not too late.
    for (const mail of this.mails) {
      const call =
        mail.state === 'skipped' && mail.reason !== 'wrote today' && calls.find(({ kind }) => kind === mail.kind);
      if (!call) continue;
      const moment = call.moment ?? now;
      const mayBeLate = moment > now || !isCheckIn(mail.kind);
      if (mayBeLate && this.isRight(mail, Math.max(now, moment)) === true)
        Object.assign(mail, { state: 'waiting', reason: undefined });
    }
    for (const call of calls) this.follow(call, now);
    return 'done';
  }

  private follow(call: Call, now: number) {
    const { kind, date, moment = now0 } = call;
    const others = this.ofThisAttempt(kind).filter((mail) => mail.date !== date);
    const another = others.some(
      ({ state, reason, until }) => state === 'waiting' || (reason === 'no mail to the address' && now <= until),
    );
    for (const other of others.filter(({ state }) => state === 'waiting'))
      Object.assign(other, { state: 'skipped', at: now, reason: 'replaced by another' });
    const mail = this.ofThisAttempt(kind, date).find(({ again }) => again === 0);
    // Its time passed while another stood in its place, or before the attempt was told again.
    const wasNotCalledFor = mail?.reason === 'replaced by another' || (this.latest?.toldAt ?? now0) > (mail?.at ?? now);
    const isOverlooked = mail?.state === 'skipped' && now > mail.until && wasNotCalledFor;
    if (mail === undefined || isOverlooked) {
      const due = moment > now ? moment : this.whenPast(kind, another ? 'another' : 'none', now);
      if (due === undefined) return;
      if (mail) Object.assign(mail, newMail(call, this.about, due));
      else this.mails.push(newMail(call, this.about, due));
    } else if (mail.state === 'waiting' && (moment > now || mail.due > now)) {
      const due = moment > now ? moment : this.whenPast(kind, 'itself', now);
      Object.assign(
        mail,
        due === undefined ? { state: 'skipped', at: now, reason: 'not right now' } : newMail(call, this.about, due),
      );
    }
  }

  /** When to send what is not ahead: `waiting` says whether it stood there, or another in its place. */
  private whenPast(kind: Kind, waiting: 'itself' | 'another' | 'none', now: number): number | undefined {
    const wasSent = this.ofThisAttempt(kind).some(({ state, again }) => state === 'sent' && again === 0);
    const mayBeLate: Partial<Record<Kind, boolean>> = {
      'study-plan': waiting === 'itself' || this.today(now) < (this.retake ?? ''),
      // "at once where that moment is past"; nothing says "now" of an application without attempt.
      reminder: waiting !== 'none' || (this.latest !== undefined && !wasSent),
      // "Never sent at once for a moment that is past"
      halfway: false,
      'week-to-go': false,
      'exam-eve': waiting === 'itself',
      'follow-up': waiting !== 'none' || !wasSent,
    };
    if (mayBeLate[kind] === false) return undefined;
    return kind === 'follow-up' ? hourOn(plusDays(this.today(now), 1), 9, this.zone) : now;
  }

  /** "Before each send the record is read again"; gives all that went out. */
  sweep(now: number): Mail[] {
    const sent: Mail[] = [];
    for (;;) {
      const due = this.mails.filter(({ state, due }) => state === 'waiting' && due <= now);
      const [mail] = due.sort((one, other) => one.due - other.due);
      if (mail === undefined) return sent;
      const call = this.calls().find(({ kind, date }) => kind === mail.kind && date === mail.date);
      const isEarly = mail.about === this.about && mail.again === 0 && (call?.moment ?? now) > now;
      const isRight = this.isRight(mail, now);
      if (isEarly) this.replan(now);
      else if (isRight === true) {
        Object.assign(mail, { state: 'sent', at: now });
        sent.push(mail);
      } else Object.assign(mail, { state: 'skipped', at: now, reason: isRight });
    }
  }

  /** Whether a mail may go out at that moment; else how it is skipped. */
  private isRight(mail: Mail, now: number): true | Reason {
    const { kind, about, date, until, again } = mail;
    const today = this.today(now);
    const retake = this.retake ?? '';
    const others = this.mails.filter((one) => one !== mail && one.state === 'sent');
    const sentAbout = others.filter((one) => one.kind === kind && one.about === about);
    if (now > until) return 'not right now';
    if (kind !== 'staff-notice' && this.emailState !== 'active') return 'no mail to the address';
    const call = this.calls().find((one) => one.kind === kind && one.date === date);
    if (about !== this.about || this.hasPassed) return 'not right now';
    if (call === undefined) return 'replaced by another';
    if (now > (call.until ?? now)) return 'not right now';
    if (kind === 'study-plan' && today >= retake) return 'not right now';
    const isAtHand = this.booked && today >= plusDays(this.booked, -1);
    const hasEve = this.ofThisAttempt('exam-eve', this.booked).some(({ state }) => ['waiting', 'sent'].includes(state));
    // "Every confirming is followed by at least one mail": the plan gives way only to an email that goes out.
    if (isAtHand && (kind === 'reminder' || (kind === 'study-plan' && hasEve))) return 'not right now';
    if (isCheckIn(kind)) {
      const wroteToday = others.some((one) => one.kind !== 'staff-notice' && this.today(one.at) === today);
      if (wroteToday && again === 0) return 'wrote today';
    }
    // "three follow-ups for an attempt at most"
    if (kind === 'follow-up' && sentAbout.filter((one) => one.again === 0).length >= 3) return 'not right now';
    if (kind === 'staff-notice' && !this.flags(now).includes('third-attempt-used')) return 'not right now';
    // At most three of a kind within a week.
    return others.filter((one) => one.kind === kind && now <= one.at + 7 * day).length >= 3 ? 'not right now' : true;
  }

  /** The next mails to the candidate (several at the same moment), as if the address got mail. */
  nextEmails(now: number): Mail[] {
    const reachable: Life = Object.assign(Object.create(Life.prototype), this, {
      isUnsubscribed: false,
      bouncedAt: undefined,
      complainedAt: undefined,
    });
    const ahead = this.mails.filter(
      (mail) =>
        mail.state === 'waiting' &&
        mail.kind !== 'staff-notice' &&
        reachable.isRight(mail, Math.max(now, mail.due)) === true,
    );
    const first = Math.min(...ahead.map(({ due }) => due));
    return ahead.filter(({ due }) => due === first);
  }

  private ofThisAttempt(kind: Kind, date?: string): Mail[] {
    return this.mails.filter(
      (mail) => mail.kind === kind && mail.about === this.about && (date === undefined || mail.date === date),
    );
  }
}

function newMail({ kind, date, until = Number.POSITIVE_INFINITY }: Call, about: string, due: number): Mail {
  return {
    kind,
    about,
    date,
    again: 0,
    due,
    until: Math.min(until, due + lateDays[kind] * day),
    state: 'waiting',
    at: due,
  };
}

// Days and zones

const now0 = Number.NEGATIVE_INFINITY;

export const plusDays = remembered((date: string, days: number) =>
  new Date(Date.parse(date) + days * day).toISOString().slice(0, 10),
);

const clockOf = remembered(
  (zone: string) => new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }),
);

/** "2026-12-20 09:00:00", as the clocks of the zone show it. */
const clockIn = remembered((zone: string, at: number) => clockOf(zone).format(at));

export const dayIn = (zone: string, at: number) => clockIn(zone, at).slice(0, 10);

/** That hour of that day in the zone. */
export const hourOn = remembered((date: string, hour: number, zone: string) => {
  const wanted = Date.parse(date) + hour * 60 * minute;
  const shift = (at: number) => wanted - Date.parse(`${clockIn(zone, at).replace(' ', 'T')}Z`);
  const first = wanted + shift(wanted);
  return first + shift(first);
});

/** The function, which asks a slow clock once. */
function remembered<Input extends (string | number)[], Output>(
  find: (...input: Input) => Output,
): (...input: Input) => Output {
  const found = new Map<string, Output>();
  return (...input) => {
    const key = input.join(' ');
    const output = found.get(key) ?? find(...input);
    found.set(key, output);
    return output;
  };
}
