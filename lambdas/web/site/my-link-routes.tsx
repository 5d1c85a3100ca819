import type { Hono } from 'hono';
import type { FieldErrors } from '../../core/action-result.ts';
import type { FormInput } from '../../core/forms.ts';
import { sourceOf } from '../../core/source-address.ts';
import { type RequestOutcome, requestPageLink } from '../../services/request-links.ts';
import { readBody } from '../body.ts';
import { honeypotField } from '../components/honeypot.tsx';
import { document } from '../components/layout.tsx';
import { linkAnswer } from './link-answer.ts';
import { MyLinkPage, MyLinkSentPage } from './my-link-page.tsx';
import type { SiteContext } from './site-context.ts';

/** The form for whoever has lost the link to their page. It answers the same for everyone, known or not. */
export function addMyLinkRoutes(site: Hono, context: SiteContext): void {
  const { organization, forms, sourceAddress } = context;

  function page(input: FormInput = {}, fieldErrors: FieldErrors = {}) {
    const state = { form: 'my-link', input, fieldErrors };
    return document(<MyLinkPage organization={organization} state={state} />);
  }

  site.get('/my-link', (c) => c.html(page()));

  site.post('/my-link', async (c) => {
    const input = await readBody(c);
    const outcome: RequestOutcome = input[honeypotField]
      ? { type: 'link-sent' }
      : await requestPageLink(context, forms, input, sourceOf(sourceAddress(c)));
    return linkAnswer(c, outcome, {
      status: 'link-sent',
      next: '/my-link-sent',
      page: (fieldErrors, refusal) => page(input, refusal ? { email: refusal } : fieldErrors),
    });
  });

  site.get('/my-link-sent', (c) => c.html(document(<MyLinkSentPage organization={organization} />)));
}
