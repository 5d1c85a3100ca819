import type { Context, Hono, MiddlewareHandler } from 'hono';
import { parseForm } from '../../core/forms.ts';
import { changeDetails, type EnrollmentOutcome, enroll } from '../../services/enrollment.ts';
import { erase } from '../../services/erase.ts';
import { detailOf, findCandidate } from '../../services/find-candidates.ts';
import { importCandidates } from '../../services/import.ts';
import type { ActionOutcome } from '../../services/perform.ts';
import { emptyApp, withoutSlash } from '../base-app.ts';
import { readBody } from '../body.ts';
import { errorJson, HttpError, notFound } from '../http-error.ts';
import { type AdminContext, isSafeMethod, type SignedIn } from './admin-context.ts';
import { deeds } from './candidate-deeds.ts';
import { candidatesCsv, sendCsv } from './candidates-csv.ts';
import { importQueryIn, importRowsIn } from './import-body.ts';
import { toDetail, toSummary } from './json.ts';
import { conflictSentence } from './labels.ts';
import { candidatesFor, cursorAt, listQueryIn, numbersFor } from './list-query.ts';
import { openApiDocument } from './openapi.ts';
import { checkParameters } from './query-parameters.ts';

/** The API for the staff's own programs, with bearer tokens. */
export function createStaffApi(context: AdminContext) {
  const { rules, forms, organization, clock, log } = context;
  const api = emptyApp<SignedIn>();

  api.use(checkToken(context));
  api.use(checkRequest(api));

  api.get('/candidates', async (c) => {
    const now = clock();
    const query = listQueryIn(c);
    const page = await candidatesFor(context, c.get('staff'), query, now, true);
    return c.json({
      candidates: page.candidates.map((candidate) => toSummary(candidate, rules, now)),
      total: page.total ?? null,
      nextCursor: cursorAt(page.next) ?? null,
    });
  });

  api.get('/candidates.csv', async (c) =>
    sendCsv(c, await candidatesCsv(context, c.get('staff'), listQueryIn(c), { forExcel: false })),
  );

  api.get('/summary', async (c) => c.json(await numbersFor(context, c.get('staff'))));

  api.get('/openapi.json', (c) => c.json(openApiDocument(rules.exam, organization)));

  api.get('/candidates/:id', async (c) => {
    const candidate = await findCandidate(context, c.req.param('id'));
    if (candidate === undefined) throw notFound();
    log('candidate-viewed', { by: c.get('staff').id, id: candidate.id });
    return c.json(toDetail(await detailOf(context, candidate), rules, clock()));
  });

  api.post('/candidates', async (c) =>
    answer(c, context, await enroll(context, c.get('staff'), forms, await readBody(c))),
  );

  api.post('/candidates/import', async (c) => {
    const { dryRun, timeZone } = importQueryIn(c);
    const inputs = await importRowsIn(c, timeZone);
    const isDryRun = dryRun === 'true';
    const rows = await importCandidates(context, c.get('staff'), forms, inputs, { isDryRun });
    return c.json({ rows });
  });

  api.patch('/candidates/:id', async (c) => {
    const changes = parseForm(forms.changes, await readBody(c, { keepNull: true }));
    return answer(c, context, await changeDetails(context, c.get('staff'), c.req.param('id'), changes));
  });

  for (const [path, deed] of deeds)
    api.post(`/candidates/:id/${path}`, async (c) => {
      const outcome = await deed(context, c.get('staff'), c.req.param(), await readBody(c));
      return answer(c, context, outcome, path === 'change-email' ? 202 : 200);
    });

  api.delete('/candidates/:id', async (c) => {
    const outcome = await erase(context, c.req.param('id'), c.get('staff'));
    if (outcome === 'not-found') throw notFound();
    return c.body(null, 204);
  });

  api.all('*', () => Promise.reject(notFound()));

  return api;
}

const root = '/admin/api';

function checkToken({ tokens }: AdminContext): MiddlewareHandler<SignedIn> {
  return async (c, next) => {
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
  };
}

/** Refuses a path, a method or a parameter that there isn't. */
function checkRequest({ routes }: Pick<Hono<SignedIn>, 'routes'>): MiddlewareHandler<SignedIn> {
  return async (c, next) => {
    const redirect = withoutSlash(c);
    if (redirect) return redirect;
    const path = c.req.path.slice(root.length);
    const allowed = methodsAt(routes, path);
    const method = c.req.method === 'HEAD' ? 'GET' : c.req.method;
    if (allowed.length === 0) throw notFound();
    if (!allowed.includes(method)) {
      c.header('allow', allowed.join(', '));
      const sentence = `Send one of these here: ${allowed.join(', ')}.`;
      throw new HttpError(405, 'method-not-allowed', 'Not possible here', sentence);
    }
    checkParameters(c, `${method} ${path}`);
    return next();
  };
}

/** The methods of the routes at a path. */
function methodsAt(routes: readonly { method: string; path: string }[], path: string): string[] {
  const segments = path.split('/');
  return routes
    .filter(({ method, path: template }) => {
      const parts = template.split('/');
      return (
        method !== 'ALL' &&
        parts.length === segments.length &&
        parts.every((part, index) => (part.startsWith(':') ? segments[index] !== '' : part === segments[index]))
      );
    })
    .flatMap(({ method }) => (method === 'GET' ? [method, 'HEAD'] : [method]));
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
      const detail = toDetail(await detailOf(context, candidate), rules, clock());
      if (change !== 'created') return c.json(detail, done);
      c.header('location', `${root}/candidates/${candidate.id}`);
      return c.json(detail, 201);
    }
    case 'invalid': {
      const { fieldErrors, isMisfit } = outcome;
      const message = Object.values(fieldErrors).join(' ');
      return isMisfit
        ? c.json(errorJson('does-not-fit', message, fieldErrors), 409)
        : c.json(errorJson('invalid', message, fieldErrors), 422);
    }
    case 'conflict':
      return c.json(errorJson(outcome.conflict, conflictSentence(outcome.conflict)), 409);
    case 'not-found':
      throw notFound();
  }
}
