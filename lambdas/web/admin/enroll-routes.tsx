import type { Context, Hono } from 'hono';
import type { Candidate } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import type { FormInput } from '../../core/forms.ts';
import { daysKeptUnconfirmed } from '../../core/status.ts';
import { enroll } from '../../services/enrollment.ts';
import { detailOf, findCandidate } from '../../services/find-candidates.ts';
import { readBody } from '../body.ts';
import { hasErrors, WithErrorSummary } from '../components/error-summary.tsx';
import { LowestAreasField, SingleBox, TextField, TimeZoneField } from '../components/fields.tsx';
import type { FormState } from '../components/form-state.ts';
import { SignUpFields } from '../components/sign-up-fields.tsx';
import type { AdminContext, SignedIn } from './admin-context.ts';
import { candidatePath } from './candidate-routes.tsx';
import { staffLabels } from './labels.ts';
import { type StaffPage, showPage } from './staff-layout.tsx';

const checkInsOption = { value: 'yes', text: 'Send the student two short study emails' };

/** Enrolling one candidate, and correcting what the link of an enrolled one confirms. */
export function addEnrollRoutes(app: Hono<SignedIn>, context: AdminContext): void {
  const { rules, forms, log } = context;

  const show = (c: Context<SignedIn>, input: FormInput, fieldErrors = {}) => {
    const page = enrollPage(rules.exam, { form: 'enroll', input, fieldErrors });
    return showPage(c, context, page, page.isError ? 422 : 200);
  };

  app.get('/admin/enroll', async (c) => {
    const candidate = await findCandidate(context, c.req.query('candidate') ?? '');
    if (!candidate?.enrollment) return show(c, {});
    log('candidate-viewed', { by: c.get('staff').id, id: candidate.id });
    return show(c, await enteredFor(candidate));
  });

  app.post('/admin/candidates', async (c) => {
    const input = await readBody(c);
    const outcome = await enroll(context, c.get('staff'), forms, input);
    switch (outcome.type) {
      case 'invalid':
        return show(c, input, outcome.fieldErrors);
      case 'done': {
        const changed = outcome.replacedLinkId ? 'enroll-renewed' : 'enroll-changed';
        const done = { created: 'enroll', changed, none: 'nothing' };
        return c.redirect(candidatePath(outcome.candidate.id, done[outcome.change]), 303);
      }
      case 'conflict':
        return c.redirect(candidatePath(outcome.candidate.id, 'known'), 303);
    }
  });

  /** What was entered for an enrolled candidate, to be corrected. */
  async function enteredFor(candidate: Candidate): Promise<FormInput> {
    const { toBeConfirmed } = await detailOf(context, candidate);
    const { id, name, email, cohort, membership, timeZone } = candidate;
    const { number, date, lowestAreas } = toBeConfirmed ?? {};
    const attempt = { attemptNumber: String(number ?? ''), attemptDate: date, lowestAreas };
    const checkIns = candidate.checkIns ? 'yes' : '';
    return { candidate: id, name, email, cohort, membership, timeZone, checkIns, ...attempt };
  }
}

/** The form to enroll someone, or to correct what the link of the candidate in `state` confirms. */
function enrollPage(exam: Exam, state: FormState): StaffPage {
  const labels = staffLabels(exam);
  const isError = hasErrors(state);
  const isCorrection = state.input.candidate !== undefined;
  const title = isCorrection ? 'Correct the attempt' : 'Enroll a student';
  const content = (
    <>
      <p>
        <a href="/admin">All students</a>
      </p>
      <WithErrorSummary invalid={state}>
        <section>
          <h1>{title}</h1>
          <p>
            {isCorrection
              ? 'The student’s link will confirm what you save here. If it has expired, we’ll send a new one.'
              : `We’ll send one email with a confirmation link. Nothing else will go out until the student confirms. If they haven’t after seven days, we’ll flag them for you; ${daysKeptUnconfirmed} days later, we’ll delete the record.`}
          </p>
        </section>
        <form method="post" action="/admin/candidates" novalidate>
          {isCorrection && <FixedAddress {...state} />}
          <SignUpFields state={state} exam={exam} labels={labels} autocomplete={false} hasEmail={!isCorrection} />
          <LowestAreasField state={state} exam={exam} />
          <TimeZoneField state={state} label={labels.timeZone} />
          <TextField state={state} name="cohort" label={labels.cohort} />
          <SingleBox state={state} name="checkIns" label="During the wait" option={checkInsOption} />
          <button type="submit">{isCorrection ? 'Save the corrections' : 'Enroll and send the link'}</button>
        </form>
      </WithErrorSummary>
    </>
  );
  return { title, isError, content };
}

/** The address that the link went to; with another one, this would enroll a second candidate. */
function FixedAddress({ input }: Pick<FormState, 'input'>) {
  const { candidate, email } = input;
  return (
    <>
      <input type="hidden" name="candidate" value={String(candidate)} />
      <input type="hidden" name="email" value={String(email)} />
      <p>
        The link goes to <strong>{String(email)}</strong>. If that address is wrong,{' '}
        <a href="/admin/enroll">enroll the student again with the right one</a>, and erase this record.
      </p>
    </>
  );
}
