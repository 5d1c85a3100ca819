import { calendarLinks } from './calendar.ts';
import { type Block, button, heading, lead, list, paragraph } from './content.ts';
import type { CandidateEmailKind } from './email.ts';
import { candidateFooter, type EmailContent, type EmailContext } from './email-content.ts';
import {
  answers,
  examFormat,
  fee,
  feeOfNewApplication,
  hello,
  onlyTheReminder,
  opening,
  openMyPage,
  planAhead,
  type Reader,
  readerOf,
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
import { daysAfter } from './time.ts';

type Message = Omit<EmailContent, 'footer'>;
export type MessageKind = Exclude<CandidateEmailKind, 'staff-notice'>;

export function candidateEmail(kind: MessageKind, context: EmailContext): EmailContent {
  return { ...messages[kind](readerOf(context)), footer: candidateFooter(context) };
}

const chooseAnswer = 'Choose the answer that applies to you, and we’ll adjust your emails:';

const messages: Record<MessageKind, (reader: Reader) => Message> = {
  'study-plan'(reader) {
    const { exam, links, attempt, first, dated } = reader;
    return {
      subject: 'Your date and your study plan',
      preheader: 'A date to remember and a plan for the days until then.',
      blocks: [
        ...opening(
          reader,
          `You can retake the ${exam.name} exam on or after ${dated(first)}.`,
          `we’ve counted ${exam.waitDays} days from your exam on ${dated(attempt.date)}. When the day comes, we’ll email you in the morning.`,
        ),
        paragraph(
          'To put the date and your practice tests on your calendar, open the attached file. These links add just the date:',
        ),
        list(calendarLinks(first, exam)),
        heading('Your plan until then'),
        ...planAhead(reader),
        paragraph(planSource),
        heading('How to study this time'),
        ...studyTips(attempt.lowestAreas, exam),
        ...examFormat(exam),
        ...fee(reader),
        heading('Your attempts'),
        paragraph(attemptsSoFar(attempt, exam)),
        passingScore(exam),
        ...workingMeanwhile(exam),
        openMyPage(links),
      ],
    };
  },

  halfway(reader) {
    const { exam, links, first, dated } = reader;
    return {
      subject: 'Your plan for the days ahead',
      preheader: 'You’re halfway to your date. Here’s what comes next.',
      blocks: [
        ...opening(
          reader,
          `You’re halfway to ${dated(first)}, the first day you can retake the ${exam.name} exam.`,
          'here’s your study plan for the days until then.',
        ),
        ...planAhead(reader),
        contentOutline(exam),
        openMyPage(links),
        ...onlyTheReminder(links, 'If you’d rather not hear from us until that day, just say so:'),
      ],
    };
  },

  'week-to-go'(reader) {
    const { exam, links, first, dated } = reader;
    return {
      subject: 'Your date is coming up',
      preheader: 'What to check now and what’s left of your plan.',
      blocks: [
        ...opening(
          reader,
          `Starting ${dated(first)}, you can retake the ${exam.name} exam.`,
          `now’s a good time to get your booking started. ${exam.applyEarly}`,
        ),
        heading('What to do now'),
        list(exam.booking, true),
        applicationSteps(exam),
        heading('Your plan until then'),
        ...planAhead(reader),
        openMyPage(links),
        ...onlyTheReminder(
          links,
          'This is the last study email before your reminder. If you’d rather get only reminders from now on, let us know:',
        ),
      ],
    };
  },

  reminder(reader) {
    const { exam, links, examOn, attempt, isOnNewApplication } = reader;
    const { attemptsPerApplication, body, newApplication } = exam;
    const booking = [
      heading('How to book'),
      list(isOnNewApplication ? newApplication.booking : exam.booking, true),
      button(`Go to ${body.name}’s application steps`, exam.links.application),
    ];
    return {
      subject: `Your ${exam.waitDays}-day wait is over`,
      preheader: 'What you can do now and what it costs.',
      blocks: [
        ...(isOnNewApplication ? canTakeAgain(reader) : canRetake(reader)),
        ...(examOn ? [openMyPage(links)] : booking),
        ...(isOnNewApplication ? feeOfNewApplication : fee)(reader),
        heading(examOn ? 'Until your exam' : 'If you’re still studying'),
        list(exam.briefTips.map((tip) => adviceFor(exam, attempt.lowestAreas, tip))),
        heading('Your attempts'),
        paragraph(
          isOnNewApplication
            ? `You have ${attemptsPerApplication} attempts on your new application.`
            : attemptsSoFar(attempt, exam),
        ),
        passingScore(exam),
        heading('Tell us how it’s going'),
        paragraph(chooseAnswer),
        answers(reader, ['booked', 'passed', 'new-result']),
      ],
    };
  },

  'attempts-used'(reader) {
    const { exam, links, sender, attempt, dated } = reader;
    const { ends, needs, advice } = exam.newApplication;
    return {
      subject: 'What comes next for you',
      preheader: 'Where you stand and what you can still do.',
      blocks: [
        lead(
          `With your exam on ${dated(attempt.date)}, you’ve used all ${exam.attemptsPerApplication} attempts on your application.`,
        ),
        hello(reader, `we know this isn’t what you hoped for. ${ends} You can still apply again.`),
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
  },

  'exam-eve'(reader) {
    const { exam, today, dated } = reader;
    return {
      subject: 'Tomorrow’s the day',
      preheader: 'A short list for today.',
      blocks: [
        lead(`Your ${exam.name} exam is tomorrow, ${dated(daysAfter(today, 1))}.`),
        hello(reader, 'you don’t need to learn anything new today. Here’s what helps:'),
        list(exam.dayBefore),
        ...examFormat(exam),
        heading('Afterward, tell us how it went'),
        paragraph(chooseAnswer),
        answers(reader, ['passed', 'new-result']),
      ],
    };
  },

  /** Asks for the result, after a booked exam or when nothing was heard for a while. */
  'follow-up'(reader) {
    const { candidate, exam, examOn, isOnNewApplication, first, dated } = reader;
    const isLast = isLastFollowUp(candidate, exam);
    const since = isOnNewApplication
      ? `Has ${exam.body.name} approved your new application for the ${exam.name} exam?`
      : `Your wait to retake the ${exam.name} exam ended on ${dated(first)}. How are things going?`;
    return {
      subject: 'How are things going?',
      preheader: 'One quick answer, and we’ll adjust your emails.',
      blocks: [
        lead(examOn ? `Your ${exam.name} exam was booked for ${dated(examOn)}. How did it go?` : since),
        hello(reader, 'let us know where things stand:'),
        answers(reader, ['passed', 'new-result', 'booked', ...(isLast ? [] : ['not-yet' as const])]),
        paragraph(
          isLast
            ? 'This is the last time we’ll ask, but your page stays open. If you haven’t taken the exam yet, tell us there how it went once you know.'
            : 'If you haven’t taken it yet, we’ll check back with you later.',
        ),
      ],
    };
  },
};

function canRetake(reader: Reader): Block[] {
  const { exam, examOn, today, first, dated } = reader;
  return opening(
    reader,
    first === today
      ? `Starting today, ${dated(first)}, you can retake the ${exam.name} exam.`
      : `Your wait to retake the ${exam.name} exam ended on ${dated(first)}.`,
    examOn
      ? `we have your exam down for ${dated(examOn)}. If that changes, enter the new date on your page.`
      : 'check when your testing period ends and book your exam for a date before then.',
  );
}

function canTakeAgain(reader: Reader): Block[] {
  const { exam, today, first, dated } = reader;
  const ends = first === today ? 'ends today,' : 'ended on';
  return opening(
    reader,
    `Your ${exam.waitDays}-day wait ${ends} ${dated(first)}.`,
    `before you can take the ${exam.name} exam again, ${exam.body.name} has to approve your new application and give you a new eligibility period.`,
  );
}
