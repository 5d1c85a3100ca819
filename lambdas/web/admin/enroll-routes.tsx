import type { Context, Hono } from 'hono';
import type { FieldErrors } from '../../core/action-result.ts';
import type { Candidate } from '../../core/candidate.ts';
import type { FormInput } from '../../core/forms.ts';
import { enroll } from '../../services/enrollment.ts';
import { detailOf, findCandidate } from '../../services/find-candidates.ts';
import { readBody } from '../body.ts';
import { document } from '../components/layout.tsx';
import { type AdminContext, pageOf, type SignedIn } from './admin-context.ts';
import { candidatePath } from './candidate-routes.tsx';
import { EnrollPage } from './enroll-page.tsx';

/** Enrolling one candidate, and correcting what the link of an enrolled one confirms. */
export function addEnrollRoutes(app: Hono<SignedIn>, context: AdminContext): void {
  const { rules, forms, log } = context;

  const enrollPage = (c: Context<SignedIn>, input: FormInput, fieldErrors: FieldErrors) =>
    document(<EnrollPage {...pageOf(c, context)} exam={rules.exam} state={{ form: 'enroll', input, fieldErrors }} />);

  app.get('/admin/enroll', async (c) => {
    const candidate = await findCandidate(context, c.req.query('candidate') ?? '');
    if (!candidate?.enrollment) return c.html(enrollPage(c, {}, {}));
    log('candidate-viewed', { by: c.get('staff').id, id: candidate.id });
    return c.html(enrollPage(c, await enteredFor(candidate), {}));
  });

  app.post('/admin/candidates', async (c) => {
    const input = await readBody(c);
    const outcome = await enroll(context, c.get('staff'), forms, input);
    switch (outcome.type) {
      case 'invalid':
        return c.html(enrollPage(c, input, outcome.fieldErrors), 422);
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
