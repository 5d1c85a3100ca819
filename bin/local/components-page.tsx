import { button, heading, lead, list, paragraph, waitLine } from '../../lambdas/core/content.ts';
import { cmaAama } from '../../lambdas/core/exam-facts/cma-aama.ts';
import { ColumnHeads, Notice, PersonLink, Refusal, Row } from '../../lambdas/web/admin/staff-layout.tsx';
import { Fold } from '../../lambdas/web/components/candidate-actions.tsx';
import { WithErrorSummary } from '../../lambdas/web/components/error-summary.tsx';
import {
  AttemptNumberField,
  CheckInsField,
  LowestAreasField,
  MembershipField,
  TextField,
} from '../../lambdas/web/components/fields.tsx';
import { Content } from '../../lambdas/web/components/page-content.tsx';
import { consolePage } from './console-page.tsx';

const state = {
  form: 'sample',
  input: { name: 'Ana Flores', attemptNumber: '2' },
  fieldErrors: { email: 'Enter an email address like name@example.com.', membership: 'Choose Yes or No.' },
};
const target = { form: 'sample', url: '/local/components' };
const person = { id: 'nobody', name: 'Ana Flores' };

/** The components that all pages are made of, to be looked at side by side. */
export function componentsPage() {
  return consolePage(
    'Components',
    <WithErrorSummary invalid={state}>
      <section>
        <h1>Components</h1>
        <Content blocks={blocks} />
      </section>
      <Notice>A notice says what is now true.</Notice>
      <Refusal>A refusal says what wasn’t done, and why.</Refusal>
      <Buttons />
      <form>
        <h2>Fields</h2>
        <TextField state={state} name="name" label="Text" hint="A hint helps people answer." />
        <TextField state={state} name="email" label="Text with an error" type="email" />
        <TextField state={state} name="attemptDate" label="Date" type="date" />
        <AttemptNumberField state={state} exam={cmaAama} />
        <MembershipField state={state} label="Choice with an error" />
        <LowestAreasField state={state} exam={cmaAama} />
        <CheckInsField state={state} />
      </form>
      <section>
        <h2>Folds, rows and tables</h2>
        <Fold target={target} invalid={undefined} summary="Hidden until needed">
          <p>Contents.</p>
        </Fold>
        <Fold target={target} invalid={state} summary="Open because it was refused">
          <p>Contents.</p>
        </Fold>
        <ul class="rows">
          <Row head={<PersonLink candidate={person} />} quiet="exam on Feb 12, 2027">
            <p>What is said of it.</p>
          </Row>
        </ul>
        <table class="people">
          <ColumnHeads names={['Name', 'Status', 'Attempts']} />
          <tbody>
            <tr>
              <th scope="row">
                <PersonLink candidate={person} />
              </th>
              <td data-label="Status">
                Waiting <span class="tag">Email bounced</span>
              </td>
              <td data-label="Attempts">2 of 3</td>
            </tr>
          </tbody>
        </table>
      </section>
    </WithErrorSummary>,
  );
}

const blocks = [
  lead('Sunday, March 14, 2027'),
  waitLine(30, 19),
  paragraph('A paragraph with ', { text: 'a link to the form', href: '/' }, ' and ', { strong: 'strong words' }, '.'),
  heading('A heading'),
  list(['One of a list', 'Another']),
  button('A link like a button', '/'),
];

function Buttons() {
  const looks = { 'First choice': undefined, 'Second choice': 'second', 'In a row': 'second small', Erase: 'danger' };
  return (
    <section>
      <h2>Buttons</h2>
      <div class="buttons">
        {Object.entries(looks).map(([text, look]) => (
          <button type="button" class={look}>
            {text}
          </button>
        ))}
      </div>
    </section>
  );
}
