import type { Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { FieldErrors } from '../../core/actions.ts';
import { type Candidate, isFlag } from '../../core/candidate.ts';
import type { Rules } from '../../core/email-schedule.ts';
import type { FormInput } from '../../core/forms.ts';
import type { Clock } from '../../core/time.ts';
import type { Log } from '../../services/send-emails.ts';
import type { Staff, StaffLogin, StaffSessions, StaffTokens } from '../../services/staff.ts';
import { examActions, type Office, type StaffOutcome } from '../../services/staff-actions.ts';
import { newApp } from '../base-app.ts';
import { readBody } from '../body.ts';
import type { FormState } from '../components/form-state.ts';
import { document } from '../components/layout.tsx';
import { errorJson, HttpError, notFound } from '../http-error.ts';
import { CandidatePage } from './candidate-page.tsx';
import { candidatesCsv, sendCsv } from './candidates-csv.ts';
import { EnrolPage } from './enrol-page.tsx';
import { acknowledgeForm } from './flag-form.tsx';
import { conflictSentence } from './labels.ts';
import { candidatesFor, cursorAt, type ListQuery, listQueryIn } from './list-query.ts';
import { type Asked, OverviewPage } from './overview-page.tsx';
import { createStaffApi } from './staff-api.ts';
import { StaffMessagePage } from './staff-layout.tsx';

export type AdminDependencies = {
  office: Office;
  tokens: StaffTokens;
  login: StaffLogin;
  sessions: StaffSessions;
  rules: Rules;
  organization: string;
  /** Where the staff's pages are, as the browser sees it; forms are taken from there alone. */
  origin: string;
  clock: Clock;
  log: Log;
};

type Signed = { Variables: { staff: Staff } };

const session = { name: 'session', maxAge: 60 * 60 };
const loginCookie = { name: 'login', maxAge: 10 * 60 };
const attentionShown = 20;

const notices: Record<string, string> = {
  nothing: 'Nothing had to be changed: it was done already.',
  attempts: 'The attempt is recorded.',
  'correct-date': 'The date is corrected.',
  passed: 'Marked as passed.',
  undo: 'Taken back.',
  'clear-bounce': 'The bounce is cleared.',
  resend: 'The email goes out now.',
  acknowledge: 'Acknowledged.',
  erase: 'The candidate is erased.',
  enrol: 'Enrolled. The link to confirm goes out now.',
  'enrol-changed': 'Changed. The link that went out already confirms what stands here now.',
  known: 'This address is known already. Here is the candidate.',
};

/** The staff's pages and API; nothing of it answers without a login. */
export function createAdmin({
  office,
  tokens,
  login,
  sessions,
  rules,
  organization,
  origin,
  clock,
  log,
}: AdminDependencies): Hono<Signed> {
  const { exam } = rules;
  const app = newApp<Signed>({ log, problem, referrerPolicy: 'same-origin' });
  app.notFound((c) => problem(c, notFound()));

  app.route('/admin/api', createStaffApi({ office, tokens, rules, organization, clock }));

  app.use('/admin/*', async (c, next) => {
    const isFromUs =
      c.req.header('origin') === origin || c.req.header('sec-fetch-site') === 'same-origin';
    if (!isLooking(c) && !isFromUs)
      throw new HttpError(
        403,
        'cross-site',
        'Not from our page',
        'This did not come from our page. Open it again, and try once more.',
      );
    await next();
  });

  app.get('/admin/login', async (c) => {
    const { url, kept } = await login.begin(staffPathIn(c.req.query('returnTo')));
    setOurCookie(c, loginCookie, kept);
    return c.redirect(url, 302);
  });

  app.get('/admin/callback', async (c) => {
    const kept = getCookie(c, loginCookie.name, 'host');
    deleteOurCookie(c, loginCookie);
    const back = await login.finish(new URL(c.req.url), kept);
    if (back === undefined)
      throw new HttpError(
        400,
        'sign-in-failed',
        'Not signed in',
        'The login did not work. Please try it again.',
        {
          text: 'Sign in',
          href: '/admin/login',
        },
      );
    log('staff-signed-in', { by: back.staff.id });
    setOurCookie(c, session, await sessions.begin(back.staff));
    return c.redirect(back.returnTo, 302);
  });

  app.post('/admin/logout', async (c) => {
    deleteOurCookie(c, session);
    const endUrl = await login.endUrl();
    // A form may not lead to another site (its `form-action`), so the page does.
    c.header('refresh', `0; url=${endUrl}`);
    return c.html(
      message(undefined, 'Signing out', 'You are signed out here, and in a moment everywhere.', {
        text: 'Go on',
        href: endUrl,
      }),
    );
  });

  app.get('/admin/signed-out', (c) =>
    c.html(
      message(undefined, 'Signed out', 'You are signed out.', {
        text: 'Sign in again',
        href: '/admin/login',
      }),
    ),
  );

  app.use('/admin/*', async (c, next) => {
    const known = await sessions.resume(getCookie(c, session.name, 'host') ?? '');
    if (known === undefined) {
      const page = URL.parse(isLooking(c) ? c.req.url : (c.req.header('referer') ?? ''));
      const returnTo = page ? `${page.pathname}${page.search}` : '/admin';
      const signIn = `/admin/login?${new URLSearchParams({ returnTo })}`;
      if (isLooking(c)) return c.redirect(signIn, 303);
      // A form may not lead to another site (its `form-action`), so its answer can't be the login.
      throw new HttpError(
        401,
        'signed-out',
        'Please sign in again',
        'You were signed out meanwhile. Nothing was changed.',
        { text: 'Sign in', href: signIn },
      );
    }
    if (known.renewed !== undefined) setOurCookie(c, session, known.renewed);
    c.set('staff', known.staff);
    return next();
  });

  app.get('/admin', async (c) => {
    const now = clock();
    const query = listQueryIn(c);
    const [summary, attention, { candidates, next }] = await Promise.all([
      office.lists.summary(now),
      office.lists.page({ flag: 'any' }, { limit: attentionShown, now }),
      candidatesFor({ office, exam }, query, now),
    ]);
    return c.html(
      document(
        <OverviewPage
          {...pageOf(c)}
          exam={exam}
          now={now}
          notice={notices[c.req.query('done') ?? '']}
          summary={summary}
          attention={attention}
          listed={{ candidates, nextCursor: cursorAt(next) }}
          asked={askedIn(query)}
        />,
      ),
    );
  });

  app.get('/admin/candidates.csv', async (c) => {
    const csv = await candidatesCsv({ office, exam }, listQueryIn(c), clock(), { forExcel: true });
    return sendCsv(c, csv);
  });

  app.get('/admin/enrol', (c) => c.html(enrolPage(c, {}, {})));

  app.post('/admin/candidates', async (c) => {
    const input = await readBody(c);
    const outcome = await office.enrol(c.get('staff'), input);
    switch (outcome.type) {
      case 'fieldErrors':
        return c.html(enrolPage(c, input, outcome.fieldErrors), 422);
      case 'done': {
        const done = { creation: 'enrol', change: 'enrol-changed', nothing: 'nothing' };
        return c.redirect(pathOf(outcome.candidate.id, done[outcome.did]), 303);
      }
      case 'conflict':
        return c.redirect(pathOf(outcome.candidate.id, 'known'), 303);
      case 'unknown':
        throw notFound();
    }
  });

  app.get('/admin/candidates/:id', async (c) => {
    const notice = notices[c.req.query('done') ?? ''];
    return c.html(await candidatePage(c, await candidateOf(c.req.param('id')), { notice }));
  });

  for (const action of examActions)
    app.post(`/admin/candidates/:id/${action}`, async (c) => {
      const id = c.req.param('id');
      const input = await readBody(c);
      return answer(c, action, input, await office.record(c.get('staff'), id, action, input));
    });

  app.post('/admin/candidates/:id/emails/:key/resend', async (c) => {
    const { id, key } = c.req.param();
    return answer(c, 'resend', {}, await office.resend(c.get('staff'), id, key));
  });

  app.post('/admin/candidates/:id/flags/:flag/acknowledge', async (c) => {
    const { id, flag } = c.req.param();
    if (!isFlag(flag)) throw notFound();
    const input = await readBody(c);
    const outcome = await office.acknowledge(c.get('staff'), id, flag, input);
    if (outcome.type === 'done' && input.returnTo === 'overview')
      return c.redirect('/admin?done=acknowledge', 303);
    return answer(c, acknowledgeForm(id, flag), input, outcome, 'acknowledge');
  });

  app.post('/admin/candidates/:id/erase', async (c) => {
    const id = c.req.param('id');
    const input = await readBody(c);
    if (input.sure !== 'yes') {
      const fieldErrors = { sure: 'Tick the box, so that nobody is erased by mistake.' };
      const invalid = { form: 'erase', input, fieldErrors };
      return c.html(await candidatePage(c, await candidateOf(id), { invalid }), 422);
    }
    if ((await office.erase(c.get('staff'), id)) === 'unknown') throw notHere();
    return c.redirect('/admin?done=erase', 303);
  });

  return app;

  async function answer(
    c: Context<Signed>,
    action: string,
    input: FormInput,
    outcome: StaffOutcome,
    notice = action,
  ): Promise<Response> {
    switch (outcome.type) {
      case 'done':
        return c.redirect(
          pathOf(outcome.candidate.id, outcome.did === 'nothing' ? 'nothing' : notice),
          303,
        );
      case 'fieldErrors': {
        const candidate = await candidateOf(c.req.param('id') ?? '');
        const invalid = { form: action, input, fieldErrors: outcome.fieldErrors };
        return c.html(await candidatePage(c, candidate, { invalid }), 422);
      }
      case 'conflict': {
        const conflict = conflictSentence(outcome.conflict);
        return c.html(await candidatePage(c, outcome.candidate, { conflict }), 409);
      }
      case 'unknown':
        throw notHere();
    }
  }

  async function candidateOf(id: string): Promise<Candidate> {
    const candidate = await office.find(id);
    if (candidate === undefined) throw notHere();
    return candidate;
  }

  async function candidatePage(
    c: Context<Signed>,
    candidate: Candidate,
    shown: { notice?: string | undefined; conflict?: string; invalid?: FormState },
  ) {
    return document(
      <CandidatePage
        {...pageOf(c)}
        {...(await office.detailOf(candidate))}
        rules={rules}
        now={clock()}
        {...shown}
      />,
    );
  }

  function enrolPage(c: Context<Signed>, input: FormInput, fieldErrors: FieldErrors) {
    const state = { form: 'enrol', input, fieldErrors };
    return document(<EnrolPage {...pageOf(c)} exam={exam} state={state} />);
  }

  function pageOf(c: Context<Signed>) {
    return { organization, staff: c.get('staff') };
  }

  function message(
    staff: Staff | undefined,
    title: string,
    sentence: string,
    next: { text: string; href: string },
  ) {
    return document(
      <StaffMessagePage
        organization={organization}
        staff={staff}
        title={title}
        sentence={sentence}
        next={next}
      />,
    );
  }

  function problem(c: Context, { status, title, message: sentence, code, next }: HttpError) {
    if (c.req.path.startsWith('/admin/api')) return c.json(errorJson(code, sentence), status);
    return c.html(message(c.get('staff'), title, sentence, next ?? toTheStaffPage), status);
  }
}

function notHere(): HttpError {
  return new HttpError(
    404,
    'not-found',
    'Not here',
    'This candidate is no longer here, or never was.',
  );
}

const toTheStaffPage = { text: 'Go to the candidates', href: '/admin' };

function askedIn({ status, flag, cohort, email }: ListQuery): Asked {
  return {
    ...(status && { status }),
    ...(flag && { flag }),
    ...(cohort && { cohort }),
    ...(email && { email }),
  };
}

function isLooking(c: Context): boolean {
  return c.req.method === 'GET' || c.req.method === 'HEAD';
}

/** Only pages of ours: else a link to the login could lead anywhere. */
function staffPathIn(returnTo: string | undefined): string {
  const here = 'https://here.invalid';
  const url = returnTo?.startsWith('/') && URL.parse(returnTo, here);
  if (
    !url ||
    url.origin !== here ||
    !/^\/admin(\/(?!(?:login|callback|api)(?:\/|$))|$)/.test(url.pathname)
  )
    return '/admin';
  return `${url.pathname}${url.search}${url.hash}`;
}

function pathOf(id: string, done: string): string {
  return `/admin/candidates/${id}?done=${done}`;
}

type OurCookie = { name: string; maxAge: number };

/** Lax, not strict: the login comes back from the issuer's site. */
function setOurCookie(c: Context, { name, maxAge }: OurCookie, value: string): void {
  setCookie(c, name, value, {
    prefix: 'host',
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'Lax',
    maxAge,
  });
}

function deleteOurCookie(c: Context, { name }: OurCookie): void {
  deleteCookie(c, name, { prefix: 'host', path: '/', secure: true });
}
