import { Notice, PersonLink, Refusal } from '../../lambdas/web/admin/staff-layout.tsx';
import { Fold } from '../../lambdas/web/components/candidate-actions.tsx';
import { DayLine } from '../../lambdas/web/components/day-line.tsx';
import { Choices, TextField } from '../../lambdas/web/components/fields.tsx';
import { consolePage } from './console-page.tsx';

const state = { form: 'sample', input: { name: 'Ana Flores', attemptNumber: '2' }, fieldErrors: {} };
const withErrors = {
  ...state,
  fieldErrors: { email: 'Enter an email address like name@example.com.', membership: 'Choose Yes or No.' },
};
const target = { form: 'sample', url: '/local/components' };
const person = { id: 'nobody', name: 'Ana Flores' };
const yesOrNo = ['Yes', 'No'].map((text) => ({ value: text, text }));

export function componentsPage() {
  return consolePage(
    'Components',
    <>
      <section class="intro">
        <h1>Components</h1>
        <p>Every component the pages use. Check each one in dark mode, with forced colors, at 320 px, and in print.</p>
      </section>
      <Text />
      <Notice>A notice says what is now true.</Notice>
      <Refusal>A refusal says what wasn’t done, and why.</Refusal>
      <Buttons />
      <Fields />
      <Lists />
      <People />
    </>,
  );
}

function Text() {
  return (
    <section>
      <h2>Text and the day line</h2>
      <p class="hero">Sunday, March 14, 2027</p>
      <DayLine text="Day 11 of 30" done={11} total={30} left={19} />
      <h3>A heading in a section</h3>
      <p>
        A paragraph with <a href="/">a link to the form</a>. <span class="quiet">Less important text is muted.</span>
      </p>
    </section>
  );
}

function Buttons() {
  return (
    <section>
      <h2>Buttons</h2>
      <div class="buttons">
        <button type="button">First choice</button>
        <button type="button" class="second">
          Second choice
        </button>
        <button type="button" class="danger">
          Erase
        </button>
        <button type="button" class="second small">
          In a row
        </button>
        <button type="button" disabled>
          Not yet
        </button>
        <button type="button" class="link">
          Like a link
        </button>
      </div>
    </section>
  );
}

function Fields() {
  return (
    <form>
      <h2>Fields</h2>
      <TextField state={state} name="name" label="Text field" hint="A hint helps people answer." />
      <TextField state={withErrors} name="email" label="Text field with an error" type="email" />
      <TextField state={state} name="attemptDate" label="Date field" type="date" />
      <Choices
        state={state}
        name="attemptNumber"
        label="Radio buttons"
        type="radio"
        options={['First', 'Second', 'Third'].map((text, index) => ({ value: String(index + 1), text }))}
      />
      <Choices state={withErrors} name="membership" label="Choice with an error" type="radio" options={yesOrNo} />
      <Choices state={state} name="areas" label="Checkboxes" type="checkbox" options={yesOrNo} />
      <button type="button">Send</button>
    </form>
  );
}

function Lists() {
  return (
    <section>
      <h2>Disclosures and facts</h2>
      <dl>
        <dt>Email address</dt>
        <dd>ana@example.com</dd>
        <dt>Attempts</dt>
        <dd>2 of 3 used</dd>
      </dl>
      <ul class="metrics">
        <li>
          <strong>$150</strong> A number that matters
        </li>
        <li>
          <strong>1 left</strong> Another one
        </li>
      </ul>
      <ol class="plan">
        <li>
          <span class="quiet">Fri, Feb 12 – Mon, Feb 22</span> Past or upcoming
        </li>
        <li aria-current="step">
          <span class="quiet">Tue, Feb 23 – Sun, Mar 7</span> What to do today
        </li>
      </ol>
      <Fold target={target} invalid={undefined} summary="Hidden until needed">
        <p>Contents.</p>
      </Fold>
      <Fold target={target} invalid={state} summary="Opened">
        <p>Contents.</p>
      </Fold>
    </section>
  );
}

function People() {
  return (
    <section>
      <h2>Rows and tables</h2>
      <ul class="rows">
        <li>
          <div>
            <PersonLink candidate={person} /> <span class="quiet">exam on Feb 12, 2027</span>
          </div>
          <button type="button" class="second small">
            Mark as called
          </button>
        </li>
      </ul>
      <table class="people">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Status</th>
            <th scope="col">Attempts</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">
              <PersonLink candidate={person} />
              <span class="quiet">ana@example.com</span>
            </th>
            <td data-label="Status">
              Waiting <span class="tag">Email bounced</span>
            </td>
            <td data-label="Attempts">2 of 3</td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}
