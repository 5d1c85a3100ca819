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

type EmbedPageProps = { exam: Exam; organization: string; baseUrl: string; cohort: string | undefined };

/** The form as HTML for another site, such as a school's WordPress page. */
export function EmbedPage(props: EmbedPageProps) {
  const html = String(<EmbeddedForm {...props} />).replaceAll('><', '>\n<');
  const title = 'The form on your own page';
  return (
    <Layout title={title} organization={props.organization}>
      <section>
        <h1>{title}</h1>
        <p>
          Copy this HTML into your page. In WordPress, paste it into a “Custom HTML” block. It needs no script, and
          whoever fills it out continues here.
        </p>
        <form method="get" action="/embed">
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
  const lists: [name: string, label: string, options: Option[]][] = [
    ['attemptNumber', attemptNumberLabel, attemptNumbers(exam)],
    ['membership', labels.membership, membershipAnswers],
    ['timeZone', labels.timeZone, zones],
  ];
  return (
    <form method="post" action={`${baseUrl}/sign-up`} accept-charset="UTF-8">
      {(['name', 'email', 'attemptDate'] as const).map((name) => (
        <p>
          <label>
            {labels[name]} <input name={name} {...inputs[name]} required />
          </label>
        </p>
      ))}
      {lists.map(([name, label, options]) => (
        <p>
          <label>
            {label}{' '}
            <select name={name} required>
              <option value="">Choose…</option>
              {options.map(({ value, text }) => (
                <option value={value}>{text}</option>
              ))}
            </select>
          </label>
        </p>
      ))}
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

const inputs = {
  name: { autocomplete: 'name' },
  email: { type: 'email', autocomplete: 'email' },
  attemptDate: { type: 'date' },
} as const;
