import type { Context, Hono } from 'hono';
import { normalizeAddress } from '../../core/address.ts';
import { type Candidate, flags } from '../../core/candidate.ts';
import { confirmationsWait } from '../../core/confirmation-hold.ts';
import type { SignUpLink } from '../../core/pending-link.ts';
import type { Staff } from '../../core/staff.ts';
import { comingUp } from '../../services/coming-up.ts';
import { findSignUp } from '../../services/find-candidates.ts';
import type { AdminContext, SignedIn } from './admin-context.ts';
import type { Flagged } from './attention.tsx';
import { candidatesCsv, csvOf, sendCsv } from './candidates-csv.ts';
import { comingUpPage } from './coming-up-page.tsx';
import { doneLabel, notices } from './labels.ts';
import { candidatesFor, cursorAt, type FilterFields, filterFieldsOf, listQueryIn, numbersFor } from './list-query.ts';
import { numbersPage, numbersTable } from './numbers-page.tsx';
import { foundPage, overviewPage } from './overview-page.tsx';
import { PersonLink, showPage } from './staff-layout.tsx';

const maxOfAKind = 5;

/** The overview, what is found from there, and the numbers. */
export function addListRoutes(app: Hono<SignedIn>, context: AdminContext): void {
  const { lists, confirmations, rules, clock, store, log, organization } = context;
  const { exam } = rules;

  app.get('/admin', async (c) => {
    const now = clock();
    const query = listQueryIn(c, { ofPage: true });
    const filter = filterFieldsOf(query);
    const [summary, found, notice] = await Promise.all([
      lists.summary(now),
      candidatesFor(context, c.get('staff'), query, now, true),
      noticeFor(c),
    ]);
    const list = { ...found, nextCursor: cursorAt(found.next) };
    const page = { exam, now, notice, summary, list, filter };
    if (Object.keys(filter).length > 0 || query.cursor) {
      const signUp = await signUpFor(context, c.get('staff'), filter, found.candidates);
      return showPage(c, context, foundPage({ ...page, signUp }));
    }
    const [totals, kinds] = await Promise.all([confirmations.lastDay(now), kindsAt(now)]);
    return showPage(c, context, overviewPage({ ...page, kinds, confirmationsWait: confirmationsWait(totals) }));
  });

  app.get('/admin/candidates.csv', async (c) => {
    const query = listQueryIn(c, { ofPage: true });
    return sendCsv(c, await candidatesCsv(context, c.get('staff'), query, { forExcel: true }));
  });

  app.get('/admin/numbers', async (c) => {
    const summary = await numbersFor(context, c.get('staff'));
    return showPage(c, context, numbersPage(summary, organization));
  });

  app.get('/admin/numbers.csv', async (c) => {
    const rows = numbersTable(await numbersFor(context, c.get('staff')));
    const csv = await csvOf(rows, Object.keys(rows[0] ?? {}), { forExcel: true });
    return sendCsv(c, csv, 'numbers');
  });

  app.get('/admin/coming-up', async (c) => {
    const { emails, hasMore } = await comingUp(context);
    log('list-viewed', { by: c.get('staff').id, filter: 'coming-up', rows: emails.length });
    return showPage(c, context, comingUpPage(emails, hasMore));
  });

  function kindsAt(now: string): Promise<Flagged[]> {
    const options = { limit: maxOfAKind, now, withTotal: true };
    return Promise.all(flags.map(async (flag) => ({ flag, page: await lists.page({ flag }, options) })));
  }

  /** What was done, and to whom. */
  async function noticeFor(c: Context<SignedIn>) {
    const { done = '', who = '' } = c.req.query();
    if (done !== 'acknowledge') return notices[done];
    const candidate = await store.read('candidate', who);
    const last = candidate?.history.at(-1);
    if (!candidate || last?.byId !== c.get('staff').id) return undefined;
    return (
      <>
        <PersonLink candidate={candidate} />: {doneLabel(last, exam)}
        {'note' in last && last.note && ' Your note is in the history there.'}
      </>
    );
  }
}

/** The sign-up that waits at the address searched for, if nobody shown has it. */
async function signUpFor(
  context: AdminContext,
  { id: by }: Staff,
  { q, email: exactly }: FilterFields,
  shown: readonly Candidate[],
): Promise<SignUpLink | undefined> {
  const email = normalizeAddress(q ?? exactly ?? '');
  const addressId = context.addressIdOf(email);
  if (!email.includes('@') || shown.some((candidate) => candidate.addressId === addressId)) return undefined;
  const signUp = await findSignUp(context, email);
  if (signUp) context.log('candidate-viewed', { by, id: signUp.candidateId });
  return signUp;
}
