import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Action, applyAction } from '../../lambdas/core/actions.ts';
import { bookedDate } from '../../lambdas/core/booking.ts';
import { type Attempt, type Candidate, newCandidate } from '../../lambdas/core/candidate.ts';
import { confirmSignUp } from '../../lambdas/core/confirm-sign-up.ts';
import { type Email, type EmailKind, nextDueAt, type Outcome } from '../../lambdas/core/email.ts';
import { attemptsUsed, currentApplication, hasPassed, latestAttempt, statusOf } from '../../lambdas/core/status.ts';
import { rules, someDetails } from '../support/builders.ts';
import { detailOf, mailed } from '../support/simulated-mailer.ts';
import { lastEntryKey } from '../support/steps.ts';
import { runs } from '../support/thorough.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** How hand-overs to SES end at present; "off" stands for a mailer that does not run. */
type Weather = 'fine' | 'throttled' | 'silent' | 'off';

type Step =
  | { type: 'record'; number: number; daysAgo: number }
  | { type: 'correct'; daysAgo: number }
  | { type: 'confirm'; number: number; daysAgo: number; timeZone: string }
  | { type: 'move'; timeZone: string }
  | { type: 'mark-passed' | 'undo' | 'start-application' | 'unsubscribe' | 'resubscribe' }
  | { type: 'ask-later' }
  | { type: 'check-ins'; wanted: boolean }
  | { type: 'book'; daysAhead: number | undefined }
  | { type: 'bounced' }
  | { type: 'wait'; minutes: number; weather: Weather }
  | { type: 'wait-for-the-next-email'; minutesMore: number; weather: Weather };

type ActionStep = Exclude<Step, { type: 'wait' | 'wait-for-the-next-email' | 'confirm' | 'bounced' }>;

const zones = [
  'America/New_York',
  'US/Pacific',
  'America/Phoenix',
  'Pacific/Honolulu',
  'Pacific/Kiritimati',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Europe/Dublin',
];

const zone = fc.constantFrom(...zones);
const attemptNumber = fc.integer({ min: 1, max: 3 });
/** Around the wait and around today, where the rules turn. */
const daysAgo = fc.oneof(
  fc.integer({ min: -1, max: 3 }),
  fc.integer({ min: 27, max: 33 }),
  fc.integer({ min: 0, max: 120 }),
);
const weather = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Weather>('fine') },
  { weight: 1, arbitrary: fc.constantFrom<Weather>('throttled', 'silent', 'off') },
);
const plainAction = fc.constantFrom(
  'mark-passed' as const,
  'undo' as const,
  'undo' as const,
  'start-application' as const,
  'unsubscribe' as const,
  'resubscribe' as const,
  'resubscribe' as const,
  'bounced' as const,
  'ask-later' as const,
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('record' as const), number: attemptNumber, daysAgo }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('correct' as const), daysAgo }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('confirm' as const),
      number: attemptNumber,
      daysAgo,
      timeZone: zone,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('move' as const), timeZone: zone }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('check-ins' as const), wanted: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('book' as const),
      daysAhead: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
    }),
  },
  { weight: 4, arbitrary: plainAction.map((type) => ({ type })) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('wait' as const),
      minutes: fc.oneof(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 3 * 24 * 60 }),
        fc.integer({ min: 0, max: 40 * 24 * 60 }),
      ),
      weather,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('wait-for-the-next-email' as const),
      minutesMore: fc.integer({ min: -1, max: 1 }),
      weather,
    }),
  },
);

const life = fc.record({
  timeZone: zone,
  /** Between two days on which clocks change, and over the ends of years and of February. */
  begins: fc
    .integer({ min: Date.UTC(2026, 0, 1) / minute, max: Date.UTC(2028, 2, 1) / minute })
    .map((minutes) => minutes * minute),
  first: fc.record({ number: attemptNumber, daysAgo: fc.integer({ min: 0, max: 40 }) }),
  steps: fc.array(step, { maxLength: 14 }),
});
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

/** What went to SES: the email, the candidate as it was at that moment, and how it ended. */
type MessageTags = { at: number; email: Email; candidate: Candidate; outcome: Outcome['type'] };

/** Lives a life, with a mailer that looks at what is due whenever something falls due. */
function live({ timeZone, begins, first, steps }: Life, seen: (world: World) => void): World {
  const world = new World(begins, timeZone, first);
  seen(world);
  for (const one of steps) {
    world.take(one);
    seen(world);
  }
  return world;
}

class World {
  now: number;
  candidate: Candidate;
  readonly handOvers: MessageTags[] = [];

  constructor(begins: number, timeZone: string, first: { number: number; daysAgo: number }) {
    this.now = begins;
    const date = this.date(first.daysAgo, timeZone);
    const details = { ...someDetails, timeZone };
    const known = newCandidate('a1b2c3', 'address', details, this.at);
    const answers = { details, attempt: { number: first.number, date, lowestAreas: [] } };
    this.candidate = confirmSignUp(known, answers, rules, this.at);
    this.mail('fine');
  }

  get at(): string {
    return new Date(this.now).toISOString();
  }

  take(one: Step): void {
    // No two actions fall into the same moment.
    this.now += 1000;
    if (one.type === 'wait') {
      this.pass(this.now + one.minutes * minute, one.weather);
    } else if (one.type === 'wait-for-the-next-email') {
      const next = nextDueAt(this.candidate.emails);
      if (next) this.pass(Date.parse(next) + one.minutesMore * minute, one.weather);
    } else {
      this.act(one);
    }
  }

  /** Lets time pass; the mailer works at every moment at which an email is due. */
  pass(until: number, weather: Weather): void {
    for (let due = this.nextMoment(); due <= until; due = this.nextMoment()) {
      if (weather === 'off' || (weather === 'throttled' && due <= this.now)) break;
      this.now = Math.max(this.now, due);
      this.mail(weather);
    }
    this.now = Math.max(this.now, until);
  }

  mail(weather: Weather): void {
    if (weather === 'off') return;
    const due = this.nextMoment();
    this.candidate = mailed(this.candidate, rules, this.at, (email, candidate) => {
      const outcome = outcomeIn(weather, email.key);
      this.handOvers.push({ at: this.now, email, candidate, outcome: outcome.type });
      return outcome;
    });
    if (weather !== 'throttled' && due <= this.now && this.nextMoment() <= this.now)
      throw new Error(`Still due at ${this.at}: ${detailOf(this.candidate).join(', ')}`);
  }

  private nextMoment(): number {
    const next = nextDueAt(this.candidate.emails);
    return next === undefined ? Number.POSITIVE_INFINITY : Date.parse(next);
  }

  private act(one: Exclude<Step, { type: 'wait' | 'wait-for-the-next-email' }>): void {
    const { candidate, at } = this;
    if (one.type === 'bounced') {
      this.candidate = { ...candidate, emailState: 'bounced', bouncedAt: at };
    } else if (one.type === 'confirm') {
      const details = { ...someDetails, timeZone: one.timeZone };
      const answers = { details, attempt: this.attemptOf(one) };
      this.candidate = confirmSignUp(candidate, answers, rules, at);
    } else {
      const applied = applyAction(candidate, this.actionOf(one), rules, at);
      if (applied !== 'not-found' && 'candidate' in applied) this.candidate = applied.candidate;
    }
  }

  private actionOf(one: ActionStep): Action {
    switch (one.type) {
      case 'record':
        return { type: 'record-attempt', ...this.attemptOf(one) };
      case 'correct':
        return { type: 'correct-date', date: this.date(one.daysAgo, this.candidate.timeZone) };
      case 'move':
        return { type: 'change-details', details: { timeZone: one.timeZone } };
      case 'check-ins':
        return { type: 'change-details', details: { checkIns: one.wanted || undefined } };
      case 'book': {
        const { timeZone } = this.candidate;
        const examDate = one.daysAhead === undefined ? undefined : this.date(-one.daysAhead, timeZone);
        return { type: 'book-exam', examDate };
      }
      case 'undo':
        return { type: 'undo', entry: lastEntryKey(this.candidate) };
      default:
        return { type: one.type };
    }
  }

  private attemptOf({ number, daysAgo }: { number: number; daysAgo: number }) {
    return { number, date: this.date(daysAgo, this.candidate.timeZone), lowestAreas: [] };
  }

  private date(daysBack: number, timeZone: string): string {
    return plusDays(clockIn(timeZone, this.now).slice(0, 10), -daysBack);
  }
}

function outcomeIn(weather: Weather, key: string): Outcome {
  if (weather === 'throttled') return { type: 'deferred', code: 'Throttling' };
  if (weather === 'silent') return { type: 'unknown', code: 'TimeoutError' };
  return { type: 'accepted', messageId: `message-of-${key}` };
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** "2026-03-02 09:00", as the clocks of the zone show it. */
function clockIn(timeZone: string, at: number): string {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    const style = { dateStyle: 'short', timeStyle: 'short' } as const;
    clock = new Intl.DateTimeFormat('sv-SE', { timeZone, ...style });
    clocks.set(timeZone, clock);
  }
  return clock.format(at);
}

function plusDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * day).toISOString().slice(0, 10);
}

function retakeDateOf({ date }: Attempt): string {
  return plusDays(date, 30);
}

function isReminder({ email }: MessageTags): boolean {
  return email.kind === 'reminder';
}

function holds(property: (life: Life) => void, numRuns: number): void {
  fc.assert(fc.property(life, property), { numRuns: runs(numRuns) });
}

/** Holds of all that went to SES in a life. */
function holdsOfHandOvers(property: (handOvers: MessageTags[]) => void, numRuns: number): void {
  holds((one) => property(live(one, () => {}).handOvers), numRuns);
}

const daysLate: Partial<Record<EmailKind, number>> = {
  reminder: 14,
  'follow-up': 14,
  halfway: 3,
  'week-to-go': 3,
  'staff-notice': 1,
  'exam-eve': 1,
};

const accepted = ({ outcome }: MessageTags) => outcome === 'accepted';

describe('whatever a candidate does, and whenever the mailer works', () => {
  test('no reminder goes out before 09:00 of the retake date of the attempt it speaks of', () => {
    holdsOfHandOvers((handOvers) => {
      for (const { at, email, candidate } of handOvers.filter(isReminder)) {
        const attempt = candidate.applications.flatMap(({ attempts }) => attempts).at(-1)!;

        expect(email.attempt).toEqual({
          application: candidate.applications.length,
          number: attemptsUsed(candidate),
        });
        expect(email.resendOf ?? email.key).toMatch(new RegExp(`${retakeDateOf(attempt)}$`));
        expect(clockIn(candidate.timeZone, at) >= `${retakeDateOf(attempt)} 09:00`).toBe(true);
      }
    }, 1500);
  });

  test('nobody is written to who stopped it, passed, or has no attempt left', () => {
    holdsOfHandOvers((handOvers) => {
      for (const { email, candidate } of handOvers) {
        const { kind, attempt } = email;
        const number = attemptsUsed(candidate);
        if (kind !== 'staff-notice') expect(candidate.emailState).toBe('active');

        expect(hasPassed(candidate)).toBe(false);
        expect(attempt).toMatchObject({
          application: candidate.applications.length,
          number,
        });
        expect(kind === 'attempts-used' || kind === 'staff-notice').toBe(number === 3);
      }
    }, 1000);
  });

  test('nothing goes out long after it was due', () => {
    holdsOfHandOvers((handOvers) => {
      for (const { at, email } of handOvers) {
        expect(at).toBeLessThanOrEqual(Date.parse(email.dueAt) + (daysLate[email.kind] ?? 7) * day);
      }
    }, 500);
  });

  test('each email is sent once, and one reminder for each attempt and retake date', () => {
    holdsOfHandOvers((handOvers) => {
      const sent = handOvers.filter(accepted);
      const reminders = sent
        .filter(isReminder)
        .filter(({ email }) => !email.resendOf)
        .map(({ email }) => email.key);

      expect(repeated(sent.map(({ email }) => email.key))).toEqual([]);
      expect(repeated(reminders)).toEqual([]);
    }, 1000);
  });

  test('what was sent stays sent, and keys stay unique', () => {
    holds((one) => {
      let before: string[] = [];
      live(one, ({ candidate }) => {
        const detail = detailOf(candidate);
        const sent = detail.filter((line) => line.includes(' sent at '));

        expect(repeated(candidate.emails.map(({ key }) => key))).toEqual([]);
        expect(sent).toEqual(expect.arrayContaining(before));
        before = sent;
      });
    }, 500);
  });

  test('a study plan and a reminder never go out at the same moment', () => {
    holdsOfHandOvers((handOvers) => {
      const toCandidate = handOvers.filter(accepted).filter(({ email }) => email.kind !== 'staff-notice');

      expect(repeated(toCandidate.map(({ at }) => String(at)))).toEqual([]);
    }, 500);
  });

  test('the status follows from the clock: can-retake from 00:00 of the retake date, not before', () => {
    holds((one) => {
      live(one, ({ candidate, at, now }) => {
        const attempt = latestAttempt(candidate);
        const { passedAt } = currentApplication(candidate);
        const today = clockIn(candidate.timeZone, now).slice(0, 10);
        const last = candidate.applications.flatMap(({ attempts }) => attempts).at(-1);
        const byTheClock = last && (today < retakeDateOf(last) ? 'waiting' : 'can-retake');
        const expected = passedAt ? 'passed' : attempt?.number === 3 ? 'attempts-used' : (byTheClock ?? 'no-attempt');

        expect(statusOf(candidate, rules.exam, at)).toBe(expected);
      });
    }, 500);
  });

  test('attempts stay 30 days apart, and their numbers rise to three', () => {
    holds((one) => {
      live(one, ({ candidate }) => {
        const all = candidate.applications.flatMap(({ attempts }) => attempts);

        expect(all.filter(({ date }, index) => index > 0 && date < retakeDateOf(all[index - 1]!))).toEqual([]);
        for (const { attempts } of candidate.applications) {
          const rising = attempts.map(({ number }) => number);
          expect(rising).toEqual([...new Set(rising)].sort());
          expect(rising.every((number) => [1, 2, 3].includes(number))).toBe(true);
        }
      });
    }, 500);
  });
});

describe('a candidate who just waits', () => {
  test('gets the reminder on the morning of the retake date, whatever was before', () => {
    holds((one) => {
      const world = live(one, () => {});
      world.pass(world.now + minute, 'fine');
      const attempt = latestAttempt(world.candidate);
      fc.pre(attempt !== undefined && attempt.number < 3 && !hasPassed(world.candidate));
      fc.pre(world.candidate.emailState === 'active');
      fc.pre(clockIn(world.candidate.timeZone, world.now) < `${retakeDateOf(attempt)} 09:00`);
      const { timeZone } = world.candidate;
      const key = `reminder-${world.candidate.applications.length}-${attempt.number}-${retakeDateOf(attempt)}`;
      const before = world.candidate.emails.find((email) => email.key === key);
      const sentBefore = before?.state === 'sent';
      // What was given up has a flag for staff instead; whose exam is near needs no reminder.
      fc.pre(before?.state !== 'failed');
      const booked = bookedDate(world.candidate, rules.exam);
      fc.pre(booked === undefined || booked > plusDays(retakeDateOf(attempt), 1));
      world.pass(world.now + 32 * day, 'fine');

      expect(stateOf(world.candidate, key)).toBe('sent');
      const sent = world.handOvers.find(({ email, outcome }) => email.key === key && outcome === 'accepted')!;
      if (!sentBefore && sent.email.tries === 0) {
        expect(clockIn(timeZone, sent.at)).toBe(`${retakeDateOf(attempt)} 09:00`);
      }
    }, 600);
  });

  test('gets a reminder also where the retake date is past, unless all were stopped for too long', () => {
    holds((one) => {
      const world = live(one, () => {});
      world.pass(world.now + 6 * 60 * minute, 'fine');
      const { candidate } = world;
      const attempt = latestAttempt(candidate);
      fc.pre(attempt !== undefined && attempt.number < 3 && !hasPassed(candidate));
      fc.pre(candidate.emailState === 'active');
      fc.pre(clockIn(candidate.timeZone, world.now) >= `${retakeDateOf(attempt)} 09:00`);
      const reminders = candidate.emails.filter(
        (email) =>
          email.kind === 'reminder' &&
          email.attempt?.application === candidate.applications.length &&
          email.attempt.number === attempt.number,
      );
      const isSettled = reminders.some(
        (email) =>
          email.state === 'sent' ||
          email.state === 'failed' ||
          (email.state === 'skipped' && email.reason === 'exam-ahead') ||
          (email.state === 'skipped' && email.notAfter < world.at),
      );

      expect(isSettled ? 'settled' : detailOf(candidate)).toBe('settled');
    }, 400);
  });

  test('gets, after the third attempt, the email that says what comes next', () => {
    holds((one) => {
      const world = live(one, () => {});
      world.pass(world.now + minute, 'fine');
      const number = 3;
      const before = latestAttempt(world.candidate);
      fc.pre(world.candidate.emailState === 'active' && !hasPassed(world.candidate));
      fc.pre(before === undefined || before.number < number);
      const dates = world.candidate.applications.flatMap(({ attempts }) => attempts);
      const last = dates.at(-1);
      world.pass(world.now + 31 * day, 'fine');
      const today = clockIn(world.candidate.timeZone, world.now).slice(0, 10);
      fc.pre(last === undefined || today >= retakeDateOf(last));
      world.take({ type: 'record', number, daysAgo: 0 });
      const key = `${world.candidate.applications.length}-3-${world.at.slice(0, 10)}`;
      world.pass(world.now + minute, 'fine');

      expect([
        stateOf(world.candidate, `attempts-used-${key}`),
        stateOf(world.candidate, `staff-notice-${key}`),
      ]).toEqual(['sent', 'sent']);
    }, 300);
  });
});

function stateOf({ emails }: Candidate, key: string): Email['state'] | 'missing' {
  return emails.find((email) => email.key === key)?.state ?? 'missing';
}

function repeated(texts: string[]): string[] {
  return texts.filter((text, index) => texts.indexOf(text) !== index);
}
