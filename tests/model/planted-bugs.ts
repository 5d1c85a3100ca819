import { type Mutation, one } from '../support/planting.ts';

const attempts = 'lambdas/core/attempts.ts';
const booking = 'lambdas/core/booking.ts';
const email = 'lambdas/core/email.ts';
const emailRules = 'lambdas/core/email-rules.ts';
const preferences = 'lambdas/core/email-preferences.ts';
const schedule = 'lambdas/core/email-schedule.ts';

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
  one('after the retake date', 'on the retake date itself the candidate still waits', 'lambdas/core/status.ts', {
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
  one('zone ignored', 'the reminder of who moves stays at its old hour', 'lambdas/core/actions.ts', {
    from: 'withSchedule({ ...candidate, ...action.details }, rules, now)',
    to: '{ ...candidate, ...action.details }',
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
