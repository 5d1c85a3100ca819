import type { Context } from 'hono';
import type { FieldErrors } from '../../core/action-result.ts';
import type { FormInput } from '../../core/forms.ts';
import { sourceOf } from '../../core/source-address.ts';
import type { RequestOutcome } from '../../services/request-links.ts';
import { wantsJson } from '../body.ts';
import { honeypotField } from '../components/honeypot.tsx';
import { errorJson } from '../http-error.ts';
import type { SiteContext } from './site-context.ts';

/** Has the link sent that a form asks for, and answers the form. */
export async function linkAnswer(
  c: Context,
  { sourceAddress }: SiteContext,
  input: FormInput,
  form: {
    request: (source: string) => Promise<RequestOutcome>;
    /** What JSON says once the link is on its way. */
    status: string;
    /** The page that says so. */
    next: string;
    /** The form again, with what was typed. */
    page: (fieldErrors: FieldErrors) => string | Promise<string>;
  },
): Promise<Response> {
  // A bot that fills in the honeypot gets the usual response.
  const outcome: RequestOutcome = input[honeypotField]
    ? { type: 'link-sent' }
    : await form.request(sourceOf(sourceAddress(c)));
  switch (outcome.type) {
    case 'invalid':
      return wantsJson(c) ? c.json({ errors: outcome.fieldErrors }, 422) : c.html(form.page(outcome.fieldErrors), 422);
    case 'limited': {
      const seconds = outcome.retryAfterSeconds;
      const minutes = Math.ceil(seconds / 60);
      const limit = `We’re getting too many requests right now. Please try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
      c.header('retry-after', String(seconds));
      return wantsJson(c)
        ? c.json(errorJson('too-many-sign-ups', limit), 429)
        : c.html(form.page({ limit: `${limit} What you typed is still here.` }), 429);
    }
    case 'link-sent':
      return wantsJson(c) ? c.json({ status: form.status }, 202) : c.redirect(form.next, 303);
  }
}
