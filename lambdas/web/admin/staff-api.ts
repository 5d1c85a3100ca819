import type { Context, MiddlewareHandler } from 'hono';
import * as z from 'zod/mini';
import { parseForm } from '../../core/forms.ts';
import { changeDetails, type EnrollmentOutcome, enroll } from '../../services/enrollment.ts';
import { erase } from '../../services/erase.ts';
import { detailOf } from '../../services/find-candidates.ts';
import { importCandidates, maxImportRows } from '../../services/import.ts';
import type { ActionOutcome } from '../../services/perform.ts';
import { emptyApp, withoutSlash } from '../base-app.ts';
import { readBody } from '../body.ts';
import { errorJson, HttpError, notFound } from '../http-error.ts';
import { type AdminContext, candidateNotFound, isSafeMethod, type SignedIn, viewedIn } from './admin-context.ts';
import { candidatesCsv, sendCsv } from './candidates-csv.ts';
import { conflictSentence } from './email-labels.ts';
import { importQueryIn, importQuerySchema, importRowsIn, importSchema } from './import-body.ts';
import { toDetail, toSummary } from './json.ts';
import { candidatesFor, cursorAt, listQueryIn, listQuerySchema, numbersFor } from './list-query.ts';
import { type ApiRoute, detailAnswer, json, openApiDocument, schemaOf } from './openapi.ts';
import { routePath, staffActions } from './staff-actions.ts';

/** The API for staff programs, with bearer tokens. */
export function createStaffApi(context: AdminContext) {
  const { rules, organization } = context;
  const api = emptyApp<SignedIn>();
  const routes: ApiRoute[] = [
    ...listRoutes(context),
    {
      ...{ method: 'GET', path: '/openapi.json', id: 'describeApi', tag: 'description' },
      summary: 'This document',
      answers: () => ({ 200: json('An OpenAPI document', { type: 'object' }) }),
      handle: (c) => c.json(openApiDocument(routes, rules.exam, organization)),
    },
    ...enrollRoutes(context),
    ...candidateRoutes(context),
  ];
  api.use(checkToken(context));
  for (const { method, path, query, handle } of routes)
    api.on(method, routePath(path), (c) => {
      checkParameters(c, Object.keys(query?.shape ?? {}));
      return handle(c);
    });
  for (const [path, ofPath = []] of Object.entries(Object.groupBy(routes, (route) => route.path)))
    api.all(routePath(path), (c) => {
      const allowed = ofPath.flatMap(({ method }) => (method === 'GET' ? [method, 'HEAD'] : method)).join(', ');
      c.header('allow', allowed);
      throw new HttpError('method-not-allowed', 'Method not allowed', `Only these methods work here: ${allowed}.`);
    });
  api.all('*', (c) => withoutSlash(c) ?? Promise.reject(notFound()));
  return api;
}

const root = '/admin/api';

function listRoutes(context: AdminContext): ApiRoute[] {
  const { rules, clock } = context;
  return [
    {
      ...{ method: 'GET', path: '/candidates', id: 'listCandidates', tag: 'lists' },
      summary: 'List candidates',
      query: listQuerySchema,
      codes: ['invalid'],
      answers: ({ page }) => ({ 200: json('One page', schemaOf(page, 'output')) }),
      async handle(c) {
        const now = clock();
        const page = await candidatesFor(context, c.get('staff'), listQueryIn(c), now, true);
        return c.json({
          candidates: page.candidates.map((candidate) => toSummary(candidate, rules, now)),
          total: page.total ?? null,
          nextCursor: cursorAt(page.next) ?? null,
        });
      },
    },
    {
      ...{ method: 'GET', path: '/candidates.csv', id: 'exportCandidates', tag: 'lists' },
      summary: 'The same list as a table, up to 10,000 rows',
      query: z.omit(listQuerySchema, { limit: true, cursor: true }),
      codes: ['invalid', 'too-many-rows'],
      answers: () => ({ 200: { description: 'One row per candidate', content: { 'text/csv': {} } } }),
      handle: async (c) =>
        sendCsv(c, await candidatesCsv(context, c.get('staff'), listQueryIn(c), { forExcel: false })),
    },
    {
      ...{ method: 'GET', path: '/summary', id: 'countCandidates', tag: 'lists' },
      summary: 'Count candidates by status and cohort; up to a minute old',
      answers: ({ summary }) => ({ 200: json('The counts', schemaOf(summary)) }),
      handle: async (c) => c.json(await numbersFor(context, c.get('staff'))),
    },
  ];
}

const importDescription =
  'In JSON, each row has the fields of `POST /candidates`. In `text/csv`, the first line names the columns, in any order: name (or first name and last name), email, attempt date, attempt number, membership, time zone, and optionally lowest areas, cohort, and check-ins. Rows without a time zone get `timeZone`. Cells are separated by commas, semicolons, or tabs; dates can look like 11/24/2026, and membership can be yes or no. Rows are numbered from 1, not counting the header and empty lines. `enrolled`: gets a link to confirm, or the link already sent now confirms the new answers. `unchanged`: was already enrolled with these answers. `known`: has already confirmed. `mistakes`: is not enrolled. If an address appears twice, its first row counts.';

function enrollRoutes(context: AdminContext): ApiRoute[] {
  const { forms } = context;
  return [
    {
      ...{ method: 'POST', path: '/candidates', id: 'enrollCandidate', tag: 'candidates' },
      summary: 'Enroll a candidate, who gets a link to confirm',
      body: 'enrollment',
      codes: ['known'],
      answers: () => {
        const headers = { location: { required: true, schema: { type: 'string' } } };
        return { 200: detailAnswer(), 201: { ...detailAnswer(), headers } };
      },
      handle: async (c) => answer(c, context, await enroll(context, c.get('staff'), forms, await readBody(c))),
    },
    {
      ...{ method: 'POST', path: '/candidates/import', id: 'importCandidates', tag: 'candidates' },
      summary: `Enroll up to ${maxImportRows} candidates; \`dryRun=true\` only reports what would happen`,
      description: importDescription,
      query: importQuerySchema,
      body: { 'application/json': importSchema, 'text/csv': z.string() },
      codes: ['too-many-rows'],
      answers: ({ imported }) => ({ 200: json('The outcome of each row', schemaOf(imported)) }),
      async handle(c) {
        const { dryRun, timeZone } = importQueryIn(c);
        const inputs = await importRowsIn(c, timeZone);
        const isDryRun = dryRun === 'true';
        return c.json({ rows: await importCandidates(context, c.get('staff'), forms, inputs, { isDryRun }) });
      },
    },
  ];
}

function candidateRoutes(context: AdminContext): ApiRoute[] {
  const { rules, forms, clock } = context;
  return [
    {
      ...{ method: 'GET', path: '/candidates/{id}', id: 'getCandidate', tag: 'candidates' },
      summary: 'One candidate, with attempts, emails, history, and notes',
      handle: async (c) => c.json(toDetail(await detailOf(context, await viewedIn(c, context)), rules, clock())),
    },
    {
      ...{ method: 'PATCH', path: '/candidates/{id}', id: 'changeCandidate', tag: 'candidates' },
      summary: 'Change details; an empty or null `cohort` removes it',
      description:
        'Before the candidate has confirmed, this also changes what the link confirms. While they are confirming, the answer is `unconfirmed`: try again a moment later.',
      body: 'changes',
      codes: ['unconfirmed'],
      async handle(c) {
        const changes = parseForm(forms.changes, await readBody(c, { keepNull: true }));
        return answer(c, context, await changeDetails(context, c.get('staff'), idIn(c), changes));
      },
    },
    {
      ...{ method: 'DELETE', path: '/candidates/{id}', id: 'eraseCandidate', tag: 'candidates' },
      summary: 'Erase a candidate',
      answers: () => ({ 204: { description: 'Erased' } }),
      async handle(c) {
        if ((await erase(context, idIn(c), c.get('staff'))) === 'not-found') throw candidateNotFound();
        return c.body(null, 204);
      },
    },
    ...staffActions.map(
      ({ path, done, act, ...description }): ApiRoute => ({
        ...description,
        ...{ method: 'POST', path: `/candidates/{id}/${path}`, tag: 'actions' },
        answers: () => ({ [done ?? 200]: detailAnswer() }),
        handle: async (c) =>
          answer(c, context, await act(context, c.get('staff'), c.req.param(), await readBody(c)), done),
      }),
    ),
  ];
}

function idIn(c: Context): string {
  return c.req.param('id') ?? '';
}

function checkToken({ tokens }: AdminContext): MiddlewareHandler<SignedIn> {
  return async (c, next) => {
    const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const staff = token === undefined ? undefined : await tokens.verify(token);
    if (staff === undefined) {
      c.header('www-authenticate', 'Bearer');
      throw new HttpError('unauthorized', 'No valid token', 'Send a valid staff bearer token.');
    }
    if (staff.readsOnly && !isSafeMethod(c))
      throw new HttpError('read-only', 'Read-only token', 'This token can only read.');
    c.set('staff', staff);
    return next();
  };
}

/** Throws an `HttpError` if the request has a parameter that its route doesn't have, or has one twice. */
function checkParameters(c: Context, known: readonly string[]): void {
  const taken = known.length > 0 ? `: ${known.join(', ')}` : ' none';
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (values.length === 1 && known.includes(name)) continue;
    const sentence =
      values.length > 1
        ? 'A parameter appears more than once. Send each parameter only once.'
        : `There is an unknown parameter. This address takes${taken}.`;
    throw new HttpError('unknown-parameter', 'Unknown parameter', sentence);
  }
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
      return c.json(errorJson(isMisfit ? 'does-not-fit' : 'invalid', message, fieldErrors), isMisfit ? 409 : 422);
    }
    case 'conflict':
      return c.json(errorJson(outcome.conflict, conflictSentence(outcome.conflict)), 409);
    case 'not-found':
      throw candidateNotFound();
  }
}
