import { createHash } from 'node:crypto';
import { areaNames, type Exam, ordinal } from '../../core/exam.ts';
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
  isChanged,
}: {
  answers: SignUpAnswers;
  exam: Exam;
  token: string;
  organization: string;
  /** Whether staff changed the answers since the reader opened the page. */
  isChanged: boolean;
}) {
  return (
    <Layout title="Is this you?" organization={organization}>
      <section>
        <h1>Is this you?</h1>
        {isChanged && (
          <p class="error" role="alert">
            Our staff changed the details below after you opened this page. Please check them again.
          </p>
        )}
        <p>
          Someone asked us to send emails about the {exam.name} exam to this address. If that was you, or if the staff
          did it for you, please check what we’ll save. You can correct it on your page once you’ve confirmed.
        </p>
        <Answers answers={answers} exam={exam} />
        {answers.details.cohort && (
          <p>If your class or group is wrong, let the staff know. You can reply to any of our emails.</p>
        )}
        <p>By confirming, you agree that the staff at {organization} can see this and the emails we send you.</p>
        <form method="post" action="/confirm">
          <input type="hidden" name="token" value={token} />
          <input type="hidden" name="shown" value={shownOf(answers)} />
          <button type="submit">Yes, this is me</button>
        </form>
        <p class="quiet">
          Not you? Close this page or <a href={`/not-me?token=${token}`}>delete the request</a>.
        </p>
      </section>
    </Layout>
  );
}

/** Everything that the link will record. */
function Answers({ answers: { attempt, details }, exam }: { answers: SignUpAnswers; exam: Exam }) {
  const isMember = membershipAnswers.find(({ value }) => value === details.membership);
  const shown: [label: string, answer: string | undefined][] = [
    ['Name', details.name],
    ['Email address', details.email],
    ['Class or group', details.cohort],
    [`Member of ${exam.body.name}`, isMember?.text],
    ['Date of the exam', formatDate(attempt.date)],
    ['Attempt', ordinal(attempt.number)],
    ['Lowest areas', areaNames(exam, attempt.lowestAreas)],
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
