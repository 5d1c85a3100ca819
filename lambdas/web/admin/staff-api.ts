import type { Context } from 'hono';
import { parseAcknowledgement, parseAction, staffForms } from '../../core/action-forms.ts';
import { isFlag } from '../../core/flags.ts';
import { type EnrollmentOutcome, enroll, resendEmailOrLink } from '../../services/enrollment.ts';
import { erase } from '../../services/erase.ts';
import { detailOf, findCandidate } from '../../services/find-candidates.ts';
import { type ActionOutcome, perform } from '../../services/perform.ts';
import { requestNewAddressFor } from '../../services/request-links.ts';
import { emptyApp, withoutSlash } from '../base-app.ts';
import { readBody } from '../body.ts';
import { errorJson, HttpError, notFound } from '../http-error.ts';
import { type AdminContext, isSafeMethod, type SignedIn } from './admin-context.ts';
import { candidatesCsv, sendCsv } from './candidates-csv.ts';
import { toDetail, toSummary } from './json.ts';
import { conflictSentence } from './labels.ts';
import { candidatesFor, cursorAt, listQueryIn } from './list-query.ts';
import { openApiDocument } from './openapi.ts';

/** The API for the staff's own programs, with bearer tokens. */
export function createStaffApi(context: AdminContext) {
  const { lists, tokens, rules, forms, organization, clock, log } = context;
  const { exam } = rules;
  const api = emptyApp<SignedIn>();

  api.use(async (c, next) => {
    const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const staff = token === undefined ? undefined : await tokens.verify(token);
    if (staff === undefined) {
      c.header('www-authenticate', 'Bearer');
      const sentence = 'Send a valid bearer token of the staff.';
      throw new HttpError(401, 'unauthorized', 'No valid token', sentence);
    }
    if (staff.readsOnly && !isSafeMethod(c))
      throw new HttpError(403, 'read-only', 'Reading only', 'This token is for reading only.');
    c.set('staff', staff);
    return next();
  });

  api.get('/candidates', async (c) => {
    const now = clock();
    const { candidates, next } = await candidatesFor(context, c.get('staff'), listQueryIn(c), now);
    return c.json({
      candidates: candidates.map((candidate) => toSummary(candidate, exam, now)),
      nextCursor: cursorAt(next) ?? null,
    });
  });

  api.get('/candidates.csv', async (c) =>
    sendCsv(c, await candidatesCsv(context, c.get('staff'), listQueryIn(c), { forExcel: false })),
  );

  api.get('/summary', async (c) => c.json(await lists.summary(clock())));

  api.get('/openapi.json', (c) => c.json(openApiDocument(exam, organization)));

  api.get('/candidates/:id', async (c) => {
    const candidate = await findCandidate(context, c.req.param('id'));
    if (candidate === undefined) throw notFound();
    log('candidate-viewed', { by: c.get('staff').id, id: candidate.id });
    return c.json(toDetail(await detailOf(context, candidate), exam, clock()));
  });

  api.post('/candidates', async (c) =>
    answer(c, context, await enroll(context, c.get('staff'), forms, await readBody(c))),
  );

  for (const form of staffForms)
    api.post(`/candidates/:id/${form}`, async (c) => {
      const parsed = parseAction(form, forms, await readBody(c));
      return answer(c, context, await perform(context, c.get('staff'), c.req.param('id'), parsed));
    });

  api.post('/candidates/:id/change-email', (c) => changeEmail(c, c.req.param('id'), context));

  api.post('/candidates/:id/emails/:key/resend', async (c) => {
    const { id, key } = c.req.param();
    return answer(c, context, await resendEmailOrLink(context, c.get('staff'), id, key));
  });

  api.post('/candidates/:id/flags/:flag/acknowledge', async (c) => {
    const { id, flag } = c.req.param();
    if (!isFlag(flag)) throw notFound();
    const parsed = parseAcknowledgement(flag, forms, await readBody(c));
    return answer(c, context, await perform(context, c.get('staff'), id, parsed));
  });

  api.delete('/candidates/:id', async (c) => {
    const outcome = await erase(context, c.req.param('id'), c.get('staff'));
    if (outcome === 'not-found') throw notFound();
    return c.body(null, 204);
  });

  api.all('*', async (c) => withoutSlash(c) ?? Promise.reject(notFound()));

  return api;
}

async function changeEmail(
  c: Context<SignedIn>,
  id: string,
  context: AdminContext,
): Promise<Response> {
  const { forms } = context;
  const input = await readBody(c);
  const outcome = await requestNewAddressFor(context, c.get('staff'), id, forms, input);
  return answer(c, context, outcome, 202);
}

async function answer(
  c: Context,
  context: AdminContext,
  outcome: ActionOutcome | EnrollmentOutcome,
  done: 200 | 202 = 200,
): Promise<Response> {
  const { rules, clock } = context;
  switch (outcome.type) {
    case 'done': {
      const { candidate, change } = outcome;
      const detail = await detailOf(context, candidate);
      return c.json(toDetail(detail, rules.exam, clock()), change === 'created' ? 201 : done);
    }
    case 'invalid':
      return c.json(invalid(outcome.fieldErrors), 422);
    case 'conflict':
      return c.json(errorJson(outcome.conflict, conflictSentence(outcome.conflict)), 409);
    case 'not-found':
      throw notFound();
  }
}

function invalid(fieldErrors: Record<string, string>) {
  return errorJson('invalid', Object.values(fieldErrors).join(' '), fieldErrors);
}
