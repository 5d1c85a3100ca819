import { describe, expect, test } from 'vitest';
import {
  claim,
  type Email,
  emailKinds,
  emailSchema,
  fail,
  nextDueAt,
  nextDueEmail,
  type Outcome,
  queuedEmail,
  requeue,
  settle,
  skip,
} from '../../lambdas/core/email.ts';
import { minutesAfter } from '../../lambdas/core/time.ts';

const now = '2026-12-20T14:00:00.000Z';
const soon = '2026-12-20T14:00:05.000Z';
const accepted: Outcome = { type: 'accepted', messageId: '0100-abc' };
const refused: Outcome = { type: 'refused', code: 'MessageRejected' };
const deferred: Outcome = { type: 'deferred', code: 'Throttling' };
const unknown: Outcome = { type: 'unknown', code: 'TimeoutError' };

function aReminder({ key = 'reminder', dueAt = now } = {}) {
  return queuedEmail({ key, kind: 'reminder', attempt: { application: 1, number: 1 }, dueAt }, 14);
}

const other = aReminder({ key: 'other', dueAt: '2027-01-01T14:00:00.000Z' });
const both = [other, aReminder()];
const begun = claim(both, 'reminder', now);

test('no kind of email begins with the name of another: a key names its kind', () => {
  for (const kind of emailKinds) expect(emailKinds.filter((other) => other.startsWith(kind))).toEqual([kind]);
});

describe('an email in the queue', () => {
  test('is due when it says, and for as many days of 24 hours as it may be late', () => {
    expect(queuedEmail({ key: 'plan', kind: 'study-plan', dueAt: '2027-03-13T14:00:00.000Z' }, 7)).toEqual({
      key: 'plan',
      kind: 'study-plan',
      state: 'queued',
      dueAt: '2027-03-13T14:00:00.000Z',
      notAfter: '2027-03-20T14:00:00.000Z',
      tries: 0,
    });
  });

  test('comes in turn at its moment, not before, and before those that have waited less', () => {
    const [first, second] = [aReminder({ key: 'first' }), aReminder({ dueAt: soon })];

    expect(nextDueEmail([first], '2026-12-20T13:59:59.999Z')).toBeUndefined();
    expect(nextDueEmail([first], now)).toBe(first);
    expect(nextDueEmail([second, first], '2026-12-21T14:00:00.000Z')).toBe(first);
  });

  test('is understood as it was written, in every state', () => {
    const emails = [
      ...both,
      ...begun,
      ...settle(begun, 'reminder', 1, accepted, soon),
      ...settle(begun, 'reminder', 1, refused, soon),
      ...skip(both, 'reminder', 'passed', now),
    ];

    expect([...new Set(emails.map(({ state }) => state))]).toEqual(['queued', 'sending', 'sent', 'failed', 'skipped']);
    for (const email of emails) expect(emailSchema.parse(JSON.parse(JSON.stringify(email)))).toEqual(email);
  });
});

test('what wants attention next is the earliest of what is queued and of the leases that run', () => {
  expect(nextDueAt(begun)).toBe('2026-12-20T14:10:00.000Z');
  expect(nextDueAt(both)).toBe(now);
  expect(nextDueAt([])).toBeUndefined();
});

describe('an email', () => {
  const settled = (outcome: Outcome, at = soon) => settle(begun, 'reminder', 1, outcome, at);
  const queued = aReminder();
  const { notAfter, ...final } = queued;
  const skipped = { state: 'skipped', tries: 1, at: soon, reason: 'passed' };
  const failed = { state: 'failed', tries: 1, at: soon, reason: 'no-answer' };

  test.each<[what: string, emails: Email[], after: object]>([
    ['claimed is being sent', begun, { ...queued, state: 'sending', tries: 1, leaseUntil: minutesAfter(now, 10) }],
    ['accepted is sent', settled(accepted), { ...final, state: 'sent', tries: 1, at: soon }],
    ['refused has failed', settled(refused), { ...final, ...failed, reason: 'MessageRejected' }],
    ['put off waits, and has used no try', settled(deferred), { ...queued, heldUntil: minutesAfter(soon, 3) }],
    ['put off at its last moment stays due, to be skipped', settled(deferred, notAfter), queued],
    ['put off after that stays due, too', settled(deferred, minutesAfter(notAfter, 1)), queued],
    ['of unknown outcome stays as it is', settled(unknown), begun[1]!],
    ['skipped', skip(begun, 'reminder', 'passed', soon), { ...queued, ...skipped }],
    ['failed', fail(begun, 'reminder', 'no-answer', soon), { ...final, ...failed }],
  ])('that is %s, and the other is left alone', (_what, emails, after) => {
    expect(emails).toEqual([other, after]);
  });

  test('that was skipped stands in the queue as before when it is queued again', () => {
    const [email] = skip([aReminder()], 'reminder', 'unsubscribed', soon);

    expect(email?.state === 'skipped' && requeue(email)).toEqual(aReminder());
  });
});

describe('an answer that comes late', () => {
  const at = '2026-12-20T14:10:00.000Z';
  const late = '2026-12-20T14:12:00.000Z';
  const secondClaim = claim(claim([aReminder()], 'reminder', now), 'reminder', at);
  const sent = settle(secondClaim, 'reminder', 2, accepted, at);

  test.each<[what: string, emails: Email[], tries: number[], outcomes: Outcome[]]>([
    ['a newer claim', secondClaim, [1], [refused, deferred, unknown]],
    ['an email that was sent', sent, [1, 2], [accepted, refused, deferred, unknown]],
    ['one that was skipped', skip([aReminder()], 'reminder', 'passed', at), [1], [refused, deferred, unknown]],
    ['one that failed', fail([aReminder()], 'reminder', 'no-answer', at), [1], [refused, deferred, unknown]],
    ['one that is queued', [aReminder()], [1], [refused, deferred, unknown]],
  ])('says nothing about %s', (_what, emails, tries, outcomes) => {
    for (const outcome of outcomes)
      for (const which of tries) expect(settle(emails, 'reminder', which, outcome, late), outcome.type).toEqual(emails);
  });

  test.each([
    ['a newer claim', secondClaim],
    ['a newer claim that was put off', settle(secondClaim, 'reminder', 2, deferred, at)],
    ['a newer claim that was refused', settle(secondClaim, 'reminder', 2, refused, at)],
    ['giving up', fail(secondClaim, 'reminder', 'no-answer', at)],
    ['a skip', skip(secondClaim, 'reminder', 'passed', at)],
  ])('that SES has the message holds in spite of %s', (_title, emails) => {
    expect(settle(emails, 'reminder', 1, accepted, late)).toMatchObject([{ state: 'sent', at: late }]);
  });
});
