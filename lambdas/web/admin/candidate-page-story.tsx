import type { Child } from 'hono/jsx';
import type { Candidate } from '../../core/candidate.ts';
import type { Email, SkipReason } from '../../core/email.ts';
import { foreseenSkip, resendEmail } from '../../core/email-schedule.ts';
import type { Exam } from '../../core/exam.ts';
import type { Rules } from '../../core/rules.ts';
import { numberedAttempts } from '../../core/status.ts';
import { formatDate, formatMoment, type Instant } from '../../core/time.ts';
import { ActionButton, ActionForm } from '../components/candidate-actions.tsx';
import { TextField } from '../components/fields.tsx';
import { formState } from '../components/form-state.ts';
import type { CandidatePageProps } from './candidate-page.tsx';
import { staffAction } from './candidate-page-actions.tsx';
import { emailKindLabels, emailLabel, emailSubjects } from './email-labels.ts';
import { historyLabel } from './labels.ts';
import { Row } from './staff-layout.tsx';

/** What became of each email, newest first. */
export function Emails({ candidate, emails, rules, now }: CandidatePageProps) {
  const newestFirst = emails.toSorted((one, other) => other.dueAt.localeCompare(one.dueAt));
  return (
    <section aria-labelledby="emails">
      <h2 id="emails">Emails</h2>
      {emails.length === 0 && <p>None so far.</p>}
      <ul class="rows">
        {newestFirst.map((email) => (
          <EmailRow
            exam={rules.exam}
            email={email}
            timeZone={candidate.timeZone}
            skipReason={candidate.enrollment ? undefined : foreseenSkip(candidate, email, rules, now)}
            action={
              canBeSentAgain(candidate, email, rules, now) && (
                <ActionButton target={staffAction(`emails/${email.key}/resend`, candidate)} look="second small">
                  Send again
                  <span class="unseen">
                    : {emailKindLabels[email.kind]} {aboutOf(email, rules.exam)}
                  </span>
                </ActionButton>
              )
            }
          />
        ))}
      </ul>
    </section>
  );
}

type EmailRowProps = {
  email: Email;
  timeZone: string;
  exam: Exam;
  skipReason?: SkipReason | undefined;
  action?: Child;
};

/** What became of an email, with what to do about it. */
export function EmailRow({ email, timeZone, exam, skipReason, action }: EmailRowProps) {
  const head = (
    <strong>
      {emailKindLabels[email.kind]}
      {email.resendOf && ' (another copy)'}
    </strong>
  );
  return (
    <Row head={head} quiet={aboutOf(email, exam)} action={action}>
      <p>{emailLabel(email, timeZone, skipReason)}</p>
    </Row>
  );
}

/** Its subject, and the attempt that it is about. */
function aboutOf({ kind, attempt }: Email, exam: Exam): string {
  const about = attempt && attempt.number > 0 && `attempt ${attempt.number}`;
  if (kind === 'staff-notice') return about ? `about ${about}` : '';
  return [`“${emailSubjects(exam)[kind]}”`, about].filter(Boolean).join(' · ');
}

/** Whether to show the button. A link may still be refused because its mailbox has reached the limit. */
function canBeSentAgain(candidate: Candidate, email: Email, rules: Rules, now: Instant): boolean {
  return candidate.enrollment
    ? email.state !== 'queued' && email.state !== 'sending'
    : 'candidate' in resendEmail(candidate, email.key, rules, now);
}

type Entry = { at: Instant; what: string; note?: string | undefined; by: string };

/** Notes, what staff did and what the candidate told us, newest first. */
export function StaffHistory({ candidate, rules: { exam }, invalid }: CandidatePageProps) {
  const target = staffAction('notes', candidate);
  const droppedEntries = candidate.dropped?.historyEntries ?? 0;
  return (
    <section aria-labelledby="history">
      <h2 id="history">Notes and history</h2>
      <div class="add-note">
        <ActionForm target={target} button="Add note">
          <TextField state={formState(target.form, invalid)} name="note" label="Note" />
        </ActionForm>
      </div>
      <ul class="rows">
        {timelineOf(candidate, exam).map(({ at, what, note, by }) => (
          <li>
            <div>
              <p>
                {what}
                {note && <strong> “{note}”</strong>}
              </p>
              <p class="quiet">
                {by}, {formatMoment(at, candidate.timeZone)}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {droppedEntries > 0 && <p class="quiet">Older entries no longer kept: {droppedEntries}.</p>}
    </section>
  );
}

function timelineOf(candidate: Candidate, exam: Exam): Entry[] {
  const byStaff = candidate.history.map((entry) => ({
    at: entry.at,
    by: entry.by,
    what: entry.action === 'note-added' ? '' : historyLabel(entry, exam),
    note: 'note' in entry ? entry.note : undefined,
  }));
  // What staff recorded has the moment of their entry.
  const byCandidate = toldBy(candidate).filter(({ at }) => byStaff.every((entry) => entry.at !== at));
  return [...byCandidate, ...byStaff].toSorted((one, other) => other.at.localeCompare(one.at));
}

function toldBy(candidate: Candidate): Entry[] {
  const { applications, createdAt, refusedAttempt, enrollment } = candidate;
  const told: [at: Instant | undefined, what: string][] = [
    [enrollment ? undefined : createdAt, 'Signed up.'],
    ...applications.map(({ startedAt }): [Instant | undefined, string] => [startedAt, 'Reported a new application.']),
    ...numberedAttempts(candidate).map(({ number, date, recordedAt }): [Instant, string] => [
      recordedAt,
      `Reported attempt ${number}, taken on ${formatDate(date)}.`,
    ]),
    ...applications.map(({ passedAt }): [Instant | undefined, string] => [passedAt, 'Reported that they passed.']),
    [refusedAttempt?.at, `Reported attempt ${refusedAttempt?.number}, which couldn’t be recorded.`],
  ];
  return told.toReversed().flatMap(([at, what]) => (at === undefined ? [] : [{ at, what, by: 'The student' }]));
}
