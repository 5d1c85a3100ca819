import type { Candidate } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { raisedFlags } from '../../core/flags.ts';
import { currentApplication, latestAttempt, retakeDate, type Status } from '../../core/status.ts';
import { type Instant, momentAt } from '../../core/time.ts';

/**
 * The status as the index has it. Whoever has a retake date, or may go at once, is `retake` whatever
 * the time: `waiting` and `can-retake` are the two sides of now.
 */
type ListStatus = 'unconfirmed' | 'retake' | 'attempts-used' | 'passed';

const atOnce: Instant = '0000-01-01T00:00:00.000Z';
const afterEveryId = '~';

/** What the indexes of the staff's lists need on a candidate's item. */
export function indexKeys(candidate: Candidate, exam: Exam) {
  const { status, at } = listStatusOf(candidate, exam);
  return {
    list: 'candidates',
    statusKey: `${status}#${at}#${candidate.id}`,
    nameKey: `${sortable(candidate.name)} #${candidate.id}`,
    ...flagKeys(candidate, exam),
  };
}

function flagKeys(candidate: Candidate, exam: Exam) {
  const raised = raisedFlags(candidate, exam);
  const [since] = raised.map((flag) => flag.since).sort();
  if (since === undefined) return {};
  return {
    flagged: 'flagged',
    flaggedSince: `${since}#${candidate.id}`,
    flags: new Set(raised.map(({ flag }) => flag)),
  };
}

/** A name without case and accents, so that A to Z is the order of a list. */
function sortable(name: string): string {
  return name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** Which part of the index holds this status, both ends included; who waits shortest comes first. */
export type StatusRange = { from: string; to: string; soonestFirst: boolean };

export function statusRange(status: Status | undefined, now: Instant): StatusRange {
  const since = (from: ListStatus, at: Instant) => `${from}#${at}`;
  const until = (to: ListStatus, at: Instant | '') => `${to}#${at}${afterEveryId}`;
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

/** The status that a key of the index stands for now; undefined for an enrolment that has lapsed. */
export function statusAt(statusKey: string, now: Instant): Status | undefined {
  const [status, at = ''] = statusKey.split('#');
  switch (status) {
    case 'retake':
      return at <= now ? 'can-retake' : 'waiting';
    case 'unconfirmed':
      return at <= now ? undefined : status;
    case 'attempts-used':
    case 'passed':
      return status;
    default:
      throw new Error(`The index has an unknown status: ${status}`);
  }
}

function listStatusOf(candidate: Candidate, exam: Exam): { status: ListStatus; at: Instant } {
  if (candidate.enrolment) return { status: 'unconfirmed', at: candidate.enrolment.expiresAt };
  const { passedAt } = currentApplication(candidate);
  if (passedAt !== undefined) return { status: 'passed', at: passedAt };
  const date = retakeDate(candidate, exam);
  if (date !== undefined) return { status: 'retake', at: momentAt(date, 0, candidate.timeZone) };
  const last = latestAttempt(candidate);
  return last ? { status: 'attempts-used', at: last.recordedAt } : { status: 'retake', at: atOnce };
}
