import type { Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { HttpError } from '../http-error.ts';
import { type AdminContext, isSafeMethod, type SignedIn } from './admin-context.ts';
import { staffMessagePage } from './staff-layout.tsx';

type StaffCookie = { name: string; maxAge: number };

const sessionCookie: StaffCookie = { name: 'session', maxAge: 60 * 60 };
const loginCookie: StaffCookie = { name: 'login', maxAge: 10 * 60 };

/** Signing in and out. All routes added after these require a session. */
export function addSessionRoutes(app: Hono<SignedIn>, context: AdminContext): void {
  const { login, sessions, organization, log } = context;

  app.get('/admin/login', async (c) => {
    const { url, loginState } = await login.begin(staffPathIn(c.req.query('returnTo')));
    setStaffCookie(c, loginCookie, loginState);
    return c.redirect(url, 302);
  });

  app.get('/admin/callback', async (c) => {
    const loginState = getCookie(c, loginCookie.name, 'host');
    deleteStaffCookie(c, loginCookie);
    const back = await login.finish(new URL(c.req.url), loginState);
    if (back === undefined)
      throw new HttpError(
        400,
        'sign-in-failed',
        'Not signed in',
        'The login did not work. Please try it again.',
        { text: 'Sign in', href: '/admin/login' },
      );
    log('staff-signed-in', { by: back.staff.id });
    setStaffCookie(c, sessionCookie, await sessions.begin(back.staff));
    return c.redirect(back.returnTo, 302);
  });

  app.post('/admin/logout', async (c) => {
    deleteStaffCookie(c, sessionCookie);
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
    const known = await sessions.resume(getCookie(c, sessionCookie.name, 'host') ?? '');
    if (known === undefined) return toLogin(c);
    if (known.renewed !== undefined) setStaffCookie(c, sessionCookie, known.renewed);
    c.set('staff', known.staff);
    return next();
  });
}

function toLogin(c: Context): Response {
  const page = URL.parse(isSafeMethod(c) ? c.req.url : (c.req.header('referer') ?? ''));
  const returnTo = page ? `${page.pathname}${page.search}` : '/admin';
  const signIn = `/admin/login?${new URLSearchParams({ returnTo })}`;
  if (isSafeMethod(c)) return c.redirect(signIn, 303);
  // `form-action` keeps a form from redirecting to another site, so it can't redirect to the login.
  throw new HttpError(
    401,
    'signed-out',
    'Please sign in again',
    'You were signed out meanwhile. Nothing was changed.',
    { text: 'Sign in', href: signIn },
  );
}

/** Allows only our own pages, so that a login link can't be an open redirect. */
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

/** Lax rather than strict, because the login redirects back from the issuer's site. */
function setStaffCookie(c: Context, { name, maxAge }: StaffCookie, value: string): void {
  setCookie(c, name, value, {
    prefix: 'host',
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'Lax',
    maxAge,
  });
}

function deleteStaffCookie(c: Context, { name }: StaffCookie): void {
  deleteCookie(c, name, { prefix: 'host', path: '/', secure: true });
}
