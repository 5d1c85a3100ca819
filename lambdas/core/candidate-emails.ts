import { calendarLinks } from './calendar.ts';
import type { CandidateEmailKind } from './email.ts';
import {
  type Block,
  candidateFooter,
  type EmailContent,
  type EmailContext,
  heading,
  lead,
  list,
  paragraph,
} from './email-content.ts';
import {
  answers,
  booked,
  contentOutline,
  earliestDate,
  fee,
  feeOfNewApplication,
  howToBook,
  isToday,
  lastAttempt,
  onlyTheReminder,
  openMyPage,
  passingScore,
  planAhead,
  studyTips,
} from './email-parts.ts';
import { adviceFor } from './exam.ts';
import { attemptsSoFar, formatSentence, planSource } from './exam-sentences.ts';
import { firstDateAfter, latestAttempt } from './status.ts';
import { dateIn, daysAfter, formatDate } from './time.ts';

/** What each email to a candidate says. */
export const candidateEmails = {
  'study-plan': studyPlanEmail,
  halfway: halfwayEmail,
  'week-to-go': weekToGoEmail,
  reminder: reminderEmail,
  'attempts-used': attemptsUsedEmail,
  'exam-eve': examEveEmail,
  'follow-up': followUpEmail,
} satisfies Record<Exclude<CandidateEmailKind, 'staff-notice'>, (context: EmailContext) => EmailContent>;

/** Sent as soon as an attempt is recorded while the wait is still running. */
function studyPlanEmail(context: EmailContext): EmailContent {
  const { candidate, exam, links } = context;
  const attempt = lastAttempt(candidate);
  const first = firstDateAfter(attempt, exam);
  return {
    subject: 'Your date and your study plan',
    preheader: 'A date to remember, and how to use the time until then.',
    blocks: [
      lead(`You can retake the ${exam.name} exam on or after ${formatDate(first)}.`),
      paragraph(
        `Hello ${candidate.name}, that’s ${exam.waitDays} days after your attempt on ${formatDate(attempt.date)}. We’ll write to you that morning. The attached file puts the date and your practice tests on your calendar.`,
      ),
      ...calendarLinks(first, exam).map((link) => paragraph(link)),
      heading('Your plan until then'),
      ...planAhead(context),
      paragraph(planSource),
      ...studyTips(attempt, exam),
      heading('What the exam looks like'),
      paragraph(formatSentence(exam)),
      ...fee(context),
      heading('Your attempts'),
      paragraph(attemptsSoFar(attempt, exam)),
      passingScore(exam),
      heading('Working in the meantime'),
      paragraph(exam.workingWithout),
      openMyPage(links),
    ],
    footer: candidateFooter(context),
  };
}

/** Sent in the middle of the wait, to those who asked for check-ins. */
function halfwayEmail(context: EmailContext): EmailContent {
  const { candidate, exam, links } = context;
  const date = formatDate(earliestDate(context));
  return {
    subject: 'Your plan for the days ahead',
    preheader: 'You’re halfway to your date. Here’s what comes next.',
    blocks: [
      lead(`You’re halfway to ${date}, your earliest date for the ${exam.name} exam.`),
      paragraph(`Hello ${candidate.name}, here’s what your study plan has for the days until then.`),
      ...planAhead(context),
      contentOutline(exam),
      openMyPage(links),
      ...onlyTheReminder(links),
    ],
    footer: candidateFooter(context),
  };
}

/** Sent a week before the retake date, to those who asked for check-ins. */
function weekToGoEmail(context: EmailContext): EmailContent {
  const { candidate, exam, links } = context;
  const date = formatDate(earliestDate(context));
  return {
    subject: 'Your date is coming up',
    preheader: 'What’s left of your plan, and what to check now.',
    blocks: [
      lead(`Your earliest date for the ${exam.name} exam is ${date}.`),
      paragraph(`Hello ${candidate.name}, now is a good time to get your booking under way. ${exam.applyEarly}`),
      heading('What to do now'),
      list(exam.booking, true),
      paragraph({
        text: `${exam.body.name}’s application steps`,
        href: exam.links.application,
      }),
      heading('Your plan until then'),
      ...planAhead(context),
      openMyPage(links),
      ...onlyTheReminder(links),
    ],
    footer: candidateFooter(context),
  };
}

/** Sent on the morning of the retake date, or immediately if that moment has passed. */
function reminderEmail(context: EmailContext): EmailContent {
  const { candidate, exam, links, examOn } = context;
  const attempt = latestAttempt(candidate);
  const { lowestAreas } = lastAttempt(candidate);
  return {
    subject: 'Your date is here',
    preheader: 'What you can do from now on, and what it costs.',
    blocks: [
      ...(attempt ? canRetake(context) : canTakeAgain(context)),
      ...(examOn ? booked(examOn, links) : howToBook(exam)),
      ...(attempt ? fee(context) : feeOfNewApplication(exam)),
      heading('What helps now'),
      list(exam.briefTips.map((tip) => adviceFor(exam, lowestAreas, tip))),
      heading('Your attempts'),
      paragraph(
        attempt
          ? attemptsSoFar(attempt, exam)
          : `You have ${exam.attemptsPerApplication} attempts on your new application.`,
      ),
      passingScore(exam),
      heading('Tell us how it’s going'),
      paragraph('That way, we’ll only send you what helps:'),
      answers(context, ['booked', 'passed', 'new-result']),
    ],
    footer: candidateFooter(context),
  };
}

function canRetake(context: EmailContext): Block[] {
  const { candidate, exam, examOn } = context;
  const first = earliestDate(context);
  const date = formatDate(first);
  return [
    lead(
      isToday(first, context)
        ? `From today, ${date}, you can retake the ${exam.name} exam.`
        : `You’ve been able to retake the ${exam.name} exam since ${date}.`,
    ),
    paragraph(
      `Hello ${candidate.name}, the ${exam.waitDays} days are over.`,
      examOn ? '' : ' There’s no rush: book when you feel ready.',
    ),
  ];
}

/** To those with a new application and no attempt on it yet. */
function canTakeAgain(context: EmailContext): Block[] {
  const { candidate, exam } = context;
  const first = earliestDate(context);
  const date = formatDate(first);
  const over = `the ${exam.waitDays} days after your last attempt`;
  return [
    lead(isToday(first, context) ? `As of today, ${date}, ${over} are over.` : `On ${date}, ${over} ended.`),
    paragraph(
      `Hello ${candidate.name}, you can take the ${exam.name} exam again as soon as ${exam.body.name} has accepted your new application.`,
    ),
  ];
}

/** Sent as soon as the last attempt on an application is recorded. */
function attemptsUsedEmail(context: EmailContext): EmailContent {
  const { candidate, exam, links, sender } = context;
  const { ends, needs, advice } = exam.newApplication;
  return {
    subject: 'What comes next for you',
    preheader: 'Where you stand, and what you can still do.',
    blocks: [
      lead(
        `With the exam on ${formatDate(lastAttempt(candidate).date)}, you’ve used all ${exam.attemptsPerApplication} attempts on your application.`,
      ),
      paragraph(`Hello ${candidate.name}, we’re sorry. ${ends} You can still apply again.`),
      heading(`To take the ${exam.name} exam again, you need`),
      list(needs),
      paragraph({ strong: advice }),
      paragraph({
        text: `${exam.body.name}’s answers to common questions`,
        href: exam.links.questions,
      }),
      heading('Working in the meantime'),
      paragraph(exam.workingWithout),
      heading('When you’ve applied again'),
      paragraph('Start a new application on your page, and we’ll count from one again.'),
      openMyPage(links),
      heading('If you’d like to talk it over'),
      paragraph(`Just reply. Your email goes straight to the staff of ${sender.organization}.`),
    ],
    footer: candidateFooter(context),
  };
}

/** Sent on the day before a booked exam. */
function examEveEmail(context: EmailContext): EmailContent {
  const { candidate, exam, now } = context;
  const tomorrow = daysAfter(dateIn(candidate.timeZone, now), 1);
  return {
    subject: 'Tomorrow’s the day',
    preheader: 'A short list for today.',
    blocks: [
      lead(`Your ${exam.name} exam is tomorrow, ${formatDate(tomorrow)}.`),
      paragraph(`Hello ${candidate.name}, you don’t need to learn anything new today.`),
      list(exam.dayBefore),
      heading('What the exam looks like'),
      paragraph(formatSentence(exam)),
      heading('Afterward, tell us how it went'),
      paragraph('That way, we’ll only send you what helps:'),
      answers(context, ['passed', 'new-result']),
    ],
    footer: candidateFooter(context),
  };
}

/** Asks for the result, after a booked exam or when nothing was heard for a while. */
function followUpEmail(context: EmailContext): EmailContent {
  const { candidate, exam, examOn } = context;
  const since = formatDate(earliestDate(context));
  return {
    subject: 'How are things going?',
    preheader: 'One quick answer, and we’ll send only what fits.',
    blocks: [
      lead(
        examOn
          ? `Your ${exam.name} exam was booked for ${formatDate(examOn)}. How did it go?`
          : latestAttempt(candidate)
            ? `You’ve been able to retake the ${exam.name} exam since ${since}. How are things going?`
            : `Has ${exam.body.name} accepted your new application for the ${exam.name} exam?`,
      ),
      paragraph(`Hello ${candidate.name}, choose what fits, and we’ll take it from there:`),
      answers(context, ['passed', 'new-result', 'booked', 'not-yet']),
      paragraph('If the answer is “not yet,” we’ll ask again later.'),
    ],
    footer: candidateFooter(context),
  };
}
