import type { Child } from 'hono/jsx';
import type { FieldErrors } from '../../core/action-result.ts';
import { entryKey, type LastEntry, undoable } from '../../core/attempts.ts';
import type { Attempt, Candidate } from '../../core/candidate.ts';
import { feeSentences, tipsFor, whereToStart } from '../../core/email-content.ts';
import type { Exam } from '../../core/exam.ts';
import type { FormInput } from '../../core/forms.ts';
import {
  allAttempts,
  attemptsUsed,
  confirmedStatusOf,
  latestAttempt,
  retakeDate,
  waitOfEarlierApplication,
} from '../../core/status.ts';
import { dateIn, daysBetween, formatDate, type Instant } from '../../core/time.ts';
import {
  AttemptDateField,
  AttemptNumberField,
  type FormState,
  LowestAreasField,
  MembershipField,
  TextField,
  TimeZoneField,
} from '../components/fields.tsx';
import { ErrorSummary, Layout } from '../components/layout.tsx';

/** The deed that went wrong: its form on the page, what was typed, and what to change. */
export type InvalidForm = { action: string; input: FormInput; fieldErrors: FieldErrors };

type MyPageProps = {
  candidate: Candidate;
  exam: Exam;
  organization: string;
  token: string;
  now: Instant;
  wrong?: InvalidForm | undefined;
};

export function MyPage(props: MyPageProps) {
  const { candidate, exam, organization, wrong } = props;
  const attempt = latestAttempt(candidate);
  const status = confirmedStatusOf(candidate, exam, props.now);
  const goesOn = status === 'waiting' || status === 'can-retake';
  return (
    <Layout title="Where you stand" organization={organization} fieldErrors={wrong?.fieldErrors}>
      {wrong && <ErrorSummary fieldErrors={wrong.fieldErrors} form={wrong.action} />}
      <RefusedAttempt candidate={candidate} />
      <WhereYouStand {...props} />
      <EmailState {...props} />
      {goesOn && <CostAndAttempts {...props} />}
      {goesOn && attempt && <StudyToday {...props} attempt={attempt} />}
      {goesOn && <StudyTips exam={exam} lowestAreas={attempt?.lowestAreas ?? []} />}
      <Actions {...props} />
    </Layout>
  );
}

/** The fee for this reader and what is left, large; the small print below. */
function CostAndAttempts({ candidate, exam }: MyPageProps) {
  const attempt = latestAttempt(candidate);
  const used = attemptsUsed(candidate);
  const left = exam.attemptsPerApplication - used;
  const [yourFee, ...smallPrint] = feeSentences(candidate.membership, exam);
  return (
    <section>
      <h2>What it costs, and what is left</h2>
      <ul class="metrics">
        <li>
          <strong>${exam.retakeFee[candidate.membership]}</strong> {yourFee}
        </li>
        <li>
          <strong>{left} left</strong> You have used {used} of {exam.attemptsPerApplication}{' '}
          attempts on this application.
        </li>
      </ul>
      <p class="quiet">{smallPrint.join(' ')}</p>
      {attempt && <PassingScore exam={exam} />}
    </section>
  );
}

/** Where in the plan of the wait the reader is. */
function StudyToday({
  candidate,
  exam,
  now,
  attempt,
}: MyPageProps & { attempt: Pick<Attempt, 'date'> }) {
  const day = daysBetween(attempt.date, dateIn(candidate.timeZone, now));
  const today = exam.studyDays.find(({ from, to }) => day >= from && day <= to);
  if (!today) return null;
  return (
    <section>
      <h2>What to study today</h2>
      <p class="today">{today.task}</p>
      <ol class="plan">
        {exam.studyDays.map((days) => (
          <li {...(days === today && { 'aria-current': 'step' as const })}>
            <span class="quiet">
              Days {days.from} to {days.to}
            </span>{' '}
            {days.task}
          </li>
        ))}
      </ol>
      <p class="quiet">This plan is our suggestion.</p>
    </section>
  );
}

/** The days of the wait as a line, with today on it. */
function LineOfDays({ exam, daysToGo }: { exam: Exam; daysToGo: number }) {
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

function WhereYouStand({ candidate, exam, token, now }: MyPageProps) {
  const attempt = latestAttempt(candidate);
  const date = retakeDate(candidate, exam);
  const notBefore = waitOfEarlierApplication(candidate, exam, now);
  switch (confirmedStatusOf(candidate, exam, now)) {
    case 'waiting': {
      const days = date ? daysBetween(dateIn(candidate.timeZone, now), date) : 0;
      return (
        <section>
          <h1>Hello {candidate.name}</h1>
          <p>You can retake the {exam.name} exam on or after</p>
          <p class="hero">{date && formatDate(date)}</p>
          <LineOfDays exam={exam} daysToGo={days} />
          <p>
            <strong>{days === 1 ? '1 day' : `${days} days`} to go.</strong>
            {candidate.emailState === 'active' && ' We’ll write to you on that morning.'}
          </p>
          <p>
            <a href={`/my/retake.ics?token=${token}`}>Put the day into my calendar</a>
          </p>
        </section>
      );
    }
    case 'can-retake':
      return (
        <section>
          <h1>Hello {candidate.name}</h1>
          <p class="hero">{notBefore ? formatDate(notBefore) : 'You can take the exam now'}</p>
          {notBefore && (
            <p>
              Not before this day: two attempts are at least {exam.waitDays} days apart. And only
              when {exam.body.name} has accepted your application.
            </p>
          )}
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
        </section>
      );
    case 'attempts-used':
      return (
        <section>
          <h1>Hello {candidate.name}</h1>
          <p class="hero">Your attempts are used</p>
          <p>
            You have used all {exam.attemptsPerApplication} attempts on this application.{' '}
            {exam.newApplication.ends} This is not the end of the way: you can apply again. For that
            you need:
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
        </section>
      );
    case 'passed':
      return (
        <section>
          <h1>Hello {candidate.name}</h1>
          <p class="hero">You passed. Congratulations!</p>
          <p>All that work was worth it. We won’t remind you any more.</p>
          <PassingScore exam={exam} />
        </section>
      );
  }
}

function PassingScore({ exam }: { exam: Exam }) {
  return (
    <p>
      <a href={exam.links.passingScore}>What the passing score is</a>
    </p>
  );
}

function RefusedAttempt({ candidate: { refusedAttempt } }: { candidate: Candidate }) {
  if (!refusedAttempt) return null;
  return (
    <section class="summary" role="alert">
      <h2>We could not record the attempt from your sign-up</h2>
      <p>
        You told us about attempt {refusedAttempt.number} on {formatDate(refusedAttempt.date)}.
      </p>
      {Object.values(refusedAttempt.fieldErrors).map((sentence) => (
        <p>{sentence}</p>
      ))}
    </section>
  );
}

function EmailState({ candidate, token }: MyPageProps) {
  switch (candidate.emailState) {
    case 'active':
      return null;
    case 'unsubscribed':
      return (
        <section class="notice">
          <h2>You get no emails from us</h2>
          <p>You stopped them. You can have them again.</p>
          <Button action="resubscribe" token={token}>
            Write to me again
          </Button>
        </section>
      );
    case 'bounced':
      return (
        <section class="notice">
          <h2>Our emails don’t reach you</h2>
          <p>
            The last one came back. <a href="/">Sign up again</a> to show that your address works.
          </p>
        </section>
      );
    case 'complained':
      return (
        <section class="notice">
          <h2>You get no emails from us</h2>
          <p>One of them was reported as spam from your address, so we no longer write to it.</p>
        </section>
      );
  }
}

function StudyTips({ exam, lowestAreas }: { exam: Exam; lowestAreas: readonly string[] }) {
  const start = whereToStart(lowestAreas, exam);
  return (
    <section>
      <h2>What helps now</h2>
      {start && (
        <p>
          <strong>{start}</strong>
        </p>
      )}
      <ol>
        {tipsFor(lowestAreas, exam).map(({ title, advice }) => (
          <li>
            <strong>{title}.</strong> {advice}
          </li>
        ))}
      </ol>
      <p>
        <a href={exam.links.contentOutline}>{exam.body.name}’s content outline</a>
      </p>
    </section>
  );
}

function Actions({ candidate, exam, token, now, wrong }: MyPageProps) {
  const status = confirmedStatusOf(candidate, exam, now);
  const attempt = latestAttempt(candidate);
  const last = allAttempts(candidate).at(-1);
  const takeBack = undoable(candidate, now);
  const stateOf = (action: string, input: FormInput): FormState =>
    wrong?.action === action
      ? { form: action, input: wrong.input, fieldErrors: wrong.fieldErrors }
      : { form: action, input, fieldErrors: {} };
  const open = (action: string) => wrong?.action === action;

  return (
    <section>
      <h2>What you can do here</h2>
      {status !== 'passed' && (
        <details open={open('passed')}>
          <summary>I passed</summary>
          <p id="passed">Congratulations! Tell us, and we stop reminding you.</p>
          <Button action="passed" token={token}>
            I passed
          </Button>
        </details>
      )}
      {(status === 'waiting' || status === 'can-retake' || open('attempts')) && (
        <details open={open('attempts')}>
          <summary>I have a new result</summary>
          <p id="new-result">
            We are sorry if it did not work out. Tell us, and we work out your next date.
          </p>
          <ActionForm action="attempts" token={token} button="Record this attempt">
            <AttemptDateField state={stateOf('attempts', {})} label="When did you take the exam?" />
            <AttemptNumberField
              state={stateOf('attempts', {
                attemptNumber: String(attemptsUsed(candidate) + 1),
              })}
              exam={exam}
            />
            <LowestAreasField state={stateOf('attempts', {})} exam={exam} />
          </ActionForm>
        </details>
      )}
      {last && (
        <details open={open('correct-date')}>
          <summary>The date of my exam is wrong</summary>
          <p>
            We have attempt {last.number} on {formatDate(last.date)}.
          </p>
          <ActionForm action="correct-date" token={token} button="Correct the date">
            <AttemptDateField
              state={stateOf('correct-date', { attemptDate: last.date })}
              label="The right date"
            />
          </ActionForm>
        </details>
      )}
      {takeBack && (
        <details open={open('undo')}>
          <summary>Take back the last thing I told you</summary>
          <p>{undoSentence(takeBack.what, attempt?.number)}</p>
          <Button action="undo" token={token} look="second" fields={{ entry: entryKey(takeBack) }}>
            Take it back
          </Button>
        </details>
      )}
      {(attempt || status === 'passed') && (
        <details open={open('new-application')}>
          <summary>I have a new application</summary>
          <p>
            When you have applied to {exam.body.name} again, we count your attempts from one again.
          </p>
          <Button action="new-application" token={token} look="second">
            Start a new application
          </Button>
        </details>
      )}
      <details open={open('details')}>
        <summary>Change my name, membership or time zone</summary>
        <ActionForm action="details" token={token} button="Save">
          <TextField
            state={stateOf('details', { name: candidate.name })}
            name="name"
            label="Your name"
            type="text"
            autocomplete="name"
          />
          <MembershipField
            state={stateOf('details', { membership: candidate.membership })}
            exam={exam}
          />
          <TimeZoneField state={stateOf('details', { timeZone: candidate.timeZone })} />
        </ActionForm>
      </details>
      {candidate.emailState === 'active' && (
        <details>
          <summary>Stop all emails</summary>
          <p>You won’t get your reminder then.</p>
          <Button action="unsubscribe" token={token} look="second">
            Stop all emails
          </Button>
        </details>
      )}
      <details>
        <summary>Erase all you know about me</summary>
        <p>
          We delete your name, your address, your attempts and our emails at once. That can’t be
          taken back.
        </p>
        <Button action="erase" token={token} look="danger">
          Erase everything
        </Button>
      </details>
    </section>
  );
}

function undoSentence(what: LastEntry['what'], attemptNumber: number | undefined): string {
  switch (what) {
    case 'passed':
      return 'You told us that you passed.';
    case 'attempt':
      return `You told us about attempt ${attemptNumber}.`;
    case 'new-application':
      return 'You started a new application.';
  }
}

function Button({
  action,
  token,
  look,
  fields = {},
  children,
}: {
  action: string;
  token: string;
  look?: 'second' | 'danger';
  fields?: Record<string, string>;
  children: Child;
}) {
  return (
    <form class="inline" method="post" action={`/my/${action}`}>
      <input type="hidden" name="token" value={token} />
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit" id={`${action}-${action}`} {...(look && { class: look })}>
        {children}
      </button>
    </form>
  );
}

function ActionForm({
  action,
  token,
  button,
  children,
}: {
  action: string;
  token: string;
  button: string;
  children: Child;
}) {
  return (
    <form class="inline" method="post" action={`/my/${action}`} novalidate>
      <input type="hidden" name="token" value={token} />
      {children}
      <button type="submit">{button}</button>
    </form>
  );
}
