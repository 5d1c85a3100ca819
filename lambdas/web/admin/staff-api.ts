import type { Context } from 'hono';
import { isFlag } from '../../core/candidate.ts';
import type { Rules } from '../../core/email-schedule.ts';
import type { Clock } from '../../core/time.ts';
import type { Staff, StaffTokens } from '../../services/staff.ts';
import { examActions, type Office, type StaffOutcome } from '../../services/staff-actions.ts';
import { emptyApp } from '../base-app.ts';
import { readBody } from '../body.ts';
import { errorJson, notFound } from '../http-error.ts';
import { candidatesCsv, sendCsv } from './candidates-csv.ts';
import { toDetail, toSummary } from './json.ts';
import { conflictSentence } from './labels.ts';
import { candidatesFor, cursorAt, listQueryIn } from './list-query.ts';
import { openApiDocument } from './openapi.ts';

export type StaffApiDependencies = {
  office: Office;
  tokens: StaffTokens;
  rules: Rules;
  organization: string;
  clock: Clock;
};

/** What programs of the staff call, with a bearer token. */
export function createStaffApi({
  office,
  tokens,
  rules,
  organization,
  clock,
}: StaffApiDependencies) {
  const { exam } = rules;
  const api = emptyApp<{ Variables: { staff: Staff } }>();

  api.use(async (c, next) => {
    const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const staff = token === undefined ? undefined : await tokens.verify(token);
    if (staff === undefined) {
      c.header('www-authenticate', 'Bearer');
      return c.json(errorJson('unauthorized', 'Send a valid bearer token of the staff.'), 401);
    }
    c.set('staff', staff);
    return next();
  });

  api.get('/candidates', async (c) => {
    const now = clock();
    const { candidates, next } = await candidatesFor({ office, exam }, listQueryIn(c), now);
    return c.json({
      candidates: candidates.map((candidate) => toSummary(candidate, exam, now)),
      nextCursor: cursorAt(next) ?? null,
    });
  });

  api.get('/candidates.csv', async (c) => {
    const csv = await candidatesCsv({ office, exam }, listQueryIn(c), clock(), { forExcel: false });
    return sendCsv(c, csv);
  });

  api.get('/summary', async (c) => c.json(await office.lists.summary(clock())));

  api.get('/openapi.json', (c) => c.json(openApiDocument(exam, organization)));

  api.get('/candidates/:id', async (c) => {
    const candidate = await office.find(c.req.param('id'));
    if (candidate === undefined) throw notFound();
    return c.json(toDetail(await office.detailOf(candidate), exam, clock()));
  });

  api.post('/candidates', async (c) =>
    answer(c, await office.enrol(c.get('staff'), await readBody(c))),
  );

  for (const action of examActions)
    api.post(`/candidates/:id/${action}`, async (c) =>
      answer(c, await office.record(c.get('staff'), c.req.param('id'), action, await readBody(c))),
    );

  api.post('/candidates/:id/emails/:key/resend', async (c) => {
    const { id, key } = c.req.param();
    return answer(c, await office.resend(c.get('staff'), id, key));
  });

  api.post('/candidates/:id/flags/:flag/acknowledge', async (c) => {
    const { id, flag } = c.req.param();
    if (!isFlag(flag)) throw notFound();
    return answer(c, await office.acknowledge(c.get('staff'), id, flag, await readBody(c)));
  });

  api.delete('/candidates/:id', async (c) => {
    const outcome = await office.erase(c.get('staff'), c.req.param('id'));
    if (outcome === 'unknown') throw notFound();
    return c.body(null, 204);
  });

  api.all('*', () => {
    throw notFound();
  });

  return api;

  async function answer(c: Context, outcome: StaffOutcome): Promise<Response> {
    switch (outcome.type) {
      case 'done': {
        const { candidate, did } = outcome;
        const detail = await office.detailOf(candidate);
        return c.json(toDetail(detail, exam, clock()), did === 'creation' ? 201 : 200);
      }
      case 'fieldErrors':
        return c.json(invalid(outcome.fieldErrors), 422);
      case 'conflict':
        return c.json(errorJson(outcome.conflict, conflictSentence(outcome.conflict)), 409);
      case 'unknown':
        throw notFound();
    }
  }
}

function invalid(fieldErrors: Record<string, string>) {
  return errorJson('invalid', Object.values(fieldErrors).join(' '), fieldErrors);
}
