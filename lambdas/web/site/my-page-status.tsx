import { calendarLinks } from '../../core/calendar.ts';
import type { Exam } from '../../core/exam.ts';
import { confirmedStatusOf, latestAttempt, retakeDate } from '../../core/status.ts';
import { dateIn, daysBetween, formatDate } from '../../core/time.ts';
import type { MyPageProps } from './my-page.tsx';

export function MyStatus(props: MyPageProps) {
  return (
    <section>
      <h1>Hello {props.candidate.name}</h1>
      <StatusContent {...props} />
    </section>
  );
}

function StatusContent(props: MyPageProps) {
  switch (confirmedStatusOf(props.candidate, props.exam, props.now)) {
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

function Waiting({ candidate, exam, token, now }: MyPageProps) {
  const date = retakeDate(candidate, exam);
  const days = date ? daysBetween(dateIn(candidate.timeZone, now), date) : 0;
  return (
    <>
      <p>You can retake the {exam.name} exam on or after</p>
      <p class="hero">{date && formatDate(date)}</p>
      <WaitTimeline exam={exam} daysToGo={days} />
      <p>
        <strong>{days === 1 ? '1 day' : `${days} days`} to go.</strong>
        {candidate.emailState === 'active' && ' We’ll write to you on that morning.'}
      </p>
      <p>
        <a href={`/my/retake.ics?token=${token}`}>Put the day into my calendar</a>
      </p>
      {date &&
        calendarLinks(date, exam).map(({ text, href }) => (
          <p>
            <a href={href}>{text}</a>
          </p>
        ))}
    </>
  );
}

/** The days of the wait as a line, with today marked. */
function WaitTimeline({ exam, daysToGo }: { exam: Exam; daysToGo: number }) {
  const width = 300;
  const done = Math.max(0, exam.waitDays - daysToGo);
  const today = (done / exam.waitDays) * width;
  const label = `Day ${done} of ${exam.waitDays}`;
  return (
    <svg class="line" viewBox={`-8 0 ${width + 16} 24`} role="img" aria-label={label}>
      <title>{label}</title>
      <line class="rest" x1="0" y1="12" x2={width} y2="12" />
      <line class="done" x1="0" y1="12" x2={today} y2="12" />
      <circle class="today" cx={today} cy="12" r="7" />
      <circle class="end" cx={width} cy="12" r="5" />
    </svg>
  );
}

function NoAttempt() {
  return (
    <>
      <p class="hero">When did you take the exam?</p>
      <p>Tell us the date below, and we’ll work out when you can take it again.</p>
    </>
  );
}

function CanRetake({ candidate, exam }: MyPageProps) {
  const attempt = latestAttempt(candidate);
  const date = retakeDate(candidate, exam);
  return (
    <>
      <p class="hero">You can take the exam now</p>
      {date && (
        <p>
          Since {formatDate(date)}, you can retake the {exam.name} exam.
        </p>
      )}
      {!attempt && <p>There is no attempt on your application yet.</p>}
      <ol>
        {exam.booking.map((step) => (
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
      <p class="hero">Your attempts are used</p>
      <p>
        You have used all {exam.attemptsPerApplication} attempts on this application.{' '}
        {exam.newApplication.ends} This is not the end of the way: you can apply again. For that you
        need:
      </p>
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

function Passed({ exam }: MyPageProps) {
  return (
    <>
      <p class="hero">You passed. Congratulations!</p>
      <p>All that work was worth it. We won’t remind you any more.</p>
      <PassingScore exam={exam} />
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
