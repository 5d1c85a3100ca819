import type { Hono } from 'hono';
import type { FieldErrors } from '../../core/action-result.ts';
import { cohortFrom, type FormInput } from '../../core/forms.ts';
import { sourceOf } from '../../core/source-address.ts';
import { type SignUpOutcome, signUp } from '../../services/sign-up.ts';
import { readBody, wantsJson } from '../body.ts';
import { document } from '../components/layout.tsx';
import { errorJson } from '../http-error.ts';
import { EmbedPage } from './embed-page.tsx';
import { CheckYourEmailPage, honeypotField, SignUpPage } from './sign-up-page.tsx';
import type { SiteContext } from './site-context.ts';

/** The sign-up form, the page after it, and the embeddable form. */
export function addSignUpRoutes(site: Hono, context: SiteContext): void {
  const { rules, organization, forms, sourceAddress, baseUrl } = context;
  const { exam } = rules;

  function page(input: FormInput, fieldErrors: FieldErrors, refusal?: string) {
    const state = { form: 'sign-up', input, fieldErrors };
    return document(<SignUpPage {...{ exam, organization, state, refusal }} />);
  }

  /** The same for everyone who doesn't come with a cohort. */
  let blankPage: string | undefined;

  site.get('/', (c) => {
    const cohort = cohortFrom(c.req.query('cohort'));
    if (cohort !== undefined) return c.html(page({ cohort }, {}));
    blankPage ??= String(page({}, {}));
    return c.html(blankPage);
  });

  site.get('/sign-up', (c) => c.redirect('/', 303));

  site.post('/sign-up', async (c) => {
    const input = await readBody(c);
    // A bot that fills in the honeypot gets the usual response.
    const outcome: SignUpOutcome = input[honeypotField]
      ? { type: 'link-sent' }
      : await signUp(context, forms, input, sourceOf(sourceAddress(c)));
    switch (outcome.type) {
      case 'invalid':
        return wantsJson(c)
          ? c.json({ errors: outcome.fieldErrors }, 422)
          : c.html(page(input, outcome.fieldErrors), 422);
      case 'limited': {
        c.header('retry-after', String(outcome.retryAfterSeconds));
        const refusal = tooManySignUps(outcome.retryAfterSeconds);
        return wantsJson(c)
          ? c.json(errorJson('too-many-sign-ups', refusal), 429)
          : c.html(page(input, {}, refusal), 429);
      }
      case 'link-sent':
        return wantsJson(c)
          ? c.json({ status: 'confirmation-sent' }, 202)
          : c.redirect('/check-your-email', 303);
    }
  });

  site.get('/check-your-email', (c) =>
    c.html(document(<CheckYourEmailPage organization={organization} />)),
  );

  site.get('/embed', (c) =>
    c.html(
      document(
        <EmbedPage
          exam={exam}
          organization={organization}
          baseUrl={baseUrl}
          cohort={cohortFrom(c.req.query('cohort'))}
        />,
      ),
    ),
  );
}

function tooManySignUps(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return `Too many people are signing up right now. Please try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
}
