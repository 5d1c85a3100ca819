import type { Hono } from 'hono';
import type { FieldErrors } from '../../core/action-result.ts';
import { cohortFrom, type FormInput } from '../../core/forms.ts';
import { signUp } from '../../services/sign-up.ts';
import { readBody } from '../body.ts';
import { document } from '../components/layout.tsx';
import { EmbedPage } from './embed-page.tsx';
import { linkAnswer } from './link-answer.ts';
import { CheckYourEmailPage, SignUpPage } from './sign-up-page.tsx';
import type { SiteContext } from './site-context.ts';

/** The sign-up form, the page after it, and the embeddable form. */
export function addSignUpRoutes(site: Hono, context: SiteContext): void {
  const { rules, organization, forms, baseUrl } = context;
  const { exam } = rules;

  function page(input: FormInput, fieldErrors: FieldErrors) {
    const state = { form: 'sign-up', input, fieldErrors };
    return document(<SignUpPage {...{ exam, organization, state }} />);
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
    return linkAnswer(c, context, input, {
      request: (source) => signUp(context, forms, input, source),
      status: 'confirmation-sent',
      next: '/check-your-email',
      page: (fieldErrors) => page(input, fieldErrors),
    });
  });

  site.get('/check-your-email', (c) => c.html(document(<CheckYourEmailPage organization={organization} />)));

  site.get('/embed', (c) => {
    const cohort = cohortFrom(c.req.query('cohort'));
    return c.html(document(<EmbedPage {...{ exam, organization, baseUrl, cohort }} />));
  });
}
