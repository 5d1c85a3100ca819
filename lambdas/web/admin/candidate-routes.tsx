import type { Context, Hono } from 'hono';
import { parseAcknowledgement, parseAction, staffForms } from '../../core/action-forms.ts';
import type { Candidate } from '../../core/candidate.ts';
import { flagsOf, isFlag } from '../../core/flags.ts';
import { type FormInput, parseForm } from '../../core/forms.ts';
import type { Staff } from '../../core/staff.ts';
import { changeDetails, resendEmailOrLink } from '../../services/enrollment.ts';
import { erase } from '../../services/erase.ts';
import { detailOf } from '../../services/find-candidates.ts';
import { type ActionOutcome, perform } from '../../services/perform.ts';
import { requestNewAddressFor } from '../../services/request-links.ts';
import { readBody } from '../body.ts';
import { document } from '../components/layout.tsx';
import { notFound } from '../http-error.ts';
import {
  type AdminContext,
  candidateNotFound,
  candidateOf,
  pageOf,
  type SignedIn,
} from './admin-context.ts';
import { acknowledgeForm } from './attention.tsx';
import { CandidatePage, type CandidatePageProps } from './candidate-page.tsx';
import { correctable, detailForm } from './candidate-page-corrections.tsx';
import { toDetail } from './json.ts';
import { conflictSentence, historyLabel, notices } from './labels.ts';

/** A candidate's page and its forms. */
export function addCandidateRoutes(app: Hono<SignedIn>, context: AdminContext): void {
  const { forms, log, rules, clock } = context;
  const page = candidatePage(context);

  app.get('/admin/candidates/:id', async (c) => {
    const candidate = await candidateOf(context, c.req.param('id'));
    log('candidate-viewed', { by: c.get('staff').id, id: candidate.id });
    const { done } = c.req.query();
    const notice = done && (notices[done] ?? lastDoneBy(c.get('staff'), candidate, context));
    return c.html(await page(c, candidate, { notice }));
  });

  app.get('/admin/candidates/:id/data.json', async (c) => {
    const candidate = await candidateOf(context, c.req.param('id'));
    log('candidate-viewed', { by: c.get('staff').id, id: candidate.id });
    c.header('content-disposition', 'attachment; filename="data.json"');
    return c.json(toDetail(await detailOf(context, candidate), rules, clock()));
  });

  for (const form of staffForms)
    app.post(`/admin/candidates/:id/${form}`, async (c) => {
      const input = await readBody(c);
      const parsed = parseAction(form, forms, input);
      const outcome = await perform(context, c.get('staff'), c.req.param('id'), parsed);
      return answer(c, form, input, outcome);
    });

  for (const field of correctable)
    app.post(`/admin/candidates/:id/details/${field}`, async (c) => {
      const id = c.req.param('id');
      const { was, ...input } = await readBody(c);
      const form = detailForm(field);
      const candidate = await candidateOf(context, id);
      const is = candidate[field] ?? '';
      if (was !== undefined && was !== is && input[field] !== is) {
        const sentence = `A colleague has changed this to “${is}” in the meantime. Send yours again only if it is the right one.`;
        const invalid = { form, input, fieldErrors: { [field]: sentence } };
        return c.html(await page(c, candidate, { invalid }), 422);
      }
      const changes = parseForm(forms[field], input);
      return answer(c, form, input, await changeDetails(context, c.get('staff'), id, changes));
    });

  app.post('/admin/candidates/:id/change-email', async (c) => {
    const id = c.req.param('id');
    const input = await readBody(c);
    const outcome = await requestNewAddressFor(context, c.get('staff'), id, forms, input);
    return answer(c, 'change-email', input, outcome);
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
    const raised = flagsOf(await candidateOf(context, id), rules.exam, clock());
    const outcome = await perform(context, c.get('staff'), id, action);
    if (outcome.type === 'done' && outcome.change === 'changed') {
      if (!raised.includes(flag)) return c.redirect(candidatePath(id, 'was-done'), 303);
      const done = `done=acknowledge&who=${id}`;
      if (input.returnTo === 'overview') return c.redirect(`/admin?${done}`, 303);
      if (input.returnTo === 'list') return c.redirect(`/admin?flag=${flag}&${done}`, 303);
    }
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

/** What the signed-in member of staff just did, as the history tells it. */
function lastDoneBy(staff: Staff, { history }: Candidate, { rules }: AdminContext) {
  const last = history.at(-1);
  return last?.byId === staff.id ? historyLabel(last, rules.exam) : undefined;
}

function candidatePage(context: AdminContext) {
  return async (
    c: Context<SignedIn>,
    candidate: Candidate,
    shown: Pick<CandidatePageProps, 'notice' | 'conflict' | 'invalid'>,
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
