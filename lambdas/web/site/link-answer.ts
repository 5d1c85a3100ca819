import type { Context } from 'hono';
import type { FieldErrors } from '../../core/action-result.ts';
import type { RequestOutcome } from '../../services/request-links.ts';
import { wantsJson } from '../body.ts';
import { errorJson } from '../http-error.ts';

/** The answer to a form that has a link sent. */
export function linkAnswer(
  c: Context,
  outcome: RequestOutcome,
  {
    status,
    next,
    page,
  }: {
    /** What JSON says once the link is on its way. */
    status: string;
    /** The page that says so. */
    next: string;
    /** The form again, with what was typed. */
    page: (fieldErrors: FieldErrors, refusal?: string) => string | Promise<string>;
  },
): Response | Promise<Response> {
  switch (outcome.type) {
    case 'invalid':
      return wantsJson(c) ? c.json({ errors: outcome.fieldErrors }, 422) : c.html(page(outcome.fieldErrors), 422);
    case 'limited': {
      c.header('retry-after', String(outcome.retryAfterSeconds));
      const refusal = tooManyRequests(outcome.retryAfterSeconds);
      return wantsJson(c) ? c.json(errorJson('too-many-sign-ups', refusal), 429) : c.html(page({}, refusal), 429);
    }
    case 'link-sent':
      return wantsJson(c) ? c.json({ status }, 202) : c.redirect(next, 303);
  }
}

function tooManyRequests(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return `We’re getting too many requests right now. Please try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
}
