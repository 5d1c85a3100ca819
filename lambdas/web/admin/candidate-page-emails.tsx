import type { Candidate } from '../../core/candidate.ts';
import type { Email } from '../../core/email.ts';
import { reasonToSkip, resendEmail } from '../../core/email-schedule.ts';
import type { Rules } from '../../core/rules.ts';
import type { Instant } from '../../core/time.ts';
import { ActionButton } from '../components/candidate-actions.tsx';
import type { CandidatePageProps } from './candidate-page.tsx';
import { staffAction } from './candidate-page-actions.tsx';
import { emailKindLabels, emailLabel } from './labels.ts';

export function Emails({ candidate, emails, rules, now }: CandidatePageProps) {
  const newestFirst = emails.toSorted((one, other) => other.dueAt.localeCompare(one.dueAt));
  return (
    <section aria-labelledby="emails">
      <h2 id="emails">Emails</h2>
      {emails.length === 0 && <p>None so far.</p>}
      <ul class="cards">
        {newestFirst.map((email) => (
          <li>
            <h3>
              {emailKindLabels[email.kind]}
              {email.attempt && ` for attempt ${email.attempt.number}`}
              {email.resendOf && ', sent again'}
            </h3>
            <p>
              {emailLabel(
                email,
                candidate.timeZone,
                candidate.enrollment ? undefined : reasonToSkip(candidate, email, rules, now),
              )}
            </p>
            {canBeSentAgain(candidate, email, rules, now) && (
              <details>
                <summary>Send it again</summary>
                <p>
                  It goes out at once to{' '}
                  {email.kind === 'staff-notice' ? 'the staff’s address' : candidate.email}.
                </p>
                <ActionButton
                  target={staffAction(`emails/${email.key}/resend`, candidate)}
                  look="second"
                >
                  Send it again
                </ActionButton>
              </details>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
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
