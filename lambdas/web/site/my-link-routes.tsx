import type { Hono } from 'hono';
import type { FieldErrors } from '../../core/action-result.ts';
import { heading, paragraph } from '../../core/content.ts';
import type { FormInput } from '../../core/forms.ts';
import { requestPageLink } from '../../services/request-links.ts';
import { readBody } from '../body.ts';
import { TextField } from '../components/fields.tsx';
import { Honeypot } from '../components/honeypot.tsx';
import { document, Layout } from '../components/layout.tsx';
import { linkAnswer } from './link-answer.ts';
import { messagePage } from './message-page.tsx';
import { linkLimits } from './sign-up-page.tsx';
import type { SiteContext } from './site-context.ts';

/** The form for whoever has lost the link to their page. It answers the same for everyone, known or not. */
export function addMyLinkRoutes(site: Hono, context: SiteContext): void {
  const { organization, forms } = context;

  function page(input: FormInput = {}, fieldErrors: FieldErrors = {}) {
    const title = 'Get the link to your page';
    const state = { form: 'my-link', input, fieldErrors };
    return document(
      <Layout title={title} organization={organization} invalid={state}>
        <section>
          <h1>{title}</h1>
          <p>Enter the email address you signed up with, and we’ll send you a new link.</p>
          <form method="post" action="/my-link" novalidate>
            <TextField state={state} name="email" label="Your email address" type="email" autocomplete="email" />
            <Honeypot />
            <button type="submit">Send me the link</button>
          </form>
        </section>
      </Layout>,
    );
  }

  site.get('/my-link', (c) => c.html(page()));

  site.post('/my-link', async (c) => {
    const input = await readBody(c);
    return linkAnswer(c, context, input, {
      request: (source) => requestPageLink(context, forms, input, source),
      status: 'link-sent',
      next: '/my-link-sent',
      page: (fieldErrors) => page(input, fieldErrors),
    });
  });

  site.get('/my-link-sent', (c) => c.html(linkSentPage(organization)));
}

function linkSentPage(organization: string) {
  return messagePage(organization, 'Check your email', [
    'If we have that address on file, the link to your page is on its way.',
    heading('Nothing there?'),
    linkLimits,
    paragraph(
      'You may have signed up with a different address, or you may not have confirmed this one yet. ',
      { text: 'Try another address', href: '/my-link' },
      ' or ',
      { text: 'sign up', href: '/' },
      '.',
    ),
  ]);
}
