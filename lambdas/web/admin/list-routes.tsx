import type { Hono } from 'hono';
import type { FieldErrors } from '../../core/action-result.ts';
import { confirmationsWait } from '../../core/confirmation-hold.ts';
import type { FormInput } from '../../core/forms.ts';
import { enroll } from '../../services/enrollment.ts';
import { readBody } from '../body.ts';
import { document } from '../components/layout.tsx';
import { type AdminContext, pageOf, type SignedIn } from './admin-context.ts';
import { candidatePath } from './candidate-routes.tsx';
import { candidatesCsv, sendCsv } from './candidates-csv.ts';
import { EnrollPage } from './enroll-page.tsx';
import { notices } from './labels.ts';
import { candidatesFor, cursorAt, type ListQuery, pageQueryIn } from './list-query.ts';
import { type FilterFields, OverviewPage } from './overview-page.tsx';

const maxFlaggedShown = 20;

/** The list of candidates, its CSV export, and enrolling a candidate. */
export function addListRoutes(app: Hono<SignedIn>, context: AdminContext): void {
  const { lists, confirmations, rules, forms, clock } = context;
  const { exam } = rules;

  app.get('/admin', async (c) => {
    const now = clock();
    const query = pageQueryIn(c);
    const [summary, totals, attention, { candidates, next }] = await Promise.all([
      lists.summary(now),
      confirmations.lastDay(now),
      lists.page({ flag: 'any' }, { limit: maxFlaggedShown, now }),
      candidatesFor(context, c.get('staff'), query, now),
    ]);
    return c.html(
      document(
        <OverviewPage
          {...pageOf(c, context)}
          exam={exam}
          now={now}
          notice={notices[c.req.query('done') ?? '']}
          summary={summary}
          confirmationsWait={confirmationsWait(totals)}
          attention={attention}
          list={{ candidates, nextCursor: cursorAt(next) }}
          filter={filterFieldsOf(query)}
        />,
      ),
    );
  });

  app.get('/admin/candidates.csv', async (c) => {
    const csv = await candidatesCsv(context, c.get('staff'), pageQueryIn(c), { forExcel: true });
    return sendCsv(c, csv);
  });

  const enrollPage = (
    page: ReturnType<typeof pageOf>,
    input: FormInput,
    fieldErrors: FieldErrors,
  ) =>
    document(<EnrollPage {...page} exam={exam} state={{ form: 'enroll', input, fieldErrors }} />);

  app.get('/admin/enroll', (c) => c.html(enrollPage(pageOf(c, context), {}, {})));

  app.post('/admin/candidates', async (c) => {
    const input = await readBody(c);
    const outcome = await enroll(context, c.get('staff'), forms, input);
    switch (outcome.type) {
      case 'invalid':
        return c.html(enrollPage(pageOf(c, context), input, outcome.fieldErrors), 422);
      case 'done': {
        const done = { created: 'enroll', changed: 'enroll-changed', none: 'nothing' };
        return c.redirect(candidatePath(outcome.candidate.id, done[outcome.change]), 303);
      }
      case 'conflict':
        return c.redirect(candidatePath(outcome.candidate.id, 'known'), 303);
    }
  });
}

function filterFieldsOf({ status, flag, cohort, email }: ListQuery): FilterFields {
  return {
    ...(status && { status }),
    ...(flag && { flag }),
    ...(cohort && { cohort }),
    ...(email && { email }),
  };
}
