import { bookedDate } from '../../core/booking.ts';
import { calendarLinks } from '../../core/calendar.ts';
import type { Exam } from '../../core/exam.ts';
import { confirmedStatusOf, latestAttempt, retakeDate } from '../../core/status.ts';
import { type CalendarDate, dateIn, daysBetween, formatDate } from '../../core/time.ts';
import { DayLine } from '../components/day-line.tsx';
import type { MyPageProps } from './my-page.tsx';

export const myPageTitle = 'Where you stand';

export function MyStatus(props: MyPageProps) {
  return (
    <section>
      <p class="greeting">Hello, {props.candidate.name}</p>
      <h1>{myPageTitle}</h1>
      <StatusContent {...props} />
    </section>
  );
}

function StatusContent(props: MyPageProps) {
  const { candidate, exam } = props;
  const booked = bookedDate(candidate, exam);
  if (booked !== undefined) return <Booked {...props} booked={booked} />;
  switch (confirmedStatusOf(candidate, exam, props.now)) {
    case 'waiting':
      return <Waiting {...props} />;
    case 'can-retake':
      return <CanRetake {...props} />;
    case 'attempts-used':
      return <AttemptsUsed {...props} />;
    case 'passed':
      return <Passed {...props} />;
    case 'no-attempt':
      return <NoAttempt />;
  }
}

function Booked({ candidate, token, now, booked }: MyPageProps & { booked: CalendarDate }) {
  const days = daysBetween(dateIn(candidate.timeZone, now), booked);
  return (
    <>
      <p>{days < 0 ? 'Your exam was on' : days === 0 ? 'Your exam is today' : 'Your exam is on'}</p>
      <p class="hero">{formatDate(booked)}</p>
      {days > 0 ? (
        <>
          <p>
            <strong>{daysToGo(days)}</strong>
          </p>
          <p>
            <a href={`/my/exam.ics?token=${token}`}>Add the date to my calendar</a>
          </p>
        </>
      ) : (
        <p>Tell us below how it went, once you know.</p>
      )}
    </>
  );
}

function Waiting(props: MyPageProps) {
  const { candidate, exam, token, now } = props;
  const date = retakeDate(candidate, exam);
  const days = date ? daysBetween(dateIn(candidate.timeZone, now), date) : 0;
  const done = Math.max(0, exam.waitDays - days);
  const file = { text: 'Add the date to my calendar', href: `/my/retake.ics?token=${token}` };
  const calendars = [file, ...(date ? calendarLinks(date, exam) : [])];
  return (
    <>
      <p>
        {latestAttempt(candidate)
          ? `You can retake the ${exam.name} exam on or after`
          : `The earliest you could take the ${exam.name} exam is`}
      </p>
      <p class="hero">{date && formatDate(date)}</p>
      <DayLine done={done} total={exam.waitDays} />
      <p class="ends">
        <span class="quiet">
          Day {done} of {exam.waitDays}
        </span>{' '}
        <strong>{daysToGo(days)}</strong>
      </p>
      <OnNewApplication {...props} />
      {calendars.map(({ text, href }) => (
        <p>
          <a href={href}>{text}</a>
        </p>
      ))}
    </>
  );
}

function daysToGo(days: number): string {
  return `${days === 1 ? '1 day' : `${days} days`} to go.`;
}

/** What differs as long as the current application has no attempt. */
function OnNewApplication({ candidate, exam }: MyPageProps) {
  if (latestAttempt(candidate)) return null;
  return (
    <p>
      First, {exam.body.name} has to approve your new application. The application gives you up to{' '}
      {exam.attemptsPerApplication} attempts. It has its own fee, separate from the retake fee, so ask {exam.body.name}{' '}
      for the amount before you pay.
    </p>
  );
}

function NoAttempt() {
  return (
    <>
      <p class="hero">When did you take the exam?</p>
      <p>Tell us when you took the exam, and we’ll work out when you can take it again.</p>
    </>
  );
}

function CanRetake(props: MyPageProps) {
  const { candidate, exam } = props;
  const date = retakeDate(candidate, exam);
  return (
    <>
      <p class="hero">Your {exam.waitDays}-day wait is over</p>
      <DayLine done={exam.waitDays} total={exam.waitDays} />
      <p>It ended on {date && formatDate(date)}.</p>
      <OnNewApplication {...props} />
      <p>Here’s how to book your exam:</p>
      <ol>
        {(latestAttempt(candidate) ? exam : exam.newApplication).booking.map((step) => (
          <li>{step}</li>
        ))}
      </ol>
      <p>
        <a href={exam.links.application}>{exam.body.name}’s application steps</a>
      </p>
    </>
  );
}

function AttemptsUsed({ exam }: MyPageProps) {
  return (
    <>
      <p class="hero">You’ve used all {exam.attemptsPerApplication} attempts</p>
      <p>{exam.newApplication.ends} You can still apply again. You’ll need:</p>
      <ul>
        {exam.newApplication.needs.map((need) => (
          <li>{need}</li>
        ))}
      </ul>
      <p>
        <strong>{exam.newApplication.advice}</strong>
      </p>
      <p>{exam.workingWithout}</p>
      <p>
        <a href={exam.links.questions}>{exam.body.name}’s answers to common questions</a>
      </p>
      <PassingScore exam={exam} />
    </>
  );
}

function Passed({ exam, organization }: MyPageProps) {
  return (
    <>
      <p class="hero">You passed. Congratulations.</p>
      <p>Everyone at {organization} is happy for you. What you can do next:</p>
      <ul>
        <li>Let your employer know. Most employers strongly prefer or require certification.</li>
        <li>
          If you have questions about your certification, see{' '}
          <a href={exam.links.questions}>{exam.body.name}’s answers to common questions</a>.
        </li>
      </ul>
    </>
  );
}

export function PassingScore({ exam }: { exam: Exam }) {
  return (
    <p>
      <a href={exam.links.passingScore}>What the passing score is</a>
    </p>
  );
}
