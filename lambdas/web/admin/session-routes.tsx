import type { Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { beginSession, maxSessionMs, resumeSession } from '../../services/staff-sessions.ts';
import { readBody } from '../body.ts';
import { ActionButton } from '../components/candidate-actions.tsx';
import { HttpError } from '../http-error.ts';
import { type AdminContext, isSafeMethod, type SignedIn } from './admin-context.ts';
import { decoded } from './import-body.ts';
import { messagePage, showPage } from './staff-layout.tsx';

/** Lax rather than strict, because the login redirects back from the issuer's site. */
const cookie = { prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;
const loginSeconds = 10 * 60;
const maxLogins = 5;

/** The cookie of one login, so that two tabs can sign in at once. */
function loginCookie(state: string): string {
  return `login-${/^[\w-]{43}$/.exec(state)?.[0] ?? ''}`;
}

/** Signing in and out. All routes added after these require a session. */
export function addSessionRoutes(app: Hono<SignedIn>, context: AdminContext): void {
  const { login, sessions, log } = context;

  app.get('/admin/login', async (c) => {
    const { url, state, loginState } = await login.begin(staffPathIn(c.req.query('returnTo')));
    forgetLogins(c);
    setCookie(c, loginCookie(state), loginState, { ...cookie, maxAge: loginSeconds });
    return c.redirect(url, 302);
  });

  app.get('/admin/callback', async (c) => {
    const name = loginCookie(c.req.query('state') ?? '');
    const loginState = getCookie(c, name, 'host');
    if (loginState !== undefined) deleteCookie(c, name, cookie);
    const back = await login.finish(new URL(c.req.url), loginState);
    if (back === undefined) {
      // Opened again, such as by the browser's back button.
      if (await resumeSession(context, sessionIn(c))) return c.redirect('/admin', 302);
      throw new HttpError('sign-in-failed', 'You aren’t signed in', 'Signing in didn’t work. Please try again.', {
        text: 'Sign in',
        href: '/admin/login',
      });
    }
    log('staff-signed-in', { by: back.staff.id });
    await sessions.remove(sessionIn(c));
    setCookie(c, 'session', await beginSession(context, back), { ...cookie, maxAge: maxSessionMs / 1000 });
    return c.redirect(back.returnTo, 302);
  });

  app.post('/admin/logout', async (c) => {
    await sessions.remove(sessionIn(c));
    deleteCookie(c, 'session', cookie);
    // Not "cookies": that would clear those of the organization's other sites, too.
    c.header('clear-site-data', '"cache", "storage"');
    const endUrl = await login.endUrl();
    // `form-action` keeps a form from redirecting to another site, so the page does it.
    c.header('refresh', `0; url=${endUrl}`);
    const sentence = 'You’re signed out of this site, and in a moment you’ll be signed out of your account, too.';
    return showPage(c, context, messagePage('Signing out', sentence, { text: 'Continue', href: endUrl }));
  });

  app.get('/admin/signed-out', (c) => {
    const again = { text: 'Sign in again', href: '/admin/login' };
    return showPage(c, context, messagePage('Signed out', 'You’re signed out.', again));
  });

  app.use('/admin/*', async (c, next) => {
    const staff = await resumeSession(context, sessionIn(c));
    if (staff !== undefined) {
      c.set('staff', staff);
      return next();
    }
    if (!isSafeMethod(c)) return signInAndSendAgain(c, context);
    const { pathname, search } = new URL(c.req.url);
    const returnTo = `${pathname}${search}`;
    return c.redirect(`/admin/login?${new URLSearchParams({ returnTo })}`, 303);
  });
}

/** Keeps what was typed, to be sent again. Only forms of our own pages get here, so nobody else's input is shown. */
async function signInAndSendAgain(c: Context<SignedIn>, context: AdminContext): Promise<Response> {
  const textOf = async (value: unknown) => (value instanceof File ? decoded(await value.arrayBuffer()) : String(value));
  const entered = Object.entries(await readBody(c)).map(
    async ([name, values]) => [name, await Promise.all([values].flat().map(textOf))] as const,
  );
  const hidden = Object.fromEntries(await Promise.all(entered));
  const title = 'Please sign in again';
  const content = (
    <section>
      <h1>{title}</h1>
      <p>You were signed out, so your changes weren’t saved. What you entered is still here.</p>
      <ol>
        <li>
          <a href="/admin/login" target="_blank" rel="noopener">
            Sign in (opens a new tab)
          </a>
        </li>
        <li>
          <ActionButton target={{ form: 'again', url: c.req.path, hidden }}>Save what you entered</ActionButton>
        </li>
      </ol>
    </section>
  );
  return showPage(c, context, { title, content }, 401);
}

/** Removes the logins that were begun once there are many, before they fill the header. */
function forgetLogins(c: Context): void {
  const begun = Object.keys(getCookie(c)).flatMap((name) => /^__Host-(login-.*)$/.exec(name)?.[1] ?? []);
  if (begun.length >= maxLogins) for (const name of begun) deleteCookie(c, name, cookie);
}

function sessionIn(c: Context): string {
  return getCookie(c, 'session', 'host') ?? '';
}

/** Allows only our own pages, so that a login link can't be an open redirect. */
function staffPathIn(returnTo: string | undefined): string {
  const here = 'https://here.invalid';
  const url = returnTo?.startsWith('/') && URL.parse(returnTo, here);
  if (!url || url.origin !== here || !/^\/admin(\/(?!(?:login|callback|api)(?:\/|$))|$)/.test(url.pathname))
    return '/admin';
  return `${url.pathname}${url.search}${url.hash}`;
}
