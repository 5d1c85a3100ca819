import type { SignUpAnswers } from '../../core/pending-link.ts';
import { formatDate } from '../../core/time.ts';
import { zoneName } from '../components/fields.tsx';
import { Layout } from '../components/layout.tsx';

export function ConfirmPage({
  answers,
  token,
  organization,
  isChanged = false,
}: {
  answers: SignUpAnswers;
  token: string;
  organization: string;
  /** Whether staff changed the answers since the reader opened the page. */
  isChanged?: boolean;
}) {
  const { attempt, details } = answers;
  return (
    <Layout title="Confirm your address" organization={organization}>
      <section>
        <h1>Is this you?</h1>
        {isChanged && (
          <p class="error" role="alert">
            This has changed since you opened the page. Please look once more.
          </p>
        )}
        <p>We were asked to write to this address about an exam:</p>
        <dl>
          <dt>Exam taken on</dt>
          <dd>{formatDate(attempt.date)}</dd>
          <dt>Attempt</dt>
          <dd>{attempt.number}</dd>
          <dt>Time zone</dt>
          <dd>{zoneName(details.timeZone)}</dd>
        </dl>
        <p>
          When you confirm, {organization} keeps your name, your address and your attempts, and the
          emails to you. Its staff can see them. Nobody else can.
        </p>
        <form class="inline" method="post" action="/confirm">
          <input type="hidden" name="token" value={token} />
          <input type="hidden" name="shown" value={shownOf(answers)} />
          <button type="submit">Yes, this is me</button>
        </form>
        <p class="quiet">
          It wasn’t you? Then close this page, or{' '}
          <a href={`/not-me?token=${token}`}>delete the request</a>.
        </p>
      </section>
    </Layout>
  );
}

/** What the page shows, so that its button confirms nothing else. */
export function shownOf({ attempt, details }: SignUpAnswers): string {
  return `${attempt.number} ${attempt.date} ${details.timeZone}`;
}

export function NotMePage({ token, organization }: { token: string; organization: string }) {
  return (
    <Layout title="Delete the request" organization={organization}>
      <section>
        <h1>This wasn’t you?</h1>
        <p>Somebody entered your address here. Delete the request, and its link stops working.</p>
        <form class="inline" method="post" action="/not-me">
          <input type="hidden" name="token" value={token} />
          <button type="submit">Delete the request</button>
        </form>
      </section>
    </Layout>
  );
}

export function UnsubscribePage({ token, organization }: { token: string; organization: string }) {
  return (
    <Layout title="Stop all emails" organization={organization}>
      <section>
        <h1>Stop all emails?</h1>
        <p>We won’t write to you again, and you won’t get your reminder.</p>
        <form class="inline" method="post" action={`/unsubscribe?token=${token}`}>
          <button type="submit">Stop all emails</button>
        </form>
      </section>
    </Layout>
  );
}
