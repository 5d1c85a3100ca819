import { describe, expect, test } from 'vitest';
import type { ActionResult } from '../../lambdas/core/action-result.ts';
import { type Action, applyAction } from '../../lambdas/core/actions.ts';
import { nextDueAt } from '../../lambdas/core/email.ts';
import { aCandidate, changedBy, rules } from '../support/builders.ts';
import { detailOf } from '../support/simulated-mailer.ts';
import { mail } from '../support/steps.ts';

describe('a reminder whose moment a change moves into the past goes out at once', () => {
  const corrected = { type: 'correct-date', date: '2026-06-17' } as const;
  const corrections: [string, Action][] = [['2026-06-18T08:00:00.000Z', corrected]];
  const twice: [string, Action][] = [
    ['2026-06-18T08:00:00.000Z', { type: 'correct-date', date: '2026-06-12' }],
    ['2026-06-19T08:00:00.000Z', corrected],
  ];
  const stopped: [string, Action] = ['2026-07-01T08:00:00.000Z', { type: 'unsubscribe' }];
  const wantedAgain = (at: string): [string, Action] => [at, { type: 'resubscribe' }];
  const moved = (at: string, timeZone: string): [string, Action] => [
    at,
    { type: 'change-details', details: { timeZone } },
  ];
  const backTo = (at: string, date: string): [string, Action] => [at, { type: 'correct-date', date }];

  const east = 'America/Puerto_Rico';
  const farEast = 'Pacific/Kiritimati';
  const west = 'Pacific/Pago_Pago';
  /** 09:00 on July 17 there; it is 19:00 UTC in Honolulu. */
  const nine = { [east]: '2026-07-17T13:00:00.000Z', [farEast]: '2026-07-16T19:00:00.000Z' };
  const nineInTheWest = '2026-07-17T20:00:00.000Z';
  const second = 'reminder-1-1-2026-07-17';

  const rows: [string, [string, Action][], string][] = [
    ['moved east after its hour there', [moved('2026-07-17T14:59:00.000Z', east)], '2026-07-17T14:59:00.000Z'],
    ['moved east at its hour there', [moved(nine[east], east)], nine[east]],
    ['moved east before its hour there', [moved('2026-07-17T12:59:59.000Z', east)], nine[east]],
    ['moved east a day after its hour there', [moved('2026-07-17T18:59:59.000Z', farEast)], '2026-07-17T18:59:59.000Z'],
    ['moved east when both hours were past', [moved('2026-07-17T19:30:00.000Z', east)], '2026-07-17T19:00:00.000Z'],
    ['moved west before its hour', [moved('2026-07-17T18:59:59.000Z', west)], nineInTheWest],
    ['moved west after its hour', [moved('2026-07-17T19:00:01.000Z', west)], '2026-07-17T19:00:00.000Z'],
    [
      'moved west, then east past its hour',
      [moved('2026-07-17T12:00:00.000Z', west), moved('2026-07-17T15:00:00.000Z', east)],
      '2026-07-17T15:00:00.000Z',
    ],
    [
      'moved east past its hour, with emails stopped and wanted again before',
      [stopped, wantedAgain('2026-07-02T08:00:00.000Z'), moved('2026-07-17T15:00:00.000Z', east)],
      '2026-07-17T15:00:00.000Z',
    ],
    [
      'moved east past its hour, while emails were stopped',
      [stopped, moved('2026-07-17T15:00:00.000Z', east), wantedAgain('2026-07-30T08:00:00.000Z')],
      '2026-07-30T08:00:00.000Z',
    ],
    [
      'moved west before its hour, with emails stopped until after it',
      [stopped, moved('2026-07-17T15:00:00.000Z', west), wantedAgain('2026-07-18T08:00:00.000Z')],
      '2026-07-18T08:00:00.000Z',
    ],
  ];
  const lives = [corrections, twice].flatMap((before) =>
    rows.flatMap(([title, steps, at]) =>
      [false, true].map((isStaff) => ({
        title: `${title}, after ${before.length} corrections, by ${isStaff ? 'staff' : 'the candidate'}`,
        steps: [...before, ...steps],
        isStaff,
        expected: [`${second} sent at ${at}`],
      })),
    ),
  );

  /** Also where the reminder of an earlier date went out, which said another date. */
  const third = 'reminder-1-1-2026-06-09';
  const byDate = [
    {
      title: 'corrected to a date whose wait is over',
      steps: [...corrections, backTo('2026-07-01T08:00:00.000Z', '2026-05-10')],
      expected: [`${second} skipped: date-corrected`, `${third} sent at 2026-07-01T08:00:00.000Z`],
    },
    {
      title: 'corrected while it is held back',
      steps: [
        ...corrections,
        stopped,
        backTo('2026-07-20T08:00:00.000Z', '2026-05-10'),
        wantedAgain('2026-07-21T08:00:00.000Z'),
      ],
      expected: [`${second} skipped: unsubscribed`, `${third} sent at 2026-07-21T08:00:00.000Z`],
    },
    {
      title: 'not when it had been held back for more than its fourteen days',
      steps: [
        ...corrections,
        stopped,
        backTo('2026-08-01T08:00:00.000Z', '2026-05-10'),
        wantedAgain('2026-08-02T08:00:00.000Z'),
      ],
      expected: [`${second} skipped: unsubscribed`],
    },
  ].map((row) => ({ ...row, isStaff: false }));

  test.each([...lives, ...byDate])('$title', ({ steps, isStaff, expected }) => {
    const signedUpAt = '2026-06-17T20:00:00.000Z';
    let person = aCandidate({ timeZone: 'Pacific/Honolulu', attempts: ['2026-05-04'], at: signedUpAt });
    person = mail(person, signedUpAt);
    let today = signedUpAt;
    const passUntil = (at: string) => {
      for (let due = nextDueAt(person.emails); due !== undefined && due < at; due = nextDueAt(person.emails))
        person = mail(person, due > today ? due : today);
      today = at;
    };
    for (const [at, action] of steps) {
      passUntil(at);
      person = changedBy(applyAction(person, action, rules, at, isStaff) as ActionResult);
    }
    passUntil('2027-01-01T00:00:00.000Z');

    const first = `reminder-1-1-2026-06-03 sent at ${signedUpAt}`;
    const reminders = detailOf(person).filter((line) => line.startsWith('reminder') && !line.includes('2026-07-12'));
    expect(reminders).toEqual([first, ...expected]);
    expect(nextDueAt(person.emails)).toBeUndefined();
  });
});
