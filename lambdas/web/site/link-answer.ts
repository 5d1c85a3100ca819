import type { Context } from 'hono';
import type { FieldErrors } from '../../core/action-result.ts';
import type { RequestOutcome } from '../../services/request-links.ts';
import { wantsJson } from '../body.ts';
import { errorJson } from '../http-error.ts';

/** The answer to a form that has a link sent. */
export function linkAnswer(
  c: Context,
  outcome: RequestOutcome,
  page: {
    /** What JSON says once the link is on its way. */
    status: string;
    /** The page that says so. */
    next: string;
    /** The form again, with what was typed. */
    form: (fieldErrors: FieldErrors) => string | Promise<string>;
  },
): Response | Promise<Response> {
  switch (outcome.type) {
    case 'invalid':
      return wantsJson(c) ? c.json({ errors: outcome.fieldErrors }, 422) : c.html(page.form(outcome.fieldErrors), 422);
    case 'limited': {
      const seconds = outcome.retryAfterSeconds;
      const minutes = Math.ceil(seconds / 60);
      const limit = `We’re getting too many requests right now. Please try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
      c.header('retry-after', String(seconds));
      return wantsJson(c)
        ? c.json(errorJson('too-many-sign-ups', limit), 429)
        : c.html(page.form({ limit: `${limit} What you typed is still here.` }), 429);
    }
    case 'link-sent':
      return wantsJson(c) ? c.json({ status: page.status }, 202) : c.redirect(page.next, 303);
  }
}
