import fc from 'fast-check';
import { expect, test } from 'vitest';
import { waitLine } from '../../lambdas/core/content.ts';
import { retakeDate } from '../../lambdas/core/status.ts';
import { planFrom, studyPlan, timedRuns } from '../../lambdas/core/study-plan.ts';
import { dateIn, daysAfter, daysBetween } from '../../lambdas/core/time.ts';
import { aCandidate, rules } from '../support/builders.ts';

const { exam } = rules;

/** Someone whose last attempt leaves that many days until the retake date when it is recorded. */
function withDaysLeft(left: number, lowestAreas: string[] = [], today = '2026-11-23') {
  const candidate = aCandidate({ at: `${today}T15:00:00.000Z` });
  const date = daysAfter(today, left - exam.waitDays);
  const attempts = [{ number: 1, date, lowestAreas, recordedAt: `${today}T15:00:00.000Z` }];
  return { ...candidate, applications: [{ attempts }] };
}

const lengthsOf = (left: number) =>
  studyPlan(withDaysLeft(left), exam).map(({ from, to }) => daysBetween(from, to) + 1);

test('from its first day to the last before the retake date, every day has its one phase', () => {
  const someDay = fc
    .date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
    .map((day) => day.toISOString().slice(0, 10));
  const areas = fc.subarray(exam.areas.map(({ key }) => key));
  fc.assert(
    fc.property(someDay, fc.integer({ min: 1, max: 30 }), areas, (today, left, lowestAreas) => {
      const plan = studyPlan(withDaysLeft(left, lowestAreas, today), exam);
      const days = Array.from({ length: left }, (_, index) => daysAfter(today, index));

      expect(days.map((day) => plan.filter(({ from, to }) => from <= day && day <= to).length)).toEqual(
        Array(left).fill(1),
      );
      for (const day of days) {
        const rest = plan.filter(({ to }) => day <= to);
        expect(planFrom(plan, day)).toEqual([{ ...rest[0], from: day }, ...rest.slice(1)]);
      }
      expect([plan[0]?.from, plan.at(-1)?.to]).toEqual([today, days.at(-1)]);
      expect(plan.slice(1).map(({ from }) => from)).toEqual(plan.slice(0, -1).map(({ to }) => daysAfter(to, 1)));
      expect(plan).toHaveLength(Math.min(left, exam.studyPhases.length));

      const runs = timedRuns(plan);
      const last = plan.at(-1)!;
      const room = daysBetween(last.from, last.to) + 1;
      expect(new Set(runs).size).toBe(Math.min(room, 2));
      for (const run of runs) expect(last.from <= run && run <= last.to).toBe(true);
      if (room > 2) expect(runs.at(-1)! < last.to).toBe(true);
    }),
  );
});

test('counts days as the day line and the check-ins do: the attempt’s is day 0, the retake date’s day 30', () => {
  const at = '2026-11-20T15:00:00.000Z';
  const candidate = aCandidate({ attempts: ['2026-11-20'], checkIns: true, at });
  const halfway = candidate.emails.find(({ kind }) => kind === 'halfway')!;
  const days = studyPlan(candidate, exam).flatMap(({ from, to }) => [from, to]);

  const retakeOn = retakeDate(candidate, exam)!;
  const dayOf = (day: string) => {
    const line = waitLine(exam.waitDays, daysBetween(day, retakeOn));
    return 'done' in line && line.done;
  };
  expect(days.map(dayOf)).toEqual([0, 2, 3, 14, 15, 25, 26, 29]);
  expect([dayOf(dateIn(candidate.timeZone, halfway.dueAt)), dayOf(retakeOn)]).toEqual([15, 30]);
});

test.each([
  [30, [3, 12, 11, 4]],
  [15, [1, 6, 5, 3]],
  [6, [1, 1, 1, 3]],
  [4, [1, 1, 1, 1]],
  [3, [1, 1, 1]],
  [1, [1]],
  [0, []],
  [-5, []],
])('with %i days left, the phases take %j days', (left, lengths) => {
  expect(lengthsOf(left)).toEqual(lengths);
});

test('names the lowest areas in each phase, unless those are all of them', () => {
  const tasksFor = (areas: string[]) => studyPlan(withDaysLeft(30, areas), exam).map(({ task }) => task);

  for (const task of tasksFor(['administrative', 'clinical'])) expect(task).toContain('Clinical and Administrative');
  expect(tasksFor(exam.areas.map(({ key }) => key))).toEqual(tasksFor([]));
});

test('drops rest first and practice tests last', () => {
  const first = (left: number) => studyPlan(withDaysLeft(left), exam)[0]?.task;

  expect(first(4)).toBe('Rest and read your score report.');
  expect(first(3)).toBe('Work on your weakest area and mix in questions from every area.');
  expect(first(1)).toBe('Practice against the clock and review lightly.');
});

test('begins on the day of recording where the candidate lives, not before the attempt', () => {
  const late = '2026-11-24T04:30:00.000Z';
  for (const timeZone of ['America/New_York', 'Pacific/Kiritimati']) {
    const candidate = aCandidate({ timeZone, attempts: ['2026-11-01'], at: late });
    expect(studyPlan(candidate, exam)[0]?.from).toBe(dateIn(timeZone, late));
  }
  const corrected = withDaysLeft(30);
  corrected.applications[0]!.attempts[0]!.date = '2026-11-25';
  expect(studyPlan(corrected, exam)[0]?.from).toBe('2026-11-25');
});
