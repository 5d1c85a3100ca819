import { html } from 'hono/html';
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
            {String(embeddedForm(props))}
          </textarea>
        </div>
      </section>
    </Layout>
  );
}

/** As a person would write it, because people read it before they paste it. */
function embeddedForm({ exam, organization, baseUrl, cohort }: EmbedPageProps) {
  const labels = candidateLabels(exam);
  const zones = usTimeZones.map((zone) => ({ value: zone, text: zoneName(zone) }));
  const hidden = cohort && html`\n<input type="hidden" name="cohort" value="${cohort}">`;
  return html`<form method="post" action="${baseUrl}/sign-up" accept-charset="UTF-8">${hidden}
<p><label>${labels.name} <input name="name" autocomplete="name" required></label></p>
<p><label>${labels.email} <input name="email" type="email" autocomplete="email" required></label></p>
<p><label>${labels.attemptDate} <input name="attemptDate" type="date" required></label></p>
${select('attemptNumber', attemptNumberLabel, attemptNumbers(exam))}
${select('membership', labels.membership, membershipAnswers)}
${select('timeZone', labels.timeZone, zones)}
<p><label><input name="checkIns" type="checkbox" value="${checkInsOption.value}"> ${checkInsOption.text}</label></p>
<p><label><input name="consent" type="checkbox" value="yes" required> ${consentSentence(organization)}</label></p>
<p><button type="submit">Remind me</button></p>
</form>`;
}

function select(name: string, label: string, options: Option[]) {
  return html`<p><label>${label} <select name="${name}" required>
<option value="">Choose…</option>
${options.map(({ value, text }) => html`<option value="${value}">${text}</option>\n`)}</select></label></p>`;
}
