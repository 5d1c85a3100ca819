import { entryKey, lastEntry } from '../../core/attempts.ts';
import { bookedDate } from '../../core/booking.ts';
import type { Candidate } from '../../core/candidate.ts';
import { nextEmail } from '../../core/email-schedule.ts';
import { flagsOf } from '../../core/flags.ts';
import { lastNote } from '../../core/notes.ts';
import type { Rules } from '../../core/rules.ts';
import { attemptsUsed, currentApplication, numberedAttempts, retakeDate, statusOf } from '../../core/status.ts';
import type { Instant } from '../../core/time.ts';
import type { CandidateDetail } from '../../services/find-candidates.ts';
import { answerSchemas } from './answer-schemas.ts';

export function toSummary(candidate: Candidate, rules: Rules, now: Instant) {
  return answerSchemas().candidate.parse(withFacts(candidate, rules, now));
}

export function toDetail({ candidate, emails, toBeConfirmed }: CandidateDetail, rules: Rules, now: Instant) {
  const last = candidate.enrollment ? undefined : lastEntry(candidate);
  return answerSchemas().detail.parse({
    ...withFacts(candidate, rules, now),
    passedAt: currentApplication(candidate).passedAt,
    attempts: numberedAttempts(candidate),
    toBeConfirmed,
    emails,
    undoable: last && entryKey(last),
  });
}

/** The record with what follows from it; the schemas drop what is ours alone. */
function withFacts(candidate: Candidate, rules: Rules, now: Instant) {
  const { exam } = rules;
  const status = statusOf(candidate, exam, now);
  const used = attemptsUsed(candidate);
  // On an application without attempts, the date only ends the wait after an earlier one.
  const isWaitOver = status === 'can-retake' && used === 0;
  const note = lastNote(candidate);
  return {
    ...candidate,
    status,
    attemptsUsed: used,
    retakeOn: isWaitOver ? undefined : retakeDate(candidate, exam),
    examOn: bookedDate(candidate, exam),
    flags: flagsOf(candidate, exam, now),
    updatedAt: candidate.activeAt,
    nextEmail: candidate.enrollment ? undefined : nextEmail(candidate, rules, now),
    lastNote: note && { ...note, text: note.note },
  };
}
