import type { Candidate } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { raisedFlags } from '../../core/flags.ts';
import { cohortKey } from '../../core/list-filter.ts';
import {
  type ConfirmedStatus,
  currentApplication,
  latestAttempt,
  retakeDate,
  type Status,
} from '../../core/status.ts';
import { type Instant, momentAt } from '../../core/time.ts';

/**
 * The status as stored in the index. Candidates who have a retake date or may retake right away are
 * `retake`, independent of the time; compared with now, that becomes `waiting` or `can-retake`.
 */
type ListStatus = 'unconfirmed' | 'retake' | Exclude<ConfirmedStatus, 'waiting' | 'can-retake'>;

const afterEveryId = '~';

/** The attributes of a candidate's item that the indexes need. */
export function indexKeys(candidate: Candidate, exam: Exam) {
  const { status, at } = listStatusOf(candidate, exam);
  return {
    list: 'candidates',
    statusKey: `${status}#${at}#${candidate.id}`,
    nameKey: sortable(candidate.name),
    ...(candidate.cohort && { cohortKey: cohortKey(candidate.cohort) }),
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

/** A name without case and accents, so that lists sort alphabetically. */
function sortable(name: string): string {
  return name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** The part of the index that holds a status, both ends included. */
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
    case 'no-attempt':
      return { from: since(status, ''), to: until(status, ''), soonestFirst: false };
  }
}

/** The status that an index key stands for now; undefined for a lapsed enrollment. */
export function statusAt(statusKey: string, now: Instant): Status | undefined {
  const [status, at = ''] = statusKey.split('#');
  switch (status) {
    case 'retake':
      return at <= now ? 'can-retake' : 'waiting';
    case 'unconfirmed':
      return at <= now ? undefined : status;
    case 'attempts-used':
    case 'passed':
    case 'no-attempt':
      return status;
    default:
      throw new Error(`The index has an unknown status: ${status}`);
  }
}

function listStatusOf(candidate: Candidate, exam: Exam): { status: ListStatus; at: Instant } {
  if (candidate.enrollment) return { status: 'unconfirmed', at: candidate.enrollment.expiresAt };
  const { passedAt } = currentApplication(candidate);
  if (passedAt !== undefined) return { status: 'passed', at: passedAt };
  const date = retakeDate(candidate, exam);
  if (date !== undefined) return { status: 'retake', at: momentAt(date, 0, candidate.timeZone) };
  const last = latestAttempt(candidate);
  return last
    ? { status: 'attempts-used', at: last.recordedAt }
    : { status: 'no-attempt', at: candidate.createdAt };
}
