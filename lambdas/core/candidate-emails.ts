import { calendarLinks } from './calendar.ts';
import { type Block, heading, lead, list, paragraph } from './content.ts';
import type { CandidateEmailKind } from './email.ts';
import { candidateFooter, type EmailContent, type EmailContext } from './email-content.ts';
import {
  answers,
  dateFor,
  dayLine,
  earliestDate,
  examFormat,
  fee,
  feeOfNewApplication,
  hello,
  howToBook,
  lastAttempt,
  onlyTheReminder,
  openMyPage,
  planAhead,
  todayOf,
  workingMeanwhile,
} from './email-parts.ts';
import { isLastFollowUp } from './email-rules.ts';
import { adviceFor } from './exam.ts';
import {
  applicationSteps,
  attemptsSoFar,
  commonQuestions,
  contentOutline,
  passingScore,
  planSource,
  studyTips,
} from './exam-content.ts';
import { latestAttempt } from './status.ts';
import { daysAfter } from './time.ts';

type Message = Omit<EmailContent, 'footer'>;
export type MessageKind = Exclude<CandidateEmailKind, 'staff-notice'>;

const messages: Record<MessageKind, (context: EmailContext) => Message> = {
  'study-plan': studyPlan,
  halfway,
  'week-to-go': weekToGo,
  reminder,
  'attempts-used': attemptsUsed,
  'exam-eve': examEve,
  'follow-up': followUp,
};

export function candidateEmail(kind: MessageKind, context: EmailContext): EmailContent {
  return { ...messages[kind](context), footer: candidateFooter(context) };
}

const chooseAnswer = 'Choose the answer that applies to you, and we’ll adjust your emails:';

function studyPlan(context: EmailContext): Message {
  const { candidate, exam, links } = context;
  const attempt = lastAttempt(candidate);
  const first = earliestDate(context);
  return {
    subject: 'Your date and your study plan',
    preheader: 'A date to remember and a plan for the days until then.',
    blocks: [
      lead(`You can retake the ${exam.name} exam on or after ${dateFor(first, context)}.`),
      ...dayLine(context),
      hello(
        context,
        `we’ve counted ${exam.waitDays} days from your exam on ${dateFor(attempt.date, context)}. When the day comes, we’ll email you in the morning.`,
      ),
      paragraph(
        'To put the date and your practice tests on your calendar, open the attached file. These links add just the date:',
      ),
      list(calendarLinks(first, exam)),
      heading('Your plan until then'),
      ...planAhead(context),
      paragraph(planSource),
      heading('How to study this time'),
      ...studyTips(attempt.lowestAreas, exam),
      ...examFormat(exam),
      ...fee(context),
      heading('Your attempts'),
      paragraph(attemptsSoFar(attempt, exam)),
      passingScore(exam),
      ...workingMeanwhile(exam),
      openMyPage(links),
    ],
  };
}

function halfway(context: EmailContext): Message {
  const { exam, links } = context;
  const date = dateFor(earliestDate(context), context);
  return {
    subject: 'Your plan for the days ahead',
    preheader: 'You’re halfway to your date. Here’s what comes next.',
    blocks: [
      lead(`You’re halfway to ${date}, the first day you can retake the ${exam.name} exam.`),
      ...dayLine(context),
      hello(context, 'here’s your study plan for the days until then.'),
      ...planAhead(context),
      contentOutline(exam),
      openMyPage(links),
      ...onlyTheReminder(links, 'If you’d rather not hear from us until that day, just say so:'),
    ],
  };
}

function weekToGo(context: EmailContext): Message {
  const { exam, links } = context;
  const date = dateFor(earliestDate(context), context);
  return {
    subject: 'Your date is coming up',
    preheader: 'What to check now and what’s left of your plan.',
    blocks: [
      lead(`Starting ${date}, you can retake the ${exam.name} exam.`),
      ...dayLine(context),
      hello(context, `now’s a good time to get your booking started. ${exam.applyEarly}`),
      heading('What to do now'),
      list(exam.booking, true),
      applicationSteps(exam),
      heading('Your plan until then'),
      ...planAhead(context),
      openMyPage(links),
      ...onlyTheReminder(
        links,
        'This is the last study email before your reminder. If you don’t want study emails after a later attempt, let us know:',
      ),
    ],
  };
}

function reminder(context: EmailContext): Message {
  const { candidate, exam, links, examOn } = context;
  const attempt = latestAttempt(candidate);
  const { lowestAreas } = lastAttempt(candidate);
  return {
    subject: attempt ? 'Your wait is over' : `Your ${exam.waitDays}-day wait is over`,
    preheader: 'What you can do now and what it costs.',
    blocks: [
      ...(attempt ? canRetake(context) : canTakeAgain(context)),
      ...(examOn ? [openMyPage(links)] : howToBook(exam, (attempt ? exam : exam.newApplication).booking)),
      ...(attempt ? fee(context) : feeOfNewApplication(exam)),
      heading(examOn ? 'Until your exam' : 'If you’re still studying'),
      list(exam.briefTips.map((tip) => adviceFor(exam, lowestAreas, tip))),
      heading('Your attempts'),
      paragraph(
        attempt
          ? attemptsSoFar(attempt, exam)
          : `You have ${exam.attemptsPerApplication} attempts on your new application.`,
      ),
      passingScore(exam),
      heading('Tell us how it’s going'),
      paragraph(chooseAnswer),
      answers(context, ['booked', 'passed', 'new-result']),
    ],
  };
}

function canRetake(context: EmailContext): Block[] {
  const { exam, examOn } = context;
  const first = earliestDate(context);
  const date = dateFor(first, context);
  return [
    lead(
      first === todayOf(context)
        ? `Starting today, ${date}, you can retake the ${exam.name} exam.`
        : `Your wait to retake the ${exam.name} exam ended on ${date}.`,
    ),
    ...dayLine(context),
    hello(
      context,
      examOn
        ? `we have your exam down for ${dateFor(examOn, context)}. If that changes, enter the new date on your page.`
        : 'check when your testing period ends and book your exam for a date before then.',
    ),
  ];
}

/** To those with a new application and no attempt on it yet. */
function canTakeAgain(context: EmailContext): Block[] {
  const { exam } = context;
  const first = earliestDate(context);
  const ends = first === todayOf(context) ? 'ends today,' : 'ended on';
  return [
    lead(`Your ${exam.waitDays}-day wait ${ends} ${dateFor(first, context)}.`),
    ...dayLine(context),
    hello(
      context,
      `before you can take the ${exam.name} exam again, ${exam.body.name} has to approve your new application and give you a new eligibility period.`,
    ),
  ];
}

function attemptsUsed(context: EmailContext): Message {
  const { candidate, exam, links, sender } = context;
  const { ends, needs, advice } = exam.newApplication;
  const date = dateFor(lastAttempt(candidate).date, context);
  return {
    subject: 'What comes next for you',
    preheader: 'Where you stand and what you can still do.',
    blocks: [
      lead(`With your exam on ${date}, you’ve used all ${exam.attemptsPerApplication} attempts on your application.`),
      hello(context, `we know this isn’t what you hoped for. ${ends} You can still apply again.`),
      heading(`To take the ${exam.name} exam again, you need`),
      list(needs),
      paragraph({ strong: advice }),
      paragraph(commonQuestions(exam)),
      ...workingMeanwhile(exam),
      heading('Once you’ve applied again'),
      paragraph('Tell us on your page, and we’ll start counting your attempts from one again.'),
      openMyPage(links),
      heading('If you’d like to talk it over'),
      paragraph(`Just reply to this email. Your reply goes straight to the staff at ${sender.organization}.`),
    ],
  };
}

function examEve(context: EmailContext): Message {
  const { exam } = context;
  const tomorrow = dateFor(daysAfter(todayOf(context), 1), context);
  return {
    subject: 'Tomorrow’s the day',
    preheader: 'A short list for today.',
    blocks: [
      lead(`Your ${exam.name} exam is tomorrow, ${tomorrow}.`),
      hello(context, 'you don’t need to learn anything new today. Here’s what helps:'),
      list(exam.dayBefore),
      ...examFormat(exam),
      heading('Afterward, tell us how it went'),
      paragraph(chooseAnswer),
      answers(context, ['passed', 'new-result']),
    ],
  };
}

/** Asks for the result, after a booked exam or when nothing was heard for a while. */
function followUp(context: EmailContext): Message {
  const { candidate, exam, examOn } = context;
  const isLast = isLastFollowUp(candidate, exam);
  return {
    subject: 'How are things going?',
    preheader: 'One quick answer, and we’ll adjust your emails.',
    blocks: [
      lead(
        examOn
          ? `Your ${exam.name} exam was booked for ${dateFor(examOn, context)}. How did it go?`
          : latestAttempt(candidate)
            ? `Your wait to retake the ${exam.name} exam ended on ${dateFor(earliestDate(context), context)}. How are things going?`
            : `Has ${exam.body.name} approved your new application for the ${exam.name} exam?`,
      ),
      hello(context, 'let us know where things stand:'),
      answers(context, ['passed', 'new-result', 'booked', ...(isLast ? [] : ['not-yet' as const])]),
      paragraph(
        isLast
          ? 'This is the last time we’ll ask, but your page stays open. If you haven’t taken it yet, tell us your result there once you have it.'
          : 'If you haven’t taken it yet, we’ll check back with you later.',
      ),
    ],
  };
}
