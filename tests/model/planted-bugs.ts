import { bugsIn, type PlantedBug } from '../support/planting.ts';

/** Small slips of the rules, each of which the model finds within seconds. */
export const plantedBugs: PlantedBug[] = [
  ...bugsIn('lambdas/core/email-rules.ts', {
    'a reminder is skipped a day too soon': [
      'daysOfGrace: 14,\n    whenPast(candidate, _rules',
      'daysOfGrace: 13,\n    whenPast(candidate, _rules',
    ],
    'the question how it went is skipped a day too soon': [
      'daysOfGrace: 14,\n    whenPast(candidate, {',
      'daysOfGrace: 13,\n    whenPast(candidate, {',
    ],
    'a check-in whose moment is past goes out at once': [
      'whenPast: () => undefined,',
      'whenPast: (_candidate, _rules, now) => now,',
    ],
    'a check-in goes out to who switched them off': ['!candidate.checkIns || attempt ===', 'attempt ==='],
    'staff can resend a check-in when the wait is over': [', endsOn: first }', ' }'],
    'a check-in goes out on the day of another email': ['hasWrittenToday(candidate, email, now) ?', 'false ?'],
    'the email for the evening before goes out on the exam’s day': [', endsOn: date }', ' }'],
    'a reminder goes out though the exam is at hand': ["? 'exam-ahead' : undefined", '? undefined : undefined'],
  }),
  ...bugsIn('lambdas/core/attempts.ts', {
    'an entry can be taken back a day too long': ['const undoDays = 7;', 'const undoDays = 8;'],
    'two attempts exactly 30 days apart are refused': ['if (date >= first)', 'if (date > first)'],
    'a recorded attempt schedules no email': [
      'withSchedule(withoutRefusedAttempt(recorded), rules, now)',
      'withoutRefusedAttempt(recorded)',
    ],
  }),
  ...bugsIn('lambdas/core/status.ts', {
    'on the retake date itself the candidate still waits': [
      "dateIn(candidate.timeZone, now) < date ? 'waiting'",
      "dateIn(candidate.timeZone, now) <= date ? 'waiting'",
    ],
    'the retake date is 29 days after the attempt': [
      'attempt.date, exam.waitDays)',
      'attempt.date, exam.waitDays - 1)',
    ],
  }),
  ...bugsIn('lambdas/core/booking.ts', {
    'the first day to book is the day after the retake date': ['if (examDate < earliest)', 'if (examDate <= earliest)'],
    'a date booked before the latest attempt still counts': [
      'nextExam?.saidAfter === latestEntryAt(candidate) ? nextExam : undefined',
      'nextExam',
    ],
  }),
  ...bugsIn('lambdas/core/email-preferences.ts', {
    'what was held back is not queued again on resubscribing': [
      "withSchedule({ ...candidate, emailState: 'active' }, rules, now)",
      "{ ...candidate, emailState: 'active' }",
    ],
  }),
  ...bugsIn('lambdas/core/email-schedule.ts', {
    'staff can send again what a candidate who passed had got': [
      '  if (reason) return { refused: reason };\n',
      "  if (reason && reason !== 'passed') return { refused: reason };\n",
    ],
  }),
  ...bugsIn('lambdas/core/actions.ts', {
    'the reminder of who moves stays at its old hour': [
      'withSchedule({ ...candidate, ...action.details }, rules, now)',
      '{ ...candidate, ...action.details }',
    ],
    'a booked date brings no email': ['withSchedule(result.candidate, rules, now)', 'result.candidate'],
  }),
  {
    name: 'a waiting reminder whose moment a move puts into the past leaves the record',
    edits: {
      'lambdas/core/email.ts': ['isPending(email) && !keys.has(email.key)', "email.key === ''"],
      'lambdas/core/email-rules.ts': ['return queued || isFirst ? now', 'return isFirst ? now'],
      'lambdas/core/email-schedule.ts': [
        "existing ? skip(emails, key, 'too-late', now) : emails",
        "kind === 'reminder' ? emails.filter((one) => one !== existing) : emails",
      ],
    },
  },
];
