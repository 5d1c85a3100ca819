import type { Exam } from '../../core/exam.ts';
import {
  attemptNumberLabel,
  attemptNumbers,
  checkInsOption,
  membershipAnswers,
  type Option,
  usTimeZones,
  zoneName,
} from '../components/fields.tsx';
import { Layout } from '../components/layout.tsx';
import { candidateLabels, consentSentence } from '../components/sign-up-fields.tsx';

type EmbedPageProps = {
  exam: Exam;
  organization: string;
  baseUrl: string;
  cohort: string | undefined;
};

/** The form as HTML for another site, such as a school's WordPress page. */
export function EmbedPage(props: EmbedPageProps) {
  const html = String(<EmbeddedForm {...props} />).replaceAll('><', '>\n<');
  return (
    <Layout title="The form on your own page" organization={props.organization}>
      <section>
        <h1>The form on your own page</h1>
        <p>
          Copy this into a page of your own; in WordPress, into a “Custom HTML” block. It needs no script. Whoever fills
          it in continues here.
        </p>
        <form class="inline" method="get" action="/embed">
          <div class="field">
            <label for="embed-cohort">Class or group, the same for everyone who uses that page</label>
            <input id="embed-cohort" name="cohort" type="text" autocomplete="off" value={props.cohort} />
          </div>
          <button type="submit" class="second">
            Add it to the form
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

function EmbeddedForm({ exam, organization, baseUrl, cohort }: EmbedPageProps) {
  const labels = candidateLabels(exam);
  const zones = usTimeZones.map((zone) => ({ value: zone, text: zoneName(zone) }));
  return (
    <form method="post" action={`${baseUrl}/sign-up`} accept-charset="UTF-8">
      <p>
        <label>
          {labels.name} <input name="name" autocomplete="name" required />
        </label>
      </p>
      <p>
        <label>
          {labels.email} <input name="email" type="email" autocomplete="email" required />
        </label>
      </p>
      <p>
        <label>
          {labels.attemptDate} <input name="attemptDate" type="date" required />
        </label>
      </p>
      <p>
        <label>
          {attemptNumberLabel}{' '}
          <select name="attemptNumber" required>
            <Options options={attemptNumbers(exam)} />
          </select>
        </label>
      </p>
      <p>
        <label>
          {labels.membership}{' '}
          <select name="membership" required>
            <Options options={membershipAnswers} />
          </select>
        </label>
      </p>
      <p>
        <label>
          {labels.timeZone}{' '}
          <select name="timeZone" required>
            <Options options={zones} />
          </select>
        </label>
      </p>
      {cohort && <input type="hidden" name="cohort" value={cohort} />}
      <p>
        <label>
          <input name="checkIns" type="checkbox" value={checkInsOption.value} /> {checkInsOption.text}
        </label>
      </p>
      <p>
        <label>
          <input name="consent" type="checkbox" value="yes" required /> {consentSentence(organization)}
        </label>
      </p>
      <p>
        <button type="submit">Remind me</button>
      </p>
    </form>
  );
}

function Options({ options }: { options: readonly Option[] }) {
  return (
    <>
      <option value="">Choose…</option>
      {options.map(({ value, text }) => (
        <option value={value}>{text}</option>
      ))}
    </>
  );
}
