import type { Context, Hono } from 'hono';
import { parseAcknowledgement, parseAction, staffForms } from '../../core/action-forms.ts';
import type { Candidate } from '../../core/candidate.ts';
import { isFlag } from '../../core/flags.ts';
import type { FormInput } from '../../core/forms.ts';
import { resendEmailOrLink } from '../../services/enrollment.ts';
import { erase } from '../../services/erase.ts';
import { detailOf } from '../../services/find-candidates.ts';
import { type ActionOutcome, perform } from '../../services/perform.ts';
import { readBody } from '../body.ts';
import type { FormState } from '../components/form-state.ts';
import { document } from '../components/layout.tsx';
import { notFound } from '../http-error.ts';
import {
  type AdminContext,
  candidateNotFound,
  candidateOf,
  pageOf,
  type SignedIn,
} from './admin-context.ts';
import { CandidatePage } from './candidate-page.tsx';
import { acknowledgeForm } from './flag-form.tsx';
import { conflictSentence, notices } from './labels.ts';

/** A candidate's page and its forms. */
export function addCandidateRoutes(app: Hono<SignedIn>, context: AdminContext): void {
  const { forms, log } = context;
  const page = candidatePage(context);

  app.get('/admin/candidates/:id', async (c) => {
    const candidate = await candidateOf(context, c.req.param('id'));
    log('candidate-viewed', { by: c.get('staff').id, id: candidate.id });
    return c.html(await page(c, candidate, { notice: notices[c.req.query('done') ?? ''] }));
  });

  for (const form of staffForms)
    app.post(`/admin/candidates/:id/${form}`, async (c) => {
      const input = await readBody(c);
      const parsed = parseAction(form, forms, input);
      const outcome = await perform(context, c.get('staff'), c.req.param('id'), parsed);
      return answer(c, form, input, outcome);
    });

  app.post('/admin/candidates/:id/emails/:key/resend', async (c) => {
    const { id, key } = c.req.param();
    const outcome = await resendEmailOrLink(context, c.get('staff'), id, key);
    return answer(c, 'resend', {}, outcome);
  });

  app.post('/admin/candidates/:id/flags/:flag/acknowledge', async (c) => {
    const { id, flag } = c.req.param();
    if (!isFlag(flag)) throw notFound();
    const input = await readBody(c);
    const action = parseAcknowledgement(flag, forms, input);
    const outcome = await perform(context, c.get('staff'), id, action);
    if (outcome.type === 'done' && input.returnTo === 'overview')
      return c.redirect('/admin?done=acknowledge', 303);
    return answer(c, 'acknowledge', input, outcome, acknowledgeForm(id, flag));
  });

  app.post('/admin/candidates/:id/erase', async (c) => {
    const id = c.req.param('id');
    const input = await readBody(c);
    if (input.sure !== 'yes') {
      const fieldErrors = { sure: 'Tick the box, so that nobody is erased by mistake.' };
      const invalid = { form: 'erase', input, fieldErrors };
      return c.html(await page(c, await candidateOf(context, id), { invalid }), 422);
    }
    if ((await erase(context, id, c.get('staff'))) === 'not-found') throw candidateNotFound();
    return c.redirect('/admin?done=erase', 303);
  });

  async function answer(
    c: Context<SignedIn>,
    notice: string,
    input: FormInput,
    outcome: ActionOutcome,
    form = notice,
  ): Promise<Response> {
    switch (outcome.type) {
      case 'done': {
        const done = outcome.change === 'none' ? 'nothing' : notice;
        return c.redirect(candidatePath(outcome.candidate.id, done), 303);
      }
      case 'invalid': {
        const invalid = { form, input, fieldErrors: outcome.fieldErrors };
        return c.html(await page(c, outcome.candidate, { invalid }), 422);
      }
      case 'conflict': {
        const conflict = conflictSentence(outcome.conflict);
        return c.html(await page(c, outcome.candidate, { conflict }), 409);
      }
      case 'not-found':
        throw candidateNotFound();
    }
  }
}

function candidatePage(context: AdminContext) {
  return async (
    c: Context<SignedIn>,
    candidate: Candidate,
    shown: { notice?: string | undefined; conflict?: string; invalid?: FormState },
  ) => {
    const { rules, clock } = context;
    const detail = await detailOf(context, candidate);
    return document(
      <CandidatePage {...pageOf(c, context)} {...detail} rules={rules} now={clock()} {...shown} />,
    );
  };
}

/** The path of the candidate's page, with a notice about what was done. */
export function candidatePath(id: string, done: string): string {
  return `/admin/candidates/${id}?done=${done}`;
}
