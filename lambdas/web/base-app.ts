import type { Context, Env, Hono, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { contextStorage } from 'hono/context-storage';
import { HonoBase } from 'hono/hono-base';
import { TrieRouter } from 'hono/router/trie-router';
import { secureHeaders } from 'hono/secure-headers';
import { errorName, type Log } from '../services/log-events.ts';
import type { WithLogo } from './components/layout.tsx';
import { type ErrorCode, HttpError } from './http-error.ts';

const maxBodyBytes = 64 * 1024;

/** The refusals that are answered with a form. */
const codeOf: Partial<Record<number, ErrorCode>> = { 401: 'signed-out', 422: 'invalid' };

/**
 * Uses one small router: Hono's default picks among several, which pays off only with more routes
 * than ours.
 */
export function emptyApp<E extends Env>(): Hono<E> {
  return new HonoBase<E>({ router: new TrieRouter() });
}

/** The answer to an address with a slash too many at its end. */
export function withoutSlash(c: Context): Response | undefined {
  const { pathname, search } = new URL(c.req.url);
  if (pathname === '/' || !pathname.endsWith('/')) return undefined;
  // Two slashes at the beginning would name another host.
  return c.redirect(`/${pathname.split('/').filter(Boolean).join('/')}${search}`, 308);
}

/** Lets each layout have the logo, without every page between passing it on. */
function withLogo(logoUrl: string | undefined): MiddlewareHandler<WithLogo> {
  return (c, next) => {
    c.set('logoUrl', logoUrl);
    return next();
  };
}

/** What all our apps share: security headers, a body limit and error handling. */
export function newApp<E extends Env>({
  log,
  logoUrl,
  errorPage,
  referrerPolicy,
  requester,
}: {
  log: Log;
  /** The organization's logo, which the layouts show. */
  logoUrl: string | undefined;
  requester: (c: Context<E>) => { source: string; by?: string };
  /** Renders the error in the format the client reads. */
  errorPage: (c: Context<E>, error: HttpError) => Response | Promise<Response>;
  referrerPolicy: 'no-referrer' | 'same-origin';
}): Hono<E> {
  const app = emptyApp<E>();

  app.use(contextStorage(), withLogo(logoUrl));

  app.use(
    secureHeaders({
      strictTransportSecurity: 'max-age=31536000; includeSubDomains',
      referrerPolicy,
      xFrameOptions: 'DENY',
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", ...(logoUrl ? [new URL(logoUrl).origin] : [])],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    }),
  );
  app.use(async (c, next) => {
    await next();
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  });
  app.use(async (c, next) => {
    await next();
    const { error, res } = c;
    const code = error instanceof HttpError ? error.code : codeOf[res.status];
    if (code !== undefined && code !== 'not-found') log('request-refused', { code, ...requester(c) });
  });
  app.use(
    bodyLimit({
      maxSize: maxBodyBytes,
      onError: () => {
        throw new HttpError(
          'body-too-large',
          'That’s too much to send',
          'Please go back, shorten what you entered and send it again. We can take up to 64 KB.',
        );
      },
    }),
  );

  app.onError((error, c) => {
    if (error instanceof HttpError) return errorPage(c, error);
    log('request-failed', { path: c.req.path, error: errorName(error) });
    return errorPage(
      c,
      new HttpError('internal', 'Please try again', 'Something went wrong on our end. Please try again in a moment.'),
    );
  });
  return app;
}
