import { calendarLinks } from '../../core/calendar.ts';
import { type Block, lead, list, paragraph, waitLine } from '../../core/content.ts';
import type { Exam } from '../../core/exam.ts';
import { applicationSteps, commonQuestions, passingScore } from '../../core/exam-content.ts';
import { type CalendarDate, daysBetween, formatDate } from '../../core/time.ts';
import { daysToGo } from '../components/day-line.tsx';
import { Content } from '../components/page-content.tsx';
import type { MyPageProps } from './my-page.tsx';

export const myPageTitle = 'Where you stand';

export function MyStatus(props: MyPageProps) {
  return (
    <section>
      <p class="greeting">Hello, {props.candidate.name}</p>
      <h1>{myPageTitle}</h1>
      <Content blocks={statusBlocks(props)} />
    </section>
  );
}

function statusBlocks(props: MyPageProps): Block[] {
  const { exam, organization, status, booked, retakeOn } = props;
  if (booked !== undefined) return booking(props, booked);
  if (retakeOn !== undefined) return status === 'waiting' ? waiting(props, retakeOn) : canRetake(props, retakeOn);
  if (status === 'passed') return passed(exam, organization);
  return status === 'attempts-used' ? attemptsUsed(exam) : noAttempt;
}

function booking({ token, today }: MyPageProps, date: CalendarDate): Block[] {
  const days = daysBetween(today, date);
  return [
    paragraph(days < 0 ? 'Your exam was on' : days === 0 ? 'Your exam is today' : 'Your exam is on'),
    lead(formatDate(date)),
    ...(days > 0
      ? [paragraph({ strong: daysToGo(days) }), toCalendar('exam', token)]
      : [paragraph('Tell us below how it went, once you know.')]),
  ];
}

function waiting({ exam, token, today, attempt }: MyPageProps, date: CalendarDate): Block[] {
  return [
    paragraph(
      attempt
        ? `You can retake the ${exam.name} exam on or after`
        : `The earliest you could take the ${exam.name} exam is`,
    ),
    lead(formatDate(date)),
    waitLine(exam.waitDays, daysBetween(today, date)),
    ...(attempt ? [] : [onNewApplication(exam)]),
    toCalendar('retake', token),
    ...calendarLinks(date, exam).map((link) => paragraph(link)),
  ];
}

function canRetake({ exam, attempt }: MyPageProps, date: CalendarDate): Block[] {
  return [
    lead(`Your ${exam.waitDays}-day wait is over`),
    waitLine(exam.waitDays, 0),
    paragraph(`It ended on ${formatDate(date)}.`),
    ...(attempt ? [] : [onNewApplication(exam)]),
    paragraph('Here’s how to book your exam:'),
    list((attempt ? exam : exam.newApplication).booking, true),
    applicationSteps(exam),
  ];
}

function toCalendar(file: 'retake' | 'exam', token: string): Block {
  return paragraph({ text: 'Add the date to my calendar', href: `/my/${file}.ics?token=${token}` });
}

/** What differs as long as the current application has no attempt. */
function onNewApplication({ body, attemptsPerApplication }: Exam): Block {
  return paragraph(
    `Before you can take the exam again, ${body.name} has to approve your new application. It gives you up to ${attemptsPerApplication} attempts. If you haven’t paid its fee yet, ask ${body.name} for the amount first. It’s separate from the retake fee.`,
  );
}

function attemptsUsed(exam: Exam): Block[] {
  const { ends, needs, advice } = exam.newApplication;
  return [
    lead(`You’ve used all ${exam.attemptsPerApplication} attempts`),
    paragraph(`${ends} You can still apply again. You’ll need:`),
    list(needs),
    paragraph({ strong: advice }),
    paragraph(exam.workingWithout),
    paragraph(commonQuestions(exam)),
    passingScore(exam),
  ];
}

function passed(exam: Exam, organization: string): Block[] {
  return [
    lead('You passed. Congratulations.'),
    paragraph(`Everyone at ${organization} is happy for you. What you can do next:`),
    list([
      'Let your employer know. Most employers strongly prefer or require certification.',
      ['If you have questions about your certification, see ', commonQuestions(exam), '.'],
    ]),
  ];
}

const noAttempt = [
  lead('When did you take the exam?'),
  paragraph('Tell us when you took the exam, and we’ll work out when you can take it again.'),
];
