import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexKeys, nameIn, statusAt, statusRange } from '../../lambdas/adapters/dynamodb/index-keys.ts';
import { type Candidate, flags } from '../../lambdas/core/candidate.ts';
import { raisedFlags } from '../../lambdas/core/flags.ts';
import { folded } from '../../lambdas/core/search.ts';
import { hasLapsed, retakeDate, statuses, statusOf } from '../../lambdas/core/status.ts';
import { momentAt } from '../../lambdas/core/time.ts';
import { aCandidate, rules } from '../support/builders.ts';

const { exam } = rules;
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Clocks that change at midnight, twice over or leaving it out, and the ends of the world. */
const zone = fc.constantFrom(
  'America/New_York',
  'America/Phoenix',
  'America/Havana',
  'America/Santiago',
  'America/Scoresbysund',
  'Atlantic/Azores',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Honolulu',
  'Pacific/Kiritimati',
);

const moment = fc
  .integer({ min: Date.UTC(2025, 0, 1) / minute, max: Date.UTC(2028, 11, 31) / minute })
  .map((minutes) => new Date(minutes * minute).toISOString());

const date = moment.map((at) => at.slice(0, 10));

const attempt = fc.record({
  number: fc.integer({ min: 1, max: 3 }),
  date,
  lowestAreas: fc.constant<string[]>([]),
  recordedAt: moment,
});

const application = fc.record(
  { startedAt: moment, attempts: fc.array(attempt, { maxLength: 2 }), passedAt: moment },
  { requiredKeys: ['startedAt', 'attempts'] },
);

const email = fc
  .tuple(fc.constantFrom('a', 'b'), fc.option(fc.constant('a'), { nil: undefined }), moment, moment)
  .map(([key, resendOf, dueAt, at]) => ({
    key,
    kind: 'study-plan' as const,
    resendOf,
    dueAt,
    notAfter: dueAt,
    tries: 1,
    state: 'failed' as const,
    reason: 'MessageRejected',
    at,
  }));

/** In any state at all, whether or not it can come about. */
const candidate: fc.Arbitrary<Candidate> = fc
  .record(
    {
      timeZone: zone,
      applications: fc.array(application, { minLength: 1, maxLength: 2 }),
      enrollment: fc.record({ linkId: fc.constant('d4e5f6'), expiresAt: moment }),
      bouncedAt: moment,
      complainedAt: moment,
      emails: fc.array(email, { maxLength: 2 }),
      acknowledged: fc.array(fc.record({ flag: fc.constantFrom(...flags), since: moment }), { maxLength: 2 }),
    },
    { requiredKeys: ['timeZone', 'applications', 'emails', 'acknowledged'] },
  )
  .map((state) => ({ ...aCandidate(), ...state }));

/** The candidate and a moment: any, or one around which their status turns. */
const candidateAtAMoment = candidate.chain((one) => {
  const retakeOn = retakeDate(one, exam);
  const turns = [
    one.enrollment?.expiresAt,
    retakeOn && momentAt(retakeOn, 0, one.timeZone),
    one.applications.at(-1)?.startedAt,
  ].filter((at) => at !== undefined);
  const near = fc
    .tuple(
      fc.constantFrom(...turns),
      fc.oneof(
        fc.constantFrom(-1, 0, 1),
        fc.integer({ min: -3 * hour, max: 3 * hour }),
        fc.integer({ min: -2 * day, max: 2 * day }),
      ),
    )
    .map(([at, milliseconds]) => new Date(Date.parse(at) + milliseconds).toISOString());
  return fc.oneof(moment, near).map((now) => ({ one, now }));
});

describe('the keys of the lists', () => {
  test('give for every moment the status that the record gives, and lie in the range of that alone', () => {
    fc.assert(
      fc.property(candidateAtAMoment, ({ one, now }) => {
        const { statusKey } = indexKeys(one, exam);
        const expected = hasLapsed(one, now) ? undefined : statusOf(one, exam, now);
        const found = statuses.filter((status) => {
          const { from, to } = statusRange(status, now);
          return statusKey >= from && statusKey <= to;
        });

        expect(statusAt(statusKey, now)).toBe(expected);
        expect(found).toEqual(expected === undefined ? [] : [expected]);
      }),
      { numRuns: 3000 },
    );
  });

  test('name the flags that are raised and since when, and when the latest was', () => {
    fc.assert(
      fc.property(candidate, (one) => {
        const { flags: named = {}, flagged, flaggedSince } = indexKeys(one, exam);
        const raised = raisedFlags(one, exam);
        const others = raised.filter(({ flag }) => flag !== 'not-confirmed');
        const latest = (others.length > 0 ? others : raised)
          .map(({ since }) => since)
          .sort()
          .at(-1);

        expect(Object.entries(named)).toEqual(raised.map(({ flag, since }) => [flag, since]));
        expect([flagged, flaggedSince]).toEqual(
          latest === undefined ? [undefined, undefined] : ['flagged', `${latest}#${one.id}`],
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('put names where an American looks for them', () => {
    const names =
      'Ægir, Al B, alba, Ana, ana b, Anastasia, Élan, eli, Łukasz, Lund, Ñandú, nora, Øle, Olga, Straße, Strassen, Zoë, Ольга';
    const keyOf = (name: string) => indexKeys(aCandidate({ name }), exam).nameKey;
    const shuffled = names.split(', ').toSorted((one, other) => (one.at(-1)! < other.at(-1)! ? -1 : 1));

    expect(shuffled.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)).join(', ')).toBe(names);
  });

  test('of any name fit into a key, and give back the name as it is searched', () => {
    for (const name of ['ﷺ'.repeat(100), '𠮷'.repeat(100), 'Ana  Flores', '~  #  ~']) {
      const { nameKey } = indexKeys(aCandidate({ name }), exam);

      expect(Buffer.byteLength(nameKey)).toBeLessThanOrEqual(1024);
      expect(nameKey.isWellFormed()).toBe(true);
      expect(folded(name)).toContain(nameIn(nameKey));
      expect(nameKey).toBe(`${nameIn(nameKey)}  a1b2c3`);
    }
  });
});
