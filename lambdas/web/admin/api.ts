import type { Context } from 'hono';
import { isFlag } from '../../core/candidate.ts';
import { examDeeds, type Office, type StaffOutcome } from '../../core/office.ts';
import type { Rules } from '../../core/plan.ts';
import type { Staff, StaffTokens } from '../../core/staff.ts';
import type { Clock } from '../../core/time.ts';
import { typedIn } from '../body.ts';
import { emptyApp } from '../new-app.ts';
import { notFound, problemJson } from '../problem.ts';
import { candidatesCsv, sendCsv } from './csv.ts';
import { candidatesFor, cursorAt, listQueryIn } from './list-query.ts';
import { openApiDocument } from './openapi.ts';
import { asStory, inAList } from './representation.ts';
import { conflictSentence } from './words.ts';

export type StaffApiParts = {
  office: Office;
  tokens: StaffTokens;
  rules: Rules;
  organization: string;
  clock: Clock;
};

/** What programs of the staff call, with a bearer token. */
export function createStaffApi({ office, tokens, rules, organization, clock }: StaffApiParts) {
  const { exam } = rules;
  const api = emptyApp<{ Variables: { staff: Staff } }>();

  api.use(async (c, next) => {
    const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const staff = token === undefined ? undefined : await tokens.verify(token);
    if (staff === undefined) {
      c.header('www-authenticate', 'Bearer');
      return c.json(problemJson('unauthorized', 'Send a valid bearer token of the staff.'), 401);
    }
    c.set('staff', staff);
    return next();
  });

  api.get('/candidates', async (c) => {
    const now = clock();
    const { candidates, next } = await candidatesFor({ office, exam }, listQueryIn(c), now);
    return c.json({
      candidates: candidates.map((candidate) => inAList(candidate, exam, now)),
      nextCursor: cursorAt(next) ?? null,
    });
  });

  api.get('/candidates.csv', async (c) => {
    const csv = await candidatesCsv({ office, exam }, listQueryIn(c), clock(), { forExcel: false });
    return sendCsv(c, csv);
  });

  api.get('/summary', async (c) => c.json(await office.roster.summary(clock())));

  api.get('/openapi.json', (c) => c.json(openApiDocument(exam, organization)));

  api.get('/candidates/:id', async (c) => {
    const candidate = await office.find(c.req.param('id'));
    if (candidate === undefined) throw notFound();
    return c.json(asStory(await office.storyOf(candidate), exam, clock()));
  });

  api.post('/candidates', async (c) =>
    answer(c, await office.enrol(c.get('staff'), await typedIn(c))),
  );

  for (const deed of examDeeds)
    api.post(`/candidates/:id/${deed}`, async (c) =>
      answer(c, await office.record(c.get('staff'), c.req.param('id'), deed, await typedIn(c))),
    );

  api.post('/candidates/:id/emails/:key/resend', async (c) => {
    const { id, key } = c.req.param();
    return answer(c, await office.resend(c.get('staff'), id, key));
  });

  api.post('/candidates/:id/flags/:flag/acknowledge', async (c) => {
    const { id, flag } = c.req.param();
    if (!isFlag(flag)) throw notFound();
    return answer(c, await office.acknowledge(c.get('staff'), id, flag, await typedIn(c)));
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
        const story = await office.storyOf(candidate);
        return c.json(asStory(story, exam, clock()), did === 'creation' ? 201 : 200);
      }
      case 'mistakes':
        return c.json(invalid(outcome.mistakes), 422);
      case 'conflict':
        return c.json(problemJson(outcome.conflict, conflictSentence(outcome.conflict)), 409);
      case 'unknown':
        throw notFound();
    }
  }
}

function invalid(mistakes: Record<string, string>) {
  return problemJson('invalid', Object.values(mistakes).join(' '), mistakes);
}
