import type { Context, Hono } from 'hono';
import type { Candidate } from '../../core/candidate.ts';
import { isFlag } from '../../core/flags.ts';
import { type FormInput, parseForm } from '../../core/forms.ts';
import type { Staff } from '../../core/staff.ts';
import { changeDetails } from '../../services/enrollment.ts';
import { erase } from '../../services/erase.ts';
import { detailOf } from '../../services/find-candidates.ts';
import type { ActionOutcome } from '../../services/perform.ts';
import { readBody } from '../body.ts';
import { type AdminContext, candidateNotFound, candidateOf, type SignedIn, viewedIn } from './admin-context.ts';
import { acknowledgeForm } from './attention.tsx';
import { type CandidatePageProps, candidatePage } from './candidate-page.tsx';
import { correctable } from './candidate-page-actions.tsx';
import { conflictSentence } from './email-labels.ts';
import { toDetail } from './json.ts';
import { doneLabel, notices } from './labels.ts';
import { routePath, staffActions } from './staff-actions.ts';
import { showPage } from './staff-layout.tsx';

/** A candidate's page and its forms. */
export function addCandidateRoutes(app: Hono<SignedIn>, context: AdminContext): void {
  const { forms, rules, clock } = context;

  app.get('/admin/candidates/:id', async (c) => {
    const candidate = await viewedIn(c, context);
    const { done } = c.req.query();
    const notice = done && (notices[done] ?? lastDoneBy(c.get('staff'), candidate, context));
    return showCandidate(c, context, candidate, { notice });
  });

  app.get('/admin/candidates/:id/data.json', async (c) => {
    const detail = await detailOf(context, await viewedIn(c, context));
    c.header('content-disposition', 'attachment; filename="data.json"');
    return c.json(toDetail(detail, rules, clock()));
  });

  for (const { path, act } of staffActions)
    app.post(`/admin/candidates/:id/${routePath(path)}`, async (c) => {
      const at: Partial<Record<string, string>> = c.req.param();
      const { id = '', flag = '' } = at;
      const input = await readBody(c);
      const outcome = await act(context, c.get('staff'), at, input);
      if (!isFlag(flag)) return answer(c, context, path, input, outcome);
      if (outcome.type !== 'done' || outcome.change === 'none')
        return answer(c, context, acknowledgeForm(id, flag), input, outcome);
      // A note at a flag that a colleague has put aside is kept as a note alone.
      if (outcome.candidate.history.at(-1)?.action === 'note-added')
        return c.redirect(candidatePath(id, 'was-done'), 303);
      const done = `done=acknowledge&who=${id}`;
      if (input.returnTo === 'overview') return c.redirect(`/admin?${done}`, 303);
      if (input.returnTo === 'list') return c.redirect(`/admin?flag=${flag}&${done}`, 303);
      return c.redirect(candidatePath(id, 'acknowledge'), 303);
    });

  for (const field of correctable)
    app.post(`/admin/candidates/:id/details/${field}`, async (c) => {
      const id = c.req.param('id');
      const { was, ...input } = await readBody(c);
      const form = `details/${field}`;
      const candidate = await candidateOf(context, id);
      const is = candidate[field] ?? '';
      if (was !== undefined && was !== is && input[field] !== is) {
        const sentence = `A colleague changed this to “${is}” while you were working. If your version is the right one, save it again.`;
        return answer(c, context, form, input, { type: 'invalid', candidate, fieldErrors: { [field]: sentence } });
      }
      const changes = parseForm(forms.changes, { [field]: input[field] ?? '' });
      const outcome = await changeDetails(context, c.get('staff'), id, changes);
      return answer(c, context, form, input, outcome);
    });

  app.post('/admin/candidates/:id/erase', async (c) => {
    const id = c.req.param('id');
    const input = await readBody(c);
    if (input.sure !== 'yes') {
      const fieldErrors = { sure: 'To erase the record, check the box first.' };
      const candidate = await candidateOf(context, id);
      return answer(c, context, 'erase', input, { type: 'invalid', candidate, fieldErrors });
    }
    if ((await erase(context, id, c.get('staff'))) === 'not-found') throw candidateNotFound();
    return c.redirect('/admin?done=erase', 303);
  });
}

/** Leads back to the candidate's page if it is done; otherwise shows the page with why it isn't. */
async function answer(
  c: Context<SignedIn>,
  context: AdminContext,
  form: string,
  input: FormInput,
  outcome: ActionOutcome,
): Promise<Response> {
  switch (outcome.type) {
    case 'done': {
      const done = outcome.change === 'none' ? unchangedBy(form) : 'changed';
      return c.redirect(candidatePath(outcome.candidate.id, done), 303);
    }
    case 'invalid': {
      const invalid = { form, input, fieldErrors: outcome.fieldErrors };
      return showCandidate(c, context, outcome.candidate, { invalid }, 422);
    }
    case 'conflict':
      return showCandidate(c, context, outcome.candidate, { conflict: conflictSentence(outcome.conflict) }, 409);
    case 'not-found':
      throw candidateNotFound();
  }
}

/** The notice that nothing changed. */
function unchangedBy(form: string): string {
  if (form === 'undo') return 'nothing-undone';
  return form.endsWith('/resend') ? 'nothing-resent' : 'nothing';
}

/** What the signed-in member of staff just did. */
function lastDoneBy(staff: Staff, { history }: Candidate, { rules }: AdminContext) {
  const last = history.at(-1);
  return last?.byId === staff.id ? doneLabel(last, rules.exam) : undefined;
}

async function showCandidate(
  c: Context<SignedIn>,
  context: AdminContext,
  candidate: Candidate,
  shown: Pick<CandidatePageProps, 'notice' | 'conflict' | 'invalid'>,
  status: 200 | 409 | 422 = 200,
) {
  const { rules, clock } = context;
  const detail = await detailOf(context, candidate);
  return showPage(c, context, candidatePage({ ...detail, ...shown, rules, now: clock() }), status);
}

/** The path of the candidate's page, with a notice about what was done. */
export function candidatePath(id: string, done: string): string {
  return `/admin/candidates/${id}?done=${done}`;
}
