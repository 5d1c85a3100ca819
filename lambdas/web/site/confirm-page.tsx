import { createHash } from 'node:crypto';
import { areasOf, type Exam, formatList } from '../../core/exam.ts';
import type { PendingLink, SignUpAnswers } from '../../core/pending-link.ts';
import { formatDate } from '../../core/time.ts';
import { canonicalJson } from '../../services/update.ts';
import { membershipAnswers, zoneName } from '../components/fields.tsx';
import { Layout } from '../components/layout.tsx';

export function ConfirmPage({
  answers,
  exam,
  token,
  organization,
  isChanged = false,
}: {
  answers: SignUpAnswers;
  exam: Exam;
  token: string;
  organization: string;
  /** Whether staff changed the answers since the reader opened the page. */
  isChanged?: boolean;
}) {
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
        <Answers answers={answers} exam={exam} />
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

/** Everything that the link will record. */
function Answers({ answers: { attempt, details }, exam }: { answers: SignUpAnswers; exam: Exam }) {
  const areas = areasOf(exam, attempt.lowestAreas).map(({ name }) => name);
  const isMember = membershipAnswers.find(({ value }) => value === details.membership);
  const shown: [label: string, answer: string | undefined][] = [
    ['Name', details.name],
    ['Email address', details.email],
    ['Class or group', details.cohort],
    [`Member of ${exam.body.name}`, isMember?.text],
    ['Exam taken on', formatDate(attempt.date)],
    ['Attempt', String(attempt.number)],
    ['Lowest areas', formatList(areas, 'and') || undefined],
    ['Time zone', zoneName(details.timeZone)],
    ['During the wait', details.checkIns ? 'Two short study emails' : undefined],
  ];
  return (
    <dl>
      {shown.map(
        ([label, answer]) =>
          answer && (
            <>
              <dt>{label}</dt>
              <dd>{answer}</dd>
            </>
          ),
      )}
    </dl>
  );
}

/** Identifies the answers that the page shows, so that its button confirms nothing else. */
export function shownOf(answers: SignUpAnswers): string {
  return createHash('sha256').update(canonicalJson(answers)).digest('base64url');
}

/** Shows the new address, and nothing of whose it is: the link may have gone to a stranger. */
export function ConfirmNewAddressPage({
  newEmail,
  token,
  organization,
}: {
  newEmail: string;
  token: string;
  organization: string;
}) {
  return (
    <Layout title="Confirm your new address" organization={organization}>
      <section>
        <h1>Is this your new address?</h1>
        <p>
          Once you confirm, emails from {organization} go to <strong>{newEmail}</strong> instead of
          your old address. We’ll let the old address know.
        </p>
        <form class="inline" method="post" action="/confirm">
          <input type="hidden" name="token" value={token} />
          <button type="submit">Yes, write to me here</button>
        </form>
        <p class="quiet">
          You didn’t ask for this? Then close this page, or{' '}
          <a href={`/not-me?token=${token}`}>delete the request</a>.
        </p>
      </section>
    </Layout>
  );
}

type NotMe = { token: string; organization: string; state: PendingLink['state'] };

export function NotMePage({ token, organization, state }: NotMe) {
  const toStaff = `If you didn’t ask for that, tell the staff of ${organization}, and they will look into it.`;
  const isDispute = state === 'erased' || state === 'moved';
  const button = isDispute ? 'Tell the staff it wasn’t me' : 'Delete the request';
  return (
    <Layout title={button} organization={organization}>
      <section>
        <h1>This wasn’t you?</h1>
        {state === 'erased' && <p>Your record was erased. {toStaff}</p>}
        {state === 'moved' && <p>Our emails go to another address now. {toStaff}</p>}
        {!isDispute && (
          <p>Someone entered your address here. Delete the request, and its link stops working.</p>
        )}
        <form class="inline" method="post" action="/not-me">
          <input type="hidden" name="token" value={token} />
          <button type="submit">{button}</button>
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
