import type { Child } from 'hono/jsx';
import type { Candidate } from '../../core/candidate.ts';
import type { Email, SkipReason } from '../../core/email.ts';
import { reasonToSkip, resendEmail } from '../../core/email-schedule.ts';
import type { Rules } from '../../core/rules.ts';
import type { Instant } from '../../core/time.ts';
import type { CandidatePageProps } from './candidate-page.tsx';
import { staffAction } from './candidate-page-actions.tsx';
import { emailKindLabels, emailLabel, emailSubjects } from './labels.ts';

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
            email={email}
            timeZone={candidate.timeZone}
            skipReason={candidate.enrollment ? undefined : reasonToSkip(candidate, email, rules, now)}
          >
            {canBeSentAgain(candidate, email, rules, now) && (
              <form class="inline" method="post" action={staffAction(`emails/${email.key}/resend`, candidate).url}>
                <button type="submit" class="second small">
                  Send again
                  <span class="unseen">
                    : {emailKindLabels[email.kind]} {aboutOf(email)}
                  </span>
                </button>
              </form>
            )}
          </EmailRow>
        ))}
      </ul>
    </section>
  );
}

/** What became of an email, with what to do about it. */
export function EmailRow({
  email,
  timeZone,
  skipReason,
  children,
}: {
  email: Email;
  timeZone: string;
  skipReason?: SkipReason | undefined;
  children?: Child;
}) {
  return (
    <li>
      <div>
        <strong>
          {emailKindLabels[email.kind]}
          {email.resendOf && ', sent again'}
        </strong>{' '}
        <span class="quiet">{aboutOf(email)}</span>
        <p>{emailLabel(email, timeZone, skipReason)}</p>
      </div>
      {children}
    </li>
  );
}

/** Its subject, and the attempt that it is about. */
function aboutOf({ kind, attempt }: Email): string {
  const subject = kind === 'staff-notice' ? '' : `“${emailSubjects[kind]}”`;
  return [subject, attempt && attempt.number > 0 && `attempt ${attempt.number}`].filter(Boolean).join(', ');
}

/**
 * Whether to show the button. A link may still be refused because its mailbox has reached the
 * limit.
 */
function canBeSentAgain(candidate: Candidate, email: Email, rules: Rules, now: Instant): boolean {
  return candidate.enrollment
    ? email.state !== 'queued' && email.state !== 'sending'
    : 'candidate' in resendEmail(candidate, email.key, rules, now);
}
