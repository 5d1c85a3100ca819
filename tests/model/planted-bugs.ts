import { type Mutation, one } from '../support/planting.ts';

const actions = 'lambdas/core/actions.ts';
const attempts = 'lambdas/core/attempts.ts';
const booking = 'lambdas/core/booking.ts';
const email = 'lambdas/core/email.ts';
const emailRules = 'lambdas/core/email-rules.ts';
const preferences = 'lambdas/core/email-preferences.ts';
const schedule = 'lambdas/core/email-schedule.ts';
const status = 'lambdas/core/status.ts';

/** Small slips of the rules, each of which the model finds within seconds. */
export const mutations: Mutation[] = [
  one('13 days for a reminder', 'a reminder is skipped a day too soon', emailRules, {
    from: 'daysOfGrace: 14,\n    whenPast(candidate, _rules',
    to: 'daysOfGrace: 13,\n    whenPast(candidate, _rules',
  }),
  one('13 days for a follow-up', 'the question how it went is skipped a day too soon', emailRules, {
    from: 'daysOfGrace: 14,\n    whenPast(candidate, {',
    to: 'daysOfGrace: 13,\n    whenPast(candidate, {',
  }),
  one('8 days to undo', 'an entry can be taken back a day too long', attempts, {
    from: 'const undoDays = 7;',
    to: 'const undoDays = 8;',
  }),
  one('after the retake date', 'on the retake date itself the candidate still waits', status, {
    from: "dateIn(candidate.timeZone, now) < date ? 'waiting'",
    to: "dateIn(candidate.timeZone, now) <= date ? 'waiting'",
  }),
  one('no booking on the retake date', 'the first day to book is the day after', booking, {
    from: 'if (examDate < earliest)',
    to: 'if (examDate <= earliest)',
  }),
  one('31 days apart', 'two attempts exactly 30 days apart are refused', attempts, {
    from: 'if (date >= first) return undefined;',
    to: 'if (date > first) return undefined;',
  }),
  one('held back for good', 'what was held back is not queued again on resubscribing', preferences, {
    from: "withSchedule({ ...candidate, emailState: 'active' }, rules, now)",
    to: "{ ...candidate, emailState: 'active' }",
  }),
  one('resent to who passed', 'staff can send again what a candidate who passed had got', schedule, {
    from: '  if (reason) return { refused: reason };\n',
    to: "  if (reason && reason !== 'passed') return { refused: reason };\n",
  }),
  one('zone ignored', 'the reminder of who moves stays at its old hour', actions, {
    from: 'withSchedule({ ...candidate, ...action.details }, rules, now)',
    to: '{ ...candidate, ...action.details }',
  }),
  one('wait a day short', 'the retake date is 29 days after the attempt', status, {
    from: 'daysAfter(attempt.date, exam.waitDays)',
    to: 'daysAfter(attempt.date, exam.waitDays - 1)',
  }),
  one('no reminder', 'a recorded attempt schedules no email', attempts, {
    from: 'withSchedule(withoutRefusedAttempt(recorded), rules, now)',
    to: 'withoutRefusedAttempt(recorded)',
  }),
  one('check-in at once', 'a check-in whose moment is past goes out at once', emailRules, {
    from: 'whenPast: () => undefined,',
    to: 'whenPast: (_candidate, _rules, now) => now,',
  }),
  one('check-in unwanted', 'a check-in goes out to who switched them off', emailRules, {
    from: '!candidate.checkIns || attempt === undefined',
    to: 'attempt === undefined',
  }),
  one('check-in after the wait', 'staff can resend a check-in when the wait is over', emailRules, {
    from: 'dueAt, notAfter: momentAt(first, 0, timeZone) }',
    to: 'dueAt }',
  }),
  one('check-in on top', 'a check-in goes out on the day of another email', emailRules, {
    from: 'email.resendOf === undefined && hasWrittenToday(candidate, email, now)',
    to: 'hasWrittenToday(candidate, email, now) && false',
  }),
  one('booking unheeded', 'a booked date brings no email', actions, {
    from: 'candidate: withSchedule(result.candidate, rules, now)',
    to: 'candidate: result.candidate',
  }),
  one('booking kept', 'a date booked before the latest attempt still counts', booking, {
    from: 'nextExam?.saidAfter === latestEntryAt(candidate) ? nextExam : undefined',
    to: 'nextExam',
  }),
  one('eve too late', 'the email for the evening before goes out on the exam’s day', emailRules, {
    from: 'dueAt, notAfter: momentAt(date, 0, timeZone) }',
    to: 'dueAt }',
  }),
  one('reminded on the eve', 'a reminder goes out though the exam is at hand', emailRules, {
    from: "? 'exam-ahead' : undefined",
    to: '? undefined : undefined',
  }),
  {
    name: 'reminder lost',
    standsFor: 'a waiting reminder whose moment a move puts into the past leaves the record',
    edits: [
      { file: email, from: 'isPending(email) && !keys.has(email.key)', to: "email.key === ''" },
      { file: emailRules, from: 'return queued || isFirst ? now', to: 'return isFirst ? now' },
      {
        file: schedule,
        from: "existing ? skip(emails, key, 'too-late', now) : emails",
        to: "kind === 'reminder' ? emails.filter((one) => one !== existing) : emails",
      },
    ],
  },
];
