import { createHash } from 'node:crypto';
import { areasOf, type Exam, formatList } from '../../core/exam.ts';
import type { SignUpAnswers } from '../../core/pending-link.ts';
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
          When you confirm, {organization} keeps your name, your address and your attempts, and the emails to you. Its
          staff can see them. Nobody else can.
        </p>
        <form class="inline" method="post" action="/confirm">
          <input type="hidden" name="token" value={token} />
          <input type="hidden" name="shown" value={shownOf(answers)} />
          <button type="submit">Yes, this is me</button>
        </form>
        <p class="quiet">
          It wasn’t you? Then close this page, or <a href={`/not-me?token=${token}`}>delete the request</a>.
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
