import {
  type Candidate,
  currentApplication,
  type Flag,
  flags,
  latestAttempt,
  raisedFlags,
  retakeDate,
  type Status,
} from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { type Instant, momentAt } from '../../core/time.ts';

/**
 * Where the index of all candidates has somebody. Who has a retake date, or may go at once, is
 * `retake` whatever the time: `waiting` and `can-retake` are the two sides of now.
 */
type ListStatus = 'unconfirmed' | 'retake' | 'attempts-used' | 'passed';

const atOnce: Instant = '0000-01-01T00:00:00.000Z';
const afterEveryId = '~';

/** What the indexes of the staff's lists need on a candidate's item. */
export function listKeys(candidate: Candidate, exam: Exam) {
  const { place, at } = listStatusOf(candidate, exam);
  return { list: 'candidates', statusKey: `${place}#${at}#${candidate.id}` };
}

/** What the index of the flagged needs; nothing where no flag is raised. */
export function flagKeys(candidate: Candidate, exam: Exam) {
  const raised = raisedFlags(candidate, exam);
  const [since] = raised.map((flag) => flag.since).sort();
  if (since === undefined) return {};
  return {
    flags: flagSet(raised.map(({ flag }) => flag)),
    flaggedSince: `${since}#${candidate.id}`,
  };
}

/** Every set of flags that holds this one, as the index writes it; with `any`, every set. */
export function flagSetsWith(flag: Flag | 'any'): string[] {
  const sets: Flag[][] = [];
  for (const one of flags) sets.push([one], ...sets.map((set) => [...set, one]));
  return sets.filter((set) => flag === 'any' || set.includes(flag)).map(flagSet);
}

/** Which part of the index holds this status, both ends included; who waits shortest comes first. */
export type StatusRange = { from: string; to: string; soonestFirst: boolean };

export function statusRange(status: Status | undefined, now: Instant): StatusRange {
  const since = (place: ListStatus, at: Instant) => `${place}#${at}`;
  const until = (place: ListStatus, at: Instant | '') => `${place}#${at}${afterEveryId}`;
  switch (status) {
    case undefined:
      return { from: '!', to: afterEveryId, soonestFirst: true };
    case 'waiting':
      return { from: until('retake', `${now}#`), to: until('retake', ''), soonestFirst: true };
    case 'can-retake':
      return { from: since('retake', ''), to: until('retake', `${now}#`), soonestFirst: false };
    case 'unconfirmed':
      return {
        from: until('unconfirmed', `${now}#`),
        to: until('unconfirmed', ''),
        soonestFirst: true,
      };
    case 'attempts-used':
    case 'passed':
      return { from: since(status, ''), to: until(status, ''), soonestFirst: false };
  }
}

/** The status that a place in the index stands for now; undefined for an enrolment that has lapsed. */
export function statusAt(statusKey: string, now: Instant): Status | undefined {
  const [place, at = ''] = statusKey.split('#');
  switch (place) {
    case 'retake':
      return at <= now ? 'can-retake' : 'waiting';
    case 'unconfirmed':
      return at <= now ? undefined : place;
    case 'attempts-used':
    case 'passed':
      return place;
    default:
      throw new Error(`The index has an unknown place: ${place}`);
  }
}

function listStatusOf(candidate: Candidate, exam: Exam): { place: ListStatus; at: Instant } {
  if (candidate.enrolment) return { place: 'unconfirmed', at: candidate.enrolment.expiresAt };
  const { passedAt } = currentApplication(candidate);
  if (passedAt !== undefined) return { place: 'passed', at: passedAt };
  const date = retakeDate(candidate, exam);
  if (date !== undefined) return { place: 'retake', at: momentAt(date, 0, candidate.timeZone) };
  const last = latestAttempt(candidate);
  return last ? { place: 'attempts-used', at: last.recordedAt } : { place: 'retake', at: atOnce };
}

function flagSet(raised: readonly Flag[]): string {
  return raised.join('+');
}
