import type { Candidate } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { raisedFlags } from '../../core/flags.ts';
import { cohortKey } from '../../core/list-filter.ts';
import { folded } from '../../core/search.ts';
import { currentApplication, goneAt, latestAttempt, retakeDate, type Status, statuses } from '../../core/status.ts';
import { type Instant, momentAt } from '../../core/time.ts';

/** Does not depend on the time: compared with now, `retake` becomes `waiting` or `can-retake`. */
type ListStatus = Exclude<Status, 'waiting' | 'can-retake'> | 'retake';

const afterEveryId = '~';
/** Sorts before any continuation of a longer name, because a folded name has only single spaces. */
const afterName = '  ';
/** A key can have 1,024 bytes, and a letter can take several. */
const maxNameKeyLength = 200;
/** Can't be a cohort's name, because those are trimmed. */
const noCohort = ' ';

export function indexKeys(candidate: Candidate, exam: Exam) {
  const { status, at } = listStatusOf(candidate, exam);
  const name = folded(candidate.name).slice(0, maxNameKeyLength).toWellFormed();
  return {
    list: 'all',
    statusKey: `${status}#${at}#${endOf(candidate.id)}`,
    nameKey: `${name}${afterName}${endOf(candidate.id)}`,
    cohortKey: cohortPartition(candidate.cohort),
    ...flagKeys(candidate, exam),
  };
}

/** Enough to distinguish equal keys. Whole ids would push the item, with all its keys, over a kilobyte. */
export function endOf(id: string): string {
  return id.slice(-8);
}

export function cohortPartition(cohort: string | null | undefined): string {
  return cohortKey(cohort ?? '') || noCohort;
}

export function nameIn(nameKey: string): string {
  return nameKey.slice(0, nameKey.lastIndexOf(afterName));
}

function flagKeys(candidate: Candidate, exam: Exam) {
  const raised = raisedFlags(candidate, exam);
  // That one may lie ahead, and would hide the others until then.
  const written = raised.filter(({ flag }) => flag !== 'not-confirmed');
  const latest = (written.length > 0 ? written : raised)
    .map((flag) => flag.since)
    .sort()
    .at(-1);
  if (latest === undefined) return {};
  return {
    flagged: 'flagged',
    flaggedSince: `${latest}#${endOf(candidate.id)}`,
    flags: Object.fromEntries(raised.map(({ flag, since }) => [flag, since])),
  };
}

/** The part of the index that holds a status, both ends included. */
export function statusRange(status: Status, now: Instant) {
  const stored: ListStatus = status === 'waiting' || status === 'can-retake' ? 'retake' : status;
  const start = `${stored}#`;
  const uptoNow = `${start}${now}#${afterEveryId}`;
  const end = `${start}${afterEveryId}`;
  if (status === 'waiting' || status === 'unconfirmed') return { from: uptoNow, to: end, isForward: true };
  return { from: start, to: status === 'can-retake' ? uptoNow : end, isForward: false };
}

/** The status that an index key stands for now; undefined for a lapsed enrollment. */
export function statusAt(statusKey: string, now: Instant): Status | undefined {
  const [stored, at = ''] = statusKey.split('#');
  if (stored === 'retake') return at <= now ? 'can-retake' : 'waiting';
  const status = statuses.find((one) => one === stored);
  if (status === undefined) throw new Error(`The index has an unknown status: ${stored}`);
  return status === 'unconfirmed' && at <= now ? undefined : status;
}

function listStatusOf(candidate: Candidate, exam: Exam): { status: ListStatus; at: Instant } {
  if (candidate.enrollment) return { status: 'unconfirmed', at: goneAt(candidate.enrollment) };
  const { passedAt } = currentApplication(candidate);
  if (passedAt !== undefined) return { status: 'passed', at: passedAt };
  const date = retakeDate(candidate, exam);
  if (date !== undefined) return { status: 'retake', at: momentAt(date, 0, candidate.timeZone) };
  const last = latestAttempt(candidate);
  return last ? { status: 'attempts-used', at: last.recordedAt } : { status: 'no-attempt', at: candidate.createdAt };
}
