import { type Exam, memberships } from '../../core/exam.ts';
import { ordinal, zonesOfTheStates } from '../components/fields.tsx';
import { Layout } from '../components/layout.tsx';

/** The form as HTML for a page of somebody else's, such as a school's WordPress. */
export function EmbedPage({
  exam,
  organization,
  origin,
  cohort,
}: {
  exam: Exam;
  organization: string;
  origin: string;
  cohort: string | undefined;
}) {
  const html = String(
    <EmbeddedForm exam={exam} organization={organization} origin={origin} cohort={cohort} />,
  ).replaceAll('><', '>\n<');
  return (
    <Layout title="The form on your own page" organization={organization}>
      <section>
        <h1>The form on your own page</h1>
        <p>
          Copy this into a page of yours, in WordPress into a block “Custom HTML”. It needs no
          script. Who sends it comes here to go on.
        </p>
        <form class="inline" method="get" action="/embed">
          <div class="field">
            <label for="embed-cohort">Class or group, the same for all who use that page</label>
            <input id="embed-cohort" name="cohort" type="text" autocomplete="off" value={cohort} />
          </div>
          <button type="submit" class="second">
            Put it in
          </button>
        </form>
        <div class="field">
          <label for="embed-html">HTML to copy</label>
          <textarea id="embed-html" rows={16} readonly>
            {html}
          </textarea>
        </div>
      </section>
    </Layout>
  );
}

function EmbeddedForm({
  exam,
  organization,
  origin,
  cohort,
}: {
  exam: Exam;
  organization: string;
  origin: string;
  cohort: string | undefined;
}) {
  const numbers = Array.from({ length: exam.attemptsPerApplication }, (_, index) => index + 1);
  return (
    <form method="post" action={`${origin}/sign-up`}>
      <p>
        <label>
          Your name <input name="name" autocomplete="name" required />
        </label>
      </p>
      <p>
        <label>
          Your email address <input name="email" type="email" autocomplete="email" required />
        </label>
      </p>
      <p>
        <label>
          When did you take the exam? <input name="attemptDate" type="date" required />
        </label>
      </p>
      <p>
        <label>
          Which attempt on this application?{' '}
          <select name="attemptNumber" required>
            {numbers.map((number) => (
              <option value={String(number)}>{ordinal(number)}</option>
            ))}
          </select>
        </label>
      </p>
      <p>
        <label>
          Are you a member of {exam.body.name}?{' '}
          <select name="membership" required>
            {memberships.toReversed().map((membership) => (
              <option value={membership}>{membership === 'member' ? 'Yes' : 'No'}</option>
            ))}
          </select>
        </label>
      </p>
      <p>
        <label>
          Your time zone{' '}
          <select name="timeZone" required>
            {zonesOfTheStates.map((zone) => (
              <option value={zone}>{zone.replaceAll('_', ' ')}</option>
            ))}
          </select>
        </label>
      </p>
      {cohort && <input type="hidden" name="cohort" value={cohort} />}
      <p>
        <label>
          <input name="consent" type="checkbox" value="yes" required /> I agree: the staff of{' '}
          {organization} see my name, my address, my attempts and my emails. Nobody else does.
        </label>
      </p>
      <p>
        <button type="submit">Remind me</button>
      </p>
    </form>
  );
}
