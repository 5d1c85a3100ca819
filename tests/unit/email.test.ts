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

/** The reminder's fields that are kept once it is final. */
function aFinalReminder() {
  const { notAfter, ...kept } = aReminder();
  return kept;
}

const other = aReminder({ key: 'other', dueAt: '2027-01-01T14:00:00.000Z' });

/** What became of the reminder after these hand-overs, each begun when the lease of the last ran out. */
function afterTries(...outcomes: Outcome[]): Email[] {
  let emails: Email[] = [aReminder()];
  for (const outcome of outcomes) {
    const email = nextDueEmail(emails, nextDueAt(emails)!)!;
    const at = nextDueAt(emails)!;
    emails = settle(claim(emails, email.key, at), email.key, email.tries + 1, outcome, at);
  }
  return emails;
}

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

  test('comes in turn at its moment, not before', () => {
    const emails = [aReminder()];

    expect(nextDueEmail(emails, '2026-12-20T13:59:59.999Z')).toBeUndefined();
    expect(nextDueEmail(emails, now)).toBe(emails[0]);
  });

  test('comes in turn before those that have waited less', () => {
    const [first, second] = [aReminder({ key: 'first', dueAt: now }), aReminder({ dueAt: soon })];

    expect(nextDueEmail([second, first], '2026-12-21T14:00:00.000Z')).toBe(first);
  });

  test('is understood as it was written, in every state', () => {
    const emails = [
      aReminder(),
      ...claim([aReminder()], 'reminder', now),
      ...afterTries(accepted),
      ...afterTries(refused),
      ...skip([aReminder()], 'reminder', 'passed', now),
    ];

    expect(emails.map(({ state }) => state)).toEqual(['queued', 'sending', 'sent', 'failed', 'skipped']);
    for (const email of emails) {
      expect(emailSchema.parse(JSON.parse(JSON.stringify(email)))).toEqual(email);
    }
  });
});

describe('what wants attention next', () => {
  test('is the earliest of what is queued and of the leases that run', () => {
    const emails = [...claim([aReminder()], 'reminder', now), other];

    expect(nextDueAt(emails)).toBe('2026-12-20T14:10:00.000Z');
    expect(nextDueAt([other, aReminder()])).toBe(now);
  });

  test('is nothing where there are no emails', () => {
    expect(nextDueAt([])).toBeUndefined();
  });
});

describe('a claim', () => {
  test('is the intent to send, with a lease and one more try', () => {
    expect(claim([other, aReminder()], 'reminder', now)).toEqual([
      other,
      { ...aReminder(), state: 'sending', tries: 1, leaseUntil: '2026-12-20T14:10:00.000Z' },
    ]);
  });
});

describe('a hand-over', () => {
  const begun = claim([other, aReminder()], 'reminder', now);

  test('that SES accepted makes the email sent', () => {
    expect(settle(begun, 'reminder', 1, accepted, soon)).toEqual([
      other,
      { ...aFinalReminder(), state: 'sent', tries: 1, at: soon },
    ]);
  });

  test('that SES permanently refused makes the email failed', () => {
    expect(settle(begun, 'reminder', 1, refused, soon)).toEqual([
      other,
      { ...aFinalReminder(), state: 'failed', tries: 1, at: soon, reason: 'MessageRejected' },
    ]);
  });

  test('that was put off leaves the email in the queue for later, and uses no try', () => {
    const later = { ...aReminder(), heldUntil: minutesAfter(soon, 3) };
    expect(settle(begun, 'reminder', 1, deferred, soon)).toEqual([other, later]);
    expect(nextDueAt([later])).toBe(minutesAfter(soon, 3));
    expect(afterTries(...Array(6).fill(deferred))).toMatchObject([{ state: 'queued', tries: 0 }]);
  });

  test.each([
    ['at its last moment', 0],
    ['just after it', 1],
    ['a day after it', 24 * 60],
  ])('that was put off %s stays due, to be skipped', (_, minutes) => {
    const at = minutesAfter(aReminder().notAfter, minutes);
    expect(settle(begun, 'reminder', 1, deferred, at)).toEqual([other, aReminder()]);
  });

  test('whose outcome is unknown stays as it is', () => {
    expect(settle(begun, 'reminder', 1, unknown, soon)).toEqual(begun);
  });

  test('of an email that is no longer there changes nothing', () => {
    expect(settle([other], 'reminder', 1, accepted, soon)).toEqual([other]);
  });
});

describe('an answer that comes late', () => {
  const at = '2026-12-20T14:10:00.000Z';
  const late = '2026-12-20T14:12:00.000Z';
  const secondClaim = claim(claim([aReminder()], 'reminder', now), 'reminder', at);
  const sent = settle(secondClaim, 'reminder', 2, accepted, at);

  test.each([refused, deferred, unknown])('%o says nothing about a newer claim', (outcome) => {
    expect(settle(secondClaim, 'reminder', 1, outcome, late)).toEqual(secondClaim);
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

  test.each([accepted, refused, deferred, unknown])('%o changes nothing of an email that was sent', (outcome) => {
    for (const tries of [1, 2]) {
      expect(settle(sent, 'reminder', tries, outcome, '2026-12-21T14:00:00.000Z')).toEqual(sent);
    }
  });

  test.each([
    ['skipped', skip([aReminder()], 'reminder', 'passed', at)],
    ['failed', fail([aReminder()], 'reminder', 'no-answer', at)],
    ['queued', [aReminder()]],
  ])('that it was put off changes nothing of an email that is %s', (_state, emails) => {
    expect(settle(emails, 'reminder', 1, deferred, late)).toEqual(emails);
  });
});

describe('an email that is not to be sent', () => {
  test('is skipped with its reason, and the others are left alone', () => {
    expect(skip([other, aReminder()], 'reminder', 'unsubscribed', soon)).toEqual([
      other,
      { ...aReminder(), state: 'skipped', at: soon, reason: 'unsubscribed' },
    ]);
  });

  test('is failed with its reason, and the others are left alone', () => {
    expect(fail([other, aReminder()], 'reminder', 'no-answer', soon)).toEqual([
      other,
      { ...aFinalReminder(), state: 'failed', at: soon, reason: 'no-answer' },
    ]);
  });

  test('stands in the queue as before when it is queued again', () => {
    const [email] = skip([aReminder()], 'reminder', 'unsubscribed', soon);

    expect(email?.state === 'skipped' && requeue(email)).toEqual(aReminder());
  });
});
