import type { Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { beginSession, maxSessionMs, resumeSession } from '../../services/staff-sessions.ts';
import { readBody } from '../body.ts';
import { document } from '../components/layout.tsx';
import { HttpError } from '../http-error.ts';
import { type AdminContext, isSafeMethod, type SignedIn } from './admin-context.ts';
import { decoded } from './import-body.ts';
import { SendAgainPage, staffMessagePage } from './staff-layout.tsx';

type StaffCookie = { name: string; maxAge: number };

const sessionCookie: StaffCookie = { name: 'session', maxAge: maxSessionMs / 1000 };

/** One for each login, so that two tabs can sign in at once. */
const loginCookie = (state: string): StaffCookie => ({
  name: `login-${/^[\w-]{43}$/.exec(state)?.[0] ?? ''}`,
  maxAge: 10 * 60,
});
const maxLogins = 5;

/** Signing in and out. All routes added after these require a session. */
export function addSessionRoutes(app: Hono<SignedIn>, context: AdminContext): void {
  const { login, sessions, organization, log } = context;

  app.get('/admin/login', async (c) => {
    const { url, state, loginState } = await login.begin(staffPathIn(c.req.query('returnTo')));
    forgetLogins(c);
    setStaffCookie(c, loginCookie(state), loginState);
    return c.redirect(url, 302);
  });

  app.get('/admin/callback', async (c) => {
    const cookie = loginCookie(c.req.query('state') ?? '');
    const loginState = getCookie(c, cookie.name, 'host');
    if (loginState !== undefined) deleteStaffCookie(c, cookie);
    const back = await login.finish(new URL(c.req.url), loginState);
    if (back === undefined) {
      // Opened again, such as by the browser's back button.
      if (await resumeSession(context, sessionIn(c))) return c.redirect('/admin', 302);
      throw new HttpError(400, 'sign-in-failed', 'Not signed in', 'The login did not work. Please try it again.', {
        text: 'Sign in',
        href: '/admin/login',
      });
    }
    log('staff-signed-in', { by: back.staff.id });
    await sessions.remove(sessionIn(c));
    setStaffCookie(c, sessionCookie, await beginSession(context, back));
    return c.redirect(back.returnTo, 302);
  });

  app.post('/admin/logout', async (c) => {
    await sessions.remove(sessionIn(c));
    deleteStaffCookie(c, sessionCookie);
    // Not "cookies": that would clear those of the organization's other sites, too.
    c.header('clear-site-data', '"cache", "storage"');
    const endUrl = await login.endUrl();
    // `form-action` keeps a form from redirecting to another site, so the page does it.
    c.header('refresh', `0; url=${endUrl}`);
    return c.html(
      staffMessagePage(
        { organization, staff: undefined },
        'Signing out',
        'You are signed out here, and in a moment everywhere.',
        { text: 'Go on', href: endUrl },
      ),
    );
  });

  app.get('/admin/signed-out', (c) =>
    c.html(
      staffMessagePage({ organization, staff: undefined }, 'Signed out', 'You are signed out.', {
        text: 'Sign in again',
        href: '/admin/login',
      }),
    ),
  );

  app.use('/admin/*', async (c, next) => {
    const staff = await resumeSession(context, sessionIn(c));
    if (staff !== undefined) {
      c.set('staff', staff);
      return next();
    }
    if (!isSafeMethod(c)) return signInAndSendAgain(c, organization);
    const { pathname, search } = new URL(c.req.url);
    const returnTo = `${pathname}${search}`;
    return c.redirect(`/admin/login?${new URLSearchParams({ returnTo })}`, 303);
  });
}

/** Keeps what was typed. Only forms of our own pages get here, so nobody else's input is shown. */
async function signInAndSendAgain(c: Context, organization: string): Promise<Response> {
  const entered = Object.entries(await readBody(c)).flatMap(([name, values]) =>
    [values].flat().map(async (value) => ({
      name,
      value: value instanceof File ? decoded(await value.arrayBuffer()) : String(value),
    })),
  );
  const fields = await Promise.all(entered);
  return c.html(document(<SendAgainPage {...{ organization, fields }} path={c.req.path} />), 401);
}

/** Removes the logins that were begun once there are many, before they fill the header. */
function forgetLogins(c: Context): void {
  const begun = Object.keys(getCookie(c)).filter((name) => name.includes(loginCookie('').name));
  if (begun.length >= maxLogins) for (const name of begun) deleteCookie(c, name, cookieScope);
}

function sessionIn(c: Context): string {
  return getCookie(c, sessionCookie.name, 'host') ?? '';
}

/** Allows only our own pages, so that a login link can't be an open redirect. */
function staffPathIn(returnTo: string | undefined): string {
  const here = 'https://here.invalid';
  const url = returnTo?.startsWith('/') && URL.parse(returnTo, here);
  if (!url || url.origin !== here || !/^\/admin(\/(?!(?:login|callback|api)(?:\/|$))|$)/.test(url.pathname))
    return '/admin';
  return `${url.pathname}${url.search}${url.hash}`;
}

const cookieScope = { path: '/', secure: true };

/** Lax rather than strict, because the login redirects back from the issuer's site. */
function setStaffCookie(c: Context, { name, maxAge }: StaffCookie, value: string): void {
  setCookie(c, name, value, {
    ...cookieScope,
    prefix: 'host',
    httpOnly: true,
    sameSite: 'Lax',
    maxAge,
  });
}

function deleteStaffCookie(c: Context, { name }: StaffCookie): void {
  deleteCookie(c, name, { ...cookieScope, prefix: 'host' });
}
